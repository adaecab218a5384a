/* policy_condition.c - the text of a condition -> nodes, with types, codes and missing values checked.
 *
 *   any   := all ('||' all)*              all   := test ('&&' test)*
 *   test  := sum (('==' | '!=' | '<' | '<=' | '>' | '>=' | 'in') sum)?
 *   sum   := one (('+' | '-') one)*       one   := ('!' | '-') one | value ('.' function '(' text ')')*
 *   value := number | text | true | false | name | has(name) | '(' any ')' | '[' value, ... ']'
 *
 * Each part is checked as soon as it is read, so that a complaint stands at the part that is wrong. The first
 * complaint ends the reading of that condition.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "condition.h"
#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MAX_WHOLE_DIGITS = 9, MAX_DECIMALS = 3, NAME_BYTES = 64 };

struct parser {
    struct loading *loading;
    struct file_place place; /* of the text's first character */
    const char *text;
    size_t at;
    unsigned knows; /* KNOWS_... of the rule */
    uint32_t given; /* variables that has() has shown to be there, bit by variable */
    size_t brackets; /* within each other, here */
    size_t depth;    /* the same with signs before signs */
    bool failed;
    struct condition_node *nodes;
    size_t count;
};

/* A part that has been read. */
struct part {
    uint8_t node;
    size_t start; /* where it stands in the text */
    uint32_t given_if_true, given_if_false;
};

static struct part read_any(struct parser *parser);
static struct part read_one(struct parser *parser);

/* ---------------------------------------------------------------- complaints */

static struct file_place place_of(const struct parser *parser, size_t offset)
{
    struct file_place place = parser->place;

    for (size_t i = 0; i < offset && parser->text[i] != '\0'; i++)
        if (((unsigned char) parser->text[i] & 0xC0) != 0x80)
            place.column++;
    return place;
}

#define COMPLAIN(parser, offset, ...)                                                                                  \
    do {                                                                                                               \
        if (!(parser)->failed)                                                                                         \
            policy_complain((parser)->loading, place_of(parser, offset), __VA_ARGS__);                                 \
        (parser)->failed = true;                                                                                       \
    } while (0)

static const struct condition_node *node_of(const struct parser *parser, struct part part)
{
    return &parser->nodes[part.node];
}

static enum condition_type type_of(const struct parser *parser, struct part part)
{
    return node_of(parser, part)->type;
}

static bool expect(struct parser *parser, struct part part, enum condition_type type)
{
    if (parser->failed || type_of(parser, part) == type)
        return !parser->failed;
    switch (type) {
    case CONDITION_BOOL:
        COMPLAIN(parser, part.start, "这里应是一个能判断是非的条件，如 site.risk == \"high\"",
                 "this should be something true or false, as in site.risk == \"high\"");
        break;
    case CONDITION_NUMBER:
        COMPLAIN(parser, part.start, "这里应是数，如 3 或 7.5", "this should be a number, such as 3 or 7.5");
        break;
    default:
        COMPLAIN(parser, part.start, "这里应是加引号的文字，如 \"high\"",
                 "this should be a text in quotes, such as \"high\"");
    }
    return false;
}

/* ---------------------------------------------------------------- nodes */

static struct part part_at(const struct parser *parser, size_t start)
{
    return (struct part){ .node = (uint8_t) parser->count, .start = start };
}

/* The part's node comes last. */
static struct part add(struct parser *parser, size_t start, struct condition_node node)
{
    struct part part = part_at(parser, start);

    if (parser->count == CONDITION_MAX_NODES) {
        COMPLAIN(parser, start, "条件太长：最多 %d 个部分；请拆成几条",
                 "the condition is too long: at most %d parts; split it", (int) CONDITION_MAX_NODES);
        part.node = 0;
        return part;
    }
    node.offset = (uint16_t) start;
    parser->nodes[parser->count++] = node;
    return part;
}

static struct part add_pair(struct parser *parser, enum condition_operation operation, enum condition_type type,
                            struct part left, struct part right)
{
    return add(parser, left.start,
               (struct condition_node){ .operation = operation, .type = type, .left = left.node, .right = right.node });
}

/* ---------------------------------------------------------------- words of the text */

static void skip_spaces(struct parser *parser)
{
    while (parser->text[parser->at] == ' ')
        parser->at++;
}

static bool is_name_character(char character)
{
    return isalnum((unsigned char) character) || character == '_';
}

