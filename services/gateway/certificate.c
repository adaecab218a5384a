/* certificate.c - what https shows, and its key. */
#include "certificate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <sodium.h>

#include "civil.h"
#include "log.h"
#include "secret_file.h"
#include "system_error.h"

enum { DAY_S = 24 * 3600, SOON_DAYS = 14, KEY_ID_BYTES = 64, FILE_MOST_BYTES = 1 << 20, DATE_BYTES = sizeof "2020-02-03" };

/* ---------------------------------------------------------------- files */

static bool take_file(const char *setting, const char *path, gnutls_datum_t *content)
{
    struct words why;
    struct stat file;
    int failed;

    if (stat(path, &file) == 0 && (!S_ISREG(file.st_mode) || file.st_size > FILE_MOST_BYTES)) {
        log_error("%1$s：读不了 %2$s：不是普通文件，或者超过 1 MiB / %1$s: cannot read %2$s: it is no ordinary file, or larger than 1 MiB", setting, path);
        return false;
    }
    errno = 0;
    failed = gnutls_load_file(path, content);
    if (failed == 0)
        return true;
    why = errno != 0 ? system_error(errno) : (struct words){ gnutls_strerror(failed), gnutls_strerror(failed) };
    log_error("%1$s：读不了 %2$s：%3$s / %1$s: cannot read %2$s: %4$s", setting, path, why.zh, why.en);
    return false;
}

static void forget(gnutls_datum_t *content)
{
    if (content->data != NULL)
        sodium_memzero(content->data, content->size);
    gnutls_free(content->data);
    content->data = NULL;
}

static bool is_no_pem(const char *setting, const char *path, const char *zh, const char *en, int failed)
{
    log_error("%1$s：%2$s 里没有可用的%3$s（%5$s） / %1$s: %2$s holds no %4$s that can be used (%5$s)", setting, path, zh, en,
              gnutls_strerror(failed));
    return false;
}

/* ---------------------------------------------------------------- the certificate */

static int64_t left_s(const struct certificate *certificate)
{
    return certificate->expires_s - time(NULL);
}

bool certificate_expires_soon(const struct certificate *certificate)
{
    return !certificate_has_expired(certificate) && left_s(certificate) < (int64_t) SOON_DAYS * DAY_S;
}

bool certificate_has_expired(const struct certificate *certificate)
{
    return left_s(certificate) <= 0;
}

static void tell(const struct certificate *certificate, gnutls_x509_crt_t own, const char *path)
{
    char date[DATE_BYTES];
    gnutls_datum_t line;

    if (gnutls_x509_crt_print(own, GNUTLS_CRT_PRINT_ONELINE, &line) == 0) {
        log_info("tls_certificate：%1$s / tls_certificate: path=%1$s %2$s", path, (const char *) line.data);
        gnutls_free(line.data);
    }
    (void) civil_format(date, sizeof date, certificate->expires_s, 0);
    if (certificate_expires_soon(certificate))
        log_warn("证书还有 %1$lld 天到期（世界时 %2$s），请换新的再重新加载 / the certificate expires in %1$lld days (%2$s UTC): put a new one in "
                 "its place and reload: path=%3$s", (long long) (left_s(certificate) / DAY_S), date, path);
}

static bool take_own(struct certificate *certificate, const char *path)
{
    gnutls_x509_crt_t own;

    if (gnutls_pcert_export_x509(&certificate->chain[0], &own) != 0)
        return false;
    certificate->expires_s = gnutls_x509_crt_get_expiration_time(own);
    tell(certificate, own, path);
    gnutls_x509_crt_deinit(own);
    return true;
}

static bool read_chain(struct certificate *certificate, const char *path)
{
    gnutls_x509_crt_t *all = NULL;
    gnutls_datum_t content;
    unsigned all_count = 0, count;     /* the chain is what of all leads from the first to its issuers */
    int failed;

    if (!take_file("tls_certificate", path, &content))
        return false;
    failed = gnutls_x509_crt_list_import2(&all, &all_count, &content, GNUTLS_X509_FMT_PEM, 0);
    count = all_count;
    if (failed >= 0 && count > CERTIFICATE_CHAIN_MOST)
        failed = GNUTLS_E_CONSTRAINT_ERROR;
    else if (failed >= 0)
        failed = gnutls_pcert_import_x509_list(certificate->chain, all, &count, GNUTLS_X509_CRT_LIST_SORT);
    certificate->chain_size = failed >= 0 ? count : 0;
    for (unsigned i = 0; all != NULL && i < all_count; i++)
        gnutls_x509_crt_deinit(all[i]);
    gnutls_free(all);
    forget(&content);
    return (failed >= 0 && take_own(certificate, path)) || is_no_pem("tls_certificate", path, "证书", "certificate", failed);
}

