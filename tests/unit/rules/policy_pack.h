/* policy_pack.h - a shipped pack in memory, to be edited and loaded by tests.
 *
 * In the new text of an edit, @@ marks the place where a fault is expected; the mark itself
 * does not go into the file. Line and column are counted here, not by the code under test.
 */
#ifndef DUBAN_TEST_POLICY_PACK_H
#define DUBAN_TEST_POLICY_PACK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy.h"

enum { PACK_FILES = 5 };

struct pack {
    struct policy_source sources[PACK_FILES];
    size_t count;
    struct policy policy;
    struct file_faults faults;
    struct file_place expected;      /* line 0: nothing marked */
};

static inline char *pack_file_text(const char *name, const char *file, size_t *size)
{
    char path[300];
    FILE *stream;
    char *text = malloc(1 << 20);

    snprintf(path, sizeof path, "deploy/packs/%s/%s", name, file);
    stream = fopen(path, "rb");
    if (stream == NULL || text == NULL)
        fail_msg("%s: run the tests from the top of the tree", path);
    *size = fread(text, 1, 1 << 20, stream);
    fclose(stream);
    return text;
}

/* Take over a text from malloc as one more file of the pack. */
static inline void pack_add(struct pack *pack, const char *file, char *text, size_t size)
{
    assert_true(pack->count < PACK_FILES);
    pack->sources[pack->count++] = (struct policy_source){ .path = file, .content = bytes_of(text, size) };
}

static inline void pack_add_text(struct pack *pack, const char *file, const char *text)
{
    pack_add(pack, file, strdup(text), strlen(text));
}

/* Never on the stack of a caller: it is large. */
static inline struct pack *pack_read(const char *name)
{
    static const char *const files[] = { "policy.yaml", "items.csv", "messages.csv", "calendar.csv" };
    size_t count = strcmp(name, "epidemic-2020-beijing") == 0 ? 4 : 3;   /* the other knows no working time */
    struct pack *pack = calloc(1, sizeof *pack);

    assert_non_null(pack);
    for (size_t i = 0; i < count; i++) {
        size_t size;
        char *text = pack_file_text(name, files[i], &size);

        pack_add(pack, files[i], text, size);
    }
    return pack;
}

static inline void pack_close(struct pack *pack)
{
    policy_close(&pack->policy);
    for (size_t i = 0; i < pack->count; i++)
        free((void *) pack->sources[i].content.data);
    free(pack);
}

static inline struct policy_source *pack_source(struct pack *pack, const char *file)
{
    for (size_t i = 0; i < pack->count; i++)
        if (strcmp(pack->sources[i].path, file) == 0)
            return &pack->sources[i];
    fail_msg("the pack has no %s", file);
    return NULL;
}

static inline void pack_remove(struct pack *pack, const char *file)
{
    struct policy_source *source = pack_source(pack, file);

    free((void *) source->content.data);
    *source = pack->sources[--pack->count];
}

/* Line and column of an offset, both from 1, the column in characters. */
static inline struct file_place pack_place(const struct policy_source *source, size_t offset)
{
    struct file_place place = { .file = source->path, .line = 1, .column = 1 };
    const unsigned char *text = source->content.data;

    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if ((text[i] & 0xC0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

static inline void pack_replace(struct policy_source *source, size_t offset, size_t old_size, const char *text,
                                size_t size)
{
    const char *old = source->content.data;
    size_t rest = source->content.size - offset - old_size;
    char *changed = malloc(offset + size + rest + 1);

    assert_non_null(changed);
    memcpy(changed, old, offset);
    memcpy(changed + offset, text, size);
    memcpy(changed + offset + size, old + offset + old_size, rest);
    free((void *) old);
    source->content = bytes_of(changed, offset + size + rest);
}

/* The first occurrence of from becomes to. */
static inline void pack_edit(struct pack *pack, const char *file, const char *from, const char *to)
{
    struct policy_source *source = pack_source(pack, file);
    const char *found = memmem(source->content.data, source->content.size, from, strlen(from));
    const char *mark;
    size_t offset;

    if (found == NULL)
        fail_msg("%s: there is no \"%s\"", file, from);
    offset = (size_t) (found - (const char *) source->content.data);
    pack_replace(source, offset, strlen(from), to, strlen(to));
    mark = memmem(source->content.data, source->content.size, "@@", 2);
    if (mark == NULL)
        return;
    offset = (size_t) (mark - (const char *) source->content.data);
    pack_replace(source, offset, 2, "", 0);
    pack->expected = pack_place(source, offset);
}

static inline int pack_load(struct pack *pack)
{
    policy_close(&pack->policy);
    return policy_load(&pack->policy, pack->sources, pack->count, &pack->faults);
}

static inline void pack_print_faults(const struct pack *pack)
{
    for (size_t i = 0; i < pack->faults.count; i++) {
        const struct file_fault *fault = &pack->faults.faults[i];

        print_message("  %s:%u:%u: %s / %s\n", fault->place.file, fault->place.line, fault->place.column, fault->zh,
                      fault->en);
    }
}

/* A pack that must be sound. */
static inline struct pack *pack_loaded(const char *name)
{
    struct pack *pack = pack_read(name);

    if (pack_load(pack) != 0) {
        pack_print_faults(pack);
        fail_msg("%s does not load", name);
    }
    return pack;
}

#endif
