/* timeline.c - printing a rehearsal: headings first, then facts, then notices. */
#include "timeline.h"

#include <assert.h>
#include <string.h>

#include "civil.h"
#include "json.h"
#include "log.h"
#include "names.h"
#include "spool.h"

enum { INDENT_EVENT = 7, INDENT_DETAIL = 9, COUNT_ROWS = 500, COUNT_KEY_BYTES = 64 };

void timeline_open(struct timeline *timeline, struct cli *cli, const Duban__RulesStatus *rules)
{
    *timeline = (struct timeline){
        .cli = cli,
        .day = INT64_MIN,
        .at_s = INT64_MIN,
        .last_fact = rules->fact_last,
        .last_notice = rules->outbox_last,
        .first_notice = rules->outbox_last + 1,
        .quiet = cli_has(cli, "quiet"),
        .spool_directory = cli_option(cli, "spool"),
    };
    title_of(cli, cli->account);   /* holders and areas are read once: now, before what is dropped later */
    name_of_area(cli, "");
    if (timeline->spool_directory != NULL)
        spool_open(cli);
}

void timeline_forget(struct timeline *timeline)
{
    if (timeline->spool_directory != NULL)
        spool_forget(timeline->cli);
}

/* ---------------------------------------------------------------- headings */

static bool is_silent(const struct timeline *timeline)
{
    return timeline->quiet || timeline->hidden;
}

static bool prints_text(const struct timeline *timeline)
{
    return !is_silent(timeline) && !timeline->cli->json;
}

static void print_event(struct timeline *timeline, json_t *event)
{
    if (!is_silent(timeline) && json_dumpf(event, timeline->cli->show.out, JSON_COMPACT) == 0)
        fputc('\n', timeline->cli->show.out);
    json_decref(event);
}

/* The day when it is a new one, and the time when it is another. */
static void print_moment(struct timeline *timeline, int64_t at_s)
{
    const struct show *show = &timeline->cli->show;
    int64_t day = civil_day(at_s, show->offset_s);
    const char *heading = show_label(show, show_day(show, at_s));

    if (day != timeline->day) {
        fputc('\n', show->out);
        show_words(show, 0, COLOUR_BOLD, (struct words){ text_of(show->arena, "── %s ──", heading), "" });
    }
    if (day != timeline->day || at_s / 60 != timeline->at_s / 60) {
        show_words(show, 0, COLOUR_BOLD, (struct words){ show_clock(show, at_s), "" });
        timeline->subject_size = 0;
    }
    timeline->day = day;
    timeline->at_s = at_s;
}

/* A mark before the first line that is shown, the second aligned with it. */
static struct words marked(struct timeline *timeline, const char *mark, struct words words)
{
    struct arena *arena = &timeline->cli->arena;
    const char *second = timeline->cli->show.language == LANGUAGE_EN ? mark : " ";
    const char *en = words.en[0] == '\0' ? "" : text_of(arena, "%s %s", second, words.en);

    return (struct words){ text_of(arena, "%s %s", mark, words.zh), en };
}

void timeline_say(struct timeline *timeline, const struct scenario_line *line)
{
    const struct show *show = &timeline->cli->show;
    const char *time = show_time(show, line->at_s);

    if (line->say.zh[0] == '\0' && line->say.en[0] == '\0')
        return;
    if (timeline->cli->json)
        print_event(timeline, json_pack("{s:s, s:{s:s, s:s}}", "at", time,
                                        "say", "zh", line->say.zh, "en", line->say.en));
    if (!prints_text(timeline))
        return;
    print_moment(timeline, line->at_s);
    timeline->subject_size = 0;
    show_words(show, INDENT_EVENT - 2, COLOUR_NONE, marked(timeline, "▶", line->say));
}

void timeline_answer(struct timeline *timeline, const struct scenario_line *line, const struct submission *submission)
{
    struct cli *cli = timeline->cli;
    struct words words;

    if (submission->state == SEND_REFUSED)
        words = words_of(&cli->arena, "被拒绝：%1$s：%2$s%3$.0s", "refused: %1$s: %2$.0s%3$s", submission->fault.field,
                         submission->fault.zh, submission->fault.en);
    else if (submission->duplicate)
        words = words_of(&cli->arena, "重复提交：还是第 %llu 号回执，只算一次", "a repeat: receipt %llu again, one effect",
                         (unsigned long long) submission->sequence);
    else
        return;
    if (cli->json)
        print_event(timeline, json_pack("{s:s, s:I, s:b}", "at", show_time(&cli->show, line->at_s), "sequence",
                                        (json_int_t) submission->sequence, "duplicate", submission->duplicate));
    if (!prints_text(timeline))
        return;
    print_moment(timeline, line->at_s);
    show_words(&cli->show, INDENT_EVENT, COLOUR_NONE, marked(timeline, submission->duplicate ? "=" : "✗", words));
}

