/* Where somebody is: as settings, sockets and proxies write it. */
#include <netinet/in.h>

#include "address.h"
#include "test.h"

static void what_is_listened_at_has_a_port(void **state)
{
    static const char *const NONE[] = { "", "8440", "127.0.0.1", "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:65536", "host:8440",
                                        "::1:8440", "[::1]8440", "[::1:8440", "1.2.3.4.5:1" };
    struct sockaddr_storage address;
    char out[ADDRESS_BYTES];

    (void) state;
    assert_true(address_read("127.0.0.1:8440", &address));
    assert_int_equal(ntohs(((struct sockaddr_in *) (void *) &address)->sin_port), 8440);
    address_write((struct sockaddr *) &address, out);
    assert_string_equal(out, "127.0.0.1");
    assert_true(address_read("[2001:db8::7]:0", &address));
    address_write((struct sockaddr *) &address, out);
    assert_string_equal(out, "2001:db8::7");
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        if (address_read(NONE[i], &address))
            fail_msg("%s", NONE[i]);
    address_write(NULL, out);
    assert_string_equal(out, "unknown");
}

static void what_a_proxy_writes_loses_its_port(void **state)
{
    static const char *const WRITTEN[][2] = {
        { " 192.0.2.7", "192.0.2.7" }, { "192.0.2.7:1234", "192.0.2.7" }, { "2001:DB8:0::7", "2001:db8::7" },
        { "[2001:db8::7]:1234", "2001:db8::7" }, { "unknown", "before" }, { "", "before" }, { "192.0.2.700", "before" },
        { "[", "before" },
    };
    char out[ADDRESS_BYTES];

    (void) state;
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        strcpy(out, "before");
        address_of_text(WRITTEN[i][0], out);
        assert_string_equal(out, WRITTEN[i][1]);
    }
}

static void addresses_of_one_network_become_one(void **state)
{
    char one[ADDRESS_BYTES] = "2001:db8:1:2:3::4", other[ADDRESS_BYTES] = "2001:db8:1:2::", v4[ADDRESS_BYTES] = "192.0.2.7",
         mapped[ADDRESS_BYTES] = "::ffff:192.0.2.7";

    (void) state;
    address_to_network(one);
    address_to_network(other);
    assert_string_equal(one, other);
    address_to_network(v4);
    assert_string_equal(v4, "192.0.2.7");
    address_to_network(mapped);
    assert_string_equal(mapped, "::ffff:192.0.2.7");
}

static void this_machine_is_known_by_its_addresses(void **state)
{
    static const char *const HERE[] = { "127.0.0.1", "127.8.0.7", "::1", "::ffff:127.0.0.1" };
    static const char *const ELSEWHERE[] = { "128.0.0.1", "192.0.2.7", "::2", "::ffff:192.0.2.7", "0.0.0.0", "unknown", "" };

    (void) state;
    for (size_t i = 0; i < sizeof HERE / sizeof HERE[0]; i++)
        if (!address_is_of_this_machine(HERE[i]))
            fail_msg("%s", HERE[i]);
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE[0]; i++)
        if (address_is_of_this_machine(ELSEWHERE[i]))
            fail_msg("%s", ELSEWHERE[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_listened_at_has_a_port),
        cmocka_unit_test(what_a_proxy_writes_loses_its_port),
        cmocka_unit_test(addresses_of_one_network_become_one),
        cmocka_unit_test(this_machine_is_known_by_its_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
