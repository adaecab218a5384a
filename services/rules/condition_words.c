/* condition_words.c - a condition as people would say it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "condition.h"
#include "policy.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct condition_code PURPOSES[] = {
    { "inspection", { "巡查", "inspection" } }, { "revisit", { "复查", "revisit" } },
    { "guidance", { "示范指导", "guidance" } }, { "observation", { "蹲守观察", "observation" } },
    { "check_in", { "打卡", "check-in" } },
};

static const struct condition_code RISKS[] = {
    { "high", { "高", "high" } },
    { "medium", { "中", "medium" } },
    { "low", { "低", "low" } },
};

const struct condition_code *condition_purpose(size_t place)
{
    return place < COUNT(PURPOSES) ? &PURPOSES[place] : NULL;
}

/* ---------------------------------------------------------------- writing */

struct sentence {
    const struct condition *condition;
    const struct policy *policy;
    bool chinese;
    char *out;
    size_t size, used;
    bool cut;
};

#define CUT "…"

static void say_node(struct sentence *sentence, size_t place);

/* What does not fit any more ends it: words that stand behind a gap would say something else. */
static void say(struct sentence *sentence, const char *text)
{
    size_t size = strlen(text);

    if (sentence->cut)
        return;
    if (sentence->used + size + strlen(CUT) >= sentence->size) {
        sentence->cut = true;
        text = CUT;
        size = sentence->used + strlen(CUT) < sentence->size ? strlen(CUT) : 0;
    }
    memcpy(sentence->out + sentence->used, text, size);
    sentence->used += size;
    sentence->out[sentence->used] = '\0';
}

static void say_either(struct sentence *sentence, const char *zh, const char *en)
{
    say(sentence, sentence->chinese ? zh : en);
}

static const struct condition_node *node_at(const struct sentence *sentence, size_t place)
{
    return &sentence->condition->nodes[place];
}

/* ---------------------------------------------------------------- values */

static const struct condition_words *words_in(const struct condition_code *codes, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(codes[i].code, code) == 0)
            return &codes[i].words;
    return NULL;
}

static struct condition_words words_of(const struct policy_text *text)
{
    return (struct condition_words){ text->zh, text->en };
}

/* False when nobody calls it anything else. */
static bool name_of_code(const struct policy *policy, enum condition_codes codes, const char *code,
                         struct condition_words *words)
{
    const struct condition_words *known = NULL;
    const struct policy_site_kind *kind;
    const struct policy_severity *level;

    switch (codes) {
    case CODES_SITE_KIND:
        kind = policy_site_kind(policy, code);
        if (kind == NULL)
            return false;
        *words = words_of(&kind->label);
        return true;
    case CODES_LEVEL:
        level = policy_severity(policy, code);
        if (level == NULL)
            return false;
        *words = words_of(&level->label);
        return true;
    case CODES_RISK:
        known = words_in(RISKS, COUNT(RISKS), code);
        break;
    case CODES_PURPOSE:
        known = words_in(PURPOSES, COUNT(PURPOSES), code);
        break;
    default:
        break; /* items and groups are shown by their codes, which stand on every form */
    }
    if (known != NULL)
        *words = *known;
    return known != NULL;
}

static void say_text(struct sentence *sentence, const struct condition_node *node)
{
    struct condition_words words;

    if (name_of_code(sentence->policy, node->codes, node->text, &words)) {
        say_either(sentence, words.zh, words.en);
        return;
    }
    if (node->codes == CODES_NONE)
        say_either(sentence, "“", "\"");
    say(sentence, node->text);
    if (node->codes == CODES_NONE)
        say_either(sentence, "”", "\"");
}

/* Thousandths without zeros at the end. */
static void say_number(struct sentence *sentence, int64_t milli)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%lld.%03lld", (long long) milli / 1000, (long long) milli % 1000);

    while (text[length - 1] == '0')
        text[--length] = '\0';
    if (text[length - 1] == '.')
        text[--length] = '\0';
    say(sentence, text);
}

