/* phones.h - mobile numbers in what people write: they are masked in exports, and in readings for whoever does not settle reports.
 *
 * One is 13800001234 or 138-0000 1234, with 86, 0086 or 0 in front or not, in the wide digits of a Chinese keyboard as well.
 */
#ifndef DUBAN_PHONES_H
#define DUBAN_PHONES_H

/* In place: the four digits in the middle of each number become asterisks, 138****1234; the text is as long as before. What has no
 * number in it is not written to. */
void phones_mask(char *text);

#endif
