/* channels_values.c - one value of notify.yaml at a time. */
#include "channels_private.h"

#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "pointer.h"
#include "settings.h"

enum { TEXT_BYTES = 4000, LISTED_MOST = 64, SCHEDULE_MOST_MS = 7 * DAY_MS };

/* ---------------------------------------------------------------- waits and how many */

static bool parse_wait(struct reading *reading, const struct yaml *value, int64_t *wait_ms)
{
    if (!yaml_is_scalar(reading->faults, value))
        return false;
    if (wait_parse(value->text, strlen(value->text), wait_ms))
        return true;
    file_complain(reading->faults, value->place, "“%s”不是时长；应写作 500ms、45s（秒）、30m（分）、4h（小时）或 7d（天）",
                  "\"%s\" is no length of time; write it like 500ms, 45s (seconds), 30m (minutes), 4h (hours) or 7d (days)",
                  excerpt_of(value->text).text);
    return false;
}

void channels_value_wait(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    char least[24], most[24];
    int64_t wait_ms = 0;

    if (!parse_wait(reading, value, &wait_ms))
        return;
    if (wait_ms < key->min || wait_ms > key->max)
        file_complain(reading->faults, value->place, "时长“%s”超出范围；应为 %s 至 %s",
                      "\"%s\" is out of range; should be %s to %s", excerpt_of(value->text).text,
                      settings_print_duration(least, sizeof least, (uint64_t) key->min),
                      settings_print_duration(most, sizeof most, (uint64_t) key->max));
    else
        *(uint32_t *) target = (uint32_t) wait_ms;
}

void channels_value_schedule(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    struct schedule schedule = { .attempts = 0 };
    size_t faults = reading->faults->total;
    int64_t whole_ms = 0;

    (void) key;
    if (!yaml_is_list(reading->faults, value))
        return;
    if (value->count == 0 || value->count > SCHEDULE_MAX_ATTEMPTS) {
        file_complain(reading->faults, value->place, "schedule 应有 1 至 %d 个等待时间，一个等待一次尝试，如 [0s, 15s, 1m, 5m]；现为 %zu 个",
                      "schedule should be 1 to %d waits, one for each attempt, as in [0s, 15s, 1m, 5m], not %zu", (int) SCHEDULE_MAX_ATTEMPTS,
                      value->count);
        return;
    }
    for (const struct yaml *wait = value->first; wait != NULL; wait = wait->next)
        if (parse_wait(reading, wait, &schedule.wait_ms[schedule.attempts]))
            whole_ms += schedule.wait_ms[schedule.attempts++];
    if (whole_ms > SCHEDULE_MOST_MS)
        file_complain(reading->faults, value->place, "schedule 合计超过 7 天，等不到头；请缩短",
                      "the waits of schedule are more than 7 days together: it never ends; make them shorter");
    if (reading->faults->total == faults)
        *(struct schedule *) target = schedule;
}

void channels_value_budget(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    struct budget budget = { .count = 0 };
    size_t faults = reading->faults->total;

    (void) key;
    if (!yaml_is_list(reading->faults, value))
        return;
    if (value->count > BUDGET_MOST_LIMITS) {
        file_complain(reading->faults, value->place, "限额最多 %d 个，现为 %zu 个", "there may be at most %d limits, not %zu",
                      (int) BUDGET_MOST_LIMITS, value->count);
        return;
    }
    for (const struct yaml *limit = value->first; limit != NULL; limit = limit->next)
        if (yaml_is_scalar(reading->faults, limit) && !budget_add(&budget, limit->text))
            file_complain(reading->faults, limit->place, "“%s”不是限额；应写作 20/1m（每分钟 20 条）、5/1s",
                          "\"%s\" is no budget; write it like 20/1m (20 a minute) or 5/1s", excerpt_of(limit->text).text);
    if (reading->faults->total == faults)
        *(struct budget *) target = budget;
}

void channels_value_count(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    int64_t count = 0;

    if (yaml_is_scalar(reading->faults, value) &&
        yaml_parse_count(reading->faults, value->text, value->place, key->min, key->max, &count))
        *(uint32_t *) target = (uint32_t) count;
}

/* ---------------------------------------------------------------- words */