/* ---------------------------------------------------------------- facts */

static bool is_new_subject(struct timeline *timeline, const Duban__Fact *fact)
{
    bool is_new = timeline->subject_size != fact->subject.len + 1 ||
                  (fact->subject.len > 0 && memcmp(timeline->subject, fact->subject.data, fact->subject.len) != 0);

    timeline->subject_size = fact->subject.len + 1;   /* 0 = no heading stands */
    if (fact->subject.len <= sizeof timeline->subject && fact->subject.len > 0)
        memcpy(timeline->subject, fact->subject.data, fact->subject.len);
    return is_new;
}

static enum colour colour_of_fact(Duban__FactKind kind)
{
    switch ((int) kind) {
    case DUBAN__FACT_KIND__FACT_KIND_CLOSED:
    case DUBAN__FACT_KIND__FACT_KIND_PASSED:
        return COLOUR_GREEN;
    case DUBAN__FACT_KIND__FACT_KIND_OVERDUE:
    case DUBAN__FACT_KIND__FACT_KIND_FAILED:
    case DUBAN__FACT_KIND__FACT_KIND_REOPENED:
    case DUBAN__FACT_KIND__FACT_KIND_QUARANTINED:
    case DUBAN__FACT_KIND__FACT_KIND_NOBODY:
        return COLOUR_RED;
    case DUBAN__FACT_KIND__FACT_KIND_OPENED:
    case DUBAN__FACT_KIND__FACT_KIND_MISSED:
        return COLOUR_YELLOW;
    default:
        return COLOUR_NONE;
    }
}

static void print_fact(struct timeline *timeline, const Duban__Fact *fact)
{
    struct cli *cli = timeline->cli;

    print_moment(timeline, fact->at_s);
    if (is_new_subject(timeline, fact))
        show_words(&cli->show, INDENT_EVENT - 2, COLOUR_NONE, marked(timeline, "●", words_of_subject(cli, fact)));
    show_words(&cli->show, INDENT_DETAIL, colour_of_fact(fact->kind), words_of_fact(cli, fact));
}

/* ---------------------------------------------------------------- notices */

