/* qr.c - a QR code on a page. */
#include "qr.h"

#include <qrencode.h>

enum { QUIET = 4 };                    /* modules around it, as the standard wants */

/* One run of black modules in a row is one stroke. */
static void put_row(struct html *html, const QRcode *code, int row)
{
    for (int from = 0, to; from < code->width; from = to + 1) {
        for (to = from; to < code->width && (code->data[row * code->width + to] & 1) != 0; to++)
            ;
        if (to > from)
            html_put(html, "M%d %dh%dv1h-%dz", from + QUIET, row + QUIET, to - from, to - from);
    }
}

void qr_put(struct html *html, const char *text, const char *label)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

    if (code == NULL)
        return;
    html_put(html, "<svg class=\"code\" role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %d\"><path d=\"", label, code->width + 2 * QUIET,
             code->width + 2 * QUIET);
    for (int row = 0; row < code->width; row++)
        put_row(html, code, row);
    html_put(html, "\"/></svg>\n");
    QRcode_free(code);
}
