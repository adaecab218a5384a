/* A submission to a whole ingest: refused with a field that is named in both languages, or journaled
 * as it came and readable by everybody behind. One answer and one count, always; a probe is counted apart.
 *
 * The input: how it is submitted (1 byte, below), a client id (1 byte; 0 = a new one), and the entry.
 */
#include "fuzz.h"
#include "ingest_fixture.h"

enum { TO_OUTCOME = 1, WHOLE_BODY = 2, ACCOUNT_SHIFT = 2, INPUTS_OF_ONE_INGEST = 5000, FIRST_NEW_ID = 1000 };

static const char *const accounts[] = { "operator", "n1", "notify", "rules", "ingest", "no code!", "lead", "" };

struct counts {
    uint64_t received;
    uint64_t answered;
};

static struct fixture *ingest_of_this_input(void)
{
    static struct fixture fixture;
    static unsigned inputs;

    if (inputs == INPUTS_OF_ONE_INGEST) {
        teardown(&fixture);
        inputs = 0;
    }
    if (inputs++ == 0) {
        setup(&fixture);
        fixture.last_request = FIRST_NEW_ID;
    }
    return &fixture;
}

static struct counts counts_of(const struct fixture *f)
{
    const struct counters *counters = &f->ingest->counters;

    return (struct counts){
        .received = counters->received + counters->probes,
        .answered = counters->accepted + counters->duplicates + counters->conflicts + counters->invalid +
                    counters->forbidden + counters->full + counters->probes,
    };
}

static void must_be_refused_clearly(const Duban__Refusal *refusal)
{
    must_be_told(refusal->zh, refusal->en);
    MUST(is_utf8(refusal->field, strlen(refusal->field)));
    MUST(refusal->code != INVALID || !is_empty(refusal->field));
    MUST(refusal->code != DUBAN__REFUSAL_CODE__REFUSAL_CODE_UNSPECIFIED);
}

static void must_be_journaled(struct fixture *f, const Duban__Receipt *receipt, struct bytes entry)
{
    struct record record = record_at(f, receipt->sequence);
    struct fault fault;
    Duban__Entry *read = message_unpack(&f->arena, &duban__entry__descriptor, record.payload, MESSAGE_MAX_BYTES, &fault);

    MUST(receipt->sequence <= f->ingest->journal.committed.sequence);
    MUST(read != NULL && read->body_case != DUBAN__ENTRY__BODY__NOT_SET);
    MUST((record.flags & RECORD_REPACKED) != 0 || receipt->duplicate || bytes_equal(record.payload, entry));
}

static void send_it(struct fixture *f, void *socket, unsigned how, uint64_t id, struct bytes entry)
{
    const struct frame frame = { .type = FRAME_SUBMIT };

    if ((how & WHOLE_BODY) != 0)
        MUST(frame_send(socket, NULL, &frame, entry) == 0);
    else
        push(f, socket, accounts[(how >> ACCOUNT_SHIFT) % (sizeof accounts / sizeof accounts[0])], id_of(id), entry);
}

static void try_entry(struct fixture *f, unsigned how, uint64_t id, struct bytes entry)
{
    void *socket = (how & TO_OUTCOME) != 0 ? f->notify : f->submitter;
    struct counts before = counts_of(f);
    uint64_t last = f->ingest->journal.committed.sequence;
    struct verdict answer;

    send_it(f, socket, how, id, entry);
    answer = verdict(f, socket);
    MUST(counts_of(f).received == before.received + 1);
    MUST(counts_of(f).answered == before.answered + 1);
    if (answer.refusal != NULL) {
        must_be_refused_clearly(answer.refusal);
        MUST(f->ingest->journal.committed.sequence == last);
    } else if ((how & WHOLE_BODY) == 0) {
        must_be_journaled(f, answer.receipt, entry);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fixture *f = ingest_of_this_input();
    struct input input = { data, size };
    unsigned how = (unsigned) take_number(&input, 1);
    uint64_t id = take_number(&input, 1);

    try_entry(f, how, id == 0 ? f->last_request + 1 : id, take_rest(&input));
    arena_reset(&f->arena);
    return 0;
}
