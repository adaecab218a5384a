/* sms_template.h - what notify.yaml says of a gateway's requests: a text with {phone}, {text}, {id} and {secret} in it.
 *
 * Each is escaped for where it stands: in a URL or a form, inside a string of a JSON body, or as it is in a header.
 */
#ifndef DUBAN_NOTIFY_SMS_TEMPLATE_H
#define DUBAN_NOTIFY_SMS_TEMPLATE_H

#include "bytes.h"
#include "request.h"

enum sms_escaping { SMS_FOR_URL, SMS_FOR_JSON, SMS_FOR_HEADER };

struct sms_values {
    struct bytes phone, text, id, secret;
};

/* Append the template with its values. */
void sms_fill(struct text *out, const char *template, const struct sms_values *values, enum sms_escaping escaping);

/* Add the header "name: template". False without memory. */
bool sms_add_header(struct request *request, const char *name, const char *template, const struct sms_values *values);

#endif
