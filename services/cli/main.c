/* main.c - duban: its life, from the command line to the exit code. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "log.h"

int main(int argc, char **argv)
{
    struct cli cli;
    enum exit_code code;

    log_open("duban");
    log_leave_out_info();
    cli_open(&cli, stdout, stderr);
    code = cli_run(&cli, argc, argv);
    cli_close(&cli);
    if (fflush(stdout) != 0)
        die("写不出结果 / cannot write the result: %s", strerror(errno));
    return code;
}
