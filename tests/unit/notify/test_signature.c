/* test_signature.c - Standard Webhooks: the published vector, secrets as files have them. */
#include "test.h"

#include "signature.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define VECTOR "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static void assert_signed(const struct secrets *secrets, const char *wanted)
{
    static const char body[] = "{\"test\": 2432232314}";
    struct text out = { 0 };

    signature_write(&out, secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, strlen(body));
    text_put(&out, "", 1);
    assert_string_equal(out.data, wanted);
    text_close(&out);
}

static void the_published_vector_comes_out(void **state)
{
    struct secrets secrets;

    (void) state;
    assert_true(secrets_parse(&secrets, SECRET));
    assert_signed(&secrets, VECTOR);
    secrets_close(&secrets);
    assert_int_equal(secrets.count, 0);
}

static void two_secrets_overlap_while_one_is_changed(void **state)
{
    struct secrets secrets;

    (void) state;
    assert_true(secrets_parse(&secrets, "# new\r\n  " SECRET " \r\n\n# old\n" SECRET));
    assert_int_equal(secrets.count, 2);
    assert_signed(&secrets, VECTOR " " VECTOR);
}

static void what_is_not_a_secret_is_refused(void **state)
{
    static const char *const bad[] = {
        "", "# nothing\n", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%%",
        SECRET "x", SECRET "\nnonsense",
        SECRET "\n" SECRET "\n" SECRET "\n" SECRET "\n" SECRET,
        "whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB",
    };

    (void) state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct secrets secrets;

        if (secrets_parse(&secrets, bad[i]))
            fail_msg("taken: %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vector_comes_out),
        cmocka_unit_test(two_secrets_overlap_while_one_is_changed),
        cmocka_unit_test(what_is_not_a_secret_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