static void say_literal(struct sentence *sentence, const struct condition_node *node)
{
    if (node->type == CONDITION_TEXT)
        say_text(sentence, node);
    else if (node->type == CONDITION_NUMBER)
        say_number(sentence, node->number);
    else
        say_either(sentence, node->number != 0 ? "总是成立" : "从不成立", node->number != 0 ? "always" : "never");
}

static void say_list(struct sentence *sentence, const struct condition_node *node)
{
    for (size_t i = 0; i < node->right; i++) {
        if (i > 0)
            say_either(sentence, i + 1 == node->right ? "或" : "、", i + 1 == node->right ? " or " : ", ");
        say_node(sentence, node->left + i);
    }
}

/* ---------------------------------------------------------------- operations */

static const struct condition_words BETWEEN[] = {
    [CONDITION_EQUAL] = { "为", " is " },
    [CONDITION_NOT_EQUAL] = { "不为", " is not " },
    [CONDITION_LESS] = { "小于", " is less than " },
    [CONDITION_AT_MOST] = { "不超过", " is at most " },
    [CONDITION_MORE] = { "大于", " is more than " },
    [CONDITION_AT_LEAST] = { "不少于", " is at least " },
    [CONDITION_IN] = { "为", " is " },
    [CONDITION_ADD] = { "加", " plus " },
    [CONDITION_SUBTRACT] = { "减", " minus " },
    [CONDITION_STARTS_WITH] = { "开头是", " begins with " },
    [CONDITION_ENDS_WITH] = { "结尾是", " ends with " },
    [CONDITION_CONTAINS] = { "包含", " contains " },
    [CONDITION_AND] = { "，并且", ", and " },
    [CONDITION_OR] = { "，或者", ", or " },
};

static bool is_sum(enum condition_operation operation)
{
    return operation == CONDITION_ADD || operation == CONDITION_SUBTRACT;
}

/* What would be heard otherwise without them: "or" within "and" and the reverse, a sum that is taken away. */
static bool needs_brackets(enum condition_operation around, bool is_right, enum condition_operation inside)
{
    if (inside == CONDITION_AND || inside == CONDITION_OR)
        return inside != around;
    return is_sum(inside) && (around == CONDITION_MINUS || (is_right && around == CONDITION_SUBTRACT));
}

static void say_bracketed(struct sentence *sentence, size_t place)
{
    say_either(sentence, "（", "(");
    say_node(sentence, place);
    say_either(sentence, "）", ")");
}

static void say_side(struct sentence *sentence, const struct condition_node *node, size_t place)
{
    if (needs_brackets(node->operation, place == node->right, node_at(sentence, place)->operation))
        say_bracketed(sentence, place);
    else
        say_node(sentence, place);
}

static void say_pair(struct sentence *sentence, const struct condition_node *node)
{
    say_side(sentence, node, node->left);
    say_either(sentence, BETWEEN[node->operation].zh, BETWEEN[node->operation].en);
    say_side(sentence, node, node->right);
}

static void say_negated(struct sentence *sentence, size_t place)
{
    say_either(sentence, "并非", "not ");
    say_bracketed(sentence, place);
}

/* Whether something is so is no value that people would compare: "== false" is heard as "not". */
static void say_truth(struct sentence *sentence, const struct condition_node *node)
{
    bool left_is_literal = node_at(sentence, node->left)->operation == CONDITION_LITERAL;
    bool is_literal = left_is_literal || node_at(sentence, node->right)->operation == CONDITION_LITERAL;
    bool is_equal = node->operation == CONDITION_EQUAL;
    size_t literal = left_is_literal ? node->left : node->right;
    size_t other = left_is_literal ? node->right : node->left;

    if (is_literal && (node_at(sentence, literal)->number != 0) == is_equal) {
        say_side(sentence, node, other);
        return;
    }
    if (is_literal) {
        say_negated(sentence, other);
        return;
    }
    say_bracketed(sentence, node->left);
    say_either(sentence, "与", is_equal ? " just when " : " just when not ");
    say_bracketed(sentence, node->right);
    say_either(sentence, is_equal ? "同时成立或同时不成立" : "只有一个成立", "");
}

