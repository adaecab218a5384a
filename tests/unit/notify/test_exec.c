/* test_exec.c - programs under way: what they get, what becomes of them. /bin/sh plays the program. */
#include "writing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#include "link.h"
#include "wire.h"

enum { MANY = 8, LONG_MS = 60 * 1000, PATIENCE_MS = 30 * 1000 };

struct bench {
    char scratch[SCRATCH_BYTES];
    struct wire wire;
    struct attempt attempts[MANY];
    struct answer answers[MANY];
    char words[MANY][ANSWER_WORDS_BYTES];
    int done;
};

static struct bench *bench_of(void **state)
{
    return *state;
}

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    scratch_make(bench->scratch);
    assert_int_equal(chdir(bench->scratch), 0);
    wire_open(&bench->wire);
    *state = bench;
    return 0;
}

/* Whatever a test has done, nothing of it is left. */
static int teardown(void **state)
{
    struct bench *bench = bench_of(state);

    for (int i = 0; i < MANY; i++)
        attempt_close(&bench->attempts[i]);
    wire_close(&bench->wire);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(chdir("/"), 0);
    scratch_remove(bench->scratch);
    free(bench);
    return 0;
}

static void on_done(void *owner, struct attempt *attempt, const struct answer *answer)
{
    struct bench *bench = owner;
    ptrdiff_t place = attempt - bench->attempts;

    bench->answers[place] = *answer;
    strcpy(bench->words[place], answer->words);
    bench->answers[place].words = bench->words[place];
    bench->done++;
}

static void start_command(struct bench *bench, int place, const char *const *command, uint32_t timeout_ms)
{
    struct request *request = &bench->attempts[place].request;

    request_clear(request);
    request->kind = REQUEST_RUN;
    request->command = command;
    text_add(&request->body, "the message\n");
    assert_int_equal(wire_start(&bench->wire, &bench->attempts[place], timeout_ms, on_done, bench), 0);
}

static void start(struct bench *bench, int place, const char *script, uint32_t timeout_ms)
{
    const char *const command[] = { "/bin/sh", "-c", script, NULL };

    start_command(bench, place, command, timeout_ms);
}

static void wait_until_done(struct bench *bench, int count)
{
    int64_t until_ms = monotonic_ms() + PATIENCE_MS;

    while (bench->done < count && monotonic_ms() < until_ms) {
        struct pollfd set = { .fd = bench->wire.epoll_fd, .events = POLLIN };

        poll(&set, 1, wire_timeout_ms(&bench->wire) < PATIENCE_MS ? wire_timeout_ms(&bench->wire) : PATIENCE_MS);
        wire_drive(&bench->wire);
    }
    assert_int_equal(bench->done, count);
}

static struct judgement judged(const struct bench *bench, int place)
{
    struct judgement judgement;

    channel_exec.judge(&(struct channel_settings){ .is_set = true }, &bench->answers[place], &judgement);
    return judgement;
}

static void assert_judged(struct bench *bench, const char *script, enum verdict verdict, const char *detail)
{
    bench->done = 0;
    start(bench, 0, script, LONG_MS);
    wait_until_done(bench, 1);
    assert_int_equal(judged(bench, 0).verdict, verdict);
    assert_string_equal(judged(bench, 0).detail, detail);
}

static void the_exit_status_decides(void **state)
{
    struct bench *bench = bench_of(state);

    assert_judged(bench, "exit 0", VERDICT_ACCEPTED, "exit status 0");
    assert_judged(bench, "echo sent >&2; echo no matter", VERDICT_ACCEPTED, "exit status 0: sent");
    assert_judged(bench, "echo busy >&2; exit 75", VERDICT_LATER, "exit status 75: busy");
    assert_judged(bench, "echo no such number >&2; echo more >&2; exit 1", VERDICT_DEAD,
                  "exit status 1: no such number");
    assert_judged(bench, "printf '\\377\\001' >&2; exit 64", VERDICT_DEAD, "exit status 64: ? ");
    assert_judged(bench, "kill -SEGV $$", VERDICT_DEAD, "exit status 139");
}

static void assert_file_says(const char *path, const char *expected)
{
    char words[4096] = "";
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    words[fread(words, 1, sizeof words - 1, file)] = '\0';
    (void) fclose(file);
    assert_string_equal(words, expected);
}

