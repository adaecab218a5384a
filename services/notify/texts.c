/* texts.c - compiling message texts, and the shelf of those in use. */
#include "texts.h"

#include <stdlib.h>

enum { TEXTS_LIMIT_BYTES = 4 * 1024 * 1024 };

static const struct {
    const char *name;
    enum placeholder placeholder;
} names[] = {
    { "number", PLACEHOLDER_NUMBER }, { "site", PLACEHOLDER_SITE }, { "finding", PLACEHOLDER_FINDING },
    { "level", PLACEHOLDER_LEVEL }, { "due", PLACEHOLDER_DUE }, { "new_due", PLACEHOLDER_NEW_DUE },
    { "overdue", PLACEHOLDER_OVERDUE }, { "left", PLACEHOLDER_LEFT }, { "open", PLACEHOLDER_OPEN },
    { "owner", PLACEHOLDER_OWNER }, { "k", PLACEHOLDER_K }, { "n", PLACEHOLDER_N },
    { "chased", PLACEHOLDER_CHASED }, { "round", PLACEHOLDER_ROUND }, { "reason", PLACEHOLDER_REASON },
    { "matter", PLACEHOLDER_MATTER }, { "group", PLACEHOLDER_GROUP }, { "at", PLACEHOLDER_AT },
    { "days", PLACEHOLDER_DAYS }, { "count", PLACEHOLDER_COUNT_ }, { "role", PLACEHOLDER_ROLE },
    { "title", PLACEHOLDER_TITLE }, { "date", PLACEHOLDER_DATE }, { "kind", PLACEHOLDER_KIND },
    { "new_date", PLACEHOLDER_NEW_DATE }, { "duration", PLACEHOLDER_DURATION },
    { "prior", PLACEHOLDER_PRIOR }, { "by", PLACEHOLDER_BY }, { "held", PLACEHOLDER_HELD },
    { "lateness", PLACEHOLDER_LATENESS }, { "passes", PLACEHOLDER_PASSES }, { "attempts", PLACEHOLDER_ATTEMPTS },
    { "photos", PLACEHOLDER_PHOTOS }, { "which", PLACEHOLDER_WHICH }, { "code", PLACEHOLDER_CODE },
    { "red", PLACEHOLDER_OVERDUE_CASES },
    { "due_cases", PLACEHOLDER_DUE_CASES },
    { "revisits", PLACEHOLDER_REVISITS },
    { "complaints", PLACEHOLDER_COMPLAINTS },
    { "required", PLACEHOLDER_REQUIRED },
    { "planned", PLACEHOLDER_PLANNED },
    { "inspected", PLACEHOLDER_INSPECTED },
    { "remaining", PLACEHOLDER_REMAINING },
    { "filed", PLACEHOLDER_FILED },
    { "closed_cases", PLACEHOLDER_CLOSED_CASES },
    { "carried", PLACEHOLDER_CARRIED },
    { "late", PLACEHOLDER_LATE_REPORTS },
    { "other_red", PLACEHOLDER_OTHER_OVERDUE },
    { "blind", PLACEHOLDER_BLIND_SPOTS },
    { "amount", PLACEHOLDER_AMOUNT },
    { "minimum", PLACEHOLDER_MINIMUM },
};

static enum placeholder placeholder_named(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].name) == size && memcmp(names[i].name, name, size) == 0)
            return names[i].placeholder;
    return PLACEHOLDER_NONE;
}

/* The next piece at words: a placeholder with a known name, else plain text up to the next
 * brace. Returns its length in words. */
static size_t next_piece(const char *words, struct piece *piece)
{
    const char *end;

    if (words[0] == '{' && (end = strchr(words, '}')) != NULL) {
        size_t size = (size_t) (end - words) - 1;

        piece->placeholder = placeholder_named(words + 1, size);
        if (piece->placeholder != PLACEHOLDER_NONE)
            return size + 2;
    }
    piece->placeholder = PLACEHOLDER_NONE;
    piece->words = words;
    piece->size = 1 + strcspn(words + 1, "{");
    return piece->size;
}

static int compile(struct texts *texts, const char *words, struct piece **pieces, size_t *count)
{
    const char *copy = arena_copy(&texts->arena, words, strlen(words));
    struct piece piece = { 0 };
    size_t most = 1;

    if (copy == NULL)
        return -1;
    for (const char *at = copy; *at != '\0'; at += next_piece(at, &piece))
        most++;
    *pieces = arena_take(&texts->arena, most * sizeof **pieces);
    if (*pieces == NULL)
        return -1;
    *count = 0;
    for (const char *at = copy; *at != '\0';)
        at += next_piece(at, &(*pieces)[(*count)++]);
    return 0;
}

static int compile_template(struct texts *texts, struct template *template, const Duban__MessageText *message)
{
    const char *zh = message->text != NULL ? message->text->zh : "";
    const char *en = message->text != NULL && message->text->en[0] != '\0' ? message->text->en : zh;

    template->kind = arena_copy(&texts->arena, message->kind, strlen(message->kind));
    if (template->kind == NULL)
        return -1;
    if (compile(texts, zh, &template->pieces[LANGUAGE_ZH], &template->count[LANGUAGE_ZH]) == -1)
        return -1;
    return compile(texts, en, &template->pieces[LANGUAGE_EN], &template->count[LANGUAGE_EN]);
}

