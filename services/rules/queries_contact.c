/* queries_contact.c - the ways of accounts, and whether they are verified. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

static bool is_unverified(const Duban__Contacts *contacts)
{
    for (size_t i = 0; i < contacts->n_ways; i++)
        if (contacts->ways[i]->verified_s == 0 && strcmp(contacts->ways[i]->channel, "spool") != 0)
            return true;
    return false;
}

static ProtobufCMessage *wanted_contacts(struct question *question, const void *asked, void *found)
{
    const Duban__ContactsQuery *wanted = asked;
    Duban__Contacts *contacts = found;
    const Duban__Holder *holder = state_holder(&question->rules->state, contacts->account);
    Duban__ContactRow *row = arena_take(question->arena, sizeof *row);

    assert(row != NULL);
    if (!query_matches(wanted->account, contacts->account) || (wanted->unverified_only && !is_unverified(contacts)))
        return NULL;
    duban__contact_row__init(row);
    row->contacts = contacts;
    row->title = holder == NULL ? NULL : holder->title;
    return &row->base;
}

void query_on_contacts(struct question *question, const Duban__ContactsQuery *wanted)
{
    Duban__ContactRows *contacts = arena_take(question->arena, sizeof *contacts);

    assert(contacts != NULL);
    if (wanted->account[0] != '\0' && !is_code(wanted->account)) {
        question_fault(question, "contacts.account", "账号只能用字母、数字和 . _ -，不超过 32 个",
                       "an account has letters, digits and . _ -, at most 32");
        return;
    }
    duban__contact_rows__init(contacts);
    contacts->rows = (Duban__ContactRow **) page_list(question, TABLE_CONTACT, bytes_of_text(wanted->account), &duban__contacts__descriptor,
                                                      wanted_contacts, wanted, &contacts->n_rows);
    question->reply->body_case = DUBAN__REPLY__BODY_CONTACTS;
    question->reply->contacts = contacts;
}
