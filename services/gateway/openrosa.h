/* openrosa.h - field apps that nobody here wrote: ODK Collect, KoboCollect, Enketo (docs.getodk.org/openrosa).
 *
 *   GET  /formList            which forms there are: those of the account's posts
 *   GET  /forms/ID            one of them, an XForm
 *   GET  /manifest/ID         the CSV files that it looks into
 *   GET  /media/NAME.csv      one of these: only what is in the account's scope
 *   HEAD /submission          how much may come at a time
 *   POST /submission          a filled-in form and photos
 *
 *   holder -> codes -> (items) -> registry -> files        what a GET needs is asked for in this order, each once
 */
#ifndef DUBAN_GATEWAY_OPENROSA_H
#define DUBAN_GATEWAY_OPENROSA_H

#include "form_book.h"
#include "gather.h"

enum { OPENROSA_ADDRESS_BYTES = 320 };

/* Rows of several pages, borrowed from the request's arena. */
struct openrosa_rows {
    void **rows;
    size_t count, room;
};

/* One GET. In the request's arena. */
struct openrosa {
    struct request *request;
    const Duban__Holder *holder;       /* who asks */
    const Duban__Codes *codes;
    struct openrosa_rows items, areas, sites, plan, cases, complaints, isolations;
    unsigned files;                    /* that are wanted: bits of form_file */
    size_t stage;                      /* of what they are made from */
    bool failed;                       /* memory was out */
    void (*serve)(struct openrosa *openrosa);       /* once the book is there, for whom it is known */
    void (*serve_files)(struct openrosa *openrosa);   /* once all for the files is there */
};

/* ---------------------------------------------------------------- handlers of routes.c */

void openrosa_list(struct request *request);
void openrosa_form(struct request *request);
void openrosa_manifest(struct request *request);
void openrosa_media(struct request *request);
void openrosa_submission_head(struct request *request);
void openrosa_submit(struct request *request);
extern const struct intake OPENROSA_INTAKE;     /* of the last */

/* How large a submission may be, in the head of its answer. */
void openrosa_say_most(struct request *request);

/* A filled-in form has come whole, or what there is of it: words are what its sender reads. status: of HTTP. */
void openrosa_answer(struct request *request, unsigned status, const char *nature, const char *words);

/* Where clients reach the gateway, without a slash at the end: what the settings say, else what this request says. */
void openrosa_address(const struct request *request, char out[OPENROSA_ADDRESS_BYTES]);

/* XML or a file is the answer; the markup is freed. */
void openrosa_send(struct request *request, const char *type, struct markup *markup);

/* ---------------------------------------------------------------- openrosa_refuse.c */

/* A filled-in form is refused: the problem is the answer, in which the question at that path of the form is called as the form calls
 * it, with the field beside it; a field of the entry that the form does not ask stands alone. path "": it is about no question.
 * problem NULL: memory is out. All must live as long as the request. */
void openrosa_refuse(struct request *request, const struct instance *instance, const char *path, const char *field,
                     Duban__Problem *problem);

/* ---------------------------------------------------------------- openrosa_files.c */

/* Ask for all that these files are made of; then serve_files. */
void openrosa_gather(struct openrosa *openrosa, unsigned files, void (*serve_files)(struct openrosa *openrosa));

/* One of them, as CSV. */
void openrosa_write_file(const struct openrosa *openrosa, enum form_file file, struct markup *csv);

void openrosa_rows_add(struct openrosa *openrosa, struct openrosa_rows *rows, void *const *more, size_t count);

#endif