/* Its place among the words; -1 after a complaint. */
static int place_among(struct reading *reading, const struct yaml *value, const char *const *words, int count)
{
    struct choices choices;

    if (!yaml_is_scalar(reading->faults, value))
        return -1;
    choices = choices_for(value->text);
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], value->text) == 0)
            return i;
        choices_add(&choices, words[i]);
    }
    file_complain_unknown(reading->faults, value->place, "写法", "word to be used here", &choices);
    return -1;
}

void channels_value_uncertain(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    static const char *const words[] = { [UNCERTAIN_RETRY] = "retry", [UNCERTAIN_LEAVE] = "leave" };
    int place = place_among(reading, value, words, COUNT(words));

    (void) key;
    if (place != -1)
        *(enum uncertain *) target = (enum uncertain) place;
}

void channels_value_tls(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    static const char *const words[] = { [MAIL_TLS_REQUIRED] = "required", [MAIL_TLS_IF_OFFERED] = "if_offered",
                                         [MAIL_TLS_NEVER] = "never" };
    int place = place_among(reading, value, words, COUNT(words));

    (void) key;
    if (place != -1)
        *(enum mail_tls *) target = (enum mail_tls) place;
}

/* yes and no are what people write; true and false what programs do. */
void channels_value_flag(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    static const char *const words[] = { "no", "yes", "false", "true" };
    int place = place_among(reading, value, words, COUNT(words));

    (void) key;
    if (place != -1)
        *(bool *) target = place % 2 == 1;
}

/* ---------------------------------------------------------------- texts */

void channels_value_text(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    (void) key;
    if (!yaml_is_scalar(reading->faults, value))
        return;
    if (strlen(value->text) > TEXT_BYTES)
        file_complain(reading->faults, value->place, "文字太长；最多 %d 字节", "the text is too long; at most %d bytes",
                      (int) TEXT_BYTES);
    else
        *(const char **) target = channels_keep(reading, value->text);
}

void channels_value_texts(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    const char **list;
    size_t count = 0;

    if (!yaml_is_list(reading->faults, value))
        return;
    if (value->count > LISTED_MOST) {
        file_complain(reading->faults, value->place, "最多 %d 个，现为 %zu 个", "there may be at most %d, not %zu",
                      (int) LISTED_MOST, value->count);
        return;
    }
    list = arena_clear(reading->channels->arena, (value->count + 1) * sizeof *list);
    for (const struct yaml *entry = value->first; entry != NULL && list != NULL; entry = entry->next) {
        list[count] = NULL;
        channels_value_text(reading, entry, &list[count], key);
        count += list[count] != NULL;
    }
    *(const char *const **) target = list;
}

void channels_value_command(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    size_t faults = reading->faults->total;
    const struct yaml *program;

    channels_value_texts(reading, value, target, key);
    if (reading->faults->total > faults)
        return;
    program = value->first;
    if (program == NULL)
        file_complain(reading->faults, value->place, "没有写命令；应写作 [/usr/local/bin/send, 参数]",
                      "no command is written; write it like [/usr/local/bin/send, argument]");
    else if (program->text[0] != '/')
        file_complain(reading->faults, program->place, "程序应写全路径，如 /usr/local/bin/send",
                      "the program needs its whole path, like /usr/local/bin/send");
    else if (access(program->text, X_OK) == -1)
        file_complain(reading->faults, program->place, "没有这个程序，或不能执行：%s", "there is no such program that can be run: %s",
                      excerpt_of(program->text).text);
}

/* ---------------------------------------------------------------- addresses */

/* An URL of one of two schemes, with a host and without a user. */
static bool is_url_of(const char *text, const char *scheme, const char *other)
{
    CURLU *url = curl_url();
    char *found = NULL, *host = NULL, *user = NULL;
    bool good = url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_SCHEME, &found, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
                (strcmp(found, scheme) == 0 || strcmp(found, other) == 0);

    curl_free(found);
    curl_free(host);
    curl_free(user);
    curl_url_cleanup(url);
    return good;
}

bool channels_is_url(const char *text)
{
    return is_url_of(text, "http", "https");
}

