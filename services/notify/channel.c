/* channel.c - the list of channels, and what their judgements share. */
#include "channel.h"

#include <stdarg.h>
#include <stdio.h>

static const struct channel *const channels[CHANNEL_COUNT] = {
    [CHANNEL_SPOOL] = &channel_spool,
    [CHANNEL_WEBHOOK] = &channel_webhook,
    [CHANNEL_WECOM] = &channel_wecom,
    [CHANNEL_DINGTALK] = &channel_dingtalk,
    [CHANNEL_FEISHU] = &channel_feishu,
    [CHANNEL_SMTP] = &channel_smtp,
    [CHANNEL_SMS] = &channel_sms,
    [CHANNEL_EXEC] = &channel_exec,
};

const struct channel *channel_of(enum channel_number number)
{
    return channels[number];
}

bool channel_named(const char *name, enum channel_number *number)
{
    if (name[0] == '\0')
        name = channel_spool.name;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (channels[i] != NULL && strcmp(channels[i]->name, name) == 0) {
            *number = (enum channel_number) i;
            return true;
        }
    }
    return false;
}

/* A far end's JSON may hold line ends and the like, escaped; a detail is one line. */
static void make_one_line(char *words)
{
    for (; *words != '\0'; words++)
        if ((unsigned char) *words < 0x20 || *words == 0x7F)
            *words = ' ';
}

void judgement_set(struct judgement *judgement, enum verdict verdict, int64_t wait_ms, const char *format, ...)
{
    char words[1024];
    va_list arguments;

    judgement->verdict = verdict;
    judgement->wait_ms = wait_ms;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    make_one_line(words);
    text_copy(judgement->detail, sizeof judgement->detail, words);
}

void judgement_set_status(struct judgement *judgement, enum verdict verdict, int64_t wait_ms, const struct answer *answer)
{
    if (answer->words[0] != '\0')
        judgement_set(judgement, verdict, wait_ms, "HTTP %d: %s", answer->status, answer->words);
    else
        judgement_set(judgement, verdict, wait_ms, "HTTP %d", answer->status);
}

bool channel_judge_transport(const struct answer *answer, struct judgement *judgement)
{
    if (answer->reached == REACHED_ANSWER)
        return false;
    judgement_set(judgement, answer->reached == REACHED_PERHAPS ? VERDICT_UNCERTAIN : VERDICT_LATER, 0, "%s",
                  answer->error != NULL ? answer->error : "no answer");
    return true;
}

Duban__Grade channel_proves(enum channel_number number, const struct channel_settings *settings)
{
    Duban__Grade most = channel_of(number)->proves;

    /* A gateway tells of the handset only where it is asked for its receipts. */
    return number == CHANNEL_SMS && settings->sms.receipts_url == NULL ? DUBAN__GRADE__GRADE_DELIVERED : most;
}

const char *channel_unset(const struct channel_settings *settings)
{
    return settings->is_set ? NULL : "it has no section in notify.yaml";
}

const char *channel_fault_of_url(const char *address)
{
    CURLU *url = curl_url();
    char *scheme = NULL;
    bool good = url != NULL && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    curl_free(scheme);
    curl_url_cleanup(url);
    return good ? NULL : "its address is not an http or https one";
}
