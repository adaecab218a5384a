/* channel_exec.c - a program of this machine: the message on its standard input, what became of it as its exit status.
 *
 * 0: it has taken the message. 75 (EX_TEMPFAIL of sysexits.h): later. Anything else: it never will, for the reason on
 * its first line of standard error. The input is the JSON object of line.h with the address before all else; what an
 * address is only the program knows.
 */
#include <stdio.h>
#include <sysexits.h>

#include "channel.h"

enum { ADDRESS_MOST_BYTES = 512 };

static const char *address_fault(const char *address)
{
    if (strlen(address) > ADDRESS_MOST_BYTES)
        return "its address is longer than 512 bytes";
    for (; *address != '\0'; address++)
        if ((unsigned char) *address < 0x20 || *address == 0x7f)
            return "its address has control characters";
    return NULL;
}

static int write_request(const struct channel_settings *settings, const struct message *message, struct request *request)
{
    const char *object = message->object.data;

    request->kind = REQUEST_RUN;
    request->command = settings->exec.command;
    text_add(&request->body, "{\"address\":");
    text_json(&request->body, message->address);
    text_put(&request->body, ",", 1);
    text_put(&request->body, object + 1, message->object.size - 1);
    text_put(&request->body, "\n", 1);
    return request->body.failed ? -1 : 0;
}

static void judge(const struct channel_settings *settings, const struct answer *answer, struct judgement *judgement)
{
    enum verdict verdict = VERDICT_DEAD;

    (void) settings;
    memset(judgement, 0, sizeof *judgement);
    if (channel_judge_transport(answer, judgement))
        return;
    if (answer->status == EX_OK)
        verdict = VERDICT_ACCEPTED;
    else if (answer->status == EX_TEMPFAIL)
        verdict = VERDICT_LATER;
    if (answer->words[0] != '\0')
        judgement_set(judgement, verdict, 0, "exit status %d: %s", answer->status, answer->words);
    else
        judgement_set(judgement, verdict, 0, "exit status %d", answer->status);
}

static void name_far_end(const struct channel_settings *settings, struct text *out)
{
    text_add(out, settings->exec.command[0]);
}

const struct channel channel_exec = {
    .name = "exec",
    .proves = DUBAN__GRADE__GRADE_DELIVERED,
    .is_private = true,
    .needs_address = true,
    .one_for_all = true,
    .takes_object = true,
    .uncertain = UNCERTAIN_LEAVE,
    .schedule = "0s 10s 1m 5m 30m 2h",
    .unusable = channel_unset,
    .name_far_end = name_far_end,
    .address_fault = address_fault,
    .write = write_request,
    .judge = judge,
};
