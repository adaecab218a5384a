/* import_rows.c - one row of a clerk's table becomes one entry. */
#include <stdlib.h>
#include <string.h>

#include "duty_window.h"
#include "import.h"
#include "message.h"
#include "names.h"

/* ---------------------------------------------------------------- cells */

/* A code that must be there; a fault when it is not one. */
static char *code(struct import *import, const struct csv_row *row, int heading)
{
    const char *text = import_cell(import, row, heading).text;

    if (!is_code(text))
        import_cell_fault(import, row, heading, "应为编号：1 到 32 个字母、数字、点、横线或下划线，如 n-c1",
                          "it should be a code: 1 to 32 letters, digits, dots, hyphens or underscores, such as n-c1");
    return (char *) text;
}

static char *code_or_nothing(struct import *import, const struct csv_row *row, int heading)
{
    return import_cell(import, row, heading).text[0] == '\0' ? "" : code(import, row, heading);
}

struct choice {
    const char *zh;
    const char *en;
    int value;
};

/* "社区 community / 村 village", or the like; nothing is a choice, too. */
static struct words words_of_choices(struct import *import, const struct choice *choices, size_t count)
{
    struct arena *arena = &import->cli->arena;
    const char *all = "";
    bool may_be_empty = false;

    for (size_t i = 0; i < count; i++) {
        may_be_empty = may_be_empty || choices[i].en[0] == '\0';
        if (choices[i].en[0] != '\0')
            all = text_of(arena, "%s%s%s %s", all, all[0] == '\0' ? "" : " / ", choices[i].zh, choices[i].en);
    }
    return (struct words){ text_of(arena, "%s%s", all, may_be_empty ? "，或不填" : ""),
                           text_of(arena, "%s%s", all, may_be_empty ? ", or nothing" : "") };
}

/* The value of a cell that may say one of a few words, in either language. */
static int choose(struct import *import, const struct csv_row *row, int heading, const struct choice *choices,
                  size_t count)
{
    const char *text = import_cell(import, row, heading).text;
    struct words all;

    for (size_t i = 0; i < count; i++)
        if (strcmp(text, choices[i].en) == 0 || strcmp(text, choices[i].zh) == 0)
            return choices[i].value;
    all = words_of_choices(import, choices, count);
    import_cell_fault(import, row, heading, "应为：%1$s%2$.0s", "it should be: %2$s%1$.0s", all.zh, all.en);
    return choices[0].value;
}

static bool yes(struct import *import, const struct csv_row *row, int heading)
{
    static const struct choice CHOICES[] = { { "", "", 0 }, { "是", "yes", 1 }, { "否", "no", 0 } };

    return choose(import, row, heading, CHOICES, 3) != 0;
}

static char *name(struct import *import, const struct csv_row *row, int heading)
{
    const char *text = import_cell(import, row, heading).text;

    if (strlen(text) > ENTRY_NAME_BYTES)
        import_cell_fault(import, row, heading, "太长，最多 %d 字节（约 %d 个汉字）",
                          "it is too long: at most %d bytes (some %d Chinese characters)", (int) ENTRY_NAME_BYTES,
                          ENTRY_NAME_BYTES / 3);
    return (char *) text;
}

/* Chinese is needed, unless the row only removes; English may be empty. */
static Duban__Text *text(struct import *import, const struct csv_row *row, int zh, int en, bool needed)
{
    Duban__Text *text = import_made(import, sizeof *text);

    duban__text__init(text);
    text->zh = name(import, row, zh);
    text->en = name(import, row, en);
    if (needed && text->zh[0] == '\0')
        import_cell_fault(import, row, zh, "要写中文名称，如 北片一社区；英文可以不写",
                          "write the Chinese name, such as 北片一社区; the English one may be left out");
    return text;
}