static Duban__NoticeRow *find_notice(const struct listing *notices, uint64_t sequence)
{
    size_t low = 0, high = notices->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        Duban__NoticeRow *row = notices->rows[middle];

        if (row->sequence == sequence)
            return row;
        if (row->sequence < sequence)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Without the spool's text: the kind and what it is about. */
static struct words message_in_words(struct timeline *timeline, const Duban__NoticeRow *row)
{
    struct cli *cli = timeline->cli;
    const struct spool_line *line = spool_find(cli, row->sequence);
    struct words kind = name_of_message(row->notice->kind);
    const char *number = row->notice->n_items > 0 ? row->notice->items[0]->number : "";

    bool withdrawn = grade_of_notice(row) == DUBAN__GRADE__GRADE_WITHDRAWN;

    if (line != NULL)
        return line->text;
    return (struct words){ text_of(&cli->arena, "【%s】%s%s", kind.zh, number, withdrawn ? "（事情已办，发出前撤回）" : ""),
                           text_of(&cli->arena, "%s: %s%s", kind.en[0] == '\0' ? kind.zh : kind.en, number,
                                   withdrawn ? " (done already, withdrawn before it left)" : "") };
}

static void print_notice(struct timeline *timeline, const Duban__NoticeRow *row)
{
    struct cli *cli = timeline->cli;
    struct words title = words_or(words_of_text(row->notice->recipient->title), row->notice->recipient->account);
    struct words message = message_in_words(timeline, row);

    show_words(&cli->show, INDENT_EVENT - 2, COLOUR_NONE,
               (struct words){ text_of(&cli->arena, "→ %s", show_label(&cli->show, title)), "" });
    show_words(&cli->show, INDENT_DETAIL, COLOUR_NONE, message);
    timeline->subject_size = 0;
}

/* ---------------------------------------------------------------- news */

static bool ask_news(struct timeline *timeline, struct listing *facts, struct listing *notices)
{
    Duban__FactsQuery since_fact = DUBAN__FACTS_QUERY__INIT;
    Duban__NoticesQuery since_notice = DUBAN__NOTICES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    since_fact.from_sequence = timeline->last_fact + 1;
    query.body_case = DUBAN__QUERY__BODY_FACTS;
    query.facts = &since_fact;
    if (!ask_all(timeline->cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_FACTS, facts))
        return false;
    since_notice.from_sequence = timeline->last_notice + 1;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &since_notice;
    query.after = (ProtobufCBinaryData){ 0, NULL };
    return ask_all(timeline->cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_NOTICES, notices);
}

static json_t *json_of_notice(struct timeline *timeline, const Duban__NoticeRow *row)
{
    struct words message = message_in_words(timeline, row);

    return json_pack("{s:o, s:{s:s, s:s}}", "notice", json_of_message(&row->base),
                     "text", "zh", message.zh, "en", message.en);
}

/* A notice about several cases has a fact for each; it is shown with the first. */
static void show_notice(struct timeline *timeline, const Duban__Fact *fact, const struct listing *notices)
{
    const Duban__NoticeRow *row = find_notice(notices, fact->outbox_sequence);

    if (row == NULL || fact->outbox_sequence <= timeline->last_notice)
        return;
    timeline->last_notice = fact->outbox_sequence;
    if (timeline->cli->json) {
        print_event(timeline, json_of_notice(timeline, row));
    } else if (prints_text(timeline)) {
        print_moment(timeline, fact->at_s);
        print_notice(timeline, row);
    }
}

static void show_fact(struct timeline *timeline, const Duban__Fact *fact)
{
    if (timeline->cli->json)
        print_event(timeline, json_pack("{s:o}", "fact", json_of_message(&fact->base)));
    else if (prints_text(timeline))
        print_fact(timeline, fact);
}

static void count_fact(struct timeline *timeline, const Duban__Fact *fact)
{
    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_OPENED || fact->kind == DUBAN__FACT_KIND__FACT_KIND_REOPENED)
        timeline->opened++;
    if (fact->kind == DUBAN__FACT_KIND__FACT_KIND_CLOSED)
        timeline->closed++;
    timeline->last_fact = fact->sequence;
}

static void show_subject(struct timeline *timeline, Duban__Fact **facts, size_t count, size_t first, bool *shown)
{
    for (size_t i = first; i < count; i++) {
        if (shown[i] || fact_is_about_telling(facts[i]->kind) || !same_subject(facts[first], facts[i]))
            continue;
        show_fact(timeline, facts[i]);
        shown[i] = true;
    }
}

/* One moment: what became of each case, in order of first mention; then who was told. */
static void show_moment(struct timeline *timeline, Duban__Fact **facts, size_t count, const struct listing *notices)
{
    bool *shown = arena_clear(&timeline->cli->arena, count);

    if (shown == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < count; i++) {
        count_fact(timeline, facts[i]);
        if (!shown[i] && !fact_is_about_telling(facts[i]->kind))
            show_subject(timeline, facts, count, i, shown);
    }
    for (size_t i = 0; i < count; i++)
        if (facts[i]->kind == DUBAN__FACT_KIND__FACT_KIND_TOLD)
            show_notice(timeline, facts[i], notices);
}

static size_t moment_size(Duban__Fact **facts, size_t count)
{
    size_t size = 1;

    while (size < count && facts[size]->at_s / 60 == facts[0]->at_s / 60)
        size++;
    return size;
}

bool timeline_news(struct timeline *timeline)
{
    struct listing facts, notices;

    if (is_silent(timeline))
        return true;
    if (!ask_news(timeline, &facts, &notices))
        return false;
    if (notices.count > 0 && timeline->spool_directory != NULL && !spool_read(timeline->cli, timeline->spool_directory))
        return false;
    for (size_t i = 0; i < facts.count;) {
        Duban__Fact **moment = (Duban__Fact **) facts.rows + i;
        size_t size = moment_size(moment, facts.count - i);

        show_moment(timeline, moment, size, &notices);
        i += size;
    }
    fflush(timeline->cli->show.out);
    return true;
}

