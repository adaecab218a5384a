#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

/* As LMDB writes them, in the order of bytes of the machine. */
enum {
    HEADER_BYTES = 16, NODE_BYTES = 8, TABLE_BYTES = 48, POINTER_BYTES = 2, MAX_DEPTH = 32, META_PAGES = 2, LEAST_PAGE = 512,
    IS_BRANCH = 0x01, IS_LEAF = 0x02, IS_OVERFLOW = 0x04, IS_META = 0x08, KINDS = 0x0f,
    NODE_IS_LONG = 0x01, NODE_IS_TABLE = 0x02, NODE_HAS_DUPLICATES = 0x04,
    TABLE_HAS_NUMBERS = 0x08,
};
static const uint32_t MAGIC = 0xBEEFC0DE, DATA_VERSION = 1;
static const uint64_t NO_PAGE = UINT64_MAX;

struct tree {
    uint16_t flags;
    uint16_t depth;
    uint64_t root;
};

struct file {
    int descriptor;
    size_t page_bytes;
    uint64_t last_page;
    struct tree free, main;
    uint32_t *pages_read;
    uint8_t page[PAGES_MAX_PAGE];
    uint8_t value[PAGES_MAX_VALUE + PAGES_MAX_PAGE];
};

/* A row or a way down, inside the page that was read. */
struct node {
    uint16_t flags;
    uint64_t number;        /* bytes of its value, or the page below */
    struct bytes key;
    const uint8_t *data;    /* behind the key */
    size_t room;            /* bytes from there to the end of the page */
};

