/* A notify.yaml of any bytes: faults that are told with their place, and nothing is set then; or settings that the daemon
 * can use.
 */
#include "channel.h"
#include "channels.h"
#include "fuzz.h"
#include "log.h"

static const char PATH[] = "tests/fuzz/corpus/notify.yaml";

static void must_be_told_with_places(const struct file_faults *faults)
{
    MUST(faults->count > 0 && faults->count <= FILE_FAULTS_MOST && faults->total >= faults->count);
    for (size_t i = 0; i < faults->count; i++) {
        const struct file_fault *fault = &faults->faults[i];

        must_be_told(fault->zh, fault->en);
        MUST(fault->place.file == PATH && (fault->place.line == 0) == (fault->place.column == 0));
        MUST(i == 0 || fault->place.line >= faults->faults[i - 1].place.line);
    }
}

static void must_be_usable(enum channel_number number, const struct channel_settings *settings)
{
    const struct schedule *schedule = &settings->schedule;

    MUST(settings->timeout_ms > 0 && settings->in_flight > 0 && settings->per_address > 0 && settings->fold_above > 0);
    MUST(settings->budget.count <= BUDGET_MOST_LIMITS);
    for (size_t i = 0; i < settings->budget.count; i++)
        MUST(settings->budget.limits[i].count > 0 && settings->budget.limits[i].span_ms > 0);
    MUST(channel_of(number) == NULL || (schedule->attempts > 0 && schedule->attempts <= SCHEDULE_MAX_ATTEMPTS));
    MUST(schedule_span_ms(schedule) <= INT64_C(7) * 86400 * 1000);
}

static void must_be_whole(const struct channels *channels)
{
    const struct channel_settings *of = channels->of;

    MUST(of[CHANNEL_SPOOL].is_set);
    for (int i = 0; i < CHANNEL_COUNT; i++)
        must_be_usable((enum channel_number) i, &of[i]);
    MUST(!of[CHANNEL_WEBHOOK].is_set || of[CHANNEL_WEBHOOK].webhook.secrets.count > 0);
    MUST(!of[CHANNEL_SMTP].is_set || (of[CHANNEL_SMTP].smtp.server != NULL && of[CHANNEL_SMTP].smtp.sender != NULL));
    MUST((of[CHANNEL_SMTP].smtp.user == NULL) == (of[CHANNEL_SMTP].smtp.password == NULL));
    MUST(!of[CHANNEL_SMS].is_set || of[CHANNEL_SMS].sms.url != NULL);
    MUST((of[CHANNEL_SMS].sms.code_at == NULL) == (of[CHANNEL_SMS].sms.code_ok == NULL));
    MUST(!of[CHANNEL_EXEC].is_set || of[CHANNEL_EXEC].exec.command[0] != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file_faults faults;
    struct channels channels;
    int result;

    log_leave_out_info();
    channels_open(&channels);
    result = channels_read_text(&channels, PATH, bytes_of(data, size), &faults);
    if (result == -1) {
        must_be_told_with_places(&faults);
        for (int i = 0; i < CHANNEL_COUNT; i++)
            MUST(channels.of[i].is_set == (i == CHANNEL_SPOOL));
        MUST(channels.link == NULL && channels.heartbeat_url == NULL);
    } else {
        MUST(faults.total == 0);
    }
    must_be_whole(&channels);
    channels_close(&channels);
    return 0;
}
