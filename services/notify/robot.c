/* robot.c - addresses, signatures and answers of chat robots. */
#include "robot.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

enum { BUSY_WAIT_MS = 60 * 1000, MESSAGE_SHOWN_BYTES = 120 };

/* ---------------------------------------------------------------- addresses */

/* Value of that name among "name=value&..." pieces; empty when it is not there. */
static struct bytes piece_named(const char *pieces, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = pieces; *at != '\0';) {
        size_t size = strcspn(at, "&");

        if (size > length && strncmp(at, name, length) == 0 && at[length] == '=')
            return bytes_of(at + length + 1, size - length - 1);
        at += size;
        at += *at == '&';
    }
    return bytes_of("", 0);
}

struct robot_address robot_address(const char *address)
{
    size_t size = strcspn(address, "#");
    const char *pieces = address[size] == '#' ? address + size + 1 : "";

    return (struct robot_address){ .url = bytes_of(address, size),
                                   .secret = piece_named(pieces, "secret"),
                                   .keyword = piece_named(pieces, "keyword") };
}

const char *robot_address_fault(const char *address)
{
    if (robot_address(address).keyword.size > ROBOT_KEYWORD_MOST_BYTES)
        return "the keyword behind its address is too long";
    return channel_fault_of_url(address);
}

/* ---------------------------------------------------------------- writing */

void robot_sign(char sign[ROBOT_SIGN_BYTES], struct bytes key, struct bytes message)
{
    crypto_auth_hmacsha256_state state;
    uint8_t hash[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256_init(&state, key.data, key.size);
    crypto_auth_hmacsha256_update(&state, message.data, message.size);
    crypto_auth_hmacsha256_final(&state, hash);
    sodium_bin2base64(sign, ROBOT_SIGN_BYTES, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
}

static bool holds(struct bytes words, struct bytes keyword)
{
    return keyword.size == 0 || memmem(words.data, words.size, keyword.data, keyword.size) != NULL;
}

void robot_put_words(struct text *out, struct bytes words, struct bytes keyword)
{
    struct text whole = { 0 };

    if (!holds(words, keyword)) {
        text_add(&whole, "【");
        text_put(&whole, keyword.data, keyword.size);
        text_add(&whole, "】");
    }
    text_put(&whole, words.data, words.size);
    text_json_bytes(out, whole.data, whole.size);
    out->failed |= whole.failed;
    text_close(&whole);
}

int robot_finish(struct request *request)
{
    text_put(&request->url, "", 1);
    if (request->url.failed || request->body.failed)
        return -1;
    return request_add_header(request, "content-type: application/json; charset=utf-8") ? 0 : -1;
}

static bool is_mention(const char *at, size_t left)
{
    return left >= 2 && (at[1] == '@' || (left >= 3 && (at[1] == 'a' || at[1] == 'A') && (at[2] == 't' || at[2] == 'T')));
}

void robot_escape(struct text *out, struct bytes words)
{
    const char *data = words.data;

    for (size_t i = 0; i < words.size; i++) {
        if (data[i] == '<' && is_mention(data + i, words.size - i))
            text_add(out, "＜");
        else
            text_put(out, data + i, 1);
    }
}

/* ---------------------------------------------------------------- judging */

static bool read_code(const struct answer *answer, const char *code_name, const char *message_name, int64_t *code,
                      char message[MESSAGE_SHOWN_BYTES])
{
    json_t *root = json_loads(answer->words, JSON_REJECT_DUPLICATES, NULL);
    const json_t *value = json_object_get(root, code_name);
    const char *words = json_string_value(json_object_get(root, message_name));
    bool good = json_is_integer(value);

    if (good)
        *code = json_integer_value(value);
    text_copy(message, MESSAGE_SHOWN_BYTES, words != NULL ? words : "");
    json_decref(root);
    return good;
}

/* Its code may stand in what was cut off. Any other page is none of theirs, and nothing was taken. */
static bool is_cut_json(const struct answer *answer)
{
    return answer->words_cut && answer->words[strspn(answer->words, " ")] == '{';
}

/* No answer, throttled or failing by HTTP, unreadable. True when it was one of these; else the code is left in *code. */
static bool judge_common(const struct answer *answer, const char *code_name, const char *message_name, int64_t *code,
                         struct judgement *judgement)
{
    char message[MESSAGE_SHOWN_BYTES];

    if (channel_judge_transport(answer, judgement))
        return true;
    if (read_code(answer, code_name, message_name, code, message)) {
        judgement_set(judgement, VERDICT_DEAD, 0, "%s %" PRId64 ": %s", code_name, *code, message);
        return false;
    }
    if (answer->status == 410 || answer->status == 404)
        judgement_set_status(judgement, VERDICT_GONE, 0, answer);
    else if (answer->status == 429)
        judgement_set_status(judgement, VERDICT_THROTTLED,
                             answer->retry_after_s > 0 ? answer->retry_after_s * 1000 : BUSY_WAIT_MS, answer);
    else if (answer->status == 200)
        judgement_set(judgement, is_cut_json(answer) ? VERDICT_UNCERTAIN : VERDICT_LATER, 0,
                      "HTTP 200 without a readable %s: %s", code_name, answer->words);
    else
        judgement_set_status(judgement, VERDICT_LATER, 0, answer);
    return true;
}

static void judge_signature(const struct answer *answer, struct judgement *judgement)
{
    int64_t ahead_s = answer->now_s - answer->date_s;
    char before[DETAIL_BYTES + 1];

    memcpy(before, judgement->detail, sizeof before);
    if (answer->date_s != 0 && llabs(ahead_s) > ROBOT_CLOCK_MOST_S)
        judgement_set(judgement, VERDICT_LATER, BUSY_WAIT_MS, "%s; our clock is %" PRId64 " s %s of theirs: set the clock",
                      before, (int64_t) llabs(ahead_s), ahead_s > 0 ? "ahead" : "behind");
    else
        judgement_set(judgement, VERDICT_GONE, 0, "%s; check secret and keyword of its address", before);
}

void robot_judge(const struct robot_answers *answers, const struct answer *answer, struct judgement *judgement)
{
    int64_t code = 0;

    memset(judgement, 0, sizeof *judgement);
    if (judge_common(answer, answers->code_name, answers->message_name, &code, judgement))
        return;
    for (size_t i = 0; i < answers->count; i++) {
        const struct robot_code *known = &answers->codes[i];

        if (known->code != code)
            continue;
        judgement->verdict = known->verdict;
        judgement->wait_ms = known->wait_ms;
        if (known->is_signature)
            judge_signature(answer, judgement);
    }
}
