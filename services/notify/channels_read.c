/* channels_read.c - notify.yaml: its sections and their keys, and what only a whole section shows.
 *
 * Recipe: a key is a row in a table below, a field in channels.h, and a line in deploy/settings/notify.yaml. A channel is
 * a row in SECTIONS.
 */
#include "channels_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "flight.h"
#include "log.h"

enum { FILE_MOST_BYTES = 256 * 1024, SCRATCH_BYTES = 16 * 1024 * 1024, KEYS_MOST = 32 };

/* ---------------------------------------------------------------- maps */

const char *channels_keep(struct reading *reading, const char *text)
{
    char *copy = arena_copy(reading->channels->arena, text, strlen(text));

    if (copy == NULL)
        file_complain(reading->faults, file_place_at(reading->path, 0, 0), "内存不够，无法读取",
                      "out of memory, cannot be read");
    return copy != NULL ? copy : "";
}

static bool is_nothing(const struct yaml *value)
{
    return value->kind == YAML_SCALAR && value->text[0] == '\0' && !value->is_quoted;
}

void channels_read_keys(struct reading *reading, const struct yaml *value, const struct key *keys, size_t count,
                        void *target)
{
    const struct yaml nothing = { .kind = YAML_MAP, .text = "", .place = value->place };
    const struct yaml *values[KEYS_MOST];

    assert(count <= KEYS_MOST);
    if (is_nothing(value))
        value = &nothing;
    if (!yaml_match(reading->faults, value, keys, sizeof *keys, count, values))
        return;
    for (size_t i = 0; i < count; i++) {
        if (values[i] != NULL)
            keys[i].read(reading, values[i], (char *) target + keys[i].offset, &keys[i]);
        else if (keys[i].wanted)
            yaml_complain_missing(reading->faults, value, keys[i].name);
    }
}

/* One of the two, not both. */
static void check_one_of(struct reading *reading, const struct yaml *section, const char *one, const char *other,
                         bool wanted)
{
    const struct yaml *second = yaml_member(section, other);

    if (yaml_member(section, one) == NULL && second == NULL && wanted)
        file_complain(reading->faults, section->place, "缺少 %s 或 %s；请补上一个", "%s or %s is missing; add one of them",
                      one, other);
    else if (yaml_member(section, one) != NULL && second != NULL)
        file_complain(reading->faults, second->key_place, "%s 与 %s 只能写一个；请删去一个",
                      "%s and %s exclude each other; remove one", one, other);
}

/* The first makes no sense without the other. */
static void check_needs(struct reading *reading, const struct yaml *section, const char *key, const char *needed)
{
    const struct yaml *member = yaml_member(section, key);

    if (member != NULL && yaml_member(section, needed) == NULL)
        file_complain(reading->faults, member->key_place, "写了 %s 还要写 %s", "%s needs %s beside it", key, needed);
}

/* ---------------------------------------------------------------- what every channel has */

#define OF(field) offsetof(struct channel_settings, field)

static const struct key OF_EVERY_CHANNEL[] = {
    { "schedule", channels_value_schedule, OF(schedule), 0, 0, false },
    { "budget", channels_value_budget, OF(budget), 0, 0, false },
    { "uncertain", channels_value_uncertain, OF(uncertain), 0, 0, false },
    { "timeout", channels_value_wait, OF(timeout_ms), 100, 10 * MINUTE_MS, false },
    { "in_flight", channels_value_count, OF(in_flight), 1, FLIGHTS_MOST, false },
    { "per_address", channels_value_count, OF(per_address), 1, FLIGHTS_MOST, false },
    { "spread", channels_value_wait, OF(spread_ms), 0, 30 * MINUTE_MS, false },
    { "failing_after", channels_value_wait, OF(failing_after_ms), MINUTE_MS, 7 * DAY_MS, false },
    { "fold_above", channels_value_count, OF(fold_above), 1, 1000, false },
    { "ca_file", channels_file_path, OF(ca_file), 0, 0, false },
};

/* ---------------------------------------------------------------- webhook */

static const struct key OF_WEBHOOK[] = {
    { "secret_file", channels_secret_keys, OF(webhook.secrets), 0, 0, false },
    { "secret_credential", channels_credential_keys, OF(webhook.secrets), 0, 0, false },
    { "cloud_events", channels_value_flag, OF(webhook.cloud_events), 0, 0, false },
    { "source", channels_value_text, OF(webhook.source), 0, 0, false },
};

static void check_webhook(struct reading *reading, const struct yaml *section, const struct channel_settings *settings)
{
    (void) settings;
    check_one_of(reading, section, "secret_file", "secret_credential", true);
}

/* ---------------------------------------------------------------- smtp */

static const struct key OF_SMTP[] = {
    { "server", channels_value_mail_server, OF(smtp.server), 0, 0, true },
    { "sender", channels_value_mail_address, OF(smtp.sender), 0, 0, true },
    { "user", channels_value_text, OF(smtp.user), 0, 0, false },
    { "password_file", channels_secret_line, OF(smtp.password), 0, 0, false },
    { "password_credential", channels_credential_line, OF(smtp.password), 0, 0, false },
    { "tls", channels_value_tls, OF(smtp.tls), 0, 0, false },
};

