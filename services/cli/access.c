/* access.c - that something is taken out of the house is in the journal first: who, what, and what for. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "ledger_export.h"

const char *access_reason(struct cli *cli)
{
    const char *reason = cli_text(cli, "reason");

    if (reason[0] != '\0' && strlen(reason) <= LEDGER_REASON_BYTES)
        return reason;
    cli->failure = cli_wrong_use(cli, "导出要写明事由：--reason 周例会用，最多 %d 字节", "say what the export is for: --reason \"for the weekly "
                                 "briefing\", at most %d bytes", (int) LEDGER_REASON_BYTES);
    return NULL;
}

bool access_may_write(struct cli *cli, const char *path)
{
    if (cli_has(cli, "replace") || access(path, F_OK) != 0)
        return true;
    cli->failure = cli_fail(cli, "%s 已经有了，没有写：请换个文件名，或加 --replace 覆盖它", "%s is there already and stays as it is: give another name, or "
                            "--replace to write over it", path);
    return false;
}

bool access_note_export(struct cli *cli, const char *object, const char *reason)
{
    static const char *const ALL[] = { "all" };
    struct submission submission = { .account = cli->account };
    Duban__Access access = DUBAN__ACCESS__INIT;
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    struct fault fault;

    access.kind = DUBAN__ACCESS_KIND__ACCESS_KIND_EXPORTED;
    access.object = (char *) object;
    access.n_fields = 1;
    access.fields = (char **) ALL;
    access.reason = (char *) reason;
    entry.body_case = DUBAN__ENTRY__BODY_ACCESS;
    entry.access = &access;
    if (!entry_pack(cli, &entry, &submission.entry, &fault) || !submission_set_id(&submission, NULL, &fault)) {
        cli->failure = cli_refuse(cli, &fault);
        return false;
    }
    send_all(cli, &submission, 1, false);
    if (submission.state != SEND_RECEIVED)
        cli->failure = say_not_received(cli, &submission);
    return submission.state == SEND_RECEIVED;
}
