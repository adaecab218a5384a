/* origin.h - requests that a page of another site makes a browser send.
 *
 * A browser sends a cookie along, and a password of Basic, whoever has made it send something: what would have an effect is
 * refused by its head, whoever it is. Apps say nothing of where they come from, and need not. session.h has the other guard, of
 * those who have signed in with a browser.
 */
#ifndef DUBAN_GATEWAY_ORIGIN_H
#define DUBAN_GATEWAY_ORIGIN_H

#include <stdbool.h>

struct request;

/* No page of another site has sent it, so far as that can be told, where it would have an effect; and JSON does not come as a
 * form's text, which a browser sends without asking first. Its route is known. False: it has been answered. */
bool origin_admits(struct request *request);

#endif
