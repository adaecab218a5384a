/* engine_contact.c - 核对联系方式: does what is sent to somebody arrive where he reads it?
 *
 *   test -> a message with a code, by that one way -> whoever gets it says the code -> verified
 *
 * A way counts as verified until it leads elsewhere: another channel or token, or another text behind the same token, which
 * only ingest sees and says. The spool is read in the house and needs no test.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "engine.h"

enum { MOST_WRONG_CODES = 5, TEST_AGAIN_AFTER_S = 60, CODE_BYTES = 6 + 1, CODES = 1000 * 1000 };

static const char SPOOL[] = "spool";

static bool is_to_verify(const Duban__ContactWay *way)
{
    return strcmp(way->channel, SPOOL) != 0;
}

static bool is_unverified(const Duban__Contacts *contacts)
{
    for (size_t i = 0; i < contacts->n_ways; i++)
        if (is_to_verify(contacts->ways[i]) && contacts->ways[i]->verified_s == 0)
            return true;
    return false;
}

static void put(struct engine *engine, const Duban__Contacts *contacts)
{
    state_put_contacts(engine->state, contacts, is_unverified(contacts));
}

/* ---------------------------------------------------------------- the ways of a holder */

static Duban__ContactWay *new_way(struct engine *engine, const char *channel, ProtobufCBinaryData token)
{
    Duban__ContactWay *way = arena_take(&engine->state->arena, sizeof *way);

    assert(way != NULL);
    duban__contact_way__init(way);
    way->channel = (char *) (channel[0] == '\0' ? SPOOL : channel);
    way->address_token = token;
    return way;
}

static Duban__Contacts *ways_of(struct engine *engine, const Duban__Holder *holder)
{
    Duban__Contacts *contacts = arena_take(&engine->state->arena, sizeof *contacts);

    assert(contacts != NULL);
    duban__contacts__init(contacts);
    contacts->account = holder->account;
    contacts->ways = (Duban__ContactWay **) arena_take_pointers(&engine->state->arena, holder->n_other_ways + 1);
    assert(contacts->ways != NULL);
    contacts->ways[contacts->n_ways++] = new_way(engine, engine_channel_of(holder), holder->address_token);
    for (size_t i = 0; i < holder->n_other_ways; i++)
        contacts->ways[contacts->n_ways++] = new_way(engine, holder->other_ways[i]->channel, holder->other_ways[i]->address_token);
    return contacts;
}

static bool leads_to_the_same(const Duban__ContactWay *one, const Duban__ContactWay *other)
{
    return strcmp(one->channel, other->channel) == 0 && one->address_token.len == other->address_token.len &&
           (one->address_token.len == 0 || memcmp(one->address_token.data, other->address_token.data, one->address_token.len) == 0);
}

static const Duban__ContactWay *known_way(const Duban__Contacts *before, const Duban__ContactWay *way)
{
    for (size_t i = 0; before != NULL && i < before->n_ways; i++)
        if (leads_to_the_same(before->ways[i], way))
            return before->ways[i];
    return NULL;
}

static void add_fact(struct engine *engine, Duban__FactKind kind, const char *account, size_t place, const Duban__ContactWay *way,
                     uint64_t outbox_sequence)
{
    Duban__Fact *fact = engine_fact(engine, kind, NULL);

    fact->recipient = (char *) account;
    fact->number = (uint32_t) place + 1;
    fact->reason = way->channel;
    fact->of = kind == DUBAN__FACT_KIND__FACT_KIND_CONTACT_WRONG_CODE ? way->wrong_codes : 0;
    fact->outbox_sequence = outbox_sequence;
    engine_add_fact(engine, fact);
}

/* What was verified and is not any more, because it leads elsewhere or is gone. */
static void note_lost(struct engine *engine, const Duban__Contacts *contacts, const Duban__Contacts *before)
{
    for (size_t i = 0; before != NULL && i < before->n_ways; i++) {
        const Duban__ContactWay *now = known_way(contacts, before->ways[i]);

        if (before->ways[i]->verified_s != 0 && (now == NULL || now->verified_s == 0))
            add_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTACT_CHANGED, contacts->account, i, before->ways[i], 0);
    }
}

static bool is_changed(const Duban__RoleHolderChange *change, size_t place)
{
    const Duban__Personal *address = change == NULL ? NULL : place == 0 ? change->address : change->other_ways[place - 1]->address;

    return address != NULL && address->changed;
}

