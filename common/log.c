#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_BYTES = 2048 };

enum level { LEVEL_ERROR = 3, LEVEL_WARNING = 4, LEVEL_INFO = 6 };   /* as in syslog(3) */

/* The one thing that every line needs and no caller should have to carry about. */
static const char *log_program = "duban";
static bool log_without_info;

void log_open(const char *program)
{
    log_program = program;
}

void log_leave_out_info(void)
{
    log_without_info = true;
}

/* One event is one line, whatever a file name or a far end's answer holds. */
static void flatten(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char) text[i] < 0x20 || text[i] == 0x7f)
            text[i] = ' ';
    }
}

/* One write, so that lines of several processes on one terminal do not mix. */
static void write_line(enum level level, const char *format, va_list arguments)
{
    char line[LINE_BYTES];
    int head = snprintf(line, sizeof line, "<%d>%s: ", (int) level, log_program);
    size_t used = head < 0 ? 0 : (size_t) head;
    int body;

    if (used > sizeof line / 2)
        used = sizeof line / 2;
    body = vsnprintf(line + used, sizeof line - used, format, arguments);
    if (body > 0)
        used += (size_t) body;
    if (used > sizeof line - 1)
        used = sizeof line - 1;
    flatten(line, used);
    line[used++] = '\n';
    if (write(STDERR_FILENO, line, used) == -1)
        return;   /* nowhere left to say so */
}

void log_info(const char *format, ...)
{
    va_list arguments;

    if (log_without_info)
        return;
    va_start(arguments, format);
    write_line(LEVEL_INFO, format, arguments);
    va_end(arguments);
}

void log_warn(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(LEVEL_WARNING, format, arguments);
    va_end(arguments);
}

void log_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(LEVEL_ERROR, format, arguments);
    va_end(arguments);
}

_Noreturn void die(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(LEVEL_ERROR, format, arguments);
    va_end(arguments);
    exit(EXIT_FAILURE);
}
