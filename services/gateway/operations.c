/* operations.c - /healthz, /readyz, /metrics. */
#include <stdio.h>
#include <string.h>

#include "gateway.h"
#include "metrics.h"

enum { READY_AFTER_S = 5, READY_WORDS_BYTES = 1000 };

static const char TEXT[] = "text/plain; charset=utf-8";

void operations_health(struct request *request)
{
    http_answer(request, MHD_HTTP_OK, TEXT, bytes_of_text("ok\n"));
}

/* ---------------------------------------------------------------- ready */

/* Whom a report needs on its way. */
struct readiness {
    size_t waiting;
    bool failed;
    const Duban__Text *refuses;        /* why ingest takes no reports; NULL = it does, so far as it has answered */
};

static void say(struct request *request, const struct readiness *readiness)
{
    char words[READY_WORDS_BYTES] = "收件或规则服务没有应答 / ingest or rules does not answer\n";
    char *kept;

    if (!readiness->failed && readiness->refuses != NULL)
        (void) snprintf(words, sizeof words, "%s / %s\n", readiness->refuses->zh, readiness->refuses->en);
    if (readiness->failed || readiness->refuses != NULL) {
        problem_retry_after(request, READY_AFTER_S);
        kept = arena_copy(&request->arena, words, strlen(words));
        http_answer(request, MHD_HTTP_SERVICE_UNAVAILABLE, TEXT, bytes_of_text(kept == NULL ? "" : kept));
    } else {
        http_answer(request, MHD_HTTP_OK, TEXT, bytes_of_text("ready\n"));
    }
}

static void on_status(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct readiness *readiness = self;

    readiness->failed = readiness->failed || answer->reply == NULL;
    if (answer->reply != NULL && answer->reply->body_case == DUBAN__REPLY__BODY_INGEST && answer->reply->ingest->reports_stopped)
        readiness->refuses = answer->reply->ingest->intake_reason;
    if (--readiness->waiting == 0)
        say(request, readiness);
}

static void ask_status(struct request *request, enum upstream upstream, struct readiness *readiness)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__StatusQuery status = DUBAN__STATUS_QUERY__INIT;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &status;
    if (upstream_ask(request, upstream, &query, on_status, readiness))
        readiness->waiting++;
    else
        readiness->failed = true;
}

void operations_ready(struct request *request)
{
    struct readiness *readiness = arena_clear(&request->arena, sizeof *readiness);

    if (readiness == NULL) {
        problem_send(request, NULL);
        return;
    }
    ask_status(request, UPSTREAM_INGEST, readiness);
    ask_status(request, UPSTREAM_RULES, readiness);
    if (readiness->waiting == 0)
        say(request, readiness);
}

/* ---------------------------------------------------------------- metrics */

/* Of the gateway first, then of each daemon that answers, in order. */
enum { OTHERS = 3 };
static const enum upstream OTHER[OTHERS] = { UPSTREAM_INGEST, UPSTREAM_RULES, UPSTREAM_NOTIFY };

struct gathering {
    struct gathered {
        struct gathering *gathering;
        const char *text;
    } others[OTHERS];
    size_t waiting;
};

