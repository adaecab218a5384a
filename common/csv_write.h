/* csv_write.h - a cell of a table as csv.h reads it again, byte for byte.
 *
 * WPS and Excel take a cell that begins with = + - @ or the like for a formula, whoever wrote it (CWE-1236): it gets an apostrophe
 * in front, and so does one that begins with apostrophes and then one of these, so that csv_without_mark gives back exactly what was
 * there.
 */
#ifndef DUBAN_CSV_WRITE_H
#define DUBAN_CSV_WRITE_H

#include <stdbool.h>
#include <stdio.h>

/* The cell, in quotes where it needs them. Errors stay with the file. */
void csv_write_cell(FILE *out, const char *text);

/* Behind the apostrophe that csv_write_cell put there; the text itself where it put none. */
const char *csv_without_mark(const char *text);

#endif
