/* shelf.h - loaded policy packs by version: cases keep the one that they were opened under. */
#ifndef DUBAN_RULES_SHELF_H
#define DUBAN_RULES_SHELF_H

#include "engine.h"

struct shelf {
    struct state *state;
    struct policy **policies;      /* each ours to close and free */
    size_t count;
};

void shelf_open(struct shelf *shelf, struct state *state);
void shelf_close(struct shelf *shelf);

/* As policy_shelf in engine.h; reads the pack's files in the state's open transaction. */
const struct policy *shelf_policy(void *self, const uint8_t version[POLICY_VERSION_BYTES], struct file_faults *faults);

#endif
