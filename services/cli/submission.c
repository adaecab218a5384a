/* submission.c - how a submission is named: by what a person gave, or by what it says.
 *
 * A name made of the content is the same whenever the same is submitted again, so that a file that was
 * cut off half-way is submitted again as a whole, and has one effect.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "digest.h"
#include "log.h"

bool submission_set_id(struct submission *submission, const char *hex, struct fault *fault)
{
    if (hex == NULL) {
        client_new_id(submission->client_id);
        return true;
    }
    return hex_parse(hex, submission->client_id, sizeof submission->client_id) ||
           fault_set(fault, "clientId", "编号应为 32 位十六进制", "an id is 32 hexadecimal digits");
}

const char *submission_new_salt(struct cli *cli)
{
    uint8_t id[ID_BYTES];
    char *salt = arena_take(&cli->arena, 2 * ID_BYTES + 1);

    if (salt == NULL)
        die("内存不足 / out of memory");
    client_new_id(id);
    return hex_of(salt, id, sizeof id);
}

/* ---------------------------------------------------------------- by content */

static bool holds_personal_data(const ProtobufCMessage *message);

static bool field_holds_personal_data(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *member = (const char *) message + field->offset;
    ProtobufCMessage *const *list = NULL;
    ProtobufCMessage *single = NULL;
    size_t count = 1;

    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        memcpy(&count, (const char *) message + field->quantifier_offset, sizeof count);
        memcpy(&list, member, sizeof list);
    } else {
        memcpy(&single, member, sizeof(void *));
        list = &single;
    }
    for (size_t i = 0; i < count; i++)
        if (list[i] != NULL && holds_personal_data(list[i]))
            return true;
    return false;
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    uint32_t chosen;

    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
        return true;
    memcpy(&chosen, (const char *) message + field->quantifier_offset, sizeof chosen);
    return chosen == field->id;
}

static bool holds_personal_data(const ProtobufCMessage *message)
{
    if (message->descriptor == &duban__personal__descriptor)
        return true;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];

        if (field->type == PROTOBUF_C_TYPE_MESSAGE && is_set(message, field) && field_holds_personal_data(message, field))
            return true;
    }
    return false;
}

/* The journal keeps client ids for ever, and must not let anybody find a phone number by
 * trying them all: what holds personal data gets its id from a slow hash. */
static void slow_hash(uint8_t id[ID_BYTES], const struct bytes *parts, size_t count, struct bytes entry)
{
    enum { PASSES = 1, MEMORY_BYTES = 16 * 1024 * 1024 };
    uint8_t salt[crypto_pwhash_SALTBYTES];

    digest_of_parts(salt, sizeof salt, bytes_of(NULL, 0), parts, count);
    if (crypto_pwhash(id, ID_BYTES, entry.data, entry.size, salt, PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
        die("内存不足 / out of memory");
}

void submission_derive_id(struct submission *submission, const Duban__Entry *entry, const char *purpose, const char *salt)
{
    const struct bytes parts[] = {
        bytes_of_text(purpose), bytes_of_text(salt), bytes_of_text(submission->account), submission->entry,
    };

    submission->id_is_derived = true;
    if (holds_personal_data(&entry->base))
        slow_hash(submission->client_id, parts, 3, submission->entry);
    else
        digest_of_parts(submission->client_id, sizeof submission->client_id, bytes_of(NULL, 0), parts, 4);
}

/* ---------------------------------------------------------------- the same more than once in a file */

static int by_id_then_place(const void *left, const void *right)
{
    const struct submission *a = *(struct submission *const *) left, *b = *(struct submission *const *) right;
    int order = memcmp(a->client_id, b->client_id, sizeof a->client_id);

    return order != 0 ? order : (a > b) - (a < b);
}

static void add_occurrence(struct submission *submission, uint64_t occurrence)
{
    uint8_t number[8];
    const struct bytes parts[] = { bytes_of(submission->client_id, sizeof submission->client_id), bytes_of(number, 8) };
    uint8_t id[ID_BYTES];

    put_u64(number, occurrence);
    digest_of_parts(id, sizeof id, bytes_of(NULL, 0), parts, 2);
    memcpy(submission->client_id, id, sizeof id);
}

void submissions_tell_apart(struct cli *cli, struct submission *submissions, size_t count)
{
    struct submission **sorted = arena_take_pointers(&cli->arena, count + 1);
    size_t sorted_count = 0;
    size_t first = 0;

    if (sorted == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < count; i++)
        if (submissions[i].id_is_derived)
            sorted[sorted_count++] = &submissions[i];
    qsort(sorted, sorted_count, sizeof(void *), by_id_then_place);
    for (size_t i = 1; i < sorted_count; i++) {
        if (memcmp(sorted[i]->client_id, sorted[first]->client_id, ID_BYTES) != 0)
            first = i;
        else
            add_occurrence(sorted[i], i - first);
    }
}