static void check_smtp(struct reading *reading, const struct yaml *section, const struct channel_settings *settings)
{
    (void) settings;
    check_one_of(reading, section, "password_file", "password_credential", yaml_member(section, "user") != NULL);
    check_needs(reading, section, "password_file", "user");
    check_needs(reading, section, "password_credential", "user");
}

/* ---------------------------------------------------------------- sms */

static void read_receipts(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    static const struct key keys[] = {
        { "url", channels_value_url_template, OF(sms.receipts_url), NAMES_SECRET, 0, true },
        { "every", channels_value_wait, OF(sms.receipts_every_ms), SECOND_MS, DAY_MS, false },
        { "at", channels_value_pointer, OF(sms.receipts_at), 0, 0, true },
        { "reference_at", channels_value_pointer, OF(sms.receipt_reference_at), 0, 0, true },
        { "code_at", channels_value_pointer, OF(sms.receipt_code_at), 0, 0, true },
        { "delivered", channels_value_text, OF(sms.receipt_delivered), 0, 0, true },
    };

    (void) key;
    channels_read_keys(reading, value, keys, COUNT(keys), target);
}

static const struct key OF_SMS[] = {
    { "url", channels_value_url_template, OF(sms.url), NAMES_PHONE | NAMES_TEXT | NAMES_ID | NAMES_SECRET, 0, true },
    { "body", channels_value_template, OF(sms.body), NAMES_PHONE | NAMES_TEXT | NAMES_ID | NAMES_SECRET, 0, false },
    { "content_type", channels_value_text, OF(sms.content_type), 0, 0, false },
    { "authorization", channels_value_template, OF(sms.authorization), NAMES_SECRET, 0, false },
    { "secret_file", channels_secret_line, OF(sms.secret), 0, 0, false },
    { "secret_credential", channels_credential_line, OF(sms.secret), 0, 0, false },
    { "code_at", channels_value_pointer, OF(sms.code_at), 0, 0, false },
    { "code_ok", channels_value_text, OF(sms.code_ok), 0, 0, false },
    { "codes_later", channels_value_texts, OF(sms.codes_later), 0, 0, false },
    { "codes_throttled", channels_value_texts, OF(sms.codes_throttled), 0, 0, false },
    { "reference_at", channels_value_pointer, OF(sms.reference_at), 0, 0, false },
    { "receipts", read_receipts, 0, 0, 0, false },
};

static unsigned names_of(const struct sms_settings *sms)
{
    return channels_template_names(sms->url) | channels_template_names(sms->body);
}

static void check_templates(struct reading *reading, const struct yaml *section, const struct sms_settings *sms)
{
    static const struct {
        const char *name;
        unsigned bit;
    } wanted[] = { { "{phone}", NAMES_PHONE }, { "{text}", NAMES_TEXT } };
    struct file_place place = yaml_place(section, yaml_member(section, "body") != NULL ? "body" : "url", NULL);

    for (size_t i = 0; i < COUNT(wanted); i++)
        if ((names_of(sms) & wanted[i].bit) == 0)
            file_complain(reading->faults, place, "url 与 body 中都没有 %s；短信不知发给谁、发什么",
                          "neither url nor body has %s: nothing says to whom, or what", wanted[i].name);
}

static void check_sms(struct reading *reading, const struct yaml *section, const struct channel_settings *settings)
{
    const struct sms_settings *sms = &settings->sms;
    unsigned names = names_of(sms) | channels_template_names(sms->authorization) |
                     channels_template_names(sms->receipts_url);

    check_one_of(reading, section, "secret_file", "secret_credential", (names & NAMES_SECRET) != 0);
    check_needs(reading, section, "code_at", "code_ok");
    check_needs(reading, section, "code_ok", "code_at");
    check_needs(reading, section, "codes_later", "code_at");
    check_needs(reading, section, "codes_throttled", "code_at");
    check_needs(reading, section, "content_type", "body");
    check_needs(reading, section, "receipts", "reference_at");
    if (sms->url != NULL)
        check_templates(reading, section, sms);
}

/* ---------------------------------------------------------------- exec */

static const struct key OF_EXEC[] = {
    { "command", channels_value_command, OF(exec.command), 0, 0, true },
};

/* ---------------------------------------------------------------- the channels */

