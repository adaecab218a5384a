/* Which function answers which path and method. */
#include <string.h>

#include "gateway.h"
#include "readings.h"
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
    expect("PUT", "/v1/evidence/x", evidence_put, false);
    expect("GET", "/v1/evidence/x", evidence_show, false);
    expect("GET", "/v1/cases", readings_read, false);
    expect("GET", "/v1/openapi.json", openapi_read, false);
    expect("GET", "/", home_show, false);
    expect("GET", "/a/TOKEN", task_page_by_link, false);
    expect("POST", "/t/00", task_page_by_account, false);
    expect("POST", "/login", login_enter, false);
    expect("GET", "/v1/export/cases.csv", exports_read, false);
}

static void what_is_not_there_is_told_from_what_is_asked_for_otherwise(void **state)
{
    char methods[ROUTE_METHODS_BYTES];

    (void) state;
    expect("GET", "/nothing", NULL, false);
    expect("GET", "/loginx", NULL, false);
    expect("GET", "/logout", NULL, true);
    expect("GET", "/healthz/", NULL, false);
    expect("GET", "/v2/cases", NULL, false);
    expect("POST", "/healthz", NULL, true);
    expect("DELETE", "/v1/cases", NULL, true);
    expect("HEAD", "/v1/entries", NULL, true);
    route_methods("/v1/entries", methods);
    assert_string_equal(methods, "POST");
    route_methods("/v1/cases", methods);
    assert_string_equal(methods, "GET, HEAD");
    route_methods("/v1/evidence/x", methods);
    assert_string_equal(methods, "GET, HEAD, PUT");
    route_methods("/login", methods);
    assert_string_equal(methods, "GET, HEAD, POST");
    route_methods("/nothing", methods);
    assert_string_equal(methods, "");
}

static void expect_statuses_known(const struct route *route)
{
    for (size_t i = 0; i < ROUTE_ANSWERS && route->answers[i].status != 0; i++)
        assert_true(openapi_knows_status(route->answers[i].status));
    for (size_t i = 0; i < ROUTE_PROBLEMS && route->problems[i] != 0; i++)
        assert_true(openapi_knows_status(route->problems[i]));
}

static void each_row_says_what_the_description_of_the_api_needs(void **state)
{
    const struct route *route;

    (void) state;
    for (size_t i = 0; (route = route_at(i)) != NULL; i++) {
        bool takes_body = strcmp(route->method, "PUT") == 0 || strcmp(route->method, "PATCH") == 0;
        bool may_take_body = takes_body || strcmp(route->method, "POST") == 0;
        bool has_rest = route->path[1] != '\0' && route->path[strlen(route->path) - 1] == '/';

        if (route->zh == NULL || route->zh[0] == '\0' || route->en == NULL || route->en[0] == '\0' || route->answers[0].status == 0 ||
            (route->rest != NULL) != has_rest || (takes_body && route->bodies[0].type == NULL) ||
            (!may_take_body && route->bodies[0].type != NULL))
            fail_msg("%s %s", route->method, route->path);
        expect_statuses_known(route);
    }
    assert_true(route_at(0) != NULL);
}

static void each_reading_is_a_question_and_has_an_answer(void **state)
{
    const struct reading *reading;

    (void) state;
    for (size_t i = 0; (reading = reading_at(i)) != NULL; i++) {
        const ProtobufCFieldDescriptor *query = reading_field(&duban__query__descriptor, reading->name);
        const char *answer = reading->answer == NULL ? reading->name : reading->answer;

        if (query == NULL || reading_field(&duban__reply__descriptor, answer) == NULL || reading->zh[0] == '\0' || reading->en[0] == '\0')
            fail_msg("%s", reading->name);
        for (int scope = 0; scope < SCOPE_COUNT; scope++)
            assert_true(reading->scopes[scope] == NULL || reading_field(query->descriptor, reading->scopes[scope]) != NULL);
        assert_true(reading->own == NULL || reading_field(query->descriptor, reading->own) != NULL);
    }
    assert_ptr_equal(reading_named("cases"), reading_at(0));
    assert_null(reading_named("ca"));
}

static void the_description_holds_every_path(void **state)
{
    json_t *document = openapi_document();
    size_t operations = 0, expected = 0;
    const char *path;
    json_t *item;

    (void) state;
    json_object_foreach(json_object_get(document, "paths"), path, item)
        operations += json_object_size(item);
    for (size_t i = 0; route_at(i) != NULL; i++)
        expected += 1 + (route_at(i)->more != NULL);
    for (size_t i = 0; reading_at(i) != NULL; i++)
        expected++;
    assert_int_equal(operations, expected - 1);   /* the readings' own row stands for them all */
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_has_its_function),
        cmocka_unit_test(what_is_not_there_is_told_from_what_is_asked_for_otherwise),
        cmocka_unit_test(each_row_says_what_the_description_of_the_api_needs),
        cmocka_unit_test(each_reading_is_a_question_and_has_an_answer),
        cmocka_unit_test(the_description_holds_every_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
