/* yaml.c - libfyaml's events to a tree.
 *
 * Its events are used rather than its documents: they carry the place of maps and lists, and memory stays ours.
 */
#include "yaml.h"

#include <libfyaml.h>
#include <string.h>

struct building {
    struct file_faults *faults;
    struct arena *arena;
    const char *file;
    struct yaml *open[YAML_MOST_DEPTH];   /* the maps and lists around the next event */
    size_t depth;
    struct yaml *root;
    const char *key;                       /* read; its value is next */
    struct file_place key_place;
    bool key_dropped;                      /* that key was refused, so is its value */
    size_t nodes;
    size_t documents;
};

static void complain_of_memory(struct file_faults *faults, const char *file)
{
    file_complain(faults, file_place_at(file, 0, 0), "内存不够，无法读取", "out of memory, cannot be read");
}

static struct file_place place_of(const struct building *building, struct fy_token *token)
{
    const struct fy_mark *mark = token != NULL ? fy_token_start_mark(token) : NULL;

    if (mark != NULL) {
        /* a quoted token begins behind its quote; the place is the quote's */
        uint32_t quote = fy_token_scalar_style(token) != FYSS_PLAIN && mark->column > 0 ? 1 : 0;

        return file_place_at(building->file, (uint32_t) mark->line + 1, (uint32_t) mark->column + 1 - quote);
    }
    if (building->key != NULL)
        return building->key_place;
    if (building->depth > 0)
        return building->open[building->depth - 1]->place;
    return file_place_at(building->file, 1, 1);
}

static bool in_map(const struct building *building)
{
    return building->depth > 0 && building->open[building->depth - 1]->kind == YAML_MAP;
}

/* Cleared; NULL after a complaint. */
static void *take(struct building *building, size_t size)
{
    void *memory = arena_clear(building->arena, size);

    if (memory == NULL)
        complain_of_memory(building->faults, building->file);
    return memory;
}

static void append(struct yaml *parent, struct yaml *node)
{
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->count++;
}

/* A node of that kind in its place in the tree; NULL when there is no room for it. */
static struct yaml *add(struct building *building, enum yaml_kind kind, struct file_place place)
{
    if (++building->nodes > YAML_MOST_VALUES) {
        file_complain(building->faults, place, "内容过多：最多 %d 个值", "too much: at most %d values",
                        (int) YAML_MOST_VALUES);
        return NULL;
    }
    struct yaml *node = take(building, sizeof *node);
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->text = "";
    node->place = place;
    if (building->depth == 0) {
        building->root = node;
    } else if (in_map(building)) {
        node->key = building->key;
        node->key_place = building->key_place;
        if (!building->key_dropped)
            append(building->open[building->depth - 1], node);
    } else {
        append(building->open[building->depth - 1], node);
    }
    building->key = NULL;
    building->key_dropped = false;
    return node;
}

/* The token's text as a C string in the arena; NULL after a complaint. */
static const char *text_of(struct building *building, struct fy_token *token, struct file_place place)
{
    size_t size = 0;
    const char *text = token != NULL ? fy_token_get_text(token, &size) : "";

    if (text == NULL)
        text = "";
    for (size_t i = 0; i < size; i++)
        if ((unsigned char) text[i] < ' ' || text[i] == 0x7F) {
            file_complain(building->faults, place, "文字中有换行、制表等控制字符；请写在一行内",
                            "the text holds a line end, tab or other control character; write it in one line");
            return NULL;
        }
    char *copy = take(building, size + 1);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static void take_key(struct building *building, struct fy_token *token)
{
    struct file_place place = place_of(building, token);
    const char *text = text_of(building, token, place);
    const struct yaml *first;

    building->key_dropped = text == NULL;
    building->key = text != NULL ? text : "";
    building->key_place = place;
    if (text == NULL)
        return;
    first = yaml_member(building->open[building->depth - 1], text);
    if (first != NULL) {
        file_complain_twice(building->faults, place, "键", "key", text, first->key_place.line);
        building->key_dropped = true;
    }
}

static bool on_scalar(struct building *building, struct fy_token *token)
{
    if (in_map(building) && building->key == NULL) {
        take_key(building, token);
        return true;
    }
    struct file_place place = place_of(building, token);
    const char *text = text_of(building, token, place);
    struct yaml *node = add(building, text != NULL ? YAML_SCALAR : YAML_REFUSED, place);
    if (node != NULL && text != NULL) {
        node->text = text;
        node->is_quoted = token != NULL && fy_token_scalar_style(token) != FYSS_PLAIN;
    }
    return node != NULL;
}

/* A map or list begins. */
static bool on_start(struct building *building, enum yaml_kind kind, struct fy_token *token)
{
    struct file_place place = place_of(building, token);

    if (in_map(building) && building->key == NULL) {
        file_complain(building->faults, place, "键必须是一个词，不能是列表或映射",
                        "a key must be a word, not a list or map");
        return false;
    }
    if (building->depth == YAML_MOST_DEPTH) {
        file_complain(building->faults, place, "嵌套超过 %d 层；请减少缩进层次",
                        "nested more than %d deep; use fewer levels", (int) YAML_MOST_DEPTH);
        return false;
    }
    struct yaml *node = add(building, kind, place);
    if (node == NULL)
        return false;
    building->open[building->depth++] = node;
    return true;
}

/* Of the mark in front of an anchor's or alias's name: the token begins behind it. */
static struct file_place place_of_mark(const struct building *building, struct fy_token *token)
{
    struct file_place place = place_of(building, token);

    if (place.column > 1)
        place.column--;
    return place;
}

static bool on_alias(struct building *building, struct fy_token *token)
{
    struct file_place place = place_of_mark(building, token);

    file_complain(building->faults, place, "不支持引用（*）；请直接写出内容，星号本身写作 \"*\"",
                    "aliases (*) are not supported; write the value itself, and a star as \"*\"");
    if (in_map(building) && building->key == NULL) {
        building->key = "";
        building->key_place = place;
        building->key_dropped = true;
        return true;
    }
    return add(building, YAML_REFUSED, place) != NULL;
}

static void refuse_decoration(struct building *building, struct fy_token *anchor, struct fy_token *tag)
{
    if (anchor != NULL)
        file_complain(building->faults, place_of_mark(building, anchor), "不支持锚点（&）；请去掉，内容直接写出",
                        "anchors (&) are not supported; remove it and write the value itself");
    if (tag != NULL)
        file_complain(building->faults, place_of(building, tag), "不支持标签（!）；请去掉",
                        "tags (!) are not supported; remove it");
}

static bool on_document(struct building *building, struct fy_token *token)
{
    if (++building->documents == 1)
        return true;
    file_complain(building->faults, place_of(building, token),
                    "文件中有多个文档；请去掉分隔行 ---，只留一个", "several documents in the file; remove the --- lines, keep one");
    return false;
}

static bool on_event(struct building *building, struct fy_event *event)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return on_document(building, event->document_start.document_start);
    case FYET_SCALAR:
        refuse_decoration(building, event->scalar.anchor, event->scalar.tag);
        return on_scalar(building, event->scalar.value);
    case FYET_MAPPING_START:
        refuse_decoration(building, event->mapping_start.anchor, event->mapping_start.tag);
        return on_start(building, YAML_MAP, event->mapping_start.mapping_start);
    case FYET_SEQUENCE_START:
        refuse_decoration(building, event->sequence_start.anchor, event->sequence_start.tag);
        return on_start(building, YAML_LIST, event->sequence_start.sequence_start);
    case FYET_ALIAS:
        return on_alias(building, event->alias.anchor);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        building->depth--;
        return true;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
    return true;
}

