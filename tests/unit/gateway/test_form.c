/* What a form has sent is read within bounds, or refused as a whole. */
#include "form.h"

#include "test.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

struct fixture {
    struct arena arena;
    struct form form;
    struct fault fault;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    arena_open(&fixture->arena, ARENA_BYTES);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;

    arena_close(&fixture->arena);
    free(fixture);
    return 0;
}

static bool reads(struct fixture *fixture, const char *body, size_t size)
{
    return form_read(&fixture->form, &fixture->arena, bytes_of(body, size), &fixture->fault);
}

static void fields_are_decoded(void **state)
{
    struct fixture *fixture = *state;
    static const char BODY[] = "text=%E4%B8%80+2%0D%0A%26%3d&empty=&alone&&x=a%2Bb";

    assert_true(reads(fixture, BODY, sizeof BODY - 1));
    assert_int_equal(fixture->form.count, 4);
    assert_string_equal(form_value(&fixture->form, "text"), "一 2\n&=");
    assert_string_equal(form_value(&fixture->form, "empty"), "");
    assert_string_equal(form_value(&fixture->form, "alone"), "");
    assert_string_equal(form_value(&fixture->form, "x"), "a+b");
    assert_string_equal(form_value(&fixture->form, "not there"), "");
    assert_true(reads(fixture, "", 0) && fixture->form.count == 0);
}

static void what_is_none_is_refused_with_words(void **state)
{
    struct fixture *fixture = *state;
    static const char *const BODIES[] = { "a=%", "a=%4", "a=%zz", "a=%00", "%00=a", "a=%ff", "a=1&a=2", "a=%4g", "a=1&%61=2" };

    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
        memset(&fixture->fault, 0, sizeof fixture->fault);
        if (reads(fixture, BODIES[i], strlen(BODIES[i])) || fixture->fault.zh[0] == '\0' || fixture->fault.en[0] == '\0')
            fail_msg("%s", BODIES[i]);
    }
    assert_false(reads(fixture, "a=\0", 3));
}

static void too_many_fields_and_too_much_are_refused(void **state)
{
    struct fixture *fixture = *state;
    char *body = calloc(1, FORM_MOST_BYTES + 2);
    size_t size = 0;

    for (int i = 0; i < FORM_MOST_FIELDS; i++)
        size += (size_t) sprintf(body + size, "f%d=1&", i);
    assert_true(reads(fixture, body, size));
    size += (size_t) sprintf(body + size, "g=1");
    assert_false(reads(fixture, body, size));
    memset(body, 'a', FORM_MOST_BYTES + 1);
    assert_true(reads(fixture, body, FORM_MOST_BYTES));
    assert_false(reads(fixture, body, FORM_MOST_BYTES + 1));
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fields_are_decoded, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(what_is_none_is_refused_with_words, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(too_many_fields_and_too_much_are_refused, open_fixture, close_fixture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
