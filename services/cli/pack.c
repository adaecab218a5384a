/* pack.c - duban policy: check a pack with the code that rules uses, and put it in force. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "log.h"
#include "pack.h"

/* ---------------------------------------------------------------- reading */

static int by_path(const void *left, const void *right)
{
    const struct policy_source *a = left, *b = right;

    return strcmp(a->path, b->path);
}

static bool read_file(struct cli *cli, const char *directory, const char *name, struct pack *pack)
{
    const char *path = text_of(&cli->arena, "%s/%s", directory, name);
    struct stat status;

    if (name[0] == '.' || stat(path, &status) == -1 || !S_ISREG(status.st_mode))
        return true;
    if (pack->count == PACK_MAX_FILES) {
        cli->failure = cli_fail(cli, "%s 里的文件太多，最多 %d 个", "too many files in %s, %d at most", directory, PACK_MAX_FILES);
        return false;
    }
    pack->sources[pack->count].path = text_of(&cli->arena, "%s", name);
    pack->sources[pack->count].content = file_read(cli, path);
    return pack->sources[pack->count++].content.data != NULL;
}

bool pack_read(struct cli *cli, const char *directory, struct pack *pack)
{
    DIR *folder = opendir(directory);
    struct dirent *entry;
    bool fine = true;

    if (folder == NULL) {
        cli->failure = cli_fail_system(cli, errno, "打不开政策包 %s", "cannot open the policy pack %s", directory);
        return false;
    }
    while (fine && (entry = readdir(folder)) != NULL)
        fine = read_file(cli, directory, entry->d_name, pack);
    closedir(folder);
    qsort(pack->sources, pack->count, sizeof pack->sources[0], by_path);
    policy_version_of(pack->version, pack->sources, pack->count);
    return fine;
}

/* Pieces come in order: a file only ever grows at its end. */
static void add_piece(struct cli *cli, struct pack *pack, const Duban__PolicyFile *piece)
{
    struct policy_source *file = pack->count == 0 ? NULL : &pack->sources[pack->count - 1];
    char *longer;

    if (file == NULL || strcmp(file->path, piece->path) != 0) {
        file = &pack->sources[pack->count++];
        *file = (struct policy_source){ .path = piece->path, .content = bytes_of("", 0) };
    }
    longer = cli_take(cli, file->content.size + piece->content.len + 1);
    memcpy(longer, file->content.data, file->content.size);
    memcpy(longer + file->content.size, piece->content.data, piece->content.len);
    file->content = bytes_of(longer, file->content.size + piece->content.len);
}

bool pack_in_force(struct cli *cli, struct pack *pack)
{
    enum { LONGEST_WAIT_MS = 2000 };
    Duban__PackQuery which = DUBAN__PACK_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    const Duban__Reply *reply;
    struct fault ignored;

    query.body_case = DUBAN__QUERY__BODY_PACK;
    query.pack = &which;
    reply = ask_quietly(cli, RULES_QUERY, &query, DUBAN__REPLY__BODY_PACK,
                        cli->timeout_ms < LONGEST_WAIT_MS ? cli->timeout_ms : LONGEST_WAIT_MS, &ignored);
    if (reply == NULL || reply->pack->n_files == 0)
        return false;
    pack->count = 0;
    for (size_t i = 0; i < reply->pack->n_files; i++)
        if (pack->count < PACK_MAX_FILES || strcmp(pack->sources[pack->count - 1].path, reply->pack->files[i]->path) == 0)
            add_piece(cli, pack, reply->pack->files[i]);
    policy_version_of(pack->version, pack->sources, pack->count);
    return reply->pack->files[0]->pack_sha256.len == sizeof pack->version &&
           memcmp(pack->version, reply->pack->files[0]->pack_sha256.data, sizeof pack->version) == 0;
}

/* ---------------------------------------------------------------- check */

static const char *file_of(const struct file_fault *fault)
{
    return fault->place.file == NULL ? "" : fault->place.file;
}

/* In the same words, of the same file: each row of a calendar may lack the same year. */
static bool is_the_same(const struct file_fault *one, const struct file_fault *other)
{
    return strcmp(file_of(one), file_of(other)) == 0 && strcmp(one->zh, other->zh) == 0;
}