/* What it says is not repeated, not even when it is wrong. */
static Duban__Personal *personal(struct import *import, const struct csv_row *row, int heading)
{
    struct csv_cell at = import_cell(import, row, heading);
    Duban__Personal *personal;

    if (at.text[0] == '\0')
        return NULL;
    if (strlen(at.text) > ENTRY_PERSONAL_BYTES)
        import_fault(import, at, "“%1$s”列太长，最多 %3$d 字节%2$.0s", "column \"%2$s\" is too long: at most %3$d bytes%1$.0s",
                     import_heading(import, heading).zh, import_heading(import, heading).en, (int) ENTRY_PERSONAL_BYTES);
    personal = import_made(import, sizeof *personal);
    duban__personal__init(personal);
    personal->value_case = DUBAN__PERSONAL__VALUE_CLEAR;
    personal->clear = (char *) at.text;
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

enum { AREA_CODE, AREA_KIND, AREA_ZONE, AREA_ZH, AREA_EN, AREA_ZONE_ZH, AREA_ZONE_EN, AREA_REMOVED,
       AREA_HAS_BRANCH };

/* An empty cell, or a table without the column, leaves what is registered. */
static void read_has_branch(struct import *import, const struct csv_row *row, Duban__AreaChange *change)
{
    if (import_cell(import, row, AREA_HAS_BRANCH).text[0] == '\0')
        return;
    change->has_branch_presence_case = DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE_HAS_BRANCH;
    change->has_branch = yes(import, row, AREA_HAS_BRANCH);
}

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
    change->code = code(import, row, AREA_CODE);
    change->removed = yes(import, row, AREA_REMOVED);
    change->kind = (Duban__AreaKind) choose(import, row, AREA_KIND, KINDS, 2);
    change->zone = code(import, row, AREA_ZONE);
    change->name = text(import, row, AREA_ZH, AREA_EN, !change->removed);
    if (import_cell(import, row, AREA_ZONE_ZH).text[0] != '\0')
        change->zone_name = text(import, row, AREA_ZONE_ZH, AREA_ZONE_EN, false);
    read_has_branch(import, row, change);
    return entry;
}

enum { SITE_CODE, SITE_KIND, SITE_AREA, SITE_ZH, SITE_EN, SITE_STATE, SITE_REMOVED, SITE_HEADCOUNT, SITE_CLASS };

/* An empty cell leaves what is registered. */
static void read_headcount(struct import *import, const struct csv_row *row, Duban__SiteChange *change)
{
    const char *text = import_cell(import, row, SITE_HEADCOUNT).text;
    size_t digits = strspn(text, "0123456789");

    if (text[0] == '\0')
        return;
    if (text[digits] != '\0' || digits > 7 || strtoul(text, NULL, 10) > ENTRY_MAX_HEADCOUNT) {
        import_cell_fault(import, row, SITE_HEADCOUNT, "应为通常在场的人数，0 至 %d，如 35，或不填",
                          "it should be how many people are there, 0 to %d, such as 35, or nothing", (int) ENTRY_MAX_HEADCOUNT);
        return;
    }
    change->headcount_presence_case = DUBAN__SITE_CHANGE__HEADCOUNT_PRESENCE_HEADCOUNT;
    change->headcount = (uint32_t) strtoul(text, NULL, 10);
}

static Duban__Entry *entry_of_site(struct import *import, const struct csv_row *row)
{
    static const struct choice STATES[] = {
        { "", "", DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED },   /* as before */
        { "营业", "operating", DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING },
        { "停业", "suspended", DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED },
        { "关闭", "closed", DUBAN__OPERATING_STATE__OPERATING_STATE_CLOSED },
    };
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_SITE_CHANGE);
    Duban__SiteChange *change = import_made(import, sizeof *change);

    duban__site_change__init(change);
    entry->site_change = change;
    change->code = code(import, row, SITE_CODE);
    change->removed = yes(import, row, SITE_REMOVED);
    change->kind = code(import, row, SITE_KIND);
    change->area = code(import, row, SITE_AREA);
    change->name = text(import, row, SITE_ZH, SITE_EN, !change->removed);
    change->operating_state = (Duban__OperatingState) choose(import, row, SITE_STATE, STATES, 4);
    read_headcount(import, row, change);
    change->site_class = code_or_nothing(import, row, SITE_CLASS);
    return entry;
}