static void say_comparison(struct sentence *sentence, const struct condition_node *node)
{
    if (node_at(sentence, node->left)->type == CONDITION_BOOL)
        say_truth(sentence, node);
    else
        say_pair(sentence, node);
}

/* "X" in report.failed: the list is what the sentence is about. */
static void say_in(struct sentence *sentence, const struct condition_node *node)
{
    if (node_at(sentence, node->right)->operation == CONDITION_LIST) {
        say_pair(sentence, node);
        return;
    }
    say_node(sentence, node->right);
    say_either(sentence, "中有", " include ");
    say_node(sentence, node->left);
}

static void say_node(struct sentence *sentence, size_t place)
{
    const struct condition_node *node = node_at(sentence, place);

    switch (node->operation) {
    case CONDITION_LITERAL:
        say_literal(sentence, node);
        break;
    case CONDITION_LIST:
        say_list(sentence, node);
        break;
    case CONDITION_VARIABLE:
        say_either(sentence, CONDITION_NAMES[node->variable].words.zh, CONDITION_NAMES[node->variable].words.en);
        break;
    case CONDITION_HAS:
        say_either(sentence, "已有", "there is ");
        say_either(sentence, CONDITION_NAMES[node->variable].words.zh, CONDITION_NAMES[node->variable].words.en);
        break;
    case CONDITION_NOT:
        say_negated(sentence, node->left);
        break;
    case CONDITION_MINUS:
        say_either(sentence, "负", "minus ");
        say_side(sentence, node, node->left);
        break;
    case CONDITION_EQUAL:
    case CONDITION_NOT_EQUAL:
        say_comparison(sentence, node);
        break;
    case CONDITION_IN:
        say_in(sentence, node);
        break;
    default:
        say_pair(sentence, node);
    }
}

static void say_code(struct sentence *sentence, enum condition_codes codes, const char *code)
{
    const struct condition_node node = { .operation = CONDITION_LITERAL, .type = CONDITION_TEXT, .codes = codes, .text = code };

    say_text(sentence, &node);
}

static void say_codes(struct sentence *sentence, enum condition_codes codes, const struct condition_value *value)
{
    if (value->text_count == 0)
        say_either(sentence, "无", "none");
    for (size_t i = 0; i < value->text_count; i++) {
        if (i > 0)
            say_either(sentence, "、", ", ");
        say_code(sentence, codes, value->texts[i]);
    }
}

static void say_value(struct sentence *sentence, const struct condition_name *name, const struct condition_value *value)
{
    if (!value->is_given) {
        say_either(sentence, "没有登记", "not known");
        return;
    }
    switch (name->type) {
    case CONDITION_NUMBER:
        say_number(sentence, value->number);
        break;
    case CONDITION_BOOL:
        say_either(sentence, value->number != 0 ? "是" : "否", value->number != 0 ? "yes" : "no");
        break;
    case CONDITION_TEXTS:
        say_codes(sentence, name->codes, value);
        break;
    case CONDITION_TEXT:
    default:
        say_code(sentence, name->codes, value->text);
    }
}

const char *condition_value_sentence(enum condition_variable variable, const struct condition_value *value,
                                     const struct policy *policy, bool chinese, char *out, size_t size)
{
    struct sentence sentence = { .policy = policy, .chinese = chinese, .out = out, .size = size };
    const struct condition_name *name = &CONDITION_NAMES[variable];

    out[0] = '\0';
    say_either(&sentence, name->words.zh, name->words.en);
    say_either(&sentence, "：", ": ");
    say_value(&sentence, name, value);
    return out;
}

const char *condition_sentence(const struct condition *condition, const struct policy *policy, bool chinese, char *out,
                               size_t size)
{
    struct sentence sentence = {
        .condition = condition, .policy = policy, .chinese = chinese, .out = out, .size = size
    };

    out[0] = '\0';
    if (condition->node_count > 0)
        say_node(&sentence, condition->root);
    return out;
}