/* Is this the next word or sign? Passed over if so. */
static bool take(struct parser *parser, const char *word)
{
    size_t size = strlen(word);

    skip_spaces(parser);
    if (strncmp(parser->text + parser->at, word, size) != 0 ||
        (is_name_character(word[0]) && is_name_character(parser->text[parser->at + size])))
        return false;
    parser->at += size;
    return true;
}

static bool need(struct parser *parser, const char *sign)
{
    if (!parser->failed && !take(parser, sign))
        COMPLAIN(parser, parser->at, "这里应有“%s”", "\"%s\" is missing here", sign);
    return !parser->failed;
}

/* ---------------------------------------------------------------- values */

/* At most nine digits and three decimals: cannot be read further than that. */
static struct part read_number(struct parser *parser)
{
    size_t start = parser->at;
    const char *text = parser->text + start;
    size_t digits = strspn(text, "0123456789");
    size_t decimals = text[digits] == '.' ? strspn(text + digits + 1, "0123456789") : 0;
    int64_t number;

    if (digits > MAX_WHOLE_DIGITS || decimals > MAX_DECIMALS || (text[digits] == '.' && decimals == 0) ||
        is_name_character(text[digits + (decimals > 0 ? decimals + 1 : 0)])) {
        COMPLAIN(parser, start, "这个数写得不对；应写作 7 或 2.5，整数部分最多 %d 位，小数最多 %d 位",
                 "this is no number; write it like 7 or 2.5, with at most %d whole digits and %d decimals",
                 (int) MAX_WHOLE_DIGITS, (int) MAX_DECIMALS);
        return part_at(parser, start);
    }
    number = strtoll(text, NULL, 10);
    for (size_t i = 0; i < MAX_DECIMALS; i++)
        number = number * 10 + (i < decimals ? text[digits + 1 + i] - '0' : 0);
    parser->at += digits + (decimals > 0 ? decimals + 1 : 0);
    return add(parser, start,
               (struct condition_node){ .operation = CONDITION_LITERAL, .type = CONDITION_NUMBER, .number = number });
}

static struct part read_quoted(struct parser *parser)
{
    size_t start = parser->at;
    char quote = parser->text[start];
    const char *end = strchr(parser->text + start + 1, quote);
    char *text;

    if (end == NULL) {
        COMPLAIN(parser, start, "引号没有成对", "the quote is not closed");
        return part_at(parser, start);
    }
    if (memchr(parser->text + start + 1, '\\', (size_t) (end - parser->text) - start - 1) != NULL) {
        COMPLAIN(parser, start, "文字中不能有反斜线", "a text cannot hold a backslash");
        return part_at(parser, start);
    }
    text = policy_take(parser->loading, &parser->loading->policy->arena, (size_t) (end - parser->text) - start, 1);
    if (text == NULL) {
        parser->failed = true;
        return part_at(parser, start);
    }
    memcpy(text, parser->text + start + 1, (size_t) (end - parser->text) - start - 1);
    parser->at = (size_t) (end - parser->text) + 1;
    return add(parser, start,
               (struct condition_node){ .operation = CONDITION_LITERAL, .type = CONDITION_TEXT, .text = text });
}

static struct part add_bool(struct parser *parser, size_t start, bool value)
{
    return add(parser, start,
               (struct condition_node){ .operation = CONDITION_LITERAL, .type = CONDITION_BOOL, .number = value });
}

static void complain_of_name(struct parser *parser, size_t start, const char *name)
{
    struct choices choices = choices_for(name);

    for (size_t i = 0; i < CONDITION_VARIABLES; i++)
        if ((CONDITION_NAMES[i].known_in & parser->knows) != 0)
            choices_add(&choices, CONDITION_NAMES[i].name);
    if (!parser->failed)
        policy_complain_unknown(parser->loading, place_of(parser, start), "可用于此处的名称", "name to be used here",
                                &choices);
    parser->failed = true;
}

/* A name may be followed by a point and a function. CONDITION_VARIABLES after a complaint. */
static enum condition_variable read_name(struct parser *parser)
{
    const char *text;
    char name[NAME_BYTES];
    size_t size = 0;