/* What is wrong is not shown: keys of robots stand in such addresses. */
static bool check_url(struct reading *reading, const struct yaml *value)
{
    if (channels_is_url(value->text))
        return true;
    file_complain(reading->faults, value->place, "此处应为 http 或 https 网址，如 https://duban.example/x",
                  "this should be an http or https address, like https://duban.example/x");
    return false;
}

void channels_value_url(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    if (yaml_is_scalar(reading->faults, value) && check_url(reading, value))
        channels_value_text(reading, value, target, key);
}

void channels_value_mail_server(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    if (!yaml_is_scalar(reading->faults, value))
        return;
    if (is_url_of(value->text, "smtp", "smtps"))
        channels_value_text(reading, value, target, key);
    else
        file_complain(reading->faults, value->place,
                      "此处应为邮件服务器地址，如 smtp://mail.example:587 或 smtps://mail.example:465，用户名另写 user",
                      "this should be a mail server, like smtp://mail.example:587 or smtps://mail.example:465; who logs in "
                      "goes into user");
}

void channels_value_mail_address(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    if (!yaml_is_scalar(reading->faults, value))
        return;
    if (channel_of(CHANNEL_SMTP)->address_fault(value->text) == NULL)
        channels_value_text(reading, value, target, key);
    else
        file_complain(reading->faults, value->place, "“%s”不是邮件地址；应写作 duban@town.example",
                      "\"%s\" is no mail address; write it like duban@town.example", excerpt_of(value->text).text);
}

/* ---------------------------------------------------------------- pointers into answers */

void channels_value_pointer(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    if (value->kind == YAML_SCALAR && value->is_quoted && value->text[0] == '\0')
        *(const char **) target = "";
    else if (!yaml_is_scalar(reading->faults, value))
        return;
    else if (pointer_is(value->text))
        channels_value_text(reading, value, target, key);
    else
        file_complain(reading->faults, value->place, "“%s”不是 JSON 指针；应写作 /code 或 /data/0/id",
                      "\"%s\" is no JSON pointer; write it like /code or /data/0/id", excerpt_of(value->text).text);
}

/* ---------------------------------------------------------------- templates */

static const struct {
    const char *name;
    unsigned bit;
} PLACEHOLDERS[] = { { "phone", NAMES_PHONE }, { "text", NAMES_TEXT }, { "id", NAMES_ID }, { "secret", NAMES_SECRET } };

/* The next word in braces, from *at on, which is moved behind it. A brace of JSON is no placeholder: no word alone
 * stands behind it. False when there is none. */
static bool next_placeholder(const char **at, char *word, size_t size)
{
    for (const char *brace = strchr(*at, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
        size_t length = strspn(brace + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

        if (length == 0 || length >= size || brace[1 + length] != '}')
            continue;
        memcpy(word, brace + 1, length);
        word[length] = '\0';
        *at = brace + length + 2;
        return true;
    }
    return false;
}

static unsigned bit_of(const char *word)
{
    for (size_t i = 0; i < COUNT(PLACEHOLDERS); i++)
        if (strcmp(PLACEHOLDERS[i].name, word) == 0)
            return PLACEHOLDERS[i].bit;
    return 0;
}

unsigned channels_template_names(const char *template)
{
    unsigned names = 0;
    char word[32];

    while (template != NULL && next_placeholder(&template, word, sizeof word))
        names |= bit_of(word);
    return names;
}

static void check_placeholders(struct reading *reading, const struct yaml *value, unsigned allowed)
{
    const char *at = value->text;
    char word[32];

    while (next_placeholder(&at, word, sizeof word)) {
        struct choices choices = choices_for(word);

        if ((bit_of(word) & allowed) != 0)
            continue;
        for (size_t i = 0; i < COUNT(PLACEHOLDERS); i++)
            if ((PLACEHOLDERS[i].bit & allowed) != 0)
                choices_add(&choices, PLACEHOLDERS[i].name);
        file_complain_unknown(reading->faults, value->place, "可填的词", "word that is filled in here", &choices);
    }
}

void channels_value_template(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    if (!yaml_is_scalar(reading->faults, value))
        return;
    check_placeholders(reading, value, (unsigned) key->min);
    channels_value_text(reading, value, target, key);
}

void channels_value_url_template(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    if (yaml_is_scalar(reading->faults, value) && check_url(reading, value))
        channels_value_template(reading, value, target, key);
}
