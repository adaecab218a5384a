/* entry_words.c - an entry on a terminal: its canonical JSON walked with its descriptor, so that what
 * is left out there is left out here.
 */
#include "entry_words.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "duty_window.h"
#include "json.h"
#include "log.h"
#include "message.h"
#include "names.h"

enum { INDENT = 2, NAME_BYTES = 128, SHORT_BYTES = 32 };

/* One printing of an entry. */
struct printing {
    struct cli *cli;
    const char *fault_field;
};

static void print_message(const struct printing *printing, json_t *object, const ProtobufCMessageDescriptor *type,
                          const char *path, size_t indent);

/* ---------------------------------------------------------------- plain values */

/* Bytes travel in JSON as base64; people compare hexadecimal. */
static const char *hex_of_base64(struct cli *cli, const char *text)
{
    uint8_t bytes[SHORT_BYTES];
    char hex[2 * SHORT_BYTES + 1];
    size_t size;

    if (sodium_base642bin(bytes, sizeof bytes, text, strlen(text), NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return text_of(&cli->arena, "（%zu 字节 / bytes）", strlen(text) / 4 * 3);
    return text_of(&cli->arena, "%s", hex_of(hex, bytes, size));
}

static int64_t number_in(const json_t *value)
{
    return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10) : json_integer_value(value);
}

/* 37500 thousandths as "37.500". */
static const char *decimal(struct cli *cli, int64_t number, int64_t unit, int digits)
{
    int64_t whole = number / unit, rest = number % unit;

    return text_of(&cli->arena, "%s%" PRId64 ".%0*" PRId64, number < 0 ? "-" : "", whole < 0 ? -whole : whole, digits,
                   rest < 0 ? -rest : rest);
}

static const char *zone(struct cli *cli, int64_t minutes)
{
    int64_t size = minutes < 0 ? -minutes : minutes;

    return text_of(&cli->arena, "UTC%c%02" PRId64 ":%02" PRId64, minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static const char *number_in_words(struct cli *cli, const ProtobufCFieldDescriptor *field, int64_t number)
{
    if (is_time_field(field))
        return show_time_ms(&cli->show, number);
    switch (reading_of_field(field)) {
    case READ_THOUSANDTHS:
        return decimal(cli, number, 1000, 3);
    case READ_DEGREES:
        return decimal(cli, number, 10000000, 7);
    case READ_ZONE:
        return zone(cli, number);
    case READ_DAY:
        return cli_day_text(cli, number);
    case READ_PLAIN:
    case READ_ACCOUNT:
        break;
    }
    return text_of(&cli->arena, "%" PRId64, number);
}

static const char *account_in_words(struct cli *cli, const char *account)
{
    struct words title = title_of(cli, account);

    return strcmp(title.zh, account) == 0 ? account : text_of(&cli->arena, "%s %s", account, show_label(&cli->show, title));
}

static const char *value_in_words(struct cli *cli, const ProtobufCFieldDescriptor *field, const json_t *value)
{
    const ProtobufCEnumValue *known;

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return reading_of_field(field) == READ_ACCOUNT ? account_in_words(cli, json_string_value(value))
                                                       : json_string_value(value);
    case PROTOBUF_C_TYPE_BYTES:
        return hex_of_base64(cli, json_string_value(value));
    case PROTOBUF_C_TYPE_BOOL:
        return show_label(&cli->show, (struct words){ "是", "yes" });
    case PROTOBUF_C_TYPE_ENUM:
        if (!json_is_string(value))
            return number_in_words(cli, field, number_in(value));
        known = protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, json_string_value(value));
        return show_label(&cli->show, name_of_value(field->descriptor, known));
    default:
        return number_in_words(cli, field, number_in(value));
    }
}

/* ---------------------------------------------------------------- messages that are one value */

static const char *member(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL ? "" : text;
}

static const char *text_in_words(struct cli *cli, json_t *object)
{
    return show_label(&cli->show, (struct words){ member(object, "zh"), member(object, "en") });
}

static const char *personal_in_words(struct cli *cli, json_t *object)
{
    const char *token = hex_of_base64(cli, member(object, "token"));

    return show_label(&cli->show, words_of(&cli->arena, "（个人信息，代号 %s）", "(personal, token %s)", token));
}

static uint32_t number_member(json_t *object, const char *name)
{
    return (uint32_t) json_integer_value(json_object_get(object, name));
}

/* By its number when rules knows the case. */
static const char *case_in_words(struct cli *cli, json_t *object)
{
    json_t *place = json_object_get(object, "place");
    const char *hex = hex_of_base64(cli, member(object, "id"));
    const Duban__CaseRow *row = NULL;
    uint8_t id[ID_BYTES];

    if (place != NULL)
        return text_of(&cli->arena, "%s/%s", member(place, "site"), member(place, "item"));
    if (number_member(object, "number") != 0)
        return case_label(cli, number_member(object, "number"));
    if (hex_parse(hex, id, sizeof id))
        row = find_case(cli, id);
    return row == NULL ? hex : show_label(&cli->show, words_of_case(cli, row));
}

static const char *duty_window_in_words(struct cli *cli, json_t *object)
{
    Duban__DutyWindow window = DUBAN__DUTY_WINDOW__INIT, *windows[] = { &window };

    window.first_day = number_member(object, "firstDay");
    window.last_day = number_member(object, "lastDay");
    window.from_minute = number_member(object, "fromMinute");
    window.to_minute = number_member(object, "toMinute");
    return show_label(&cli->show, words_of_duty_windows(&cli->arena, windows, 1));
}

struct one_value {
    const ProtobufCMessageDescriptor *type;
    const char *(*in_words)(struct cli *cli, json_t *object);
};

/* NULL when the message has lines of its own. */
static const char *message_in_words(struct cli *cli, json_t *object, const ProtobufCMessageDescriptor *type)
{
    static const struct one_value ONE_VALUE[] = {
        { &duban__text__descriptor, text_in_words },
        { &duban__personal__descriptor, personal_in_words },
        { &duban__case_reference__descriptor, case_in_words },
        { &duban__duty_window__descriptor, duty_window_in_words },
    };

    for (size_t i = 0; i < sizeof ONE_VALUE / sizeof ONE_VALUE[0]; i++)
        if (ONE_VALUE[i].type == type)
            return ONE_VALUE[i].in_words(cli, object);
    return NULL;
}

/* ---------------------------------------------------------------- lines */

/* Rules names a field by its whole path, or by its last part alone. */
static bool is_at_fault(const struct printing *printing, const char *path)
{
    const char *last = strrchr(path, '.');

    return printing->fault_field[0] != '\0' && (strcmp(path, printing->fault_field) == 0 ||
                                                (last != NULL && strcmp(last + 1, printing->fault_field) == 0));
}

static void print_line(const struct printing *printing, struct words name, const char *value, const char *path, size_t indent)
{
    struct cli *cli = printing->cli;

    if (is_at_fault(printing, path))
        value = text_of(&cli->arena, "%s  %s", value, show_label(&cli->show, (struct words){ "← 问题在这里", "<- here" }));
    print_field_at(cli, indent, name, value);
}

static void print_value(const struct printing *printing, const ProtobufCFieldDescriptor *field, json_t *value,
                        struct words name, const char *path, size_t indent)
{
    struct cli *cli = printing->cli;
    const char *words;

    if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
        print_line(printing, name, value_in_words(cli, field, value), path, indent);
        return;
    }
    words = message_in_words(cli, value, field->descriptor);
    if (words != NULL) {
        print_line(printing, name, words, path, indent);
        return;
    }
    print_line(printing, name, "", path, indent);
    print_message(printing, value, field->descriptor, path, indent + INDENT);
}

