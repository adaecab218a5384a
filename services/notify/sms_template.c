/* sms_template.c - values put into a template, each escaped for where it stands. */
#include "sms_template.h"

#include <stdio.h>

static void put_percent(struct text *out, struct bytes value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    const uint8_t *data = value.data;

    for (size_t i = 0; i < value.size; i++) {
        char escaped[4];

        if (data[i] != 0 && strchr(plain, data[i]) != NULL) {
            text_put(out, data + i, 1);
            continue;
        }
        snprintf(escaped, sizeof escaped, "%%%02X", data[i]);
        text_add(out, escaped);
    }
}

/* As inside a JSON string: its quotes stand in the template. */
static void put_json_inside(struct text *out, struct bytes value)
{
    struct text quoted = { 0 };

    text_json_bytes(&quoted, value.data, value.size);
    if (quoted.size >= 2)
        text_put(out, quoted.data + 1, quoted.size - 2);
    out->failed |= quoted.failed;
    text_close(&quoted);
}

static void put_value(struct text *out, struct bytes value, enum sms_escaping escaping)
{
    switch (escaping) {
    case SMS_FOR_URL:
        put_percent(out, value);
        return;
    case SMS_FOR_JSON:
        put_json_inside(out, value);
        return;
    case SMS_FOR_HEADER:
        text_put(out, value.data, value.size);
        return;
    }
}

/* The value that is named at words ("{phone}..."), and how long its name is with its braces; 0 = none is. */
static size_t value_named(const struct sms_values *values, const char *words, struct bytes *value)
{
    const struct {
        const char *name;
        struct bytes value;
    } names[] = { { "{phone}", values->phone }, { "{text}", values->text }, { "{id}", values->id },
                  { "{secret}", values->secret } };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i].name);

        if (strncmp(words, names[i].name, size) == 0) {
            *value = names[i].value;
            return size;
        }
    }
    return 0;
}

void sms_fill(struct text *out, const char *template, const struct sms_values *values, enum sms_escaping escaping)
{
    struct bytes value;

    while (*template != '\0') {
        size_t size = value_named(values, template, &value);

        if (size > 0)
            put_value(out, value, escaping);
        else
            text_put(out, template, size = 1);
        template += size;
    }
}

bool sms_add_header(struct request *request, const char *name, const char *template, const struct sms_values *values)
{
    struct text line = { 0 };
    bool good;

    text_add(&line, name);
    text_add(&line, ": ");
    sms_fill(&line, template, values, SMS_FOR_HEADER);
    text_put(&line, "", 1);
    good = !line.failed && request_add_header(request, line.data);
    text_close(&line);
    return good;
}
