/* day_words.h - what stands on a day's plan and on a meeting's agenda, in words. */
#ifndef DUBAN_DAY_WORDS_H
#define DUBAN_DAY_WORDS_H

#include "state.pb-c.h"

struct day_words {
    const char *zh, *en;           /* both "" where there is no such kind */
};

/* Why it is on the agenda. */
struct day_words day_words_of_agenda(Duban__AgendaKind kind);

/* Why somebody goes there, and what became of it. */
struct day_words day_words_of_reason(Duban__StopReasonKind kind);
struct day_words day_words_of_stop(Duban__StopState state);

#endif
