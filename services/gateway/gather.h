/* gather.h - all pages of a listing, one after the other, on behalf of a request. */
#ifndef DUBAN_GATEWAY_GATHER_H
#define DUBAN_GATEWAY_GATHER_H

#include "upstream.h"

/* A page; it stays in the request's arena until that ends. */
typedef void gather_page(void *self, const Duban__Reply *reply);
typedef void gather_end(struct request *request, void *self);

/* The query is copied; what it points to must live as long as the request. Its answer must be of that body: otherwise, and when
 * nobody answers, the request is answered with why, and `end` is not called. */
void gather(struct request *request, enum upstream upstream, const Duban__Query *query, Duban__Reply__BodyCase body, gather_page *page,
            gather_end *end, void *self);

#endif
