/* document.c - JSON as people write it, into entries: files, times, ids. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "civil.h"
#include "cli.h"
#include "digest.h"
#include "json.h"
#include "log.h"
#include "message.h"

enum { FILE_FIRST_BYTES = 64 * 1024, FILE_MAX_BYTES = 256 * 1024 * 1024 };

/* ---------------------------------------------------------------- files */

/* Read to the end into memory of our own, which grows; -1 with errno. */
static ssize_t read_all(int file, char **data)
{
    size_t capacity = FILE_FIRST_BYTES;
    size_t size = 0;
    ssize_t got = 1;

    *data = malloc(capacity);
    while (*data != NULL && got > 0) {
        if (size == capacity) {
            char *larger = capacity < FILE_MAX_BYTES ? realloc(*data, 2 * capacity) : NULL;

            if (larger == NULL) {
                errno = EFBIG;
                return -1;
            }
            *data = larger;
            capacity *= 2;
        }
        got = read(file, *data + size, capacity - size);
        size += got > 0 ? (size_t) got : 0;
    }
    return *data == NULL || got == -1 ? -1 : (ssize_t) size;
}

struct bytes file_read(struct cli *cli, const char *path)
{
    bool is_standard_input = strcmp(path, "-") == 0;
    int file = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    char *data = NULL;
    ssize_t size = file == -1 ? -1 : read_all(file, &data);
    struct bytes bytes = { 0 };

    if (size == -1) {
        cli->failure = cli_fail_system(cli, errno, "读不了 %s", "cannot read %s", path);
    } else {
        bytes = bytes_of(arena_copy(&cli->arena, data, (size_t) size), (size_t) size);
        if (bytes.data == NULL)
            die("内存不足 / out of memory: %s", path);
    }
    free(data);
    if (file != -1 && !is_standard_input)
        close(file);
    return bytes;
}

/* ---------------------------------------------------------------- times */

bool is_time_field(const ProtobufCFieldDescriptor *field)
{
    size_t size = strlen(field->name);

    return field->type == PROTOBUF_C_TYPE_INT64 && size > 3 && strcmp(field->name + size - 3, "_ms") == 0;
}

static bool is_number_text(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "-0123456789")] == '\0' && strchr(text + 1, '-') == NULL;
}

static json_t *member(json_t *object, const ProtobufCFieldDescriptor *field, char *name, size_t size)
{
    message_json_name(field->name, name, size);
    if (json_object_get(object, name) == NULL)
        snprintf(name, size, "%s", field->name);
    return json_object_get(object, name);
}

/* A text of time becomes the number that the .proto wants. */
static bool number_of_time(struct cli *cli, json_t *object, const char *name, json_t *value, struct fault *fault)
{
    int64_t at_s;

    if (!json_is_string(value) || is_number_text(json_string_value(value)))
        return true;
    if (!civil_parse(json_string_value(value), cli->show.offset_s, &at_s))
        return fault_set(fault, name, "时间“%s”看不懂；应写成 2020-02-03T09:10",
                         "cannot read the time \"%s\"; write 2020-02-03T09:10",
                         json_string_value(value));
    json_object_set_new(object, name, json_integer(at_s * 1000));
    return true;
}

static bool numbers_of_times(struct cli *cli, json_t *json, const ProtobufCMessageDescriptor *type,
                             struct fault *fault);

static bool numbers_in_member(struct cli *cli, json_t *value, const ProtobufCMessageDescriptor *type,
                              struct fault *fault)
{
    json_t *element;
    size_t i;

    if (!json_is_array(value))
        return numbers_of_times(cli, value, type, fault);
    json_array_foreach(value, i, element)
        if (!numbers_of_times(cli, element, type, fault))
            return false;
    return true;
}

static bool numbers_of_times(struct cli *cli, json_t *json, const ProtobufCMessageDescriptor *type, struct fault *fault)
{
    for (unsigned i = 0; json_is_object(json) && i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        char name[128];
        json_t *value = member(json, field, name, sizeof name);

        if (value == NULL)
            continue;
        if (is_time_field(field) && !number_of_time(cli, json, name, value, fault))
            return false;
        if (field->type == PROTOBUF_C_TYPE_MESSAGE && !numbers_in_member(cli, value, field->descriptor, fault))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- entries */

bool has_only(const json_t *json, const char *const *names, size_t count, struct fault *fault)
{
    const char *name;
    json_t *value;

    if (!json_is_object(json))
        return fault_set(fault, "", "应为 JSON 对象 {…}", "this should be a JSON object {...}");
    json_object_foreach((json_t *) json, name, value) {
        size_t i = 0;

        while (i < count && strcmp(names[i], name) != 0)
            i++;
        if (i == count)
            return fault_set(fault, name, "没有这个字段", "there is no such member");
    }
    return true;
}

Duban__Entry *entry_of_json(struct cli *cli, json_t *json, struct fault *fault)
{
    Duban__Entry *entry;

    if (!numbers_of_times(cli, json, &duban__entry__descriptor, fault))
        return NULL;
    entry = json_to_message(&cli->arena, &duban__entry__descriptor, json, fault);
    if (entry != NULL && entry->body_case == DUBAN__ENTRY__BODY__NOT_SET) {
        fault_set(fault, "", "空的记录；应为 {\"report\":{…}} 之类",
                  "an empty entry; it should be {\"report\":{...}} or the like");
        return NULL;
    }
    return entry;
}

bool entry_pack(struct cli *cli, const Duban__Entry *entry, struct bytes *packed, struct fault *fault)
{
    *packed = message_pack(&cli->arena, entry);
    if (packed->data == NULL)
        die("内存不足 / out of memory");
    if (packed->size > MESSAGE_MAX_BYTES)
        return fault_set(fault, "", "记录太大：%zu 字节，最多 %d", "the entry is too large: %zu bytes, at most %d", packed->size,
                         MESSAGE_MAX_BYTES);
    return true;
}

void id_of_parts(uint8_t id[16], const char *const *parts, size_t count)
{
    struct bytes bytes[8];

    for (size_t i = 0; i < count && i < 8; i++)
        bytes[i] = bytes_of_text(parts[i]);
    digest_of_parts(id, ID_BYTES, bytes_of(NULL, 0), bytes, count < 8 ? count : 8);
}