/* From that place on, or up to it. */
static size_t count_the_same(const struct file_faults *faults, size_t from, size_t until, const struct file_fault *fault)
{
    size_t count = 0;

    for (size_t i = from; i < until; i++)
        count += is_the_same(&faults->faults[i], fault) ? 1 : 0;
    return count;
}

static struct words words_of_fault(struct cli *cli, const char *place, const struct file_fault *fault, size_t more)
{
    if (more == 0)
        return (struct words){ text_of(&cli->arena, "%s: %s", place, fault->zh), text_of(&cli->arena, "%s: %s", place, fault->en) };
    return (struct words){ text_of(&cli->arena, "%s: %s（同样的错误还有 %zu 处）", place, fault->zh, more),
                           text_of(&cli->arena, "%s: %s (and %zu more of the same)", place, fault->en, more) };
}

static void print_faults(struct cli *cli, const char *directory, const struct file_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct file_fault *fault = &faults->faults[i];
        const char *place = fault->place.line == 0
            ? text_of(&cli->arena, "%s/%s", directory, file_of(fault))
            : text_of(&cli->arena, "%s/%s:%u:%u", directory, fault->place.file, fault->place.line, fault->place.column);

        if (count_the_same(faults, 0, i, fault) == 0)
            show_words(&cli->errors, 0, COLOUR_NONE,
                       words_of_fault(cli, place, fault, count_the_same(faults, i + 1, faults->count, fault)));
    }
    cli->failure = cli_fail(cli, "政策包有 %zu 处错误，不能启用", "the pack has %zu faults and cannot be put in force",
                            faults->total);
}

static void print_policy(struct cli *cli, const struct pack *pack, const struct policy *policy)
{
    char version[2 * POLICY_VERSION_BYTES + 1];

    hex_of(version, pack->version, POLICY_VERSION_BYTES);
    show_line(&cli->show, "政策包 %s 检查通过：%zu 个级别、%zu 个检查项、%zu 类点位、%zu 条消息；版本 %.16s",
              "pack %s is fine: %zu levels, %zu check items, %zu kinds of site, %zu messages; version %.16s",
              policy->name, policy->severity_count, policy->item_count, policy->site_kind_count,
              policy->message_count, version);
}

typedef int pack_loader(struct policy *, const struct policy_source *, size_t, struct file_faults *);

static struct policy *load(struct cli *cli, const char *directory, const struct pack *pack, pack_loader *load_policy)
{
    struct file_faults *faults = arena_clear(&cli->arena, sizeof *faults);
    struct policy *policy = arena_clear(&cli->arena, sizeof *policy);

    if (faults == NULL || policy == NULL)
        die("内存不足 / out of memory");
    if (load_policy(policy, pack->sources, pack->count, faults) == 0)
        return policy;
    print_faults(cli, directory, faults);
    return NULL;
}

struct policy *pack_load(struct cli *cli, const char *directory, const struct pack *pack)
{
    return load(cli, directory, pack, policy_load);
}

static bool check_pack(struct cli *cli, const char *directory, const struct pack *pack, pack_loader *load_policy)
{
    struct policy *policy = load(cli, directory, pack, load_policy);

    if (policy == NULL)
        return false;
    print_policy(cli, pack, policy);
    policy_close(policy);
    return true;
}

bool pack_is_fine(struct cli *cli, const char *directory, const struct pack *pack)
{
    struct policy *policy = load(cli, directory, pack, policy_load_new);

    if (policy == NULL)
        return false;
    policy_close(policy);
    return true;
}

/* ---------------------------------------------------------------- activate */

uint32_t pack_pieces(const struct pack *pack, size_t file)
{
    size_t size = pack->sources[file].content.size;

    return size == 0 ? 1 : (uint32_t) ((size + PACK_PIECE_BYTES - 1) / PACK_PIECE_BYTES);
}

void pack_piece(struct pack *pack, size_t file, uint32_t piece, Duban__PolicyFile *message)
{
    const struct policy_source *source = &pack->sources[file];
    size_t from = (size_t) piece * PACK_PIECE_BYTES;
    size_t size = source->content.size - from < PACK_PIECE_BYTES ? source->content.size - from : PACK_PIECE_BYTES;

    duban__policy_file__init(message);
    message->pack_sha256 = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, pack->version };
    message->path = (char *) source->path;
    message->piece = piece;
    message->pieces = pack_pieces(pack, file);
    message->files = (uint32_t) pack->count;
    message->content = (ProtobufCBinaryData){ size, (uint8_t *) source->content.data + from };
}

