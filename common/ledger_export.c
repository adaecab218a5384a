/* ledger_export.c - pages of answers into a file. */
#include "ledger_export.h"

#include <stdio.h>
#include <string.h>

#include "civil.h"

enum { ROW_ARENA_BYTES = 4 * 1024 * 1024, MOMENT_BYTES = 20, COUNT_BYTES = 24 };

bool ledger_format_of(const char *name, enum spreadsheet_format *format)
{
    *format = strcmp(name, "xlsx") == 0 ? SPREADSHEET_XLSX : SPREADSHEET_CSV;
    return *format == SPREADSHEET_XLSX || strcmp(name, "csv") == 0;
}

static const char *said(const struct ledger_export *export, struct words words)
{
    return export->wish.english ? words.en : words.zh;
}

int ledger_export_open(struct ledger_export *export, const struct ledger_wish *wish, int fd)
{
    struct spreadsheet_plan plan = {
        .format = wish->format, .columns = export->columns, .offset_s = wish->offset_s, .scratch = wish->scratch,
        .title = wish->english ? wish->table->title.en : wish->table->title.zh,
    };

    memset(export, 0, sizeof *export);
    export->wish = *wish;
    plan.column_count = ledger_columns(wish->table, wish->english, export->columns);
    arena_open(&export->arena, ROW_ARENA_BYTES);
    ledger_titles_open(&export->titles);
    export->reader = (struct ledger_reader){ .english = wish->english, .arena = &export->arena, .titles = &export->titles };
    export->spreadsheet = spreadsheet_open(&plan, fd);
    return export->spreadsheet == NULL ? -1 : 0;
}

bool ledger_export_take(struct ledger_export *export, const Duban__Reply *page)
{
    if (page->body_case == DUBAN__REPLY__BODY_HOLDERS)
        return ledger_titles_add(&export->titles, page->holders);
    if (export->as_of_ms == 0) {
        export->as_of_ms = page->as_of_ms;
        export->rehearsal = page->rehearsal;
        ledger_titles_sort(&export->titles);
    }
    return ledger_rows(export->wish.table, &export->reader, page, export->spreadsheet);
}

void ledger_export_finish(struct ledger_export *export)
{
    char moment[MOMENT_BYTES], count[COUNT_BYTES];
    const struct spreadsheet_note notes[] = {
        { said(export, (struct words){ "表", "table" }), said(export, export->wish.table->title) },
        { said(export, (struct words){ "截至", "as of" }), moment },
        { said(export, (struct words){ "行数", "rows" }), count },
        { said(export, (struct words){ "导出人", "exported by" }), export->wish.account },
        { said(export, (struct words){ "事由", "reason" }), export->wish.reason },
        { said(export, (struct words){ "演练", "drill" }),
          said(export, (struct words){ "这是演练的数据，不是真实情况", "these are data of a rehearsal, nothing of it is real" }) },
    };
    size_t notes_count = sizeof notes / sizeof notes[0];

    (void) civil_format(moment, sizeof moment, export->as_of_ms / 1000, export->wish.offset_s);
    (void) snprintf(count, sizeof count, "%zu", spreadsheet_rows(export->spreadsheet));
    spreadsheet_notes(export->spreadsheet, said(export, (struct words){ "说明", "about" }), notes,
                      export->rehearsal ? notes_count : notes_count - 1);
}

int ledger_export_close(struct ledger_export *export)
{
    int failed = spreadsheet_close(export->spreadsheet);

    export->spreadsheet = NULL;
    ledger_titles_close(&export->titles);
    arena_close(&export->arena);
    return failed;
}

void ledger_export_abandon(struct ledger_export *export)
{
    spreadsheet_abandon(export->spreadsheet);
    export->spreadsheet = NULL;
    (void) ledger_export_close(export);
}
