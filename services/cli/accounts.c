/* accounts.c - whether accounts are registered: those that an entry names, before it is submitted; and one that is given a way in.
 *
 * Whose entry it is, and every account that it names: a slip of the pen would be journaled, and become work for the
 * clerk. Nothing is looked at while nobody is registered yet, nor while rules is silent.
 */
#include <string.h>

#include "entry_words.h"
#include "wanted.h"

static const char HOUSE[] = "operator";   /* the house itself, which is registered nowhere */

/* What the house does itself; whatever else is done is done by somebody. */
static bool is_of_the_house(const Duban__Entry *entry)
{
    switch ((int) entry->body_case) {
    case DUBAN__ENTRY__BODY_REPORT:
        return entry->report->entered_for;
    case DUBAN__ENTRY__BODY_HOUSEHOLD_ACT:
        return entry->household_act->member[0] != '\0';
    case DUBAN__ENTRY__BODY_HOUSEHOLD_CHECK:
        return entry->household_check->member[0] != '\0';
    case DUBAN__ENTRY__BODY_AMENDMENT:
    case DUBAN__ENTRY__BODY_RECOMPUTE:
    case DUBAN__ENTRY__BODY_RELEASE:
    case DUBAN__ENTRY__BODY_SKIP:
    case DUBAN__ENTRY__BODY_POLICY_ACTIVATION:
    case DUBAN__ENTRY__BODY_POLICY_REVOCATION:
    case DUBAN__ENTRY__BODY_DEAD_LETTER_RETRY:
    case DUBAN__ENTRY__BODY_DEAD_LETTER_SETTLEMENT:
    case DUBAN__ENTRY__BODY_ALARM_SETTLEMENT:
    case DUBAN__ENTRY__BODY_AVAILABILITY_CHANGE:
    case DUBAN__ENTRY__BODY_ON_CALL_CHANGE:
    case DUBAN__ENTRY__BODY_CONTACT_TEST:
    case DUBAN__ENTRY__BODY_CONTACT_CONFIRMATION:
    case DUBAN__ENTRY__BODY_ACCESS:
        return true;
    default:
        return false;
    }
}

/* Why an alarm is settled may be that its account is gone; everywhere else an account is somebody who is there. */
static bool names_an_account(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->type != PROTOBUF_C_TYPE_STRING || field->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    return reading_of_field(field) == READ_ACCOUNT ||
           (strcmp(field->name, "account") == 0 && message->descriptor != &duban__alarm_settlement__descriptor);
}

/* The message of the entry's own kind. */
static const ProtobufCMessage *body_of(const Duban__Entry *entry)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(entry->base.descriptor, (unsigned) entry->body_case);
    const ProtobufCMessage *body = NULL;

    if (field != NULL)
        memcpy(&body, (const char *) entry + field->offset, sizeof(void *));
    return body;
}

static bool is_registered(struct cli *cli, const struct listing *holders, const char *account)
{
    for (size_t i = 0; i < holders->count; i++)
        if (strcmp(((const Duban__Holder *) holders->rows[i])->account, account) == 0)
            return true;
    no_such_account(cli, holders, account);
    return false;
}

static bool named_are_registered(struct cli *cli, const struct listing *holders, const ProtobufCMessage *body)
{
    bool fine = true;

    for (unsigned i = 0; body != NULL && i < body->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &body->descriptor->fields[i];
        const char *account;

        if (!names_an_account(body, field))
            continue;
        memcpy(&account, (const char *) body + field->offset, sizeof(void *));
        if (account[0] != '\0' && strcmp(account, cli->account) != 0 && !is_registered(cli, holders, account))
            fine = false;
    }
    return fine;
}

static bool submitter_is_registered(struct cli *cli, const struct listing *holders, const Duban__Entry *entry)
{
    if (strcmp(cli->account, HOUSE) != 0)
        return is_registered(cli, holders, cli->account);
    for (size_t i = 0; i < holders->count; i++)
        if (strcmp(((const Duban__Holder *) holders->rows[i])->account, HOUSE) == 0)
            return true;
    if (is_of_the_house(entry))
        return true;
    cli_fail(cli, "没有写是谁办的：请加 --as 账号；不写就是 operator（系统本身），这件事它不能办（账号见 duban holders）",
             "it does not say who does it: add --as ACCOUNT; left out it is operator, the house itself, which cannot do this "
             "(see duban holders)");
    return false;
}

static const Duban__Holder *holder_named(const struct listing *holders, const char *account)
{
    for (size_t i = 0; i < holders->count; i++)
        if (strcmp(((const Duban__Holder *) holders->rows[i])->account, account) == 0)
            return holders->rows[i];
    return NULL;
}

void account_say_unknown(struct cli *cli, const char *account)
{
    const struct listing *holders = find_holders(cli);

    if (holders != NULL && holder_named(holders, account) == NULL)
        show_line(&cli->errors, "注意：从来没有登记过账号 %1$s；请核对有没有写错（见 duban holders）",
                  "note: an account %1$s was never registered; check whether it is a slip of the pen (see duban holders)", account);
}

void account_say_unregistered(struct cli *cli, const char *account)
{
    const struct listing *holders = find_holders(cli);
    const Duban__Holder *holder = holders == NULL ? NULL : holder_named(holders, account);

    if (holders != NULL && (holder == NULL || holder->n_roles == 0))
        show_line(&cli->errors, "注意：岗位登记里还没有账号 %1$s，登录后什么也看不到，交的先待核；请核对有没有写错（见 duban holders），没写错就用 duban import holders 登记",
                  "note: no post of account %1$s is registered yet: it sees nothing, and what it submits is held. Check whether it is a slip of the pen "
                  "(see duban holders); if not, duban import holders", account);
}

bool accounts_are_known(struct cli *cli, const Duban__Entry *entry)
{
    const struct listing *holders = find_holders(cli);
    bool submitter_is, named_are;   /* each says what is wrong */

    if (holders == NULL || holders->count == 0)
        return true;
    submitter_is = submitter_is_registered(cli, holders, entry);
    named_are = named_are_registered(cli, holders, body_of(entry));
    if (submitter_is && named_are)
        return true;
    cli_fail(cli, "什么也没有提交", "nothing was submitted");
    return false;
}
