/* difference.c - two entries as canonical JSON, walked field by field of their descriptors. */
#include "difference.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "log.h"
#include "message.h"

struct comparing {
    struct cli *cli;
    struct differences found;
};

/* Two values of one field; NULL = not given. */
struct sides {
    const json_t *stands;
    const json_t *refused;
};

static struct difference *next_row(struct comparing *comparing)
{
    struct differences *found = &comparing->found;

    if (found->count == found->capacity) {
        size_t capacity = found->capacity == 0 ? 32 : 2 * found->capacity;
        struct difference *rows = arena_take(&comparing->cli->arena, capacity * sizeof *rows);

        if (rows == NULL)
            die("内存不足 / out of memory");
        if (found->count > 0)
            memcpy(rows, found->rows, found->count * sizeof *rows);
        found->rows = rows;
        found->capacity = capacity;
    }
    found->rows[found->count] = (struct difference){ .field = "" };
    return &found->rows[found->count++];
}

/* ---------------------------------------------------------------- values */

static const char *time_text(struct cli *cli, const json_t *value)
{
    return show_time_ms(&cli->show, strtoll(json_string_value(value), NULL, 10));
}

static const char *value_text(struct cli *cli, const ProtobufCFieldDescriptor *field, const json_t *value)
{
    char *printed;
    const char *text;

    if (value == NULL)
        return NULL;
    if (json_is_string(value))
        return is_time_field(field) ? time_text(cli, value) : text_of(&cli->arena, "%s", json_string_value(value));
    printed = json_dumps(value, JSON_ENCODE_ANY);
    if (printed == NULL)
        die("内存不足 / out of memory");
    text = text_of(&cli->arena, "%s", printed);
    free(printed);
    return text;
}

static void add_value(struct comparing *comparing, const char *path, const ProtobufCFieldDescriptor *field,
                      struct sides sides)
{
    struct difference *row;

    if (json_equal(sides.stands, sides.refused))
        return;
    row = next_row(comparing);
    row->field = path;
    row->stands = value_text(comparing->cli, field, sides.stands);
    row->refused = value_text(comparing->cli, field, sides.refused);
}

static void add_personal(struct comparing *comparing, const char *path)
{
    struct difference *row = next_row(comparing);

    row->field = path;
    row->personal = true;
}

/* ---------------------------------------------------------------- walking */

static void compare_message(struct comparing *comparing, const char *path, const ProtobufCMessageDescriptor *type,
                            struct sides sides);

static void compare_value(struct comparing *comparing, const char *path, const ProtobufCFieldDescriptor *field,
                          struct sides sides)
{
    if (sides.stands == NULL && sides.refused == NULL)
        return;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        add_value(comparing, path, field, sides);
    else if (field->descriptor == &duban__personal__descriptor)
        add_personal(comparing, path);
    else
        compare_message(comparing, path, field->descriptor, sides);
}

static void compare_list(struct comparing *comparing, const char *path, const ProtobufCFieldDescriptor *field,
                         struct sides lists)
{
    size_t stands = json_array_size(lists.stands);
    size_t refused = json_array_size(lists.refused);

    for (size_t i = 0; i < stands || i < refused; i++) {
        struct sides sides = { json_array_get(lists.stands, i), json_array_get(lists.refused, i) };

        compare_value(comparing, text_of(&comparing->cli->arena, "%s[%zu]", path, i), field, sides);
    }
}

static void compare_message(struct comparing *comparing, const char *path, const ProtobufCMessageDescriptor *type,
                            struct sides sides)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        struct sides inner;
        const char *inside;
        char name[128];

        message_json_name(field->name, name, sizeof name);
        inside = text_of(&comparing->cli->arena, "%s%s%s", path, path[0] == '\0' ? "" : ".", name);
        inner = (struct sides){ json_object_get(sides.stands, name), json_object_get(sides.refused, name) };
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            compare_list(comparing, inside, field, inner);
        else
            compare_value(comparing, inside, field, inner);
    }
}

struct differences differences_between(struct cli *cli, const Duban__Entry *stands, const Duban__Entry *refused)
{
    struct comparing comparing = { .cli = cli };
    json_t *left = json_of_message(&stands->base);
    json_t *right = json_of_message(&refused->base);

    if (left == NULL || right == NULL)
        die("内存不足 / out of memory");
    compare_message(&comparing, "", &duban__entry__descriptor, (struct sides){ left, right });
    json_decref(left);
    json_decref(right);
    return comparing.found;
}