enum {
    HOLDER_ACCOUNT, HOLDER_ROLES, HOLDER_ZH, HOLDER_EN, HOLDER_CHANNEL, HOLDER_ADDRESS, HOLDER_PHONE, HOLDER_NAME,
    HOLDER_DEPUTY, HOLDER_AWAY, HOLDER_LANGUAGE, HOLDER_REMOVED, HOLDER_UNITS, HOLDER_HOME_OFFICE, HOLDER_DUTY_WINDOWS,
    HOLDER_CHANNEL_2, HOLDER_ADDRESS_2, HOLDER_CHANNEL_3, HOLDER_ADDRESS_3
};

/* Which roles exist, and what the scope of one is, with an example. */
static const struct {
    const char *name;
    Duban__Role role;
    bool scoped;
    const char *scope;
    struct words scope_is;
} ROLES[] = {
    { "lead", DUBAN__ROLE__ROLE_LEAD, false, "", { "", "" } },
    { "duty_clerk", DUBAN__ROLE__ROLE_DUTY_CLERK, false, "", { "", "" } },
    { "group_leader", DUBAN__ROLE__ROLE_GROUP_LEADER, true, "north", { "片区编号", "a zone code" } },
    { "inspector", DUBAN__ROLE__ROLE_INSPECTOR, true, "north", { "片区编号", "a zone code" } },
    { "area_contact", DUBAN__ROLE__ROLE_AREA_CONTACT, true, "n-c1", { "社区（村）编号", "an area code" } },
    { "area_staff", DUBAN__ROLE__ROLE_AREA_STAFF, true, "n-c1", { "社区（村）编号", "an area code" } },
    { "office", DUBAN__ROLE__ROLE_OFFICE, true, "office-1", { "科室编号", "an office code" } },
    { "site_contact", DUBAN__ROLE__ROLE_SITE_CONTACT, true, "cour-1", { "点位编号", "a site code" } },
    { "committee", DUBAN__ROLE__ROLE_COMMITTEE, false, "", { "", "" } },
    { "auditor", DUBAN__ROLE__ROLE_AUDITOR, false, "", { "", "" } },
    { "administrator", DUBAN__ROLE__ROLE_ADMINISTRATOR, false, "", { "", "" } },
};

const char *import_role_name(Duban__Role role)
{
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++)
        if (ROLES[i].role == role)
            return ROLES[i].name;
    return "";
}

static const char *right_role(struct import *import, const char *written)
{
    struct choices choices = choices_for(written);
    const char *near;

    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++)
        choices_add(&choices, ROLES[i].name);
    near = choices_near(&choices);
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++)
        if (near == ROLES[i].name && ROLES[i].scoped)
            return text_of(&import->cli->arena, "%s:%s", near, ROLES[i].scope);
    return text_of(&import->cli->arena, "%s", choices_right(&choices));
}

static void check_scope(struct import *import, const struct csv_row *row, size_t role, const char *scope)
{
    const char *name = ROLES[role].name;

    if (ROLES[role].scoped && (scope == NULL || !is_code(scope)))
        import_cell_fault(import, row, HOLDER_ROLES, "岗位 %1$s 要写明范围（%3$s），如 %1$s:%2$s%4$.0s",
                          "role %1$s needs its scope (%4$s), as in %1$s:%2$s%3$.0s", name, ROLES[role].scope,
                          ROLES[role].scope_is.zh, ROLES[role].scope_is.en);
    if (!ROLES[role].scoped && scope != NULL)
        import_cell_fault(import, row, HOLDER_ROLES, "岗位 %1$s 没有范围，只写 %1$s", "role %1$s has no scope; write %1$s alone",
                          name);
}

/* group_leader:north; the word may be changed. */
/* A Chinese keyboard has a wide colon. NULL: the role has no scope. */
static char *cut_scope(char *word)
{
    static const char WIDE[] = "：";
    char *narrow = strchr(word, ':'), *wide = narrow != NULL ? NULL : strstr(word, WIDE);
    char *scope = narrow != NULL ? narrow + 1 : wide != NULL ? wide + strlen(WIDE) : NULL;

    if (scope != NULL)
        *(narrow != NULL ? narrow : wide) = '\0';
    return scope;
}

