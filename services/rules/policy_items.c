/* policy_items.c - items.csv: the checklist library.
 *
 * An empty cell means "as the level says"; a star in kinds means every kind of site. Numbers
 * may have up to three decimals and become thousandths.
 */
#include <stdlib.h>
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MAX_EVIDENCE = 20, MAX_WHOLE_DIGITS = 9, MAX_DECIMALS = 3 };

static const char *const HEADINGS[] = { "code",  "group",  "zh",           "en",       "kinds",     "level", "limit",
                                        "passes", "offsets_days", "evidence", "mandatory", "min",   "max",
                                        "note" };

enum { HEADINGS_NEEDED = COUNT(HEADINGS) - 1 };   /* packs of before have no note */

static const char *const NO_KINDS[] = { NULL };

/* One row while it is read. */
struct reading {
    struct loading *loading;
    const struct table *table;
    const struct csv_row *row;
};

static struct cell cell_of(const struct reading *reading, const char *heading)
{
    return policy_cell(reading->table, reading->row, heading);
}

static struct file_place inside(const struct reading *reading, const struct cell *cell, size_t offset)
{
    return policy_inside(reading->loading, reading->table, cell, offset);
}

/* ---------------------------------------------------------------- lists in one cell */

/* The next word of the cell from *offset on, copied into word; false at the end. */
static bool next_word(const struct cell *cell, size_t *offset, char *word, size_t size, size_t *start)
{
    *offset += strspn(cell->text + *offset, " ");
    size_t length = strcspn(cell->text + *offset, " ");
    size_t kept = length < size ? length : size - 1;

    if (length == 0)
        return false;
    memcpy(word, cell->text + *offset, kept);
    word[kept] = '\0';
    *start = *offset;
    *offset += length;
    return true;
}

static const char *known_kind(const struct reading *reading, const struct cell *cell, size_t start, const char *word)
{
    struct loading *loading = reading->loading;
    struct choices choices = choices_for(word);
    const struct policy_site_kind *kind = policy_site_kind(loading->policy, word);

    if (kind != NULL)
        return kind->code;
    for (size_t i = 0; i < loading->policy->site_kind_count; i++)
        choices_add(&choices, loading->policy->site_kinds[i].code);
    if (loading->site_kinds_known)
        policy_complain_unknown(loading, inside(reading, cell, start), "点位类别", "site kind", &choices);
    return NULL;
}

/* Site kinds of the cell, without NULLs and ended by one. */
static const char *const *read_kind_list(const struct reading *reading, const struct cell *cell)
{
    struct loading *loading = reading->loading;
    struct policy *policy = loading->policy;
    const char **kinds = policy_take(loading, &policy->arena, policy->site_kind_count + 1, sizeof *kinds);
    char word[64];
    size_t count = 0;
    size_t offset = 0;
    size_t start = 0;

    while (kinds != NULL && next_word(cell, &offset, word, sizeof word, &start)) {
        const char *kind = known_kind(reading, cell, start, word);
        bool twice = false;

        for (size_t i = 0; i < count && kind != NULL; i++)
            twice = twice || kinds[i] == kind;
        if (twice)
            policy_complain(loading, inside(reading, cell, start), "点位类别“%s”写了两次；请删去一处",
                            "site kind \"%s\" is given twice; remove one", kind);
        else if (kind != NULL)
            kinds[count++] = kind;
    }
    return kinds != NULL ? kinds : NO_KINDS;
}

static void read_kinds(const struct reading *reading, struct policy_item *item)
{
    struct cell cell = cell_of(reading, "kinds");

    if (cell.text[0] == '\0')
        policy_complain(reading->loading, cell.place, "没有写点位类别；如 COUR CONS，适用于所有类别时写 *",
                        "no site kind is given; as in COUR CONS, or * for every kind");
    else if (strcmp(cell.text, "*") != 0)
        item->kinds = read_kind_list(reading, &cell);
}

static bool is_word_of(const char *text, const char *one, const char *other)
{
    return strcmp(text, one) == 0 || strcmp(text, other) == 0;
}