/* Counted from 1, as people count; the path from 0, as rules does. */
static void print_values(const struct printing *printing, const ProtobufCFieldDescriptor *field, json_t *array,
                         const char *path, size_t indent)
{
    struct cli *cli = printing->cli;
    struct words name = name_of_field(field);
    json_t *element;
    size_t i;

    json_array_foreach(array, i, element) {
        struct words numbered = { text_of(&cli->arena, "%s %zu", name.zh, i + 1), text_of(&cli->arena, "%s %zu", name.en, i + 1) };

        print_value(printing, field, element, numbered, text_of(&cli->arena, "%s[%zu]", path, i), indent);
    }
}

static void print_message(const struct printing *printing, json_t *object, const ProtobufCMessageDescriptor *type,
                          const char *path, size_t indent)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        const char *inside;
        char name[NAME_BYTES];
        json_t *value;

        message_json_name(field->name, name, sizeof name);
        value = json_object_get(object, name);
        inside = text_of(&printing->cli->arena, "%s%s%s", path, path[0] == '\0' ? "" : ".", name);
        if (json_is_array(value))
            print_values(printing, field, value, inside, indent);
        else if (value != NULL)
            print_value(printing, field, value, name_of_field(field), inside, indent);
    }
}

/* ---------------------------------------------------------------- the whole */

