/* aftermath.c - what came of an entry: its receipt, whether rules holds it, what it changed.
 *
 * Rules is asked once it has applied the entry. What the entry caused are the facts of its moment
 * that bear its sequence and somebody's name: a timer that was due by then bears nobody's. A release
 * applies another entry; the facts of that one stand directly before its own. What rules has decided to tell has
 * left the house only when notify has it: notify is asked before anybody is said to be told.
 */
#include <string.h>

#include "about.h"
#include "cli.h"
#include "digest.h"
#include "json.h"
#include "log.h"
#include "names.h"

enum { INDENT_FACT = 2, TAKING_OVER_MS = 3000, ANSWERING_MS = 500 };

/* ---------------------------------------------------------------- receipt */

static void print_receipt(struct cli *cli, const struct submission *submission)
{
    const char *sequence = number_text(cli, submission->sequence);
    const char *time = show_time_ms(&cli->show, submission->stamp_ms);

    if (submission->place != NULL)
        fprintf(cli->show.out, "%s: ", submission->place);
    if (submission->duplicate)
        show_line(&cli->show, "已入账：第 %s 号，%s（重复提交，只算一次）", "receipt: sequence %s, %s (a repeat, one effect)",
                  sequence, time);
    else
        show_line(&cli->show, "已入账：第 %s 号，%s", "receipt: sequence %s, %s", sequence, time);
}

/* "visits.jsonl:17: " before what is said on standard error about one of many. */
static void print_place(struct cli *cli, const struct submission *submission)
{
    fflush(cli->show.out);
    if (submission->place != NULL)
        fprintf(cli->errors.out, "%s: ", submission->place);
}

/* ---------------------------------------------------------------- without a receipt */

static void worsen(struct aftermath *aftermath, enum exit_code code)
{
    aftermath->code = code > aftermath->code ? code : aftermath->code;
}

/* Of hundreds that a daemon's end left without an answer one line says which they are. */
static void say_missing(struct aftermath *aftermath)
{
    const struct submission *first = aftermath->missing_first, *last = aftermath->missing_last;

    if (first == NULL)
        return;
    aftermath->missing_first = NULL;
    if (first->place != NULL && first != last)
        fprintf(aftermath->cli->errors.out, "%s … %s (%td): ", first->place, last->place, last - first + 1);
    else
        print_place(aftermath->cli, first);
    worsen(aftermath, say_not_received(aftermath->cli, first));
}

static bool joins_missing(const struct aftermath *aftermath, const struct submission *submission)
{
    const struct submission *last = aftermath->missing_last;

    return aftermath->missing_first != NULL && submission == last + 1 && submission->state == last->state &&
           submission->id_is_derived && last->id_is_derived;
}

static void tell_not_received(struct aftermath *aftermath, const struct submission *submission)
{
    aftermath->cli->nobody_told_yet = true;
    if (submission->state == SEND_REFUSED) {
        print_place(aftermath->cli, submission);
        worsen(aftermath, say_not_received(aftermath->cli, submission));
        return;
    }
    if (!joins_missing(aftermath, submission)) {
        say_missing(aftermath);
        aftermath->missing_first = submission;
    }
    aftermath->missing_last = submission;
}

/* ---------------------------------------------------------------- what it caused */

struct caused {
    Duban__Fact **facts;
    size_t count;
    bool waits_for_notify;       /* notify does not have all that it tells */
};

static bool ask_moment(struct aftermath *aftermath, const struct submission *submission)
{
    Duban__FactsQuery which = DUBAN__FACTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    int64_t moment_s = submission->stamp_ms / 1000;

    if (aftermath->moment_s == moment_s && aftermath->facts.applied_sequence >= submission->sequence)
        return true;
    which.from_s = which.until_s = aftermath->moment_s = moment_s;
    query.body_case = DUBAN__QUERY__BODY_FACTS;
    query.facts = &which;
    query.min_sequence = submission->sequence;
    query.stamp_ms = submission->stamp_ms;
    query.wait_ms = (uint32_t) aftermath->cli->timeout_ms / 2;
    return ask_all(aftermath->cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_FACTS, &aftermath->facts);
}

