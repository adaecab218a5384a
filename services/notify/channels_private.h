/* channels_private.h - how notify.yaml is read; for channels*.c only.
 *
 *   channels.c          before and after reading; reading again
 *   channels_read.c     the sections and their keys, what only a whole section shows
 *   channels_house.c    whom the house itself tells
 *   channels_values.c   one value: schedule, budget, URL, pointer, template, ...
 *   channels_secrets.c  what stands in files of its own
 *
 * What is wrong is complained about once and left as it was; the rest is read on.
 */
#ifndef DUBAN_NOTIFY_CHANNELS_PRIVATE_H
#define DUBAN_NOTIFY_CHANNELS_PRIVATE_H

#include "channels.h"
#include "yaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

/* One reading of the file. */
struct reading {
    struct channels *channels;
    struct file_faults *faults;
    struct arena scratch;          /* the tree */
    const char *path;
};

struct key;

/* Reads value into target, the key's own place inside the struct being filled. */
typedef void key_reader(struct reading *reading, const struct yaml *value, void *target, const struct key *key);

/* One key of a map; yaml_match wants its name first. */
struct key {
    const char *name;
    key_reader *read;
    size_t offset;
    int64_t min, max;              /* inclusive, for counts and waits; of a template: min = what it may name */
    bool wanted;
};

/* Fill target from the map by the table; nothing written is a map without keys. */
void channels_read_keys(struct reading *reading, const struct yaml *value, const struct key *keys, size_t count,
                        void *target);

/* A copy that lives as long as the channels; "" without memory, after a complaint. */
const char *channels_keep(struct reading *reading, const char *text);

/* ---------------------------------------------------------------- channels_house.c */

key_reader channels_read_house;           /* struct channels: house and what goes with it */

/* Once all channels are read: can each way be used as it is? house NULL: it is not there. */
void channels_check_house(struct reading *reading, const struct yaml *house);

/* ---------------------------------------------------------------- channels_values.c */

key_reader channels_value_schedule;       /* struct schedule */
key_reader channels_value_budget;         /* struct budget */
key_reader channels_value_uncertain;      /* enum uncertain */
key_reader channels_value_tls;            /* enum mail_tls */
key_reader channels_value_wait;           /* uint32_t, milliseconds */
key_reader channels_value_count;          /* uint32_t */
key_reader channels_value_flag;           /* bool */
key_reader channels_value_text;           /* const char * */
key_reader channels_value_texts;          /* const char *const *, ended by NULL */
key_reader channels_value_command;        /* the same */
key_reader channels_value_url;            /* const char *: http or https */
key_reader channels_value_mail_server;    /* const char *: smtp or smtps */
key_reader channels_value_mail_address;   /* const char * */
key_reader channels_value_pointer;        /* const char *: a JSON pointer (RFC 6901) */
key_reader channels_value_template;       /* const char * */
key_reader channels_value_url_template;   /* const char *: http or https */

bool channels_is_url(const char *text);

/* What stands in braces in a template of the SMS gateway. */
enum { NAMES_PHONE = 1, NAMES_TEXT = 2, NAMES_ID = 4, NAMES_SECRET = 8 };

/* All that the template names; NULL names nothing. */
unsigned channels_template_names(const char *template);

/* ---------------------------------------------------------------- channels_secrets.c */

/* The value is the path of a file (from the directory of notify.yaml), or for ..._credential a name below
 * $CREDENTIALS_DIRECTORY. */
key_reader channels_secret_keys;          /* struct secrets, of webhooks */
key_reader channels_credential_keys;
key_reader channels_secret_line;          /* const char *: the one line of the file */
key_reader channels_credential_line;
key_reader channels_secret_url;           /* char *: an http or https URL */
key_reader channels_file_path;            /* const char *: the path itself, of a file that can be read */

/* Wipe one that was kept. */
void channels_wipe(const char *secret);

#endif
