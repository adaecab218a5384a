/* what_if_entry.c - entries of the journal, made to mean the same where another pack is in force.
 *
 * What people did was done to what they had before them: cases and notices of the first run. Where the second has the
 * same, the entry is made to name that; where it never opens it, the act is passed over and counted.
 */
#include "what_if.h"

#include <string.h>

#include "engine_duties.h"
#include "log.h"
#include "message.h"

/* What has become of the references of one entry. */
struct references {
    struct what_if *what_if;
    size_t changed;
    size_t missing;                /* without which the entry means nothing */
};

static uint8_t *kept_id(struct what_if *what_if, const uint8_t id[ID_BYTES])
{
    uint8_t *copy = (uint8_t *) arena_copy(&what_if->runs[AFTER].entry_arena, id, ID_BYTES);

    if (copy == NULL)
        die("内存不足 / out of memory");
    return copy;
}

/* ---------------------------------------------------------------- cases, subjects */

enum resolved { RESOLVED_AS_IT_IS, RESOLVED_CHANGED, RESOLVED_MISSING };

/* Nobody knew it in the first run: it is held in both, though the second may have something of that number. */
static enum resolved resolve_unknown_case(struct what_if *what_if, Duban__CaseReference *reference)
{
    if (reference->by_case != DUBAN__CASE_REFERENCE__BY_NUMBER)
        return RESOLVED_AS_IT_IS;
    what_if->references_unknown++;
    reference->number = UINT32_MAX;
    return RESOLVED_CHANGED;
}

static enum resolved resolve_case(struct what_if *what_if, Duban__CaseReference *reference)
{
    const Duban__Case *case_, *as_it_is;
    struct fault unused;
    uint8_t id[ID_BYTES];

    case_ = engine_referenced_case(&what_if->runs[BEFORE].engine, reference, &unused);
    if (case_ == NULL)
        return resolve_unknown_case(what_if, reference);
    if (!counterpart_of_case(what_if, case_, id))
        return RESOLVED_MISSING;
    as_it_is = engine_referenced_case(&what_if->runs[AFTER].engine, reference, &unused);
    if (as_it_is != NULL && memcmp(as_it_is->id.data, id, ID_BYTES) == 0)
        return RESOLVED_AS_IT_IS;
    reference->by_case = DUBAN__CASE_REFERENCE__BY_ID;
    reference->id = (ProtobufCBinaryData){ ID_BYTES, kept_id(what_if, id) };
    return RESOLVED_CHANGED;
}

static const Duban__Subject *referenced_subject(struct engine *engine, const Duban__SubjectReference *reference)
{
    if (reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_NUMBER)
        return engine_subject_numbered(engine, reference->number);
    return reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_ID && reference->id.len == ID_BYTES
               ? state_subject(engine->state, reference->id.data) : NULL;
}

/* The same: YJ-0005 becomes a number that no ledger comes to. */
static enum resolved resolve_unknown_subject(struct what_if *what_if, Duban__SubjectReference *reference)
{
    static const char HIGHEST[] = "-4294967295";
    size_t letters;
    char *number;

    if (reference->by_case != DUBAN__SUBJECT_REFERENCE__BY_NUMBER)
        return RESOLVED_AS_IT_IS;
    letters = strcspn(reference->number, "-");
    number = arena_take(&what_if->runs[AFTER].entry_arena, letters + sizeof HIGHEST);
    if (number == NULL)
        die("内存不足 / out of memory");
    memcpy(number, reference->number, letters);
    memcpy(number + letters, HIGHEST, sizeof HIGHEST);
    what_if->references_unknown++;
    reference->number = number;
    return RESOLVED_CHANGED;
}

static enum resolved resolve_subject(struct what_if *what_if, Duban__SubjectReference *reference)
{
    const Duban__Subject *subject = referenced_subject(&what_if->runs[BEFORE].engine, reference);
    const Duban__Subject *as_it_is;
    uint8_t id[ID_BYTES];

    if (subject == NULL)
        return resolve_unknown_subject(what_if, reference);
    if (!counterpart_of_subject(what_if, subject, id))
        return RESOLVED_MISSING;
    as_it_is = referenced_subject(&what_if->runs[AFTER].engine, reference);
    if (as_it_is != NULL && memcmp(as_it_is->id.data, id, ID_BYTES) == 0)
        return RESOLVED_AS_IT_IS;
    reference->by_case = DUBAN__SUBJECT_REFERENCE__BY_ID;
    reference->id = (ProtobufCBinaryData){ ID_BYTES, kept_id(what_if, id) };
    return RESOLVED_CHANGED;
}

static bool is_reference(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE && (field->descriptor == &duban__case_reference__descriptor ||
                                                      field->descriptor == &duban__subject_reference__descriptor);
}

static enum resolved resolve(struct what_if *what_if, const ProtobufCFieldDescriptor *field, void *reference)
{
    if (field->descriptor == &duban__case_reference__descriptor)
        return resolve_case(what_if, reference);
    return resolve_subject(what_if, reference);
}

/* ---------------------------------------------------------------- all of an entry's */

static void *member_of(const ProtobufCMessage *message, size_t offset)
{
    return (uint8_t *) message + offset;
}