/* Back from a release to the first fact of the entry that it applied; what that entry left when it
 * was held ends with a fact of its own. */
static size_t first_of_release(const struct listing *facts, size_t release)
{
    uint64_t applied = ((const Duban__Fact *) facts->rows[release])->other_sequence;
    size_t first = release;

    while (first > 0) {
        const Duban__Fact *before = facts->rows[first - 1];

        if (before->entry_sequence != applied || before->kind == DUBAN__FACT_KIND__FACT_KIND_QUARANTINED)
            break;
        first--;
    }
    return first;
}

/* From this fact back to the first of those that belong together with it: 1 of them, but for a
 * release; 0 when the entry did not cause it. */
static size_t caused_here(const struct listing *facts, size_t place, uint64_t sequence)
{
    const Duban__Fact *fact = facts->rows[place];

    if (fact->entry_sequence != sequence || fact->actor[0] == '\0')
        return 0;
    return fact->kind == DUBAN__FACT_KIND__FACT_KIND_RELEASED ? place - first_of_release(facts, place) + 1 : 1;
}

static struct caused caused_by(struct aftermath *aftermath, uint64_t sequence)
{
    const struct listing *facts = &aftermath->facts;
    struct caused caused = { .count = 0 };
    size_t count = 0;

    for (size_t i = 0; i < facts->count; i++)
        count += caused_here(facts, i, sequence);
    caused.facts = arena_take_pointers(&aftermath->cli->arena, count + 1);
    if (caused.facts == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < facts->count; i++)
        for (size_t k = caused_here(facts, i, sequence); k > 0; k--)
            caused.facts[caused.count++] = facts->rows[i + 1 - k];
    return caused;
}

/* An act that the state of its case contradicts is kept and changes nothing. */
static bool changed_nothing(const struct caused *caused)
{
    bool contradicted = false;

    for (size_t i = 0; i < caused->count; i++) {
        if (caused->facts[i]->kind == DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION)
            contradicted = true;
        else if (!fact_is_about_telling(caused->facts[i]->kind))
            return false;
    }
    return contradicted;
}

/* ---------------------------------------------------------------- whether it leaves the house */

static uint64_t last_notice_of(const struct caused *caused)
{
    uint64_t last = 0;

    for (size_t i = 0; i < caused->count; i++)
        if (caused->facts[i]->kind == DUBAN__FACT_KIND__FACT_KIND_TOLD && caused->facts[i]->outbox_sequence > last)
            last = caused->facts[i]->outbox_sequence;
    return last;
}

/* Does notify have this notice, and room to send it? Waits a little for it. */
static bool has_notice(struct cli *cli, uint64_t notice)
{
    int wait_ms = cli->timeout_ms / 2 < TAKING_OVER_MS ? cli->timeout_ms / 2 : TAKING_OVER_MS;
    Duban__StatusQuery which = DUBAN__STATUS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct fault fault;
    Duban__Reply *reply;

    query.body_case = DUBAN__QUERY__BODY_STATUS;
    query.status = &which;
    query.min_sequence = notice;
    query.wait_ms = (uint32_t) wait_ms;
    reply = ask_quietly(cli, NOTIFY_QUERY, &query, DUBAN__REPLY__BODY_NOTIFY, wait_ms + ANSWERING_MS, &fault);
    return reply != NULL && reply->notify->cursor >= notice && reply->notify->full_disk[0] == '\0';
}

/* Notify is asked about each until it fails once: it is not waited for again. */
static bool are_taken_over(struct aftermath *aftermath, const struct caused *caused)
{
    uint64_t last = last_notice_of(caused);

    if (last <= aftermath->taken_over)
        return true;
    if (!aftermath->notify_silent && has_notice(aftermath->cli, last)) {
        aftermath->taken_over = last;
        return true;
    }
    aftermath->notify_silent = aftermath->cli->nobody_told_yet = true;
    return false;
}

