#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* How long it is, with its end. */
static size_t make_line(char line[LINE_BYTES], enum level level, const char *format, va_list arguments)
{
    int head = snprintf(line, LINE_BYTES, "<%d>%s: ", (int) level, log_program);
    size_t used = head < 0 ? 0 : (size_t) head;
    int body;

    if (used > LINE_BYTES / 2)
        used = LINE_BYTES / 2;
    body = vsnprintf(line + used, LINE_BYTES - used, format, arguments);
    if (body > 0)
        used += (size_t) body;
    if (used > LINE_BYTES - 1)
        used = LINE_BYTES - 1;
    flatten(line, used);
    line[used++] = '\n';
    return used;
}

/* One write, so that lines of several processes on one terminal do not mix. */
static void write_lines(const char *lines, size_t size)
{
    if (write(STDERR_FILENO, lines, size) == -1)
        return;   /* nowhere left to say so */
}

static void write_line(enum level level, const char *format, va_list arguments)
{
    char line[LINE_BYTES];

    write_lines(line, make_line(line, level, format, arguments));
}

void log_gather(struct log_gathered *gathered, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;
    size_t size;

    if (log_without_info)
        return;
    va_start(arguments, format);
    size = make_line(line, LEVEL_INFO, format, arguments);
    va_end(arguments);
    if (size > sizeof gathered->text - gathered->size)
        log_write(gathered);
    memcpy(gathered->text + gathered->size, line, size);
    gathered->size += size;
}

void log_write(struct log_gathered *gathered)
{
    if (gathered->size > 0)
        write_lines(gathered->text, gathered->size);
    gathered->size = 0;
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
