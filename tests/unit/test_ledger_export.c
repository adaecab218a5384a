/* A table of the ledger on its way into a file: what stands in its cells, and one that nobody wants any more. */
#include "ledger_export.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

enum { FILE_BYTES = 4096 };

static struct ledger_wish wish_of(enum spreadsheet_format format)
{
    return (struct ledger_wish){ .table = ledger_table_of("sites"), .format = format, .english = true, .account = "lead", .reason = "weekly",
                                 .scratch = "/tmp" };
}

static void take_site(struct ledger_export *export, const char *name)
{
    Duban__Text text = DUBAN__TEXT__INIT;
    Duban__Site site = DUBAN__SITE__INIT, *rows[] = { &site };
    Duban__SiteRows sites = DUBAN__SITE_ROWS__INIT;
    Duban__Reply reply = DUBAN__REPLY__INIT;

    text.en = text.zh = (char *) name;
    site.name = &text;
    sites.n_rows = 1;
    sites.rows = rows;
    reply.body_case = DUBAN__REPLY__BODY_SITES;
    reply.sites = &sites;
    assert_true(ledger_export_take(export, &reply));
}

static void the_middle_of_a_phone_number_is_left_out_however_it_is_written(void **state)
{
    static const char *const SHOWN[][2] = {
        { "13800001234", "138****1234" }, { "138-0000 1234", "138-**** 1234" }, { "8613800001234", "86138****1234" },
        { "（+86 13800001234", "（+86 138****1234" }, { "008613800001234", "0086138****1234" }, { "86138-0000-1234", "86138-****-1234" },
        { "013800001234", "0138****1234" }, { "１３８００００１２３４", "１３８＊＊＊＊１２３４" },
        { "００８６１３８－００００－１２３４", "００８６１３８－＊＊＊＊－１２３４" }, { "电话13800001234。", "电话138****1234。" },
        { "1380000１２３４", "138****１２３４" }, { "20200203001", "20200203001" }, { "138000012345", "138000012345" }, { "138", "138" },
        { "1380000", "1380000" }, { "86", "86" }, { "0", "0" }, { "＊＋￥", "＊＋￥" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN[0]; i++) {
        struct ledger_wish wish = wish_of(SPREADSHEET_CSV);
        struct ledger_export export;
        char text[FILE_BYTES] = "", expected[128];
        int fd = memfd_create("export", 0);

        assert_int_equal(ledger_export_open(&export, &wish, fd), 0);
        take_site(&export, SHOWN[i][0]);
        ledger_export_finish(&export);
        assert_int_equal(ledger_export_close(&export), 0);
        assert_true(pread(fd, text, sizeof text - 1, 0) > 0);
        snprintf(expected, sizeof expected, "\r\n,%s,", SHOWN[i][1]);
        assert_non_null(strstr(text, expected));
        close(fd);
    }
}

static void one_that_is_given_up_is_not_put_together(void **state)
{
    static const enum spreadsheet_format FORMATS[] = { SPREADSHEET_CSV, SPREADSHEET_XLSX };

    (void) state;
    for (size_t i = 0; i < 2; i++) {
        struct ledger_wish wish = wish_of(FORMATS[i]);
        struct ledger_export export;
        struct stat file;
        int fd = memfd_create("export", 0), next = dup(fd);

        close(next);
        assert_int_equal(ledger_export_open(&export, &wish, fd), 0);
        take_site(&export, "somewhere");
        ledger_export_abandon(&export);
        assert_int_equal(fstat(fd, &file), 0);
        if (FORMATS[i] == SPREADSHEET_XLSX)
            assert_int_equal(file.st_size, 0);
        assert_int_equal(dup(fd), next);   /* nothing is left open */
        close(next);
        close(fd);
    }
}

static void what_cannot_be_written_is_known_before_the_end(void **state)
{
    struct ledger_wish wish = wish_of(SPREADSHEET_CSV);
    struct ledger_export export;
    int fd = memfd_create("export", MFD_ALLOW_SEALING);

    (void) state;
    assert_int_equal(ledger_export_open(&export, &wish, fd), 0);
    assert_int_equal(spreadsheet_error(export.spreadsheet), 0);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
    for (int i = 0; i < 10000; i++)
        take_site(&export, "somewhere");
    assert_int_equal(spreadsheet_error(export.spreadsheet), EPERM);
    ledger_export_abandon(&export);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_middle_of_a_phone_number_is_left_out_however_it_is_written),
        cmocka_unit_test(one_that_is_given_up_is_not_put_together),
        cmocka_unit_test(what_cannot_be_written_is_known_before_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
