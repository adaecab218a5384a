/* certificate.h - the certificate that https shows and its key, read from two PEM files.
 *
 * One that is replaced by a newer one stays for those who have connected before: it is theirs until they leave. So whoever
 * keeps a pointer to one counts as a user, and the last one to go takes it along.
 */
#ifndef DUBAN_GATEWAY_CERTIFICATE_H
#define DUBAN_GATEWAY_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include <gnutls/abstract.h>

enum { CERTIFICATE_CHAIN_MOST = 16 };

struct certificate {
    gnutls_pcert_st chain[CERTIFICATE_CHAIN_MOST];   /* its own first, then those that vouch for it */
    unsigned chain_size;
    gnutls_privkey_t key;
    int64_t expires_s;                 /* UTC */
    uint32_t users;
};

/* Both files, with one user: the caller. NULL after saying what is wrong; of one that is right, the log says whose it is and
 * whether it expires soon. */
struct certificate *certificate_read(const char *certificate_path, const char *key_path);

/* One more user. Returns the same. */
struct certificate *certificate_use(struct certificate *certificate);

/* One user less, of one that may be NULL. */
void certificate_release(struct certificate *certificate);

/* What gnutls asks for in the handshake of a session whose pointer (gnutls_session_set_ptr) is a certificate, as
 * gnutls_certificate_retrieve_function2 has it; a session without one gets none. */
int certificate_show(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                     const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain, unsigned *chain_size,
                     gnutls_privkey_t *key);

/* By the clock on the wall, as phones judge it: it has days left, and only few; it has expired. */
bool certificate_expires_soon(const struct certificate *certificate);
bool certificate_has_expired(const struct certificate *certificate);

/* The same, and says so. */
bool certificate_is_over(const struct certificate *certificate, const char *path);

#endif
