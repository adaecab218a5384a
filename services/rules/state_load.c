/* state_load.c - open tasks by whose they are, kept as they are put; those that ended, by whose they were and when; and what is
 * still to be told of posts.
 *
 *   'm' account  0 task    an account's
 *   'h'          0 task    a post of the whole house
 *   'a' area     0 task    a post of an area, its zone or a site in it: zones change, so the area says where
 *   'o' office   0 task    an office's
 *
 * The value is the task's site. A task remembers where it is listed (listed_under); one stored by an earlier version is listed when the new
 * engine era begins.
 */
#include "state_rows.h"

#include <assert.h>
#include <string.h>

#include "message.h"

enum { LIST_OF_MEMBER = TASKS_OF_MEMBER, FEW_LOADS = 16 };

/* ---------------------------------------------------------------- where it belongs */

enum task_list state_task_list_of(Duban__Role role)
{
    switch (role) {
    case DUBAN__ROLE__ROLE_GROUP_LEADER:
    case DUBAN__ROLE__ROLE_INSPECTOR:
    case DUBAN__ROLE__ROLE_AREA_CONTACT:
    case DUBAN__ROLE__ROLE_AREA_STAFF:
    case DUBAN__ROLE__ROLE_SITE_CONTACT:
        return TASKS_OF_AREA;
    case DUBAN__ROLE__ROLE_OFFICE:
        return TASKS_OF_OFFICE;
    case DUBAN__ROLE__ROLE_UNSPECIFIED:
    case DUBAN__ROLE__ROLE_LEAD:
    case DUBAN__ROLE__ROLE_DUTY_CLERK:
    case DUBAN__ROLE__ROLE_COMMITTEE:
    case DUBAN__ROLE__ROLE_AUDITOR:
    case DUBAN__ROLE__ROLE_ADMINISTRATOR:
    case _DUBAN__ROLE_IS_INT_SIZE:
        break;
    }
    return TASKS_OF_HOUSE;
}

static const char *area_of(struct state *state, const Duban__Task *task)
{
    const Duban__Site *site = task->site[0] == '\0' ? NULL : state_site(state, task->site);

    return site != NULL ? site->area : task->area;
}

static size_t put_list(uint8_t *key, char list, const char *code)
{
    key[0] = (uint8_t) list;
    return key_text(key, 1, code);
}

static size_t whose(struct state *state, const Duban__Task *task, uint8_t *key)
{
    enum task_list list = state_task_list_of(task->owner_role);

    if (task->owner[0] != '\0')
        return put_list(key, LIST_OF_MEMBER, task->owner);
    if (list == TASKS_OF_HOUSE)
        return put_list(key, TASKS_OF_HOUSE, "");
    return put_list(key, (char) list, list == TASKS_OF_OFFICE ? task->office : area_of(state, task));
}

/* 0 bytes when it is in no list: closed. */
static size_t list_of(struct state *state, const Duban__Task *task, uint8_t *key)
{
    return task->closed_s != 0 ? 0 : whose(state, task, key);
}

/* ---------------------------------------------------------------- kept in step */

static struct bytes key_of(uint8_t *key, struct bytes under, const Duban__Task *task)
{
    memcpy(key, under.data, under.size);
    memcpy(key + under.size, task->id.data, ID_BYTES);
    return bytes_of(key, under.size + ID_BYTES);
}

/* A change of the roster, or the first link of an era, may touch everybody's. */
static void make_room(struct state *state)
{
    const char **longer;

    if (state->load_count < state->load_room)
        return;
    state->load_room = state->load_room == 0 ? FEW_LOADS : 2 * state->load_room;
    longer = arena_take(&state->arena, state->load_room * sizeof *longer);
    assert(longer != NULL);
    if (state->load_count > 0)
        memcpy(longer, state->loads, state->load_count * sizeof *longer);
    state->loads = longer;
}

static void note_load(struct state *state, struct bytes under)
{
    const char *list = under.data, *account;
    char *kept;

    if (under.size == 0 || list[0] != LIST_OF_MEMBER)
        return;
    account = list + 1;
    for (size_t i = 0; i < state->load_count; i++)
        if (strcmp(state->loads[i], account) == 0)
            return;
    make_room(state);
    kept = arena_take(&state->arena, under.size);
    assert(kept != NULL);
    state->loads[state->load_count++] = memcpy(kept, account, under.size - 1);
}

void row_list_task(struct state *state, Duban__Task *task)
{
    const Duban__Task *known = state_task(state, task->id.data);
    struct bytes was = known == NULL ? bytes_of(NULL, 0) : bytes_of(known->listed_under.data, known->listed_under.len);
    uint8_t under[STATE_KEY_BYTES], key[STATE_KEY_BYTES];
    struct bytes now = bytes_of(under, list_of(state, task, under));

    if (was.size != now.size || (was.size > 0 && memcmp(was.data, now.data, was.size) != 0)) {
        if (was.size > 0)
            row_delete(state, TABLE_OPEN_TASK, key_of(key, was, task));
        if (now.size > 0)
            row_put(state, TABLE_OPEN_TASK, key_of(key, now, task), bytes_of(task->site, strlen(task->site)));
        note_load(state, was);
        note_load(state, now);
    }
    if (now.size > 0) {
        uint8_t *kept = arena_take(&state->arena, now.size);

        assert(kept != NULL);
        now.data = memcpy(kept, under, now.size);
    }
    task->listed_under = (ProtobufCBinaryData){ now.size, (uint8_t *) now.data };
}

