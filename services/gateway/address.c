/* address.c - where somebody is on the network, in numbers. */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "number.h"

bool address_read(const char *text, struct sockaddr_storage *address)
{
    char host[ADDRESS_BYTES];
    const char *colon = strrchr(text, ':');
    struct sockaddr_in *v4 = (void *) address;
    struct sockaddr_in6 *v6 = (void *) address;
    uint64_t port;

    memset(address, 0, sizeof *address);
    if (colon == NULL || !number_of(colon + 1, &port) || port > UINT16_MAX)
        return false;
    snprintf(host, sizeof host, "%.*s", (int) (colon - text), text);
    if (host[0] == '[' && host[strlen(host) - 1] == ']') {
        host[strlen(host) - 1] = '\0';
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t) port);
        return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1;
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t) port);
    return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

void address_write(const struct sockaddr *address, char out[ADDRESS_BYTES])
{
    const struct sockaddr_in6 *v6 = (const void *) address;
    const struct sockaddr_in *v4 = (const void *) address;
    const char *written = NULL;

    if (address != NULL && address->sa_family == AF_INET6)
        written = inet_ntop(AF_INET6, &v6->sin6_addr, out, ADDRESS_BYTES);
    else if (address != NULL && address->sa_family == AF_INET)
        written = inet_ntop(AF_INET, &v4->sin_addr, out, ADDRESS_BYTES);
    if (written == NULL)
        snprintf(out, ADDRESS_BYTES, "unknown");
}

void address_of_text(const char *text, char out[ADDRESS_BYTES])
{
    char host[ADDRESS_BYTES];
    struct in6_addr v6;
    struct in_addr v4;

    text += strspn(text, " \t");
    if (*text == '[')
        snprintf(host, sizeof host, "%.*s", (int) strcspn(text + 1, "]"), text + 1);
    else
        snprintf(host, sizeof host, "%.*s", (int) strcspn(text, " \t"), text);
    if (inet_pton(AF_INET6, host, &v6) == 1) {
        (void) inet_ntop(AF_INET6, &v6, out, ADDRESS_BYTES);
        return;
    }
    host[strcspn(host, ":")] = '\0';
    if (inet_pton(AF_INET, host, &v4) == 1)
        (void) inet_ntop(AF_INET, &v4, out, ADDRESS_BYTES);
}

bool address_is_of_this_machine(const char *address)
{
    struct in6_addr v6;
    struct in_addr v4;

    if (inet_pton(AF_INET, address, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
    return inet_pton(AF_INET6, address, &v6) == 1 &&
           (IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == IN_LOOPBACKNET));
}

void address_to_network(char address[ADDRESS_BYTES])
{
    struct in6_addr v6;

    if (inet_pton(AF_INET6, address, &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6))
        return;
    memset(v6.s6_addr + 8, 0, 8);
    (void) inet_ntop(AF_INET6, &v6, address, ADDRESS_BYTES);
}
