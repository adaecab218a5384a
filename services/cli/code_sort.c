/* code_sort.c - one function for each sort of codes, which shows every one that there is; then the table of sorts. */
#include "code_sort.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "channel_limits.h"
#include "engine_kind.h"
#include "names.h"

enum { SHOWN_BYTES = 700 };

/* ---------------------------------------------------------------- seeing one after the other */

static bool is_called(struct words name, const char *written)
{
    return written[0] != '\0' && (strcmp(name.zh, written) == 0 || strcmp(name.en, written) == 0);
}

/* "a / b（名称）"; behind the first that finds no room there are only dots. */
static const char *shown(struct cli *cli, const char *all, const char *code, const char *name, const char *open, const char *close)
{
    static const char FULL[] = " / ...";
    size_t size = strlen(all);

    if (size >= sizeof FULL - 1 && strcmp(all + size - (sizeof FULL - 1), FULL) == 0)
        return all;
    if (size > SHOWN_BYTES)
        return text_of(&cli->arena, "%s%s", all, FULL);
    if (name[0] == '\0' || strcmp(name, code) == 0)
        return text_of(&cli->arena, "%s%s%s", all, size > 0 ? " / " : "", code);
    return text_of(&cli->arena, "%s%s%s%s%s%s", all, size > 0 ? " / " : "", code, open, name, close);
}

void seeking_see(struct seeking *seeking, const char *code, struct words name)
{
    const char *written = seeking->choices.written;
    struct cli *cli = seeking->cli;

    if (strcmp(code, written) == 0) {
        seeking->code = code;
        seeking->called = 0;
    } else if (is_called(name, written) && (seeking->code == NULL || seeking->called > 0)) {
        seeking->code = code;
        seeking->called++;
    }
    choices_add(&seeking->choices, code);
    if (name.zh[0] != '\0')
        choices_add(&seeking->choices, name.zh);
    seeking->all = (struct words){ shown(cli, seeking->all.zh, code, name.zh, "（", "）"),
                                   shown(cli, seeking->all.en, code, name.en, " (", ")") };
}

bool code_sort_seek(const struct code_sort *sort, struct seeking *seeking, struct fault *fault)
{
    seeking->all = (struct words){ "", "" };
    return sort->see(seeking, fault);
}

void seeking_say_none(const struct seeking *seeking, const struct code_sort *sort)
{
    struct cli *cli = seeking->cli;
    const char *near = choices_near(&seeking->choices);
    struct words guess = { "", "" }, see = { "", "" };

    if (seeking->all.zh[0] == '\0') {
        cli_fail(cli, "没有%1$s“%3$s”%2$.0s：一个%1$s也还没有", "there is no %2$s \"%3$s\"%1$.0s: there are none yet",
                 sort->name.zh, sort->name.en, seeking->choices.written);
        return;
    }
    if (near != NULL)
        guess = words_of(&cli->arena, "（是不是 %s？）", " (did you mean %s?)", near);
    if (sort->listed_by[0] != '\0')
        see = words_of(&cli->arena, "（见 %s）", " (see %s)", sort->listed_by);
    cli_fail(cli, "没有%1$s“%3$s”%2$.0s%4$s%5$.0s；现有：%6$s%8$s%7$.0s%9$.0s",
             "there is no %2$s \"%3$s\"%1$.0s%5$s%4$.0s; there are: %7$s%9$s%6$.0s%8$.0s", sort->name.zh, sort->name.en,
             seeking->choices.written, guess.zh, guess.en, seeking->all.zh, seeking->all.en, see.zh, see.en);
}

/* ---------------------------------------------------------------- what rules has registered */

static bool is_zone_before(const struct listing *areas, size_t place)
{
    const Duban__Area *area = areas->rows[place];

    for (size_t i = 0; i < place; i++)
        if (strcmp(((const Duban__Area *) areas->rows[i])->zone, area->zone) == 0)
            return true;
    return false;
}

static bool see_zones(struct seeking *seeking, struct fault *fault)
{
    struct listing areas;

    if (!ask_areas(seeking->cli, &areas, fault))
        return false;
    for (size_t i = 0; i < areas.count; i++) {
        const Duban__Area *area = areas.rows[i];

        if (!is_zone_before(&areas, i))
            seeking_see(seeking, area->zone, words_of_text(area->zone_name));
    }
    return true;
}

