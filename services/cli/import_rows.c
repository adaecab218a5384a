/* import_rows.c - one row of a clerk's table becomes one entry. */
#include <string.h>

#include "import.h"
#include "log.h"
#include "message.h"

enum { MAX_FAULTS_SHOWN = 200, MAX_ROLES = 32 };

/* ---------------------------------------------------------------- cells */

void import_fault(struct import *import, struct csv_cell cell, const char *zh, const char *en, ...)
{
    struct arena *arena = &import->cli->arena;
    struct words words;
    va_list list;

    if (import->fault_count++ >= MAX_FAULTS_SHOWN)
        return;
    va_start(list, en);
    words = words_of_list(arena, zh, en, list);
    va_end(list);
    show_words(&import->cli->errors, 0, COLOUR_NONE,
               (struct words){ text_of(arena, "%s:%u:%u: %s", import->path, cell.line, cell.column, words.zh),
                               text_of(arena, "%s:%u:%u: %s", import->path, cell.line, cell.column, words.en) });
}

static struct csv_cell cell(const struct import *import, const struct csv_row *row, int heading)
{
    return csv_at(row, import->columns[heading]);
}

/* A code that must be there; the empty text and a fault when it is not one. */
static char *code(struct import *import, const struct csv_row *row, int heading, const char *what)
{
    struct csv_cell at = cell(import, row, heading);

    if (!is_code(at.text))
        import_fault(import, at, "%s“%s”不是编号：应为 1 到 32 个字母、数字、点、横线或下划线",
                  "%s \"%s\" is not a code: 1 to 32 letters, digits, dots, hyphens or underscores", what, at.text);
    return (char *) at.text;
}

static char *code_or_nothing(struct import *import, const struct csv_row *row, int heading, const char *what)
{
    return cell(import, row, heading).text[0] == '\0' ? "" : code(import, row, heading, what);
}

struct choice {
    const char *zh;
    const char *en;
    int value;
};

/* The value of a cell that may say one of a few words; empty takes the first. */
static int choose(struct import *import, struct csv_cell at, const struct choice *choices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(at.text, choices[i].en) == 0 || strcmp(at.text, choices[i].zh) == 0)
            return choices[i].value;
    import_fault(import, at, "“%s”不在可选范围，例如 %s", "\"%s\" is none of the choices, such as %s", at.text,
              choices[0].en[0] != '\0' ? choices[0].en : choices[1].en);
    return choices[0].value;
}

static bool yes(struct import *import, const struct csv_row *row, int heading)
{
    static const struct choice CHOICES[] = { { "", "", 0 }, { "是", "yes", 1 }, { "否", "no", 0 } };

    return choose(import, cell(import, row, heading), CHOICES, 3) != 0;
}

void *import_made(struct import *import, size_t size)
{
    void *memory = arena_clear(&import->cli->arena, size);

    if (memory == NULL)
        die("内存不足 / out of memory: %s", import->path);
    return memory;
}

/* Chinese is needed, unless the row only removes; English may be empty. */
static Duban__Text *text(struct import *import, const struct csv_row *row, int zh, int en, bool needed)
{
    Duban__Text *text = import_made(import, sizeof *text);

    duban__text__init(text);
    text->zh = (char *) cell(import, row, zh).text;
    text->en = (char *) cell(import, row, en).text;
    if (needed && text->zh[0] == '\0')
        import_fault(import, cell(import, row, zh), "缺少中文名称", "the Chinese name is missing");
    return text;
}

static Duban__Personal *personal(struct import *import, const struct csv_row *row, int heading)
{
    const char *clear = cell(import, row, heading).text;
    Duban__Personal *personal;

    if (clear[0] == '\0')
        return NULL;
    personal = import_made(import, sizeof *personal);
    duban__personal__init(personal);
    personal->value_case = DUBAN__PERSONAL__VALUE_CLEAR;
    personal->clear = (char *) clear;
    return personal;
}

