/* test_crash.c - kill -9 at every named point: nothing is lost, no line is doubled.
 *
 * The dying part runs as a program of its own (this one, with arguments), armed by the
 * environment; then the test opens what is left and looks.
 */
#include "fixture.h"
#include "server.h"

#include <signal.h>

enum { NOTICES = 20 };

static const char unknown_channel[] = "pager";

/* Argument 1: the scratch directory; argument 2: address of a webhook, or a channel that
 * nobody knows, or "". */
static int run_until_killed(const char *scratch, const char *address)
{
    struct fixture f;
    struct sample s;

    prepare(&f);
    scratch_remove(f.scratch);
    (void) snprintf(f.scratch, sizeof f.scratch, "%s", scratch);
    (void) snprintf(f.settings.data, sizeof f.settings.data, "%s/data", scratch);
    (void) snprintf(f.settings.run, sizeof f.settings.run, "%.80s", scratch);
    write_channels(&f, "");
    start(&f);
    tail(&f);
    sample_init(&s);
    if (strcmp(address, unknown_channel) == 0) {
        s.recipient.channel = (char *) unknown_channel;
        (void) take_notice(&f, &s);
    } else if (address[0] != '\0') {
        to_webhook(&s);
        know_address(&f, s.token, address);
        (void) take_notice(&f, &s);
    } else {
        for (int i = 0; i < NOTICES; i++)
            push_notice(&f, &s);
        push_withdrawal(&f, s.second_task, NOTICES);
        apply(&f);
    }
    UNTIL_IDLE(&f);
    return 0;   /* the point was never passed */
}

/* Where this program is; under valgrind /proc/self/exe itself would start valgrind. */
static void find_program(char *out, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", out, size - 1);

    assert_true(length > 0 && (size_t) length < size - 1);
    out[length] = '\0';
}

static void die_at(struct fixture *f, const char *point, const char *address)
{
    char program[4096];
    pid_t process;
    int status;

    find_program(program, sizeof program);
    process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        setenv("DUBAN_KILL_AT", point, 1);
        execl(program, "test_crash", f->scratch, address, (char *) NULL);
        _exit(99);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        fail_msg("%s: not killed, status %x", point, (unsigned) status);
}

/* The outbox as the dead one has taken it over. */
static void same_outbox(struct fixture *f)
{
    struct sample s;

    sample_init(&s);
    for (int i = 0; i < NOTICES; i++)
        push_notice(f, &s);
    push_withdrawal(f, s.second_task, NOTICES);
}

static void assert_each_line_once(const struct fixture *f)
{
    for (uint64_t notice = 1; notice <= NOTICES; notice++)
        assert_int_equal(spool_count_of(f, "new_case", notice), 1);
    assert_int_equal(spool_count(f), NOTICES);
}

static void no_line_is_lost_or_doubled_wherever_it_dies(void **state)
{
    static const char *const points[] = { "notify.queued", "notify.spooled", "notify.flushed", "notify.delivered" };

    (void) state;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct fixture f;

        prepare(&f);
        die_at(&f, points[i], "");
        start(&f);
        tail(&f);
        same_outbox(&f);
        assert_int_equal(f.notify->state.head.cursor, f.last);
        assert_memory_equal(f.notify->state.head.digest, f.chain, DIGEST_BYTES);
        f.record_count = 0;
        UNTIL_IDLE(&f);
        assert_each_line_once(&f);
        assert_int_equal(f.notify->state.head.delivered, NOTICES);
        assert_int_equal(f.notify->state.head.queued, 0);
        for (uint64_t notice = 1; notice <= NOTICES; notice++)
            assert_int_equal(facts_about(&f, notice), 1);
        cleanup(&f);
    }
}

static void a_line_that_was_torn_is_written_again_whole(void **state)
{
    struct fixture f;
    char path[512];
    struct stat status;

    (void) state;
    prepare(&f);
    die_at(&f, "notify.flushed", "");
    (void) snprintf(path, sizeof path, "%s/spool/spool-000001.jsonl", f.settings.data);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size - 30), 0);
    start(&f);
    tail(&f);
    UNTIL_IDLE(&f);
    assert_each_line_once(&f);
    assert_int_equal(f.notify->state.head.delivered, NOTICES);
    cleanup(&f);
}

static void a_house_message_is_not_doubled_either(void **state)
{
    struct fixture f;

    (void) state;
    prepare(&f);
    die_at(&f, "notify.flushed:2", unknown_channel);   /* the notice's line is the first */
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 1);
    start(&f);
    tail(&f);
    UNTIL_IDLE(&f);
    assert_int_equal(spool_count_of(&f, "house_alarm", 0), 1);
    assert_int_equal(spool_count_of(&f, "new_case", 1), 1);
    cleanup(&f);
}

static void a_webhook_answered_before_the_crash_is_posted_again_under_its_id(void **state)
{
    struct fixture f;
    struct server server;
    struct sample s;
    char first[64], second[64];

    (void) state;
    server_open(&server);
    server_says(&server, OK);
    prepare(&f);
    die_at(&f, "notify.posted", server.address);
    start(&f);
    tail(&f);
    sample_init(&s);
    know_address(&f, s.token, server.address);
    UNTIL_IDLE(&f);
    assert_int_equal(server_requests(&server), 2);
    assert_string_equal(server_header(&server, 0, "webhook-id", first, sizeof first),
                        server_header(&server, 1, "webhook-id", second, sizeof second));
    assert_int_equal(fact_of(&f, 1)->grade, DUBAN__GRADE__GRADE_DELIVERED);
    cleanup(&f);
    server_close(&server);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_lost_or_doubled_wherever_it_dies),
        cmocka_unit_test(a_line_that_was_torn_is_written_again_whole),
        cmocka_unit_test(a_house_message_is_not_doubled_either),
        cmocka_unit_test(a_webhook_answered_before_the_crash_is_posted_again_under_its_id),
    };

    if (argc == 3)
        return run_until_killed(argv[1], argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