static bool see_sites(struct seeking *seeking, struct fault *fault)
{
    struct listing sites;

    if (!ask_sites(seeking->cli, &sites, fault))
        return false;
    for (size_t i = 0; i < sites.count; i++) {
        const Duban__Site *site = sites.rows[i];

        seeking_see(seeking, site->code, words_of_text(site->name));
    }
    return true;
}

static bool see_accounts(struct seeking *seeking, struct fault *fault)
{
    struct listing holders;

    if (!ask_holders(seeking->cli, &holders, fault))
        return false;
    for (size_t i = 0; i < holders.count; i++) {
        const Duban__Holder *holder = holders.rows[i];

        seeking_see(seeking, holder->account, words_of_text(holder->title));
    }
    return true;
}

static bool see_areas(struct seeking *seeking, struct fault *fault)
{
    struct listing areas;

    if (!ask_areas(seeking->cli, &areas, fault))
        return false;
    for (size_t i = 0; i < areas.count; i++) {
        const Duban__Area *area = areas.rows[i];

        seeking_see(seeking, area->code, words_of_text(area->name));
    }
    return true;
}

static bool see_units(struct seeking *seeking, struct fault *fault)
{
    struct listing units;

    if (!ask_units(seeking->cli, &units, fault))
        return false;
    for (size_t i = 0; i < units.count; i++) {
        const Duban__UnitRow *row = units.rows[i];

        seeking_see(seeking, row->unit->code, words_of_text(row->unit->name));
    }
    return true;
}

/* ---------------------------------------------------------------- what the policy in force knows */

static bool see_items(struct seeking *seeking, struct fault *fault)
{
    struct listing items;

    if (!ask_items(seeking->cli, "", "", DUBAN__PURPOSE__PURPOSE_UNSPECIFIED, &items, fault))
        return false;
    for (size_t i = 0; i < items.count; i++) {
        const Duban__ItemRow *item = items.rows[i];

        seeking_see(seeking, item->code, words_of_text(item->text));
    }
    return true;
}

/* One of the lists of Codes. */
struct policy_codes {
    size_t list, count;          /* where they stand in it */
};

#define POLICY_CODES(name) (struct policy_codes){ offsetof(Duban__Codes, name), offsetof(Duban__Codes, n_##name) }

static bool see_policy_codes(struct seeking *seeking, struct policy_codes which, struct fault *fault)
{
    const char *codes = (const char *) ask_codes(seeking->cli, fault);
    Duban__Code *const *list;
    size_t count;

    if (codes == NULL)
        return false;
    memcpy(&list, codes + which.list, sizeof list);
    memcpy(&count, codes + which.count, sizeof count);
    for (size_t i = 0; i < count; i++)
        seeking_see(seeking, list[i]->code, words_of_text(list[i]->label));
    return true;
}

static bool see_levels(struct seeking *seeking, struct fault *fault)
{
    return see_policy_codes(seeking, POLICY_CODES(levels), fault);
}

static bool see_focus_groups(struct seeking *seeking, struct fault *fault)
{
    return see_policy_codes(seeking, POLICY_CODES(focus_groups), fault);
}

static bool see_site_kinds(struct seeking *seeking, struct fault *fault)
{
    return see_policy_codes(seeking, POLICY_CODES(site_kinds), fault);
}

static bool see_isolation_classes(struct seeking *seeking, struct fault *fault)
{
    return see_policy_codes(seeking, POLICY_CODES(isolation_classes), fault);
}

static bool see_exemptions(struct seeking *seeking, struct fault *fault)
{
    return see_policy_codes(seeking, POLICY_CODES(isolation_exemptions), fault);
}

static bool see_figures(struct seeking *seeking, struct fault *fault)
{
    Duban__FiguresQuery which = DUBAN__FIGURES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_FIGURES;
    query.figures = &which;
    reply = ask_quietly(seeking->cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_FIGURES, seeking->cli->timeout_ms, fault);
    for (size_t i = 0; reply != NULL && i < reply->figures->n_rows; i++)
        seeking_see(seeking, reply->figures->rows[i]->name, words_of_text(reply->figures->rows[i]->label));
    return reply != NULL;
}

/* ---------------------------------------------------------------- what every house has */

static bool see_task_kinds(struct seeking *seeking, struct fault *fault)
{
    (void) fault;
    for (int kind = task_kind_after(0); kind != 0; kind = task_kind_after(kind))
        seeking_see(seeking, task_kind(kind)->name, (struct words){ task_kind(kind)->label.zh, task_kind(kind)->label.en });
    return true;
}

