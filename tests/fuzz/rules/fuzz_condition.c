/* A condition of a pack in any text: one fault, told with its place; or one that decides whatever the values are,
 * and that can be said in words. The first byte says what the rule knows, the next ones are the values.
 */
#include "fuzz.h"
#include "policy_private.h"

enum { PLACE_LINE = 3, PLACE_COLUMN = 7 };

static const char *const TEXTS[] = { "", "high", "COUR", "DS-01", "点位" };

static struct condition_values values_of(struct input *input)
{
    struct condition_values values = { 0 };

    for (size_t i = 0; i < CONDITION_VARIABLES; i++) {
        uint8_t byte = (uint8_t) take_number(input, 1);
        bool is_given = byte % 2 == 1 || !CONDITION_NAMES[i].may_miss;

        values.of[i] = (struct condition_value){
            .is_given = is_given,
            .number = CONDITION_NAMES[i].type == CONDITION_BOOL ? byte & 1 : ((int64_t) byte - 128) * INT64_C(8000000000000),
            .text = TEXTS[byte % (sizeof TEXTS / sizeof TEXTS[0])],
            .texts = TEXTS,
            .text_count = byte % (sizeof TEXTS / sizeof TEXTS[0]),
        };
    }
    return values;
}

static void must_be_one_fault(const struct file_faults *faults, size_t characters)
{
    MUST(faults->total == 1);
    must_be_told(faults->faults[0].zh, faults->faults[0].en);
    MUST(faults->faults[0].place.line == PLACE_LINE && faults->faults[0].place.column >= PLACE_COLUMN);
    MUST(faults->faults[0].place.column <= PLACE_COLUMN + characters);
}

static void must_be_usable(const struct condition *condition, const struct policy *policy, const struct condition_values *values)
{
    char zh[400], en[400];

    MUST(condition->node_count > 0 && condition->node_count <= CONDITION_MAX_NODES);
    MUST(condition_is_true(condition, values) == condition_is_true(condition, values));
    condition_sentence(condition, policy, true, zh, sizeof zh);
    condition_sentence(condition, policy, false, en, sizeof en);
    MUST(is_utf8(zh, strlen(zh)) && is_utf8(en, strlen(en)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file_faults faults;
    struct policy policy = { .name = "" };
    struct loading loading = { .policy = &policy, .faults = &faults };
    struct input input = { data, size };
    unsigned knows = (unsigned) take_number(&input, 1) & 31;
    struct condition_values values = values_of(&input);
    struct bytes rest = take_rest(&input);
    struct condition condition = { 0 };
    char *text;

    if (!is_utf8(rest.data, rest.size) || memchr(rest.data, 0, rest.size) != NULL)
        return 0;   /* the pack's file would have been refused */
    text = calloc(1, rest.size + 1);
    MUST(text != NULL);
    memcpy(text, rest.data, rest.size);
    faults.count = faults.total = 0;
    arena_open(&policy.arena, 1 << 20);
    arena_open(&loading.scratch, 1 << 20);
    if (policy_parse_condition(&loading, text, policy_place_at("policy.yaml", PLACE_LINE, PLACE_COLUMN), knows, &condition))
        must_be_usable(&condition, &policy, &values);
    else
        must_be_one_fault(&faults, rest.size);
    arena_close(&loading.scratch);
    arena_close(&policy.arena);
    free(text);
    return 0;
}
