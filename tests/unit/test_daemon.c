#include "daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "log.h"
#include "test.h"

/* Signals, locks and the environment belong to a process: each test opens its daemon in a
 * child, and the parent looks at what it leaves. */

static void check(bool good, const char *what)
{
    if (!good)
        die("not so: %s", what);
}

static void run_child(struct child *child, void (*work)(void *argument), void *argument)
{
    child_run(child, work, argument);
    assert_exit(*child, 0);
}

/* ---------------------------------------------------------------- lock */

static void open_and_close(void *directory)
{
    struct daemon daemon;

    daemon_open(&daemon, "duban-test", directory);
    check(daemon.zmq != NULL, "there is a zmq context");
    daemon_ready(&daemon);
    daemon_close(&daemon);
    daemon_close(&daemon);
}

static void a_directory_is_made_with_its_parents(void **state)
{
    char directory[SCRATCH_BYTES];
    char deep[SCRATCH_BYTES + 32];
    struct child child;
    struct stat status;

    (void) state;
    scratch_make(directory);
    (void) snprintf(deep, sizeof deep, "%s/lib/duban", directory);
    run_child(&child, open_and_close, deep);
    assert_int_equal(stat(deep, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_contains(child.output, "<6>duban-test: ready: pid=");
    run_child(&child, open_and_close, deep);   /* and again, where it is */
    scratch_remove(directory);
}

static void open_claim_and_close(void *directory)
{
    struct daemon daemon;
    char data[SCRATCH_BYTES + 8];

    (void) snprintf(data, sizeof data, "%s/other", (const char *) directory);
    daemon_open(&daemon, "duban-test", data);
    daemon_claim_run(&daemon, directory);
    daemon_close(&daemon);
}

static void a_second_daemon_with_other_data_is_refused_its_sockets(void **state)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 24];
    struct child child;
    int lock;

    (void) state;
    scratch_make(directory);
    (void) snprintf(path, sizeof path, "%s/duban-test.lock", directory);
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(lock, "4711\n", 5), 5);
    assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
    child_run(&child, open_claim_and_close, directory);
    assert_exit(child, 1);
    assert_contains(child.output, "is in use by process 4711");
    close(lock);
    run_child(&child, open_claim_and_close, directory);
    scratch_remove(directory);
}

static void open_and_claim_what_is_not_there(void *directory)
{
    struct daemon daemon;
    char run[SCRATCH_BYTES + 8];

    (void) snprintf(run, sizeof run, "%s/run", (const char *) directory);
    daemon_open(&daemon, "duban-test", directory);
    daemon_claim_run(&daemon, run);
}

static void a_run_directory_that_is_not_there_is_no_matter_of_rights(void **state)
{
    char directory[SCRATCH_BYTES];
    struct child child;

    (void) state;
    scratch_make(directory);
    child_run(&child, open_and_claim_what_is_not_there, directory);
    assert_exit(child, 1);
    assert_contains(child.output, "there is no directory ");
    assert_null(strstr(child.output, "who owns"));
    scratch_remove(directory);
}

static void a_second_daemon_is_refused_and_told_by_whom(void **state)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 8];
    struct child child;
    int lock;

    (void) state;
    scratch_make(directory);
    (void) snprintf(path, sizeof path, "%s/lock", directory);
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(lock, "4711\n", 5), 5);
    assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
    child_run(&child, open_and_close, directory);
    assert_exit(child, 1);
    assert_contains(child.output, "<3>duban-test: 目录");
    assert_contains(child.output, "is in use by process 4711; stop that one first");
    close(lock);
    run_child(&child, open_and_close, directory);
    scratch_remove(directory);
}

static void hold_while_another_tries(void *directory)
{
    struct daemon daemon;
    struct child second;

    daemon_open(&daemon, "duban-first", directory);
    child_run(&second, open_and_close, directory);
    check(WIFEXITED(second.status) && WEXITSTATUS(second.status) == 1, "the second is refused");
    daemon_close(&daemon);
    child_run(&second, open_and_close, directory);
    check(WIFEXITED(second.status) && WEXITSTATUS(second.status) == 0, "the lock is free after closing");
}

static void a_running_daemon_holds_its_lock(void **state)
{
    char directory[SCRATCH_BYTES];
    struct child child;

    (void) state;
    scratch_make(directory);
    run_child(&child, hold_while_another_tries, directory);
    scratch_remove(directory);
}

static void a_directory_that_cannot_be_made_says_what_to_do(void **state)
{
    struct child child;

    (void) state;
    child_run(&child, open_and_close, "/proc/none/such");
    assert_exit(child, 1);
    assert_contains(child.output, "cannot make the data directory /proc/none/such");
    assert_contains(child.output, "请核对路径与权限");
}

