/* What stands in the head of a request, before anybody knows whose it is: the first byte says which of its readers gets the rest. */
#include <string.h>

#include "account.h"
#include "address.h"
#include "etag.h"
#include "evidence.h"
#include "fuzz.h"
#include "tus.h"
#include "uuid.h"

enum { ARENA_BYTES = 1024 * 1024, FILE_BYTES = 1000 };

static void read_address(const char *text)
{
    char address[ADDRESS_BYTES] = "before", network[ADDRESS_BYTES], again[ADDRESS_BYTES];
    struct sockaddr_storage listening;

    address_of_text(text, address);
    strcpy(network, address);
    address_to_network(network);
    strcpy(again, network);
    address_to_network(again);
    MUST(strcmp(network, again) == 0);
    MUST(strcmp(address, "before") != 0 || !address_is_of_this_machine(address));
    (void) address_read(text, &listening);
}

static void read_credentials(const char *text)
{
    char line[ACCOUNT_LINE_BYTES] = "";
    const char *password = account_password_in(line, text);

    if (password == NULL)
        return;
    MUST(password > line && password < line + sizeof line && password[-1] == '\0');
    MUST(memchr(password, '\0', (size_t) (line + sizeof line - password)) != NULL);
}

static void read_range(const char *text)
{
    uint64_t first = 0, last = 0;

    if (evidence_read_range(text, FILE_BYTES, &first, &last))
        MUST(last < FILE_BYTES);
}

static void read_metadata(const char *text)
{
    struct arena arena;
    Duban__Upload row = DUBAN__UPLOAD__INIT;

    arena_open(&arena, ARENA_BYTES);
    if (tus_read_metadata(&arena, text, &row)) {
        MUST(row.report_sequence <= INT64_MAX && (row.report_sequence == 0 || row.name[0] != '\0'));
        MUST(is_utf8(row.name, strlen(row.name)) && (row.expected.len == 0 || row.expected.len == SHA256_BYTES));
    }
    arena_close(&arena);
}

static void read_mark(const char *text)
{
    uint8_t id[ID_BYTES];

    (void) etag_is_named(text, "\"mark\"");
    MUST(!etag_is_named(text, "\"mark\"") || strchr(text, '*') != NULL || strstr(text, "mark") != NULL);
    (void) uuid_read(text, id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const READERS[])(const char *text) = { read_address, read_credentials, read_range, read_metadata, read_mark };
    char *text;

    if (size == 0)
        return 0;
    text = calloc(size, 1);   /* the rest, and its end */
    memcpy(text, data + 1, size - 1);
    READERS[data[0] % (sizeof READERS / sizeof READERS[0])](text);
    free(text);
    return 0;
}
