/* test_system_error.c - why the system has refused something. */
#include "system_error.h"

#include <errno.h>
#include <string.h>

#include "test.h"

static void a_common_refusal_is_said_in_both_languages(void **state)
{
    (void) state;
    assert_string_equal(system_error(ENOENT).zh, "没有这个文件或目录");
    assert_string_equal(system_error(ENOENT).en, "No such file or directory");
    assert_string_equal(system_error(ENOSPC).zh, "磁盘没有空间了");
}

static void of_a_rare_one_the_systems_own_words_stand_in_both(void **state)
{
    (void) state;
    assert_string_equal(system_error(EBADMSG).zh, strerror(EBADMSG));
    assert_string_equal(system_error(EBADMSG).en, strerror(EBADMSG));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_common_refusal_is_said_in_both_languages),
        cmocka_unit_test(of_a_rare_one_the_systems_own_words_stand_in_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