static void a_daemon_never_opened_can_be_closed(void **state)
{
    struct daemon daemon = { 0 };

    (void) state;
    daemon_close(&daemon);
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
}

/* ---------------------------------------------------------------- before the start */

static void look_at_the_data(void *directory)
{
    log_open("duban-test");
    exit(daemon_check_data(directory) ? 0 : 2);
}

static void look_at_a_folder_of_it(void *directory)
{
    log_open("duban-test");
    exit(daemon_check_within(directory, "spool") ? 0 : 2);
}

static void look_at_the_run(void *directory)
{
    log_open("duban-test");
    exit(daemon_check_run(directory) ? 0 : 2);
}

static void what_lies_in_it_and_the_sockets_are_tried_where_they_are_there(void **state)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 32];
    struct child child;

    (void) state;
    scratch_make(directory);
    run_child(&child, look_at_a_folder_of_it, directory);   /* it is made by whoever starts */
    run_child(&child, look_at_the_run, "/run/none/such");
    run_child(&child, look_at_the_run, directory);
    (void) snprintf(path, sizeof path, "%s/spool", directory);
    assert_int_equal(close(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)), 0);
    child_run(&child, look_at_a_folder_of_it, directory);
    assert_exit(child, 2);
    assert_contains(child.output, "data: cannot open the directory");
    child_run(&child, look_at_the_run, path);
    assert_exit(child, 2);
    assert_contains(child.output, "run: cannot open the directory");
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 65534, 65534), 0);
        child_run(&child, look_at_the_run, directory);
        assert_exit(child, 2);
        assert_contains(child.output, "run: ");
        assert_contains(child.output, "spool belongs to ");
    }
    scratch_remove(directory);
}

static void a_data_directory_is_tried_before_the_start_and_nothing_is_made(void **state)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 32];
    struct child child;
    int file;

    (void) state;
    scratch_make(directory);
    run_child(&child, look_at_the_data, directory);
    assert_contains(child.output, "belongs to ");
    (void) snprintf(path, sizeof path, "%s/lib/duban", directory);   /* could be made */
    run_child(&child, look_at_the_data, path);
    assert_int_equal(access(path, F_OK), -1);
    (void) snprintf(path, sizeof path, "%s/data.mdb", directory);
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    close(file);
    child_run(&child, look_at_the_data, path);
    assert_exit(child, 2);
    assert_contains(child.output, "cannot open the directory");
    if (geteuid() == 0) {   /* only root can give a file away */
        assert_int_equal(chown(path, 65534, 65534), 0);
        child_run(&child, look_at_the_data, directory);
        assert_exit(child, 2);
        assert_contains(child.output, "data.mdb belongs to ");
    }
    scratch_remove(directory);
}

/* As root everything may be written: another user looks. */
static void look_as_somebody_else(void *directory)
{
    if (geteuid() == 0 && setuid(65534) == -1)
        die("setuid");
    look_at_the_data(directory);
}

static void who_may_not_write_there_is_told_whose_it_is(void **state)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 8];
    struct child child;

    (void) state;
    scratch_make(directory);
    assert_int_equal(chmod(directory, 0555), 0);
    child_run(&child, look_as_somebody_else, directory);
    assert_exit(child, 2);
    assert_contains(child.output, "cannot be written: Permission denied; it belongs to ");
    (void) snprintf(path, sizeof path, "%s/data", directory);
    child_run(&child, look_as_somebody_else, path);
    assert_exit(child, 2);
    assert_contains(child.output, "cannot be made in ");
    assert_int_equal(chmod(directory, 0700), 0);
    scratch_remove(directory);
}

/* ---------------------------------------------------------------- signals */

static void stop_by(int signal_number, const char *directory)
{
    struct daemon daemon;
    struct pollfd waiting;

    daemon_open(&daemon, "duban-test", directory);
    waiting = (struct pollfd){ .fd = daemon.signal_fd, .events = POLLIN };
    check(poll(&waiting, 1, 0) == 0, "nothing to read at first");
    check(!daemon_should_stop(&daemon), "no reason to stop at first");
    (void) kill(getpid(), SIGPIPE);
    check(!daemon_should_stop(&daemon), "SIGPIPE is ignored");
    (void) kill(getpid(), signal_number);
    check(poll(&waiting, 1, 5000) == 1, "the descriptor becomes readable");
    check(daemon_should_stop(&daemon), "it should stop");
    check(daemon_should_stop(&daemon), "it should still stop");
    daemon_close(&daemon);
}

static void stop_by_term(void *directory)
{
    stop_by(SIGTERM, directory);
}

static void stop_by_int(void *directory)
{
    stop_by(SIGINT, directory);
}

