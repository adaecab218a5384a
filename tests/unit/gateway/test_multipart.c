/* Bodies of forms: the parts are the same however the body is cut into pieces. */
#include <stdlib.h>

#include "multipart.h"
#include "test.h"

/* What came: "[name|file name]data;" for each part. */
struct seen {
    char text[4096];
    size_t size;
    int calls, most_calls;   /* false is said to the last of so many; 0 = never */
};

static bool see(struct seen *seen, const char *data, size_t size)
{
    assert_true(seen->size + size < sizeof seen->text);
    memcpy(seen->text + seen->size, data, size);
    seen->size += size;
    seen->text[seen->size] = '\0';
    return ++seen->calls != seen->most_calls;
}

static bool on_begin(void *self, const struct multipart_part *part)
{
    char line[2 * MULTIPART_NAME_BYTES + 8];

    snprintf(line, sizeof line, "[%s|%s]", part->name, part->file_name);
    return see(self, line, strlen(line));
}

static bool on_data(void *self, const char *data, size_t size)
{
    assert_true(size > 0);
    return see(self, data, size);
}

static bool on_end(void *self)
{
    return see(self, ";", 1);
}

static const struct multipart_calls CALLS = { on_begin, on_data, on_end };

#define KIND "multipart/form-data; boundary=xyz"
#define HEAD(name) "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_HEAD(name, file) "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\nContent-Type: image/jpeg\r\n\r\n"

/* In pieces of that many bytes; true: it was read to its end. */
static bool read_in(const char *kind, const char *body, size_t piece, struct seen *seen, struct multipart *multipart)
{
    size_t size = strlen(body);

    *seen = (struct seen){ 0 };
    if (!multipart_open(multipart, kind, &CALLS, seen))
        return false;
    for (size_t at = 0; at < size; at += piece) {
        size_t length = size - at < piece ? size - at : piece;
        char *copy = malloc(length);   /* to its last byte: what reads further is seen */
        bool fine;

        assert_non_null(copy);
        memcpy(copy, body + at, length);
        fine = multipart_add(multipart, copy, length);
        free(copy);
        if (!fine)
            return false;
    }
    return multipart_is_whole(multipart);
}

static void must_be(const char *kind, const char *body, const char *parts)
{
    struct multipart multipart;
    struct seen seen;

    for (size_t piece = 1; piece <= strlen(body); piece++) {
        assert_true(read_in(kind, body, piece, &seen, &multipart));
        assert_string_equal(seen.text, parts);
    }
}

static void parts_are_the_same_however_they_come(void **state)
{
    (void) state;
    must_be(KIND, HEAD("a") "one\r\n" FILE_HEAD("b", "门岗.jpg") "t\r\nwo\r\n--xyz--\r\n", "[a|]one;[b|门岗.jpg]t\r\nwo;");
    must_be(KIND, "preamble\r\n" HEAD("a") "\r\n--xyz--", "[a|];");
    must_be(KIND, HEAD("a") "x\r\n--xyz--\r\nepilogue --xyz\r\n", "[a|]x;");
    must_be("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"x y\"",
            "--x y\r\ncontent-disposition: form-data;name=a ; filename = b\r\n\r\n1\r\n--x y--", "[a|]1;");
}

static void what_looks_like_a_boundary_and_is_none_is_data(void **state)
{
    (void) state;
    must_be(KIND, HEAD("a") "\r\n--xy\r\n--xz\r\n-\r\r\n\r\n--x\r\n--xyz--", "[a|]\r\n--xy\r\n--xz\r\n-\r\r\n\r\n--x;");
    must_be(KIND, HEAD("a") "\r\r\n--xyz--", "[a|]\r;");
    must_be(KIND, HEAD("a") "--xyz\r\n--xyz--", "[a|]--xyz;");
}

static void names_may_hold_quotes_and_backslashes(void **state)
{
    (void) state;
    must_be(KIND, FILE_HEAD("a\\\"b", "C:\\\\x\\y;z.jpg") "1\r\n--xyz--", "[a\"b|C:\\x\\y;z.jpg]1;");
}

static void what_is_broken_is_not_read_to_its_end(void **state)
{
    static const char *const BROKEN[] = {
        HEAD("a") "x",                                                       /* no end */
        HEAD("a") "x\r\n--xyz",
        HEAD("a") "x\r\n--xyz-",
        HEAD("a") "x\r\n--xyzz--",
        "--xyz\r\n\r\nx\r\n--xyz--",                                         /* no name */
        "--xyz\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--xyz--",   /* the quote does not end */
        "--xyz\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--xyz--",
        "--xyz--x: y",
        "",
    };
    struct multipart multipart;
    struct seen seen;

    (void) state;
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++)
        for (size_t piece = 1; piece <= strlen(BROKEN[i]); piece++)
            if (read_in(KIND, BROKEN[i], piece, &seen, &multipart) && seen.size > 0)
                fail_msg("%s", BROKEN[i]);
}

static void a_head_that_does_not_end_is_cut_off(void **state)
{
    char body[MULTIPART_HEAD_BYTES + 64] = "--xyz\r\nX: ";
    struct multipart multipart;
    struct seen seen;

    (void) state;
    memset(body + strlen(body), 'a', MULTIPART_HEAD_BYTES);
    assert_false(read_in(KIND, body, 100, &seen, &multipart));
    assert_int_equal(multipart.state, MULTIPART_BROKEN);
    assert_non_null(multipart.broken);
}

static void what_is_no_form_data_is_not_opened(void **state)
{
    static const char *const OTHERS[] = {
        "text/xml", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"x", "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=\"x\r\"", "multipart/form-data; boundary=\"x \"", "multipart/form-data; charset=\"boundary=x\"",
        "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x",
    };
    struct multipart multipart;
    struct seen seen = { 0 };

    (void) state;
    assert_false(multipart_open(&multipart, NULL, &CALLS, &seen));
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
        if (multipart_open(&multipart, OTHERS[i], &CALLS, &seen))
            fail_msg("%s", OTHERS[i]);
    assert_true(multipart_open(&multipart, "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789",
                               &CALLS, &seen));
}

static void whoever_wants_no_more_gets_no_more(void **state)
{
    static const char BODY[] = HEAD("a") "x\r\n" HEAD("b") "y\r\n--xyz--";
    struct multipart multipart;
    struct seen seen;

    (void) state;
    for (int calls = 1; calls <= 6; calls++) {
        seen = (struct seen){ .most_calls = calls };
        assert_true(multipart_open(&multipart, KIND, &CALLS, &seen));
        assert_false(multipart_add(&multipart, BODY, sizeof BODY - 1));
        assert_int_equal(seen.calls, calls);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_the_same_however_they_come),
        cmocka_unit_test(what_looks_like_a_boundary_and_is_none_is_data),
        cmocka_unit_test(names_may_hold_quotes_and_backslashes),
        cmocka_unit_test(what_is_broken_is_not_read_to_its_end),
        cmocka_unit_test(a_head_that_does_not_end_is_cut_off),
        cmocka_unit_test(what_is_no_form_data_is_not_opened),
        cmocka_unit_test(whoever_wants_no_more_gets_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