static void read_mandatory(const struct reading *reading, struct policy_item *item)
{
    struct cell cell = cell_of(reading, "mandatory");

    if (cell.text[0] == '\0' || is_word_of(cell.text, "no", "否"))
        return;
    if (is_word_of(cell.text, "yes", "是"))
        item->mandatory = true;
    else
        item->mandatory_kinds = read_kind_list(reading, &cell);
    reading->loading->policy->asks_for_answers = true;
    for (size_t i = 0; item->mandatory_kinds[i] != NULL; i++) {
        bool asked = item->kinds[0] == NULL;

        for (size_t k = 0; item->kinds[k] != NULL; k++)
            asked = asked || item->kinds[k] == item->mandatory_kinds[i];
        if (!asked)
            policy_complain(reading->loading, cell.place, "%s 不在本项的点位类别（kinds）之中；请先加上",
                            "%s is not among the kinds of this item; add it there first", item->mandatory_kinds[i]);
    }
}

/* ---------------------------------------------------------------- single cells */

static void read_level(const struct reading *reading, struct policy_item *item)
{
    struct loading *loading = reading->loading;
    struct cell cell = cell_of(reading, "level");
    struct choices choices = choices_for(cell.text);

    if (!policy_cell_text(loading, &cell, "level", POLICY_MAX_TEXT_BYTES))
        return;
    item->severity = policy_severity(loading->policy, cell.text);
    for (size_t i = 0; i < loading->policy->severity_count; i++)
        choices_add(&choices, loading->policy->severities[i].code);
    if (item->severity == NULL && loading->levels_known)
        policy_complain_unknown(loading, cell.place, "级别", "level", &choices);
}

static void read_limit(const struct reading *reading, struct policy_item *item)
{
    struct cell cell = cell_of(reading, "limit");

    if (cell.text[0] != '\0')
        item->has_limit = policy_parse_limit(reading->loading, cell.text, cell.place, &item->limit);
}

static void read_passes(const struct reading *reading, struct policy_item *item)
{
    struct loading *loading = reading->loading;
    struct cell passes = cell_of(reading, "passes");
    struct cell offsets = cell_of(reading, "offsets_days");
    char word[16];
    size_t count = 0;
    size_t offset = 0;
    size_t start = 0;
    int64_t number = 0;

    if (passes.text[0] == '\0' && offsets.text[0] != '\0')
        policy_complain(loading, offsets.place, "写了间隔天数，也要在 passes 写合格次数；两格都空则按级别",
                        "offsets need a number of passes beside them; with both cells empty the level decides");
    if (passes.text[0] == '\0' ||
        !policy_parse_count(loading, passes.text, passes.place, 1, POLICY_MAX_PASSES, &number))
        return;
    item->passes = (uint32_t) number;
    while (count <= POLICY_MAX_PASSES && next_word(&offsets, &offset, word, sizeof word, &start)) {
        if (!policy_parse_count(loading, word, inside(reading, &offsets, start), 0, POLICY_MAX_PERIOD_DAYS, &number))
            return;
        if (count < POLICY_MAX_PASSES)
            item->pass_offsets_days[count] = (uint32_t) number;
        count++;
    }
    policy_check_offsets(loading, offsets.place, item->passes, item->pass_offsets_days, count);
}

static void read_evidence(const struct reading *reading, struct policy_item *item)
{
    struct cell cell = cell_of(reading, "evidence");
    int64_t count = 0;

    if (policy_cell_text(reading->loading, &cell, "evidence", POLICY_MAX_TEXT_BYTES) &&
        policy_parse_count(reading->loading, cell.text, cell.place, 0, MAX_EVIDENCE, &count))
        item->evidence_needed = (uint32_t) count;
}

static void read_note(const struct reading *reading, struct policy_item *item)
{
    struct cell cell = csv_column(&reading->table->csv, "note") == -1 ? (struct cell){ .text = "" } : cell_of(reading, "note");

    if (cell.text[0] == '\0' || is_word_of(cell.text, "no", "否"))
        return;
    if (is_word_of(cell.text, "yes", "是"))
        item->fail_needs_note = reading->loading->policy->asks_for_notes = true;
    else
        policy_complain(reading->loading, cell.place, "“%s”不对；不合格须写明情况的写 yes（是），否则空着",
                        "\"%s\" is wrong; write yes where a fail needs words, else leave it empty", policy_excerpt(cell.text).text);
}

/* "2.5" to 2500. False when it is no number with at most three decimals. */
static bool parse_milli(const char *text, int64_t *milli)
{
    bool negative = *text == '-';
    const char *whole = negative ? text + 1 : text;
    size_t digits = strspn(whole, "0123456789");
    const char *rest = whole + digits;
    size_t decimals = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
    int64_t value;

    if (digits == 0 || digits > MAX_WHOLE_DIGITS || decimals > MAX_DECIMALS || (*rest == '.' && decimals == 0) ||
        rest[*rest == '.' ? decimals + 1 : 0] != '\0')
        return false;
    value = strtoll(whole, NULL, 10);
    for (size_t i = 0; i < MAX_DECIMALS; i++)
        value = value * 10 + (i < decimals ? rest[1 + i] - '0' : 0);
    *milli = negative ? -value : value;
    return true;
}