static void it_gets_the_message_and_nothing_else_of_ours(void **state)
{
    struct bench *bench = bench_of(state);
    int leaky = open("/dev/null", O_RDONLY);   /* not closed by exec itself */

    assert_in_range(leaky, 3, 9);
    assert_int_equal(setenv("DUBAN_OF_OURS", "yes", 1), 0);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/secret", 1), 0);
    assert_int_equal(setenv("LANG", "C.UTF-8", 1), 0);
    (void) signal(SIGUSR1, SIG_IGN);
    start(bench, 0, "cat > input; env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | "
                    "grep -v -e ^PATH= -e ^DUBAN_[^O] | sort > environment; "
                    "for n in 3 4 5 6 7 8 9; do test ! -e /proc/$$/fd/$n || echo $n; done > descriptors; "
                    "sed -n 's/^Sig\\(Ign\\|Blk\\):.*\\(.......\\)$/\\2/p' /proc/self/status > signals", LONG_MS);
    wait_until_done(bench, 1);
    (void) signal(SIGUSR1, SIG_DFL);
    close(leaky);
    assert_int_equal(bench->answers[0].status, 0);
    assert_file_says("input", "the message\n");
    assert_file_says("environment", "DUBAN_OF_OURS=yes\nLANG=C.UTF-8\n");
    assert_file_says("signals", "0000000\n0000000\n");   /* the C library keeps two of the higher ones to itself */
    assert_file_says("descriptors", "");   /* the shell's own, for what it redirects, lie at 10 and above */
}

static bool is_there(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

/* One that is dead and not reaped yet, which others have to do, runs no program. */
static bool is_alive(pid_t pid)
{
    char path[64], program[64];

    (void) snprintf(path, sizeof path, "/proc/%d/exe", pid);
    return readlink(path, program, sizeof program) != -1;
}

static void one_that_takes_too_long_is_killed_with_what_it_started(void **state)
{
    struct bench *bench = bench_of(state);
    struct judgement judgement;
    pid_t child = 0;
    FILE *file;

    start(bench, 0, "sleep 1000 & echo $! > child.new; mv child.new child; wait", LONG_MS);
    while (!is_there("child"))
        wire_drive(&bench->wire);
    file = fopen("child", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &child), 1);
    (void) fclose(file);
    bench->attempts[0].program.until_ms = monotonic_ms();
    wait_until_done(bench, 1);
    judgement = judged(bench, 0);
    assert_int_equal(judgement.verdict, VERDICT_UNCERTAIN);
    assert_string_equal(judgement.detail, "it took too long and was killed");
    for (int64_t until_ms = monotonic_ms() + PATIENCE_MS; is_alive(child) && monotonic_ms() < until_ms;)
        (void) sched_yield();
    assert_false(is_alive(child));
    assert_true(wire_timeout_ms(&bench->wire) > PATIENCE_MS);
}

static void its_time_runs_from_its_start(void **state)
{
    struct bench *bench = bench_of(state);

    start(bench, 0, "exec sleep 1000", 50);
    assert_true(wire_timeout_ms(&bench->wire) <= 50);
    wait_until_done(bench, 1);
    assert_int_equal(judged(bench, 0).verdict, VERDICT_UNCERTAIN);
}

