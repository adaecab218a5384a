/* readings.h - what can be read under /v1/, and by whom.
 *
 * One row for each: a question of query.proto under the name of its field, to whom its answer may be shown, and what the
 * API's own description (openapi.h) says of it. Who is not named in a row sees nothing.
 */
#ifndef DUBAN_GATEWAY_READINGS_H
#define DUBAN_GATEWAY_READINGS_H

#include <jansson.h>

#include "fault.h"
#include "query.pb-c.h"
#include "upstream.h"

/* What a post may be of. */
enum scope { SCOPE_ZONE, SCOPE_AREA, SCOPE_OFFICE, SCOPE_COUNT };

struct reading {
    const char *name;                  /* of the path, and the JSON name of the field of Query */
    enum upstream upstream;
    unsigned all_of_it;                /* posts that see everything */
    const char *scopes[SCOPE_COUNT];   /* argument that is a zone: those of a zone see theirs; NULL = they see nothing by that */
    const char *own;                   /* argument that is an account: who sees what is his own; NULL = nobody else does */
    unsigned own_of;                   /* posts that do */
    const char *zh, *en;               /* what it tells, in a line */
    const char *answer;                /* JSON name of the field of Reply; NULL = as name */
    bool tells_of_the_past;            /* it can be asked as of any time: asOfS */
};

/* Row by row; NULL beyond the last. */
const struct reading *reading_at(size_t row);

/* NULL: there is none of that name. */
const struct reading *reading_named(const char *name);

/* May this holder see it? Then `arguments` are narrowed to what he may see of it; else the fault says why not. */
bool reading_narrow(const struct reading *reading, const Duban__Holder *holder, json_t *arguments, struct fault *fault);

/* May this holder see a photo that this report declares; and as it came, with all that it says of itself? */
bool reading_shows_photo(const Duban__Holder *holder, const Duban__EvidenceRow *row);
bool reading_shows_original(const Duban__Holder *holder);

/* Holds he one of these posts? A bit per Role. */
bool reading_holds(const Duban__Holder *holder, unsigned posts);

/* Holds he a post of that zone, area or office? Is he contact of that site? "" is none. */
bool reading_is_of(const Duban__Holder *holder, enum scope scope, const char *code);
bool reading_is_contact_of(const Duban__Holder *holder, const char *site);

/* Does he see everything? That case: of his zone, followed up by himself, or at his own site? Any of what that row tells? */
bool reading_oversees(const Duban__Holder *holder);
bool reading_sees_case(const Duban__Holder *holder, const Duban__CaseRow *row);
bool reading_lets_see(const Duban__Holder *holder, const char *name);

/* Whose business something is; "" = nobody's. */
struct reading_matter {
    const char *scopes[SCOPE_COUNT];
    const char *own;                   /* account */
};

/* The same for one thing that was not asked for by arguments. */
bool reading_shows(const struct reading *reading, const Duban__Holder *holder, const struct reading_matter *matter);

/* May he know when somebody comes to look? */
bool reading_knows_revisits(const Duban__Holder *holder);

/* Take out of the answer what this holder is not shown. */
void reading_hide(const Duban__Holder *holder, Duban__Reply *reply);

/* An argument that belongs to every reading: the JSON name of a field of Query, and what it asks for. */
struct reading_argument {
    const char *name, *zh, *en;
    bool is_of_the_past;               /* only of those that tell of it */
};

/* One by one; NULL beyond the last. */
const struct reading_argument *reading_common_argument(size_t row);

/* Can it be an argument? Messages in a question cannot. */
static inline bool reading_takes(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_MESSAGE;
}

/* The field of that JSON name; NULL = there is none. */
const ProtobufCFieldDescriptor *reading_field(const ProtobufCMessageDescriptor *type, const char *json_name);

#endif
