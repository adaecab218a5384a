/* submit.c - duban submit: entries from JSON, one receipt for each, and what came of it. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json.h"
#include "log.h"
#include "message.h"

struct batch {
    struct submission *submissions;
    size_t count;
    size_t capacity;
    const char *path;
    const char *salt;        /* empty: the same file again is the same submissions */
};

/* ---------------------------------------------------------------- reading */

static struct submission *next_submission(struct cli *cli, struct batch *batch)
{
    if (batch->count == batch->capacity) {
        size_t capacity = batch->capacity == 0 ? 64 : 2 * batch->capacity;
        struct submission *larger = arena_clear(&cli->arena, capacity * sizeof *larger);

        if (larger == NULL)
            die("内存不足 / out of memory");
        if (batch->count > 0)
            memcpy(larger, batch->submissions, batch->count * sizeof *larger);
        batch->submissions = larger;
        batch->capacity = capacity;
    }
    return &batch->submissions[batch->count++];
}

/* An entry, or one in an envelope that says who sends it and under which id. */
static bool read_one(struct cli *cli, struct batch *batch, json_t *json, const char *place, struct fault *fault)
{
    static const char *const ENVELOPE[] = { "as", "clientId", "entry" };
    json_t *inner = json_object_get(json, "entry");
    const char *id = inner == NULL ? NULL : json_string_value(json_object_get(json, "clientId"));
    const char *account = inner == NULL ? NULL : json_string_value(json_object_get(json, "as"));
    struct submission *submission = next_submission(cli, batch);
    Duban__Entry *entry;

    if (inner != NULL && !has_only(json, ENVELOPE, sizeof ENVELOPE / sizeof ENVELOPE[0], fault))
        return false;
    entry = entry_of_json(cli, inner == NULL ? json : inner, fault);
    submission->place = place;
    submission->account = account == NULL ? cli->account : text_of(&cli->arena, "%s", account);
    if (entry == NULL || !entry_pack(cli, entry, &submission->entry, fault))
        return false;
    if (id != NULL || cli_has(cli, "id"))
        return submission_set_id(submission, id != NULL ? id : cli_option(cli, "id"), fault);
    submission_derive_id(submission, entry, "submit", batch->salt);
    return true;
}

static bool read_array(struct cli *cli, struct batch *batch, json_t *array, struct fault *fault)
{
    json_t *element;
    size_t i;

    json_array_foreach(array, i, element) {
        const char *place = text_of(&cli->arena, "%s[%zu]", batch->path, i);

        if (read_one(cli, batch, element, place, fault)) {
            continue;
        }
        fault_set(fault, text_of(&cli->arena, "%s.%s", place, fault->field), "%1$s%2$.0s", "%1$.0s%2$s",
                  text_of(&cli->arena, "%s", fault->zh), text_of(&cli->arena, "%s", fault->en));
        return false;
    }
    return true;
}

static bool read_document(struct cli *cli, struct batch *batch, json_t *json, struct fault *fault)
{
    if (json_is_array(json))
        return read_array(cli, batch, json, fault);
    return read_one(cli, batch, json, NULL, fault);
}

static struct bytes next_line(struct bytes *rest)
{
    const char *end = memchr(rest->data, '\n', rest->size);
    size_t size = end == NULL ? rest->size : (size_t) (end - (const char *) rest->data);
    struct bytes line = bytes_of(rest->data, size);

    *rest = bytes_of((const char *) rest->data + size, rest->size - size);
    if (rest->size > 0)
        *rest = bytes_of((const char *) rest->data + 1, rest->size - 1);
    return line;
}

static bool is_blank(struct bytes line)
{
    const char *text = line.data;

    for (size_t i = 0; i < line.size; i++)
        if (strchr(" \t\r", text[i]) == NULL)
            return false;
    return true;
}

