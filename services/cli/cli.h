/* cli.h - duban, the operator's command.
 *
 *   duban [common options] COMMAND [options] [arguments]
 *
 *     submit claim approve ... import policy release
 *     skip dead-letters alarms  --Submit--> ingest.submit
 *     clock rehearse                    --Query---> ingest.query
 *     cases tasks notices explain ...   --Query---> rules.query, notify.query
 *     replay                            <--link---- ingest.log
 *
 *   commands.c      the table of commands, their options and their help: the index of all this
 *   command_line.c  reads the command line, finds the command, runs it
 *   ask.c           asking a daemon; what to say when it does not answer
 *   submission.c    how a submission is named
 *   send.c          submitting entries, many in flight
 *   aftermath.c     what came of an entry: its receipt, what it changed
 *   held.c          whether rules holds an entry in quarantine
 *   document.c      JSON as people write it, into entries
 *   show.c table.c  words, times and tables on a terminal
 *   template.c      sentences with gaps
 *   names.c facts.c what things are called; what happened, as sentences
 *   wanted.c        a filter that names nothing, and what there is instead
 *   accounts.c      whether an account that an entry names is registered
 *   entry_*.c       an entry as people read it
 *   answers.c       an answer as people write it
 *   submit.c acts.c import*.c registry.c export.c pack.c activations.c due.c recompute.c quarantine.c settle.c conflicts.c dead_letters.c
 *   contradictions.c alarms.c listings.c cases.c amendment.c subjects.c complaint.c coordination.c referral.c urgent.c
 *   feed.c watch.c isolation.c campaign.c household.c look_back.c visit.c photo.c items.c status.c open.c explain.c links.c why_not*.c spool.c
 *   rehearse.c scenario.c timeline.c replay.c what_if*.c   one group of commands each
 *   scratch.c       rules' own code over the journal, for replay.c and what_if.c
 *
 * It owns no data and opens none but a scratch directory of its own (replay). Every command
 * ends with one of four codes; a failure has said why on standard error, in both languages.
 */
#ifndef DUBAN_CLI_H
#define DUBAN_CLI_H

#include <jansson.h>

#include "arena.h"
#include "client.h"
#include "fault.h"
#include "number.h"
#include "show.h"

enum exit_code {
    EXIT_FINE = 0,
    EXIT_REFUSED = 1,     /* refused or failed; the reason is on standard error */
    EXIT_WRONG_USE = 2,
    EXIT_NO_ANSWER = 3,
};

enum { COMMAND_MAX_OPTIONS = 16, COMMAND_MAX_ARGUMENTS = 64 };

struct command_option {
    const char *name;
    const char *value;    /* what follows it, in capitals; NULL = a switch */
    const char *zh;
    const char *en;
};

struct cli;
struct spool;

struct command {
    const char *name;
    enum exit_code (*run)(struct cli *cli);
    const char *arguments;       /* as in the usage line */
    size_t least, most;          /* number of arguments */
    struct words help;           /* one line */
    struct words more;           /* shown by duban help COMMAND; may be empty */
    struct command_option options[COMMAND_MAX_OPTIONS];
};

/* Ends with a row whose name is NULL. */
extern const struct command COMMANDS[];

enum endpoint { INGEST_SUBMIT, INGEST_QUERY, RULES_QUERY, NOTIFY_QUERY, GATEWAY_QUERY, ENDPOINT_COUNT };

/* Rows of a listing, gathered over its pages. */
struct listing {
    void **rows;              /* Duban__CaseRow * and so on, as the query says */
    size_t count;
    int64_t as_of_ms;
    uint64_t applied_sequence;
    bool rehearsal;
};

struct cli {
    const struct command *command;
    const char *values[COMMAND_MAX_OPTIONS];   /* by place in command->options; NULL = not given */
    const char *const *arguments;
    size_t argument_count;

    const char *run_directory;
    const char *account;
    const char *time_zone;
    bool json;
    int timeout_ms;

