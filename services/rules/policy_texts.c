/* policy_texts.c - messages.csv: what messages say, and the placeholders in them.
 *
 * A Chinese text may name its placeholders in Chinese, {编号}; a loaded policy knows each by
 * one English name only, {number}, so that whoever fills them in needs no second table.
 */
#include <stdlib.h>
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MAX_MESSAGES = 300 };

/* What may be filled in, and under which names. A name of its own stands first. */
static const struct {
    const char *written;
    const char *name;
} PLACEHOLDERS[] = {
    { "编号", "number" },     { "number", "number" },     /* DB-0012 */
    { "点位", "site" },       { "site", "site" },
    { "问题", "finding" },    { "情况", "finding" },       { "finding", "finding" },
    { "级别", "level" },      { "level", "level" },
    { "时限", "due" },        { "due", "due" },
    { "新时限", "new_due" },  { "new_due", "new_due" },
    { "逾期", "overdue" },    { "overdue", "overdue" },    /* how long past due */
    { "剩余", "left" },       { "left", "left" },          /* how long until due */
    { "已办", "open" },       { "open", "open" },          /* how long since it was handed out */
    { "责任人", "owner" },    { "owner", "owner" },        /* by post, never by name */
    { "第几次", "k" },        { "已查", "k" },             { "k", "k" },
    { "共几次", "n" },        { "总数", "n" },             { "n", "n" },
    { "催办次数", "chased" }, { "chased", "chased" },
    { "轮次", "round" },      { "round", "round" },        /* which time it is overdue */
    { "原因", "reason" },     { "结论", "reason" },        { "reason", "reason" },
    { "事项", "matter" },     { "matter", "matter" },
    { "组别", "group" },      { "group", "group" },
    { "时间", "at" },         { "at", "at" },
    { "天数", "days" },       { "days", "days" },
    { "件数", "count" },      { "count", "count" },
    { "岗位", "role" },       { "role", "role" },
    { "职务", "title" },      { "title", "title" },
    { "日期", "date" },       { "date", "date" },
    { "新日期", "new_date" }, { "new_date", "new_date" },
    { "类别", "kind" },       { "kind", "kind" },
    { "时长", "duration" },   { "duration", "duration" },
    /* figures of a day, of a brief, a summary, an alert */
    { "逾期件数", "red" }, { "red", "red" },
    { "到期件数", "due_cases" }, { "due_cases", "due_cases" },
    { "复查数", "revisits" }, { "revisits", "revisits" },
    { "投诉数", "complaints" }, { "complaints", "complaints" },
    { "应查数", "required" }, { "required", "required" },
    { "计划数", "planned" }, { "planned", "planned" },
    { "已查数", "inspected" }, { "inspected", "inspected" },
    { "剩余数", "remaining" }, { "remaining", "remaining" },
    { "新增数", "filed" }, { "filed", "filed" },
    { "销号数", "closed_cases" }, { "closed_cases", "closed_cases" },
    { "转明日数", "carried" }, { "carried", "carried" },
    { "补报数", "late" }, { "late", "late" },
    { "其他逾期数", "other_red" }, { "other_red", "other_red" },
    { "死角数", "blind" }, { "blind", "blind" },
    { "限期", "by" },         { "by", "by" },             /* 于2月3日 11:00前, 尽快, 立即 */
    { "待核记录", "held" },   { "held", "held" },         /* which records are held */
    { "逾期情况", "lateness" }, { "lateness", "lateness" }, /* 已逾期2小时, 刚刚逾期 */
    { "合格情况", "passes" }, { "passes", "passes" },     /* 连续2次复查合格, 复查合格 */
    { "到访未果", "attempts" }, { "attempts", "attempts" }, /* how often somebody went in vain; nothing when nobody did */
    { "照片", "photos" }, { "photos", "photos" },       /* ，照片3张; nothing when there is none */
    { "哪一件", "which" },    { "which", "which" },       /* （DB-0012）; nothing where it has no number */
    { "现有", "amount" },     { "amount", "amount" },     /* 3天 */
    { "最少", "minimum" },    { "minimum", "minimum" },
    { "验证码", "code" },     { "code", "code" },         /* of a contact test: 6 digits */
    { "近况", "prior" },      { "prior", "prior" },      /* the site's last visits and open cases */
};

