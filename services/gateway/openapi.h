/* openapi.h - the API's own description, OpenAPI 3.1.
 *
 *   ROUTES, READINGS, messages --openapi_document--> GET /v1/openapi.json
 *
 * Made of the rows that serve it and of the descriptors of what is said: what has a row is described, and what is not there
 * cannot be. Made once, when it is first asked for.
 */
#ifndef DUBAN_GATEWAY_OPENAPI_H
#define DUBAN_GATEWAY_OPENAPI_H

#include <jansson.h>
#include <stdbool.h>

struct openapi {
    char *text;                        /* NULL = not made yet */
    size_t size;
};

/* A new value; NULL when memory is out. */
json_t *openapi_document(void);

/* In words, what an answer of that status says; false: no row of ours may answer with it. */
bool openapi_knows_status(unsigned status);

/* Accepts what was never made. */
void openapi_close(struct openapi *openapi);

#endif
