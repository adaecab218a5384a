/* log.h - one line per event on standard error, marked for journald.
 *
 * A line says what happened, then key=value pairs: "<6>receipt: sequence=12 account=n1".
 * Personal data, secrets and the addresses that notices go to never go into a line. Accounts do, and so does the address on the
 * network that a request came from: without both nobody could say who was let in, and who tried.
 */
#ifndef DUBAN_LOG_H
#define DUBAN_LOG_H

#include <stddef.h>

enum { LOG_GATHERED_BYTES = 4096 };   /* what a pipe takes in one piece, pipe(7) */

/* The name put in front of every line; program must outlive the process. */
void log_open(const char *program);

/* Leave out what is neither warning nor error: for a command, whose standard error is read by
 * the person who typed it. */
void log_leave_out_info(void);

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Lines that come by the thousand a second, until they are written all at once. All zero = none; who dies meanwhile takes them along. */
struct log_gathered {
    size_t size;
    char text[LOG_GATHERED_BYTES];
};

/* As log_info, at the next log_write; or sooner, when there is no more room. */
void log_gather(struct log_gathered *gathered, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_write(struct log_gathered *gathered);

/* Cannot start, or cannot go on safely: say why and what to do, exit with 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