    struct show show;            /* to standard output */
    struct show errors;          /* to standard error */
    struct arena arena;          /* everything that the command reads and builds */
    void *zmq;
    struct client clients[ENDPOINT_COUNT];     /* opened when first asked */
    enum exit_code failure;      /* why the last ask or submit failed */
    bool rules_was_silent;       /* rules did not answer when it was asked last */
    bool later;                  /* the last ask failed only because it was not caught up */
    bool other_journal;          /* the last ask failed because rules follows another journal than receipts come from */
    uint64_t lineage;            /* of the journal that gave the last receipt; 0 = none yet */
    struct listing holders;      /* for title_of */
    bool holders_read;
    struct listing areas;        /* for zone_title, area_title; none where rules does not say */
    bool areas_read;
    bool nobody_told_yet;        /* of the last submission: it was not taken or is held, rules has not answered for it, or
                                  * notify has not taken over what it tells */
    struct spool *spool;         /* messages read back from notify's directory; see spool.h */
};

/* Defaults from the environment. Dies when it is unusable. Must not be moved afterwards. */
void cli_open(struct cli *cli, FILE *out, FILE *errors);
void cli_close(struct cli *cli);

/* Read the command line and run what it says. */
enum exit_code cli_run(struct cli *cli, int argc, char **argv);

/* "2020-02-10" to days since 1970 and back; `what` names the option. False after saying what would be right. */
bool cli_day(struct cli *cli, const char *what, const char *text, int64_t *day);
const char *cli_day_text(struct cli *cli, int64_t day);

/* The value of an option of this command; NULL when it was not given. */
const char *cli_option(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);

/* Another value for an option that was given. */
void cli_set_option(struct cli *cli, const char *name, const char *value);

/* The value as a number; wrong use when it is not one. False after saying so. */
bool cli_number(struct cli *cli, const char *what, const char *text, uint64_t *number);

/* The value of an option as a message wants it: empty when it was not given. */
char *cli_text(const struct cli *cli, const char *name);

/* The value as a time, "2020-02-03T09:10" in the deployment's zone; wrong use when it is not one.
 * False after saying so. */
bool cli_time(struct cli *cli, const char *what, const char *text, int64_t *at_ms);

/* What a command may be told to do by its first argument; ends with a row whose name is NULL. */
struct verb {
    const char *name;
    size_t least, most;          /* number of arguments behind it */
    enum exit_code (*run)(struct cli *cli);
};

/* Run the verb that the first argument names; wrong use when there is none. */
enum exit_code cli_run_verb(struct cli *cli, const struct verb *verbs);

