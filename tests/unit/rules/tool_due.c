/* tool_due.c - dues for tests/system/test_time.py, asked line by line.
 *
 *   tool_due CALENDAR.csv   with the working hours of deploy/packs/epidemic-2020-beijing
 *   "START_S LIMIT [PAUSE_FROM_S PAUSE_TO_S]..." -> "DUE_S" or "missing YEAR"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

enum { MOST_BYTES = 1 << 20, SOURCES = 4 };

static struct bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(MOST_BYTES);
    size_t size;

    if (file == NULL || text == NULL) {
        fprintf(stderr, "tool_due: cannot read %s\n", path);
        exit(1);
    }
    size = fread(text, 1, MOST_BYTES, file);
    fclose(file);
    return bytes_of(text, size);
}

static void load(struct policy *policy, const char *calendar)
{
    static const char *const paths[] = { "policy.yaml", "items.csv", "messages.csv" };
    static struct file_faults faults;
    struct policy_source sources[SOURCES] = { { "calendar.csv", read_file(calendar) } };

    for (size_t i = 1; i < SOURCES; i++) {
        char path[200];

        snprintf(path, sizeof path, "deploy/packs/epidemic-2020-beijing/%s", paths[i - 1]);
        sources[i] = (struct policy_source){ paths[i - 1], read_file(path) };
    }
    if (policy_load(policy, sources, SOURCES, &faults) == -1) {
        fprintf(stderr, "tool_due: %s:%u: %s\n", faults.faults[0].place.file, faults.faults[0].place.line, faults.faults[0].en);
        exit(1);
    }
    for (size_t i = 0; i < SOURCES; i++)
        free((void *) sources[i].content.data);
}

/* The words of the line after the start and the limit: pauses, two numbers each. */
static bool shift_by_pauses(const struct calendar *calendar, const struct policy_limit *limit, int64_t *due_s, int32_t *year)
{
    const char *from, *to;

    while ((from = strtok(NULL, " \n")) != NULL && (to = strtok(NULL, " \n")) != NULL)
        if (!policy_shift(calendar, limit->unit, strtoll(from, NULL, 10), strtoll(to, NULL, 10), due_s, year))
            return false;
    return true;
}

static void answer(const struct calendar *calendar, char *line)
{
    static struct file_faults faults;
    const char *start = strtok(line, " \n");
    const char *text = strtok(NULL, " \n");
    struct policy_limit limit;
    int64_t due_s;
    int32_t year;

    if (start == NULL || text == NULL || !policy_limit_of(text, (struct file_place){ "limit", 1, 1 }, &limit, &faults))
        printf("wrong\n");
    else if (policy_due(calendar, &limit, strtoll(start, NULL, 10), &due_s, &year) &&
             shift_by_pauses(calendar, &limit, &due_s, &year))
        printf("%lld\n", (long long) due_s);
    else
        printf("missing %d\n", (int) year);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct policy policy;
    char line[4096];

    if (argc != 2)
        return 2;
    load(&policy, argv[1]);
    while (fgets(line, sizeof line, stdin) != NULL)
        answer(&policy.calendar, line);
    policy_close(&policy);
    return 0;
}
