/* policy.c - load a pack, and answer questions about it. */
#include "policy.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "civil.h"
#include "policy_private.h"

enum {
    CALENDAR_NOTICE_DAYS = 60,   /* where a pack does not say */
    MAX_POLICY_BYTES = 32 << 20,
    MAX_SCRATCH_BYTES = 128 << 20,
};

/* ---------------------------------------------------------------- loading */

static const struct {
    const char *file;
    void (*read)(struct loading *loading, const struct policy_source *source);
    bool optional;
} FILES[] = {
    /* in this order: each refers to those before it */
    { POLICY_MESSAGES_FILE, policy_read_messages, false },
    { POLICY_DOCUMENT_FILE, policy_read_document, false },
    { POLICY_ITEMS_FILE, policy_read_items, false },
    { POLICY_CALENDAR_FILE, policy_read_calendar, true },
};

enum { FILE_COUNT = sizeof FILES / sizeof FILES[0] };

static void check_file_names(struct loading *loading, const struct policy_source *sources, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct choices choices = choices_for(sources[i].path);
        bool known = false;

        for (size_t k = 0; k < FILE_COUNT; k++) {
            known = known || strcmp(FILES[k].file, sources[i].path) == 0;
            choices_add(&choices, FILES[k].file);
        }
        if (!known)
            policy_complain_unknown(loading, policy_place_at(sources[i].path, 0, 0), "政策包文件", "file of a pack",
                                    &choices);
        for (size_t k = 0; k < i; k++)
            if (known && strcmp(sources[k].path, sources[i].path) == 0)
                policy_complain(loading, policy_place_at(sources[i].path, 0, 0), "同名文件出现两次；请只留一份",
                                "the file is given twice; keep one");
    }
}

static const struct policy_source *source_of(const struct policy_source *sources, size_t count, const char *file)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sources[i].path, file) == 0)
            return &sources[i];
    return NULL;
}

static void read_files(struct loading *loading, const struct policy_source *sources, size_t count)
{
    for (size_t k = 0; k < FILE_COUNT; k++) {
        const struct policy_source *source = source_of(sources, count, FILES[k].file);

        if (source != NULL && file_is_sound(loading->faults, source->path, source->content, POLICY_MAX_FILE_BYTES))
            FILES[k].read(loading, &(struct policy_source){ FILES[k].file, source->content });
        else if (source == NULL && !FILES[k].optional)
            policy_complain(loading, policy_place_at(FILES[k].file, 0, 0), "政策包中缺少文件 %s",
                            "file %s is missing from the pack", FILES[k].file);
    }
}

static int load(struct policy *policy, const struct policy_source *sources, size_t count, struct file_faults *faults,
                bool is_new)
{
    struct loading loading = { .policy = policy, .faults = faults, .is_new = is_new };

    memset(policy, 0, sizeof *policy);
    memset(faults, 0, sizeof *faults);
    policy->calendar_notice_days = CALENDAR_NOTICE_DAYS;
    arena_open(&policy->arena, MAX_POLICY_BYTES);
    arena_open(&loading.scratch, MAX_SCRATCH_BYTES);
    check_file_names(&loading, sources, count);
    read_files(&loading, sources, count);
    policy->calendar.end_of_day_s = policy->end_of_day_s;
    policy->calendar.utc_offset_s = policy->utc_offset_s;
    policy_check_whole(&loading);
    arena_close(&loading.scratch);
    if (faults->total > 0) {
        policy_sort_faults(faults);
        policy_close(policy);
        return -1;
    }
    policy_version_of(policy->version, sources, count);
    return 0;
}

int policy_load(struct policy *policy, const struct policy_source *sources, size_t count, struct file_faults *faults)
{
    return load(policy, sources, count, faults, false);
}

int policy_load_new(struct policy *policy, const struct policy_source *sources, size_t count, struct file_faults *faults)
{
    return load(policy, sources, count, faults, true);
}

bool policy_limit_of(const char *text, struct file_place place, struct policy_limit *limit,
                     struct file_faults *faults)
{
    struct loading loading = { .faults = faults };

    memset(faults, 0, sizeof *faults);
    return policy_parse_limit(&loading, text, place, limit);
}

void policy_close(struct policy *policy)
{
    arena_close(&policy->arena);
    memset(policy, 0, sizeof *policy);
}

/* ---------------------------------------------------------------- version */

/* The source that follows `last` in byte order of path; equal paths keep their order. */
static const struct policy_source *source_after(const struct policy_source *sources, size_t count,
                                                const struct policy_source *last)
{
    const struct policy_source *next = NULL;

    for (size_t i = 0; i < count; i++) {
        int order = last == NULL ? 1 : strcmp(sources[i].path, last->path);

        if (order < 0 || (order == 0 && &sources[i] <= last))
            continue;
        if (next == NULL || strcmp(sources[i].path, next->path) < 0)
            next = &sources[i];
    }
    return next;
}

