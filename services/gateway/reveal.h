/* reveal.h - what the vault holds of somebody, in clear.
 *
 *   who asks -> whose it is -> may he? -> where is it, where that decides -> an entry that says so -> the vault -> the answer
 *
 * reveal.c has the table of which post sees which field of whom, and goes through the first of these; reveal_show.c has the
 * entry, the vault and the answer; reveal_page.c begins from a page: the phone of a site's contact.
 */
#ifndef DUBAN_GATEWAY_REVEAL_H
#define DUBAN_GATEWAY_REVEAL_H

#include "fault.h"
#include "http.h"
#include "query.pb-c.h"

enum { REVEAL_MOST_FIELDS = 8 };

enum whose { WHOSE_ACCOUNT, WHOSE_ISOLATION, WHOSE_COMPLAINT };

struct revealing {
    enum whose whose;
    const char *field;
    unsigned all;                      /* posts that see it of everybody */
    unsigned there;                    /* of an isolated person, of a site's contact: posts of that zone or area that do, too */
    unsigned on_door_days;             /* of an isolated person: posts of that zone that do while a check at the door is owed */
    bool own;                          /* everybody sees his own */
};

struct reveal {
    struct request *request;
    const Duban__Reveal *wanted;
    const Duban__Holder *asker;
    enum whose whose;
    const struct revealing *fields[REVEAL_MOST_FIELDS];
    ProtobufCBinaryData tokens[REVEAL_MOST_FIELDS];   /* empty = it was never given */
    const Duban__Holder *whom;         /* whose it is; NULL = no account's */
    size_t next_role;                  /* of whom, to be looked at: his sites one after the other */
    bool is_door_day;                  /* a check at the door is owed there now */
    const char *area, *zone;           /* where it is, once that is known; "" = nowhere */
    Duban__AreasQuery every_area;      /* asked page by page, once */
    Duban__AreaRows areas;             /* what came of it: which zone each lies in */
    size_t areas_room;                 /* for so many */
    bool is_short;                     /* memory was out for some of them */
    uint64_t sequence;
    const char *contact_of;            /* from a page: the site whose contact is to be called; "" = wanted says whose it is */
    Duban__Reveal called;              /* then this is wanted */
};

/* wanted is set: begin. What speaks against it is answered. */
void reveal_begin(struct reveal *it);

/* Whose it is, is in wanted: go on with that, once it is known that the asker may see something of somebody. */
void reveal_of_whom(struct reveal *it);

/* reveal_page.c: find whose it is by contact_of, then reveal_of_whom. */
void reveal_look_for_contact(struct reveal *it);

/* He may: enter that, then show it. */
void reveal_show_it(struct reveal *it);

/* Nobody of that name. */
void reveal_none(struct reveal *it);

/* Is that a question? False with the fault. */
bool reveal_is_right(struct reveal *it, struct fault *fault);

#endif
