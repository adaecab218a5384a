/* ledger.c - receipts written and chained. */
#include "ledger.h"

#include "log.h"

enum { RECEIPT_MOST_BYTES = 1024 };    /* its texts are bounded, and its numbers varints */

static Duban__AttemptVerdict verdict_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_ACCEPTED:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_ACCEPTED;
    case VERDICT_LATER:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_LATER;
    case VERDICT_THROTTLED:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_THROTTLED;
    case VERDICT_UNCERTAIN:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_UNCERTAIN;
    case VERDICT_DEAD:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_DEAD;
    case VERDICT_GONE:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_GONE;
    case VERDICT_UNUSABLE:
        return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_UNUSABLE;
    }
    return DUBAN__ATTEMPT_VERDICT__ATTEMPT_VERDICT_UNSPECIFIED;
}

/* It gets the next number, and its delivery knows it. */
static void open_receipt(struct state *state, struct delivery *delivery, struct receipt *receipt)
{
    Duban__DeliveryReceipt *message = &receipt->message;

    duban__delivery_receipt__init(message);
    receipt->detail[0] = receipt->reference[0] = '\0';
    message->number = ++state->head.ledger_last;
    message->notice = delivery->sequence;
    message->retry = delivery->retry;
    message->way = delivery->way;
    message->channel = (char *) channel_of(delivery->channel)->name;
    message->at_ms = state->head.clock_ms;
    message->detail = receipt->detail;
    message->reference = receipt->reference;
    message->before = delivery->receipt_last;
    delivery->receipt_last = message->number;
}

static void write_receipt(struct state *state, struct store_txn *txn, const struct receipt *receipt)
{
    uint8_t key[8];
    uint8_t row[DIGEST_BYTES + RECEIPT_MOST_BYTES];
    size_t size = duban__delivery_receipt__get_packed_size(&receipt->message);

    if (size > RECEIPT_MOST_BYTES)
        die("回执太长 / a receipt is too long: bytes=%zu", size);
    duban__delivery_receipt__pack(&receipt->message, row + DIGEST_BYTES);
    digest_chain(state->head.ledger_chain, bytes_of(row + DIGEST_BYTES, size));
    memcpy(row, state->head.ledger_chain, DIGEST_BYTES);
    put_u64(key, receipt->message.number);
    store_append(txn, TABLE_LEDGER, bytes_of(key, sizeof key), bytes_of(row, DIGEST_BYTES + size));
}

void ledger_open_attempt(struct state *state, struct delivery *delivery, const struct judgement *judgement,
                         struct receipt *receipt)
{
    open_receipt(state, delivery, receipt);
    receipt->message.attempt = delivery->attempts + (judgement->verdict == VERDICT_THROTTLED);
    receipt->message.verdict = verdict_of(judgement->verdict);
    text_copy(receipt->detail, sizeof receipt->detail, judgement->detail);
    text_copy(receipt->reference, sizeof receipt->reference, judgement->reference);
    if (judgement->verdict == VERDICT_ACCEPTED || judgement->verdict == VERDICT_UNCERTAIN)
        receipt->message.counted_in = delivery->counted_in = judgement->counted_in;
    delivery->receipt = receipt;
}

void ledger_open_word(struct state *state, struct delivery *delivery, Duban__Grade grade, struct receipt *receipt)
{
    open_receipt(state, delivery, receipt);
    receipt->message.grade = grade;
    text_copy(receipt->detail, sizeof receipt->detail, delivery->detail);
    delivery->receipt = receipt;
}

void ledger_close_attempt(struct state *state, struct store_txn *txn, struct receipt *receipt)
{
    write_receipt(state, txn, receipt);
}

void ledger_note_grade(struct state *state, struct store_txn *txn, struct delivery *delivery, Duban__Grade grade)
{
    struct receipt receipt;

    if (delivery->receipt != NULL) {
        delivery->receipt->message.grade = grade;
        return;
    }
    ledger_open_word(state, delivery, grade, &receipt);
    delivery->receipt = NULL;
    write_receipt(state, txn, &receipt);
}