    skip_spaces(parser);
    text = parser->text + parser->at;
    for (size_t i = 0; i < CONDITION_VARIABLES; i++) {
        size = strlen(CONDITION_NAMES[i].name);
        if ((CONDITION_NAMES[i].known_in & parser->knows) != 0 && strncmp(text, CONDITION_NAMES[i].name, size) == 0 &&
            !is_name_character(text[size])) {
            parser->at += size;
            return (enum condition_variable) i;
        }
    }
    for (size = 0; is_name_character(text[size]) || text[size] == '.'; size++)
        continue;
    snprintf(name, sizeof name, "%.*s", (int) size, text);
    if (size == 0)
        COMPLAIN(parser, parser->at, "这里缺少名称、数或文字", "a name, number or text is missing here");
    else
        complain_of_name(parser, parser->at, name);
    return CONDITION_VARIABLES;
}

static uint32_t bit_of(enum condition_variable variable)
{
    _Static_assert(CONDITION_VARIABLES <= 32, "one bit for each variable");
    return UINT32_C(1) << variable;
}

static struct part read_variable(struct parser *parser)
{
    size_t start = parser->at;
    enum condition_variable variable = read_name(parser);
    const struct condition_name *name = &CONDITION_NAMES[variable];

    if (parser->failed)
        return part_at(parser, start);
    if (name->may_miss && (parser->given & bit_of(variable)) == 0)
        COMPLAIN(parser, start, "“%s”可能没有填写；请写作 has(%s) && ...",
                 "\"%s\" may be missing; write has(%s) && ...", name->name, name->name);
    return add(parser, start,
               (struct condition_node){ .operation = CONDITION_VARIABLE,
                                        .type = name->type,
                                        .variable = (uint8_t) variable,
                                        .codes = name->codes });
}

static struct part read_has(struct parser *parser, size_t start)
{
    enum condition_variable variable;
    struct part part;

    need(parser, "(");
    variable = parser->failed ? CONDITION_VARIABLES : read_name(parser);
    need(parser, ")");
    if (parser->failed)
        return part_at(parser, start);
    part = add(
        parser, start,
        (struct condition_node){ .operation = CONDITION_HAS, .type = CONDITION_BOOL, .variable = (uint8_t) variable });
    part.given_if_true = bit_of(variable);
    return part;
}

/* ---------------------------------------------------------------- lists */

static struct part read_member(struct parser *parser)
{
    skip_spaces(parser);
    if (parser->text[parser->at] == '"' || parser->text[parser->at] == '\'')
        return read_quoted(parser);
    if (isdigit((unsigned char) parser->text[parser->at]))
        return read_number(parser);
    COMPLAIN(parser, parser->at, "一列之中只能是数或加引号的文字", "a list can only hold numbers or texts in quotes");
    return part_at(parser, parser->at);
}

static struct part read_list(struct parser *parser, size_t start)
{
    struct condition_node list = { .operation = CONDITION_LIST, .left = (uint8_t) parser->count };
    enum condition_type type = CONDITION_TEXT;

    do {
        struct part member = read_member(parser);

        if (parser->failed)
            return part_at(parser, start);
        if (list.right == 0)
            type = type_of(parser, member);
        if (!expect(parser, member, type))
            return part_at(parser, start);
        if (++list.right > CONDITION_MAX_LISTED)
            COMPLAIN(parser, member.start, "一列最多 %d 个", "a list holds at most %d", (int) CONDITION_MAX_LISTED);
    } while (!parser->failed && take(parser, ","));
    need(parser, "]");
    list.type = type == CONDITION_TEXT ? CONDITION_TEXTS : CONDITION_NUMBERS;
    return add(parser, start, list);
}

static struct part read_bracketed(struct parser *parser)
{
    struct part part = { 0 };

    if (++parser->brackets > CONDITION_MAX_DEPTH)
        COMPLAIN(parser, parser->at, "括号超过 %d 层", "more than %d brackets within each other",
                 (int) CONDITION_MAX_DEPTH);
    if (!parser->failed)
        part = read_any(parser);
    parser->brackets--;
    need(parser, ")");
    return part;
}

static struct part read_value(struct parser *parser)
{
    size_t start;

    skip_spaces(parser);
    start = parser->at;
    if (isdigit((unsigned char) parser->text[start]))
        return read_number(parser);
    if (parser->text[start] == '"' || parser->text[start] == '\'')
        return read_quoted(parser);
    if (take(parser, "("))
        return read_bracketed(parser);
    if (take(parser, "["))
        return read_list(parser, start);
    if (take(parser, "true"))
        return add_bool(parser, start, true);
    if (take(parser, "false"))
        return add_bool(parser, start, false);
    if (take(parser, "has"))
        return read_has(parser, start);
    return read_variable(parser);
}

/* ---------------------------------------------------------------- operations */

