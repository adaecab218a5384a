/* What is text on a page stays text. */
#include "html.h"

#include "test.h"

enum { ARENA_BYTES = 1024 * 1024, SMALL_ARENA_BYTES = 16 * 1024 };

static int open_arena(void **state)
{
    struct arena *arena = calloc(1, sizeof *arena);

    arena_open(arena, ARENA_BYTES);
    *state = arena;
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    free(*state);
    return 0;
}

static void expect(const struct html *html, const char *wanted)
{
    struct bytes all = html_end(html);

    assert_int_equal(all.size, strlen(wanted));
    assert_memory_equal(all.data, wanted, all.size);
}

static void texts_are_escaped_and_markup_is_not(void **state)
{
    struct html html = html_begin(*state);

    html_put(&html, "<a title=\"%s\">%s</a> %u%% %d", "\"><script>'&", "东 <b>", 7u, -3);
    expect(&html, "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">东 &lt;b&gt;</a> 7% -3");
}

static void what_is_no_text_is_replaced(void **state)
{
    struct html html = html_begin(*state);

    html_text(&html, bytes_of("a\0b\x1b[31m\xff\xe4\xb8\xe4\xb8\x80\n\tc\x7f", 18));
    expect(&html, "a\xef\xbf\xbd" "b\xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xe4\xb8\x80\n\tc\xef\xbf\xbd");
}

static void a_large_page_is_whole(void **state)
{
    struct html html = html_begin(*state);

    for (int i = 0; i < 10000; i++)
        html_put(&html, "<i>%d</i>", i % 10);
    assert_int_equal(html_end(&html).size, 10000 * strlen("<i>0</i>"));
    assert_memory_equal((const char *) html.data + html.size - 16, "<i>8</i><i>9</i>", 16);
}

static void without_memory_there_is_no_half_page(void **state)
{
    struct arena small;
    struct html html;

    (void) state;
    arena_open(&small, SMALL_ARENA_BYTES);
    html = html_begin(&small);
    for (int i = 0; i < 10000; i++)
        html_put(&html, "<i>%d</i>", i);
    assert_null(html_end(&html).data);
    arena_close(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_are_escaped_and_markup_is_not, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_is_no_text_is_replaced, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_large_page_is_whole, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(without_memory_there_is_no_half_page, open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
