/* xform.c - from a list of asks to an XForm. */
#include "xform.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "rows.h"

enum { PATH_BYTES = 256, MOST_DEPTH = 6, LABEL_BYTES = 150 };

/* ---------------------------------------------------------------- the list */

void asks_add(struct asks *asks, struct ask ask)
{
    struct ask *rows = rows_grow(asks->arena, asks->rows, asks->count, &asks->room, 1, sizeof *rows);

    if (rows == NULL) {
        asks->failed = true;
        return;
    }
    asks->rows = rows;
    asks->rows[asks->count++] = ask;
}

void asks_add_all(struct asks *asks, const struct ask *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        asks_add(asks, rows[i]);
}

const char *asks_text(struct asks *asks, const char *format, ...)
{
    va_list arguments;
    char *text;
    int size;

    va_start(arguments, format);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    text = size < 0 ? NULL : arena_take(asks->arena, (size_t) size + 1);
    if (text == NULL) {
        asks->failed = true;
        return "";
    }
    va_start(arguments, format);
    (void) vsnprintf(text, (size_t) size + 1, format, arguments);
    va_end(arguments);
    return text;
}

/* ---------------------------------------------------------------- where an ask stands */

/* From ask to ask: what they are inside of. */
struct walk {
    char path[PATH_BYTES];             /* of the ask: /data/items/result */
    size_t sizes[MOST_DEPTH];          /* of the path of each group that it is in */
    size_t depth;
    enum ask_kind around[MOST_DEPTH];
};

static void walk_begin(struct walk *walk)
{
    *walk = (struct walk){ .path = "/data" };
    walk->sizes[0] = strlen(walk->path);
}

/* The path of this one. Before what is inside of it comes, walk_into. */
static void walk_to(struct walk *walk, const struct ask *ask)
{
    size_t size = walk->sizes[walk->depth];
    int added = snprintf(walk->path + size, sizeof walk->path - size, "/%s", ask->name);

    assert(added > 0 && (size_t) added < sizeof walk->path - size);   /* names are codes and our own words */
}

static void walk_into(struct walk *walk, const struct ask *ask)
{
    assert(walk->depth + 1 < MOST_DEPTH);
    walk->around[walk->depth++] = ask->kind;
    walk->sizes[walk->depth] = strlen(walk->path);
}

/* The kind of the group that ends; path is its own again. */
static enum ask_kind walk_out(struct walk *walk)
{
    assert(walk->depth > 0);
    walk->path[walk->sizes[walk->depth]] = '\0';
    return walk->around[--walk->depth];
}

static bool has_inside(const struct ask *ask)
{
    return ask->kind == ASK_GROUP || ask->kind == ASK_REPEAT;
}

/* ---------------------------------------------------------------- texts */

static const char *in_language(struct words words, bool zh)
{
    return zh || words.en == NULL || words.en[0] == '\0' ? words.zh : words.en;
}

