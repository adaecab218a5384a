/* tool_json - json.c from outside, one request and one answer per line:
 *
 *   json  TYPE HEX     -> ok JSON  |  fault FIELD: why
 *   bytes TYPE JSON    -> ok HEX   |  fault FIELD: why
 *
 * tests/system/test_json.py asks it and compares with Google's json_format.
 */
#include "digest.h"
#include "json.h"
#include "message.h"
#include "query.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 16 * 1024 * 1024 };

static const ProtobufCMessageDescriptor *find_type(const char *name)
{
    static const ProtobufCMessageDescriptor *const types[] = {
        &duban__entry__descriptor, &duban__outbox_record__descriptor, &duban__query__descriptor,
        &duban__reply__descriptor, &duban__case__descriptor,
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i]->short_name, name) == 0)
            return types[i];
    }
    (void) fprintf(stderr, "tool_json: no type %s\n", name);
    exit(EXIT_FAILURE);
}

static void answer_fault(const struct fault *fault)
{
    printf("fault %s: %s / %s\n", fault->field, fault->zh, fault->en);
}

static void answer_json(struct arena *arena, const ProtobufCMessageDescriptor *type, const char *hex)
{
    struct fault fault = { 0 };
    size_t size = strlen(hex) / 2;
    uint8_t *packed = arena_take(arena, size);
    void *message = NULL;
    json_t *json;
    char *text;

    if (packed == NULL || !hex_parse(hex, packed, size))
        fault_set(&fault, "", "请求有误", "bad request");
    else
        message = message_unpack(arena, type, bytes_of(packed, size), ARENA_BYTES, &fault);
    if (message == NULL) {
        answer_fault(&fault);
        return;
    }
    json = json_of_message(message);
    text = json_dumps(json, JSON_COMPACT);
    printf("ok %s\n", text);
    free(text);
    json_decref(json);
}

static void answer_bytes(struct arena *arena, const ProtobufCMessageDescriptor *type, const char *text)
{
    struct fault fault = { 0 };
    json_t *json = json_parse(bytes_of_text(text), &fault);
    void *message = json == NULL ? NULL : json_to_message(arena, type, json, &fault);
    struct bytes packed = { NULL, 0 };
    char *hex;

    json_decref(json);
    if (message != NULL)
        packed = message_pack(arena, message);
    hex = arena_take(arena, packed.size * 2 + 1);
    if (packed.data == NULL || hex == NULL)
        answer_fault(&fault);
    else
        printf("ok %s\n", hex_of(hex, packed.data, packed.size));
}

int main(void)
{
    struct arena arena;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;

    arena_open(&arena, ARENA_BYTES);
    while ((size = getline(&line, &room, stdin)) > 0) {
        char *rest = line;
        const char *what;
        const char *name;

        line[size - 1] = '\0';
        what = strsep(&rest, " ");
        name = strsep(&rest, " ");
        if (name == NULL || rest == NULL)
            return EXIT_FAILURE;
        if (strcmp(what, "json") == 0)
            answer_json(&arena, find_type(name), rest);
        else
            answer_bytes(&arena, find_type(name), rest);
        (void) fflush(stdout);
        arena_reset(&arena);
    }
    free(line);
    arena_close(&arena);
    return EXIT_SUCCESS;
}
