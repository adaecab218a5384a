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

/* The pack that rules has in force, put together from its answer. False, in silence, when it has none or says nothing. */
bool pack_in_force(struct cli *cli, struct pack *pack);

/* Read the pack, which may have been put in force long ago. The policy, to be closed by the caller; NULL after saying each fault. */
struct policy *pack_load(struct cli *cli, const char *directory, const struct pack *pack);

/* Would the pack be put in force now? False after saying each fault. */
bool pack_is_fine(struct cli *cli, const char *directory, const struct pack *pack);

/* What some channel would cut of its messages: counted, the longest shown (pack_fit.c). */
void pack_warn_of_cuts(struct cli *cli, const char *directory, const struct policy *policy);

/* Its files as they are journaled: how many pieces that one has, and one of them, which borrows. */
uint32_t pack_pieces(const struct pack *pack, size_t file);
void pack_piece(struct pack *pack, size_t file, uint32_t piece, Duban__PolicyFile *message);

#endif