static void say_not_taken_over(const struct aftermath *aftermath)
{
    if (aftermath->notify_silent)
        cli_fail(aftermath->cli, "已决定通知，但通知服务没有应答或写不了盘，尚未发出：急事请立即打电话；恢复后照常发出，怎么办见 duban status",
                 "decided, but not sent: notify does not answer or cannot write; telephone at once what is urgent. It is sent once "
                 "notify is back; duban status says what to do");
}

/* ---------------------------------------------------------------- saying what it caused */

static enum exit_code say_contradictions(struct cli *cli, const struct caused *caused)
{
    for (size_t i = 0; i < caused->count; i++) {
        struct words subject, words;

        if (caused->facts[i]->kind != DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION)
            continue;
        subject = words_of_subject(cli, caused->facts[i]);
        words = words_of_fact(cli, caused->facts[i]);
        cli_fail(cli, "%1$s%2$.0s：%3$s%4$.0s", "%1$.0s%2$s: %3$.0s%4$s", subject.zh,
                 subject.en[0] == '\0' ? subject.zh : subject.en, words.zh, words.en);
    }
    return EXIT_REFUSED;
}

/* "now: fix reported, next due 2020-02-10 19:00" */
static void say_where_it_stands(struct cli *cli, struct words state, int64_t next_s)
{
    const char *next = show_time(&cli->show, next_s);
    const char *state_en = state.en[0] == '\0' ? state.zh : state.en;

    if (next[0] == '\0')
        show_words(&cli->show, INDENT_FACT, COLOUR_BOLD,
                   words_of(&cli->arena, "现在：%1$s%2$.0s", "now: %1$.0s%2$s", state.zh, state_en));
    else
        show_words(&cli->show, INDENT_FACT, COLOUR_BOLD,
                   words_of(&cli->arena, "现在：%1$s%2$.0s，下一期限 %3$s", "now: %1$.0s%2$s, next due %3$s", state.zh,
                            state_en, next));
}

static struct words words_of_caused(struct cli *cli, const struct caused *caused, const Duban__Fact *fact)
{
    struct words words = words_of_fact(cli, fact);

    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_TOLD && caused->waits_for_notify)
        return words_of(&cli->arena, "尚未发出：%1$s%2$.0s", "not sent yet: %1$.0s%2$s", words.zh, words.en);
    return words;
}

/* What happened, or whom it told of that; what was not sent is for duban case. */
static void say_facts_of(struct cli *cli, const struct caused *caused, size_t first, bool about_telling)
{
    for (size_t i = first; i < caused->count; i++) {
        const Duban__Fact *fact = caused->facts[i];

        if (same_subject(caused->facts[first], fact) && fact_is_about_telling(fact->kind) == about_telling &&
            fact->kind != DUBAN__FACT_KIND__FACT_KIND_NOT_TOLD)
            show_words(&cli->show, INDENT_FACT, about_telling ? COLOUR_GREY : COLOUR_NONE,
                       words_of_caused(cli, caused, fact));
    }
}

static void say_subject(struct cli *cli, const struct caused *caused, size_t first)
{
    const Duban__Fact *fact = caused->facts[first];
    const Duban__CaseRow *row = is_id_of_case(&fact->subject) ? ask_case_by_id(cli, fact->subject.data) : NULL;
    const Duban__SubjectRow *subject = is_id_of_subject(&fact->subject) ? find_subject(cli, fact->subject.data) : NULL;

    show_words(&cli->show, 0, COLOUR_BOLD, row != NULL ? words_of_case(cli, row) : words_of_subject(cli, fact));
    say_facts_of(cli, caused, first, false);
    say_facts_of(cli, caused, first, true);
    if (row != NULL)
        say_where_it_stands(cli, words_or(words_of_text(row->state_label), show_label(&cli->show, name_of_case_state(row->case_->state))),
                            row->next_s);
    if (subject != NULL)
        say_where_it_stands(cli, words_of_text(subject->state_label), subject->next_s);
}

static bool is_first_of_its_subject(const struct caused *caused, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (same_subject(caused->facts[i], caused->facts[place]))
            return false;
    return true;
}

