/* pack.h - a policy pack in a folder, as the command reads it. */
#ifndef DUBAN_CLI_PACK_H
#define DUBAN_CLI_PACK_H

#include "cli.h"
#include "message.h"
#include "policy.h"

struct pack {
    struct policy_source sources[PACK_MAX_FILES];   /* by path; contents in the cli's arena */
    size_t count;
    uint8_t version[POLICY_VERSION_BYTES];
};

/* All files of the folder but hidden ones; the checker knows which belong there. False after
 * saying why. */
bool pack_read(struct cli *cli, const char *directory, struct pack *pack);

/* Read the pack, which may have been put in force long ago. The policy, to be closed by the caller; NULL after saying each fault. */
struct policy *pack_load(struct cli *cli, const char *directory, const struct pack *pack);

#endif
