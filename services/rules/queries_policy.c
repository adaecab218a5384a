/* queries_policy.c - which policy is in force, which will be, which were. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

/* One that was accepted before activations were kept: what the state still knows of it. */
static Duban__Activation *unkept(struct question *question, const ProtobufCBinaryData *pack, int64_t effective_s,
                                 Duban__ActivationState state)
{
    const struct policy_shelf *shelf = &question->rules->engine.shelf;
    const struct policy *policy = shelf->policy(shelf->self, pack->data, NULL);
    Duban__Activation *activation = arena_take(question->arena, sizeof *activation);

    assert(activation != NULL);
    duban__activation__init(activation);
    activation->pack_sha256 = *pack;
    activation->name = policy == NULL ? "" : (char *) policy->name;
    activation->effective_s = effective_s;
    activation->state = state;
    return activation;
}

Duban__Activation *query_scheduled_policy(struct question *question)
{
    struct state *state = &question->rules->state;
    const Duban__PolicyState *row = state_policy(state);

    if (row == NULL || row->pending.len != POLICY_VERSION_BYTES)
        return NULL;
    if (row->pending_sequence != 0)
        return state_activation(state, row->pending_sequence);
    return unkept(question, &row->pending, row->pending_effective_s, DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_SCHEDULED);
}

/* At most two, before the first row that is kept. */
static size_t add_unkept(struct question *question, Duban__Activation **rows)
{
    const Duban__PolicyState *row = state_policy(&question->rules->state);
    size_t count = 0;

    if (row == NULL || question->query->after.len > 0)
        return 0;
    if (row->active_sequence == 0 && row->active.len == POLICY_VERSION_BYTES)
        rows[count++] = unkept(question, &row->active, 0, DUBAN__ACTIVATION_STATE__ACTIVATION_STATE_IN_FORCE);
    if (row->pending_sequence == 0 && row->pending.len == POLICY_VERSION_BYTES)
        rows[count++] = query_scheduled_policy(question);
    return count;
}

void query_on_activations(struct question *question)
{
    enum { UNKEPT_MOST = 2 };
    Duban__ActivationRows *activations = arena_take(question->arena, sizeof *activations);
    Duban__Activation **rows = arena_take_pointers(question->arena, question->limit + UNKEPT_MOST);
    struct page page;
    size_t before;

    assert(activations != NULL && rows != NULL);
    before = add_unkept(question, rows);
    duban__activation_rows__init(activations);
    page_open(&page, question, TABLE_ACTIVATION, bytes_of("", 0));
    while (page.found) {
        rows[before + page.rows] = page_row(&page, &duban__activation__descriptor);
        if (rows[before + page.rows] == NULL)
            page_skip(&page);
        else if (!page_take(&page))
            break;
    }
    page_close(&page);
    activations->n_rows = before + page.rows;
    activations->rows = rows;
    question->reply->body_case = DUBAN__REPLY__BODY_ACTIVATIONS;
    question->reply->activations = activations;
}

/* Their rows; none where they are too many for one answer. */
static void read_pack(struct question *question, const uint8_t *version, Duban__PackFiles *files)
{
    enum { MOST_BYTES = 1000 * 1024 };
    struct store_cursor cursor;
    struct bytes key, value;
    size_t bytes = 0;
    bool found;

    store_cursor_open(&cursor, &question->rules->state.txn, TABLE_POLICY_FILE);
    found = store_seek(&cursor, bytes_of(version, POLICY_VERSION_BYTES), &key, &value);
    while (found && key.size > POLICY_VERSION_BYTES && memcmp(key.data, version, POLICY_VERSION_BYTES) == 0 && bytes <= MOST_BYTES &&
           files->n_files < PACK_MAX_FILES * PACK_MAX_PIECES) {
        files->files[files->n_files++] = message_unpack_own(question->arena, &duban__policy_file__descriptor, value);
        bytes += value.size;
        found = store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    if (bytes > MOST_BYTES)
        files->n_files = 0;
}

void query_on_pack(struct question *question)
{
    const Duban__PolicyState *row = state_policy(&question->rules->state);
    Duban__PackFiles *files = arena_take(question->arena, sizeof *files);

    assert(files != NULL);
    duban__pack_files__init(files);
    files->files = arena_take_pointers(question->arena, PACK_MAX_FILES * PACK_MAX_PIECES);
    assert(files->files != NULL);
    if (row != NULL && row->active.len == POLICY_VERSION_BYTES)
        read_pack(question, row->active.data, files);
    question->reply->body_case = DUBAN__REPLY__BODY_PACK;
    question->reply->pack = files;
}
