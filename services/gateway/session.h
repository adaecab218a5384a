/* session.h - somebody who has signed in with a browser: a cookie instead of a password with each request.
 *
 * The cookie holds 256 random bits, made at every sign-in; of them only a digest is kept. A session ends when it is left, when
 * it has not been used for a day, after a week, and when the password that it began with is not the account's any more.
 * Whoever posts by it must say in the form what no other site can know (request->csrf), as `csrf`, or in X-CSRF-Token. What
 * another site's page makes a browser send is refused before that (origin.h).
 */
#ifndef DUBAN_GATEWAY_SESSION_H
#define DUBAN_GATEWAY_SESSION_H

#include <stdbool.h>

struct request;

/* Begin one for request->account, in place of the one that the request came by. 0, or -1: it could not be written. */
int session_begin(struct request *request);

/* End the one that the request came by, if any; the cookie goes too. 0, or -1: it goes on, the store failed. */
int session_end(struct request *request);

/* Whose session it is: request->account and csrf. False: it brings none, or one that is over. */
bool session_enter(struct request *request);

/* Who changes something by a session has meant to. False: he has not, or another site has made him; it has been answered. */
bool session_allows(struct request *request);

/* A page is asked for and nobody has signed in: it has been answered; false. */
bool login_first(struct request *request);

#endif
