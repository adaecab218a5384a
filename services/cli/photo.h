/* photo.h - photos as a report declares them: name, size and digest of a file. */
#ifndef DUBAN_CLI_PHOTO_H
#define DUBAN_CLI_PHOTO_H

#include "cli.h"

/* "door.jpg", or "GT-03=door.jpg" for what shows one answer; several with commas between. The list lives in the cli's
 * arena and is put into the report. False after saying why. */
bool photos_read(struct cli *cli, const char *text, Duban__Report *report);

/* Does it show that item: it names it, or none. */
bool photo_shows(const Duban__Evidence *photo, const char *item);

#endif
