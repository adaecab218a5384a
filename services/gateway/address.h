/* address.h - where somebody is on the network, in numbers. */
#ifndef DUBAN_GATEWAY_ADDRESS_H
#define DUBAN_GATEWAY_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

enum { ADDRESS_BYTES = 64 };

/* "127.0.0.1:8440", "[::1]:8440". False: it is none. */
bool address_read(const char *text, struct sockaddr_storage *address);

/* Without its port; "unknown" where it is none. */
void address_write(const struct sockaddr *address, char out[ADDRESS_BYTES]);

/* As a proxy writes it: 192.0.2.7, 192.0.2.7:1234, 2001:db8::7, [2001:db8::7]:1234. out stays as it was when it is none. */
void address_of_text(const char *text, char out[ADDRESS_BYTES]);

/* 127.0.0.0/8 or ::1, as they are written here: nobody on the network has them. */
bool address_is_of_this_machine(const char *address);

/* Whoever has an address of IPv6 has some 2^64 of them: they become one. In place. */
void address_to_network(char address[ADDRESS_BYTES]);

#endif