bool certificate_is_over(const struct certificate *certificate, const char *path)
{
    char date[DATE_BYTES];

    if (!certificate_has_expired(certificate))
        return false;
    (void) civil_format(date, sizeof date, certificate->expires_s, 0);
    log_error("tls_certificate：%1$s 已于世界时 %2$s 过期，手机不再相信它 / tls_certificate: %1$s has expired on %2$s UTC: phones trust it no more",
              path, date);
    return true;
}

/* ---------------------------------------------------------------- the key */

static bool read_key(struct certificate *certificate, const char *path)
{
    gnutls_datum_t content;
    int failed;

    if (!take_file("tls_key", path, &content))
        return false;
    secret_warn_of_readers(path);
    failed = gnutls_privkey_init(&certificate->key);
    if (failed == 0)
        failed = gnutls_privkey_import_x509_raw(certificate->key, &content, GNUTLS_X509_FMT_PEM, NULL, 0);
    forget(&content);
    return failed == 0 || is_no_pem("tls_key", path, "私钥", "private key", failed);
}

static bool is_same_key(gnutls_pubkey_t one, gnutls_pubkey_t other)
{
    uint8_t ids[2][KEY_ID_BYTES];
    size_t sizes[2] = { KEY_ID_BYTES, KEY_ID_BYTES };

    return gnutls_pubkey_get_key_id(one, GNUTLS_KEYID_USE_SHA256, ids[0], &sizes[0]) == 0 &&
           gnutls_pubkey_get_key_id(other, GNUTLS_KEYID_USE_SHA256, ids[1], &sizes[1]) == 0 && sizes[0] == sizes[1] &&
           memcmp(ids[0], ids[1], sizes[0]) == 0;
}

static bool fit(const struct certificate *certificate, const char *certificate_path, const char *key_path)
{
    gnutls_pubkey_t of_key;
    bool same;

    if (gnutls_pubkey_init(&of_key) != 0)
        return false;
    same = gnutls_pubkey_import_privkey(of_key, certificate->key, 0, 0) == 0 && is_same_key(of_key, certificate->chain[0].pubkey);
    gnutls_pubkey_deinit(of_key);
    if (!same)
        log_error("tls_key：%1$s 不是证书 %2$s 的私钥，请核对是不是同一次做的 / tls_key: %1$s is not the key of the certificate %2$s; check "
                  "that they were made together", key_path, certificate_path);
    return same;
}

/* ---------------------------------------------------------------- life */

struct certificate *certificate_read(const char *certificate_path, const char *key_path)
{
    struct certificate *certificate = calloc(1, sizeof *certificate);

    if (certificate == NULL) {
        log_error("内存不足，证书没有读入 / out of memory: the certificate was not read");
        return NULL;
    }
    certificate->users = 1;
    if (read_chain(certificate, certificate_path) && read_key(certificate, key_path) && fit(certificate, certificate_path, key_path))
        return certificate;
    certificate_release(certificate);
    return NULL;
}

struct certificate *certificate_use(struct certificate *certificate)
{
    certificate->users++;
    return certificate;
}

void certificate_release(struct certificate *certificate)
{
    if (certificate == NULL || --certificate->users > 0)
        return;
    for (unsigned i = 0; i < certificate->chain_size; i++)
        gnutls_pcert_deinit(&certificate->chain[i]);
    if (certificate->key != NULL)
        gnutls_privkey_deinit(certificate->key);
    free(certificate);
}

int certificate_show(gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
                     const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain, unsigned *chain_size,
                     gnutls_privkey_t *key)
{
    struct certificate *certificate = gnutls_session_get_ptr(session);

    (void) authorities, (void) authority_count, (void) algorithms, (void) algorithm_count;
    if (certificate == NULL)
        return -1;
    *chain = certificate->chain;
    *chain_size = certificate->chain_size;
    *key = certificate->key;
    return 0;
}