static bool see_messages(struct seeking *seeking, struct fault *fault)
{
    (void) fault;
    for (size_t i = 0; message_at(i) != NULL; i++)
        seeking_see(seeking, message_at(i), name_of_message(message_at(i)));
    return true;
}

static bool see_channels(struct seeking *seeking, struct fault *fault)
{
    (void) fault;
    seeking_see(seeking, "spool", (struct words){ "留存", "spool" });
    for (size_t i = 0; i < CHANNEL_LIMITS; i++)
        seeking_see(seeking, channel_limits[i].name, (struct words){ channel_limits[i].title_zh, channel_limits[i].title_en });
    seeking_see(seeking, "exec", (struct words){ "程序", "exec" });
    return true;
}

/* ROLE_UNSPECIFIED begins with what all of them begin with. */
static size_t prefix_of(const ProtobufCEnumDescriptor *descriptor)
{
    return strlen(protobuf_c_enum_descriptor_get_value(descriptor, 0)->name) - strlen("UNSPECIFIED");
}

static const char *code_of_value(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, const ProtobufCEnumValue *value)
{
    char *code = text_of(&cli->arena, "%s", value->name + prefix_of(descriptor));

    for (char *letter = code; *letter != '\0'; letter++)
        *letter = (char) tolower((unsigned char) *letter);
    return code;
}

int enum_value_of(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, const char *code)
{
    for (unsigned i = 0; i < descriptor->n_values; i++)
        if (strcmp(code_of_value(cli, descriptor, &descriptor->values[i]), code) == 0)
            return descriptor->values[i].value;
    return 0;
}

/* All but UNSPECIFIED. */
static void see_values(struct seeking *seeking, const ProtobufCEnumDescriptor *descriptor, struct words (*name_of)(int value))
{
    for (unsigned i = 0; i < descriptor->n_values; i++)
        if (descriptor->values[i].value != 0)
            seeking_see(seeking, code_of_value(seeking->cli, descriptor, &descriptor->values[i]), name_of(descriptor->values[i].value));
}

static struct words role_words(int value)
{
    return name_of_role((Duban__Role) value);
}

static bool see_roles(struct seeking *seeking, struct fault *fault)
{
    (void) fault;
    see_values(seeking, &duban__role__descriptor, role_words);
    return true;
}

static struct words availability_words(int value)
{
    return name_of_availability((Duban__Availability) value);
}

static bool see_availabilities(struct seeking *seeking, struct fault *fault)
{
    (void) fault;
    see_values(seeking, &duban__availability__descriptor, availability_words);
    return true;
}

/* ---------------------------------------------------------------- the sorts */

const struct code_sort SORT_OF_ZONES = { { "片区", "zone" }, "duban areas", see_zones };
const struct code_sort SORT_OF_AREAS = { { "社区（村）", "area" }, "duban areas", see_areas };
const struct code_sort SORT_OF_SITES = { { "点位", "site" }, "duban sites", see_sites };
const struct code_sort SORT_OF_ACCOUNTS = { { "账号", "account" }, "duban holders", see_accounts };
const struct code_sort SORT_OF_LEVELS = { { "级别", "level" }, "", see_levels };
const struct code_sort SORT_OF_SITE_KINDS = { { "点位类别", "site kind" }, "", see_site_kinds };
const struct code_sort SORT_OF_ITEMS = { { "检查项", "check item" }, "duban items", see_items };
const struct code_sort SORT_OF_TASK_KINDS = { { "任务种类", "task kind" }, "", see_task_kinds };
const struct code_sort SORT_OF_FOCUS_GROUPS = { { "重点人群", "focus group" }, "", see_focus_groups };
const struct code_sort SORT_OF_UNITS = { { "组织", "unit" }, "duban units", see_units };
const struct code_sort SORT_OF_MESSAGES = { { "消息种类", "kind of message" }, "", see_messages };
const struct code_sort SORT_OF_FIGURES = { { "指标", "figure" }, "duban figures", see_figures };
const struct code_sort SORT_OF_ROLES = { { "岗位", "post" }, "", see_roles };
const struct code_sort SORT_OF_AVAILABILITIES = { { "在岗状态", "state" }, "", see_availabilities };
const struct code_sort SORT_OF_ISOLATION_CLASSES = { { "观察类别", "class of observation" }, "", see_isolation_classes };
const struct code_sort SORT_OF_EXEMPTIONS = { { "免除类别", "exemption" }, "", see_exemptions };
const struct code_sort SORT_OF_CHANNELS = { { "渠道", "channel" }, "", see_channels };