static void signals_arrive_on_a_descriptor(void **state)
{
    char directory[SCRATCH_BYTES];
    struct child child;

    (void) state;
    scratch_make(directory);
    run_child(&child, stop_by_term, directory);
    run_child(&child, stop_by_int, directory);
    scratch_remove(directory);
}

static void reload_by_hup(void *directory)
{
    struct daemon daemon;
    struct pollfd waiting;

    daemon_open(&daemon, "duban-test", directory);
    waiting = (struct pollfd){ .fd = daemon.signal_fd, .events = POLLIN };
    check(!daemon_should_stop(&daemon) && !daemon_should_reload(&daemon), "no reason to reload at first");
    (void) kill(getpid(), SIGHUP);
    check(poll(&waiting, 1, 5000) == 1, "the descriptor becomes readable");
    check(!daemon_should_stop(&daemon), "that is no reason to stop");
    check(poll(&waiting, 1, 0) == 0, "nothing is left to wake the loop");
    check(daemon_should_reload(&daemon), "it should reload");
    check(!daemon_should_reload(&daemon), "once");
    (void) kill(getpid(), SIGHUP);
    (void) kill(getpid(), SIGTERM);
    check(daemon_should_stop(&daemon), "it should stop");
    daemon_reload_nothing(&daemon);
    check(!daemon_should_reload(&daemon), "that was answered");
    daemon_close(&daemon);
}

static void a_daemon_is_asked_to_reload_without_ending(void **state)
{
    char directory[SCRATCH_BYTES];
    struct child child;

    (void) state;
    scratch_make(directory);
    run_child(&child, reload_by_hup, directory);
    assert_contains(child.output, "nothing to reload");
    scratch_remove(directory);
}

/* ---------------------------------------------------------------- systemd */

static int listen_at(const char *name, socklen_t size)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    memcpy(address.sun_path, name, size);
    assert_int_equal(bind(listener, (struct sockaddr *) &address,
                          (socklen_t) (offsetof(struct sockaddr_un, sun_path) + size)), 0);
    return listener;
}

static void assert_note(int listener, const char *wanted)
{
    char note[1024];
    ssize_t got = recv(listener, note, sizeof note - 1, MSG_DONTWAIT);

    assert_true(got >= 0);
    note[got] = '\0';
    assert_string_equal(note, wanted);
}

static void assert_no_more_notes(int listener)
{
    char note[16];

    assert_int_equal(recv(listener, note, sizeof note, MSG_DONTWAIT), -1);
}

static void speak(void *directory)
{
    struct daemon daemon;

    daemon_open(&daemon, "duban-test", directory);
    daemon_ready(&daemon);
    daemon_status(&daemon, "sequence=%d\nREADY=0", 12);
    daemon_alive(&daemon);
    daemon_alive(&daemon);   /* too soon for another */
    daemon_close(&daemon);
}

static void systemd_is_told(void **state)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 16];
    struct child child;
    int listener;

    (void) state;
    scratch_make(directory);
    (void) snprintf(path, sizeof path, "%s/notify", directory);
    listener = listen_at(path, (socklen_t) strlen(path) + 1);
    setenv("NOTIFY_SOCKET", path, 1);
    setenv("WATCHDOG_USEC", "3600000000", 1);
    run_child(&child, speak, directory);
    assert_note(listener, "READY=1");
    assert_note(listener, "STATUS=sequence=12");
    assert_note(listener, "WATCHDOG=1");
    assert_note(listener, "STOPPING=1");
    assert_no_more_notes(listener);
    unsetenv("WATCHDOG_USEC");
    run_child(&child, speak, directory);
    assert_note(listener, "READY=1");
    assert_note(listener, "STATUS=sequence=12");
    assert_note(listener, "STOPPING=1");
    assert_no_more_notes(listener);
    setenv("WATCHDOG_USEC", "3600000000", 1);
    setenv("WATCHDOG_PID", "1", 1);   /* meant for another process */
    run_child(&child, speak, directory);
    assert_note(listener, "READY=1");
    assert_note(listener, "STATUS=sequence=12");
    assert_note(listener, "STOPPING=1");
    assert_no_more_notes(listener);
    unsetenv("WATCHDOG_PID");
    unsetenv("WATCHDOG_USEC");
    unsetenv("NOTIFY_SOCKET");
    close(listener);
    scratch_remove(directory);
}

static void abstract_names_are_understood(void **state)
{
    char directory[SCRATCH_BYTES];
    char name[64];
    struct child child;
    int listener;

    (void) state;
    scratch_make(directory);
    (void) snprintf(name, sizeof name, "@duban-test-%ld", (long) getpid());
    setenv("NOTIFY_SOCKET", name, 1);
    name[0] = '\0';
    listener = listen_at(name, (socklen_t) strlen(name + 1) + 1);
    run_child(&child, speak, directory);
    assert_note(listener, "READY=1");
    unsetenv("NOTIFY_SOCKET");
    close(listener);
    scratch_remove(directory);
}