static enum exit_code say_caused(struct cli *cli, const struct caused *caused, struct words unchanged)
{
    if (changed_nothing(caused))
        return say_contradictions(cli, caused);
    if (cli->json)
        return EXIT_FINE;
    for (size_t i = 0; i < caused->count; i++)
        if (is_first_of_its_subject(caused, i))
            say_subject(cli, caused, i);
    if (caused->count == 0)
        show_words(&cli->show, 0, COLOUR_NONE, unchanged);
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- in JSON */

static const char *const SENDING[] = {
    [SEND_WAITING] = "notSubmitted", [SEND_RECEIVED] = "received", [SEND_REFUSED] = "refused", [SEND_UNKNOWN] = "unknown",
};

static const char *const HELD[] = {
    [HELD_NOT] = "applied", [HELD_IN_QUARANTINE] = "held", [HELD_RELEASED] = "released", [HELD_REJECTED] = "rejected",
    [HELD_UNKNOWN] = "unknown", [HELD_ELSEWHERE] = "otherJournal",
};

static json_t *json_of_words(const char *field, const char *zh, const char *en)
{
    return json_pack("{s:s, s:s, s:s}", "field", field, "zh", zh, "en", en);
}

static json_t *json_of_submission(struct cli *cli, const struct submission *submission)
{
    char id[33];
    json_t *json = json_pack("{s:s, s:s}", "clientId", hex_of(id, submission->client_id, sizeof submission->client_id),
                             "state", SENDING[submission->state]);

    if (submission->state == SEND_REFUSED)
        json_object_set_new(json, "fault",
                            json_of_words(submission->fault.field, submission->fault.zh, submission->fault.en));
    if (submission->state != SEND_RECEIVED)
        return json;
    json_object_set_new(json, "sequence", number_json(cli, submission->sequence));
    json_object_set_new(json, "stampMs", number_json(cli, (uint64_t) submission->stamp_ms));
    json_object_set_new(json, "duplicate", json_boolean(submission->duplicate));
    return json;
}

static void add_held(json_t *json, enum held held, const Duban__Quarantined *row)
{
    json_object_set_new(json, "outcome", json_string(HELD[held]));
    if (held == HELD_IN_QUARANTINE)
        json_object_set_new(json, "quarantined", json_of_words(row->field, row->zh, row->en));
}

static void add_caused(json_t *json, const struct caused *caused)
{
    json_t *facts = json_array();

    for (size_t i = 0; i < caused->count; i++)
        json_array_append_new(facts, json_of_message(&caused->facts[i]->base));
    json_object_set_new(json, "facts", facts);
    if (last_notice_of(caused) > 0)
        json_object_set_new(json, "noticesTakenOver", json_boolean(!caused->waits_for_notify));
}

/* ---------------------------------------------------------------- the whole */

void aftermath_open(struct aftermath *aftermath, struct cli *cli)
{
    *aftermath = (struct aftermath){ .cli = cli, .answers = json_array(), .unchanged = {
        "已采用；没有问题因此改变（本来就是这样，或只登记存档）",
        "applied; no case changes by it (it was so already, or is only kept on record)" } };
    if (aftermath->answers == NULL)
        die("内存不足 / out of memory");
}

/* Rules has not said what it makes of it. */
static enum exit_code stay_unknown(struct aftermath *aftermath, json_t *answer)
{
    bool first = !aftermath->rules_silent;

    aftermath->rules_silent = true;
    aftermath->unknown++;
    add_held(answer, HELD_UNKNOWN, NULL);
    return first ? say_held(aftermath->cli, HELD_UNKNOWN, NULL) : EXIT_FINE;
}

static enum exit_code tell_caused(struct aftermath *aftermath, const struct submission *submission, json_t *answer)
{
    struct caused caused;

    add_held(answer, HELD_NOT, NULL);
    aftermath->applied++;
    if (!ask_moment(aftermath, submission)) {
        aftermath->rules_silent = true;
        return say_held(aftermath->cli, aftermath->cli->other_journal ? HELD_ELSEWHERE : HELD_UNKNOWN, NULL);
    }
    caused = caused_by(aftermath, submission->sequence);
    caused.waits_for_notify = !are_taken_over(aftermath, &caused);
    add_caused(answer, &caused);
    return say_caused(aftermath->cli, &caused, aftermath->unchanged);
}

/* Rules is asked about each until it is silent once: the rest is said without it. */
static enum exit_code tell_received(struct aftermath *aftermath, const struct submission *submission, json_t *answer)
{
    Duban__Quarantined *quarantined = NULL;
    enum held held = HELD_UNKNOWN;

