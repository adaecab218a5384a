/* exec.h - programs of this machine under way: started without a shell, watched without waiting.
 *
 *   programs_start -> its input in a file of memory, its first line of error read -> it ends by itself: PROGRAM_ENDED
 *                                                        its time is over: killed -> PROGRAM_KILLED
 *
 * A program gets the three standard descriptors and no other, a process group of its own, and of our environment PATH,
 * LANG and what begins with DUBAN_. All its descriptors here are in one epoll set. Each that was started is reaped.
 */
#ifndef DUBAN_NOTIFY_EXEC_H
#define DUBAN_NOTIFY_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bytes.h"

enum { PROGRAM_LINE_BYTES = 512 };

enum program_end {
    PROGRAM_ENDED,                 /* status: its exit status, or 128 + the signal that ended it */
    PROGRAM_KILLED,                /* by us: nobody knows how far it got */
    PROGRAM_NOT_STARTED,           /* status: errno */
};

/* One under way; it must not move until it has ended. All zero before its first start. */
struct program {
    pid_t pid;                     /* 0 = none was started */
    int pid_fd;
    int errors_fd;                 /* its standard error; -1 = it has closed that */
    int64_t until_ms;              /* monotonic */
    bool is_killed;
    int not_started;               /* errno; 0 = it was */
    char line[PROGRAM_LINE_BYTES]; /* the first one of its standard error, cut; no zero byte behind it */
    size_t line_size;
    bool line_is_over;
    struct program *next;
};

/* It has ended, and may be started again. */
typedef void program_ended(void *owner, struct program *program, enum program_end end, int status);

struct programs {
    int epoll_fd;
    struct program *first;         /* of those under way */
    program_ended *ended;
    void *owner;
};

/* 0, or -1 without descriptors. */
int programs_open(struct programs *programs, program_ended *ended, void *owner);
void programs_close(struct programs *programs);

/* Start command[0] with the input. That it could not be started is told like its end, by the next programs_drive. */
void programs_start(struct programs *programs, struct program *program, const char *const *command, struct bytes input,
                    uint32_t timeout_ms);

/* Kill one under way; nobody is told. */
void programs_abandon(struct programs *programs, struct program *program);

/* Look at those that have something, kill those whose time is over, tell of those that have ended. */
void programs_drive(struct programs *programs);

/* How long the loop may wait for it. */
int programs_timeout_ms(const struct programs *programs);

#endif
