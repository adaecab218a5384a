/* public_url.h - the address at which phones reach the gateway, as settings have it: https://duban.example */
#ifndef DUBAN_PUBLIC_URL_H
#define DUBAN_PUBLIC_URL_H

#include <stdbool.h>

/* False after saying what is wrong with it. "" is none. */
bool public_url_is_right(const char *url);

#endif
