/* What a far end may answer, to every channel: any words, any status, any header that we read. Whatever it says, there is
 * one verdict, the same each time, and nothing is taken as accepted that was not answered.
 *
 * The input: channel, how far it got, a status of two bytes, a Retry-After of four, a Date of four, then its words.
 */
#include "channel.h"
#include "fuzz.h"
#include "retry.h"
#include "wire.h"

static const int64_t NOW_S = 1580691600;

static void set_up(struct channel_settings *settings)
{
    static const char *const later[] = { "busy", "2", NULL }, *const throttled[] = { "flow", "3", NULL };

    memset(settings, 0, sizeof *settings);
    settings->is_set = true;
    settings->sms.code_at = "/code";
    settings->sms.code_ok = "0";
    settings->sms.codes_later = later;
    settings->sms.codes_throttled = throttled;
    settings->sms.reference_at = "/data/id";
}

static bool is_one_line(const char *words)
{
    for (; *words != '\0'; words++)
        if ((unsigned char) *words < 0x20 || *words == 0x7f)
            return false;
    return true;
}

/* By this channel's own kind of status; those that have a code of their own too say less by it. */
static bool may_be_accepted(const struct channel *channel, const struct answer *answer)
{
    if (answer->reached != REACHED_ANSWER)
        return false;
    if (channel == &channel_exec)
        return answer->status == 0;
    if (channel == &channel_webhook || channel == &channel_sms)
        return answer->status >= 200 && answer->status < 300;
    if (channel == &channel_smtp)
        return answer->status < 400;
    return strchr(answer->words, '0') != NULL;   /* a robot: the code 0 stands somewhere */
}

static void must_hold(const struct channel *channel, const struct answer *answer, const struct judgement *judgement)
{
    MUST(judgement->verdict >= VERDICT_ACCEPTED && judgement->verdict <= VERDICT_UNUSABLE);
    MUST(judgement->wait_ms >= 0 && judgement->wait_ms <= (int64_t) RETRY_AFTER_MAX_S * 1000);
    MUST(is_utf8(judgement->detail, strlen(judgement->detail)) && is_one_line(judgement->detail));
    MUST(is_utf8(judgement->reference, strlen(judgement->reference)));
    MUST(judgement->verdict == VERDICT_ACCEPTED || !is_empty(judgement->detail));
    MUST(judgement->verdict != VERDICT_ACCEPTED || may_be_accepted(channel, answer));
    MUST(answer->reached != REACHED_NOTHING || judgement->verdict == VERDICT_LATER);
    MUST(answer->reached != REACHED_PERHAPS || judgement->verdict == VERDICT_UNCERTAIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    const struct channel *channel = channel_of((enum channel_number) (take_number(&input, 1) % CHANNEL_COUNT));
    struct answer answer = { .reached = (enum reached) (take_number(&input, 1) % (REACHED_ANSWER + 1)),
                             .now_s = NOW_S };
    struct channel_settings settings;
    struct judgement judgement, again;
    char words[ANSWER_WORDS_BYTES];
    struct bytes said;

    answer.status = (int) take_number(&input, 2);
    answer.retry_after_s = (int64_t) (take_number(&input, 4) % (RETRY_AFTER_MAX_S + 2)) - 1;
    answer.date_s = (int64_t) take_number(&input, 4);
    answer.error = answer.reached == REACHED_ANSWER ? NULL : "the line broke";
    said = take_bytes(&input, sizeof words - 1);
    memcpy(words, said.data, said.size);
    answer_clean(words, said.size);
    MUST(is_utf8(words, strlen(words)) && is_one_line(words));
    answer.words = words;
    if (channel == &channel_spool)
        return 0;   /* no answer comes from there */
    set_up(&settings);
    channel->judge(&settings, &answer, &judgement);
    must_hold(channel, &answer, &judgement);
    channel->judge(&settings, &answer, &again);
    MUST(memcmp(&judgement, &again, sizeof again) == 0);
    return 0;
}