/* What a text is compared with are codes of the same thing. */
static void name_codes(struct parser *parser, struct part texts, enum condition_codes codes)
{
    struct condition_node *node = &parser->nodes[texts.node];

    if (node->operation == CONDITION_LITERAL)
        node->codes = codes;
    for (size_t i = 0; node->operation == CONDITION_LIST && i < node->right; i++)
        parser->nodes[node->left + i].codes = codes;
}

static void share_codes(struct parser *parser, struct part left, struct part right)
{
    name_codes(parser, left, node_of(parser, right)->codes);
    name_codes(parser, right, node_of(parser, left)->codes);
}

static struct part read_function(struct parser *parser, struct part left)
{
    static const struct {
        const char *name;
        enum condition_operation operation;
    } functions[] = {
        { "startsWith", CONDITION_STARTS_WITH },
        { "endsWith", CONDITION_ENDS_WITH },
        { "contains", CONDITION_CONTAINS },
    };
    struct part right;

    for (size_t i = 0; i < COUNT(functions); i++) {
        if (!take(parser, functions[i].name))
            continue;
        expect(parser, left, CONDITION_TEXT);
        need(parser, "(");
        if (parser->failed)
            return left;
        right = read_value(parser);
        expect(parser, right, CONDITION_TEXT);
        need(parser, ")");
        return parser->failed ? left : add_pair(parser, functions[i].operation, CONDITION_BOOL, left, right);
    }
    COMPLAIN(parser, parser->at, "没有这个函数；可用 startsWith、endsWith、contains",
             "there is no such function; there are startsWith, endsWith and contains");
    return left;
}

static struct part read_not(struct parser *parser, size_t start)
{
    struct part part = read_one(parser), negated;

    if (!expect(parser, part, CONDITION_BOOL))
        return part;
    negated = add(parser, start,
                  (struct condition_node){ .operation = CONDITION_NOT, .type = CONDITION_BOOL, .left = part.node });
    negated.given_if_true = part.given_if_false;
    negated.given_if_false = part.given_if_true;
    return negated;
}

static struct part read_signed(struct parser *parser, size_t start)
{
    struct part part = read_one(parser);

    if (!expect(parser, part, CONDITION_NUMBER))
        return part;
    return add(parser, start,
               (struct condition_node){ .operation = CONDITION_MINUS, .type = CONDITION_NUMBER, .left = part.node });
}

static struct part read_prefixed(struct parser *parser)
{
    size_t start;
    struct part part;

    skip_spaces(parser);
    start = parser->at;
    if (take(parser, "!"))
        return read_not(parser, start);
    if (take(parser, "-"))
        return read_signed(parser, start);
    part = read_value(parser);
    while (!parser->failed && take(parser, "."))
        part = read_function(parser, part);
    return part;
}

/* Signs before signs are brackets within brackets. */
static struct part read_one(struct parser *parser)
{
    struct part part = part_at(parser, parser->at);

    if (++parser->depth > (size_t) 2 * CONDITION_MAX_DEPTH)
        COMPLAIN(parser, parser->at, "符号过多", "too many signs before each other");
    else
        part = read_prefixed(parser);
    parser->depth--;
    return part;
}

static struct part read_sum(struct parser *parser)
{
    struct part sum = read_one(parser);

    while (!parser->failed) {
        bool adds = take(parser, "+");
        struct part next;

        if (!adds && !take(parser, "-"))
            break;
        next = read_one(parser);
        if (expect(parser, sum, CONDITION_NUMBER) && expect(parser, next, CONDITION_NUMBER))
            sum = add_pair(parser, adds ? CONDITION_ADD : CONDITION_SUBTRACT, CONDITION_NUMBER, sum, next);
    }
    return sum;
}

static struct part read_in(struct parser *parser, struct part left)
{
    struct part right = read_sum(parser);
    enum condition_type list = parser->failed ? CONDITION_TEXTS : type_of(parser, right);

    if (!parser->failed && list != CONDITION_TEXTS && list != CONDITION_NUMBERS)
        COMPLAIN(parser, right.start, "in 之后应是一列，如 [\"A\", \"B\"]",
                 "in is followed by a list, as in [\"A\", \"B\"]");
    if (!expect(parser, left, list == CONDITION_TEXTS ? CONDITION_TEXT : CONDITION_NUMBER))
        return left;
    share_codes(parser, left, right);
    return add_pair(parser, CONDITION_IN, CONDITION_BOOL, left, right);
}