void state_list_ended(struct state *state, const Duban__Task *task)
{
    uint8_t key[STATE_KEY_BYTES];
    size_t size = whose(state, task, key);

    put_u64(key + size, (uint64_t) task->closed_s);
    memcpy(key + size + 8, task->id.data, ID_BYTES);
    row_put(state, TABLE_ENDED_TASK, bytes_of(key, size + 8 + ID_BYTES), bytes_of("", 0));
}

/* ---------------------------------------------------------------- read */

/* The ids below a prefix that come after one (NULL: all), of a site (NULL: of any and of none); ids may be NULL. */
static size_t ids_after(struct state *state, struct bytes prefix, const char *site, const uint8_t *after,
                        uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t first[STATE_KEY_BYTES];
    struct store_cursor cursor;
    struct bytes key, value;
    size_t count = 0;
    bool found;

    memcpy(first, prefix.data, prefix.size);
    if (after != NULL)
        memcpy(first + prefix.size, after, ID_BYTES);
    store_cursor_open(&cursor, &state->txn, TABLE_OPEN_TASK);
    found = store_seek(&cursor, bytes_of(first, prefix.size + (after == NULL ? 0 : ID_BYTES)), &key, &value);
    while (found && count < most && key.size == prefix.size + ID_BYTES && memcmp(key.data, prefix.data, prefix.size) == 0) {
        if ((after == NULL || memcmp((const uint8_t *) key.data + prefix.size, after, ID_BYTES) != 0) &&
            (site == NULL || bytes_equal(value, bytes_of(site, strlen(site))))) {
            if (ids != NULL)
                memcpy(ids[count], key.data + prefix.size, ID_BYTES);
            count++;
        }
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    return count;
}

uint32_t state_open_tasks_of(struct state *state, const char *account, uint32_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];

    return (uint32_t) ids_after(state, bytes_of(prefix, put_list(prefix, LIST_OF_MEMBER, account)), NULL, NULL, NULL,
                                most);
}

size_t state_open_tasks_listed(struct state *state, enum task_list list, const char *code, const uint8_t *after,
                               uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];

    return ids_after(state, bytes_of(prefix, put_list(prefix, (char) list, code)), NULL, after, ids, most);
}

size_t state_open_tasks_at(struct state *state, const char *area, const char *site, const uint8_t *after,
                           uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t prefix[STATE_KEY_BYTES];

    return ids_after(state, bytes_of(prefix, put_list(prefix, TASKS_OF_AREA, area)), site, after, ids, most);
}

size_t state_ended_tasks_listed(struct state *state, enum task_list list, const char *code, int64_t *from_s, uint8_t after[ID_BYTES],
                                uint8_t (*ids)[ID_BYTES], size_t most)
{
    uint8_t first[STATE_KEY_BYTES];
    size_t size = put_list(first, (char) list, code), count = 0;
    struct store_cursor cursor;
    struct bytes key, value;
    bool found;

    put_u64(first + size, (uint64_t) *from_s);
    memcpy(first + size + 8, after, ID_BYTES);
    store_cursor_open(&cursor, &state->txn, TABLE_ENDED_TASK);
    found = store_seek(&cursor, bytes_of(first, size + 8 + ID_BYTES), &key, &value);
    if (found && bytes_equal(key, bytes_of(first, size + 8 + ID_BYTES)))
        found = store_next(&cursor, &key, &value);
    for (; found && count < most && key.size == size + 8 + ID_BYTES && memcmp(key.data, first, size) == 0;
         found = store_next(&cursor, &key, &value)) {
        *from_s = (int64_t) get_u64((const uint8_t *) key.data + size);
        memcpy(ids[count++], (const uint8_t *) key.data + size + 8, ID_BYTES);
    }
    store_cursor_close(&cursor);
    if (count > 0)
        memcpy(after, ids[count - 1], ID_BYTES);
    return count;
}

/* ---------------------------------------------------------------- what is still to be told */

static struct bytes key_of_post(uint8_t *key, const Duban__RoleGrant *post)
{
    key[0] = (uint8_t) post->role;
    return bytes_of(key, key_text(key, 1, post->scope));
}

void state_put_roster_work(struct state *state, const Duban__RosterWork *work)
{
    uint8_t key[STATE_KEY_BYTES];

    row_put_message(state, TABLE_ROSTER_WORK, key_of_post(key, work->post), work);
}

void state_delete_roster_work(struct state *state, const Duban__RoleGrant *post)
{
    uint8_t key[STATE_KEY_BYTES];

    row_delete(state, TABLE_ROSTER_WORK, key_of_post(key, post));
}

Duban__RosterWork *state_roster_work(struct state *state)
{
    struct store_cursor cursor;
    struct bytes key, value;
    Duban__RosterWork *work = NULL;
    uint8_t first[1] = { 0 };

    store_cursor_open(&cursor, &state->txn, TABLE_ROSTER_WORK);
    if (store_seek(&cursor, bytes_of(first, sizeof first), &key, &value)) {
        work = message_unpack_own(&state->arena, &duban__roster_work__descriptor, value);
        assert(work != NULL);
    }
    store_cursor_close(&cursor);
    return work;
}
