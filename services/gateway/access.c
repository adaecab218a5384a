/* access.c - who is about to be shown personal data, or to take something out: an entry first. */
#include <sodium.h>
#include <string.h>

#include "gateway.h"
#include "ledger_export.h"
#include "message.h"
#include "submitting.h"

struct noting {
    struct submitting submitting;
    access_then *then;
    void *self;
};

/* Its id is nobody's but ours, so "send the same again" would be no help: it is just to be asked for again. */
static void on_noted(struct submitting *submitting)
{
    const struct noting *noting = submitting->self;

    if (submitting->is_silent)
        problem_silent(submitting->request, UPSTREAM_INGEST);
    else if (submitting->status >= MHD_HTTP_BAD_REQUEST)
        problem_send(submitting->request, submitting->submitted.problem);
    else
        noting->then(submitting->request, noting->self, submitting->submitted.sequence);
}

bool access_is_reason(const char *reason)
{
    size_t size = strlen(reason);

    return reason[strspn(reason, " \t\r\n")] != '\0' && size <= LEDGER_REASON_BYTES && is_utf8(reason, size);
}

void access_note(struct request *request, const Duban__Access *access, access_then *then, void *self)
{
    struct noting *noting = arena_take(&request->arena, sizeof *noting);
    Duban__Entry entry = DUBAN__ENTRY__INIT;

    if (noting == NULL) {
        problem_send(request, NULL);
        return;
    }
    entry.body_case = DUBAN__ENTRY__BODY_ACCESS;
    entry.access = (Duban__Access *) access;
    noting->then = then;
    noting->self = self;
    submitting_open(&noting->submitting, request, "");
    randombytes_buf(noting->submitting.client_id, sizeof noting->submitting.client_id);   /* each time that it is shown is one of its own */
    if (!submitting_send(&noting->submitting, &entry, on_noted, noting))
        on_noted(&noting->submitting);
}