/* The role by its name in either language. */
static void grant_role(struct import *import, const struct csv_row *row, char *word, Duban__RoleGrant *grant)
{
    char *scope = cut_scope(word);

    duban__role_grant__init(grant);
    if (scope != NULL)
        grant->scope = scope;
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        if (strcmp(ROLES[i].name, word) != 0 && strcmp(name_of_role(ROLES[i].role).zh, word) != 0)
            continue;
        grant->role = ROLES[i].role;
        check_scope(import, row, i, scope);
        return;
    }
    import_cell_fault(import, row, HOLDER_ROLES, "没有“%s”这种岗位；应为：%s", "there is no role \"%s\"; should be: %s",
                      word, right_role(import, word));
}

static void check_granted_once(struct import *import, const struct csv_row *row, const Duban__RoleHolderChange *change)
{
    const Duban__RoleGrant *last = change->roles[change->n_roles - 1];

    for (size_t i = 0; last->role != DUBAN__ROLE__ROLE_UNSPECIFIED && i + 1 < change->n_roles; i++)
        if (change->roles[i]->role == last->role && strcmp(change->roles[i]->scope, last->scope) == 0)
            import_cell_fault(import, row, HOLDER_ROLES, "同一岗位和范围只写一次", "each role with its scope is written once");
}

/* Words separated by spaces: group_leader:north lead */
static void grant_roles(struct import *import, const struct csv_row *row, Duban__RoleHolderChange *change)
{
    char *words = text_of(&import->cli->arena, "%s", import_cell(import, row, HOLDER_ROLES).text);
    char *rest = NULL;

    change->roles = import_made(import, ENTRY_MAX_ROLES * sizeof(void *));
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (change->n_roles == ENTRY_MAX_ROLES) {
            import_cell_fault(import, row, HOLDER_ROLES, "岗位最多 %d 个", "%d roles at most", ENTRY_MAX_ROLES);
            return;
        }
        change->roles[change->n_roles] = import_made(import, sizeof **change->roles);
        grant_role(import, row, word, change->roles[change->n_roles++]);
        check_granted_once(import, row, change);
    }
    if (change->n_roles == 0 && !change->removed)
        import_cell_fault(import, row, HOLDER_ROLES, "要写岗位，如 group_leader:north，几个之间用空格",
                          "write the roles, such as group_leader:north, with spaces between several");
}

/* Codes separated by spaces: tf-1 branch-2 */
static void join_units(struct import *import, const struct csv_row *row, Duban__RoleHolderChange *change)
{
    char *words = text_of(&import->cli->arena, "%s", import_cell(import, row, HOLDER_UNITS).text);
    char *rest = NULL;

    change->units = import_made(import, ENTRY_MAX_UNITS * sizeof(void *));
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (change->n_units == ENTRY_MAX_UNITS || !is_code(word)) {
            import_cell_fault(import, row, HOLDER_UNITS, "应为组织的编号，最多 %d 个，几个之间用空格，如 branch-1",
                              "it should be codes of units, at most %d, with spaces between several, such as branch-1",
                              (int) ENTRY_MAX_UNITS);
            return;
        }
        change->units[change->n_units++] = word;
    }
}

static char *language(struct import *import, const struct csv_row *row)
{
    static const struct choice LANGUAGES[] = {
        { "", "", 0 }, { "中文", "zh", 1 }, { "英文", "en", 2 }, { "双语", "zh+en", 3 },
    };
    static char *const CODES[] = { "", "zh", "en", "zh+en" };

    return CODES[choose(import, row, HOLDER_LANGUAGE, LANGUAGES, 4)];
}

/* What notify can send by; nothing there means the spool. */
static char *channel(struct import *import, const struct csv_row *row, int heading)
{
    static const struct choice CHANNELS[] = {
        { "", "", 0 }, { "留存", "spool", 1 }, { "推送", "webhook", 2 }, { "企业微信", "wecom", 3 }, { "钉钉", "dingtalk", 4 },
        { "飞书", "feishu", 5 }, { "邮件", "smtp", 6 }, { "短信", "sms", 7 }, { "程序", "exec", 8 },
    };
    static char *const CODES[] = { "", "spool", "webhook", "wecom", "dingtalk", "feishu", "smtp", "sms", "exec" };

    return CODES[choose(import, row, heading, CHANNELS, sizeof CODES / sizeof CODES[0])];
}