/* Known by pack, file and place, so that sending a pack again is known already. */
static bool piece_submission(struct cli *cli, struct pack *pack, size_t file, uint32_t piece, struct submission *submission)
{
    const struct policy_source *source = &pack->sources[file];
    Duban__PolicyFile message;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    char version[2 * POLICY_VERSION_BYTES + 1];
    const char *const parts[] = {
        "policy", cli->account, hex_of(version, pack->version, POLICY_VERSION_BYTES), source->path,
        text_of(&cli->arena, "%u", piece),
    };
    struct fault fault;

    pack_piece(pack, file, piece, &message);
    entry.body_case = DUBAN__ENTRY__BODY_POLICY_FILE;
    entry.policy_file = &message;
    *submission = (struct submission){ .account = cli->account, .place = source->path };
    id_of_parts(submission->client_id, parts, 5);
    if (entry_pack(cli, &entry, &submission->entry, &fault))
        return true;
    cli->failure = cli_refuse(cli, &fault);
    return false;
}

static bool send_files(struct cli *cli, struct pack *pack)
{
    struct submission *submissions = arena_clear(&cli->arena, (size_t) PACK_MAX_FILES * PACK_MAX_PIECES * sizeof *submissions);
    size_t count = 0;

    if (submissions == NULL)
        die("内存不足 / out of memory");
    for (size_t file = 0; file < pack->count; file++) {
        uint32_t pieces = pack_pieces(pack, file);

        for (uint32_t piece = 0; piece < pieces && pieces <= PACK_MAX_PIECES; piece++)
            if (!piece_submission(cli, pack, file, piece, &submissions[count++]))
                return false;
    }
    send_all(cli, submissions, count, true);
    for (size_t i = 0; i < count; i++) {
        if (submissions[i].state == SEND_RECEIVED)
            continue;
        cli->failure = say_not_received(cli, &submissions[i]);
        return false;
    }
    return true;
}

static bool send_activation(struct cli *cli, struct pack *pack, int64_t effective_at_ms, struct submission *submission)
{
    Duban__PolicyActivation activation = DUBAN__POLICY_ACTIVATION__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    struct fault fault;

    activation.pack_sha256 = (ProtobufCBinaryData){ POLICY_VERSION_BYTES, pack->version };
    activation.effective_at_ms = effective_at_ms;
    activation.approver = cli_text(cli, "approver");
    entry.body_case = DUBAN__ENTRY__BODY_POLICY_ACTIVATION;
    entry.policy_activation = &activation;
    *submission = (struct submission){ .account = cli->account };
    if (!submission_set_id(submission, cli_option(cli, "id"), &fault) ||
        !entry_pack(cli, &entry, &submission->entry, &fault)) {
        cli->failure = cli_refuse(cli, &fault);
        return false;
    }
    send_all(cli, submission, 1, false);
    if (submission->state == SEND_RECEIVED)
        return true;
    cli->failure = say_not_received(cli, submission);
    return false;
}

/* The receipt says journaled; only rules can say in force. */
static enum exit_code say_in_force(struct cli *cli, const struct pack *pack, const struct submission *submission)
{
    Duban__RulesStatus *status = ask_rules(cli, submission->sequence);
    char version[2 * POLICY_VERSION_BYTES + 1];
    Duban__Quarantined *quarantined = NULL;
    enum held held;

    if (status == NULL)
        return cli->failure;
    held = ask_held_of(cli, submission, &quarantined);
    if (held != HELD_NOT)
        return say_held(cli, held, quarantined);
    if (say_if_contradicted(cli, submission))
        return EXIT_REFUSED;
    if (status->scheduled != NULL && status->scheduled->sequence == submission->sequence) {
        show_line(&cli->show, "已入账（第 %llu 号），将于 %s 生效；此前可用 duban policy revoke %.8s 撤销",
                  "journaled (sequence %llu), takes effect at %s; before that duban policy revoke %.8s takes it back",
                  (unsigned long long) submission->sequence, show_time(&cli->show, status->scheduled->effective_s),
                  hex_of(version, pack->version, POLICY_VERSION_BYTES));
        return EXIT_FINE;
    }
    if (status->policy_version.len == POLICY_VERSION_BYTES &&
        memcmp(status->policy_version.data, pack->version, POLICY_VERSION_BYTES) == 0) {
        show_line(&cli->show, "已生效：%s（第 %llu 号）", "in force: %s (sequence %llu)", status->policy_name,
                  (unsigned long long) submission->sequence);
        return EXIT_FINE;
    }
    return cli_fail(cli, "已入账但没有生效；请用 duban status 查看规则引擎",
                    "it is journaled but not in force; see rules in duban status");
}

