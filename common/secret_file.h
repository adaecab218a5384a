/* secret_file.h - files that hold a secret. */
#ifndef DUBAN_SECRET_FILE_H
#define DUBAN_SECRET_FILE_H

/* Say in the log when everybody on this machine may read or write it. */
void secret_warn_of_readers(const char *path);

#endif
