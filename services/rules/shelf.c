/* shelf.c - packs are put together from their PolicyFile rows, checked, and kept. */
#include "shelf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "message.h"

enum { SHELF_ARENA_BYTES = 64 * 1024 * 1024 };

void shelf_open(struct shelf *shelf, struct state *state)
{
    *shelf = (struct shelf){ .state = state };
}

void shelf_close(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++) {
        policy_close(shelf->policies[i]);
        free(shelf->policies[i]);
    }
    free(shelf->policies);
    *shelf = (struct shelf){ .state = shelf->state };
}

struct pack {
    struct policy_source files[PACK_MAX_FILES];
    uint32_t pieces[PACK_MAX_FILES];     /* of each file, got so far */
    uint32_t wanted[PACK_MAX_FILES];
    size_t count;
    uint32_t files_wanted;
};

/* Rows come in order of path and piece, so a file only ever grows at its end. */
static bool add_piece(struct pack *pack, struct arena *arena, const Duban__PolicyFile *piece)
{
    struct policy_source *file;
    char *longer;

    if (pack->count == 0 || strcmp(pack->files[pack->count - 1].path, piece->path) != 0) {
        if (pack->count == PACK_MAX_FILES)
            return false;
        pack->files[pack->count] = (struct policy_source){ .path = piece->path, .content = { "", 0 } };
        pack->wanted[pack->count] = piece->pieces;
        pack->count++;
    }
    file = &pack->files[pack->count - 1];
    if (piece->piece != pack->pieces[pack->count - 1]++)
        return false;
    longer = arena_take(arena, file->content.size + piece->content.len + 1);
    if (longer == NULL)
        return false;
    memcpy(longer, file->content.data, file->content.size);
    memcpy(longer + file->content.size, piece->content.data, piece->content.len);
    file->content = bytes_of(longer, file->content.size + piece->content.len);
    pack->files_wanted = piece->files;
    return true;
}

static bool is_complete(const struct pack *pack)
{
    for (size_t i = 0; i < pack->count; i++)
        if (pack->pieces[i] != pack->wanted[i])
            return false;
    return pack->count > 0 && pack->count == pack->files_wanted;
}

static bool read_pack(struct state *state, struct arena *arena, const uint8_t *version, struct pack *pack)
{
    struct store_cursor cursor;
    struct bytes key, value;
    bool good = true, found;

    store_cursor_open(&cursor, &state->txn, TABLE_POLICY_FILE);
    found = store_seek(&cursor, bytes_of(version, POLICY_VERSION_BYTES), &key, &value);
    while (good && found && key.size > POLICY_VERSION_BYTES && memcmp(key.data, version, POLICY_VERSION_BYTES) == 0) {
        Duban__PolicyFile *piece = message_unpack_own(arena, &duban__policy_file__descriptor, value);

        good = piece != NULL && add_piece(pack, arena, piece);
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return good && is_complete(pack);
}

static const struct policy *keep(struct shelf *shelf, struct policy *policy)
{
    struct policy **longer = realloc(shelf->policies, (shelf->count + 1) * sizeof(void *));

    if (longer == NULL)
        die("rules: out of memory while loading a policy");
    shelf->policies = longer;
    shelf->policies[shelf->count++] = policy;
    return policy;
}

static const struct policy *load(struct shelf *shelf, const uint8_t *version, struct file_faults *faults)
{
    struct pack pack = { .count = 0 };
    struct policy *policy = calloc(1, sizeof *policy);
    uint8_t actual[POLICY_VERSION_BYTES];
    struct arena arena;
    bool good;

    if (policy == NULL)
        die("rules: out of memory while loading a policy");
    arena_open(&arena, SHELF_ARENA_BYTES);
    good = read_pack(shelf->state, &arena, version, &pack);
    if (good) {
        policy_version_of(actual, pack.files, pack.count);
        good = memcmp(actual, version, POLICY_VERSION_BYTES) == 0 && policy_load(policy, pack.files, pack.count, faults) == 0;
    }
    arena_close(&arena);
    if (good)
        return keep(shelf, policy);
    free(policy);
    return NULL;
}

const struct policy *shelf_policy(void *self, const uint8_t version[POLICY_VERSION_BYTES], struct file_faults *faults)
{
    struct shelf *shelf = self;
    struct file_faults *unwanted = NULL;
    const struct policy *policy;

    for (size_t i = 0; i < shelf->count; i++)
        if (memcmp(shelf->policies[i]->version, version, POLICY_VERSION_BYTES) == 0)
            return shelf->policies[i];
    if (faults == NULL)
        faults = unwanted = calloc(1, sizeof *unwanted);
    if (faults == NULL)
        die("rules: out of memory while loading a policy");
    policy = load(shelf, version, faults);
    free(unwanted);
    return policy;
}
