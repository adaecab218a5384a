/* policy_fault.c - complaints about a pack: common's (file_fault.h), noted in the loading. */
#include <stdarg.h>
#include <string.h>

#include "policy_private.h"

void policy_complain(struct loading *loading, struct file_place place, const char *zh, const char *en, ...)
{
    va_list arguments;

    va_start(arguments, en);
    file_complain_with(loading->faults, place, zh, en, arguments);
    va_end(arguments);
}

void policy_sort_faults(struct file_faults *faults)
{
    static const char *const files[] = { POLICY_DOCUMENT_FILE, POLICY_ITEMS_FILE, POLICY_MESSAGES_FILE,
                                         POLICY_CALENDAR_FILE };

    file_faults_sort(faults, files, sizeof files / sizeof files[0]);
}

void *policy_take(struct loading *loading, struct arena *arena, size_t count, size_t size)
{
    void *memory = arena_clear(arena, count * size > 0 ? count * size : 1);

    if (memory == NULL && !loading->exhausted) {
        loading->exhausted = true;
        policy_complain(loading, policy_place_at(POLICY_DOCUMENT_FILE, 0, 0), "政策包太大，内存不够；请删减",
                        "the pack is too large for memory; make it smaller");
    }
    return memory;
}

const char *policy_keep(struct loading *loading, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = policy_take(loading, &loading->policy->arena, size, 1);

    if (copy == NULL)
        return "";
    memcpy(copy, text, size);
    return copy;
}