static bool is_web_address(const char *text)
{
    const char *host = strncmp(text, "https://", 8) == 0 ? text + 8 : strncmp(text, "http://", 7) == 0 ? text + 7 : "";

    return host[0] != '\0' && host[0] != '/' && strpbrk(host, " \t") == NULL;
}

static bool is_mail_address(const char *text)
{
    const char *at = strchr(text, '@');

    return at != NULL && at != text && at[1] != '\0' && strchr(at + 1, '@') == NULL && strpbrk(text, " \t<>,;") == NULL;
}

/* A phone number is written with digits, spaces and dashes; gateways take digits. */
static char *phone_digits(struct import *import, const char *text)
{
    char *digits = import_made(import, strlen(text) + 1);
    size_t size = 0;

    for (; *text != '\0'; text++)
        if ((*text >= '0' && *text <= '9') || (*text == '+' && size == 0))
            digits[size++] = *text;
    digits[size] = '\0';
    return digits;
}

/* Where that channel reaches the holder: its address column, for text messages otherwise the phone's. An address is
 * personal: it is not repeated in a fault. */
static Duban__Personal *reached_at(struct import *import, const struct csv_row *row, const char *channel, int channel_heading,
                                   int address_heading)
{
    bool by_text = strcmp(channel, "sms") == 0;
    bool by_web = strcmp(channel, "webhook") == 0 || strcmp(channel, "wecom") == 0 || strcmp(channel, "dingtalk") == 0 ||
                  strcmp(channel, "feishu") == 0;
    const char *address = import_cell(import, row, address_heading).text;
    int heading = by_text && address[0] == '\0' ? HOLDER_PHONE : address_heading;
    Duban__Personal *personal_address = personal(import, row, heading);
    struct csv_cell place = import_cell(import, row, address[0] == '\0' ? channel_heading : address_heading);
    struct words column = import_heading(import, address_heading);

    if (by_web && !is_web_address(address))
        import_fault(import, place, "渠道是 %1$s，“%2$s”列就要写 http:// 或 https:// 开头的网址%3$.0s",
                     "with channel %1$s, column \"%3$s\" needs a web address that begins with http:// or https://%2$.0s", channel,
                     column.zh, column.en);
    if (strcmp(channel, "smtp") == 0 && !is_mail_address(address))
        import_fault(import, place, "渠道是 %1$s，“%2$s”列就要写邮箱地址，例如 name@town.example%3$.0s",
                     "with channel %1$s, column \"%3$s\" needs a mail address, such as name@town.example%2$.0s", channel,
                     column.zh, column.en);
    if (by_text && personal_address == NULL)
        import_fault(import, place, "渠道是 %1$s，“%2$s”列或“电话 phone”列就要写手机号%3$.0s",
                     "with channel %1$s, column \"%3$s\" or \"phone\" needs a phone number%2$.0s", channel, column.zh, column.en);
    if (by_text && personal_address != NULL)
        personal_address->clear = phone_digits(import, personal_address->clear);
    return personal_address;
}

/* The second and third way, as far as they are given. */
static void add_other_ways(struct import *import, const struct csv_row *row, Duban__RoleHolderChange *change)
{
    static const int HEADINGS[][2] = { { HOLDER_CHANNEL_2, HOLDER_ADDRESS_2 }, { HOLDER_CHANNEL_3, HOLDER_ADDRESS_3 } };

    change->other_ways = import_made(import, sizeof HEADINGS / sizeof HEADINGS[0] * sizeof(void *));
    for (size_t i = 0; i < sizeof HEADINGS / sizeof HEADINGS[0]; i++) {
        char *by = channel(import, row, HEADINGS[i][0]);
        Duban__ChannelWay *way;

        if (by[0] == '\0')
            continue;
        way = import_made(import, sizeof *way);
        duban__channel_way__init(way);
        way->channel = by;
        way->address = reached_at(import, row, by, HEADINGS[i][0], HEADINGS[i][1]);
        change->other_ways[change->n_other_ways++] = way;
    }
}

