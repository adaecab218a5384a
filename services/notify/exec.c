/* exec.c - start, read, kill, reap. */
#include "exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.h"

enum { EVENTS_AT_A_TIME = 32, READS_AT_A_TIME = 32, SIGNAL_STATUS = 128, FIRST_OF_OURS = 3 };

extern char **environ;

int programs_open(struct programs *programs, program_ended *ended, void *owner)
{
    *programs = (struct programs){ .epoll_fd = epoll_create1(EPOLL_CLOEXEC), .ended = ended, .owner = owner };
    return programs->epoll_fd == -1 ? -1 : 0;
}

void programs_close(struct programs *programs)
{
    while (programs->first != NULL)
        programs_abandon(programs, programs->first);
    close(programs->epoll_fd);
}

/* ---------------------------------------------------------------- started */

static void close_if_open(int fd)
{
    if (fd != -1)
        close(fd);
}

/* In memory: nothing of a message reaches a disk, and a program that reads slowly or not at all holds up nobody. */
static int input_file(struct bytes input)
{
    int fd = memfd_create("duban-message", MFD_CLOEXEC);
    const char *data = input.data;
    size_t written = 0;

    while (fd != -1 && written < input.size) {
        ssize_t count = write(fd, data + written, input.size - written);

        if (count == -1 && errno == EINTR)
            continue;
        if (count == -1) {
            close(fd);
            return -1;
        }
        written += (size_t) count;
    }
    if (fd != -1)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static bool is_passed_on(const char *variable)
{
    return strncmp(variable, "PATH=", 5) == 0 || strncmp(variable, "LANG=", 5) == 0 ||
           strncmp(variable, "DUBAN_", 6) == 0;
}

/* To be freed; the variables themselves are ours. NULL without memory. */
static char **environment_for_it(void)
{
    size_t count = 0, kept = 0;
    char **variables;

    while (environ[count] != NULL)
        count++;
    variables = malloc((count + 1) * sizeof *variables);
    if (variables == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (is_passed_on(environ[i]))
            variables[kept++] = environ[i];
    variables[kept] = NULL;
    return variables;
}

/* No signal is blocked or ignored in it, whatever we do with ours; what it starts itself is killed with it. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

static int spawn(struct program *program, const char *const *command, char *const *environment, int input_fd,
                 int errors_fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    set_attributes(&attributes);
    error = posix_spawn_file_actions_adddup2(&actions, input_fd, STDIN_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, errors_fd, STDERR_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_addclosefrom_np(&actions, FIRST_OF_OURS);
    if (error == 0)
        error = posix_spawn(&program->pid, command[0], &actions, &attributes, (char *const *) command, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        program->pid = 0;
    return error;
}

static int start(struct program *program, const char *const *command, struct bytes input)
{
    char **environment = environment_for_it();
    int input_fd = input_file(input), errors[2] = { -1, -1 };
    int error = environment == NULL || input_fd == -1 || pipe2(errors, O_CLOEXEC) == -1 ? errno : 0;

    if (error == 0)
        error = spawn(program, command, environment, input_fd, errors[1]);
    free(environment);
    close_if_open(input_fd);
    close_if_open(errors[1]);
    program->errors_fd = errors[0];
    return error;
}

static void watch(struct programs *programs, struct program *program, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = program };

    if (epoll_ctl(programs->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        program->until_ms = monotonic_ms();   /* its end would not be seen: it is killed, which is waited for */
}

void programs_start(struct programs *programs, struct program *program, const char *const *command, struct bytes input,
                    uint32_t timeout_ms)
{
    *program = (struct program){ .pid_fd = -1, .errors_fd = -1, .until_ms = monotonic_ms() + timeout_ms,
                                 .next = programs->first };
    programs->first = program;
    program->not_started = start(program, command, input);
    if (program->not_started != 0)
        return;
    fcntl(program->errors_fd, F_SETFL, O_NONBLOCK);
    watch(programs, program, program->errors_fd);
    program->pid_fd = (int) syscall(SYS_pidfd_open, program->pid, 0);
    if (program->pid_fd != -1)
        watch(programs, program, program->pid_fd);
    else
        program->until_ms = monotonic_ms();
}

/* ---------------------------------------------------------------- ended */

static void leave(struct programs *programs, struct program *program)
{
    struct program **at = &programs->first;

    while (*at != program)
        at = &(*at)->next;
    *at = program->next;
    close_if_open(program->pid_fd);     /* closed by all: they leave the set by themselves */
    close_if_open(program->errors_fd);
    program->pid = 0;
}

static void keep_line(struct program *program, const char *words, size_t size)
{
    for (size_t i = 0; i < size && !program->line_is_over; i++) {
        program->line_is_over = words[i] == '\n';
        if (!program->line_is_over && program->line_size < sizeof program->line)
            program->line[program->line_size++] = words[i];
    }
}

/* What there is, so that a program that says much is not held up; only the first line is kept. One that says more than that
 * at a time is looked at again: others have their turn first. */
static void read_errors(struct program *program)
{
    char words[4096];
    ssize_t count;

    for (int i = 0; i < READS_AT_A_TIME && program->errors_fd != -1; i++) {
        count = read(program->errors_fd, words, sizeof words);
        if (count == -1)
            return;
        keep_line(program, words, (size_t) count);
        if (count == 0) {
            close(program->errors_fd);
            program->errors_fd = -1;
        }
    }
}

static void kill_all(const struct program *program)
{
    kill(-program->pid, SIGKILL);
}

/* Once it has ended, which is waited for only of one that was killed: waits is WNOHANG, or 0. */
static void reap(struct programs *programs, struct program *program, int waits)
{
    siginfo_t how = { .si_pid = 0 };
    bool by_itself;

    if (waitid(P_PID, (id_t) program->pid, &how, WEXITED | waits) == 0 && how.si_pid == 0)
        return;
    read_errors(program);
    by_itself = how.si_pid != 0 && (how.si_code == CLD_EXITED || !program->is_killed);
    leave(programs, program);
    if (by_itself)
        programs->ended(programs->owner, program, PROGRAM_ENDED,
                        how.si_code == CLD_EXITED ? how.si_status : SIGNAL_STATUS + how.si_status);
    else
        programs->ended(programs->owner, program, PROGRAM_KILLED, 0);
}

void programs_abandon(struct programs *programs, struct program *program)
{
    siginfo_t how;

    if (program->pid != 0) {
        kill_all(program);
        waitid(P_PID, (id_t) program->pid, &how, WEXITED);
    }
    leave(programs, program);
}

static void look(struct programs *programs, struct program *program)
{
    read_errors(program);
    reap(programs, program, WNOHANG);
}

/* Its end is seen like any other's, unless there is nothing to see it by. */
static void end_it(struct programs *programs, struct program *program)
{
    program->is_killed = true;
    program->until_ms = INT64_MAX;
    kill_all(program);
    if (program->pid_fd == -1)
        reap(programs, program, 0);
}

static void tell_not_started(struct programs *programs, struct program *program)
{
    leave(programs, program);
    programs->ended(programs->owner, program, PROGRAM_NOT_STARTED, program->not_started);
}

void programs_drive(struct programs *programs)
{
    struct epoll_event events[EVENTS_AT_A_TIME];
    int count = programs->first == NULL ? 0 : epoll_wait(programs->epoll_fd, events, EVENTS_AT_A_TIME, 0);
    int64_t now_ms = monotonic_ms();
    struct program *next;

    for (int i = 0; i < count; i++) {
        struct program *program = events[i].data.ptr;

        if (program->pid != 0)   /* 0: its end came with an event before this one */
            look(programs, program);
    }
    for (struct program *program = programs->first; program != NULL; program = next) {
        next = program->next;
        if (program->not_started != 0)
            tell_not_started(programs, program);
        else if (program->until_ms <= now_ms)
            end_it(programs, program);
    }
}

int programs_timeout_ms(const struct programs *programs)
{
    int64_t now_ms = programs->first == NULL ? 0 : monotonic_ms(), earliest_ms = INT64_MAX;

    for (const struct program *program = programs->first; program != NULL; program = program->next) {
        int64_t until_ms = program->not_started != 0 ? now_ms : program->until_ms;

        if (until_ms < earliest_ms)
            earliest_ms = until_ms;
    }
    if (earliest_ms - now_ms > INT32_MAX)
        return INT32_MAX;
    return earliest_ms > now_ms ? (int) (earliest_ms - now_ms) : 0;
}
