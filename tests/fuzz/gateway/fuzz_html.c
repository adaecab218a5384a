/* Any bytes as a text on a page: what comes out is UTF-8, holds no markup, and says the same where it was clean. */
#include "fuzz.h"
#include "html.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static const struct {
    const char *written, *meant;
} ESCAPES[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" } };

/* How long what is written there is; what it means in *meant, NULL = itself. */
static size_t read_back(const char *at, size_t left, const char **meant)
{
    *meant = NULL;
    if (*at != '&')
        return 1;
    for (size_t i = 0; i < sizeof ESCAPES / sizeof ESCAPES[0]; i++) {
        size_t size = strlen(ESCAPES[i].written);

        if (size <= left && memcmp(at, ESCAPES[i].written, size) == 0) {
            *meant = ESCAPES[i].meant;
            return size;
        }
    }
    MUST(false);
    return 1;
}

static bool is_clean(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((data[i] < ' ' && data[i] != '\n' && data[i] != '\t' && data[i] != '\r') || data[i] == 0x7f)
            return false;
    return is_utf8((const char *) data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct html html;
    struct bytes all;
    size_t said = 0;
    bool clean = is_clean(data, size);

    arena_open(&arena, ARENA_BYTES);
    html = html_begin(&arena);
    html_text(&html, bytes_of(data, size));
    all = html_end(&html);
    MUST(!html.failed && (all.size == 0 || is_utf8(all.data, all.size)));
    for (size_t i = 0, length; i < all.size; i += length) {
        const char *at = (const char *) all.data + i, *meant;

        MUST(strchr("<>\"'", *at) == NULL || *at == '\0');
        length = read_back(at, all.size - i, &meant);
        MUST(!clean || (said < size && data[said] == (uint8_t) (meant == NULL ? *at : *meant)));
        said++;
    }
    MUST(!clean || said == size);
    arena_close(&arena);
    return 0;
}
