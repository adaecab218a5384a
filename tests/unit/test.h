/* test.h - what every unit test needs: cmocka, a scratch directory, a child process.
 *
 * Names of tests are sentences. A test that must see a process die runs it in a child.
 */
#ifndef DUBAN_TEST_H
#define DUBAN_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ftw.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SCRATCH_BYTES = 128 };

/* Make an empty directory of our own and write its path into out. Returns out. */
static inline char *scratch_make(char out[SCRATCH_BYTES])
{
    const char *base = getenv("TMPDIR");

    (void) snprintf(out, SCRATCH_BYTES, "%.90s/duban-test-XXXXXX", base == NULL ? "/tmp" : base);
    assert_non_null(mkdtemp(out));
    return out;
}

static inline int scratch_remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void) status;
    (void) type;
    (void) place;
    return remove(path);
}

/* Remove it with everything inside. */
static inline void scratch_remove(const char *directory)
{
    assert_int_equal(nftw(directory, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* What became of a child, and the first bytes of what it wrote. */
struct child {
    int status;              /* as waitpid tells it */
    char output[16 * 1024];  /* standard output and error, a zero byte behind */
};

/* Run work(argument) in a child, wait for its end, keep its output. */
static inline void child_run(struct child *child, void (*work)(void *argument), void *argument)
{
    size_t used = 0;
    ssize_t got;
    int ends[2];
    pid_t process;

    assert_int_equal(pipe(ends), 0);
    (void) fflush(NULL);
    process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        (void) dup2(ends[1], STDOUT_FILENO);
        (void) dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        work(argument);
        (void) fflush(NULL);
        _exit(0);
    }
    close(ends[1]);
    while (used + 1 < sizeof child->output &&
           (got = read(ends[0], child->output + used, sizeof child->output - 1 - used)) > 0)
        used += (size_t) got;
    close(ends[0]);
    child->output[used] = '\0';
    assert_int_equal(waitpid(process, &child->status, 0), process);
}

#define assert_contains(text, part)                                                     \
    do {                                                                                \
        if (strstr((text), (part)) == NULL)                                             \
            fail_msg("no \"%s\" in: %s", (part), (text));                               \
    } while (0)

#define assert_exit(child, code)                                                        \
    do {                                                                                \
        if (!WIFEXITED((child).status) || WEXITSTATUS((child).status) != (code))        \
            fail_msg("status %x instead of exit %d: %s", (unsigned) (child).status,     \
                     (code), (child).output);                                           \
    } while (0)

#endif
