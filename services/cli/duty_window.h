/* duty_window.h - duty windows as people write and read them: "mon-fri 08:30-12:00; sat 09:00-12:00", "周一-周五 08:30-12:00". */
#ifndef DUBAN_CLI_DUTY_WINDOW_H
#define DUBAN_CLI_DUTY_WINDOW_H

#include "cli.h"

/* What a Chinese keyboard gives, by the signs that are read: "周一至周五 ０８：３０–12：00；周六 …" and the like. */
char *duty_windows_plain(struct arena *arena, const char *text);

/* One window, without blanks around it; the days in either language, the clock as HH:MM. False when it is none. */
bool duty_window_parse(const char *text, Duban__DutyWindow *window);

/* All of them, "; " between; empty for none. */
struct words words_of_duty_windows(struct arena *arena, Duban__DutyWindow *const *windows, size_t count);

#endif