/* Named here as in channel.c. The spool has none: it can always be used, and there is nothing to set. */
static const struct section {
    const char *name;
    const struct key *keys;
    size_t count;
    void (*check)(struct reading *reading, const struct yaml *section, const struct channel_settings *settings);
} SECTIONS[CHANNEL_COUNT] = {
    [CHANNEL_WEBHOOK] = { "webhook", OF_WEBHOOK, COUNT(OF_WEBHOOK), check_webhook },
    [CHANNEL_WECOM] = { "wecom", NULL, 0, NULL },
    [CHANNEL_DINGTALK] = { "dingtalk", NULL, 0, NULL },
    [CHANNEL_FEISHU] = { "feishu", NULL, 0, NULL },
    [CHANNEL_SMTP] = { "smtp", OF_SMTP, COUNT(OF_SMTP), check_smtp },
    [CHANNEL_SMS] = { "sms", OF_SMS, COUNT(OF_SMS), check_sms },
    [CHANNEL_EXEC] = { "exec", OF_EXEC, COUNT(OF_EXEC), NULL },
};

const char *channels_section_name(enum channel_number number)
{
    return SECTIONS[number].name;
}

static void read_channel(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    const struct section *section = &SECTIONS[key->min];
    struct channel_settings *settings = target;
    struct key keys[KEYS_MOST];

    memcpy(keys, OF_EVERY_CHANNEL, sizeof OF_EVERY_CHANNEL);
    if (section->count > 0)
        memcpy(keys + COUNT(OF_EVERY_CHANNEL), section->keys, section->count * sizeof *keys);
    settings->is_set = true;
    channels_read_keys(reading, value, keys, COUNT(OF_EVERY_CHANNEL) + section->count, settings);
    if (section->check != NULL && (value->kind == YAML_MAP || is_nothing(value)))
        section->check(reading, value, settings);
}

static void read_channels(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    struct key keys[CHANNEL_COUNT];
    size_t count = 0;

    (void) target;
    (void) key;
    for (int i = 0; i < CHANNEL_COUNT; i++)
        if (SECTIONS[i].name != NULL)
            keys[count++] = (struct key){ SECTIONS[i].name, read_channel, (size_t) i * sizeof(struct channel_settings),
                                          i, 0, false };
    channels_read_keys(reading, value, keys, count, reading->channels->of);
}

/* ---------------------------------------------------------------- the whole */

static void read_heartbeat(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    static const struct key keys[] = {
        { "url_file", channels_secret_url, offsetof(struct channels, heartbeat_url), 0, 0, true },
        { "every", channels_value_wait, offsetof(struct channels, heartbeat_every_ms), 10 * SECOND_MS, DAY_MS, false },
    };

    (void) key;
    channels_read_keys(reading, value, keys, COUNT(keys), target);
}

static const struct key KEYS[] = {
    { "channels", read_channels, 0, 0, 0, true },
    { "link", channels_value_url, offsetof(struct channels, link), 0, 0, false },
    { "heartbeat", read_heartbeat, 0, 0, 0, false },
    { "house", channels_read_house, 0, 0, 0, false },
};

int channels_read_text(struct channels *channels, const char *path, struct bytes text, struct file_faults *faults)
{
    struct reading reading = { .channels = channels, .faults = faults, .path = path };
    const struct yaml *root = NULL;

    memset(faults, 0, sizeof *faults);
    arena_open(&reading.scratch, SCRATCH_BYTES);
    if (file_is_sound(faults, path, text, FILE_MOST_BYTES))
        root = yaml_read(faults, &reading.scratch, path, text);
    if (root != NULL) {
        channels_read_keys(&reading, root, KEYS, COUNT(KEYS), channels);
        channels_check_house(&reading, root->kind == YAML_MAP ? yaml_member(root, "house") : NULL);
    }
    arena_close(&reading.scratch);
    if (faults->total == 0)
        return 0;
    file_faults_sort(faults, NULL, 0);
    channels_close(channels);
    channels_open(channels);
    return -1;
}

/* ---------------------------------------------------------------- from a file */

static char *text_of_file(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text = malloc(FILE_MOST_BYTES + 1);   /* one more: it is too large then */
    ssize_t got = 1;

    *size = 0;
    while (fd != -1 && text != NULL && *size <= FILE_MOST_BYTES && got > 0) {
        got = read(fd, text + *size, FILE_MOST_BYTES + 1 - *size);
        *size += got > 0 ? (size_t) got : 0;
    }
    if (fd == -1 || text == NULL || got == -1) {
        log_error("读不到渠道设置 / cannot read the channel settings: path=%s: %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    if (fd != -1)
        close(fd);
    return text;
}

static void tell(const struct file_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct file_fault *fault = &faults->faults[i];

        log_error("%s:%u:%u: %s / %s", fault->place.file, fault->place.line, fault->place.column, fault->zh, fault->en);
    }
    if (faults->total > faults->count)
        log_error("另有 %zu 处未列出 / %zu more are not listed", faults->total - faults->count,
                  faults->total - faults->count);
}

int channels_read(struct channels *channels, const char *path)
{
    struct file_faults *faults = malloc(sizeof *faults);
    size_t size;
    char *text = text_of_file(path, &size);
    int result = -1;

    if (text != NULL && faults != NULL) {
        result = channels_read_text(channels, path, bytes_of(text, size), faults);
        tell(faults);
    }
    free(text);
    free(faults);
    return result;
}