static Duban__Entry *new_entry(struct import *import, Duban__Entry__BodyCase body_case)
{
    Duban__Entry *entry = import_made(import, sizeof *entry);

    duban__entry__init(entry);
    entry->body_case = body_case;
    return entry;
}

/* ---------------------------------------------------------------- rows */

enum { AREA_CODE, AREA_KIND, AREA_ZONE, AREA_ZH, AREA_EN, AREA_ZONE_ZH, AREA_ZONE_EN, AREA_REMOVED };

static Duban__Entry *entry_of_area(struct import *import, const struct csv_row *row)
{
    static const struct choice KINDS[] = {
        { "社区", "community", DUBAN__AREA_KIND__AREA_KIND_COMMUNITY },
        { "村", "village", DUBAN__AREA_KIND__AREA_KIND_VILLAGE },
    };
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_AREA_CHANGE);
    Duban__AreaChange *change = import_made(import, sizeof *change);

    duban__area_change__init(change);
    entry->area_change = change;
    change->code = code(import, row, AREA_CODE, "code");
    change->removed = yes(import, row, AREA_REMOVED);
    change->kind = (Duban__AreaKind) choose(import, cell(import, row, AREA_KIND), KINDS, 2);
    change->zone = code(import, row, AREA_ZONE, "zone");
    change->name = text(import, row, AREA_ZH, AREA_EN, !change->removed);
    if (cell(import, row, AREA_ZONE_ZH).text[0] != '\0')
        change->zone_name = text(import, row, AREA_ZONE_ZH, AREA_ZONE_EN, false);
    return entry;
}

enum { SITE_CODE, SITE_KIND, SITE_AREA, SITE_ZH, SITE_EN, SITE_STATE, SITE_REMOVED };

static Duban__Entry *entry_of_site(struct import *import, const struct csv_row *row)
{
    static const struct choice STATES[] = {
        { "", "", DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING },
        { "营业", "operating", DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING },
        { "停业", "suspended", DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED },
        { "关闭", "closed", DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED },
    };
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_SITE_CHANGE);
    Duban__SiteChange *change = import_made(import, sizeof *change);

    duban__site_change__init(change);
    entry->site_change = change;
    change->code = code(import, row, SITE_CODE, "code");
    change->removed = yes(import, row, SITE_REMOVED);
    change->kind = code(import, row, SITE_KIND, "kind");
    change->area = code(import, row, SITE_AREA, "area");
    change->name = text(import, row, SITE_ZH, SITE_EN, !change->removed);
    change->operating_state = (Duban__OperatingState) choose(import, cell(import, row, SITE_STATE), STATES, 4);
    return entry;
}

enum {
    HOLDER_ACCOUNT, HOLDER_ROLES, HOLDER_ZH, HOLDER_EN, HOLDER_CHANNEL, HOLDER_ADDRESS, HOLDER_PHONE, HOLDER_NAME,
    HOLDER_DEPUTY, HOLDER_AWAY, HOLDER_LANGUAGE, HOLDER_REMOVED
};

/* Which roles exist, and whether one has a scope. */
static const struct {
    const char *name;
    Duban__Role role;
    bool scoped;
} ROLES[] = {
    { "lead", DUBAN__ROLE__ROLE_LEAD, false },
    { "duty_clerk", DUBAN__ROLE__ROLE_DUTY_CLERK, false },
    { "group_leader", DUBAN__ROLE__ROLE_GROUP_LEADER, true },
    { "inspector", DUBAN__ROLE__ROLE_INSPECTOR, true },
    { "area_contact", DUBAN__ROLE__ROLE_AREA_CONTACT, true },
    { "area_staff", DUBAN__ROLE__ROLE_AREA_STAFF, true },
    { "office", DUBAN__ROLE__ROLE_OFFICE, true },
    { "site_contact", DUBAN__ROLE__ROLE_SITE_CONTACT, true },
    { "committee", DUBAN__ROLE__ROLE_COMMITTEE, false },
    { "auditor", DUBAN__ROLE__ROLE_AUDITOR, false },
    { "administrator", DUBAN__ROLE__ROLE_ADMINISTRATOR, false },
};

