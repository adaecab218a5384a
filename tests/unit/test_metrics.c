#include "metrics.h"

#include "test.h"

static const uint64_t receipts = 12;
static const uint64_t used_bytes = UINT64_MAX;

static const struct metric table[] = {
    { "duban_ingest_receipts_total", METRIC_COUNTER, "Receipts sent.", &receipts },
    { "duban_ingest_map_used_bytes", METRIC_GAUGE, "Map in use: a\\b\nc.", &used_bytes },
};

static const char *const text = "# HELP duban_ingest_receipts_total Receipts sent.\n"
                                "# TYPE duban_ingest_receipts_total counter\n"
                                "duban_ingest_receipts_total 12\n"
                                "# HELP duban_ingest_map_used_bytes Map in use: a\\\\b\\nc.\n"
                                "# TYPE duban_ingest_map_used_bytes gauge\n"
                                "duban_ingest_map_used_bytes 18446744073709551615\n";

static void a_table_is_rendered_in_the_text_format(void **state)
{
    char out[1024];

    (void) state;
    assert_int_equal(metrics_render(out, sizeof out, table, 2), strlen(text));
    assert_string_equal(out, text);
}

static void a_short_buffer_gets_a_prefix_and_the_size_needed(void **state)
{
    (void) state;
    for (size_t size = 1; size <= strlen(text) + 1; size++) {
        char *out = malloc(size);

        assert_int_equal(metrics_render(out, size, table, 2), strlen(text));
        assert_int_equal(strlen(out), size - 1);
        assert_memory_equal(out, text, size - 1);
        free(out);
    }
}

static void no_buffer_only_asks_for_the_size(void **state)
{
    (void) state;
    assert_int_equal(metrics_render(NULL, 0, table, 2), strlen(text));
}

static void an_empty_table_is_an_empty_text(void **state)
{
    char out[8] = "before";

    (void) state;
    assert_int_equal(metrics_render(out, sizeof out, table, 0), 0);
    assert_string_equal(out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_rendered_in_the_text_format),
        cmocka_unit_test(a_short_buffer_gets_a_prefix_and_the_size_needed),
        cmocka_unit_test(no_buffer_only_asks_for_the_size),
        cmocka_unit_test(an_empty_table_is_an_empty_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
