/* form.c - what a form of a page has sent. */
#include "form.h"

#include "message.h"

static bool refuse(struct fault *fault)
{
    return fault_set(fault, "", "表单内容无法解读，请返回上一页重填", "the form cannot be read; go back and fill it in again");
}

static int digit(char hex)
{
    if (hex >= '0' && hex <= '9')
        return hex - '0';
    if (hex >= 'a' && hex <= 'f')
        return hex - 'a' + 10;
    return hex >= 'A' && hex <= 'F' ? hex - 'A' + 10 : -1;
}

/* In place: what is decoded is never longer. Carriage returns go, browsers send one before each line end. NULL: it cannot be. */
static const char *decode(char *text, size_t size)
{
    size_t out = 0;

    for (size_t i = 0; i < size; i++) {
        char byte = text[i];

        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%') {
            int high = i + 2 < size ? digit(text[i + 1]) : -1, low = i + 2 < size ? digit(text[i + 2]) : -1;

            if (high == -1 || low == -1)
                return NULL;
            byte = (char) (high * 16 + low);
            i += 2;
        }
        if (byte == '\0')
            return NULL;
        if (byte != '\r')
            text[out++] = byte;
    }
    text[out] = '\0';
    return is_utf8(text, out) ? text : NULL;
}

static bool is_known(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(form->fields[i].name, name) == 0)
            return true;
    return false;
}

static bool add(struct form *form, char *pair, size_t size)
{
    char *equals = memchr(pair, '=', size);
    size_t name_size = equals == NULL ? size : (size_t) (equals - pair);
    struct form_field field;

    if (form->count == FORM_MOST_FIELDS)
        return false;
    field.value = equals == NULL ? "" : decode(equals + 1, size - name_size - 1);
    field.name = decode(pair, name_size);
    if (field.name == NULL || field.value == NULL || is_known(form, field.name))
        return false;
    form->fields[form->count++] = field;
    return true;
}

bool form_read(struct form *form, struct arena *arena, struct bytes body, struct fault *fault)
{
    char *copy, *end;

    form->count = 0;
    if (body.size > FORM_MOST_BYTES)
        return fault_set(fault, "", "表单内容过多", "there is too much in the form");
    copy = arena_copy(arena, body.size == 0 ? "" : body.data, body.size);
    if (copy == NULL)
        return refuse(fault);
    for (char *at = copy; at < copy + body.size; at = end + 1) {
        end = memchr(at, '&', (size_t) (copy + body.size - at));
        if (end == NULL)
            end = copy + body.size;
        if (end > at && !add(form, at, (size_t) (end - at)))
            return refuse(fault);
    }
    return true;
}

const char *form_value(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (strcmp(form->fields[i].name, name) == 0)
            return form->fields[i].value;
    return "";
}
