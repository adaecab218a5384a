/* test_wording.c - what a channel takes of a notice: within its limit, and saying where the rest is. */
#include "fixture.h"

enum { SMALL_BYTES = 400, REPEATED_MOST = 2000 };

static const char LINK[] = "https://d.example/";

static void escape_wide(struct text *out, struct bytes words)
{
    for (size_t i = 0; i < words.size; i++) {
        const char *character = (const char *) words.data + i;

        if (*character == '<')
            text_add(out, "＜");
        else
            text_put(out, character, 1);
    }
}

static const struct channel small = { .name = "small", .text_limit_bytes = SMALL_BYTES };
static const struct channel small_that_escapes = { .name = "small", .text_limit_bytes = SMALL_BYTES, .escape = escape_wide };

struct wording {
    struct fixture f;
    struct sample s;
    char repeated[REPEATED_MOST + 1];
    char *words;                   /* as the channel would take them */
};

static void setup_wording(struct wording *w)
{
    memset(w, 0, sizeof *w);
    setup(&w->f);
    push_texts(&w->f);
    apply(&w->f);
    sample_init(&w->s);
    w->f.notify->channels.link = LINK;
}

static void cleanup_wording(struct wording *w)
{
    w->f.notify->channels.link = NULL;
    free(w->words);
    cleanup(&w->f);
}

/* Those bytes again and again, `size` in all. */
static char *repeat(struct wording *w, const char *piece, size_t size)
{
    memset(w->repeated, 0, sizeof w->repeated);
    for (size_t i = 0; i + strlen(piece) <= size; i += strlen(piece))
        memcpy(w->repeated + i, piece, strlen(piece));
    return w->repeated;
}

static const char *taken_by(struct wording *w, const struct channel *channel)
{
    struct message message = { .notice = &w->s.notice };
    struct store_txn txn;

    store_begin(&txn, &w->f.notify->state.store, STORE_READ);
    assert_true(wording_fit(w->f.notify, &txn, channel, &message));
    store_abort(&txn);
    assert_true(message.words.size <= channel->text_limit_bytes);
    assert_true(is_utf8(message.words.data, message.words.size));
    free(w->words);
    w->words = strndup(message.words.data, message.words.size);
    assert_non_null(w->words);
    return w->words;
}

static bool ends_with(const char *words, const char *end)
{
    return strlen(words) >= strlen(end) && strcmp(words + strlen(words) - strlen(end), end) == 0;
}

static void what_one_language_leaves_of_its_half_is_the_others(void **state)
{
    struct wording w;
    const char *words, *english;

    (void) state;
    setup_wording(&w);
    w.s.recipient.language = "zh+en";
    w.s.finding.en = repeat(&w, "dust ", 800);
    words = taken_by(&w, &small);
    english = strchr(words, '\n');
    assert_non_null(english);
    assert_null(memmem(words, (size_t) (english - words), "…", strlen("…")));   /* all of the Chinese one */
    assert_true(strlen(english) > SMALL_BYTES / 2 + 20);
    assert_true(ends_with(words, "… (all of it is in Duban) https://d.example/"));
    w.s.finding.en = "dust";
    w.s.finding.zh = repeat(&w, "尘", 798);
    words = taken_by(&w, &small);
    assert_non_null(strstr(words, "…（全文请到督办系统查看） https://d.example/\n"));
    assert_null(strstr(strchr(words, '\n'), "…"));
    cleanup_wording(&w);
}

static void what_both_languages_have_room_for_is_said_whole(void **state)
{
    struct wording w;
    const char *words;

    (void) state;
    setup_wording(&w);
    w.s.recipient.language = "zh+en";
    words = taken_by(&w, &small);
    assert_null(strstr(words, "…"));
    assert_non_null(strstr(words, "无消毒记录"));
    assert_non_null(strstr(words, "no disinfection record"));
    cleanup_wording(&w);
}

static void what_is_escaped_is_cut_by_what_it_becomes_and_still_says_where_the_rest_is(void **state)
{
    struct wording w;

    (void) state;
    setup_wording(&w);
    w.s.finding.zh = repeat(&w, "a<b ", 360);   /* 180 bytes longer once it is escaped */
    assert_true(ends_with(taken_by(&w, &small_that_escapes), "…（全文请到督办系统查看） https://d.example/"));
    assert_non_null(strstr(w.words, "a＜b a＜b"));
    cleanup_wording(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_language_leaves_of_its_half_is_the_others),
        cmocka_unit_test(what_both_languages_have_room_for_is_said_whole),
        cmocka_unit_test(what_is_escaped_is_cut_by_what_it_becomes_and_still_says_where_the_rest_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
