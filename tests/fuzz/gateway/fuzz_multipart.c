/* A body of a form: the same parts however it is cut into pieces, and no more data than came. The first byte says how it is cut. */
#include "fuzz.h"
#include "multipart.h"

struct seen {
    uint64_t sum;
    size_t size, parts, open;
};

static void see(struct seen *seen, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        seen->sum = (seen->sum ^ (uint8_t) data[i]) * UINT64_C(0x100000001b3);
}

static bool on_begin(void *self, const struct multipart_part *part)
{
    struct seen *seen = self;

    MUST(part->name[0] != '\0' && seen->open++ == 0);
    seen->parts++;
    see(seen, part->name, strlen(part->name) + 1);
    see(seen, part->file_name, strlen(part->file_name) + 1);
    return true;
}

static bool on_data(void *self, const char *data, size_t size)
{
    struct seen *seen = self;

    MUST(seen->open == 1 && size > 0);
    seen->size += size;
    see(seen, data, size);
    return true;
}

static bool on_end(void *self)
{
    struct seen *seen = self;

    MUST(seen->open-- == 1);
    see(seen, ";", 1);
    return true;
}

static struct seen read_in(const uint8_t *data, size_t size, size_t piece, bool *whole)
{
    static const struct multipart_calls CALLS = { on_begin, on_data, on_end };
    struct multipart multipart;
    struct seen seen = { 0 };
    bool fine = true;

    MUST(multipart_open(&multipart, "multipart/form-data; boundary=x", &CALLS, &seen));
    for (size_t at = 0; fine && at < size; at += piece)
        fine = multipart_add(&multipart, (const char *) data + at, size - at < piece ? size - at : piece);
    *whole = fine && multipart_is_whole(&multipart);
    MUST(seen.size <= size);
    MUST(fine || multipart.broken != NULL);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen at_once, in_pieces;
    bool whole, whole_in_pieces;

    if (size == 0)
        return 0;
    at_once = read_in(data + 1, size - 1, size, &whole);
    in_pieces = read_in(data + 1, size - 1, 1u + data[0], &whole_in_pieces);
    MUST(whole == whole_in_pieces);
    MUST(at_once.parts == in_pieces.parts && at_once.size == in_pieces.size && at_once.sum == in_pieces.sum);
    MUST(!whole || at_once.open == 0);
    return 0;
}
