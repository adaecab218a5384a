/* form_book.c - the forms of the policy in force. */
#include "form_book.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "message.h"

enum { ITEMS_BYTES = 8 * 1024 * 1024, ASKS_BYTES = 16 * 1024 * 1024, MD5_BYTES = 16, KIND_SHOWN_BYTES = 100 };

void form_hash(char out[FORM_HASH_BYTES], struct bytes bytes)
{
    uint8_t digest[MD5_BYTES] = { 0 };

    (void) gnutls_hash_fast(GNUTLS_DIG_MD5, bytes.data, bytes.size, digest);
    hex_of(out, digest, sizeof digest);
}

void form_book_open(struct form_book *book)
{
    memset(book, 0, sizeof *book);
    arena_open(&book->arena, ITEMS_BYTES);
}

static void empty(struct form_book *book)
{
    for (size_t i = 0; i < book->count; i++)
        markup_close(&book->forms[i].xml);
    free(book->forms);
    book->forms = NULL;
    book->count = 0;
    book->item_count = 0;
    arena_reset(&book->arena);
}

void form_book_close(struct form_book *book)
{
    empty(book);
    arena_close(&book->arena);
}

bool form_book_is_of(const struct form_book *book, const ProtobufCBinaryData *policy_version)
{
    return book->count > 0 &&
           bytes_equal(bytes_of(book->policy, sizeof book->policy), bytes_of(policy_version->data, policy_version->len));
}

/* ---------------------------------------------------------------- making it */

/* A copy that stays, by way of its bytes. */
static bool keep_items(struct form_book *book, Duban__ItemRow *const *items, size_t count)
{
    book->items = arena_take_pointers(&book->arena, count + 1);
    for (size_t i = 0; book->items != NULL && i < count; i++) {
        struct bytes packed = message_pack(&book->arena, items[i]);
        Duban__ItemRow *copy =
            packed.data == NULL ? NULL : message_unpack_own(&book->arena, &duban__item_row__descriptor, packed);

        if (copy == NULL)
            return false;
        book->items[book->item_count++] = copy;
    }
    return book->items != NULL;
}

static bool make_form(struct form_book *book, const struct form_facts *facts, const struct form_kind *kind, const Duban__Code *site_kind)
{
    struct book_form *form = &book->forms[book->count];
    struct arena arena = { 0 };
    struct asks asks = { .arena = &arena };
    bool made;

    *form = (struct book_form){ .kind = kind };
    if (site_kind == NULL) {
        (void) snprintf(form->id, sizeof form->id, "%s", kind->name);
        (void) snprintf(form->title, sizeof form->title, "%s", kind->title.zh);
        (void) snprintf(form->title_en, sizeof form->title_en, "%s", kind->title.en);
    } else {
        const Duban__Text *label = site_kind->label;
        const char *en = label->en[0] == '\0' ? label->zh : label->en;

        (void) snprintf(form->id, sizeof form->id, "%s-%s", kind->name, site_kind->code);
        (void) snprintf(form->title, sizeof form->title, "%s：%.*s", kind->title.zh, utf8_size_within(label->zh, KIND_SHOWN_BYTES), label->zh);
        (void) snprintf(form->title_en, sizeof form->title_en, "%s: %.*s", kind->title.en, utf8_size_within(en, KIND_SHOWN_BYTES), en);
    }
    arena_open(&arena, ASKS_BYTES);
    kind->ask(&asks, facts, site_kind);
    made = xform_write(&form->xml, form->id, book->version, (struct words){ form->title, form->title_en }, &asks);
    arena_close(&arena);
    book->count++;                     /* what was written is freed with it */
    if (made)
        form_hash(form->hash, bytes_of(form->xml.data, form->xml.size));
    return made;
}

/* Is anything asked there? */
static bool is_asked_about(const struct form_facts *facts, const char *site_kind)
{
    for (size_t i = 0; i < facts->item_count; i++) {
        const Duban__ItemRow *item = facts->items[i];

        if (item->n_kinds == 0)
            return true;
        for (size_t k = 0; k < item->n_kinds; k++)
            if (strcmp(item->kinds[k], site_kind) == 0)
                return true;
    }
    return false;
}

static bool make_of_kind(struct form_book *book, const struct form_facts *facts, const struct form_kind *kind)
{
    if (!kind->by_site_kind)
        return make_form(book, facts, kind, NULL);
    for (size_t i = 0; i < facts->codes->n_site_kinds; i++)
        if (is_asked_about(facts, facts->codes->site_kinds[i]->code) && !make_form(book, facts, kind, facts->codes->site_kinds[i]))
            return false;
    return true;
}

bool form_book_make(struct form_book *book, const Duban__Codes *codes, Duban__ItemRow *const *items, size_t item_count)
{
    const struct form_facts facts = { codes, items, item_count };
    size_t kind_count;
    const struct form_kind *kinds = form_kinds(&kind_count);
    bool made = true;

    empty(book);
    memset(book->policy, 0, sizeof book->policy);
    if (codes->policy_version.len == sizeof book->policy)
        memcpy(book->policy, codes->policy_version.data, sizeof book->policy);
    hex_of(book->version, book->policy, (FORM_VERSION_BYTES - 1) / 2);
    book->forms = calloc(kind_count * (codes->n_site_kinds + 1), sizeof *book->forms);
    made = book->forms != NULL && keep_items(book, items, item_count);
    for (size_t i = 0; made && i < kind_count; i++)
        made = make_of_kind(book, &facts, &kinds[i]);
    if (!made)
        empty(book);
    return made;
}

/* ---------------------------------------------------------------- looking into it */

const struct book_form *form_book_find(const struct form_book *book, const char *id)
{
    for (size_t i = 0; i < book->count; i++)
        if (strcmp(book->forms[i].id, id) == 0)
            return &book->forms[i];
    return NULL;
}

const Duban__ItemRow *form_book_item(const struct form_book *book, const char *code)
{
    for (size_t i = 0; i < book->item_count; i++)
        if (strcmp(book->items[i]->code, code) == 0)
            return book->items[i];
    return NULL;
}