static bool read_line(struct cli *cli, struct batch *batch, struct bytes line, size_t number, struct fault *fault)
{
    json_t *json = json_parse(line, fault);
    const char *place = text_of(&cli->arena, "%s:%zu", batch->path, number);
    bool fine = json != NULL && read_one(cli, batch, json, place, fault);

    json_decref(json);
    if (fine)
        return true;
    return fault_set(fault, text_of(&cli->arena, "%s:%s", place, fault->field), "%1$s%2$.0s", "%1$.0s%2$s",
                     text_of(&cli->arena, "%s", fault->zh), text_of(&cli->arena, "%s", fault->en));
}

static bool read_lines(struct cli *cli, struct batch *batch, struct bytes text, struct fault *fault)
{
    size_t number = 0;

    while (text.size > 0) {
        struct bytes line = next_line(&text);

        number++;
        if (!is_blank(line) && !read_line(cli, batch, line, number, fault))
            return false;
    }
    return true;
}

/* One JSON document, or one in each line: it is lines when the first is whole by itself and
 * another follows. */
static bool is_lines(struct bytes text)
{
    struct bytes rest = text;
    struct bytes first = bytes_of("", 0);
    struct fault ignored;
    json_t *json;

    while (rest.size > 0 && is_blank(first))
        first = next_line(&rest);
    json = json_parse(first, &ignored);
    json_decref(json);
    return json != NULL && !is_blank(rest);
}

static bool read_batch(struct cli *cli, struct batch *batch, struct bytes text, struct fault *fault)
{
    json_t *json;
    bool fine;

    if (is_lines(text))
        return read_lines(cli, batch, text, fault);
    json = json_parse(text, fault);
    fine = json != NULL && read_document(cli, batch, json, fault);
    json_decref(json);
    return fine;
}

/* ---------------------------------------------------------------- what is no batch at all */

static bool has_nothing_in_it(struct bytes text)
{
    const char *characters = text.data;

    for (size_t i = 0; i < text.size; i++)
        if (strchr(" \t\r\n", characters[i]) == NULL || characters[i] == '\0')
            return false;
    return true;
}

/* False after saying what is wrong with the file as a whole. */
static bool is_readable(struct cli *cli, const char *path, struct bytes text)
{
    if (has_nothing_in_it(text)) {
        cli_fail(cli, "%s 是空的，什么也没有提交", "%s is empty, nothing was submitted", path);
        return false;
    }
    if (!is_utf8(text.data, text.size)) {
        cli_fail(cli, "%s 不是 UTF-8，什么也没有提交：请用编辑器另存为 UTF-8（WPS、记事本：另存为时选编码 UTF-8）再交",
                 "%s is not UTF-8, nothing was submitted: save it as UTF-8 and submit that", path);
        return false;
    }
    return true;
}

static void say_no_entries(struct cli *cli, const char *path)
{
    cli_fail(cli, "%s 里没有记录，什么也没有提交", "there is no entry in %s, nothing was submitted", path);
}

/* ---------------------------------------------------------------- submitting */

enum exit_code command_submit(struct cli *cli)
{
    struct batch batch = { .path = cli->arguments[0], .salt = cli_has(cli, "again") ? submission_new_salt(cli) : "" };
    struct fault fault = { .field = "" };
    struct bytes text = file_read(cli, cli->arguments[0]);
    struct aftermath aftermath;

    if (text.data == NULL)
        return cli->failure;
    if (!is_readable(cli, batch.path, text))
        return EXIT_REFUSED;
    if (!read_batch(cli, &batch, text, &fault))
        return cli_refuse(cli, &fault);
    if (batch.count == 0)
        say_no_entries(cli, batch.path);
    if (cli_has(cli, "id") && batch.count != 1)
        return cli_wrong_use(cli, "--id 只能用于一条记录，文件里有 %zu 条", "--id is for one entry, the file has %zu", batch.count);
    submissions_tell_apart(cli, batch.submissions, batch.count);
    send_all(cli, batch.submissions, batch.count, true);
    aftermath_open(&aftermath, cli);
    for (size_t i = 0; i < batch.count; i++)
        aftermath_tell(&aftermath, &batch.submissions[i]);
    return aftermath_close(&aftermath);
}
