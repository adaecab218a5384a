/* engine_alive.c - the dead man's signal: was there somebody to remind people, and did it reach them?
 *
 *   a step's moment has come -> checked      a notice is decided -> told      its first outcome -> known, or failed
 *
 * Kept as each happens, told by the evening summary since the one before: nothing is counted by looking through rows. What
 * nobody knows the outcome of is kept by the ten minutes in which it was decided; the last hour of them, and what is older
 * stands together with the oldest: the row is written with every notice.
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

enum { SLOT_S = 600, OUTCOME_WITHIN_S = 3600 };

/* Those that an outcome may still come for in time, the one that begins and the one that all older ones have joined. */
enum { MOST_SLOTS = OUTCOME_WITHIN_S / SLOT_S + 2, MOST_SLOTS_BEFORE = 48 };

static Duban__AlertingBook *new_book(struct engine *engine, uint64_t first)
{
    Duban__AlertingBook *book = arena_take(&engine->state->arena, sizeof *book);

    assert(book != NULL);
    duban__alerting_book__init(book);
    book->from_outbox_sequence = first;
    return book;
}

/* NULL: an earlier era, which counted nothing. first: the notice from which on it counts when it begins now. */
static Duban__AlertingBook *book_from(struct engine *engine, uint64_t first)
{
    Duban__AlertingBook *book = state_alerting_book(engine->state);

    if (book != NULL || engine_era(engine) < ERA_OF_ALIVE)
        return book;
    return new_book(engine, first);
}

static Duban__AlertingBook *book_of(struct engine *engine)
{
    return book_from(engine, engine->state->meta.outbox_last + 1);
}

void engine_alive_checked(struct engine *engine)
{
    Duban__AlertingBook *book = book_of(engine);

    if (book == NULL)
        return;
    book->checked++;
    state_put_alerting_book(engine->state, book);
}

static void count_expired(struct engine *engine, int64_t count)
{
    Duban__AlertingBook *book = engine_era(engine) >= ERA_OF_EXPIRED ? book_of(engine) : NULL;

    if (book == NULL || count == 0)
        return;
    book->expired = (uint32_t) (book->expired + count);
    state_put_alerting_book(engine->state, book);
}

void engine_alive_expired(struct engine *engine)
{
    count_expired(engine, 1);
}

void engine_alive_expired_told(struct engine *engine, uint32_t count)
{
    count_expired(engine, -(int64_t) count);
}

/* ---------------------------------------------------------------- what is waited for */

static void drop_slot(Duban__AlertingBook *book, size_t place)
{
    book->n_slots--;
    memmove(book->slots + place, book->slots + place + 1, (book->n_slots - place) * sizeof book->slots[0]);
}

/* Counted on, so that none is lost: the second is as good as the first for what is long past. */
static void merge_oldest(Duban__AlertingBook *book)
{
    book->slots[1]->told += book->slots[0]->told;
    book->slots[1]->known += book->slots[0]->known;
    drop_slot(book, 0);
}

static Duban__AlertingSlot *slot_of_now(struct engine *engine, Duban__AlertingBook *book)
{
    size_t most = engine_era(engine) < ERA_OF_FEW_SLOTS ? MOST_SLOTS_BEFORE : MOST_SLOTS;
    int64_t at = engine->stamp_s / SLOT_S;
    Duban__AlertingSlot **slots;
    Duban__AlertingSlot *slot;

    if (book->n_slots > 0 && book->slots[book->n_slots - 1]->at == at)
        return book->slots[book->n_slots - 1];
    while (book->n_slots >= most)
        merge_oldest(book);
    slots = (Duban__AlertingSlot **) arena_take_pointers(&engine->state->arena, book->n_slots + 1);
    slot = arena_take(&engine->state->arena, sizeof *slot);
    assert(slots != NULL && slot != NULL);
    if (book->n_slots > 0)
        memcpy(slots, book->slots, book->n_slots * sizeof *slots);
    duban__alerting_slot__init(slot);
    slot->at = at;
    slots[book->n_slots++] = slot;
    book->slots = slots;
    return slot;
}

void engine_alive_told(struct engine *engine, uint64_t sequence)
{
    Duban__AlertingBook *book = book_from(engine, sequence);

    if (book == NULL)
        return;
    book->told++;
    slot_of_now(engine, book)->told++;
    state_put_alerting_book(engine->state, book);
}

/* The first slot that does not end before it; all are in order. */
static void note_known(Duban__AlertingBook *book, int64_t decided_s)
{
    size_t i = 0;

    while (i < book->n_slots && book->slots[i]->at < decided_s / SLOT_S)
        i++;
    if (i == book->n_slots)
        return;
    book->slots[i]->known++;
    if (book->slots[i]->known >= book->slots[i]->told && i + 1 < book->n_slots)   /* the last may get more */
        drop_slot(book, i);
}

void engine_alive_known(struct engine *engine, uint64_t notice, bool is_first, bool has_failed)
{
    Duban__AlertingBook *book = book_of(engine);

    if (book == NULL || notice < book->from_outbox_sequence || (!is_first && !has_failed))
        return;
    if (is_first)
        note_known(book, state_outbox_stamp_s(engine->state, notice));
    if (has_failed)
        book->failed++;
    state_put_alerting_book(engine->state, book);
}

/* ---------------------------------------------------------------- told by the summary */

static uint32_t missing(const struct engine *engine, const Duban__AlertingBook *book)
{
    uint32_t count = 0;

    for (size_t i = 0; i < book->n_slots; i++)
        if ((book->slots[i]->at + 1) * SLOT_S + OUTCOME_WITHIN_S <= engine->now_s)
            count += book->slots[i]->told - book->slots[i]->known;
    return count;
}

void engine_alive_fix(struct engine *engine, Duban__MeetingFigures *figures)
{
    Duban__AlertingBook *book = book_of(engine);

    if (book == NULL)
        return;
    figures->alerting_counted = true;
    figures->checked = book->checked;
    figures->told = book->told;
    figures->not_arrived = book->failed;
    figures->outcomes_missing = missing(engine, book);
    figures->expired = book->expired;
    book->checked = book->told = book->failed = 0;
    state_put_alerting_book(engine->state, book);
}
