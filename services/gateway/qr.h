/* qr.h - a QR code (ISO/IEC 18004) on a page: black squares of inline SVG, sharp on any printer. */
#ifndef DUBAN_GATEWAY_QR_H
#define DUBAN_GATEWAY_QR_H

#include "html.h"

/* Append one of that text, and what it says of itself to who does not see it. Nothing is appended when it cannot be made. */
void qr_put(struct html *html, const char *text, const char *label);

#endif
