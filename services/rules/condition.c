/* condition.c - deciding. Types and missing values have been checked when the pack was. */
#include "condition.h"

#include <assert.h>
#include <string.h>

const struct condition_name CONDITION_NAMES[CONDITION_VARIABLES] = {
    [SITE_CODE] = { "site.code", CONDITION_TEXT, CODES_NONE, KNOWS_SITE, false, { "点位编号", "the site's code" } },
    [SITE_KIND] = { "site.kind",
                    CONDITION_TEXT,
                    CODES_SITE_KIND,
                    KNOWS_SITE,
                    false,
                    { "点位类别", "the kind of site" } },
    [SITE_AREA] = { "site.area", CONDITION_TEXT, CODES_NONE, KNOWS_SITE, false, { "所属社区、村", "the area" } },
    [SITE_RISK] = { "site.risk", CONDITION_TEXT, CODES_RISK, KNOWS_SITE, false, { "点位风险", "the site's risk" } },
    [SITE_INTERVAL_DAYS] = { "site.interval_days",
                             CONDITION_NUMBER,
                             CODES_NONE,
                             KNOWS_SITE,
                             false,
                             { "巡查间隔天数", "the days between inspections" } },
    [SITE_OPERATING] = { "site.operating",
                         CONDITION_BOOL,
                         CODES_NONE,
                         KNOWS_SITE,
                         false,
                         { "点位正在经营", "the site is operating" } },
    [SITE_ATTEMPTS] = { "site.attempts",
                        CONDITION_NUMBER,
                        CODES_NONE,
                        KNOWS_SITE,
                        false,
                        { "连续未能检查的次数", "the attempts in a row without a visit" } },
    [ITEM_CODE] = { "item.code", CONDITION_TEXT, CODES_ITEM, KNOWS_ITEM, false, { "检查项", "the item" } },
    [ITEM_GROUP] = { "item.group",
                     CONDITION_TEXT,
                     CODES_GROUP,
                     KNOWS_ITEM,
                     false,
                     { "检查项的组", "the item's group" } },
    [ITEM_LEVEL] = { "item.level",
                     CONDITION_TEXT,
                     CODES_LEVEL,
                     KNOWS_ITEM,
                     false,
                     { "检查项的级别", "the item's level" } },
    [ITEM_FAILED_OF_LAST_THREE] = { "item.failed_of_last_three",
                                    CONDITION_NUMBER,
                                    CODES_NONE,
                                    KNOWS_ITEM,
                                    false,
                                    { "该项此前三次检查中不合格的次数",
                                      "the number of the last three visits at which the item failed" } },
    [REPORT_PURPOSE] = { "report.purpose",
                         CONDITION_TEXT,
                         CODES_PURPOSE,
                         KNOWS_REPORT,
                         false,
                         { "到访目的", "the purpose of the visit" } },
    [REPORT_PHOTOS] = { "report.photos",
                        CONDITION_NUMBER,
                        CODES_NONE,
                        KNOWS_REPORT,
                        false,
                        { "照片数", "the number of photos" } },
    [REPORT_FAILED] = { "report.failed",
                        CONDITION_TEXTS,
                        CODES_ITEM,
                        KNOWS_REPORT,
                        false,
                        { "本次不合格的检查项", "the items failed at this visit" } },
    [ANSWER_NUMBER] = { "answer.number",
                        CONDITION_NUMBER,
                        CODES_NONE,
                        KNOWS_ANSWER,
                        true,
                        { "所填数值", "the number entered" } },
    [ANSWER_NOTE] = { "answer.note", CONDITION_TEXT, CODES_NONE, KNOWS_ANSWER, false, { "说明文字", "the note" } },
    [SITE_HEADCOUNT] = { "site.headcount",
                         CONDITION_NUMBER,
                         CODES_NONE,
                         KNOWS_SITE,
                         true,
                         { "在场人数", "the number of people there" } },
    [SITE_WATCHED] = { "site.watched",
                       CONDITION_BOOL,
                       CODES_NONE,
                       KNOWS_STANDING,
                       false,
                       { "点位正在盯守", "the site is being watched" } },
    [SITE_OPEN_CASES] = { "site.open_cases",
                          CONDITION_NUMBER,
                          CODES_NONE,
                          KNOWS_STANDING,
                          false,
                          { "未销号问题数", "the number of open cases" } },
    [SITE_OPEN_LEVELS] = { "site.open_levels",
                           CONDITION_TEXTS,
                           CODES_LEVEL,
                           KNOWS_STANDING,
                           false,
                           { "未销号问题的级别", "the levels of the open cases" } },
    [ANSWER_RETURNEES] = { "answer.returnees",
                           CONDITION_NUMBER,
                           CODES_NONE,
                           KNOWS_ANSWER,
                           true,
                           { "返京人数", "the number of people who came back" } },
    [ANSWER_ISOLATED] = { "answer.isolated",
                          CONDITION_NUMBER,
                          CODES_NONE,
                          KNOWS_ANSWER,
                          true,
                          { "隔离人数", "the number of people isolated" } },
    [ANSWER_DUE_TO_END] = { "answer.due_to_end",
                            CONDITION_NUMBER,
                            CODES_NONE,
                            KNOWS_ANSWER,
                            true,
                            { "即将期满人数", "the number of people whose days are about to end" } },
};