/* Each of them waits for the next one to have begun. */
static void several_run_at_a_time(void **state)
{
    struct bench *bench = bench_of(state);
    char script[MANY][64];

    for (int i = 0; i < MANY; i++) {
        char path[32];

        (void) snprintf(path, sizeof path, "pipe%d", i);
        assert_int_equal(mkfifo(path, 0600), 0);
    }
    for (int i = 0; i < MANY; i++) {
        if (i + 1 < MANY)
            (void) snprintf(script[i], sizeof script[i], "read word < pipe%d; exit %d", i, i);
        else
            (void) snprintf(script[i], sizeof script[i], "for n in 0 1 2 3 4 5 6; do echo > pipe$n; done; exit %d", i);
        start(bench, i, script[i], LONG_MS);
    }
    wait_until_done(bench, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(bench->answers[i].status, i);
}

static void one_that_says_much_is_not_held_up(void **state)
{
    struct bench *bench = bench_of(state);

    start(bench, 0, "echo first >&2; head -c 1000000 /dev/zero >&2; exit 3", LONG_MS);
    start(bench, 1, "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 4", LONG_MS);
    start(bench, 2, "exec 2>&-; cat > /dev/null; exit 5", LONG_MS);
    wait_until_done(bench, 3);
    assert_int_equal(bench->answers[0].status, 3);
    assert_string_equal(bench->words[0], "first");
    assert_int_equal(bench->answers[1].status, 4);
    assert_int_equal(strlen(bench->words[1]), PROGRAM_LINE_BYTES);
    assert_int_equal(bench->answers[2].status, 5);
}

static void one_that_cannot_be_started_is_tried_again(void **state)
{
    static const char *const command[] = { "/no/such/program", NULL };
    struct bench *bench = bench_of(state);

    start_command(bench, 0, command, LONG_MS);
    assert_int_equal(bench->done, 0);
    assert_int_equal(wire_timeout_ms(&bench->wire), 0);
    wait_until_done(bench, 1);
    assert_int_equal(judged(bench, 0).verdict, VERDICT_LATER);
    assert_string_equal(judged(bench, 0).detail, "No such file or directory");
}

static void one_that_is_given_up_is_gone(void **state)
{
    struct bench *bench = bench_of(state);

    start(bench, 0, "exec sleep 1000", LONG_MS);
    start(bench, 1, "exit 0", LONG_MS);
    wire_abandon(&bench->wire, &bench->attempts[0]);
    wait_until_done(bench, 1);
    start(bench, 2, "exec sleep 1000", LONG_MS);   /* closing gives it up */
    assert_int_equal(bench->answers[1].reached, REACHED_ANSWER);
}

static void the_address_stands_before_the_object(void **state)
{
    static const char *const command[] = { "/bin/send", NULL };
    struct writing w;
    json_t *body;

    (void) state;
    writing_open(&w, "modem \"1\"", "");
    w.settings.exec.command = command;
    w.message.object = bytes_of_text("{\"id\":\"07\",\"notice\":\"3\"}");
    assert_int_equal(channel_exec.write(&w.settings, &w.message, &w.request), 0);
    assert_int_equal(w.request.kind, REQUEST_RUN);
    assert_ptr_equal(w.request.command, command);
    body = body_of(&w);
    assert_string_equal(json_string_value(json_object_get(body, "address")), "modem \"1\"");
    assert_string_equal(json_string_value(json_object_get(body, "id")), "07");
    assert_string_equal(json_string_value(json_object_get(body, "notice")), "3");
    json_decref(body);
    writing_close(&w);
}

static void only_an_address_of_one_line_is_one(void **state)
{
    char text[600];

    (void) state;
    memset(text, 'x', sizeof text);
    text[512] = '\0';
    assert_null(channel_exec.address_fault(text));
    assert_null(channel_exec.address_fault("张三 +86"));
    text[512] = 'x';
    text[513] = '\0';
    assert_non_null(channel_exec.address_fault(text));
    assert_non_null(channel_exec.address_fault("a\nb"));
    assert_non_null(channel_exec.unusable(&(struct channel_settings){ .is_set = false }));
}

static void one_that_never_stops_talking_holds_up_nobody(void **state)
{
    struct bench *bench = bench_of(state);

    start(bench, 0, "exec yes >&2", 300);
    start(bench, 1, "exit 0", LONG_MS);
    wait_until_done(bench, 2);
    assert_int_equal(judged(bench, 0).verdict, VERDICT_UNCERTAIN);
    assert_int_equal(judged(bench, 1).verdict, VERDICT_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_exit_status_decides, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_never_stops_talking_holds_up_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(it_gets_the_message_and_nothing_else_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_takes_too_long_is_killed_with_what_it_started, setup, teardown),
        cmocka_unit_test_setup_teardown(its_time_runs_from_its_start, setup, teardown),
        cmocka_unit_test_setup_teardown(several_run_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_says_much_is_not_held_up, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_cannot_be_started_is_tried_again, setup, teardown),
        cmocka_unit_test_setup_teardown(one_that_is_given_up_is_gone, setup, teardown),
        cmocka_unit_test(the_address_stands_before_the_object),
        cmocka_unit_test(only_an_address_of_one_line_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
