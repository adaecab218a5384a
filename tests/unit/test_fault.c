#include "fault.h"

#include "message.h"
#include "test.h"

static void both_languages_take_the_same_arguments(void **state)
{
    struct fault fault;

    (void) state;
    assert_false(fault_set(&fault, "report.site", "%s 有 %d 字节", "%s has %d bytes", "site", 40));
    assert_string_equal(fault.field, "report.site");
    assert_string_equal(fault.zh, "site 有 40 字节");
    assert_string_equal(fault.en, "site has 40 bytes");
}

static void whoever_wants_only_the_verdict_gives_no_fault(void **state)
{
    (void) state;
    assert_false(fault_set(NULL, "x", "甲", "a"));
}

static void a_long_text_is_cut_between_two_characters(void **state)
{
    struct fault fault;
    char long_text[1000];
    const char *const characters[] = { "a", "é", "中", "😀" };

    (void) state;
    for (size_t i = 0; i < 4; i++) {
        size_t size = strlen(characters[i]);
        size_t at = 0;

        /* From every phase, so that the cut falls on each byte of the character. */
        for (size_t phase = 0; phase < 4; phase++) {
            memset(long_text, 'x', phase);
            for (at = phase; at + size < sizeof long_text; at += size)
                memcpy(long_text + at, characters[i], size);
            long_text[at] = '\0';
            fault_set(&fault, long_text, "%s", "%s", long_text);
            assert_true(is_utf8(fault.field, strlen(fault.field)));
            assert_true(is_utf8(fault.zh, strlen(fault.zh)));
            assert_true(strlen(fault.zh) + size >= sizeof fault.zh);
            assert_true(strlen(fault.en) + size >= sizeof fault.en);
            assert_memory_equal(fault.zh, long_text, strlen(fault.zh));
        }
    }
}

static void a_text_that_just_fits_is_not_cut(void **state)
{
    struct fault fault;
    char text[sizeof fault.zh];

    (void) state;
    memset(text, 'x', sizeof text - 4);
    memcpy(text + sizeof text - 4, "中", 4);
    fault_set(&fault, "", "%s", "%s", text);
    assert_string_equal(fault.zh, text);
}

static void somebody_elses_words_are_carried_as_they_are(void **state)
{
    struct fault fault;
    char long_text[1000];

    (void) state;
    fault_carry(&fault, "report.site", "100%s", "100%d");
    assert_string_equal(fault.field, "report.site");
    assert_string_equal(fault.zh, "100%s");
    assert_string_equal(fault.en, "100%d");
    for (size_t at = 0; at < 999; at += 3)
        memcpy(long_text + at, "中", 3);
    long_text[999] = '\0';
    fault_carry(&fault, "", long_text, long_text);
    assert_true(is_utf8(fault.zh, strlen(fault.zh)));
    assert_in_range(strlen(fault.zh), sizeof fault.zh - 3, sizeof fault.zh - 1);
    fault_carry(NULL, "", "", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages_take_the_same_arguments),
        cmocka_unit_test(whoever_wants_only_the_verdict_gives_no_fault),
        cmocka_unit_test(a_long_text_is_cut_between_two_characters),
        cmocka_unit_test(a_text_that_just_fits_is_not_cut),
        cmocka_unit_test(somebody_elses_words_are_carried_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
