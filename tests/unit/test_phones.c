/* Mobile numbers in what people write lose their middle, and nothing else does. */
#include <string.h>

#include "phones.h"
#include "test.h"

static void a_mobile_number_is_masked_however_it_is_written(void **state)
{
    static const char *const WRITTEN[][2] = {
        { "13800001234", "138****1234" }, { "请回电138-0000 1234，谢谢", "请回电138-**** 1234，谢谢" },
        { "+8613800001234", "+86138****1234" }, { "013800001234、13900005678", "0138****1234、139****5678" },
        { "１３８００００１２３４", "１３８＊＊＊＊１２３４" },
    };
    char text[96];

    (void) state;
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        strcpy(text, WRITTEN[i][0]);
        phones_mask(text);
        assert_string_equal(text, WRITTEN[i][1]);
    }
}

static void other_numbers_stay(void **state)
{
    static const char *const OTHERS[] = { "", "没有号码", "2020-02-03 09:10", "010-65431234", "23800001234", "1380000123", "138000012345",
                                          "DB-0012", "13号楼2门501" };
    char text[96];

    (void) state;
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        strcpy(text, OTHERS[i]);
        phones_mask(text);
        assert_string_equal(text, OTHERS[i]);
    }
    phones_mask((char *) "nothing is written here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mobile_number_is_masked_however_it_is_written),
        cmocka_unit_test(other_numbers_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