static bool is_there(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const uint32_t *case_of_oneof = member_of(message, field->quantifier_offset);

    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 && *case_of_oneof != field->id)
        return false;
    return *(void **) member_of(message, field->offset) != NULL;
}

static void resolve_one(struct references *references, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    enum resolved resolved = resolve(references->what_if, field, *(void **) member_of(message, field->offset));

    references->changed += resolved == RESOLVED_CHANGED ? 1 : 0;
    references->missing += resolved == RESOLVED_MISSING ? 1 : 0;
}

/* Those that are missing leave the list; the others stand. */
static void resolve_list(struct references *references, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t *count = member_of(message, field->quantifier_offset);
    void **list = *(void ***) member_of(message, field->offset);
    size_t kept = 0, all = *count;

    for (size_t i = 0; i < all; i++) {
        enum resolved resolved = resolve(references->what_if, field, list[i]);

        references->changed += resolved == RESOLVED_AS_IT_IS ? 0 : 1;
        if (resolved != RESOLVED_MISSING)
            list[kept++] = list[i];
    }
    *count = kept;
    references->what_if->references_missing += kept > 0 ? all - kept : 0;
    references->missing += all > 0 && kept == 0 ? 1 : 0;
}

static void resolve_all(struct references *references, const ProtobufCMessage *body)
{
    for (unsigned i = 0; i < body->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &body->descriptor->fields[i];

        if (!is_reference(field))
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            resolve_list(references, body, field);
        else if (is_there(body, field))
            resolve_one(references, body, field);
    }
}

/* Every body is a message in the same place. */
static const ProtobufCMessage *body_of(const Duban__Entry *entry)
{
    return (const ProtobufCMessage *) entry->report;
}

static enum rules_admission admit_references(struct what_if *what_if, Duban__Entry *entry)
{
    struct references references = { .what_if = what_if };

    resolve_all(&references, body_of(entry));
    if (references.missing > 0) {
        what_if->references_missing++;
        return PASS_OVER;
    }
    return references.changed > 0 ? ADMIT_CHANGED : ADMIT_AS_IT_IS;
}

/* ---------------------------------------------------------------- notices */

/* The same number at the same place as long as both runs were one. */
static uint64_t notice_after(struct what_if *what_if, uint64_t notice)
{
    return notice <= what_if->outbox_begun ? notice : tellings_counterpart(what_if, notice);
}

static enum rules_admission admit_outcomes(struct what_if *what_if, Duban__Outcomes *outcomes)
{
    size_t kept = 0;

    for (size_t i = 0; i < outcomes->n_outcomes; i++) {
        uint64_t notice = notice_after(what_if, outcomes->outcomes[i]->notice);

        if (notice == 0)
            continue;
        outcomes->outcomes[kept] = outcomes->outcomes[i];
        outcomes->outcomes[kept++]->notice = notice;
    }
    outcomes->n_outcomes = kept;
    return ADMIT_CHANGED;
}

static enum rules_admission admit_notice(struct what_if *what_if, uint64_t *notice)
{
    bool is_known = state_notice(&what_if->runs[BEFORE].state, *notice) != NULL;
    uint64_t after = is_known ? notice_after(what_if, *notice) : *notice;

    if (after == 0) {
        what_if->references_missing++;
        return PASS_OVER;
    }
    *notice = after;
    return ADMIT_CHANGED;
}

/* ---------------------------------------------------------------- what is held, which pack */

static void name_pack(struct what_if *what_if, ProtobufCBinaryData *version)
{
    *version = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, what_if->pack.version };
}

static bool was_activated(struct what_if *what_if, uint64_t sequence)
{
    return state_activation(&what_if->runs[BEFORE].state, sequence) != NULL;
}

/* An activation that was held at first puts the other pack in force, too, once it is adopted. */
static void name_pack_of_held(struct what_if *what_if, Duban__Quarantined *row)
{
    struct state *state = &what_if->runs[AFTER].state;
    Duban__Entry *entry = message_unpack_own(&state->arena, &duban__entry__descriptor, bytes_of(row->entry.data, row->entry.len));
    struct bytes packed;

    if (entry == NULL || entry->body_case != DUBAN__ENTRY__BODY_POLICY_ACTIVATION || !was_activated(what_if, row->sequence))
        return;
    name_pack(what_if, &entry->policy_activation->pack_sha256);
    packed = message_pack(&state->arena, entry);
    if (packed.data == NULL)
        die("内存不足 / out of memory");
    row->entry = (ProtobufCBinaryData){ packed.size, (uint8_t *) packed.data };
    state_put_quarantined(state, row);
}

static enum rules_admission admit_release(struct what_if *what_if, const Duban__Release *release)
{
    Duban__Quarantined *row = state_quarantined(&what_if->runs[AFTER].state, release->sequence);

    if (row != NULL)
        name_pack_of_held(what_if, row);
    if (row != NULL || state_quarantined(&what_if->runs[BEFORE].state, release->sequence) == NULL)
        return ADMIT_AS_IT_IS;
    what_if->references_missing++;
    return PASS_OVER;
}

