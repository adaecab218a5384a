/* Files that people hand to `duban`: a clerk's table, an entry, a rehearsal's script. Each is taken, or
 * refused with words in both languages. The first byte says which.
 */
#include "fixture.h"
#include "fuzz.h"
#include "import.h"
#include "scenario.h"

enum { KINDS = 4, SHORT_FILE = 4096, NO_PATIENCE_MS = 1 };

struct told {
    FILE *file;
    char *text;
    size_t size;
};

/* The stream writes to the struct: it must stay where it is. */
static void open_told(struct told *told)
{
    *told = (struct told){ 0 };
    told->file = open_memstream(&told->text, &told->size);
    MUST(told->file != NULL);
}

static void close_told(struct told *told)
{
    (void) fclose(told->file);
    free(told->text);
}

static const char *path_with(struct bytes content)
{
    static char path[SCRATCH_BYTES + 8];
    static char folder[SCRATCH_BYTES];
    FILE *file;

    if (is_empty(folder)) {
        scratch_make(folder);
        (void) snprintf(path, sizeof path, "%s/file", folder);
    }
    file = fopen(path, "wbe");
    MUST(file != NULL && fwrite(content.data, 1, content.size, file) == content.size && fclose(file) == 0);
    return path;
}

/* Nothing is submitted. A good table makes it ask rules for the registry: no daemon is there to answer. */
static enum exit_code try_table(struct cli *cli, const char *kind, const char *path)
{
    char *words[] = { "duban", "--run", "/nowhere", "import", (char *) kind, (char *) path, "--dry-run", NULL };

    return cli_run(cli, 7, words);
}

static enum exit_code try_script(struct cli *cli, const char *path)
{
    struct scenario scenario;
    bool fine = scenario_open(cli, path, &scenario);
    struct scenario_line line;
    size_t count = 0;

    cli->failure = EXIT_FINE;
    while (fine && scenario_next(cli, &scenario, &line)) {   /* what was checked is played as it was checked */
        struct fault fault;

        MUST(line.number > 0 && (line.entry == NULL || scenario_pack(cli, &scenario, &line, &fault)));
        scenario_line_close(&line);
        count++;
    }
    MUST(!fine || (count == scenario.count && cli->failure == EXIT_FINE));
    scenario_close(&scenario);
    return fine ? EXIT_FINE : EXIT_REFUSED;
}

static enum exit_code try_file(struct cli *cli, uint64_t kind, const char *path)
{
    switch (kind % KINDS) {
    case 0:
        return try_table(cli, "areas", path);
    case 1:
        return try_table(cli, "sites", path);
    case 2:
        return try_table(cli, "holders", path);
    default:
        return try_script(cli, path);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    uint64_t kind = take_number(&input, 1);
    struct told out, errors;
    struct cli cli;
    enum exit_code code;

    if (size > SHORT_FILE)   /* a holder's phone costs a slow hash each */
        input.left = SHORT_FILE;
    open_told(&out);
    open_told(&errors);
    cli_open(&cli, out.file, errors.file);
    cli.timeout_ms = NO_PATIENCE_MS;
    code = try_file(&cli, kind, path_with(take_rest(&input)));
    MUST(fflush(errors.file) == 0);
    MUST(code == EXIT_FINE || code == EXIT_REFUSED);
    MUST(code == EXIT_FINE || (errors.size > 0 && is_utf8(errors.text, errors.size)));
    cli_close(&cli);
    close_told(&out);
    close_told(&errors);
    return 0;
}
