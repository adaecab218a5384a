/* A policy pack of which one file is the fuzzer's: faults that are told with their place, or a policy
 * that the engine can use. The first byte says which file; the others are fire-safety-mini's.
 */
#include "fuzz.h"
#include "policy_pack.h"

enum { TASK_KINDS = 8 };

static const char *const files[] = { "policy.yaml", "items.csv", "messages.csv", "calendar.csv", "other.txt" };

static struct pack *pack_of_all_inputs(void)
{
    static struct pack *pack;

    if (pack == NULL)
        pack = pack_read("fire-safety-mini");
    return pack;
}

static void must_be_told_with_places(const struct file_faults *faults)
{
    MUST(faults->count > 0 && faults->count <= POLICY_MAX_FAULTS && faults->total >= faults->count);
    for (size_t i = 0; i < faults->count; i++) {
        const struct file_fault *fault = &faults->faults[i];

        must_be_told(fault->zh, fault->en);
        MUST(fault->place.file != NULL && !is_empty(fault->place.file));
        MUST((fault->place.line == 0) == (fault->place.column == 0));
    }
}

static void must_be_a_plan(const struct policy *policy, const struct policy_plan *plan)
{
    MUST(plan != NULL);
    for (size_t i = 0; i < plan->reminder_count; i++)
        MUST(policy_message(policy, plan->reminders[i].message) != NULL && plan->reminders[i].to_count > 0);
    for (size_t i = 0; i < plan->ladder_count; i++)
        MUST(policy_message(policy, plan->ladder[i].message) != NULL && plan->ladder[i].to_count > 0);
}

/* A due lies after its base, however odd the pack; or its year is named. */
static void must_be_a_limit(const struct policy *policy, const struct policy_limit *limit, int64_t base_s)
{
    int32_t missing_year = 0;
    int64_t due_s = 0;

    if (policy_due(&policy->calendar, limit, base_s, &due_s, &missing_year))
        MUST(due_s > base_s);
    else
        MUST(missing_year > 0);
}

static void must_be_usable(const struct policy *policy)
{
    const int64_t base_s = 1580691600;

    MUST(policy->severity_count > 0 && policy->briefing_count > 0);
    for (size_t i = 0; i < policy->severity_count; i++) {
        const struct policy_severity *severity = &policy->severities[i];

        MUST(policy_severity(policy, severity->code) == severity && severity->raised != NULL);
        MUST(severity->passes >= 1 && severity->passes <= POLICY_MAX_PASSES);
        must_be_a_limit(policy, &severity->limit, base_s);
        for (int kind = 1; kind < TASK_KINDS; kind++)
            must_be_a_plan(policy, policy_plan(policy, (Duban__TaskKind) kind, severity->code));
    }
    for (size_t i = 0; i < policy->item_count; i++)
        MUST(policy_item(policy, policy->items[i].code) == &policy->items[i] && policy->items[i].severity != NULL);
    MUST(policy_next_digest(policy, base_s) > base_s);
    MUST(policy_next_briefing(policy, base_s) >= base_s);
    (void) policy_is_quiet(policy, base_s);
}

/* The fuzzer's file in the place of the shipped one, or beside the shipped ones. */
static size_t sources_with(struct policy_source sources[PACK_FILES + 1], const char *path, struct bytes content)
{
    const struct pack *pack = pack_of_all_inputs();
    size_t count = 0;

    for (size_t i = 0; i < pack->count; i++)
        if (strcmp(pack->sources[i].path, path) != 0)
            sources[count++] = pack->sources[i];
    sources[count++] = (struct policy_source){ path, content };
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy policy;
    static struct file_faults faults;
    struct input input = { data, size };
    const char *path = files[take_number(&input, 1) % (sizeof files / sizeof files[0])];
    struct policy_source sources[PACK_FILES + 1];
    size_t count = sources_with(sources, path, take_rest(&input));
    uint8_t version[POLICY_VERSION_BYTES];

    if (policy_load(&policy, sources, count, &faults) == -1) {
        must_be_told_with_places(&faults);
        MUST(policy.severities == NULL && policy.arena.blocks == NULL);
        return 0;
    }
    MUST(faults.total == 0);
    must_be_usable(&policy);
    policy_version_of(version, sources, count);
    MUST(memcmp(policy.version, version, sizeof version) == 0);
    policy_close(&policy);
    return 0;
}
