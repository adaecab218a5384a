/* contact_absence.c - duban contact away, back: a site's contact is not there, or is there again. */
#include "cli.h"

static enum exit_code say_absence(struct cli *cli, bool returned)
{
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__ContactAbsence absence = DUBAN__CONTACT_ABSENCE__INIT;

    absence.site = (char *) cli->arguments[1];
    absence.returned = returned;
    absence.text = cli_text(cli, "text");
    entry.body_case = DUBAN__ENTRY__BODY_CONTACT_ABSENCE;
    entry.contact_absence = &absence;
    return send_act(cli, &entry);
}

enum exit_code say_contact_away(struct cli *cli)
{
    return say_absence(cli, false);
}

enum exit_code say_contact_back(struct cli *cli)
{
    return say_absence(cli, true);
}
