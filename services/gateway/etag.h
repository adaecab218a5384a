/* etag.h - whether who asks has the answer already (RFC 9110, 8.8.3 and 13.1.2).
 *
 * What may be kept by who asks is marked, and is asked for again with its mark: where nothing has changed the answer is 304
 * and has no body. A mark that is weak is of what the answer says, and leaves out when it was said.
 */
#ifndef DUBAN_GATEWAY_ETAG_H
#define DUBAN_GATEWAY_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#include "bytes.h"

struct request;

/* In the request's arena; NULL at its limit. */
const char *etag_of(struct request *request, bool is_weak, const struct bytes *parts, size_t count);

/* Does a header If-None-Match name that mark? NULL names none. */
bool etag_is_named(const char *if_none_match, const char *etag);

/* 304 if who asks has it. Then it has been answered. */
bool etag_answer_unchanged(struct request *request, const char *etag);

#endif