/* What a node comes to; a list keeps its members in the node. */
struct result {
    int64_t number;
    const char *text;
};

struct deciding {
    const struct condition *condition;
    const struct condition_values *values;
};

static struct result decide(const struct deciding *deciding, size_t place);

static const struct condition_node *node_at(const struct deciding *deciding, size_t place)
{
    assert(place < deciding->condition->node_count);
    return &deciding->condition->nodes[place];
}

static bool is_listed(const struct deciding *deciding, const struct condition_node *node)
{
    const struct condition_node *list = node_at(deciding, node->right);
    struct result wanted = decide(deciding, node->left);
    const struct condition_value *value;

    if (list->operation == CONDITION_LIST) {
        for (size_t i = 0; i < list->right; i++) {
            const struct condition_node *member = node_at(deciding, list->left + i);

            if (list->type == CONDITION_TEXTS ? strcmp(member->text, wanted.text) == 0
                                              : member->number == wanted.number)
                return true;
        }
        return false;
    }
    value = &deciding->values->of[list->variable];
    for (size_t i = 0; i < value->text_count; i++)
        if (strcmp(value->texts[i], wanted.text) == 0)
            return true;
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);

    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static bool are_equal(const struct deciding *deciding, const struct condition_node *node, struct result left,
                      struct result right)
{
    return node_at(deciding, node->left)->type == CONDITION_TEXT ? strcmp(left.text, right.text) == 0
                                                                 : left.number == right.number;
}

static struct result variable(const struct deciding *deciding, const struct condition_node *node)
{
    const struct condition_value *value = &deciding->values->of[node->variable];

    assert(value->is_given);
    return (struct result){ value->number, value->text };
}

/* Operations of two values that are both needed. */
static int64_t of_two(const struct deciding *deciding, const struct condition_node *node)
{
    struct result left = decide(deciding, node->left);
    struct result right = decide(deciding, node->right);

    switch (node->operation) {
    case CONDITION_EQUAL:
        return are_equal(deciding, node, left, right);
    case CONDITION_NOT_EQUAL:
        return !are_equal(deciding, node, left, right);
    case CONDITION_LESS:
        return left.number < right.number;
    case CONDITION_AT_MOST:
        return left.number <= right.number;
    case CONDITION_MORE:
        return left.number > right.number;
    case CONDITION_AT_LEAST:
        return left.number >= right.number;
    /* Numbers of a pack have at most nine whole digits, those of a report twelve: no sum of
     * CONDITION_MAX_NODES of them leaves int64_t. */
    case CONDITION_ADD:
        return left.number + right.number;
    case CONDITION_SUBTRACT:
        return left.number - right.number;
    case CONDITION_STARTS_WITH:
        return strncmp(left.text, right.text, strlen(right.text)) == 0;
    case CONDITION_ENDS_WITH:
        return ends_with(left.text, right.text);
    case CONDITION_CONTAINS:
        return strstr(left.text, right.text) != NULL;
    default:
        assert(!"an operation of two values");
        return 0;
    }
}

static struct result decide(const struct deciding *deciding, size_t place)
{
    const struct condition_node *node = node_at(deciding, place);
    struct result result = { node->number, node->text };

    switch (node->operation) {
    case CONDITION_LITERAL:
        break;
    case CONDITION_VARIABLE:
        return variable(deciding, node);
    case CONDITION_HAS:
        result.number = deciding->values->of[node->variable].is_given;
        break;
    case CONDITION_NOT:
        result.number = !decide(deciding, node->left).number;
        break;
    case CONDITION_MINUS:
        result.number = -decide(deciding, node->left).number;
        break;
    case CONDITION_AND:
        result.number = decide(deciding, node->left).number && decide(deciding, node->right).number;
        break;
    case CONDITION_OR:
        result.number = decide(deciding, node->left).number || decide(deciding, node->right).number;
        break;
    case CONDITION_IN:
        result.number = is_listed(deciding, node);
        break;
    default:
        result.number = of_two(deciding, node);
    }
    return result;
}

bool condition_is_true(const struct condition *condition, const struct condition_values *values)
{
    struct deciding deciding = { condition, values };

    return decide(&deciding, condition->root).number != 0;
}

bool condition_reads(const struct condition *condition, enum condition_variable variable)
{
    for (size_t i = 0; i < condition->node_count; i++) {
        const struct condition_node *node = &condition->nodes[i];

        if ((node->operation == CONDITION_VARIABLE || node->operation == CONDITION_HAS) && node->variable == variable)
            return true;
    }
    return false;
}
