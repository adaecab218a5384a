/* What a form has sent, to its reader and onto a page: refused with words, or fields that can be sent and read again, none of
 * which can be anything but text on a page. */
#include "form.h"
#include "fuzz.h"
#include "html.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static void encode(FILE *file, const char *text)
{
    for (; *text != '\0'; text++)
        (void) fprintf(file, "%%%02X", (unsigned) (unsigned char) *text);
}

static void must_be_read_the_same(const struct form *form, struct arena *arena)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    struct form again;
    struct fault fault;

    for (size_t i = 0; i < form->count; i++) {
        encode(file, form->fields[i].name);
        (void) fputc('=', file);
        encode(file, form->fields[i].value);
        (void) fputc('&', file);
    }
    (void) fclose(file);
    if (size <= FORM_MOST_BYTES) {
        MUST(form_read(&again, arena, bytes_of(text, size), &fault));
        MUST(again.count == form->count);
        for (size_t i = 0; i < again.count; i++)
            MUST(strcmp(form_value(&again, form->fields[i].name), form->fields[i].value) == 0);
    }
    free(text);
}

/* Between the quotes of an attribute nothing ends it, and nothing begins a tag. */
static void must_be_text(const char *value, struct arena *arena)
{
    struct html html = html_begin(arena);
    struct bytes all;
    const char *at;

    html_put(&html, "%s", value);
    all = html_end(&html);
    at = all.data;
    MUST(all.size == 0 || is_utf8(all.data, all.size));
    for (size_t i = 0; i < all.size; i++)
        MUST(strchr("<>\"'", at[i]) == NULL && (at[i] != '&' || memchr(at + i, ';', all.size - i) != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct form form;
    struct fault fault = { .field = "" };

    arena_open(&arena, ARENA_BYTES);
    if (form_read(&form, &arena, bytes_of(data, size), &fault)) {
        MUST(form.count <= FORM_MOST_FIELDS);
        for (size_t i = 0; i < form.count; i++) {
            MUST(is_utf8(form.fields[i].value, strlen(form.fields[i].value)));
            must_be_text(form.fields[i].value, &arena);
            must_be_text(form.fields[i].name, &arena);
        }
        must_be_read_the_same(&form, &arena);
    } else {
        must_be_told(fault.zh, fault.en);
    }
    arena_close(&arena);
    return 0;
}