size_t operations_own_metrics(struct gateway *gateway, char *out, size_t size)
{
    struct http *http = &gateway->http;
    const struct upstreams *upstreams = &gateway->upstreams;
    const struct accounts *accounts = &gateway->accounts;
    struct evidence *evidence = &gateway->evidence;
    uint64_t uploads = evidence->under_way, index_complete = gateway->evidence_index.complete_ms != 0, orphans = gateway->orphans.deleted;
    uint64_t connections = http->visitor_count, waiting = upstreams->count, listeners = gateway->events.count;
    uint64_t failing = evidence_failing(evidence) != 0, full = evidence_is_full(evidence);
    uint64_t lost = losses_count(&gateway->losses, evidence);
    uint64_t expiry_s = http->certificate == NULL ? 0 : (uint64_t) http->certificate->expires_s;
    const struct metric table[] = {
        { "duban_gateway_requests_total", METRIC_COUNTER, "Requests begun.", &http->requests },
        { "duban_gateway_answers_total{class=\"2xx\"}", METRIC_COUNTER, "Answers given.", &http->by_class[2] },
        { "duban_gateway_answers_total{class=\"3xx\"}", METRIC_COUNTER, "Answers given.", &http->by_class[3] },
        { "duban_gateway_answers_total{class=\"4xx\"}", METRIC_COUNTER, "Answers given.", &http->by_class[4] },
        { "duban_gateway_answers_total{class=\"5xx\"}", METRIC_COUNTER, "Answers given.", &http->by_class[5] },
        { "duban_gateway_too_large_total", METRIC_COUNTER, "Bodies beyond the limit.", &http->too_large },
        { "duban_gateway_no_room_total", METRIC_COUNTER, "Requests refused or cut off because too much was under way.",
          &http->no_room },
        { "duban_gateway_cut_off_total", METRIC_COUNTER, "Connections that took too long.", &http->cut_off },
        { "duban_gateway_sign_ins_total{result=\"right\"}", METRIC_COUNTER, "Requests with credentials.", &accounts->right },
        { "duban_gateway_sign_ins_total{result=\"wrong\"}", METRIC_COUNTER, "Requests with credentials.", &accounts->wrong },
        { "duban_gateway_sign_ins_total{result=\"throttled\"}", METRIC_COUNTER, "Requests with credentials.",
          &accounts->throttled },
        { "duban_gateway_asked_total{of=\"ingest.submit\"}", METRIC_COUNTER, "Questions to other daemons.",
          &upstreams->asked[UPSTREAM_SUBMIT] },
        { "duban_gateway_asked_total{of=\"ingest.query\"}", METRIC_COUNTER, "Questions to other daemons.",
          &upstreams->asked[UPSTREAM_INGEST] },
        { "duban_gateway_asked_total{of=\"rules.query\"}", METRIC_COUNTER, "Questions to other daemons.",
          &upstreams->asked[UPSTREAM_RULES] },
        { "duban_gateway_asked_total{of=\"notify.query\"}", METRIC_COUNTER, "Questions to other daemons.",
          &upstreams->asked[UPSTREAM_NOTIFY] },
        { "duban_gateway_silent_total{of=\"ingest.submit\"}", METRIC_COUNTER, "Questions that nobody answered.",
          &upstreams->silent[UPSTREAM_SUBMIT] },
        { "duban_gateway_silent_total{of=\"ingest.query\"}", METRIC_COUNTER, "Questions that nobody answered.",
          &upstreams->silent[UPSTREAM_INGEST] },
        { "duban_gateway_silent_total{of=\"rules.query\"}", METRIC_COUNTER, "Questions that nobody answered.",
          &upstreams->silent[UPSTREAM_RULES] },
        { "duban_gateway_silent_total{of=\"notify.query\"}", METRIC_COUNTER, "Questions that nobody answered.",
          &upstreams->silent[UPSTREAM_NOTIFY] },
        { "duban_gateway_evidence_stored_total", METRIC_COUNTER, "Photos stored.", &evidence->stored },
        { "duban_gateway_evidence_stored_bytes_total", METRIC_COUNTER, "Bytes of photos stored.", &evidence->stored_bytes },
        { "duban_gateway_evidence_known_total", METRIC_COUNTER, "Photos that came and were there already.", &evidence->known_before },
        { "duban_gateway_evidence_refused_total{why=\"no_photo\"}", METRIC_COUNTER, "Photos that were not stored.",
          &evidence->refused[EVIDENCE_NO_PHOTO] },
        { "duban_gateway_evidence_refused_total{why=\"too_large\"}", METRIC_COUNTER, "Photos that were not stored.",
          &evidence->refused[EVIDENCE_TOO_LARGE] },
        { "duban_gateway_evidence_refused_total{why=\"other\"}", METRIC_COUNTER, "Photos that were not stored.",
          &evidence->refused[EVIDENCE_OTHER] },
        { "duban_gateway_evidence_refused_total{why=\"no_room\"}", METRIC_COUNTER, "Photos that were not stored.",
          &evidence->refused[EVIDENCE_NO_ROOM] },
        { "duban_gateway_evidence_refused_total{why=\"busy\"}", METRIC_COUNTER, "Photos that were not stored.",
          &evidence->refused[EVIDENCE_BUSY] },
        { "duban_gateway_evidence_refused_total{why=\"failed\"}", METRIC_COUNTER, "Photos that were not stored.",
          &evidence->refused[EVIDENCE_FAILED] },
        { "duban_gateway_evidence_orphans_total", METRIC_COUNTER, "Photos and uploads deleted because nobody declared or finished them.",
          &orphans },
        { "duban_gateway_evidence_uploads", METRIC_GAUGE, "Photos that come now.", &uploads },
        { "duban_gateway_evidence_failing", METRIC_GAUGE, "1: photos cannot be written to the disk.", &failing },
        { "duban_gateway_evidence_full", METRIC_GAUGE, "1: photos wait, for the disk is nearly full.", &full },
        { "duban_gateway_evidence_lost", METRIC_GAUGE, "Photos that were stored and are not there any more as they came.", &lost },
        { "duban_gateway_evidence_reread_total", METRIC_COUNTER, "Photos in the store that were read once more.", &gateway->rereads.photos },
        { "duban_gateway_evidence_looked_over_total", METRIC_COUNTER, "Rounds in which all photos were looked for.",
          &gateway->losses.rounds },
        { "duban_gateway_evidence_index_complete", METRIC_GAUGE, "1: which reports declare which photos is known of all.",
          &index_complete },
        { "duban_gateway_events_told_total", METRIC_COUNTER, "Events given to listeners.", &gateway->events.told },
        { "duban_gateway_listeners_behind_total", METRIC_COUNTER, "Questions of listeners that had fallen behind.",
          &gateway->events.fallen_behind },
        { "duban_gateway_listeners_refused_total", METRIC_COUNTER, "Listeners for whom there was no room.", &gateway->events.refused },
        { "duban_gateway_listeners", METRIC_GAUGE, "Listening now.", &listeners },
        { "duban_gateway_exports_total", METRIC_COUNTER, "Exports begun.", &gateway->exports.begun },
        { "duban_gateway_exports_failed_total", METRIC_COUNTER, "Exports that came to nothing.", &gateway->exports.failed },
        { "duban_gateway_connections", METRIC_GAUGE, "Open now.", &connections },
        { "duban_gateway_waiting", METRIC_GAUGE, "Questions under way.", &waiting },
        { "duban_gateway_certificate_expiry_timestamp_seconds", METRIC_GAUGE, "When the certificate for https expires.", &expiry_s },
    };
    size_t count = sizeof table / sizeof table[0];

    return metrics_render(out, size, table, http->certificate == NULL ? count - 1 : count);   /* without https there is no last one */
}

