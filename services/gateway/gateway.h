/* gateway.h - duban-gateway: the door for field apps and for whoever reads.
 *
 *   phone --HTTP--> http --> routes --> account --> entries  --SUBMIT--> ingest --receipt--> 201
 *                                          |   \--> readings --QUERY---> rules, notify ----> 200
 *                                          \ passwords, tokens (LMDB)
 *
 * One thread, one loop (gateway_turn); a second one does nothing but wait for the disk. Nothing that was not receipted by
 * ingest is ever said to be taken: the gateway holds accounts and photos, and of reports nothing. Who waits for a daemon's
 * answer is a suspended connection and a row of upstream.h; a daemon that is silent makes it "later", never an endless wait.
 *
 * Who is where:  http.c the server, http_visitor.c who has connected, http_request.c a request, http_order.c its order, http_answer.c
 * what is sent   shares.c how much of it is whose   certificate.c https   address.c where somebody is   routes.c which path is whose
 * evidence.c, evidence_upload.c, evidence_worker.c the files of photos   evidence_put.c, tus.c, tus_patch.c how they come,
 * arrival.c that they have   photo_shown.c, photo_turn.c what they are   evidence_show.c who sees them
 * evidence_index.c which report has which   orphans.c which go, losses.c which are missed, rereads.c and damaged   submitting.c entries to ingest
 * openrosa.c field apps: forms.c what they ask, xform.c as XForms, form_book.c for this policy, openrosa_files.c what they look
 * into, openrosa_submit.c what comes back (multipart.c, instance.c, form_read.c), openrosa_refuse.c which question is refused
 * (form_path.c)
 * page.c, html.c, form.c pages for people   login.c, session.c who signs in, origin.c what another site sends   task_page*.c, task_acts.c one task   home.c /
 * paper*.c, qr.c what is printed
 * reveal.c, access.c what the vault holds of people, and who was shown it
 * account.c who asks, and by what, guesses.c who guesses, remembered.c who was right   entries.c what is submitted   readings.c what is read, rights.c by whom   exports.c to take away
 * events.c who listens   calendar.c calendars at secret addresses   etag.c what has not changed
 * openapi.c, openapi_schema.c what of all this the API says of itself   operations.c health, metrics   upstream.c the other
 * daemons, gather.c all pages of a listing   problem.c what is refused, in words   queries.c the operator's acts   state.c,
 * state_accounts.c, state_photos.c, state_uploads.c what survives
 */
#ifndef DUBAN_GATEWAY_H
#define DUBAN_GATEWAY_H

#include "account.h"
#include "daemon.h"
#include "evidence.h"
#include "evidence_index.h"
#include "form_book.h"
#include "events.h"
#include "exports.h"
#include "http.h"
#include "json.h"
#include "losses.h"
#include "openapi.h"
#include "orphans.h"
#include "rereads.h"
#include "state.h"
#include "upstream.h"

/* As ingest does: what is added to a disk that fills up is photos and exports first, then reports; before either, it is low. */
enum { EARLIER_PERCENT = 5, LOW_EARLIER_PERCENT = 10 };

/* Who looks for many files does no more in one turn: a slow disk holds nobody else up for long. */
enum { LOOKING_MS = 20 };

struct gateway_settings {
    char data[256];
    char run[96];
    char public_url[256];              /* where clients reach it: https://duban.example.cn; empty = what each request says */
    uint64_t map;
    uint32_t answer_ms;                /* within which a daemon must answer */
    bool access_log;
    uint32_t orphans_after_ms;         /* uploads that nobody finishes, photos that no report declares: how long they are kept */
    uint32_t disk_percent;             /* used, at which reports would be refused: all else is EARLIER_PERCENT earlier */
    char zone[64];                     /* in which pages and tables show times */
    int32_t offset_s;                  /* of it; found when it is opened */
    uint32_t listeners;                /* to events, at a time */
    struct http_settings http;
};

struct gateway {
    struct gateway_settings settings;
    void *zmq;
    struct state state;
    struct http http;
    struct upstreams upstreams;
    struct accounts accounts;
    struct form_book form_book;
    struct evidence evidence;
    struct evidence_index evidence_index;
    struct orphans orphans;
    struct losses losses;
    struct rereads rereads;
    struct tus *tus;                   /* requests that bring bytes of a resumed upload now */
    struct openapi openapi;
    struct events events;
    struct exports exports;
    void *query_socket;                /* ROUTER: the operator's */
    struct arena query_arena;
    int64_t now_ms;                    /* monotonic, of this turn */
    int64_t looked_ms;                 /* monotonic: when it was last seen to whose time is over */
    bool is_stopping;
};

/* Open everything but the lock; dies with what to do. settings are copied. */
void gateway_open(struct gateway *gateway, void *zmq, const struct gateway_settings *settings);
void gateway_close(struct gateway *gateway);

/* Wait for something to happen, at most timeout_ms, and do it. */
void gateway_turn(struct gateway *gateway, int signal_fd, int timeout_ms);

/* Take no new request, and let those under way have their answers, at most most_ms. */
void gateway_wind_down(struct gateway *gateway, int64_t most_ms);

/* ---------------------------------------------------------------- handlers of routes.c */

void operations_health(struct request *request);
void operations_ready(struct request *request);
void operations_metrics(struct request *request);

/* The gateway's own figures, as metrics_render. */
size_t operations_own_metrics(struct gateway *gateway, char *out, size_t size);

