/* types.h - every message that comes in bytes or in JSON, chosen by number. */
#ifndef DUBAN_FUZZ_TYPES_H
#define DUBAN_FUZZ_TYPES_H

#include "entry.pb-c.h"
#include "link.pb-c.h"
#include "outbox.pb-c.h"
#include "query.pb-c.h"
#include "state.pb-c.h"

/* New ones at the end: the corpus names them by their place. */
static const ProtobufCMessageDescriptor *const FUZZ_TYPES[] = {
    &duban__entry__descriptor,   &duban__submit__descriptor,  &duban__receipt__descriptor,
    &duban__refusal__descriptor, &duban__hello__descriptor,   &duban__hello_ok__descriptor,
    &duban__refuse__descriptor,  &duban__credit__descriptor,  &duban__cursor__descriptor,
    &duban__wake__descriptor,    &duban__tail__descriptor,    &duban__bye__descriptor,
    &duban__query__descriptor,   &duban__reply__descriptor,   &duban__outbox_record__descriptor,
    &duban__case__descriptor,    &duban__task__descriptor,    &duban__fact__descriptor,
    &duban__visit__descriptor,   &duban__meta__descriptor,
};

static inline const ProtobufCMessageDescriptor *fuzz_type(uint64_t number)
{
    return FUZZ_TYPES[number % (sizeof FUZZ_TYPES / sizeof FUZZ_TYPES[0])];
}

#endif