static void check_phone(struct import *import, const struct csv_row *row)
{
    const char *phone = import_cell(import, row, HOLDER_PHONE).text;

    if (phone[strspn(phone, "+-() 0123456789")] != '\0')
        import_fault(import, import_cell(import, row, HOLDER_PHONE), "“电话 phone”列只能用半角数字和 + - ( )，例如 13800001234",
                     "column \"phone\" takes plain digits and + - ( ) only, such as 13800001234");
}

static char *without_blanks_around(char *text)
{
    size_t size;

    text += strspn(text, " ");
    for (size = strlen(text); size > 0 && text[size - 1] == ' '; size--)
        text[size - 1] = '\0';
    return text;
}

/* mon-fri 08:30-12:00; sat 09:00-12:00 */
static void add_duty_windows(struct import *import, const struct csv_row *row, Duban__RoleHolderChange *change)
{
    char *words = duty_windows_plain(&import->cli->arena, import_cell(import, row, HOLDER_DUTY_WINDOWS).text);
    char *rest = NULL;

    change->duty_windows = import_made(import, ENTRY_MAX_DUTY_WINDOWS * sizeof(void *));
    for (char *word = strtok_r(words, ";", &rest); word != NULL; word = strtok_r(NULL, ";", &rest)) {
        Duban__DutyWindow *window = import_made(import, sizeof *window);

        if (change->n_duty_windows == ENTRY_MAX_DUTY_WINDOWS || !duty_window_parse(without_blanks_around(word), window)) {
            import_cell_fault(import, row, HOLDER_DUTY_WINDOWS,
                              "值守时段应如 mon-fri 08:30-12:00（或 周一-周五 08:30-12:00），几段之间用分号，最多 %d 段；跨午夜、跨周的分两段写",
                              "a duty window should be like mon-fri 08:30-12:00, with semicolons between several, %d at most; "
                              "write two for what goes over midnight or over the weekend", (int) ENTRY_MAX_DUTY_WINDOWS);
            return;
        }
        change->duty_windows[change->n_duty_windows++] = window;
    }
}

static Duban__Entry *entry_of_holder(struct import *import, const struct csv_row *row)
{
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_ROLE_HOLDER_CHANGE);
    Duban__RoleHolderChange *change = import_made(import, sizeof *change);

    duban__role_holder_change__init(change);
    entry->role_holder_change = change;
    change->account = code(import, row, HOLDER_ACCOUNT);
    change->removed = yes(import, row, HOLDER_REMOVED);
    grant_roles(import, row, change);
    change->title = text(import, row, HOLDER_ZH, HOLDER_EN, !change->removed);
    change->channel = channel(import, row, HOLDER_CHANNEL);
    change->address = reached_at(import, row, change->channel, HOLDER_CHANNEL, HOLDER_ADDRESS);
    add_other_ways(import, row, change);
    change->phone = personal(import, row, HOLDER_PHONE);
    change->name = personal(import, row, HOLDER_NAME);
    change->deputy = code_or_nothing(import, row, HOLDER_DEPUTY);
    if (change->deputy[0] != '\0' && strcmp(change->deputy, change->account) == 0)
        import_cell_fault(import, row, HOLDER_DEPUTY, "代理人不能是本人；应为另一个账号，或不填",
                          "nobody is his own deputy; it should be another account, or nothing");
    check_phone(import, row);
    change->away = yes(import, row, HOLDER_AWAY);
    change->language = language(import, row);
    join_units(import, row, change);
    change->home_office = code_or_nothing(import, row, HOLDER_HOME_OFFICE);
    add_duty_windows(import, row, change);
    return entry;
}

enum { HOUSEHOLD_CODE, HOUSEHOLD_AREA, HOUSEHOLD_REMOVED };

static Duban__Entry *entry_of_household(struct import *import, const struct csv_row *row)
{
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_HOUSEHOLD_CHANGE);
    Duban__HouseholdChange *change = import_made(import, sizeof *change);

    duban__household_change__init(change);
    entry->household_change = change;
    change->code = code(import, row, HOUSEHOLD_CODE);
    change->area = code(import, row, HOUSEHOLD_AREA);
    change->removed = yes(import, row, HOUSEHOLD_REMOVED);
    return entry;
}