static bool has_one_to_verify(const Duban__Contacts *contacts)
{
    for (size_t i = 0; i < contacts->n_ways; i++)
        if (is_to_verify(contacts->ways[i]))
            return true;
    return false;
}

static void keep_ways(struct engine *engine, const Duban__Holder *holder, const Duban__RoleHolderChange *change)
{
    const Duban__Contacts *before = state_contacts(engine->state, holder->account);
    Duban__Contacts *contacts = ways_of(engine, holder);

    for (size_t i = 0; i < contacts->n_ways; i++) {
        const Duban__ContactWay *known = is_changed(change, i) ? NULL : known_way(before, contacts->ways[i]);

        if (known != NULL)
            *contacts->ways[i] = *known;
    }
    note_lost(engine, contacts, before);
    if (has_one_to_verify(contacts))
        put(engine, contacts);
    else if (before != NULL)
        state_delete_contacts(engine->state, holder->account);
}

void engine_contacts_changed(struct engine *engine, const Duban__RoleHolderChange *change)
{
    const Duban__Holder *holder = state_holder(engine->state, change->account);

    if (engine_era(engine) < ERA_OF_CONTACTS)
        return;
    if (holder != NULL)
        keep_ways(engine, holder, change);
    else if (state_contacts(engine->state, change->account) != NULL)
        state_delete_contacts(engine->state, change->account);
}

void engine_contacts_of_before(struct engine *engine)
{
    const char *account = "";

    while ((account = state_holder_after(engine->state, account)) != NULL)
        keep_ways(engine, state_holder(engine->state, account), NULL);
}

/* ---------------------------------------------------------------- a test */

/* Known to whoever can read the way, and the same whenever the journal is replayed. */
static void write_code(char code[CODE_BYTES], const char *account, const Duban__ContactWay *way)
{
    uint8_t sequence[8], digest[16];
    const struct bytes parts[] = {
        bytes_of_text(account), bytes_of_text(way->channel), bytes_of(way->address_token.data, way->address_token.len),
        bytes_of(sequence, sizeof sequence),
    };

    put_u64(sequence, way->test_sequence);
    digest_of_parts(digest, sizeof digest, bytes_of(NULL, 0), parts, sizeof parts / sizeof parts[0]);
    snprintf(code, CODE_BYTES, "%06u", get_u32(digest) % CODES);
}

static uint64_t tell(struct engine *engine, const Duban__Holder *holder, size_t place, const Duban__ContactWay *way)
{
    Duban__Holder by_that_way = *holder;
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    char code[CODE_BYTES], lookup[32];
    struct telling telling = { .message = "contact_test", .rule = "contact.test", .items = &item, .item_count = 1 };
    struct recipient recipient = { .holder = &by_that_way, .scope = "" };

    by_that_way.channel = way->channel;
    by_that_way.address_token = way->address_token;
    by_that_way.n_other_ways = 0;
    write_code(code, holder->account, way);
    snprintf(lookup, sizeof lookup, "way=%zu", place + 1);
    recipient.lookup = engine_keep(engine, lookup);
    item->code = engine_keep(engine, code);
    item->at_s = engine->now_s;
    return engine_tell_one(engine, &telling, &recipient);
}

/* The place of the way that a person counts from 1; false with the fault filled. */
static bool find_way(const Duban__Contacts *contacts, const Duban__ContactTest *test, size_t *place, struct fault *fault)
{
    if (contacts == NULL)
        return fault_set(fault, "contactTest.account", "账号 %s 只在系统内接收消息，没有要核对的联系方式",
                         "%s is told in the house alone: there is nothing to verify", test->account);
    if (test->way > contacts->n_ways)
        return fault_set(fault, "contactTest.way", "账号 %s 只有 %zu 种联系方式", "%s has %zu ways only", test->account, contacts->n_ways);
    *place = test->way - 1;
    return is_to_verify(contacts->ways[*place]) ||
           fault_set(fault, "contactTest.way", "第 %u 种联系方式在系统内接收，不用核对", "way %u is read in the house and needs no test", test->way);
}