/* One text while it is read. */
struct reading {
    struct loading *loading;
    const struct table *table;
    struct cell cell;
    const char *kind;
};

static struct file_place inside(const struct reading *reading, size_t offset)
{
    return policy_inside(reading->loading, reading->table, &reading->cell, offset);
}

static const char *placeholder_named(const struct reading *reading, const char *written, size_t offset)
{
    struct choices choices = choices_for(written);

    for (size_t i = 0; i < COUNT(PLACEHOLDERS); i++) {
        if (strcmp(PLACEHOLDERS[i].written, written) == 0)
            return PLACEHOLDERS[i].name;
        choices_add(&choices, PLACEHOLDERS[i].written);
    }
    policy_complain_unknown(reading->loading, inside(reading, offset), "占位词", "placeholder", &choices);
    return NULL;
}

static void note_placing(const struct reading *reading, const char *name, const char *written, size_t offset)
{
    struct policy *policy = reading->loading->policy;
    struct policy_placing *placing = policy_take(reading->loading, &policy->arena, 1, sizeof *placing);

    if (placing == NULL)
        return;
    *placing = (struct policy_placing){ .next = policy->placings, .kind = reading->kind, .name = name,
                                        .written = policy_keep(reading->loading, written), .place = inside(reading, offset) };
    policy->placings = placing;
}

/* As a Chinese keyboard types them. */
static bool is_wide_brace(const char *text)
{
    return strncmp(text, "｛", strlen("｛")) == 0 || strncmp(text, "｝", strlen("｝")) == 0;
}

static void complain_of_braces(const struct reading *reading, size_t offset)
{
    policy_complain(reading->loading, inside(reading, offset),
                    "花括号不成对，或是全角的；占位词应写作 {编号}",
                    "a brace without its partner, or a full-width one; write a placeholder like {number}");
}

/* The placeholder that begins at text: its English form is appended. Bytes taken; 0 after a
 * complaint. */
static size_t normalise_one(const struct reading *reading, const char *text, size_t offset, char **out)
{
    size_t length = strcspn(text + 1, "{}");
    char written[64];
    const char *name;

    if (text[1 + length] != '}') {
        complain_of_braces(reading, offset);
        return 0;
    }
    if (length >= sizeof written)
        length = sizeof written - 1;
    memcpy(written, text + 1, length);
    written[length] = '\0';
    name = placeholder_named(reading, written, offset);
    if (name == NULL)
        return strcspn(text, "}") + 1;
    note_placing(reading, name, written, offset);
    **out = '{';
    memcpy(*out + 1, name, strlen(name));
    *out += strlen(name) + 2;
    (*out)[-1] = '}';
    return length + 2;
}

/* Every placeholder under its English name, which may be longer; "" when memory is out. */
static const char *normalise(const struct reading *reading)
{
    struct loading *loading = reading->loading;
    const char *text = reading->cell.text;
    size_t size = strlen(text);
    char *normal = policy_take(loading, &loading->policy->arena, size * 3 + 1, 1);
    char *out = normal;

    if (normal == NULL)
        return "";
    for (size_t offset = 0; offset < size;) {
        if (text[offset] == '{') {
            size_t taken = normalise_one(reading, text + offset, offset, &out);
            offset += taken > 0 ? taken : 1;
            continue;
        }
        if (text[offset] == '}' || is_wide_brace(text + offset))
            complain_of_braces(reading, offset);
        if (text[offset] != '\r')
            *out++ = text[offset];
        offset++;
    }
    return normal;
}

static void check_length(struct loading *loading, struct file_place place, size_t characters, int most)
{
    if (characters > (size_t) most)
        policy_complain(loading, place, "消息有 %zu 个字；最多 %d 个，请精简",
                        "the message has %zu characters; at most %d, make it shorter", characters, most);
}

