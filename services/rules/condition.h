/* condition.h - a condition of a policy pack, checked: when a rule applies.
 *
 *   site.risk == "high" && item.failed_of_last_three >= 1
 *   site.kind in ["DORM", "RENT"] || (has(answer.number) && answer.number > 7.5)
 *
 * A small subset of CEL, the Common Expression Language (https://github.com/google/cel-spec): its syntax, its
 * names and its meaning, without loops, macros other than has(), maps and functions of one's own. Two things are
 * narrower: there is one kind of number, decimal with at most three places (CEL has int and double); and a value
 * that may be missing can only be read where has() has shown that it is there, so that no condition fails while
 * a case is decided: everything that could go wrong is a fault of the pack (policy_condition.c).
 *
 * Deciding costs at most one look at each node, and a condition has at most CONDITION_MAX_NODES. It depends on
 * nothing but the values handed in.
 */
#ifndef DUBAN_RULES_CONDITION_H
#define DUBAN_RULES_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONDITION_MAX_NODES = 128, CONDITION_MAX_BYTES = 1000, CONDITION_MAX_DEPTH = 16, CONDITION_MAX_LISTED = 64 };

enum condition_type {
    CONDITION_BOOL,
    CONDITION_NUMBER, /* thousandths */
    CONDITION_TEXT,
    CONDITION_TEXTS,   /* a list of texts */
    CONDITION_NUMBERS, /* written out in the condition only */
};

/* What a variable's texts are codes of: checked in the pack, and shown by their names. */
enum condition_codes {
    CODES_NONE,
    CODES_SITE_KIND,
    CODES_LEVEL,
    CODES_ITEM,
    CODES_GROUP,
    CODES_RISK,
    CODES_PURPOSE,
};

/* What a rule knows when it asks; a condition may only name variables of these. */
enum {
    KNOWS_SITE = 1,
    KNOWS_ITEM = 2,
    KNOWS_REPORT = 4,
    KNOWS_ANSWER = 8,
    KNOWS_STANDING = 16, /* what is going on at the site: costs a look at its cases and watches */
};

enum condition_variable {
    SITE_CODE,
    SITE_KIND,
    SITE_AREA,
    SITE_RISK,
    SITE_INTERVAL_DAYS,
    SITE_OPERATING,
    SITE_ATTEMPTS,
    ITEM_CODE,
    ITEM_GROUP,
    ITEM_LEVEL,
    ITEM_FAILED_OF_LAST_THREE,
    REPORT_PURPOSE,
    REPORT_PHOTOS,
    REPORT_FAILED,
    ANSWER_NUMBER,
    ANSWER_NOTE,
    SITE_HEADCOUNT,
    SITE_WATCHED,
    SITE_OPEN_CASES,
    SITE_OPEN_LEVELS,
    ANSWER_RETURNEES,
    ANSWER_ISOLATED,
    ANSWER_DUE_TO_END,
    CONDITION_VARIABLES
};

struct condition_words {
    const char *zh;
    const char *en;
};

struct condition_name {
    const char *name; /* site.kind */
    enum condition_type type;
    enum condition_codes codes;
    unsigned known_in;            /* one of KNOWS_... */
    bool may_miss;                /* to be read behind has() only */
    struct condition_words words; /* 点位类别 / the site's kind; of a bool: what it says when it is true */
};

/* By enum condition_variable. */
extern const struct condition_name CONDITION_NAMES[CONDITION_VARIABLES];

enum condition_operation {
    CONDITION_LITERAL,
    CONDITION_LIST, /* its members are literals, one behind the other from `left` on */
    CONDITION_VARIABLE,
    CONDITION_HAS,
    CONDITION_NOT,
    CONDITION_MINUS, /* of one number */
    CONDITION_AND,
    CONDITION_OR,
    CONDITION_EQUAL,
    CONDITION_NOT_EQUAL,
    CONDITION_LESS,
    CONDITION_AT_MOST,
    CONDITION_MORE,
    CONDITION_AT_LEAST,
    CONDITION_IN,
    CONDITION_ADD,
    CONDITION_SUBTRACT,
    CONDITION_STARTS_WITH,
    CONDITION_ENDS_WITH,
    CONDITION_CONTAINS,
};

struct condition_node {
    enum condition_operation operation;
    enum condition_type type;
    uint8_t left, right; /* places of its operands; of a list: first member and how many */
    uint8_t variable;
    uint16_t offset;            /* of its first byte in the condition's text */
    enum condition_codes codes; /* of texts: what they are codes of, or are compared with */
    int64_t number;             /* thousandths; of a bool 0 or 1 */
    const char *text;
};

/* Immutable; lives in the policy's arena. node_count 0: none was given. */
struct condition {
    const struct condition_node *nodes;
    uint8_t node_count;
    uint8_t root;
    const char *text; /* as it is written in the pack */
};

/* One variable's value. Texts are borrowed. */
struct condition_value {
    bool is_given;
    int64_t number; /* thousandths; of a bool 0 or 1 */
    const char *text;
    const char *const *texts;
    size_t text_count;
};

struct condition_values {
    struct condition_value of[CONDITION_VARIABLES];
};

/* Every variable that the condition's rule knows must be given, those that may miss aside. */
bool condition_is_true(const struct condition *condition, const struct condition_values *values);

/* Does it ask for the variable? */
bool condition_reads(const struct condition *condition, enum condition_variable variable);

/* What people call a code, where no pack says it. */
struct condition_code {
    const char *code;
    struct condition_words words;
};

/* Purposes of a visit as conditions write them, one by one; NULL behind the last. */
const struct condition_code *condition_purpose(size_t place);

struct policy;

/* The condition as a sentence without a full stop, codes by their names in the pack. Cut off at size; always ended.
 * Returns out. */
const char *condition_sentence(const struct condition *condition, const struct policy *policy, bool chinese, char *out,
                               size_t size);

/* What a variable is, as "name: value"; cut off and ended likewise. */
const char *condition_value_sentence(enum condition_variable variable, const struct condition_value *value,
                                     const struct policy *policy, bool chinese, char *out, size_t size);

#endif
