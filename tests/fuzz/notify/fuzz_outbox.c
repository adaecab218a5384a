/* A batch of outbox records: refused as a whole, or taken over, rendered, and written to the spool as
 * lines of JSON. Rules makes its records of checked entries: what no reader with checks would take is
 * left out of the batch.
 *
 * The input: records of one byte (0 = its chained digest is as it should be) and a sized OutboxRecord.
 */
#include "fixture.h"
#include "fuzz.h"

enum { INPUTS_OF_ONE_NOTIFY = 100, RECORDS_OF_AN_INPUT = 16 };

static struct fixture *notify_of_this_input(void)
{
    static struct fixture fixture;
    static unsigned inputs;

    if (inputs == INPUTS_OF_ONE_NOTIFY) {
        cleanup(&fixture);
        inputs = 0;
    }
    if (inputs++ == 0) {
        setup(&fixture);
        push_texts(&fixture);
        apply(&fixture);
    }
    return &fixture;
}

static bool may_come_from_rules(struct fixture *f, struct bytes packed)
{
    return message_unpack(&f->arena, &duban__outbox_record__descriptor, packed, MESSAGE_MAX_BYTES, NULL) != NULL;
}

static void push_bytes(struct fixture *f, bool damaged, struct bytes packed)
{
    uint8_t *data = arena_take(&f->arena, 1 + DIGEST_BYTES + packed.size);

    MUST(data != NULL);
    data[0] = 1;
    memcpy(data + 1 + DIGEST_BYTES, packed.data, packed.size);
    digest_chain(f->chain, packed);
    memcpy(data + 1, f->chain, DIGEST_BYTES);
    data[1] ^= damaged;
    f->records[f->record_count++] = (struct link_record){ ++f->last, f->clock_ms,
                                                          bytes_of(data, 1 + DIGEST_BYTES + packed.size) };
}

/* The chain that notify stands at is where the next batch begins. */
static void try_batch(struct fixture *f)
{
    const struct head *head = &f->notify->state.head;
    uint64_t cursor = head->cursor;
    size_t count = f->record_count;
    bool taken = apply_result(f) == 0;

    MUST(head->cursor == cursor + (taken ? count : 0));
    f->last = head->cursor;
    memcpy(f->chain, head->digest, DIGEST_BYTES);
    notify_turn(f->notify, -1, 0);
    serve_outcomes(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fixture *f = notify_of_this_input();
    struct input input = { data, size };

    while (input.left > 0 && f->record_count < RECORDS_OF_AN_INPUT) {
        bool damaged = take_number(&input, 1) != 0;
        struct bytes packed = take_sized(&input);

        if (may_come_from_rules(f, packed))
            push_bytes(f, damaged, packed);
    }
    if (f->record_count > 0)
        try_batch(f);
    json_decref(spool_lines(f));
    return 0;
}
