/* import_text.c - what clerks' programs write, as UTF-8 and plain signs.
 *
 * WPS and Excel save a Chinese CSV in GB18030 unless they are told otherwise, and "Unicode text" in UTF-16. A file that is UTF-8
 * but for some damaged place is not taken for GB18030, in which nearly any bytes mean something: its text would be another.
 */
#include <iconv.h>
#include <string.h>

#include "csv_write.h"
#include "import.h"
#include "message.h"

enum { WIDE_FIRST = 0xff01, WIDE_LAST = 0xff5e, WIDE_TO_PLAIN = 0xfee0 };

static bool begins_with(struct bytes text, const char *mark, size_t size)
{
    return text.size >= size && memcmp(text.data, mark, size) == 0;
}

static bool is_long_character(const unsigned char *at)
{
    return (at[0] & 0xf0) == 0xe0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80;
}

static bool has_long_character(const char *line, const char *end)
{
    for (; line + 2 < end; line++)
        if (is_long_character((const unsigned char *) line))
            return true;
    return false;
}

/* A line that is UTF-8 and has a Chinese character: GB18030 gives that by accident hardly ever. */
static bool has_line_of_utf8(struct bytes text)
{
    const char *line = text.data, *end = line + text.size;

    while (line < end) {
        const char *line_end = memchr(line, '\n', (size_t) (end - line));

        line_end = line_end == NULL ? end : line_end;
        if (has_long_character(line, line_end) && is_utf8(line, (size_t) (line_end - line)))
            return true;
        line = line_end + 1;
    }
    return false;
}

static unsigned line_at(struct bytes text, size_t offset)
{
    unsigned line = 1;

    for (size_t i = 0; i < offset; i++)
        line += ((const char *) text.data)[i] == '\n';
    return line;
}

/* The same text in UTF-8; data is NULL where it is none of that encoding, and *bad the offset of what is not. */
static struct bytes converted(struct import *import, struct bytes text, const char *encoding, size_t *bad)
{
    iconv_t conversion = iconv_open("UTF-8", encoding);
    char *in = (char *) text.data, *out = import_made(import, 2 * text.size + 16), *end = out;
    size_t in_left = text.size, out_left = 2 * text.size + 16, failed;

    *bad = 0;
    if (conversion == (iconv_t) -1)
        return bytes_of(NULL, 0);
    failed = iconv(conversion, &in, &in_left, &end, &out_left);
    (void) iconv_close(conversion);
    *bad = text.size - in_left;
    return failed == (size_t) -1 ? bytes_of(NULL, 0) : bytes_of(out, (size_t) (end - out));
}

static bool take_converted(struct import *import, struct bytes *text, const char *encoding)
{
    struct cli *cli = import->cli;
    size_t bad;
    struct bytes utf8 = converted(import, *text, encoding, &bad);

    if (utf8.data == NULL) {
        cli->failure = cli_fail(cli, "%1$s:%2$u: 这一行既不是 UTF-8，也不是 %3$s，可能文件已损坏；请在 WPS/Excel 中另存为“CSV UTF-8”再导入",
                                "%1$s:%2$u: this line is neither UTF-8 nor %3$s, the file may be damaged; save it as \"CSV UTF-8\" in WPS or Excel",
                                import->path, line_at(*text, bad), encoding);
        return false;
    }
    show_line(&cli->errors, "%1$s 按 %2$s 编码读入；名称如有乱码，请另存为“CSV UTF-8”", "%1$s is read as %2$s; if names look wrong, save it as \"CSV "
              "UTF-8\"", import->path, encoding);
    *text = utf8;
    return true;
}

bool import_to_utf8(struct import *import, struct bytes *text)
{
    if (begins_with(*text, "\xff\xfe", 2) || begins_with(*text, "\xfe\xff", 2))
        return take_converted(import, text, "UTF-16");
    if (begins_with(*text, "\xef\xbb\xbf", 3) || is_utf8(text->data, text->size) || has_line_of_utf8(*text))
        return true;   /* where it is not, csv_read says in which line */
    return take_converted(import, text, "GB18030");
}

/* ---------------------------------------------------------------- plain signs */

/* Where people write what they like, and duty windows, which have a reader of their own (duty_window.h); elsewhere a wide digit, letter or sign of a Chinese keyboard is the plain one. */
static bool is_free_text(const char *heading)
{
    static const char *const FREE[] = { "name_zh", "name_en", "zone_zh", "zone_en", "title_zh", "title_en", "name", "address", "address_2",
                                        "address_3", "duty_windows" };

    for (size_t i = 0; i < sizeof FREE / sizeof FREE[0]; i++)
        if (strcmp(FREE[i], heading) == 0)
            return true;
    return false;
}

/* In place: the plain sign is shorter. */
static void make_plain(char *text)
{
    char *to = text;

    while (*text != '\0') {
        const unsigned char *at = (const unsigned char *) text;
        unsigned character = is_long_character(at) ? (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu) : 0;

        if (character >= WIDE_FIRST && character <= WIDE_LAST)
            *to++ = (char) (character - WIDE_TO_PLAIN);
        else if (character == 0x3000)
            *to++ = ' ';
        else
            *to++ = *text;
        text += (character >= WIDE_FIRST && character <= WIDE_LAST) || character == 0x3000 ? 3 : 1;
    }
    *to = '\0';
}

static void make_plain_below(struct import *import, int column, bool free_text)
{
    for (size_t i = 0; i < import->table.count; i++) {
        struct csv_row *row = &import->table.rows[i];
        struct csv_cell *cell = (size_t) column < row->count ? &row->cells[column] : NULL;

        if (cell == NULL)
            continue;
        cell->text = csv_without_mark(cell->text);
        if (!free_text)
            make_plain((char *) cell->text);
    }
}

void import_make_plain(struct import *import)
{
    for (size_t i = 0; i < IMPORT_MAX_HEADINGS && import->kind->headings[i].en != NULL; i++)
        if (import->columns[i] != -1)
            make_plain_below(import, import->columns[i], is_free_text(import->kind->headings[i].en));
}
