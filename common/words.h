/* words.h - one thing said in both languages. */
#ifndef DUBAN_WORDS_H
#define DUBAN_WORDS_H

struct words {
    const char *zh;
    const char *en;   /* empty: Chinese is shown in its place */
};

#endif