static void answer_metrics(struct request *request, const struct gathering *gathering)
{
    size_t size = operations_own_metrics(request->gateway, NULL, 0), at = 0;
    char *text;

    for (size_t i = 0; i < OTHERS; i++)
        size += gathering->others[i].text == NULL ? 0 : strlen(gathering->others[i].text);
    text = arena_take(&request->arena, size + 1);
    if (text == NULL) {
        problem_send(request, NULL);
        return;
    }
    at = operations_own_metrics(request->gateway, text, size + 1);
    for (size_t i = 0; i < OTHERS; i++)
        if (gathering->others[i].text != NULL)
            at += (size_t) snprintf(text + at, size + 1 - at, "%s", gathering->others[i].text);
    http_answer(request, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", bytes_of(text, at));
}

static void on_metrics(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct gathered *gathered = self;
    struct gathering *gathering = gathered->gathering;

    if (answer->reply != NULL && answer->reply->body_case == DUBAN__REPLY__BODY_METRICS)
        gathered->text = answer->reply->metrics->text;
    if (--gathering->waiting == 0)
        answer_metrics(request, gathering);
}

/* How busy the house is, and with what, is not everybody's business. */
static bool may_read_metrics(struct request *request)
{
    char address[ADDRESS_BYTES];
    struct fault fault;

    http_address_of(request, address);
    if (address_is_of_this_machine(address) || strcmp(address, request->gateway->http.settings.metrics_from) == 0)
        return true;
    fault_set(&fault, "", "指标只能在本机读取，或从 gateway.conf 中 metrics_from 写明的地址读取",
              "figures are read on this machine, or from the address in metrics_from of gateway.conf");
    problem_answer(request, MHD_HTTP_FORBIDDEN, "forbidden", &fault, 0);
    return false;
}

void operations_metrics(struct request *request)
{
    struct gathering *gathering = arena_clear(&request->arena, sizeof *gathering);
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__MetricsQuery metrics = DUBAN__METRICS_QUERY__INIT;

    if (!may_read_metrics(request))
        return;
    if (gathering == NULL) {
        problem_send(request, NULL);
        return;
    }
    query.body_case = DUBAN__QUERY__BODY_METRICS;
    query.metrics = &metrics;
    for (size_t i = 0; i < OTHERS; i++) {
        gathering->others[i].gathering = gathering;
        gathering->waiting += upstream_ask(request, OTHER[i], &query, on_metrics, &gathering->others[i]);
    }
    if (gathering->waiting == 0)
        answer_metrics(request, gathering);
}