/* ---------------------------------------------------------------- at the end */

static void count_notice(const Duban__NoticeRow *row, struct timeline_outcomes *outcomes)
{
    outcomes->decided++;
    switch (grade_of_notice(row)) {
    case DUBAN__GRADE__GRADE_DELIVERED:
    case DUBAN__GRADE__GRADE_RECEIVED:
        outcomes->delivered++;
        return;
    case DUBAN__GRADE__GRADE_WITHDRAWN:
        outcomes->withdrawn++;
        return;
    case DUBAN__GRADE__GRADE_DEAD:
    case DUBAN__GRADE__GRADE_NOT_RECEIVED:
    case DUBAN__GRADE__GRADE_SPOOLED:
    case DUBAN__GRADE__GRADE_SETTLED:
        outcomes->dead++;
        return;
    case DUBAN__GRADE__GRADE_UNCERTAIN:   /* perhaps it arrived: not one to count on */
        outcomes->dead++;
        return;
    case DUBAN__GRADE__GRADE_UNSPECIFIED:
    case _DUBAN__GRADE_IS_INT_SIZE:
        break;
    }
    outcomes->open++;
}

/* Page by page, each dropped once it is counted: a year has more of them than memory. */
static bool count_pages(struct timeline *timeline, Duban__Query *query, Duban__Reply__BodyCase expected,
                        void count_page(struct timeline *timeline, const Duban__Reply *reply, struct timeline_outcomes *outcomes),
                        struct timeline_outcomes *outcomes)
{
    struct cli *cli = timeline->cli;
    struct arena_mark mark = arena_mark(&cli->arena);
    uint8_t after[COUNT_KEY_BYTES];
    bool more = true;

    query->limit = COUNT_ROWS;
    while (more) {
        const Duban__Reply *reply = ask(cli, RULES_QUERY, query, expected);

        if (reply == NULL)
            return false;
        count_page(timeline, reply, outcomes);
        more = reply->next.len > 0;
        assert(reply->next.len <= sizeof after);
        if (more)
            memcpy(after, reply->next.data, reply->next.len);
        query->after = (ProtobufCBinaryData){ reply->next.len, after };
        arena_rewind(&cli->arena, mark);
    }
    return true;
}

static void count_notices(struct timeline *timeline, const Duban__Reply *reply, struct timeline_outcomes *outcomes)
{
    (void) timeline;
    for (size_t i = 0; i < reply->notices->n_rows; i++)
        count_notice(reply->notices->rows[i], outcomes);
}

static void count_facts(struct timeline *timeline, const Duban__Reply *reply, struct timeline_outcomes *outcomes)
{
    (void) outcomes;
    for (size_t i = 0; i < reply->facts->n_rows; i++)
        count_fact(timeline, reply->facts->rows[i]);
}

/* Those that were not shown. */
static bool count_all_facts(struct timeline *timeline, struct timeline_outcomes *outcomes)
{
    Duban__FactsQuery since = DUBAN__FACTS_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    since.from_sequence = timeline->last_fact + 1;
    query.body_case = DUBAN__QUERY__BODY_FACTS;
    query.facts = &since;
    return count_pages(timeline, &query, DUBAN__REPLY__BODY_FACTS, count_facts, outcomes);
}

bool timeline_count(struct timeline *timeline, struct timeline_outcomes *outcomes)
{
    Duban__NoticesQuery since = DUBAN__NOTICES_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    *outcomes = (struct timeline_outcomes){ 0 };
    since.from_sequence = timeline->first_notice;
    query.body_case = DUBAN__QUERY__BODY_NOTICES;
    query.notices = &since;
    return count_pages(timeline, &query, DUBAN__REPLY__BODY_NOTICES, count_notices, outcomes) &&
           count_all_facts(timeline, outcomes);
}

/* ---------------------------------------------------------------- a part of it */

void timeline_hide(struct timeline *timeline)
{
    timeline->hidden = true;
}

bool timeline_show(struct timeline *timeline)
{
    Duban__RulesStatus *rules = ask_rules(timeline->cli, 0);

    if (rules == NULL || !count_all_facts(timeline, NULL))
        return false;
    timeline->last_notice = rules->outbox_last;
    timeline->hidden = false;
    return true;
}