static const struct comparison {
    const char *sign;
    enum condition_operation operation;
} COMPARISONS[] = {
    /* longer signs before those that they begin with */
    { "==", CONDITION_EQUAL },    { "!=", CONDITION_NOT_EQUAL }, { "<=", CONDITION_AT_MOST },
    { ">=", CONDITION_AT_LEAST }, { "<", CONDITION_LESS },       { ">", CONDITION_MORE },
};

static const struct comparison *take_comparison(struct parser *parser)
{
    for (size_t i = 0; i < COUNT(COMPARISONS); i++)
        if (take(parser, COMPARISONS[i].sign))
            return &COMPARISONS[i];
    return NULL;
}

static bool is_list(enum condition_type type)
{
    return type == CONDITION_TEXTS || type == CONDITION_NUMBERS;
}

static struct part compare(struct parser *parser, const struct comparison *comparison, struct part left)
{
    bool is_equality = comparison->operation == CONDITION_EQUAL || comparison->operation == CONDITION_NOT_EQUAL;
    struct part right = read_sum(parser);

    if (!parser->failed && is_list(type_of(parser, left)))
        COMPLAIN(parser, left.start, "一列不能这样比较；可写 \"X\" in ...",
                 "a list cannot be compared so; write \"X\" in ...");
    if (!is_equality)
        expect(parser, left, CONDITION_NUMBER);
    if (parser->failed || !expect(parser, right, type_of(parser, left)))
        return left;
    share_codes(parser, left, right);
    return add_pair(parser, comparison->operation, CONDITION_BOOL, left, right);
}

static struct part read_test(struct parser *parser)
{
    struct part left = read_sum(parser);
    const struct comparison *comparison;
    size_t again;

    if (parser->failed)
        return left;
    if (take(parser, "in"))
        return read_in(parser, left);
    comparison = take_comparison(parser);
    if (comparison != NULL)
        left = compare(parser, comparison, left);
    skip_spaces(parser);
    again = parser->at;
    if (!parser->failed && take_comparison(parser) != NULL)
        COMPLAIN(parser, again, "一次只能比较两个值；请用 && 连接",
                 "only two values are compared at a time; join with &&");
    return left;
}

/* What the left side has shown to be there when it was true (of &&) or false (of ||) holds on the right. */
static struct part join(struct parser *parser, struct part left, bool is_and, struct part (*read)(struct parser *))
{
    uint32_t before = parser->given;
    struct part right, both;

    parser->given |= is_and ? left.given_if_true : left.given_if_false;
    right = read(parser);
    parser->given = before;
    if (!expect(parser, left, CONDITION_BOOL) || !expect(parser, right, CONDITION_BOOL))
        return left;
    both = add_pair(parser, is_and ? CONDITION_AND : CONDITION_OR, CONDITION_BOOL, left, right);
    both.given_if_true = is_and ? left.given_if_true | right.given_if_true : left.given_if_true & right.given_if_true;
    both.given_if_false =
        is_and ? left.given_if_false & right.given_if_false : left.given_if_false | right.given_if_false;
    return both;
}

static struct part read_all(struct parser *parser)
{
    struct part part = read_test(parser);

    while (!parser->failed && take(parser, "&&"))
        part = join(parser, part, true, read_test);
    return part;
}

static struct part read_any(struct parser *parser)
{
    struct part part = read_all(parser);

    while (!parser->failed && take(parser, "||"))
        part = join(parser, part, false, read_all);
    return part;
}

/* ---------------------------------------------------------------- a condition */

static bool keep(struct parser *parser, struct part root, struct condition *condition)
{
    struct loading *loading = parser->loading;
    struct condition_node *nodes = policy_take(loading, &loading->policy->arena, parser->count, sizeof *nodes);
    struct noted_condition *noted = policy_take(loading, &loading->scratch, 1, sizeof *noted);

    if (nodes == NULL || noted == NULL)
        return false;
    memcpy(nodes, parser->nodes, parser->count * sizeof *nodes);
    *condition = (struct condition){ .nodes = nodes,
                                     .node_count = (uint8_t) parser->count,
                                     .root = root.node,
                                     .text = policy_keep(loading, parser->text) };
    *noted = (struct noted_condition){ .condition = *condition, .place = parser->place, .next = loading->conditions };
    loading->conditions = noted;
    return true;
}

