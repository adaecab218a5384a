/* instance.h - a filled-in form: the XML that an OpenRosa client sends, as a tree.
 *
 * Only what a form has: elements with text. Read by expat; a document type, which could name entities that grow without end,
 * is refused, and so is what is deeper, longer or has more elements than any form of ours. Namespaces are dropped: meta is
 * meta, whether it stands in that of OpenRosa or in none. Blanks around a text are dropped.
 */
#ifndef DUBAN_GATEWAY_INSTANCE_H
#define DUBAN_GATEWAY_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "bytes.h"
#include "fault.h"

enum { INSTANCE_MOST_BYTES = 512 * 1024, INSTANCE_MOST_DEPTH = 8, INSTANCE_MOST_NODES = 4000 };

struct instance_node {
    const char *name;                  /* without its prefix */
    const char *text;                  /* its own, never NULL; UTF-8 without a zero byte */
    struct instance_node *children, *next;   /* in order; NULL = none, no more */
};

struct instance {
    const struct instance_node *root;
    const char *form, *version;        /* the attributes id and version of the root; empty = it has none */
};

/* All in the arena. False: fault says what is wrong, and in which line. */
bool instance_read(struct arena *arena, struct bytes xml, struct instance *instance, struct fault *fault);

/* The first child of that name; NULL = none. node may be NULL. */
const struct instance_node *instance_child(const struct instance_node *node, const char *name);

/* The text of that child; empty = there is none. */
const char *instance_text(const struct instance_node *node, const char *name);

/* Its instanceID, in meta; empty = it has none. */
const char *instance_id(const struct instance *instance);

#endif