struct words name_of_entry_kind(const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(&duban__entry__descriptor, name);

    return field == NULL ? (struct words){ name, "" } : name_of_field(field);
}

struct words name_of_entry(const Duban__Entry *entry)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(&duban__entry__descriptor, (unsigned) entry->body_case);

    return field == NULL ? (struct words){ "—", "" } : name_of_field(field);
}

void print_entry(struct cli *cli, const Duban__Entry *entry, const char *fault_field)
{
    struct printing printing = { .cli = cli, .fault_field = fault_field };
    json_t *json = json_of_message(&entry->base);

    if (json == NULL)
        die("内存不足 / out of memory");
    print_message(&printing, json, &duban__entry__descriptor, "", 0);
    json_decref(json);
}

/* ---------------------------------------------------------------- a field by its path */

/* The field of that name in JSON, as many bytes of it: deviceTimeMs is device_time_ms. */
static const ProtobufCFieldDescriptor *field_called(struct cli *cli, const ProtobufCMessageDescriptor *of, const char *name, size_t size)
{
    char *own = cli_take(cli, 2 * size + 1), *out = own;

    for (size_t i = 0; i < size; i++) {
        if (name[i] >= 'A' && name[i] <= 'Z')
            *out++ = '_';
        *out++ = (char) (name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    }
    *out = '\0';
    return protobuf_c_message_descriptor_get_field_by_name(of, own);
}

/* " 3" of "[2]...": people count from one; empty where there is none. */
static const char *place_in_list(struct cli *cli, const char *at)
{
    return *at != '[' ? "" : text_of(&cli->arena, " %lu", strtoul(at + 1, NULL, 10) + 1);
}

struct words words_of_field_path(struct cli *cli, const char *path)
{
    const ProtobufCMessageDescriptor *of = &duban__entry__descriptor;
    struct words all = { "", "" };

    for (const char *at = path; *at != '\0'; at += *at == '.') {
        size_t size = strcspn(at, ".[");
        const ProtobufCFieldDescriptor *field = of == NULL ? NULL : field_called(cli, of, at, size);
        struct words name;

        if (field == NULL)
            return (struct words){ path, path };
        name = name_of_field(field);
        at += size;
        all = (struct words){ text_of(&cli->arena, "%s%s%s%s", all.zh, all.zh[0] == '\0' ? "" : " · ", name.zh, place_in_list(cli, at)),
                              text_of(&cli->arena, "%s%s%s%s", all.en, all.en[0] == '\0' ? "" : ", ", name.en, place_in_list(cli, at)) };
        of = field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
        at += strcspn(at, ".");
    }
    return all;
}