/* The path itself, or what it is inside of. */
static bool is_around(const char *at, const char *path)
{
    size_t size = strlen(at);

    return strncmp(path, at, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

void asks_label(const struct asks *asks, const char *path, bool zh, char *out, size_t size)
{
    struct walk walk;
    size_t used = 0;

    out[0] = '\0';
    walk_begin(&walk);
    for (size_t i = 0; i < asks->count; i++) {
        const struct ask *ask = &asks->rows[i];
        const char *label = ask->label.zh == NULL ? NULL : in_language(ask->label, zh);

        if (ask->kind == ASK_END) {
            (void) walk_out(&walk);
            continue;
        }
        walk_to(&walk, ask);
        if (label != NULL && used < size && is_around(walk.path + strlen("/data/"), path))
            used += (size_t) snprintf(out + used, size - used, "%s%.*s", used == 0 ? "" : " · ", utf8_size_within(label, LABEL_BYTES), label);
        if (has_inside(ask))
            walk_into(&walk, ask);
    }
}

static void put_text(struct markup *markup, const char *path, const char *what, struct words words, bool zh)
{
    if (words.zh != NULL)
        markup_put(markup, "<text id=\"%s:%s\"><value>%s</value></text>\n", path, what, in_language(words, zh));
}

static bool is_first_use(const struct asks *asks, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (asks->rows[i].choices == asks->rows[at].choices)
            return false;
    return true;
}

static void put_choice_texts(struct markup *markup, const struct choices *choices, bool zh)
{
    for (size_t i = 0; i < choices->count; i++)
        put_text(markup, choices->id, choices->rows[i].value, choices->rows[i].label, zh);
}

static void put_translation(struct markup *markup, const struct asks *asks, bool zh)
{
    struct walk walk;

    markup_put(markup, "<translation lang=\"%s\"%m>\n", zh ? "中文 (zh)" : "English (en)", zh ? " default=\"true()\"" : "");
    walk_begin(&walk);
    for (size_t i = 0; i < asks->count; i++) {
        const struct ask *ask = &asks->rows[i];

        if (ask->kind == ASK_END) {
            (void) walk_out(&walk);
            continue;
        }
        walk_to(&walk, ask);
        put_text(markup, walk.path, "label", ask->label, zh);
        put_text(markup, walk.path, "hint", ask->hint, zh);
        put_text(markup, walk.path, "constraint", ask->constraint_words, zh);
        if (ask->choices != NULL && is_first_use(asks, i))
            put_choice_texts(markup, ask->choices, zh);
        if (has_inside(ask))
            walk_into(&walk, ask);
    }
    markup_put(markup, "</translation>\n");
}

/* ---------------------------------------------------------------- the model */

static void put_instance(struct markup *markup, const char *id, const char *version, const struct asks *asks)
{
    const struct ask *around[MOST_DEPTH];
    size_t depth = 0;

    markup_put(markup, "<instance><data id=\"%s\" version=\"%s\">", id, version);
    for (size_t i = 0; i < asks->count; i++) {
        const struct ask *ask = &asks->rows[i];

        if (ask->kind == ASK_END)
            markup_put(markup, "</%s>", around[--depth]->name);
        else if (has_inside(ask))
            markup_put(markup, "<%s%m>", (around[depth++] = ask)->name, ask->kind == ASK_REPEAT ? " jr:template=\"\"" : "");
        else if (ask->preset != NULL)
            markup_put(markup, "<%s>%s</%s>", ask->name, ask->preset, ask->name);
        else
            markup_put(markup, "<%s/>", ask->name);
    }
    markup_put(markup, "<meta><instanceID/></meta></data></instance>\n");
}

static void put_files(struct markup *markup, const struct asks *asks)
{
    for (size_t i = 0; i < asks->count; i++) {
        const char *file = asks->rows[i].file;
        bool known = file == NULL;

        for (size_t k = 0; k < i && !known; k++)
            known = asks->rows[k].file != NULL && strcmp(asks->rows[k].file, file) == 0;
        if (!known)
            markup_put(markup, "<instance id=\"%s\" src=\"jr://file-csv/%s.csv\"/>\n", file, file);
    }
}

static const struct {
    const char *type;                  /* of the bind; NULL = none is written */
    const char *more;                  /* attributes */
    const char *tag;                   /* in the body; NULL = it does not stand there */
    const char *tag_more;
} KINDS[ASK_KINDS] = {
    [ASK_TEXT] = { "string", "", "input", "" },
    [ASK_LONG_TEXT] = { "string", "", "input", " appearance=\"multiline\"" },
    [ASK_CHOICE] = { "string", "", "select1", "" },
    [ASK_FILE_CHOICE] = { "string", "", "select1", " appearance=\"minimal autocomplete\"" },
    [ASK_WHOLE] = { "int", "", "input", "" },
    [ASK_DECIMAL] = { "decimal", "", "input", "" },
    [ASK_PHOTO] = { "binary", "", "upload", " mediatype=\"image/*\"" },
    [ASK_PLACE] = { "geopoint", "", "input", "" },
    [ASK_MOMENT] = { "dateTime", "", "input", "" },
    [ASK_CALCULATED] = { "string", "", NULL, "" },
    [ASK_STARTED] = { "dateTime", " jr:preload=\"timestamp\" jr:preloadParams=\"start\"", NULL, "" },
    [ASK_ENDED] = { "dateTime", " jr:preload=\"timestamp\" jr:preloadParams=\"end\"", NULL, "" },
    [ASK_GROUP] = { NULL, "", NULL, "" },
    [ASK_REPEAT] = { NULL, "", NULL, "" },
    [ASK_END] = { NULL, "", NULL, "" },
};

static void put_bind(struct markup *markup, const char *path, const struct ask *ask)
{
    if (KINDS[ask->kind].type == NULL && ask->relevant == NULL)
        return;
    markup_put(markup, "<bind nodeset=\"%s\"", path);
    if (KINDS[ask->kind].type != NULL)
        markup_put(markup, " type=\"%s\"%m", KINDS[ask->kind].type, KINDS[ask->kind].more);
    if (ask->required || ask->required_when != NULL)
        markup_put(markup, " required=\"%s\"", ask->required_when != NULL ? ask->required_when : "true()");
    if (ask->relevant != NULL)
        markup_put(markup, " relevant=\"%s\"", ask->relevant);
    if (ask->calculate != NULL)
        markup_put(markup, " calculate=\"%s\"", ask->calculate);
    if (ask->constraint != NULL)
        markup_put(markup, " constraint=\"%s\"", ask->constraint);
    if (ask->constraint != NULL && ask->constraint_words.zh != NULL)
        markup_put(markup, " jr:constraintMsg=\"jr:itext('%s:constraint')\"", path);
    markup_put(markup, "/>\n");
}

static void put_binds(struct markup *markup, const struct asks *asks)
{
    struct walk walk;

    walk_begin(&walk);
    for (size_t i = 0; i < asks->count; i++) {
        const struct ask *ask = &asks->rows[i];

        if (ask->kind == ASK_END) {
            (void) walk_out(&walk);
            continue;
        }
        walk_to(&walk, ask);
        put_bind(markup, walk.path, ask);
        if (has_inside(ask))
            walk_into(&walk, ask);
    }
    markup_put(markup, "<bind nodeset=\"/data/meta/instanceID\" type=\"string\" readonly=\"true()\" jr:preload=\"uid\"/>\n");
}

/* ---------------------------------------------------------------- the body */

static void put_label(struct markup *markup, const char *path, const struct ask *ask)
{
    if (ask->label.zh != NULL)
        markup_put(markup, "<label ref=\"jr:itext('%s:label')\"/>", path);
    if (ask->hint.zh != NULL)
        markup_put(markup, "<hint ref=\"jr:itext('%s:hint')\"/>", path);
}

static void put_choices(struct markup *markup, const struct ask *ask)
{
    if (ask->kind == ASK_FILE_CHOICE) {
        markup_put(markup, "<itemset nodeset=\"instance('%s')/root/item", ask->file);
        if (ask->filter != NULL)
            markup_put(markup, "[%s]", ask->filter);
        markup_put(markup, "\"><value ref=\"name\"/><label ref=\"label\"/></itemset>");
    }
    for (size_t i = 0; ask->choices != NULL && i < ask->choices->count; i++)
        markup_put(markup, "<item><label ref=\"jr:itext('%s:%s')\"/><value>%s</value></item>", ask->choices->id,
                   ask->choices->rows[i].value, ask->choices->rows[i].value);
}

static void put_question(struct markup *markup, const char *path, const struct ask *ask)
{
    const char *tag = KINDS[ask->kind].tag;

    if (tag == NULL)
        return;
    markup_put(markup, "<%m ref=\"%s\"%m>", tag, path, KINDS[ask->kind].tag_more);
    put_label(markup, path, ask);
    put_choices(markup, ask);
    markup_put(markup, "</%m>\n", tag);
}

/* What is in a group stands on one screen. A repeat begins with none: Enketo shows one to be filled in unless it is told. */
static void put_group(struct markup *markup, const char *path, const struct ask *ask)
{
    markup_put(markup, "<group ref=\"%s\"%m>", path, ask->kind == ASK_GROUP ? " appearance=\"field-list\"" : "");
    put_label(markup, path, ask);
    if (ask->kind == ASK_REPEAT)
        markup_put(markup, "<repeat nodeset=\"%s\" appearance=\"minimal\">", path);
    markup_put(markup, "\n");
}

static void put_body(struct markup *markup, const struct asks *asks)
{
    struct walk walk;

    walk_begin(&walk);
    for (size_t i = 0; i < asks->count; i++) {
        const struct ask *ask = &asks->rows[i];

        if (ask->kind == ASK_END) {
            markup_put(markup, walk_out(&walk) == ASK_REPEAT ? "</repeat></group>\n" : "</group>\n");
            continue;
        }
        walk_to(&walk, ask);
        if (!has_inside(ask)) {
            put_question(markup, walk.path, ask);
            continue;
        }
        put_group(markup, walk.path, ask);
        walk_into(&walk, ask);
    }
}

bool xform_write(struct markup *markup, const char *id, const char *version, struct words title, const struct asks *asks)
{
    markup_put(markup, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" "
                       "xmlns:jr=\"http://openrosa.org/javarosa\" xmlns:odk=\"http://www.opendatakit.org/xforms\">\n"
                       "<h:head><h:title>%s</h:title>\n<model odk:xforms-version=\"1.0.0\">\n<itext>\n", title.zh);
    put_translation(markup, asks, true);
    put_translation(markup, asks, false);
    markup_put(markup, "</itext>\n");
    put_instance(markup, id, version, asks);
    put_files(markup, asks);
    put_binds(markup, asks);
    markup_put(markup, "</model></h:head>\n<h:body>\n");
    put_body(markup, asks);
    markup_put(markup, "</h:body>\n</h:html>\n");
    return !markup->failed && !asks->failed;
}
