#include "log.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"

enum { READ_BYTES = 8192 };

struct heard {
    int kept_fd, read_fd;
};

/* What is written to standard error from now on is heard; nobody waits for it. */
static int open_ears(void **state)
{
    static struct heard heard;
    int ends[2];

    if (pipe2(ends, O_NONBLOCK) == -1)
        return -1;
    heard = (struct heard){ .kept_fd = dup(STDERR_FILENO), .read_fd = ends[0] };
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    *state = &heard;
    log_open("test");
    return 0;
}

static int close_ears(void **state)
{
    struct heard *heard = *state;

    dup2(heard->kept_fd, STDERR_FILENO);
    close(heard->kept_fd);
    close(heard->read_fd);
    return 0;
}

/* "": nothing. */
static void hear(const struct heard *heard, char out[READ_BYTES])
{
    ssize_t got = read(heard->read_fd, out, READ_BYTES - 1);

    out[got > 0 ? got : 0] = '\0';
}

static void a_line_says_how_grave_it_is_and_who_says_it(void **state)
{
    char text[READ_BYTES];

    log_info("receipt: sequence=%d", 12);
    log_warn("one line\nwhatever it holds");
    hear(*state, text);
    assert_string_equal(text, "<6>test: receipt: sequence=12\n<4>test: one line whatever it holds\n");
}

static void gathered_lines_are_written_at_once(void **state)
{
    struct log_gathered gathered = { 0 };
    char text[READ_BYTES];

    log_gather(&gathered, "one=%d", 1);
    log_gather(&gathered, "two=%d", 2);
    hear(*state, text);
    assert_string_equal(text, "");
    log_write(&gathered);
    hear(*state, text);
    assert_string_equal(text, "<6>test: one=1\n<6>test: two=2\n");
    log_write(&gathered);
    hear(*state, text);
    assert_string_equal(text, "");
}

static void when_there_is_no_more_room_those_before_are_written(void **state)
{
    struct log_gathered gathered = { 0 };
    char filling[1500], text[READ_BYTES];

    memset(filling, 'x', sizeof filling - 1);
    filling[sizeof filling - 1] = '\0';
    for (int i = 0; i < 2; i++)
        log_gather(&gathered, "%s", filling);
    hear(*state, text);
    assert_string_equal(text, "");
    log_gather(&gathered, "%s", filling);
    hear(*state, text);
    assert_int_equal(strlen(text), 2 * (strlen("<6>test: \n") + strlen(filling)));
    log_write(&gathered);
    hear(*state, text);
    assert_int_equal(strlen(text), strlen("<6>test: \n") + strlen(filling));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_says_how_grave_it_is_and_who_says_it, open_ears, close_ears),
        cmocka_unit_test_setup_teardown(gathered_lines_are_written_at_once, open_ears, close_ears),
        cmocka_unit_test_setup_teardown(when_there_is_no_more_room_those_before_are_written, open_ears, close_ears),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
