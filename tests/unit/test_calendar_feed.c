#include "calendar_feed.h"

#include "message.h"
#include "test.h"

struct written {
    char *text;
    size_t size;
    FILE *out;
};

static void begin(struct written *written)
{
    written->out = open_memstream(&written->text, &written->size);
    assert_non_null(written->out);
}

static void end(struct written *written)
{
    assert_int_equal(fclose(written->out), 0);
}

/* Takes out the folds, each at most 75 bytes behind the one before and none inside a character. Returns the size. */
static size_t unfold(const struct written *written, char *out)
{
    size_t used = 0, column = 0;

    for (size_t i = 0; i < written->size; i++) {
        if (written->text[i] != '\r') {
            assert_int_not_equal(written->text[i], '\n');
            out[used++] = written->text[i];
            assert_true(++column <= CALENDAR_LINE_BYTES);
            continue;
        }
        assert_int_equal(written->text[++i], '\n');
        assert_true(is_utf8(written->text + i - 1 - column, column));
        column = 0;
        if (i + 1 < written->size) {
            assert_int_equal(written->text[++i], ' ');
            column = 1;
        }
    }
    out[used] = '\0';
    return used;
}

static void assert_text(const char *text, const char *expected)
{
    struct written written;
    char unfolded[2048];

    begin(&written);
    calendar_feed_line(written.out, "SUMMARY", text, "");
    end(&written);
    assert_true(written.size >= 2 && memcmp(written.text + written.size - 2, "\r\n", 2) == 0);
    unfold(&written, unfolded);
    assert_string_equal(unfolded, expected);
    free(written.text);
}

static void a_line_of_any_length_is_folded_between_characters(void **state)
{
    static const char *const CHARACTERS[] = { "a", "\xc3\xa9", "\xe5\xb7\xa1", "\xf0\x9f\x98\xb7" };

    (void) state;
    for (size_t kind = 0; kind < 4; kind++)
        for (size_t ahead = 0; ahead < 4; ahead++)
            for (size_t count = 0; count < 170; count++) {
                char text[1024] = "", expected[1200] = "SUMMARY:";

                memset(text, 'x', ahead);
                for (size_t i = 0; i < count; i++)
                    strcat(text, CHARACTERS[kind]);
                strcat(expected, text);
                assert_text(text, expected);
            }
}

static void a_line_that_just_fits_is_not_folded(void **state)
{
    char text[80] = "";
    struct written written;

    (void) state;
    memset(text, 'x', CALENDAR_LINE_BYTES - strlen("SUMMARY:"));
    begin(&written);
    calendar_feed_line(written.out, "SUMMARY", text, "");
    end(&written);
    assert_int_equal(written.size, CALENDAR_LINE_BYTES + 2);
    free(written.text);
}

static void what_means_something_in_a_text_is_escaped(void **state)
{
    (void) state;
    assert_text("a\\b;c,d\ne", "SUMMARY:a\\\\b\\;c\\,d\\ne");
    assert_text("one\r\ntwo", "SUMMARY:one\\ntwo");
    assert_text("a:b\"c", "SUMMARY:a:b\"c");
    assert_text("tab\there, bell\a there\x7f\r", "SUMMARY:tab\there\\, bell  there  ");
    assert_text("", "SUMMARY:");
}

static void an_escape_is_not_cut_by_a_fold(void **state)
{
    (void) state;
    for (size_t ahead = 0; ahead < 150; ahead++) {
        char text[200] = "";
        struct written written;

        memset(text, 'x', ahead);
        strcat(text, ",");
        begin(&written);
        calendar_feed_line(written.out, "SUMMARY", text, "");
        end(&written);
        assert_non_null(strstr(written.text, "\\,"));
        free(written.text);
    }
}

static Duban__Text text(char *zh, char *en)
{
    Duban__Text text = DUBAN__TEXT__INIT;

    text.zh = zh;
    text.en = en;
    return text;
}

static void fill(Duban__CalendarRow *row, Duban__Text *title, Duban__Text *place)
{
    row->uid = "0a@1.duban";
    row->from_s = row->until_s = 1580720400;
    row->title = title;
    row->place = place;
}

