/* spool.c - notify's messages, read back; and duban spool, which lists them. */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "log.h"
#include "wanted.h"

#define SPOOL_MAX_BYTES ((size_t) 2048 * 1024 * 1024)

struct spool {
    char last_file[256];     /* read up to last_offset; later names are still to come */
    off_t last_offset;
    struct spool_line *lines;
    size_t count;
    size_t capacity;
    struct arena arena;      /* of the lines */
};

void spool_open(struct cli *cli)
{
    if (cli->spool != NULL)
        return;
    cli->spool = cli_take(cli, sizeof *cli->spool);
    *cli->spool = (struct spool){ .count = 0 };
    arena_open(&cli->spool->arena, SPOOL_MAX_BYTES);
}

void spool_close(struct cli *cli)
{
    if (cli->spool != NULL)
        arena_close(&cli->spool->arena);
}

void spool_forget(struct cli *cli)
{
    cli->spool->lines = NULL;
    cli->spool->count = cli->spool->capacity = 0;
    arena_reset(&cli->spool->arena);
}

/* ---------------------------------------------------------------- one line */

static struct spool_line *next_line(struct spool *spool)
{
    if (spool->count == spool->capacity) {
        size_t capacity = spool->capacity == 0 ? 256 : 2 * spool->capacity;
        struct spool_line *larger = arena_take(&spool->arena, capacity * sizeof *larger);

        if (larger == NULL)
            die("内存不足 / out of memory");
        if (spool->count > 0)
            memcpy(larger, spool->lines, spool->count * sizeof *larger);
        spool->lines = larger;
        spool->capacity = capacity;
    }
    return &spool->lines[spool->count++];
}

static const char *text_member(struct spool *spool, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text_of(&spool->arena, "%s", text == NULL ? "" : text);
}

static struct words words_member(struct spool *spool, const json_t *object, const char *name)
{
    const json_t *both = json_object_get(object, name);

    return (struct words){ text_member(spool, both, "zh"), text_member(spool, both, "en") };
}

static void take_line(struct spool *spool, struct bytes text)
{
    struct fault fault;
    json_t *json = json_parse(text, &fault);
    struct spool_line *line;

    if (json == NULL)   /* torn by a crash: notify cuts it off and writes it anew */
        return;
    line = next_line(spool);
    *line = (struct spool_line){
        .notice = (uint64_t) json_integer_value(json_object_get(json, "notice")),
        .at = text_member(spool, json, "at"),
        .kind = text_member(spool, json, "kind"),
        .account = text_member(spool, json, "to"),
        .title = words_member(spool, json, "title"),
        .text = words_member(spool, json, "text"),
    };
    json_decref(json);
}

/* ---------------------------------------------------------------- files */

static bool read_from(struct spool *spool, FILE *file)
{
    char *text = NULL;
    size_t capacity = 0;
    ssize_t size;

    if (fseeko(file, spool->last_offset, SEEK_SET) == -1)
        return false;
    while ((size = getline(&text, &capacity, file)) > 0 && text[size - 1] == '\n') {
        take_line(spool, bytes_of(text, (size_t) size - 1));
        spool->last_offset += size;
    }
    free(text);
    return ferror(file) == 0;
}

static bool read_file(struct cli *cli, struct spool *spool, const char *directory, const char *name)
{
    const char *path = text_of(&cli->arena, "%s/%s", directory, name);
    FILE *file = fopen(path, "re");
    bool fine;

    if (strcmp(spool->last_file, name) != 0)
        spool->last_offset = 0;
    snprintf(spool->last_file, sizeof spool->last_file, "%s", name);
    fine = file != NULL && read_from(spool, file);
    if (!fine)
        cli->failure = cli_fail_system(cli, errno, "读不了 %s", "cannot read %s", path);
    if (file != NULL)
        fclose(file);
    return fine;
}

static int is_spool_file(const struct dirent *entry)
{
    return fnmatch("spool-*.jsonl", entry->d_name, 0) == 0;
}

bool spool_read(struct cli *cli, const char *directory)
{
    struct dirent **names = NULL;
    int count = scandir(directory, &names, is_spool_file, alphasort);
    bool fine = count >= 0;

    spool_open(cli);
    if (!fine)
        cli->failure = cli_fail_system(cli, errno, "打不开 %s（应为 notify 数据目录下的 spool）",
                                       "cannot open %s (it should be spool in notify's data directory)", directory);
    for (int i = 0; i < count; i++) {
        if (fine && strcmp(names[i]->d_name, cli->spool->last_file) >= 0)
            fine = read_file(cli, cli->spool, directory, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return fine;
}

const struct spool_line *spool_find(const struct cli *cli, uint64_t notice)
{
    const struct spool *spool = cli->spool;

    for (size_t i = spool == NULL ? 0 : spool->count; i > 0; i--)
        if (spool->lines[i - 1].notice == notice)
            return &spool->lines[i - 1];
    return NULL;
}

/* ---------------------------------------------------------------- duban spool */

static json_t *json_of_line(const struct spool_line *line)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}}", "notice", (json_int_t) line->notice,
                     "at", line->at, "kind", line->kind, "to", line->account,
                     "title", "zh", line->title.zh, "en", line->title.en,
                     "text", "zh", line->text.zh, "en", line->text.en);
}

/* "2020-02-03T09:10:00+08:00" as it is shown elsewhere. */
static const char *short_time(struct cli *cli, const char *at)
{
    return strlen(at) < 16 ? at : text_of(&cli->arena, "%.10s %.5s", at, at + 11);
}

enum exit_code command_spool(struct cli *cli)
{
    static const struct show_column COLUMNS[] = {
        { { "通知", "notice" }, 0 }, { { "时间", "time" }, 0 }, { { "收件人", "to" }, 24 }, { { "消息", "message" }, 96 },
    };
    const char *to = cli_option(cli, "to");
    json_t *rows = json_array();
    struct show_table table;

    if (!spool_read(cli, cli->arguments[0])) {
        json_decref(rows);
        return cli->failure;
    }
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (size_t i = 0; i < cli->spool->count; i++) {
        const struct spool_line *line = &cli->spool->lines[i];

        if (to != NULL && strcmp(to, line->account) != 0)
            continue;
        json_array_append_new(rows, json_of_line(line));
        table_number(&table, line->notice);
        table_text(&table, short_time(cli, line->at));
        table_words(&table, words_or(line->title, line->account));
        table_words(&table, line->text);
    }
    if (json_array_size(rows) == 0 && !filters_name_something(cli)) {
        json_decref(rows);
        return cli->failure;
    }
    if (cli->json)
        return cli_print_json(cli, json_pack("{s:o}", "rows", rows));
    json_decref(rows);
    table_print(&table);
    return EXIT_FINE;
}
