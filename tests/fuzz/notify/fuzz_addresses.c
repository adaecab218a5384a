/* What somebody may have entered as an address, to every channel: it is refused, or a request to it can be written in which
 * it stands where it belongs and nowhere does more than that.
 *
 * The input: channel, the address with two bytes of length, then the words that are told.
 */
#include <jansson.h>

#include "channel.h"
#include "fuzz.h"
#include "robot.h"

enum { QUOTE_BYTES = 16 };   /* so long an address stands in no fault by chance */

static char *text_from(struct bytes bytes)
{
    char *text = malloc(bytes.size + 1);

    MUST(text != NULL);
    memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    return text;
}

static void set_up(struct channel_settings *settings)
{
    static const char *const command[] = { "/bin/send", NULL };

    memset(settings, 0, sizeof *settings);
    settings->is_set = true;
    settings->webhook.source = "duban";
    settings->smtp.server = "smtp://mail.example";
    settings->smtp.sender = "duban@town.example";
    settings->sms.url = "http://sms.example/?to={phone}";
    settings->sms.body = "{\"to\":\"{phone}\",\"text\":\"{text}\"}";
    settings->exec.command = command;
}

static bool is_within(struct bytes piece, const char *text)
{
    const char *data = piece.data;

    return piece.size == 0 || (data >= text && data + piece.size <= text + strlen(text));
}

/* ---------------------------------------------------------------- what must hold of a request */

/* A URL or a header is one line, or it would say more than one thing. */
static void must_be_one_line(const char *line)
{
    for (; *line != '\0'; line++)
        MUST((unsigned char) *line >= 0x20 && *line != 0x7f);
}

static void must_end(const struct text *text)
{
    MUST(!text->failed && text->size > 0 && strlen(text->data) == text->size - 1);
}

static void must_be_a_mail(const struct request *request, const char *address)
{
    const struct text *body = &request->body;
    size_t column = 0;

    must_end(&request->recipient);
    MUST(strcmp(request->recipient.data, address) == 0 && strpbrk(address, "<> \r\n") == NULL);
    for (size_t i = 0; i < body->size; i++) {
        if (body->data[i] == '\r') {
            MUST(i + 1 < body->size && body->data[++i] == '\n');
            column = 0;
            continue;
        }
        MUST(body->data[i] != '\n' && (unsigned char) body->data[i] < 0x80 && ++column <= 998);
    }
    MUST(column == 0);
}

/* Whatever the words are, it is one object, and whom it goes to stands in it as it was entered. */
static void must_be_json(const struct channel *channel, const struct text *body, const char *address)
{
    json_t *root = json_loadb(body->data, body->size, JSON_REJECT_DUPLICATES, NULL);

    MUST(root != NULL);
    if (channel == &channel_exec)
        MUST(strcmp(json_string_value(json_object_get(root, "address")), address) == 0);
    if (channel == &channel_sms)
        MUST(strcmp(json_string_value(json_object_get(root, "to")), address) == 0);
    json_decref(root);
}

static void must_be_sound(const struct channel *channel, const struct request *request, const char *address)
{
    for (const struct curl_slist *at = request->headers; at != NULL; at = at->next)
        must_be_one_line(at->data);
    if (request->kind != REQUEST_RUN) {
        must_end(&request->url);
        must_be_one_line(request->url.data);
    }
    if (request->kind == REQUEST_MAIL)
        must_be_a_mail(request, address);
    else
        must_be_json(channel, &request->body, address);
}

/* What a robot's group demands is never sent, but for its keyword and what its secret signs. */
static void must_be_pieces(const char *address, const struct request *request)
{
    struct robot_address robot = robot_address(address);

    MUST(is_within(robot.url, address) && is_within(robot.secret, address) && is_within(robot.keyword, address));
    MUST(strchr(request->url.data, '#') == NULL && strncmp(request->url.data, address, robot.url.size) == 0);
}

/* ---------------------------------------------------------------- one address */

static void write_to(const struct channel *channel, const char *address, struct bytes words)
{
    struct channel_settings settings;
    Duban__Notice notice = DUBAN__NOTICE__INIT;
    struct text escaped = { 0 };
    struct request request = { .kind = REQUEST_POST };
    struct message message = { .notice = &notice, .object = bytes_of_text("{\"id\":\"00\"}"),
                               .title = bytes_of_text("督办"),
                               .address = address, .now_ms = INT64_C(1580691600000) };

    notice.kind = (char *) "new_case";
    set_up(&settings);
    text_put(&escaped, "", 0);
    if (channel->escape != NULL)
        channel->escape(&escaped, words);
    else
        text_put(&escaped, words.data, words.size);
    message.words = bytes_of(escaped.data == NULL ? "" : escaped.data, escaped.size);
    request_clear(&request);
    MUST(channel->write(&settings, &message, &request) == 0);
    must_be_sound(channel, &request, address);
    if (channel->folds)
        must_be_pieces(address, &request);
    request_close(&request);
    text_close(&escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    const struct channel *channel = channel_of((enum channel_number) (take_number(&input, 1) % CHANNEL_COUNT));
    struct bytes entered = take_sized(&input), words = take_rest(&input);
    const char *fault;
    char *address;

    if (!channel->needs_address || entered.size == 0 || !is_utf8(entered.data, entered.size) ||
        !is_utf8(words.data, words.size))
        return 0;   /* no such thing comes from the vault */
    address = text_from(entered);
    fault = channel->address_fault(address);
    if (fault == NULL)
        write_to(channel, address, words);
    else
        MUST(!is_empty(fault) && (entered.size < QUOTE_BYTES || strstr(fault, address) == NULL));
    free(address);
    return 0;
}