/* Say on standard error what is wrong, and return the code. */
enum exit_code cli_refuse(struct cli *cli, const struct fault *fault);
enum exit_code cli_wrong_use(struct cli *cli, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
enum exit_code cli_fail(struct cli *cli, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* The same, and behind it why the system has refused that: an errno. */
enum exit_code cli_fail_system(struct cli *cli, int error, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* "label   value" in columns; nothing when the value is empty. */
void print_field(struct cli *cli, struct words name, const char *value);

/* The same with words for a value. */
void print_words_field(struct cli *cli, struct words name, struct words value);

/* The same behind `indent` spaces; the label alone when the value is empty. */
void print_field_at(struct cli *cli, size_t indent, struct words name, const char *value);

/* Memory in the command's arena. Never NULL: dies, with a word in both languages, when it is out. */
void *cli_take(struct cli *cli, size_t size);

/* A number as text, as canonical protobuf JSON has 64-bit ones too. */
const char *number_text(struct cli *cli, uint64_t number);
json_t *number_json(struct cli *cli, uint64_t number);

/* Print one JSON document and drop it. */
enum exit_code cli_print_json(struct cli *cli, json_t *json);

/* duban help [COMMAND] */
void help_print(struct cli *cli, const struct command *command);

/* ---------------------------------------------------------------- ask.c */

/* ipc://RUN/ingest.query and so on. */
const char *endpoint_of(struct cli *cli, const char *name);

/* May the daemons be looked for in the folder of sockets? False and the fault filled: there is none, or it
 * is not ours to enter. */
bool run_folder_is_usable(struct cli *cli, struct fault *fault);

/* May we use the sockets that are there? False and the fault filled: we may not, whoever answers there. */
bool sockets_are_open_to_us(struct cli *cli, struct fault *fault);

/* The client for an endpoint, connected. NULL and the fault filled when that is impossible;
 * cli->failure then has the exit code. */
struct client *cli_client(struct cli *cli, enum endpoint endpoint, struct fault *fault);

/* Where whatever the daemon says is right. */
#define ANY_REPLY DUBAN__REPLY__BODY__NOT_SET

/* Ask and wait. NULL after saying why; cli->failure then has the exit code. The reply lives
 * in the cli's arena. */
Duban__Reply *ask(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected);

/* The same in silence: the fault tells. */
Duban__Reply *ask_quietly(struct cli *cli, enum endpoint endpoint, Duban__Query *query,
                          Duban__Reply__BodyCase expected, int timeout_ms, struct fault *fault);

/* Ask page after page; limit 0 = all. False after saying why. */
bool ask_all(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected,
             struct listing *listing);
bool ask_all_quietly(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected,
                     struct listing *listing, struct fault *fault);

/* Rows of another listing behind its own. */
void listing_add(struct cli *cli, struct listing *listing, const struct listing *more);

/* The whole registry, and the codes of the policy in force. False or NULL in silence: the fault tells. */
bool ask_areas(struct cli *cli, struct listing *areas, struct fault *fault);
bool ask_sites(struct cli *cli, struct listing *sites, struct fault *fault);
bool ask_holders(struct cli *cli, struct listing *holders, struct fault *fault);
/* The holders, asked for once; NULL, in silence, when rules does not answer or did not before. */
const struct listing *find_holders(struct cli *cli);
bool ask_units(struct cli *cli, struct listing *units, struct fault *fault);
Duban__Codes *ask_codes(struct cli *cli, struct fault *fault);

/* The check items that are asked at a site, or at sites of a kind; both empty = the whole library. With a purpose, which
 * of them such a visit to the site must answer is decided by rules; unspecified = as the library says. Silent as above. */
bool ask_items(struct cli *cli, const char *site, const char *kind, Duban__Purpose purpose, struct listing *items,
               struct fault *fault);

/* Status of a daemon; NULL as above. */
Duban__IngestStatus *ask_ingest(struct cli *cli);
Duban__RulesStatus *ask_rules(struct cli *cli, uint64_t min_sequence);

/* Has that moment come, by the clock of the house? Also true when it does not say. False after saying what the option
 * `what` should be. */
bool cli_has_come(struct cli *cli, const char *what, int64_t at_ms);

/* Which case a person means: 12, DB-0012, 32 hexadecimal digits, or SITE/ITEM; here and in the calls below the letters,
 * digits and hyphen of a Chinese keyboard mean the same. NULL as above. */
Duban__CaseRow *ask_case(struct cli *cli, const char *reference);
/* The same as it is written, without asking anybody. False after saying why. */
bool read_case(struct cli *cli, const char *reference, Duban__CaseReference *case_);
/* NULL: rules is silent, and nothing has been said of it; or as above. */
Duban__CaseRow *ask_case_unless_silent(struct cli *cli, const Duban__CaseReference *case_, bool *is_silent);
/* Just asked, rules did not answer, though it is known where it would: what somebody has typed is not lost for that. */
bool rules_is_silent(const struct cli *cli);
Duban__CaseRow *ask_case_by_id(struct cli *cli, const uint8_t id[16]);

/* The same in silence: NULL when rules knows no such case or does not answer. */
Duban__CaseRow *find_case(struct cli *cli, const uint8_t id[16]);

/* A complaint or the like by its number, TS-0001, or its id; NULL as above, find_subject in silence. */
Duban__SubjectRow *ask_subject(struct cli *cli, const char *number);
Duban__SubjectRow *find_subject(struct cli *cli, const uint8_t id[16]);

/* Does a person mean one of those by it: the letters of a ledger other than that of cases? */
bool is_number_of_subject(struct cli *cli, const char *reference);

/* The id of the case or subject that a person means. False after saying why. */
bool ask_about(struct cli *cli, const char *reference, ProtobufCBinaryData *id);

/* How an account's post is called; the account itself when unknown. Read once. */
struct words title_of(struct cli *cli, const char *account);

/* How an office is called: by its post; zones and areas: "北片 north", name and code, for a filter takes the code. The code
 * alone where no name is known. */
struct words title_of_office(struct cli *cli, const char *office);
struct words title_of_zone(struct cli *cli, const char *zone);
struct words title_of_area(struct cli *cli, const char *area);

/* The name alone, in a sentence; the code where no name is known. */
struct words name_of_zone(struct cli *cli, const char *zone);
struct words name_of_area(struct cli *cli, const char *area);
struct words name_with_code(struct cli *cli, struct words name, const char *code);

/* The same for what is known by its code: "DS-01 公共区域…". */
struct words code_with_name(struct cli *cli, const char *code, struct words name);

/* The code of the office that a person means by its code, or by how its post is called in either language; what was written
 * when it is called by none. */
const char *office_of(struct cli *cli, const char *written);

/* Print the head of a listing: as of when, and whether this is a rehearsal; or with --json
 * the whole document, rows by their descriptors. */
void listing_head(struct cli *cli, const struct listing *listing);
json_t *listing_document(struct cli *cli, const struct listing *listing);   /* the same, to add to */
enum exit_code listing_json(struct cli *cli, const struct listing *listing);
json_t *json_of_rows(const struct listing *listing);

/* ---------------------------------------------------------------- listings.c, cases.c */

/* Rows that have been asked for. True when a table of them is wanted: its head is printed. False
 * when all is done, cli->failure has the exit code: printed as JSON, or something was said,
 * such as that a filter names nothing (wanted.h). */
bool listing_begin(struct cli *cli, const struct listing *listing);

/* Ask for all rows of a listing, and begin it. False also after saying why there are none. */
bool ask_table(struct cli *cli, enum endpoint endpoint, Duban__Query *query, Duban__Reply__BodyCase expected,
               struct listing *listing);

/* Receipts of a notice, oldest first (Duban__DeliveryReceipt); of all, 0. False after saying why. */
bool ask_receipts(struct cli *cli, uint64_t notice, struct listing *receipts);
Duban__DeliveryReceipt *receipt_of(struct cli *cli, const Duban__LedgerRow *row);

/* What notify has of these notices (Duban__NoticeRow), by their order; NULL where it does not say. Nothing is said when
 * notify does not answer. */
Duban__Delivery **find_deliveries(struct cli *cli, const struct listing *notices);

/* Tables of Duban__TaskRow, NoticeRow, Delivery. */
void print_tasks(struct cli *cli, const struct listing *tasks);
void print_notices(struct cli *cli, const struct listing *notices);
void print_deliveries(struct cli *cli, const struct listing *deliveries);

/* Everything that happened to a case or another subject; its tasks, closed ones too. False after
 * saying why. */
bool ask_facts(struct cli *cli, const ProtobufCBinaryData *subject, struct listing *facts);
bool ask_tasks(struct cli *cli, const ProtobufCBinaryData *about, struct listing *tasks);

/* The whole life of a case or another subject; printed behind what it is, or with it as JSON. */
struct history {
    struct listing tasks, facts, notices;
};
bool ask_history(struct cli *cli, const ProtobufCBinaryData *about, struct history *history);
void print_history(struct cli *cli, const struct history *history);
enum exit_code history_json(struct cli *cli, const char *name, const ProtobufCMessage *row, const struct history *history);

/* ---------------------------------------------------------------- subjects.c */

/* Table of the subjects of a kind, or the one that the first argument names, whole; print_own says
 * what only its kind has. */
enum exit_code list_subjects(struct cli *cli, Duban__SubjectKind kind,
                             void (*print_own)(struct cli *cli, const Duban__Subject *subject));

/* The same with a column of the kind's own behind the others. */
typedef const char *own_cell(struct cli *cli, const Duban__Subject *subject);
enum exit_code list_subjects_with(struct cli *cli, Duban__SubjectKind kind,
                                  void (*print_own)(struct cli *cli, const Duban__Subject *subject),
                                  const struct show_column *column, own_cell *own);

/* That option says something. False after saying that it must, and where the help is. */
bool cli_needs(struct cli *cli, const char *command, const char *option);

/* The subject as rules knows it: a slip of the pen is told here. False after saying why. */
bool ask_reference(struct cli *cli, const char *number, Duban__SubjectReference *reference);

/* ---------------------------------------------------------------- send.c */

enum sending { SEND_WAITING, SEND_RECEIVED, SEND_REFUSED, SEND_UNKNOWN };

struct submission {
    const char *account;
    uint8_t client_id[16];
    bool id_is_derived;          /* of its content: the same file again is the same submission */
    struct bytes entry;          /* packed */
    const char *place;           /* where it stands in the file, for messages; may be NULL */

    enum sending state;
    uint64_t sequence;
    int64_t stamp_ms;
    bool duplicate;
    struct fault fault;          /* when refused */
    Duban__RefusalCode code;
    int64_t again_at_ms;         /* overloaded: not before then */
    uint64_t request_id;
};

/* Is everybody who is named in it registered, and whoever it is submitted as? Also true when that cannot be found out,
 * or nobody is registered yet. False after saying who is not. */
bool accounts_are_known(struct cli *cli, const Duban__Entry *entry);

/* Says, on standard error, that no post of that account is registered, if so; nothing while rules is silent. */
void account_say_unregistered(struct cli *cli, const char *account);

/* The same, when nobody of that name was ever registered. */
void account_say_unknown(struct cli *cli, const char *account);

/* Submit them all in order, many in flight, waiting while the daemon says "later". Each has
 * its state afterwards. 0; or -1 when an answer is still missing after the time-out: those
 * are unknown, and may be submitted again with the same ids. `progress` says how far it is
 * on standard error. */
int send_all(struct cli *cli, struct submission *submissions, size_t count, bool progress);

/* Say what became of a submission that has no receipt. */
enum exit_code say_not_received(struct cli *cli, const struct submission *submission);

/* ---------------------------------------------------------------- access.c */

/* What something is taken out of the house for: --reason. NULL, with cli->failure set, after saying that it is missing, or too long. */
const char *access_reason(struct cli *cli);

/* False, with cli->failure set, after saying so: there is a file already, and --replace is not given. */
bool access_may_write(struct cli *cli, const char *path);

/* Enter into the journal that cli->account takes out that table. False, with cli->failure set, after saying why it is not there: then
 * nothing is taken out. */
bool access_note_export(struct cli *cli, const char *object, const char *reason);

/* ---------------------------------------------------------------- submission.c */

/* Name it by 32 hexadecimal digits, or by a new id for NULL. False and the fault filled when they
 * are not that. */
bool submission_set_id(struct submission *submission, const char *hex, struct fault *fault);

/* Name it by its account and what it says (`entry`, as packed in it), for this purpose; another salt,
 * other ids. */
void submission_derive_id(struct submission *submission, const Duban__Entry *entry, const char *purpose, const char *salt);

/* What stands in one file more than once is meant more than once: the second gets another id than the
 * first, the same whenever the file is submitted. */
void submissions_tell_apart(struct cli *cli, struct submission *submissions, size_t count);

/* One that was never used. In the arena. */
const char *submission_new_salt(struct cli *cli);

/* ---------------------------------------------------------------- held.c, aftermath.c */

/* What rules makes of journaled entries. */
enum held { HELD_NOT, HELD_IN_QUARANTINE, HELD_RELEASED, HELD_REJECTED, HELD_UNKNOWN, HELD_ELSEWHERE };

/* Ask once rules has applied the entry. HELD_UNKNOWN: rules did not answer in time. HELD_ELSEWHERE:
 * what rules has under that sequence is no entry of the journal that gave the receipt. */
enum held ask_held(struct cli *cli, uint64_t sequence, Duban__Quarantined **quarantined);
enum held ask_held_of(struct cli *cli, const struct submission *submission, Duban__Quarantined **quarantined);
enum exit_code say_held(struct cli *cli, enum held held, const Duban__Quarantined *quarantined);

/* Telling what came of a series of submissions, one after the other. */
struct aftermath {
    struct cli *cli;
    enum exit_code code;         /* the worst so far */
    bool rules_silent;           /* it has not answered once: it is asked no more */
    bool notify_silent;          /* it has not taken a notice over once: it is asked no more */
    uint64_t taken_over;         /* notices up to here, notify has them */
    size_t applied;              /* submissions that rules has applied */
    size_t unknown;              /* ... that have their receipt, and rules has not said what it makes of them */
    int64_t moment_s;            /* the moment whose facts were read last; 0 = none yet */
    struct listing facts;        /* of that moment */
    json_t *answers;             /* one for each submission; printed at the end with --json */
    const struct submission *missing_first;   /* those in a row without a receipt, of one state: said as one */
    const struct submission *missing_last;
    size_t repeats;              /* receipts that were there before */
    struct words unchanged;      /* what is said when rules has applied it and no fact came of it at once */
};

void aftermath_open(struct aftermath *aftermath, struct cli *cli);

/* The receipt, then what came of it: held and why, what the entry changed, or that it changed nothing
 * and why. Without a receipt: the refusal, or what is not known. */
void aftermath_tell(struct aftermath *aftermath, const struct submission *submission);

/* The exit code of it all; with --json the document is printed now. */
enum exit_code aftermath_close(struct aftermath *aftermath);

/* Rules has applied it: was it kept and changed nothing? True after saying what speaks against it. */
bool say_if_contradicted(struct cli *cli, const struct submission *submission);

/* An act that is one entry, on behalf of cli->account, named by the option --id: submit it and
 * tell all of the above. */
enum exit_code send_act(struct cli *cli, Duban__Entry *entry);

/* Likewise for an act of which no fact says at once what it did: that is said in these words. */
enum exit_code send_act_saying(struct cli *cli, Duban__Entry *entry, struct words done);

/* Does anybody answer at ingest.submit? Nothing is submitted by it. */
bool ask_submit_is_served(struct cli *cli, int timeout_ms);

/* ---------------------------------------------------------------- activations.c */

/* Has rules accepted that pack before? False, too, when it does not answer. */
bool pack_was_accepted(struct cli *cli, const uint8_t version[32]);
enum exit_code policy_list(struct cli *cli);
enum exit_code policy_revoke(struct cli *cli);

/* ---------------------------------------------------------------- what_if.c */

enum exit_code policy_diff(struct cli *cli);

/* ---------------------------------------------------------------- document.c */

/* The whole of a file, or of standard input for "-", in the arena; data NULL after saying why. */
struct bytes file_read(struct cli *cli, const char *path);

/* Is it a moment in milliseconds, which people write and read as a time? */
bool is_time_field(const ProtobufCFieldDescriptor *field);

/* False and the fault filled when the JSON is not an object or has a member of another name. */
bool has_only(const json_t *json, const char *const *names, size_t count, struct fault *fault);

/* An entry from JSON, canonical but for times, which may be texts in the deployment's zone
 * ("2020-02-03T09:10") wherever the .proto has a field in _ms. Changes the JSON. NULL and the
 * fault filled when it is not one. */
Duban__Entry *entry_of_json(struct cli *cli, json_t *json, struct fault *fault);

/* The entry packed into the arena, refused when larger than an entry may be. */
bool entry_pack(struct cli *cli, const Duban__Entry *entry, struct bytes *packed, struct fault *fault);

/* 16 bytes from parts, the same for the same parts. */
void id_of_parts(uint8_t id[16], const char *const *parts, size_t count);

/* ---------------------------------------------------------------- commands */

enum exit_code command_submit(struct cli *cli);
enum exit_code command_act(struct cli *cli);
enum exit_code command_import(struct cli *cli);
enum exit_code command_export(struct cli *cli);
enum exit_code command_registry(struct cli *cli);
enum exit_code command_policy(struct cli *cli);
enum exit_code command_due(struct cli *cli);
enum exit_code command_recompute(struct cli *cli);
enum exit_code command_cases(struct cli *cli);
enum exit_code command_case(struct cli *cli);
enum exit_code command_amend(struct cli *cli);
enum exit_code command_complaint(struct cli *cli);
enum exit_code command_complaints(struct cli *cli);
enum exit_code command_watch(struct cli *cli);
enum exit_code command_watches(struct cli *cli);
enum exit_code command_contact(struct cli *cli);
/* Its verbs about a site's contact (contact_absence.c). */
enum exit_code say_contact_away(struct cli *cli);
enum exit_code say_contact_back(struct cli *cli);
enum exit_code command_preview(struct cli *cli);
enum exit_code command_contacts(struct cli *cli);
enum exit_code command_isolation(struct cli *cli);
enum exit_code command_isolations(struct cli *cli);
enum exit_code command_coordination(struct cli *cli);
enum exit_code command_coordinations(struct cli *cli);
enum exit_code command_referral(struct cli *cli);
enum exit_code command_referrals(struct cli *cli);
enum exit_code command_urgent(struct cli *cli);
enum exit_code command_alerts(struct cli *cli);
enum exit_code command_campaign(struct cli *cli);
enum exit_code command_campaigns(struct cli *cli);
enum exit_code command_household(struct cli *cli);
enum exit_code command_visit(struct cli *cli);
enum exit_code command_items(struct cli *cli);
enum exit_code command_look_backs(struct cli *cli);
enum exit_code command_silence(struct cli *cli);
enum exit_code command_silences(struct cli *cli);
enum exit_code command_plan(struct cli *cli);
enum exit_code command_brief(struct cli *cli);
enum exit_code command_summary(struct cli *cli);
enum exit_code command_agenda(struct cli *cli);
enum exit_code command_feed(struct cli *cli);
enum exit_code command_resolve(struct cli *cli);
enum exit_code command_resolution(struct cli *cli);
enum exit_code command_resolutions(struct cli *cli);
enum exit_code command_remark(struct cli *cli);
enum exit_code command_remarks(struct cli *cli);
enum exit_code command_coverage(struct cli *cli);
enum exit_code command_blind_spots(struct cli *cli);
enum exit_code command_figures(struct cli *cli);
enum exit_code command_tasks(struct cli *cli);
enum exit_code command_notices(struct cli *cli);
enum exit_code command_quarantine(struct cli *cli);
enum exit_code command_release(struct cli *cli);
enum exit_code command_skip(struct cli *cli);
enum exit_code command_status(struct cli *cli);
enum exit_code command_dead_letters(struct cli *cli);
enum exit_code command_links(struct cli *cli);
enum exit_code command_deliveries(struct cli *cli);
enum exit_code command_ledger(struct cli *cli);
enum exit_code command_areas(struct cli *cli);
enum exit_code command_alarms(struct cli *cli);
enum exit_code command_account(struct cli *cli);
enum exit_code command_account_phone(struct cli *cli);   /* a verb of the last */
enum exit_code command_sites(struct cli *cli);

/* explain.c: that notice; NULL after saying why not. */
Duban__NoticeRow *ask_notice(struct cli *cli, uint64_t sequence);

/* links.c: links of messages that were sent to somebody until now open nothing any more. False after saying why not. */
bool links_end_of(struct cli *cli, const char *account);

/* The posts of a holder: 巡查员 north. */
struct words roles_of(struct cli *cli, const Duban__Holder *holder);
enum exit_code command_holders(struct cli *cli);
enum exit_code command_people(struct cli *cli);
enum exit_code command_units(struct cli *cli);
enum exit_code command_entrances(struct cli *cli);
enum exit_code command_visits(struct cli *cli);
enum exit_code command_availability(struct cli *cli);
enum exit_code command_on_call(struct cli *cli);
enum exit_code command_conflicts(struct cli *cli);
enum exit_code command_contradictions(struct cli *cli);
enum exit_code command_clock(struct cli *cli);
enum exit_code command_explain(struct cli *cli);
enum exit_code explain_why_not(struct cli *cli);   /* why_not.c */
enum exit_code command_replay(struct cli *cli);
enum exit_code command_rehearse(struct cli *cli);
enum exit_code command_spool(struct cli *cli);

#endif