bool engine_on_contact_test(struct engine *engine, const Duban__ContactTest *test, struct fault *fault)
{
    const Duban__Holder *holder = state_holder(engine->state, test->account);
    Duban__Contacts *contacts = state_contacts(engine->state, test->account);
    Duban__ContactWay *way;
    size_t place = 0;

    if (holder == NULL)
        return fault_set(fault, "contactTest.account", "账号 %s 不在登记册中", "account %s is not registered", test->account);
    if (!engine_may_for(engine, RIGHT_TEST_CONTACT, test->account, fault))
        return false;
    if (engine->policy == NULL || policy_message(engine->policy, "contact_test") == NULL)
        return fault_set(fault, "contactTest", "现行政策包没有消息 contact_test，请补上再启用", "the policy in force has no message contact_test: add it and activate it");
    if (!find_way(contacts, test, &place, fault))
        return engine_decline(engine, "contact_test", (ProtobufCBinaryData){ 0, NULL }, fault);
    way = contacts->ways[place];
    if (way->tested_s != 0 && engine->now_s - way->tested_s < TEST_AGAIN_AFTER_S) {
        fault_set(fault, "contactTest.often", "一分钟内刚发过，请稍后再试", "one was sent within the last minute: try again later");
        return engine_decline(engine, "contact_test", (ProtobufCBinaryData){ 0, NULL }, fault);
    }
    way->tested_s = engine->now_s;
    way->test_sequence = engine->entry_sequence;
    way->wrong_codes = 0;
    put(engine, contacts);
    add_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTACT_TESTED, test->account, place, way, tell(engine, holder, place, way));
    return true;
}

/* ---------------------------------------------------------------- its code */

/* The first way that waits for that code; n_ways: none does. */
static size_t way_with_code(const Duban__Contacts *contacts, const char *said)
{
    char code[CODE_BYTES];
    size_t i;

    for (i = 0; i < contacts->n_ways; i++) {
        if (contacts->ways[i]->test_sequence == 0)
            continue;
        write_code(code, contacts->account, contacts->ways[i]);
        if (strcmp(code, said) == 0)
            break;
    }
    return i;
}

static void verify(struct engine *engine, Duban__Contacts *contacts, size_t place)
{
    Duban__ContactWay *way = contacts->ways[place];

    way->verified_s = engine->now_s;
    way->verified_by = (char *) engine->account;
    way->test_sequence = 0;
    way->wrong_codes = 0;
    put(engine, contacts);
    add_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTACT_VERIFIED, contacts->account, place, way, 0);
}

/* Nobody knows which of the tests that wait was meant: it counts for each. False: none waits. */
static bool count_wrong(struct engine *engine, Duban__Contacts *contacts)
{
    bool waits = false;

    for (size_t i = 0; i < contacts->n_ways; i++) {
        Duban__ContactWay *way = contacts->ways[i];

        if (way->test_sequence == 0)
            continue;
        waits = true;
        if (++way->wrong_codes >= MOST_WRONG_CODES)
            way->test_sequence = 0;
        add_fact(engine, DUBAN__FACT_KIND__FACT_KIND_CONTACT_WRONG_CODE, contacts->account, i, way, 0);
    }
    if (waits)
        put(engine, contacts);
    return waits;
}

static bool is_refused(struct engine *engine, Duban__Contacts *contacts, struct fault *fault)
{
    if (engine->adopter == NULL && contacts != NULL && count_wrong(engine, contacts))
        fault_set(fault, "contactConfirmation.code", "验证码不对；错 %d 次后须重新测试", "that is not the code; after %d wrong ones a new test is needed",
                  MOST_WRONG_CODES);
    else
        fault_set(fault, "contactConfirmation.no_test", "没有等待核对的测试；请先测试联系方式", "no test waits for a code: test the way first");
    return engine_decline(engine, "contact_confirmation", (ProtobufCBinaryData){ 0, NULL }, fault);
}

bool engine_on_contact_confirmation(struct engine *engine, const Duban__ContactConfirmation *confirmation, struct fault *fault)
{
    Duban__Contacts *contacts = state_contacts(engine->state, confirmation->account);
    size_t place;

    if (!engine_may_for(engine, RIGHT_CONFIRM_CONTACT, confirmation->account, fault))
        return false;
    place = contacts == NULL ? 0 : way_with_code(contacts, confirmation->code);
    if (contacts == NULL || place == contacts->n_ways)
        return is_refused(engine, contacts, fault);
    verify(engine, contacts, place);
    return true;
}
