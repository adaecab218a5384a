/* Rows of one link: one message for all who ask, and the order in which they were put. */
#include "link_rows.h"

#include "test.h"

enum { TABLE_A, TABLE_B, MANY = 5000 };

static struct bytes key_of(char text[16], unsigned number)
{
    snprintf(text, 16, "S-%05u", number);
    return bytes_of_text(text);
}

static void however_many_there_are_each_keeps_its_message(void **state)
{
    struct link_rows rows = { 0 };
    static int messages[MANY];
    char text[16];

    (void) state;
    for (unsigned i = 0; i < MANY; i++) {
        assert_null(link_rows_find(&rows, TABLE_A, key_of(text, i)));
        link_rows_add(&rows, TABLE_A, key_of(text, i))->message = &messages[i];
    }
    for (unsigned i = 0; i < MANY; i++)
        assert_ptr_equal(link_rows_find(&rows, TABLE_A, key_of(text, i))->message, &messages[i]);
    link_rows_close(&rows);
}

static void the_same_key_in_another_table_is_another_row(void **state)
{
    struct link_rows rows = { 0 };

    (void) state;
    link_rows_add(&rows, TABLE_A, bytes_of_text("x"));
    assert_null(link_rows_find(&rows, TABLE_B, bytes_of_text("x")));
    assert_null(link_rows_find(&rows, TABLE_A, bytes_of_text("xx")));
    assert_null(link_rows_find(&rows, TABLE_A, bytes_of_text("a code that is longer than any key of ours")));
    link_rows_close(&rows);
}

static void what_is_put_keeps_its_order_whatever_was_read(void **state)
{
    struct link_rows rows = { 0 };
    char text[16];

    (void) state;
    for (unsigned i = 0; i < 200; i++)
        link_rows_add(&rows, TABLE_A, key_of(text, i));
    link_rows_put(&rows, link_rows_find(&rows, TABLE_A, key_of(text, 150)));
    link_rows_put(&rows, link_rows_find(&rows, TABLE_A, key_of(text, 3)));
    link_rows_put(&rows, link_rows_find(&rows, TABLE_A, key_of(text, 150)));
    assert_int_equal(rows.put_count, 2);
    assert_int_equal(rows.put[0], 150);
    assert_int_equal(rows.put[1], 3);
    link_rows_close(&rows);
}

static void the_next_link_finds_nothing_of_the_one_before(void **state)
{
    struct link_rows rows = { 0 };
    char text[16];

    (void) state;
    for (unsigned link = 0; link < 50; link++) {
        for (unsigned i = 0; i < 100; i++)
            assert_null(link_rows_find(&rows, TABLE_B, key_of(text, i)));
        for (unsigned i = 0; i < 100; i++)
            link_rows_put(&rows, link_rows_add(&rows, TABLE_B, key_of(text, (i * 37 + link) % 1000)));
        assert_int_equal(rows.put_count, 100);
        link_rows_clear(&rows);
        assert_int_equal(rows.put_count, 0);
    }
    link_rows_clear(&rows);
    link_rows_close(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(however_many_there_are_each_keeps_its_message),
        cmocka_unit_test(the_same_key_in_another_table_is_another_row),
        cmocka_unit_test(what_is_put_keeps_its_order_whatever_was_read),
        cmocka_unit_test(the_next_link_finds_nothing_of_the_one_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