enum { UNIT_CODE, UNIT_KIND, UNIT_ZH, UNIT_EN, UNIT_SECRETARY, UNIT_GROUP, UNIT_ZONE, UNIT_AREA, UNIT_REMOVED };

static Duban__Entry *entry_of_unit(struct import *import, const struct csv_row *row)
{
    static const struct choice KINDS[] = {
        { "专班", "task_force", DUBAN__UNIT_KIND__UNIT_KIND_TASK_FORCE },
        { "支部", "branch", DUBAN__UNIT_KIND__UNIT_KIND_BRANCH },
    };
    Duban__Entry *entry = new_entry(import, DUBAN__ENTRY__BODY_UNIT_CHANGE);
    Duban__UnitChange *change = import_made(import, sizeof *change);

    duban__unit_change__init(change);
    entry->unit_change = change;
    change->code = code(import, row, UNIT_CODE);
    change->removed = yes(import, row, UNIT_REMOVED);
    change->kind = (Duban__UnitKind) choose(import, row, UNIT_KIND, KINDS, 2);
    change->name = text(import, row, UNIT_ZH, UNIT_EN, !change->removed);
    change->secretary = code_or_nothing(import, row, UNIT_SECRETARY);
    change->focus_group = code_or_nothing(import, row, UNIT_GROUP);
    if (change->focus_group[0] != '\0' && change->kind != DUBAN__UNIT_KIND__UNIT_KIND_BRANCH)
        import_cell_fault(import, row, UNIT_GROUP, "只有支部对应重点人群；专班请不填",
                          "only a branch has a focus group; leave it empty for a task force");
    change->zone = code_or_nothing(import, row, UNIT_ZONE);
    change->area = code_or_nothing(import, row, UNIT_AREA);
    if (change->zone[0] != '\0' && change->area[0] != '\0')
        import_cell_fault(import, row, UNIT_AREA, "片区和社区（村）只填一个", "give the zone or the area, not both");
    return entry;
}

const struct import_kind IMPORT_KINDS[] = {
    { "areas", { "社区（村）", "areas" },
      { { "编号", "code" }, { "种类", "kind" }, { "片区", "zone" }, { "名称", "name_zh" }, { "英文名称", "name_en" },
        { "片区名称", "zone_zh" }, { "片区英文名称", "zone_en" }, { "注销", "removed" }, { "设有支部", "has_branch" } }, 5, entry_of_area },
    { "sites", { "点位", "sites" },
      { { "编号", "code" }, { "种类", "kind" }, { "社区", "area" }, { "名称", "name_zh" }, { "英文名称", "name_en" },
        { "营业状态", "state" }, { "注销", "removed" }, { "在场人数", "headcount" }, { "分类", "class" } }, 5, entry_of_site },
    { "holders", { "人员岗位", "role holders" },
      { { "账号", "account" }, { "岗位", "roles" }, { "称谓", "title_zh" }, { "英文称谓", "title_en" }, { "渠道", "channel" },
        { "渠道地址", "address" }, { "电话", "phone" }, { "姓名", "name" }, { "代理人", "deputy" }, { "不在岗", "away" },
        { "语言", "language" }, { "注销", "removed" }, { "所属组织", "units" }, { "原单位", "home_office" }, { "值守时段", "duty_windows" },
        { "渠道2", "channel_2" }, { "渠道地址2", "address_2" }, { "渠道3", "channel_3" }, { "渠道地址3", "address_3" } }, 4,
      entry_of_holder },
    { "households", { "住户", "households" }, { { "编号", "code" }, { "社区", "area" }, { "注销", "removed" } }, 2, entry_of_household },
    { "units", { "组织", "units" },
      { { "编号", "code" }, { "种类", "kind" }, { "名称", "name_zh" }, { "英文名称", "name_en" }, { "书记", "secretary" },
        { "重点人群", "focus_group" }, { "片区", "zone" }, { "社区", "area" }, { "注销", "removed" } }, 5, entry_of_unit },
    { 0 },
};