static bool read_milli(const struct reading *reading, const char *heading, int64_t *milli)
{
    struct cell cell = cell_of(reading, heading);

    if (cell.text[0] == '\0')
        return false;
    if (parse_milli(cell.text, milli))
        return true;
    policy_complain(reading->loading, cell.place, "“%s”不是数；应写作 7 或 2.5，小数最多三位",
                    "\"%s\" is no number; write it like 7 or 2.5, with at most three decimals",
                    policy_excerpt(cell.text).text);
    return false;
}

static void read_bounds(const struct reading *reading, struct policy_item *item)
{
    item->has_minimum = read_milli(reading, "min", &item->minimum_milli);
    item->has_maximum = read_milli(reading, "max", &item->maximum_milli);
    if (item->has_minimum && item->has_maximum && item->minimum_milli > item->maximum_milli)
        policy_complain(reading->loading, cell_of(reading, "max").place, "max 小于 min；请改正其一",
                        "max is less than min; correct one of them");
}

/* ---------------------------------------------------------------- rows */

static void read_words(const struct reading *reading, struct policy_item *item)
{
    struct loading *loading = reading->loading;
    struct cell code = cell_of(reading, "code");
    struct cell group = cell_of(reading, "group");
    struct cell zh = cell_of(reading, "zh");
    struct cell en = cell_of(reading, "en");

    item->place = code.place;
    if (policy_cell_code(loading, &code, "code"))
        item->code = policy_keep(loading, code.text);
    if (policy_cell_code(loading, &group, "group"))
        item->group = policy_keep(loading, group.text);
    if (policy_cell_text(loading, &zh, "zh", POLICY_MAX_TEXT_BYTES))
        item->text.zh = policy_keep(loading, zh.text);
    item->text.en = item->text.zh;
    if (en.text[0] != '\0' && policy_cell_text(loading, &en, "en", POLICY_MAX_TEXT_BYTES))
        item->text.en = policy_keep(loading, en.text);
}

static void read_item(const struct reading *reading, struct policy_item *items, size_t place)
{
    struct policy_item *item = &items[place];

    *item = (struct policy_item){ .code = "", .group = "", .text = { "", "" }, .kinds = NO_KINDS,
                                  .mandatory_kinds = NO_KINDS };
    read_words(reading, item);
    for (size_t i = 0; item->code[0] != '\0' && i < place; i++)
        if (strcmp(items[i].code, item->code) == 0)
            policy_complain_twice(reading->loading, item->place, "检查项", "item", item->code, items[i].place.line);
    read_kinds(reading, item);
    read_mandatory(reading, item);
    read_level(reading, item);
    read_limit(reading, item);
    read_passes(reading, item);
    read_evidence(reading, item);
    read_note(reading, item);
    read_bounds(reading, item);
}

static int by_code(const void *left, const void *right)
{
    const struct policy_item *a = left;
    const struct policy_item *b = right;

    return strcmp(a->code, b->code);
}

void policy_read_items(struct loading *loading, const struct policy_source *source)
{
    struct policy *policy = loading->policy;
    struct policy_item *items;
    struct table table;

    if (!policy_table_read(loading, &table, source, POLICY_ITEMS_FILE, HEADINGS, COUNT(HEADINGS), HEADINGS_NEEDED))
        return;
    if (table.csv.count == 0 || table.csv.count > POLICY_MAX_ITEMS) {
        policy_complain(loading, policy_place_at(POLICY_ITEMS_FILE, 0, 0), "检查项应有 1 至 %d 项，现为 %zu 项",
                        "there should be 1 to %d items, not %zu", (int) POLICY_MAX_ITEMS, table.csv.count);
        return;
    }
    items = policy_take(loading, &policy->arena, table.csv.count, sizeof *items);
    if (items == NULL)
        return;
    for (size_t i = 0; i < table.csv.count; i++)
        read_item(&(struct reading){ loading, &table, &table.csv.rows[i] }, items, i);
    qsort(items, table.csv.count, sizeof *items, by_code);
    policy->items = items;
    policy->item_count = table.csv.count;
}