/* Whenever another pack comes into force in the journal, this one does, or stays; what was refused is refused again. */
static enum rules_admission admit_activation(struct what_if *what_if, uint64_t sequence, Duban__PolicyActivation *activation)
{
    if (!was_activated(what_if, sequence))
        return ADMIT_AS_IT_IS;
    name_pack(what_if, &activation->pack_sha256);
    return ADMIT_CHANGED;
}

/* Of the pack that the journal had scheduled, the other one stands in its place. */
static enum rules_admission admit_revocation(struct what_if *what_if, uint64_t sequence, Duban__PolicyRevocation *revocation)
{
    const Duban__PolicyState *row = state_policy(&what_if->runs[AFTER].state);

    if (state_quarantined(&what_if->runs[BEFORE].state, sequence) != NULL)
        return ADMIT_AS_IT_IS;
    if (row == NULL || row->pending.len == 0)
        return PASS_OVER;
    name_pack(what_if, &revocation->pack_sha256);
    return ADMIT_CHANGED;
}

/* All that is open of a version: here it was opened under the other pack. */
static enum rules_admission admit_of_version(struct what_if *what_if, ProtobufCBinaryData *version)
{
    if (version->len != POLICY_VERSION_BYTES || state_is_frozen(&what_if->runs[AFTER].state, version->data))
        return ADMIT_AS_IT_IS;
    name_pack(what_if, version);
    return ADMIT_CHANGED;
}

static enum rules_admission admit_recompute(struct what_if *what_if, Duban__Entry *entry)
{
    if (entry->recompute->subject_case == DUBAN__RECOMPUTE__SUBJECT_POLICY_VERSION)
        return admit_of_version(what_if, &entry->recompute->policy_version);
    return admit_references(what_if, entry);
}

static enum rules_admission admit_approval(struct what_if *what_if, Duban__Entry *entry)
{
    if (entry->approval->policy_version.len > 0)
        return admit_of_version(what_if, &entry->approval->policy_version);
    return admit_references(what_if, entry);
}

enum rules_admission what_if_admit(void *self, uint64_t sequence, Duban__Entry *entry)
{
    struct what_if *what_if = self;

    if (!what_if->begun)
        return ADMIT_AS_IT_IS;
    arena_reset(&what_if->arena);
    if (entry->body_case == DUBAN__ENTRY__BODY_POLICY_ACTIVATION)
        return admit_activation(what_if, sequence, entry->policy_activation);
    if (entry->body_case == DUBAN__ENTRY__BODY_POLICY_REVOCATION)
        return admit_revocation(what_if, sequence, entry->policy_revocation);
    if (entry->body_case == DUBAN__ENTRY__BODY_OUTCOMES)
        return admit_outcomes(what_if, entry->outcomes);
    if (entry->body_case == DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY)
        return admit_notice(what_if, &entry->dead_letter_retry->notice);
    if (entry->body_case == DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT)
        return admit_notice(what_if, &entry->dead_letter_settlement->notice);
    if (entry->body_case == DUBAN__ENTRY__BODY_RELEASE)
        return admit_release(what_if, entry->release);
    if (entry->body_case == DUBAN__ENTRY__BODY_RECOMPUTE)
        return admit_recompute(what_if, entry);
    if (entry->body_case == DUBAN__ENTRY__BODY_APPROVAL)
        return admit_approval(what_if, entry);
    return entry->body_case == DUBAN__ENTRY__BODY__NOT_SET ? ADMIT_AS_IT_IS : admit_references(what_if, entry);
}

/* ---------------------------------------------------------------- what does not fit any more */

static bool names_something(const ProtobufCMessage *body)
{
    for (unsigned i = 0; i < body->descriptor->n_fields; i++)
        if (is_reference(&body->descriptor->fields[i]))
            return true;
    return false;
}

/* An act upon something that was there before: not what was found, nor the registry. */
static bool is_act(const Duban__Entry *entry)
{
    static const Duban__Entry__BodyCase ACTS[] = {   /* that name it otherwise than by a reference */
        DUBAN__ENTRY__BODY_EVIDENCE_ARRIVAL, DUBAN__ENTRY__BODY_AMENDMENT, DUBAN__ENTRY__BODY_RELEASE,
        DUBAN__ENTRY__BODY_HOUSEHOLD_ACT, DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK, DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY,
        DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT, DUBAN__ENTRY__BODY_POLICY_ACTIVATION, DUBAN__ENTRY__BODY_POLICY_REVOCATION,
        DUBAN__ENTRY__BODY_PLAN_CONFIRMATION,
    };

    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++)
        if (entry->body_case == ACTS[i])
            return true;
    return entry->body_case != DUBAN__ENTRY__BODY__NOT_SET && names_something(body_of(entry));
}

/* Nobody would have done it there: it is counted, and nobody is asked to settle it. */
bool what_if_let_go(void *self, uint64_t sequence, const Duban__Entry *entry)
{
    struct what_if *what_if = self;

    if (!what_if->begun || !is_act(entry) || state_quarantined(&what_if->runs[BEFORE].state, sequence) != NULL)
        return false;
    what_if->references_refused++;
    return true;
}
