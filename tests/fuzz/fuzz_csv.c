/* A table: refused with its place, or cells that lie where they say and can be written and read again. */
#include "csv.h"
#include "fuzz.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

struct written {
    char *text;
    size_t size;
    FILE *file;
};

static void write_cell(FILE *file, const char *text)
{
    (void) fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void) fputc('"', file);
        (void) fputc(*text, file);
    }
    (void) fputc('"', file);
}

static void write_row(FILE *file, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            (void) fputc(',', file);
        write_cell(file, row->cells[i].text);
    }
    (void) fputc('\n', file);
}

static void must_be_same_row(const struct csv_row *row, const struct csv_row *other)
{
    MUST(row->count == other->count);
    for (size_t i = 0; i < row->count; i++)
        MUST(strcmp(row->cells[i].text, other->cells[i].text) == 0);
}

static void must_be_read_the_same(const struct csv_table *table, struct arena *arena)
{
    struct written written = { 0 };
    struct csv_table again;
    struct fault fault;

    written.file = open_memstream(&written.text, &written.size);
    write_row(written.file, &table->header);
    for (size_t i = 0; i < table->count; i++)
        write_row(written.file, &table->rows[i]);
    (void) fclose(written.file);
    MUST(csv_read(&again, arena, bytes_of(written.text, written.size), &fault));
    must_be_same_row(&table->header, &again.header);
    MUST(again.count == table->count);
    for (size_t i = 0; i < table->count; i++)
        must_be_same_row(&table->rows[i], &again.rows[i]);
    free(written.text);
}

static void must_have_places(const struct csv_row *row, size_t size)
{
    MUST(row->count > 0);
    for (size_t i = 0; i < row->count; i++) {
        const struct csv_cell *cell = &row->cells[i];

        MUST(is_utf8(cell->text, strlen(cell->text)));
        MUST(cell->line >= row->line && cell->line <= size + 1 && cell->column >= 1 && cell->column <= size + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_table table;
    struct arena arena;
    struct fault fault;

    arena_open(&arena, ARENA_BYTES);
    if (!csv_read(&table, &arena, bytes_of(data, size), &fault)) {
        must_be_clear(&fault);
    } else {
        must_have_places(&table.header, size);
        for (size_t i = 0; i < table.count; i++)
            must_have_places(&table.rows[i], size);
        must_be_read_the_same(&table, &arena);
    }
    arena_close(&arena);
    return 0;
}
