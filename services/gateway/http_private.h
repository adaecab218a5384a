/* http_private.h - what the parts of http.h say to each other.
 *
 *   http_visitor.c   who has connected, from where, and until when he must have said something
 *   http_request.c   a request: its memory, and what its head says
 *   http_order.c     its order: head, body, handler, answer, end
 *   http_answer.c    what is sent
 *   http.c           settings, certificate, open, turn, close
 */
#ifndef DUBAN_GATEWAY_HTTP_PRIVATE_H
#define DUBAN_GATEWAY_HTTP_PRIVATE_H

#include "http.h"

/* Told by libmicrohttpd, as microhttpd.h says. */
void http_on_connection(void *self, struct MHD_Connection *connection, void **kept, enum MHD_ConnectionNotificationCode what);
enum MHD_Result http_on_access(void *self, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                               const char *data, size_t *size, void **kept);
void http_on_completed(void *self, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode how);

/* Who has connected there; NULL: he is not known, and is about to be cut off. */
struct visitor *http_visitor_of(struct MHD_Connection *connection);

/* Whoever has connected, be it a proxy. */
void http_address_of_connection(struct MHD_Connection *connection, char out[ADDRESS_BYTES]);

/* NULL: memory is out. Given back once it is over; freed with what it keeps for the next one. */
struct request *http_request_begin(struct http *http, struct MHD_Connection *connection, const char *method, const char *path);
void http_request_give(struct http *http, struct request *request);
void http_request_free(struct request *request);

/* The answer that it has been given. */
enum MHD_Result http_send(struct request *request);

#endif