static void complain_of_syntax(struct building *building, struct fy_diag *diagnostics)
{
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diagnostics, &iterator);
    struct file_place place = file_place_at(building->file, 0, 0);

    if (error != NULL && error->line > 0)
        place = file_place_at(building->file, (uint32_t) error->line,
                                error->column > 0 ? (uint32_t) error->column : 1);
    file_complain(building->faults, place,
                    "YAML 写法有误（%s）；请检查缩进（只用空格）、冒号后的空格、引号和括号是否成对",
                    "not well-formed YAML (%s); check the indentation (spaces only), the space after a colon, and that "
                    "quotes and brackets are closed",
                    excerpt_of(error != NULL && error->msg != NULL ? error->msg : "?").text);
}

/* All events until the end, or until one is refused. False after a complaint. */
static bool build(struct building *building, struct fy_parser *parser, struct fy_diag *diagnostics)
{
    struct fy_event *event;
    bool going_on = true;

    while (going_on && (event = fy_parser_parse(parser)) != NULL) {
        going_on = on_event(building, event);
        fy_parser_event_free(parser, event);
    }
    if (going_on && fy_parser_get_stream_error(parser)) {
        complain_of_syntax(building, diagnostics);
        return false;
    }
    if (going_on && building->root == NULL)
        file_complain(building->faults, file_place_at(building->file, 0, 0), "文件是空的", "the file is empty");
    return going_on && building->root != NULL;
}

const struct yaml *yaml_read(struct file_faults *faults, struct arena *arena, const char *file, struct bytes text)
{
    struct building building = { .faults = faults, .arena = arena, .file = file };
    struct fy_diag_cfg quiet;
    bool built = false;

    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    struct fy_diag *diagnostics = fy_diag_create(&quiet);
    struct fy_parse_cfg configuration = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
        .diag = diagnostics,
    };
    struct fy_parser *parser = diagnostics != NULL ? fy_parser_create(&configuration) : NULL;
    if (parser != NULL)
        fy_diag_set_collect_errors(diagnostics, true);
    if (parser != NULL && fy_parser_set_string(parser, text.data, text.size) == 0)
        built = build(&building, parser, diagnostics);
    else
        complain_of_memory(faults, file);
    if (parser != NULL)
        fy_parser_destroy(parser);
    if (diagnostics != NULL)
        fy_diag_destroy(diagnostics);
    return built ? building.root : NULL;
}

const struct yaml *yaml_member(const struct yaml *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (const struct yaml *member = map->first; member != NULL; member = member->next)
        if (member->key != NULL && strcmp(member->key, key) == 0)
            return member;
    return NULL;
}

struct file_place yaml_place(const struct yaml *map, const char *first, const char *second)
{
    const struct yaml *member = yaml_member(map, first);
    const struct yaml *inner = second != NULL ? yaml_member(member, second) : NULL;

    if (inner != NULL)
        return inner->place;
    return member != NULL ? member->place : map->place;
}