static void check_characters(const struct reading *reading)
{
    const unsigned char *text = (const unsigned char *) reading->cell.text;

    for (size_t i = 0; text[i] != '\0'; i++) {
        if ((text[i] < ' ' && text[i] != '\n' && text[i] != '\r') || text[i] == 0x7F) {
            policy_complain(reading->loading, inside(reading, i),
                            "文字中有制表等控制字符；请删去", "the text holds a tab or other control character; remove it");
            break;
        }
    }
}

static size_t characters_of(const char *text)
{
    size_t characters = 0;

    for (size_t i = 0; text[i] != '\0'; i++)
        characters += ((unsigned char) text[i] & 0xC0) != 0x80;
    return characters;
}

static const char *read_text(struct loading *loading, const struct table *table, const char *kind, struct cell cell, int most_characters)
{
    struct reading reading = { loading, table, cell, kind };

    check_characters(&reading);
    check_length(loading, cell.place, characters_of(cell.text), most_characters);
    return normalise(&reading);
}

static void read_message(struct loading *loading, const struct table *table, struct policy_message *messages,
                         size_t place)
{
    const struct csv_row *row = &table->csv.rows[place];
    struct cell kind = policy_cell(table, row, "kind");
    struct cell zh = policy_cell(table, row, "zh");
    struct cell en = policy_cell(table, row, "en");
    struct policy_message *message = &messages[place];

    *message = (struct policy_message){ .kind = "", .text = { "", "" }, .place = kind.place, .zh_place = zh.place };
    if (policy_cell_code(loading, &kind, "kind"))
        message->kind = policy_keep(loading, kind.text);
    for (size_t i = 0; message->kind[0] != '\0' && i < place; i++)
        if (strcmp(messages[i].kind, message->kind) == 0)
            policy_complain_twice(loading, message->place, "消息", "message", message->kind, messages[i].place.line);
    if (policy_cell_text(loading, &zh, "zh", POLICY_MAX_TEXT_BYTES))
        message->text.zh = read_text(loading, table, message->kind, zh, POLICY_MAX_MESSAGE_CHARACTERS);
    message->text.en = message->text.zh;
    if (en.text[0] != '\0' && policy_cell_text(loading, &en, "en", POLICY_MAX_TEXT_BYTES)) {
        message->text.en = read_text(loading, table, message->kind, en, POLICY_MAX_ENGLISH_CHARACTERS);
        message->en_place = en.place;
        message->en_characters = characters_of(en.text);
    }
}

bool policy_texts_as_before(const struct policy *policy, struct file_faults *faults)
{
    struct loading loading = { .policy = (struct policy *) policy, .faults = faults };   /* reads it only */

    memset(faults, 0, sizeof *faults);
    for (size_t i = 0; i < policy->message_count; i++)
        check_length(&loading, policy->messages[i].en_place, policy->messages[i].en_characters, POLICY_MAX_MESSAGE_CHARACTERS);
    policy_sort_faults(faults);
    return faults->total == 0;
}

static int by_kind(const void *left, const void *right)
{
    const struct policy_message *a = left;
    const struct policy_message *b = right;

    return strcmp(a->kind, b->kind);
}

void policy_read_messages(struct loading *loading, const struct policy_source *source)
{
    static const char *const headings[] = { "kind", "zh", "en" };
    struct policy *policy = loading->policy;
    struct policy_message *messages;
    struct table table;

    if (!policy_table_read(loading, &table, source, POLICY_MESSAGES_FILE, headings, COUNT(headings), COUNT(headings)))
        return;
    if (table.csv.count > MAX_MESSAGES) {
        policy_complain(loading, policy_place_at(POLICY_MESSAGES_FILE, 0, 0), "消息最多 %d 种，现为 %zu 种",
                        "at most %d messages, not %zu", (int) MAX_MESSAGES, table.csv.count);
        return;
    }
    messages = policy_take(loading, &policy->arena, table.csv.count, sizeof *messages);
    if (messages == NULL)
        return;
    for (size_t i = 0; i < table.csv.count; i++)
        read_message(loading, &table, messages, i);
    qsort(messages, table.csv.count, sizeof *messages, by_kind);
    policy->messages = messages;
    policy->message_count = table.csv.count;
    loading->messages_known = true;
}
