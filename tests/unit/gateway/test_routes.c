/* Which function answers which path and method. */
#include "gateway.h"
#include "test.h"

static void expect(const char *method, const char *path, void (*handle)(struct request *request), bool other_method)
{
    bool other;
    const struct route *route = route_find(method, path, &other);

    if ((route == NULL ? NULL : route->handle) != handle || (route == NULL && other != other_method))
        fail_msg("%s %s", method, path);
}

static void each_path_has_its_function(void **state)
{
    (void) state;
    expect("GET", "/healthz", operations_health, false);
    expect("HEAD", "/healthz", operations_health, false);
    expect("GET", "/metrics", operations_metrics, false);
    expect("POST", "/v1/entries", entries_submit, false);
    expect("GET", "/v1/submissions/x", entries_status, false);
    expect("GET", "/v1/cases", readings_read, false);
    expect("GET", "/v1/export/cases.csv", exports_read, false);
}

static void what_is_not_there_is_told_from_what_is_asked_for_otherwise(void **state)
{
    (void) state;
    expect("GET", "/", NULL, false);
    expect("GET", "/healthz/", NULL, false);
    expect("GET", "/v2/cases", NULL, false);
    expect("POST", "/healthz", NULL, true);
    expect("DELETE", "/v1/cases", NULL, true);
    expect("HEAD", "/v1/entries", NULL, true);
    assert_string_equal(route_methods("/v1/entries"), "POST");
    assert_string_equal(route_methods("/v1/cases"), "GET, HEAD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_has_its_function),
        cmocka_unit_test(what_is_not_there_is_told_from_what_is_asked_for_otherwise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