static uint16_t u16_at(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t u32_at(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t u64_at(const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

/* ---------------------------------------------------------------- pages */

static bool read_at(const struct file *file, uint64_t offset, void *to, size_t size)
{
    size_t had = 0;

    while (had < size) {
        ssize_t got = pread(file->descriptor, (uint8_t *) to + had, size - had, (off_t) (offset + had));

        if (got <= 0)
            return false;
        had += (size_t) got;
    }
    return true;
}

/* Of that kind, and the page that it should be. */
static bool read_page(struct file *file, uint64_t number, unsigned kind)
{
    ++*file->pages_read;
    return number >= META_PAGES && number <= file->last_page &&
           read_at(file, number * file->page_bytes, file->page, file->page_bytes) && u64_at(file->page) == number &&
           (u16_at(file->page + 10) & KINDS) == kind;
}

static unsigned kind_of(const struct file *file)
{
    return u16_at(file->page + 10) & KINDS;
}

static size_t count_nodes(const struct file *file)
{
    size_t lower = u16_at(file->page + 12), upper = u16_at(file->page + 14);

    return lower < HEADER_BYTES || lower > upper || upper > file->page_bytes ? 0 : (lower - HEADER_BYTES) / POINTER_BYTES;
}

static bool find_node(const struct file *file, size_t index, struct node *node)
{
    size_t at = u16_at(file->page + HEADER_BYTES + index * POINTER_BYTES), key_bytes;
    const uint8_t *bytes = file->page + at;
    uint64_t low;

    if (at < HEADER_BYTES || at + NODE_BYTES > file->page_bytes)
        return false;
    low = u16_at(bytes) | (uint64_t) u16_at(bytes + 2) << 16;
    node->flags = u16_at(bytes + 4);
    key_bytes = u16_at(bytes + 6);
    if (key_bytes > PAGES_MAX_KEY || at + NODE_BYTES + key_bytes > file->page_bytes)
        return false;
    node->number = kind_of(file) == IS_BRANCH ? low | (uint64_t) node->flags << 32 : low;
    node->key = bytes_of(bytes + NODE_BYTES, key_bytes);
    node->data = bytes + NODE_BYTES + key_bytes;
    node->room = file->page_bytes - at - NODE_BYTES - key_bytes;
    return true;
}

/* ---------------------------------------------------------------- where the trees begin */

static struct tree tree_at(const uint8_t *bytes)
{
    return (struct tree){ .flags = u16_at(bytes + 4), .depth = u16_at(bytes + 6), .root = u64_at(bytes + 40) };
}

/* The newer of the two pages that say where everything is. */
static bool read_meta(struct file *file)
{
    uint8_t meta[HEADER_BYTES + 136];
    uint64_t newest = 0;
    bool found = false;

    for (uint64_t number = 0; number < META_PAGES; number++) {
        const uint8_t *body = meta + HEADER_BYTES;

        if (!read_at(file, number * file->page_bytes, meta, sizeof meta) || (u16_at(meta + 10) & KINDS) != IS_META ||
            u32_at(body) != MAGIC || u32_at(body + 4) != DATA_VERSION)
            return false;
        if (number == 0)
            file->page_bytes = u32_at(body + 24);
        if (file->page_bytes < LEAST_PAGE || file->page_bytes > PAGES_MAX_PAGE)
            return false;
        if (found && u64_at(body + 128) <= newest)
            continue;
        found = true;
        newest = u64_at(body + 128);
        file->free = tree_at(body + 24);
        file->main = tree_at(body + 24 + TABLE_BYTES);
        file->last_page = u64_at(body + 24 + TABLE_BYTES + TABLE_BYTES);
    }
    return true;
}

/* ---------------------------------------------------------------- order of keys */

static int compare(const struct tree *tree, struct bytes one, struct bytes other)
{
    size_t size = one.size < other.size ? one.size : other.size;
    int order;

    if ((tree->flags & TABLE_HAS_NUMBERS) != 0 && one.size == sizeof(uint64_t) && other.size == sizeof(uint64_t)) {
        uint64_t a = u64_at(one.data), b = u64_at(other.data);

        return (a > b) - (a < b);
    }
    order = size == 0 ? 0 : memcmp(one.data, other.data, size);
    return order != 0 ? order : (one.size > other.size) - (one.size < other.size);
}

/* All keys of the page in order, so that a search in it means something. */
static bool is_in_order(const struct file *file, const struct tree *tree)
{
    size_t count = count_nodes(file);
    struct node before = { 0 }, node;

    for (size_t i = 0; i < count; i++) {
        if (!find_node(file, i, &node))
            return false;
        if (i > (kind_of(file) == IS_BRANCH ? 1 : 0) && compare(tree, before.key, node.key) >= 0)
            return false;
        before = node;
    }
    return count > 0;
}

/* ---------------------------------------------------------------- down to a leaf */

/* Where the leaf of the key ends: the next leaf's first key. */
struct fence {
    uint8_t key[PAGES_MAX_KEY];
    size_t size;
    bool is_there;          /* else the leaf is the last one */
};

static void put_fence(struct fence *fence, struct bytes key)
{
    memcpy(fence->key, key.data, key.size);
    fence->size = key.size;
    fence->is_there = true;
}

/* The first key of a branch says nothing: whatever comes before the second lies below it. */
static uint64_t page_below(const struct file *file, const struct tree *tree, struct bytes key, struct fence *fence)
{
    size_t count = count_nodes(file), at = 0;
    struct node node;

    while (at + 1 < count && find_node(file, at + 1, &node) && compare(tree, node.key, key) <= 0)
        at++;
    if (at + 1 < count && find_node(file, at + 1, &node))
        put_fence(fence, node.key);
    return find_node(file, at, &node) ? node.number : NO_PAGE;
}

/* The leaf that would hold the key is in file->page then. The fence is right even where a page is damaged, as far as is
 * known. */
static bool descend(struct file *file, const struct tree *tree, struct bytes key, struct fence *fence)
{
    uint64_t number = tree->root;

    if (tree->depth == 0 || tree->depth > MAX_DEPTH)
        return false;
    for (unsigned level = 1; level < tree->depth; level++) {
        if (!read_page(file, number, IS_BRANCH) || !is_in_order(file, tree))
            return false;
        number = page_below(file, tree, key, fence);
    }
    return read_page(file, number, IS_LEAF) && is_in_order(file, tree);
}

/* ---------------------------------------------------------------- rows of a leaf */

/* A long value has pages of its own, one behind the other; the first one has a header. */
static bool read_long_value(struct file *file, const struct node *node, struct bytes *value)
{
    uint64_t first, pages = (HEADER_BYTES + node->number + file->page_bytes - 1) / file->page_bytes;
    size_t size = (size_t) node->number;
    uint8_t *header = file->value;

    if (node->room < sizeof first)
        return false;
    first = u64_at(node->data);
    if (first < META_PAGES || first > file->last_page || pages > file->last_page - first + 1 ||
        !read_at(file, first * file->page_bytes, header, HEADER_BYTES) || u64_at(header) != first ||
        (u16_at(header + 10) & KINDS) != IS_OVERFLOW || u32_at(header + 12) < pages)
        return false;
    *file->pages_read += (uint32_t) (size > PAGES_MAX_VALUE ? 1 : pages);
    *value = bytes_of(NULL, size);
    if (size > PAGES_MAX_VALUE)
        return true;
    if (!read_at(file, first * file->page_bytes + HEADER_BYTES, file->value, size))
        return false;
    *value = bytes_of(file->value, size);
    return true;
}

static bool read_value(struct file *file, const struct node *node, struct bytes *value)
{
    if ((node->flags & NODE_HAS_DUPLICATES) != 0)
        return false;
    if ((node->flags & NODE_IS_LONG) != 0)
        return read_long_value(file, node, value);
    *value = bytes_of(node->data, (size_t) node->number);
    return node->number <= node->room;
}

/* Each row from the key on. False: one of them cannot be read. */
static bool show_rows(struct file *file, const struct tree *tree, struct bytes from, pages_row *row, void *self)
{
    size_t count = count_nodes(file);
    bool sound = true;

    for (size_t i = 0; i < count; i++) {
        struct bytes value;
        struct node node;

        if (!find_node(file, i, &node) || compare(tree, node.key, from) < 0)
            continue;
        if (!read_value(file, &node, &value))
            sound = false;
        else if (row != NULL)
            row(self, node.key, value);
    }
    return sound;
}

/* ---------------------------------------------------------------- one step */

static void find_table(struct file *file, const char *name, struct tree *tree)
{
    size_t count = count_nodes(file);
    struct node node;

    for (size_t i = 0; i < count; i++)
        if (find_node(file, i, &node) && bytes_equal(node.key, bytes_of_text(name)) && (node.flags & NODE_IS_TABLE) != 0 &&
            node.number == TABLE_BYTES && node.room >= TABLE_BYTES)
            *tree = tree_at(node.data);
}

/* root NO_PAGE: it has no rows. False: what says where it begins cannot be read. */
static bool open_table(struct file *file, const char *name, struct tree *tree)
{
    struct fence ignored = { .is_there = false };

    *tree = file->free;
    if (name == NULL)
        return true;
    *tree = (struct tree){ .root = NO_PAGE };
    if (file->main.root == NO_PAGE)
        return true;
    if (!descend(file, &file->main, bytes_of_text(name), &ignored))
        return false;
    find_table(file, name, tree);
    return true;
}

static enum pages_step step(struct file *file, struct pages_walk *walk, pages_row *row, void *self)
{
    struct fence fence = { .is_there = false };
    struct bytes from = bytes_of(walk->key, walk->key_size);
    struct tree tree;
    bool sound;

    if (!read_meta(file) || !open_table(file, walk->table, &tree))
        return PAGES_DAMAGED_TO_END;
    if (tree.root == NO_PAGE)
        return PAGES_END;
    sound = descend(file, &tree, from, &fence) && show_rows(file, &tree, from, row, self);
    if (fence.is_there && compare(&tree, bytes_of(fence.key, fence.size), from) > 0) {
        memcpy(walk->key, fence.key, fence.size);
        walk->key_size = fence.size;
        return sound ? PAGES_MORE : PAGES_DAMAGED;
    }
    return sound ? PAGES_END : PAGES_DAMAGED_TO_END;
}

enum pages_step pages_step(int descriptor, struct pages_walk *walk, pages_row *row, void *self, uint32_t *pages_read)
{
    struct file *file = malloc(sizeof *file);
    enum pages_step result;

    if (file == NULL)
        die("out of memory for a page of the data file");
    file->descriptor = descriptor;
    file->page_bytes = LEAST_PAGE;   /* the first page says how long pages are */
    file->pages_read = pages_read;
    result = step(file, walk, row, self);
    free(file);
    return result;
}