static void grant_role(struct import *import, struct csv_cell at, const char *word, Duban__RoleGrant *grant)
{
    size_t size = strcspn(word, ":");
    const char *scope = word[size] == ':' ? word + size + 1 : "";

    duban__role_grant__init(grant);
    grant->scope = (char *) scope;
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        if (strlen(ROLES[i].name) != size || memcmp(ROLES[i].name, word, size) != 0)
            continue;
        grant->role = ROLES[i].role;
        if (ROLES[i].scoped && !is_code(scope))
            import_fault(import, at, "岗位 %1$s 要写明范围，如 %1$s:north", "role %1$s needs its scope, as in %1$s:north",
                         ROLES[i].name);
        if (!ROLES[i].scoped && word[size] == ':')
            import_fault(import, at, "岗位 %s 没有范围", "role %s has no scope", ROLES[i].name);
        return;
    }
    import_fault(import, at, "没有“%s”这种岗位；可用 %s", "there is no role \"%s\"; there are %s", word,
                 "lead duty_clerk group_leader inspector area_contact area_staff office site_contact committee auditor "
                 "administrator");
}

/* Words separated by spaces: group_leader:north lead */
static void grant_roles(struct import *import, const struct csv_row *row, Duban__RoleHolderChange *change)
{
    struct csv_cell at = cell(import, row, HOLDER_ROLES);
    char *words = text_of(&import->cli->arena, "%s", at.text);
    char *rest = NULL;

    change->roles = import_made(import, MAX_ROLES * sizeof(void *));
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (change->n_roles == MAX_ROLES) {
            import_fault(import, at, "岗位最多 %d 个", "%d roles at most", MAX_ROLES);
            return;
        }
        change->roles[change->n_roles] = import_made(import, sizeof **change->roles);
        grant_role(import, at, word, change->roles[change->n_roles++]);
    }
    if (change->n_roles == 0 && !change->removed)
        import_fault(import, at, "缺少岗位", "the roles are missing");
}

static char *language(struct import *import, const struct csv_row *row)
{
    static const struct choice LANGUAGES[] = {
        { "", "", 0 }, { "中文", "zh", 1 }, { "英文", "en", 2 }, { "双语", "zh+en", 3 },
    };
    static char *const CODES[] = { "", "zh", "en", "zh+en" };

    return CODES[choose(import, cell(import, row, HOLDER_LANGUAGE), LANGUAGES, 4)];
}

static Duban__Entry *entry_of_holder(struct import *import, const struct csv_row *row)
{
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE);
    Duban__RoleHolderChange *change = import_made(import, sizeof *change);

    duban__role_holder_change__init(change);
    entry->role_holder_change = change;
    change->account = code(import, row, HOLDER_ACCOUNT, "account");
    change->removed = yes(import, row, HOLDER_REMOVED);
    grant_roles(import, row, change);
    change->title = text(import, row, HOLDER_ZH, HOLDER_EN, !change->removed);
    change->channel = code_or_nothing(import, row, HOLDER_CHANNEL, "channel");
    change->address = personal(import, row, HOLDER_ADDRESS);
    change->phone = personal(import, row, HOLDER_PHONE);
    change->name = personal(import, row, HOLDER_NAME);
    change->deputy = code_or_nothing(import, row, HOLDER_DEPUTY, "deputy");
    change->away = yes(import, row, HOLDER_AWAY);
    change->language = language(import, row);
    return entry;
}

const struct import_kind IMPORT_KINDS[] = {
    { "areas", { "code", "kind", "zone", "name_zh", "name_en", "zone_zh", "zone_en", "removed" }, 5, entry_of_area },
    { "sites", { "code", "kind", "area", "name_zh", "name_en", "state", "removed" }, 5, entry_of_site },
    { "holders", { "account", "roles", "title_zh", "title_en", "channel", "address", "phone", "name", "deputy", "away",
                   "language", "removed" }, 4, entry_of_holder },
    { 0 },
};