static void assert_says(char *language, bool rehearsal, const char *title, const char *place)
{
    Duban__Text words = text("复查", "revisit"), north = text("北门", "");
    Duban__CalendarRow row = DUBAN__CALENDAR_ROW__INIT, *rows[] = { &row };
    Duban__Holder holder = DUBAN__HOLDER__INIT;
    struct written written;

    holder.language = language;
    fill(&row, &words, &north);
    begin(&written);
    calendar_feed_write(written.out, &holder, rehearsal, rows, 1);
    end(&written);
    assert_non_null(strstr(written.text, title));
    assert_non_null(strstr(written.text, place));
    free(written.text);
}

static void it_speaks_the_language_of_whom_it_is_for(void **state)
{
    (void) state;
    assert_says("", false, "SUMMARY:复查\r\n", "LOCATION:北门\r\n");
    assert_says("zh", false, "SUMMARY:复查\r\n", "NAME:督办\r\n");
    assert_says("en", false, "SUMMARY:revisit\r\n", "LOCATION:北门\r\n");
    assert_says("zh+en", false, "SUMMARY:复查 / revisit\r\n", "LOCATION:北门\r\n");
    assert_says("zh+en", false, "NAME:督办 / Duban\r\n", "X-WR-CALNAME:督办 / Duban\r\n");
}

static void a_drill_says_so_in_its_name_and_in_every_event(void **state)
{
    (void) state;
    assert_says("zh", true, "SUMMARY:【演练】复查\r\n", "X-WR-CALNAME:【演练】督办\r\n");
    assert_says("en", true, "SUMMARY:[drill] revisit\r\n", "X-WR-CALNAME:[drill] Duban\r\n");
    assert_says("zh+en", true, "SUMMARY:【演练】复查 / [drill] revisit\r\n", "NAME:【演练】督办 / [drill] Duban\r\n");
    assert_says("zh+en", true, "SUMMARY:", "LOCATION:北门\r\n");
}

static void the_object_is_as_the_standards_have_it(void **state)
{
    Duban__Text title = text("复查 DB-0002", "revisit DB-0002"), place = text("北门", ""), words = text("口罩", "masks");
    Duban__CalendarRow revisit = DUBAN__CALENDAR_ROW__INIT, due = DUBAN__CALENDAR_ROW__INIT;
    Duban__CalendarRow *const rows[] = { &revisit, &due };
    Duban__Holder holder = DUBAN__HOLDER__INIT;
    struct written written;

    (void) state;
    begin(&written);
    fill(&revisit, &title, &place);
    revisit.until_s = 1580727600;
    revisit.revision = 7;
    revisit.changed_s = 1580713200;
    fill(&due, &title, NULL);
    due.words = &words;
    due.revision = INT32_MAX;
    due.is_off = true;
    calendar_feed_write(written.out, &holder, false, rows, 2);
    end(&written);
    assert_string_equal(written.text,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//duban//calendar feed//ZH\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
                        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\nNAME:督办\r\nX-WR-CALNAME:督办\r\n"
                        "BEGIN:VEVENT\r\nUID:0a@1.duban\r\nDTSTAMP:20200203T070000Z\r\nLAST-MODIFIED:20200203T070000Z\r\nSEQUENCE:7\r\n"
                        "DTSTART:20200203T090000Z\r\nDTEND:20200203T110000Z\r\nSUMMARY:复查 DB-0002\r\nLOCATION:北门\r\n"
                        "STATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"
                        "BEGIN:VEVENT\r\nUID:0a@1.duban\r\nDTSTAMP:19700101T000000Z\r\nLAST-MODIFIED:19700101T000000Z\r\nSEQUENCE:2147483647\r\n"
                        "DTSTART:20200203T090000Z\r\nSUMMARY:复查 DB-0002\r\nDESCRIPTION:口罩\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"
                        "END:VCALENDAR\r\n");
    free(written.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_any_length_is_folded_between_characters),
        cmocka_unit_test(a_line_that_just_fits_is_not_folded),
        cmocka_unit_test(what_means_something_in_a_text_is_escaped),
        cmocka_unit_test(an_escape_is_not_cut_by_a_fold),
        cmocka_unit_test(it_speaks_the_language_of_whom_it_is_for),
        cmocka_unit_test(a_drill_says_so_in_its_name_and_in_every_event),
        cmocka_unit_test(the_object_is_as_the_standards_have_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
