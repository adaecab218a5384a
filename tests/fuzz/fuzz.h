/* fuzz.h - one target: a function that takes any bytes, and what must hold whatever they are.
 *
 * Two programs are made of a target. `make fuzz` links it with clang's libFuzzer, which looks for
 * bytes that break a claim; `make test` links it with each_file.c, which gives it every file of its
 * corpus once. A claim that is broken aborts, so that either of them sees it.
 */
#ifndef DUBAN_FUZZ_H
#define DUBAN_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"
#include "fault.h"
#include "message.h"

/* The name and the result (0) are libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn static inline void claim_broken(const char *claim, const char *file, int line)
{
    (void) fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, claim);
    abort();
}

#define MUST(claim) ((claim) ? (void) 0 : claim_broken(#claim, __FILE__, __LINE__))

/* ---------------------------------------------------------------- the input, taken apart */

struct input {
    const uint8_t *at;
    size_t left;
};

static inline struct bytes take_bytes(struct input *input, size_t wanted)
{
    size_t size = wanted < input->left ? wanted : input->left;
    struct bytes taken = bytes_of(input->at, size);

    input->at += size;
    input->left -= size;
    return taken;
}

/* A number of that many bytes, big-endian; what is missing at the end counts as zero. */
static inline uint64_t take_number(struct input *input, size_t size)
{
    struct bytes taken = take_bytes(input, size);
    uint64_t number = 0;

    for (size_t i = 0; i < taken.size; i++)
        number = number << 8 | ((const uint8_t *) taken.data)[i];
    return number;
}

/* Two bytes of length, and that many bytes. */
static inline struct bytes take_sized(struct input *input)
{
    return take_bytes(input, (size_t) take_number(input, 2));
}

static inline struct bytes take_rest(struct input *input)
{
    return take_bytes(input, input->left);
}

/* ---------------------------------------------------------------- what holds everywhere */

static inline bool is_empty(const char *text)
{
    return text[0] == '\0';
}

/* Something that a person can read in either language. */
static inline void must_be_told(const char *zh, const char *en)
{
    MUST(!is_empty(zh) && is_utf8(zh, strlen(zh)));
    MUST(!is_empty(en) && is_utf8(en, strlen(en)));
}

static inline void must_be_clear(const struct fault *fault)
{
    MUST(is_utf8(fault->field, strlen(fault->field)));
    must_be_told(fault->zh, fault->en);
}

#endif
