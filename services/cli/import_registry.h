/* import_registry.h - the whole registry, as rules has it or as it would be with a table applied. */
#ifndef DUBAN_CLI_IMPORT_REGISTRY_H
#define DUBAN_CLI_IMPORT_REGISTRY_H

#include "import.h"

/* A post that somebody holds who can be told: himself, or his deputy while he is away. */
struct post {
    Duban__Role role;
    const char *scope;
};

/* Rows are sorted by their code or account. All of it lives in the cli's arena. */
struct registry {
    struct listing areas;      /* Duban__Area */
    struct listing sites;      /* Duban__Site */
    struct listing holders;    /* Duban__Holder */
    const Duban__Codes *codes;
    struct post *posts;        /* sorted */
    size_t post_count;
};

/* Ask rules; pretend = with the entries of the table as if they had been applied. False when
 * rules does not answer. */
bool registry_read(struct import *import, bool pretend, struct registry *registry);

/* The area, site or holder of that code or account; NULL when there is none. */
const void *registry_find(const struct listing *rows, const char *key);

/* Does an area belong to it? */
bool registry_has_zone(const struct registry *registry, const char *zone);

/* Open cases of that site and that follow-up owner; "" = of any. 0 also when rules does not answer. */
size_t registry_open_cases(struct import *import, const char *site, const char *owner);

bool registry_post_is_held(const struct registry *registry, Duban__Role role, const char *scope);

#endif