bool policy_parse_condition(struct loading *loading, const char *text, struct file_place place, unsigned knows,
                            struct condition *condition)
{
    struct condition_node nodes[CONDITION_MAX_NODES];
    struct parser parser = { .loading = loading, .place = place, .text = text, .knows = knows, .nodes = nodes };
    struct part root;

    if (strlen(text) > CONDITION_MAX_BYTES) {
        COMPLAIN(&parser, 0, "条件太长：最多 %d 字节；请拆成几条",
                 "the condition is too long: at most %d bytes; split it", (int) CONDITION_MAX_BYTES);
        return false;
    }
    root = read_any(&parser);
    skip_spaces(&parser);
    if (!parser.failed && text[parser.at] != '\0')
        COMPLAIN(&parser, parser.at, "从“%s”起看不懂；条件之间用 && 或 || 连接",
                 "\"%s\" is not understood here; join conditions with && or ||", policy_excerpt(text + parser.at).text);
    return expect(&parser, root, CONDITION_BOOL) && keep(&parser, root, condition);
}

void policy_read_condition(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct file_place place = value->place;

    if (!policy_is_scalar(loading, value))
        return;
    place.column += value->is_quoted ? 1 : 0;
    policy_parse_condition(loading, value->text, place, (unsigned) field->max, target);
}

/* ---------------------------------------------------------------- codes
 *
 * Once everything has been read: a condition may stand before what it names. */

static void add_severities(struct choices *choices, const struct policy *policy)
{
    for (size_t i = 0; i < policy->severity_count; i++)
        choices_add(choices, policy->severities[i].code);
}

static void add_site_kinds(struct choices *choices, const struct policy *policy)
{
    for (size_t i = 0; i < policy->site_kind_count; i++)
        choices_add(choices, policy->site_kinds[i].code);
}

static void add_items(struct choices *choices, const struct policy *policy)
{
    for (size_t i = 0; i < policy->item_count; i++)
        choices_add(choices, policy->items[i].code);
}

static void add_groups(struct choices *choices, const struct policy *policy)
{
    for (size_t i = 0; i < policy->item_count; i++) /* by code, so that those of a group mostly stand together */
        if (i == 0 || strcmp(policy->items[i].group, policy->items[i - 1].group) != 0)
            choices_add(choices, policy->items[i].group);
}

static void add_risks(struct choices *choices, const struct policy *policy)
{
    (void) policy;
    choices_add(choices, "high");
    choices_add(choices, "medium");
    choices_add(choices, "low");
}

static void add_purposes(struct choices *choices, const struct policy *policy)
{
    (void) policy;
    for (size_t i = 0; condition_purpose(i) != NULL; i++)
        choices_add(choices, condition_purpose(i)->code);
}

static const struct {
    void (*add)(struct choices *choices, const struct policy *policy);
    const char *zh;
    const char *en;
} CODES[] = {
    [CODES_SITE_KIND] = { add_site_kinds, "点位类别", "site kind" },
    [CODES_LEVEL] = { add_severities, "级别", "level" },
    [CODES_ITEM] = { add_items, "检查项", "item" },
    [CODES_GROUP] = { add_groups, "检查项的组", "group of items" },
    [CODES_RISK] = { add_risks, "风险", "risk" },
    [CODES_PURPOSE] = { add_purposes, "到访目的", "purpose" },
};

static bool are_known(const struct loading *loading, enum condition_codes codes)
{
    switch (codes) {
    case CODES_SITE_KIND:
        return loading->site_kinds_known;
    case CODES_LEVEL:
        return loading->levels_known;
    case CODES_ITEM:
    case CODES_GROUP:
        return loading->policy->item_count > 0;
    default:
        return true;
    }
}

static void check_code(struct loading *loading, const struct noted_condition *noted, const struct condition_node *node)
{
    struct parser parser = { .place = noted->place, .text = noted->condition.text };
    struct choices choices = choices_for(node->text);

    CODES[node->codes].add(&choices, loading->policy);
    if (!choices.found)
        policy_complain_unknown(loading, place_of(&parser, node->offset), CODES[node->codes].zh, CODES[node->codes].en,
                                &choices);
}

void policy_check_conditions(struct loading *loading)
{
    for (const struct noted_condition *noted = loading->conditions; noted != NULL; noted = noted->next)
        for (size_t i = 0; i < noted->condition.node_count; i++) {
            const struct condition_node *node = &noted->condition.nodes[i];

            if (node->operation == CONDITION_LITERAL && node->codes != CODES_NONE && are_known(loading, node->codes))
                check_code(loading, noted, node);
        }
}