void entries_submit(struct request *request);
void entries_status(struct request *request);
void readings_read(struct request *request);
void evidence_put(struct request *request);
void evidence_show(struct request *request);
extern const struct intake EVIDENCE_INTAKE, TUS_INTAKE;
void tus_options(struct request *request);
void tus_create(struct request *request);
void tus_head(struct request *request);
void tus_patch(struct request *request);
void tus_delete(struct request *request);
void openapi_read(struct request *request);
void reveal_show(struct request *request);
void reveal_on_page(struct request *request);
void login_show(struct request *request);
void login_enter(struct request *request);
void login_leave(struct request *request);
void task_page_by_link(struct request *request);
void task_page_by_account(struct request *request);
void home_show(struct request *request);
void calendar_read(struct request *request);
void paper_case(struct request *request);
void paper_plan(struct request *request);
void paper_morning(struct request *request);
void paper_evening(struct request *request);

/* ---------------------------------------------------------------- readings.c: who somebody is, and what he asks for */

/* Ask rules for the post of whose request it is: the answer is Holders, with no row when he has none. False: it cannot be asked. */
bool readings_ask_for_holder(struct request *request, upstream_then *then, void *self);

/* Who holds a post, of such an answer: NULL = he holds none. A row without a post in it is what is left of one. */
const Duban__Holder *readings_post_in(const Duban__Reply *reply);

/* A reading of that name, under its row of READINGS; arguments with an empty value are left out. then is called with an answer
 * that may be shown; whatever speaks against it has been answered with a page. */
struct asked_argument {
    const char *name, *value;
};
void readings_ask(struct request *request, const char *name, const struct asked_argument *arguments, size_t count,
                  upstream_then *then, void *self);

/* What is asked by the arguments of a request, narrowed to what its account may see: `then` gets the question, to be asked of rules or
 * notify, and who asks, in the request's arena. Arguments named in `apart` (NULL behind the last) are not the question's, nor are limit and after. Is
 * anything wrong with it, or is he not to see it, that is answered, and `then` is not called. */
typedef void readings_then(struct request *request, void *self, Duban__Query *query, const Duban__Holder *holder);
void readings_question(struct request *request, const char *name, const char *const *apart, readings_then *then, void *self);

/* ---------------------------------------------------------------- access.c */

/* Enter into the journal that who asks is about to see that, before he does: then is called with its sequence once it is
 * durable. Where it is not taken, that is answered. access is borrowed for the call. */
typedef void access_then(struct request *request, void *self, uint64_t sequence);
void access_note(struct request *request, const Duban__Access *access, access_then *then, void *self);

/* Does it say what for? Not blank, and no longer than LEDGER_REASON_BYTES. */
bool access_is_reason(const char *reason);

/* ---------------------------------------------------------------- calendar.c */

enum { CALENDAR_PATH_BYTES = 64 };

/* Where the account's calendar is read from now on, instead of where it was; path NULL: nowhere. 0, or -1: the store failed. */
int calendar_set_address(struct gateway *gateway, const char *account, char path[CALENDAR_PATH_BYTES]);

/* ---------------------------------------------------------------- reveal.c */

/* Has he a post that sees the phone of a site's contact somewhere? */
bool reveal_lets_call(const Duban__Holder *holder);

/* ---------------------------------------------------------------- problem.c */

/* Status of HTTP for what ingest has refused, and the last part of its type. */
unsigned problem_status_of(Duban__RefusalCode code);
const char *problem_name_of(Duban__RefusalCode code);

/* A problem: name is the last part of its type. The fault's words are carried. retry_after_s 0: the same is not to be sent again, but
 * of 503, which is always to be tried again in a while. In the request's arena; NULL at its limit. */
Duban__Problem *problem_of(struct request *request, unsigned status, const char *name, const struct fault *fault,
                           uint32_t retry_after_s);

/* It is the answer, in what its route speaks. NULL: that memory is out is. */
void problem_send(struct request *request, const Duban__Problem *problem);

/* Both at once. */
void problem_answer(struct request *request, unsigned status, const char *name, const struct fault *fault, uint32_t retry_after_s);

/* That this daemon has not answered, or cannot be asked now. */
void problem_silent(struct request *request, enum upstream upstream);

/* The body, read as JSON; the caller's to json_decref. NULL with the fault set. Read, each value takes some 100 bytes, however
 * short it was written (a body of nothing but brackets would take a gigabyte): of more than JSON_VALUES_MOST, counted by
 * their commas and brackets, in texts as well, nothing is read. */
enum { JSON_VALUES_MOST = 200 * 1000 };
json_t *json_of_request(const struct request *request, struct fault *fault);

/* That no daemon is asked any more, because the gateway ends. */
void problem_stopping(struct request *request);

/* What a daemon found wrong with a question, or why it cannot answer it yet. */
void problem_said(struct request *request, const Duban__Fault *said);

/* What came of that daemon is no answer: what it said is wrong, or else that it is silent. reply may be NULL. */
void problem_unanswered(struct request *request, enum upstream upstream, const Duban__Reply *reply);

/* When to come again, in the head of the answer; 0 = nothing is said of that. */
void problem_retry_after(struct request *request, uint32_t seconds);

/* A message as canonical JSON is the answer. */
void answer_message(struct request *request, unsigned status, const ProtobufCMessage *message);

/* ---------------------------------------------------------------- queries.c: gateway.query */

int queries_open(struct gateway *gateway);
void queries_close(struct gateway *gateway);
void queries_receive(struct gateway *gateway);

#endif
