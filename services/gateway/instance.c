/* instance.c - a filled-in form as a tree. */
#include "instance.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

struct reading {
    struct arena *arena;
    struct instance *instance;
    struct fault *fault;
    XML_Parser parser;
    struct instance_node *open[INSTANCE_MOST_DEPTH];   /* from the root to where we are */
    struct instance_node *last[INSTANCE_MOST_DEPTH];   /* the last child of each */
    size_t depth, count;
    char *text;                        /* of the innermost, so far: room for all that can come */
    size_t text_size;
    bool failed;
};

static void fail(struct reading *reading, const char *zh, const char *en)
{
    unsigned long line = XML_GetCurrentLineNumber(reading->parser);
    char lined_zh[200], lined_en[200];

    if (reading->failed)
        return;
    reading->failed = true;
    (void) snprintf(lined_zh, sizeof lined_zh, "表单内容第 %lu 行：%s", line, zh);
    (void) snprintf(lined_en, sizeof lined_en, "line %lu of the form: %s", line, en);
    fault_carry(reading->fault, "xml_submission_file", lined_zh, lined_en);
    (void) XML_StopParser(reading->parser, XML_FALSE);
}

static const char *without_prefix(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

/* Of the innermost element so far. */
static void keep_text(struct reading *reading)
{
    const char *text = reading->text;
    size_t size = reading->text_size;
    struct instance_node *node = reading->depth == 0 ? NULL : reading->open[reading->depth - 1];

    while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        size--;
    while (size > 0 && strchr(" \t\r\n", *text) != NULL) {
        text++;
        size--;
    }
    reading->text_size = 0;
    if (node == NULL || size == 0)
        return;
    node->text = arena_copy(reading->arena, text, size);
    if (node->text == NULL)
        fail(reading, "内容过多", "there is too much in it");
}

static void read_attributes(struct reading *reading, const char **attributes)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        const char *name = attributes[i], *copy = arena_copy(reading->arena, attributes[i + 1], strlen(attributes[i + 1]));

        if (copy == NULL)
            fail(reading, "内容过多", "there is too much in it");
        else if (strcmp(name, "id") == 0)
            reading->instance->form = copy;
        else if (strcmp(name, "version") == 0)
            reading->instance->version = copy;
    }
}

static void on_start(void *self, const char *name, const char **attributes)
{
    struct reading *reading = self;
    const char *own = without_prefix(name);
    struct instance_node *node = arena_clear(reading->arena, sizeof *node);
    const char *copy = arena_copy(reading->arena, own, strlen(own));
    size_t depth = reading->depth;

    if (depth == INSTANCE_MOST_DEPTH) {
        fail(reading, "层数过多", "it is nested too deep");
        return;
    }
    if (node == NULL || copy == NULL || ++reading->count > INSTANCE_MOST_NODES) {
        fail(reading, "内容过多", "there is too much in it");
        return;
    }
    keep_text(reading);
    node->name = copy;
    node->text = "";
    if (depth == 0) {
        reading->instance->root = node;
        read_attributes(reading, attributes);
    } else if (reading->last[depth - 1] == NULL) {
        reading->open[depth - 1]->children = node;
    } else {
        reading->last[depth - 1]->next = node;
    }
    if (depth > 0)
        reading->last[depth - 1] = node;
    reading->open[depth] = node;
    reading->last[depth] = NULL;
    reading->depth++;
}

static void on_end(void *self, const char *name)
{
    struct reading *reading = self;

    (void) name;
    if (reading->failed)
        return;
    keep_text(reading);
    reading->depth--;
}

static void on_text(void *self, const char *text, int size)
{
    struct reading *reading = self;

    memcpy(reading->text + reading->text_size, text, (size_t) size);   /* no longer than the whole document */
    reading->text_size += (size_t) size;
}

static void on_document_type(void *self, const char *name, const char *system, const char *public, int internal)
{
    (void) name, (void) system, (void) public, (void) internal;
    fail(self, "不接受 DOCTYPE", "a document type is not accepted");
}

static void read_it(struct reading *reading, struct bytes xml)
{
    XML_SetUserData(reading->parser, reading);
    XML_SetElementHandler(reading->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reading->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading->parser, on_document_type);
    if (XML_Parse(reading->parser, xml.data, (int) xml.size, XML_TRUE) == XML_STATUS_OK)
        return;
    if (reading->failed)
        return;
    switch (XML_GetErrorCode(reading->parser)) {
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
    case XML_ERROR_INVALID_TOKEN:
        fail(reading, "不是 XML，或不是 UTF-8 编码：请存成 UTF-8 再交", "this is no XML, or not in UTF-8: write it in UTF-8");
        return;
    default:
        fail(reading, "不是完整的 XML（标签没有配好，或内容不全）", XML_ErrorString(XML_GetErrorCode(reading->parser)));
    }
}

bool instance_read(struct arena *arena, struct bytes xml, struct instance *instance, struct fault *fault)
{
    struct reading reading = { .arena = arena, .instance = instance, .fault = fault };

    *instance = (struct instance){ .form = "", .version = "" };
    if (xml.size == 0 || xml.size > INSTANCE_MOST_BYTES)
        return fault_set(fault, "xml_submission_file", "表单内容须为 1 至 %d 字节", "the form has 1 to %d bytes", INSTANCE_MOST_BYTES);
    /* expat turns every encoding that it knows into UTF-8, which may take three bytes for one */
    reading.text = arena_take(arena, 3 * xml.size);
    reading.parser = XML_ParserCreate(NULL);
    if (reading.text == NULL || reading.parser == NULL)
        fault_set(fault, "", "内存不足，请稍后重交", "out of memory; send it again later");
    else
        read_it(&reading, xml);
    if (reading.parser != NULL)
        XML_ParserFree(reading.parser);
    return reading.text != NULL && reading.parser != NULL && !reading.failed;
}

const struct instance_node *instance_child(const struct instance_node *node, const char *name)
{
    const struct instance_node *child = node == NULL ? NULL : node->children;

    while (child != NULL && strcmp(child->name, name) != 0)
        child = child->next;
    return child;
}

const char *instance_text(const struct instance_node *node, const char *name)
{
    const struct instance_node *child = instance_child(node, name);

    return child == NULL ? "" : child->text;
}

const char *instance_id(const struct instance *instance)
{
    return instance_text(instance_child(instance->root, "meta"), "instanceID");
}
