/* calendar.c - GET /calendar/SECRET.ics: an account's calendar, for programs that cannot sign in.
 *
 * Whoever knows the address reads the calendar: it is kept as passwords are, not at all, only by a digest; and who tries
 * addresses is slowed down as who tries passwords is. What stands in it names nobody (CalendarRow).
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calendar_feed.h"
#include "etag.h"
#include "gateway.h"

enum { SECRET_BYTES = 32, ROWS_MOST = 5000 };

static const char PATH[] = "/calendar/", SUFFIX[] = ".ics";

static void key_of(const char *secret, size_t size, uint8_t key[DIGEST_BYTES])
{
    const struct bytes part = bytes_of(secret, size);

    digest_of_parts(key, DIGEST_BYTES, bytes_of(NULL, 0), &part, 1);
}

int calendar_set_address(struct gateway *gateway, const char *account, char path[CALENDAR_PATH_BYTES])
{
    Duban__CalendarAddress address = DUBAN__CALENDAR_ADDRESS__INIT;
    uint8_t random[SECRET_BYTES], key[DIGEST_BYTES];
    char secret[sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

    address.account = (char *) account;
    address.made_ms = (int64_t) time(NULL) * 1000;
    if (path == NULL)
        return state_set_calendar(&gateway->state, NULL, &address);
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(secret, sizeof secret, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof random);
    key_of(secret, strlen(secret), key);
    (void) snprintf(path, CALENDAR_PATH_BYTES, "%s%s%s", PATH, secret, SUFFIX);
    sodium_memzero(secret, sizeof secret);
    return state_set_calendar(&gateway->state, key, &address);
}

/* ---------------------------------------------------------------- reading it */

struct showing {
    struct request *request;
    const Duban__Holder *holder;
    Duban__CalendarRow **rows;         /* of all pages so far */
    size_t count;
};

static void no_such_calendar(struct request *request)
{
    struct fault fault;

    fault_set(&fault, "", "没有这份日历：网址不对，或已收回", "there is no such calendar: the address is wrong, or was revoked");
    problem_answer(request, MHD_HTTP_NOT_FOUND, "not-found", &fault, 0);
}

static void show(struct showing *showing, bool rehearsal)
{
    struct request *request = showing->request;
    char *text = NULL, *copy;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    const char *etag = NULL;
    struct bytes whole;

    if (out != NULL) {
        calendar_feed_write(out, showing->holder, rehearsal, showing->rows, showing->count);
        copy = fclose(out) == 0 ? arena_copy(&request->arena, text, size) : NULL;
        whole = bytes_of(copy, size);
        etag = copy == NULL ? NULL : etag_of(request, false, &whole, 1);
        free(text);
    }
    if (etag == NULL)
        problem_send(request, NULL);
    else if (!etag_answer_unchanged(request, etag))
        http_answer(request, MHD_HTTP_OK, "text/calendar; charset=utf-8", whole);
}

static void on_page(struct request *request, void *self, const struct upstream_answer *answer);

static void ask_for_page(struct showing *showing, const ProtobufCBinaryData *after)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__CalendarQuery calendar = DUBAN__CALENDAR_QUERY__INIT;

    calendar.account = showing->request->account;
    query.after = *after;
    query.body_case = DUBAN__QUERY__BODY_CALENDAR;
    query.calendar = &calendar;
    if (!upstream_ask(showing->request, UPSTREAM_RULES, &query, on_page, showing))
        problem_silent(showing->request, UPSTREAM_RULES);
}

/* False: memory is out. */
static bool take_rows(struct showing *showing, const Duban__CalendarRows *page)
{
    Duban__CalendarRow **rows = arena_take_pointers(&showing->request->arena, showing->count + page->n_rows + 1);

    if (rows == NULL)
        return false;
    for (size_t i = 0; i < showing->count; i++)
        rows[i] = showing->rows[i];
    for (size_t i = 0; i < page->n_rows; i++)
        rows[showing->count++] = page->rows[i];
    showing->rows = rows;
    return true;
}

static void on_page(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct showing *showing = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_CALENDAR)
        problem_unanswered(request, UPSTREAM_RULES, reply);
    else if (!take_rows(showing, reply->calendar))
        problem_send(request, NULL);
    else if (reply->next.len > 0 && showing->count < ROWS_MOST)
        ask_for_page(showing, &reply->next);
    else
        show(showing, reply->rehearsal);
}

static void on_holder(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct showing *showing = self;
    const Duban__Reply *reply = answer->reply;
    static const ProtobufCBinaryData FIRST;

    if (reply == NULL || reply->body_case != DUBAN__REPLY__BODY_HOLDERS) {
        problem_unanswered(request, UPSTREAM_RULES, reply);
    } else if (readings_post_in(reply) == NULL) {
        no_such_calendar(request);
    } else {
        showing->holder = readings_post_in(reply);
        ask_for_page(showing, &FIRST);
    }
}

static void ask_for_holder(struct showing *showing)
{
    if (!readings_ask_for_holder(showing->request, on_holder, showing))
        problem_silent(showing->request, UPSTREAM_RULES);
}

static const Duban__CalendarAddress *address_at(struct request *request)
{
    size_t size = strlen(request->rest), suffix = sizeof SUFFIX - 1;
    uint8_t key[DIGEST_BYTES];

    if (size < suffix || strcmp(request->rest + size - suffix, SUFFIX) != 0)
        return NULL;
    key_of(request->rest, size - suffix, key);
    return state_calendar(&request->gateway->state, &request->arena, key);
}

void calendar_read(struct request *request)
{
    const Duban__CalendarAddress *address = address_at(request);
    struct showing *showing = arena_clear(&request->arena, sizeof *showing);

    if (showing == NULL) {
        problem_send(request, NULL);
    } else if (address == NULL) {
        if (account_may_err(request))
            no_such_calendar(request);
    } else {
        (void) snprintf(request->account, sizeof request->account, "%s", address->account);
        showing->request = request;
        ask_for_holder(showing);
    }
}