static void a_dead_notify_socket_does_not_stop_a_daemon(void **state)
{
    char directory[SCRATCH_BYTES];
    struct child child;

    (void) state;
    scratch_make(directory);
    setenv("NOTIFY_SOCKET", "/nobody/listens/here", 1);
    run_child(&child, speak, directory);
    assert_contains(child.output, "<4>duban-test: NOTIFY_SOCKET: cannot connect: path=/nobody/listens/here");
    unsetenv("NOTIFY_SOCKET");
    scratch_remove(directory);
}

/* ---------------------------------------------------------------- kill points */

static void pass_by(void *argument)
{
    (void) argument;
    for (int i = 1; i <= 3; i++) {
        daemon_kill_point("ingest.put");
        printf("put %d\n", i);
        (void) fflush(stdout);
        daemon_kill_point("ingest.committed");
    }
}

static void assert_dies_after(const char *where, const char *output)
{
    struct child child;

    setenv("DUBAN_KILL_AT", where, 1);
    child_run(&child, pass_by, NULL);
    unsetenv("DUBAN_KILL_AT");
    assert_true(WIFSIGNALED(child.status));
    assert_int_equal(WTERMSIG(child.status), SIGKILL);
    assert_string_equal(child.output, output);
}

static void a_kill_point_kills_at_its_place(void **state)
{
    (void) state;
    assert_dies_after("ingest.put", "");
    assert_dies_after("ingest.put:1", "");
    assert_dies_after("ingest.put:3", "put 1\nput 2\n");
    assert_dies_after("ingest.committed", "put 1\n");
    assert_dies_after("ingest.committed:2", "put 1\nput 2\n");
}

static void other_kill_points_are_passed(void **state)
{
    struct child child;

    (void) state;
    setenv("DUBAN_KILL_AT", "ingest", 1);
    run_child(&child, pass_by, NULL);
    setenv("DUBAN_KILL_AT", "ingest.put:4", 1);
    run_child(&child, pass_by, NULL);
    setenv("DUBAN_KILL_AT", "", 1);
    run_child(&child, pass_by, NULL);
    unsetenv("DUBAN_KILL_AT");
    run_child(&child, pass_by, NULL);
    assert_string_equal(child.output, "put 1\nput 2\nput 3\n");
}

/* ---------------------------------------------------------------- log */

static void write_log(void *argument)
{
    char long_text[5000];

    (void) argument;
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    log_open("duban-ingest");
    log_info("receipt: sequence=%d", 12);
    log_warn("two\nlines\tand a tab");
    log_error("%s", long_text);
    die("bind %s: %s", "here", "no");
}

static void an_event_is_one_line_with_its_level(void **state)
{
    struct child child;
    size_t lines = 0;

    (void) state;
    child_run(&child, write_log, NULL);
    assert_exit(child, 1);
    assert_int_equal(strncmp(child.output, "<6>duban-ingest: receipt: sequence=12\n", 38), 0);
    assert_contains(child.output, "\n<4>duban-ingest: two lines and a tab\n");
    assert_contains(child.output, "\n<3>duban-ingest: xxx");
    assert_contains(child.output, "x\n<3>duban-ingest: bind here: no\n");
    for (const char *at = child.output; *at != '\0'; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_is_made_with_its_parents),
        cmocka_unit_test(a_second_daemon_is_refused_and_told_by_whom),
        cmocka_unit_test(a_run_directory_that_is_not_there_is_no_matter_of_rights),
        cmocka_unit_test(a_second_daemon_with_other_data_is_refused_its_sockets),
        cmocka_unit_test(a_running_daemon_holds_its_lock),
        cmocka_unit_test(a_directory_that_cannot_be_made_says_what_to_do),
        cmocka_unit_test(what_lies_in_it_and_the_sockets_are_tried_where_they_are_there),
        cmocka_unit_test(a_data_directory_is_tried_before_the_start_and_nothing_is_made),
        cmocka_unit_test(who_may_not_write_there_is_told_whose_it_is),
        cmocka_unit_test(a_daemon_never_opened_can_be_closed),
        cmocka_unit_test(signals_arrive_on_a_descriptor),
        cmocka_unit_test(a_daemon_is_asked_to_reload_without_ending),
        cmocka_unit_test(systemd_is_told),
        cmocka_unit_test(abstract_names_are_understood),
        cmocka_unit_test(a_dead_notify_socket_does_not_stop_a_daemon),
        cmocka_unit_test(a_kill_point_kills_at_its_place),
        cmocka_unit_test(other_kill_points_are_passed),
        cmocka_unit_test(an_event_is_one_line_with_its_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