static int by_kind(const void *a, const void *b)
{
    return strcmp(((const struct template *) a)->kind, ((const struct template *) b)->kind);
}

int texts_open(struct texts *texts, const Duban__Texts *message)
{
    memset(texts, 0, sizeof *texts);
    arena_open(&texts->arena, TEXTS_LIMIT_BYTES);
    if (message->version.len == sizeof texts->version)
        memcpy(texts->version, message->version.data, sizeof texts->version);
    texts->offset_s = message->utc_offset_minutes * 60;
    texts->rehearsal = message->rehearsal;
    texts->templates = arena_take(&texts->arena, (message->n_texts + 1) * sizeof *texts->templates);
    if (texts->templates == NULL)
        goto failed;
    for (size_t i = 0; i < message->n_texts; i++)
        if (compile_template(texts, &texts->templates[texts->count++], message->texts[i]) == -1)
            goto failed;
    qsort(texts->templates, texts->count, sizeof *texts->templates, by_kind);
    return 0;
failed:
    texts_close(texts);
    return -1;
}

void texts_close(struct texts *texts)
{
    arena_close(&texts->arena);
    memset(texts, 0, sizeof *texts);
}

int texts_open_builtin(struct texts *texts)
{
    Duban__Text alarm_text = DUBAN__TEXT__INIT;
    Duban__Text over_text = DUBAN__TEXT__INIT;
    Duban__Text failure_text = DUBAN__TEXT__INIT;
    Duban__MessageText alarm = DUBAN__MESSAGE_TEXT__INIT;
    Duban__MessageText over = DUBAN__MESSAGE_TEXT__INIT;
    Duban__MessageText failure = DUBAN__MESSAGE_TEXT__INIT;
    Duban__MessageText *all[] = { &alarm, &over, &failure };
    Duban__Texts message = DUBAN__TEXTS__INIT;

    alarm_text.zh = "【系统告警】{matter}";
    alarm_text.en = "House alarm: {matter}";
    alarm.kind = "house_alarm";
    alarm.text = &alarm_text;
    over_text.zh = "【系统告警解除】{matter}";
    over_text.en = "House alarm over: {matter}";
    over.kind = "house_alarm_over";
    over.text = &over_text;
    failure_text.zh = "【消息未送达】{count}条提醒发送失败，请内勤改用电话通知。";
    failure_text.en = "{count} reminders failed; clerk to phone.";
    failure.kind = "delivery_failure";
    failure.text = &failure_text;
    message.texts = all;
    message.n_texts = sizeof all / sizeof all[0];
    return texts_open(texts, &message);
}

const struct template *texts_template(const struct texts *texts, const char *kind)
{
    struct template wanted = { .kind = kind };

    if (texts->count == 0)
        return NULL;
    return bsearch(&wanted, texts->templates, texts->count, sizeof *texts->templates, by_kind);
}

int shelf_open(struct shelf *shelf)
{
    memset(shelf, 0, sizeof *shelf);
    return texts_open_builtin(&shelf->builtin);
}

void shelf_close(struct shelf *shelf)
{
    for (int i = 0; i < SHELF_PLACES; i++)
        if (shelf->taken[i])
            texts_close(&shelf->places[i]);
    texts_close(&shelf->builtin);
    memset(shelf, 0, sizeof *shelf);
}

const struct texts *shelf_find(struct shelf *shelf, struct bytes version)
{
    for (int i = 0; i < SHELF_PLACES; i++) {
        if (shelf->taken[i] && bytes_equal(version, bytes_of(shelf->places[i].version, DIGEST_BYTES))) {
            shelf->used[i] = ++shelf->turn;
            return &shelf->places[i];
        }
    }
    return NULL;
}

/* A free place, or the one unused for longest. */
static int place_for(struct shelf *shelf, struct bytes version)
{
    int oldest = 0;

    for (int i = 0; i < SHELF_PLACES; i++)
        if (shelf->taken[i] && bytes_equal(version, bytes_of(shelf->places[i].version, DIGEST_BYTES)))
            return i;
    for (int i = 0; i < SHELF_PLACES; i++) {
        if (!shelf->taken[i])
            return i;
        if (shelf->used[i] < shelf->used[oldest])
            oldest = i;
    }
    return oldest;
}

const struct texts *shelf_add(struct shelf *shelf, const Duban__Texts *message)
{
    int place = place_for(shelf, bytes_of(message->version.data, message->version.len));

    if (shelf->taken[place])
        texts_close(&shelf->places[place]);
    shelf->taken[place] = texts_open(&shelf->places[place], message) == 0;
    if (!shelf->taken[place])
        return NULL;
    shelf->used[place] = ++shelf->turn;
    return &shelf->places[place];
}