    if (!aftermath->cli->json)
        print_receipt(aftermath->cli, submission);
    if (!aftermath->rules_silent)
        held = ask_held_of(aftermath->cli, submission, &quarantined);
    if (held == HELD_UNKNOWN)
        return stay_unknown(aftermath, answer);
    if (held == HELD_NOT)
        return tell_caused(aftermath, submission, answer);
    add_held(answer, held, quarantined);
    aftermath->applied += held == HELD_RELEASED;
    aftermath->rules_silent = held == HELD_ELSEWHERE;
    if (held == HELD_RELEASED && aftermath->cli->json)
        return EXIT_FINE;
    if (held == HELD_IN_QUARANTINE || held == HELD_REJECTED)
        print_place(aftermath->cli, submission);
    return say_held(aftermath->cli, held, quarantined);
}

void aftermath_tell(struct aftermath *aftermath, const struct submission *submission)
{
    json_t *answer = json_of_submission(aftermath->cli, submission);

    if (submission->state != SEND_RECEIVED) {
        tell_not_received(aftermath, submission);
    } else {
        say_missing(aftermath);
        aftermath->repeats += submission->duplicate && submission->id_is_derived ? 1 : 0;
        worsen(aftermath, tell_received(aftermath, submission, answer));
    }
    json_array_append_new(aftermath->answers, answer);
}

static void say_repeats(const struct aftermath *aftermath)
{
    if (aftermath->repeats > 0 && !aftermath->cli->json)
        show_line(&aftermath->cli->show, "其中 %zu 条以前交过，没有再算一次；确实是新的一次，请加 --again",
                  "%zu of them were submitted before and have no second effect; if they are meant anew, add --again",
                  aftermath->repeats);
}

enum exit_code aftermath_close(struct aftermath *aftermath)
{
    say_missing(aftermath);
    say_not_taken_over(aftermath);
    say_repeats(aftermath);
    if (aftermath->cli->json)
        cli_print_json(aftermath->cli, json_pack("{s:o}", "receipts", aftermath->answers));
    else
        json_decref(aftermath->answers);
    return aftermath->code;
}

bool say_if_contradicted(struct cli *cli, const struct submission *submission)
{
    struct aftermath aftermath;
    struct caused caused = { .count = 0 };

    aftermath_open(&aftermath, cli);
    if (ask_moment(&aftermath, submission))
        caused = caused_by(&aftermath, submission->sequence);
    json_decref(aftermath.answers);
    /* A post that nobody holds to be told of it is another fact. */
    return caused.count > 0 && caused.facts[0]->kind == DUBAN__FACT_KIND__FACT_KIND_CONTRADICTION &&
           say_contradictions(cli, &caused) != EXIT_FINE;
}

static enum exit_code send(struct cli *cli, Duban__Entry *entry, const struct words *done)
{
    struct submission submission = { .account = cli->account };
    struct aftermath aftermath;
    struct fault fault;

    if (!accounts_are_known(cli, entry))
        return EXIT_REFUSED;
    if (!entry_pack(cli, entry, &submission.entry, &fault) ||
        !submission_set_id(&submission, cli_option(cli, "id"), &fault))
        return cli_refuse(cli, &fault);
    send_all(cli, &submission, 1, false);
    aftermath_open(&aftermath, cli);
    if (done != NULL)
        aftermath.unchanged = *done;
    aftermath_tell(&aftermath, &submission);
    return aftermath_close(&aftermath);
}

enum exit_code send_act(struct cli *cli, Duban__Entry *entry)
{
    return send(cli, entry, NULL);
}

enum exit_code send_act_saying(struct cli *cli, Duban__Entry *entry, struct words done)
{
    return send(cli, entry, &done);
}