/* Streamed, because a pack offered from outside may have any number of files. */
void policy_version_of(uint8_t version[POLICY_VERSION_BYTES], const struct policy_source *sources, size_t count)
{
    const struct policy_source *source = NULL;
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    while ((source = source_after(sources, count, source)) != NULL) {
        uint8_t size[8];

        put_u64(size, source->content.size);
        crypto_hash_sha256_update(&state, (const unsigned char *) source->path, strlen(source->path) + 1);
        crypto_hash_sha256_update(&state, size, sizeof size);
        if (source->content.size > 0)
            crypto_hash_sha256_update(&state, source->content.data, source->content.size);
    }
    crypto_hash_sha256_final(&state, version);
}

void policy_version_of_file(uint8_t version[POLICY_VERSION_BYTES], struct bytes content)
{
    crypto_hash_sha256(version, content.data, content.size);
}

/* ---------------------------------------------------------------- looking up */

const struct policy_severity *policy_severity(const struct policy *policy, const char *code)
{
    for (size_t i = 0; i < policy->severity_count; i++)
        if (strcmp(policy->severities[i].code, code) == 0)
            return &policy->severities[i];
    return NULL;
}

const struct policy_item *policy_item(const struct policy *policy, const char *code)
{
    size_t from = 0;
    size_t to = policy->item_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(policy->items[middle].code, code);

        if (order == 0)
            return &policy->items[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

const struct policy_item *policy_item_after(const struct policy *policy, const struct policy_item *item, const char *code)
{
    const struct policy_item *next = item == NULL ? policy->items : item + 1;

    return next < policy->items + policy->item_count && strcmp(next->code, code) == 0 ? next : policy_item(policy, code);
}

const struct policy_site_kind *policy_site_kind(const struct policy *policy, const char *code)
{
    for (size_t i = 0; i < policy->site_kind_count; i++)
        if (strcmp(policy->site_kinds[i].code, code) == 0)
            return &policy->site_kinds[i];
    return NULL;
}

const struct policy_site_class *policy_site_class(const struct policy *policy, const char *kind_code, const char *code)
{
    const struct policy_site_kind *kind = policy_site_kind(policy, kind_code);

    for (size_t i = 0; kind != NULL && i < kind->class_count; i++)
        if (strcmp(kind->classes[i].code, code) == 0)
            return &kind->classes[i];
    return NULL;
}

const struct policy_message *policy_message(const struct policy *policy, const char *kind)
{
    for (size_t i = 0; i < policy->message_count; i++)
        if (strcmp(policy->messages[i].kind, kind) == 0)
            return &policy->messages[i];
    return NULL;
}

static bool is_among(const char *const *codes, const char *code)
{
    for (; *codes != NULL; codes++)
        if (strcmp(*codes, code) == 0)
            return true;
    return false;
}

bool policy_item_is_for(const struct policy_item *item, const char *site_kind)
{
    return item->kinds[0] == NULL || is_among(item->kinds, site_kind);
}

bool policy_item_is_mandatory(const struct policy_item *item, const char *site_kind)
{
    if (item->mandatory)
        return policy_item_is_for(item, site_kind);
    return is_among(item->mandatory_kinds, site_kind);
}

const struct policy_plan *policy_plan(const struct policy *policy, Duban__TaskKind kind, const char *level)
{
    static const struct policy_plan none = { .reminders = NULL };

    if ((int) kind < 0 || (int) kind >= POLICY_TASK_KINDS)
        return &none;
    for (size_t i = 0; i < policy->severity_count && level != NULL; i++)
        if (strcmp(policy->severities[i].code, level) == 0)
            return &policy->plans[kind][i];
    return &policy->plans[kind][POLICY_ANY_LEVEL];
}

/* ---------------------------------------------------------------- time */

int64_t policy_day(const struct policy *policy, int64_t at_s)
{
    return civil_day(at_s, policy->utc_offset_s);
}

int64_t policy_moment(const struct policy *policy, int64_t day, int32_t second_of_day)
{
    return civil_moment(day, second_of_day, policy->utc_offset_s);
}

bool policy_is_quiet(const struct policy *policy, int64_t at_s)
{
    int32_t second = civil_second_of_day(at_s, policy->utc_offset_s);

    /* over midnight, as policy_check.c makes sure */
    return second >= policy->quiet_from_s || second < policy->quiet_to_s;
}

int64_t policy_next_digest(const struct policy *policy, int64_t at_s)
{
    int64_t day = civil_day(at_s, policy->utc_offset_s);
    int64_t today_s = civil_moment(day, policy->digest_s, policy->utc_offset_s);

    return today_s > at_s ? today_s : civil_moment(day + 1, policy->digest_s, policy->utc_offset_s);
}

int64_t policy_next_briefing(const struct policy *policy, int64_t at_s)
{
    int64_t day = civil_day(at_s, policy->utc_offset_s);

    assert(policy->briefing_count > 0);
    for (size_t i = 0; i < policy->briefing_count; i++) {
        int64_t today_s = civil_moment(day, policy->briefings_s[i], policy->utc_offset_s);

        if (today_s >= at_s)
            return today_s;
    }
    return civil_moment(day + 1, policy->briefings_s[0], policy->utc_offset_s);
}