static enum exit_code check(struct cli *cli)
{
    const char *directory = cli->arguments[1];
    struct pack pack = { .count = 0 };
    struct policy *policy = pack_read(cli, directory, &pack) ? load(cli, directory, &pack, policy_load_new) : NULL;

    if (policy == NULL)
        return cli->failure;
    print_policy(cli, &pack, policy);
    pack_warn_of_cuts(cli, directory, policy);
    policy_close(policy);
    return EXIT_FINE;
}

/* The right of rules' RIGHT_APPROVE_POLICY. */
static bool may_approve(const Duban__Holder *holder)
{
    for (size_t i = 0; i < holder->n_roles; i++)
        if (holder->roles[i]->role == DUBAN__ROLE__ROLE_LEAD || holder->roles[i]->role == DUBAN__ROLE__ROLE_COMMITTEE)
            return true;
    return false;
}

/* A slip of the pen is told before anything is sent; when rules does not answer, it will judge. */
static bool approver_is_fit(struct cli *cli, const char *approver)
{
    struct listing holders;
    struct fault fault;
    bool somebody_may = false;

    if (!ask_holders(cli, &holders, &fault))
        return true;
    for (size_t i = 0; i < holders.count; i++) {
        const Duban__Holder *holder = holders.rows[i];

        if (may_approve(holder) && strcmp(holder->account, approver) == 0)
            return true;
        somebody_may |= may_approve(holder);
    }
    if (!somebody_may)
        return true;
    cli->failure = cli_fail(cli, "--approver %s：批准政策包限专班组长（lead）或地区工委（committee）；见 duban holders。没有提交",
                            "--approver %s: a pack is approved by the lead or the committee; see duban holders. Nothing was "
                            "submitted", approver);
    return false;
}

/* One goes back to a pack that was accepted before as it is, whatever words came since. */
static pack_loader *load_for(struct cli *cli, const struct pack *pack)
{
    struct file_faults *faults = arena_clear(&cli->arena, sizeof *faults);
    struct policy *policy = arena_clear(&cli->arena, sizeof *policy);
    bool lacks_words;

    if (faults == NULL || policy == NULL)
        die("内存不足 / out of memory");
    if (policy_load(policy, pack->sources, pack->count, faults) != 0)
        return policy_load_new;   /* faulty for anybody: nobody need be asked */
    lacks_words = !policy_says_everything(policy, UINT32_MAX, faults) || !policy_texts_fit(policy, faults) ||
                  !policy_texts_can_fit(policy, faults) || !policy_placeholders_fit(policy, faults);
    policy_close(policy);
    return lacks_words && pack_was_accepted(cli, pack->version) ? policy_load : policy_load_new;
}

static enum exit_code activate(struct cli *cli)
{
    const char *from = cli_option(cli, "from");
    struct pack pack = { .count = 0 };
    struct submission submission;
    int64_t effective_at_ms = 0;

    if (!cli_has(cli, "approver"))
        return cli_wrong_use(cli, "启用政策包须写明批准人：--approver 账号", "a pack needs its approver: --approver ACCOUNT");
    if (from != NULL && !cli_time(cli, "--from", from, &effective_at_ms))
        return EXIT_WRONG_USE;
    if (!pack_read(cli, cli->arguments[1], &pack) || !check_pack(cli, cli->arguments[1], &pack, load_for(cli, &pack)) ||
        !approver_is_fit(cli, cli_option(cli, "approver")) || !send_files(cli, &pack) ||
        !send_activation(cli, &pack, effective_at_ms, &submission))
        return cli->failure;
    return say_in_force(cli, &pack, &submission);
}

enum exit_code command_policy(struct cli *cli)
{
    static const struct verb VERBS[] = {
        { "check", 1, 1, check }, { "activate", 1, 1, activate }, { "list", 0, 0, policy_list },
        { "revoke", 1, 1, policy_revoke }, { "diff", 1, 1, policy_diff }, { 0 },
    };

    return cli_run_verb(cli, VERBS);
}
