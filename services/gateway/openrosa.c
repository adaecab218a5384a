/* openrosa.c - which forms there are, and what they look into. */
#include "openrosa.h"

#include <stdio.h>
#include <string.h>

#include "gateway.h"

static const char XML[] = "text/xml; charset=utf-8";

/* ---------------------------------------------------------------- answers */

void openrosa_send(struct request *request, const char *type, struct markup *markup)
{
    char *kept = markup->failed ? NULL : arena_copy(&request->arena, markup->data, markup->size);
    size_t size = markup->size;

    markup_close(markup);
    if (kept == NULL)
        problem_send(request, NULL);
    else
        http_answer(request, MHD_HTTP_OK, type, bytes_of(kept, size));
}

void openrosa_say_most(struct request *request)
{
    char text[24];
    char *kept;

    (void) snprintf(text, sizeof text, "%llu", (unsigned long long) request->gateway->settings.http.upload_bytes);
    kept = arena_copy(&request->arena, text, strlen(text));
    if (kept != NULL)
        http_add_header(request, "X-OpenRosa-Accept-Content-Length", kept);
}

void openrosa_answer(struct request *request, unsigned status, const char *nature, const char *words)
{
    struct markup markup = { 0 };
    char *kept;

    markup_put(&markup, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\">"
                        "<message nature=\"%s\">%s</message></OpenRosaResponse>\n",
               nature, words);
    kept = markup.failed ? NULL : arena_copy(&request->arena, markup.data, markup.size);
    openrosa_say_most(request);
    http_answer(request, status, XML, bytes_of(kept, kept == NULL ? 0 : markup.size));
    markup_close(&markup);
}

static bool is_host(const char *host)
{
    return host != NULL && host[0] != '\0' && strlen(host) < 256 &&
           strspn(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]_") == strlen(host);
}

void openrosa_address(const struct request *request, char out[OPENROSA_ADDRESS_BYTES])
{
    const char *host = http_header_of(request, MHD_HTTP_HEADER_HOST);
    const char *said = request->gateway->settings.public_url;

    if (said[0] != '\0')
        (void) snprintf(out, OPENROSA_ADDRESS_BYTES, "%s", said);
    else
        (void) snprintf(out, OPENROSA_ADDRESS_BYTES, "%s://%s", http_is_secure(request) ? "https" : "http", is_host(host) ? host : "localhost");
}

/* ---------------------------------------------------------------- who asks, and the book */

static void refuse(struct openrosa *openrosa, unsigned status, const char *name, const char *zh, const char *en)
{
    struct fault fault;

    fault_set(&fault, "", zh, en);
    problem_answer(openrosa->request, status, name, &fault, 0);
}

static bool is_shown(const struct openrosa *openrosa, const struct form_kind *kind)
{
    for (size_t i = 0; i < openrosa->holder->n_roles; i++)
        if ((kind->posts & 1u << openrosa->holder->roles[i]->role) != 0)
            return true;
    return false;
}

static void on_items(void *self, const Duban__Reply *reply)
{
    struct openrosa *openrosa = self;

    openrosa_rows_add(openrosa, &openrosa->items, (void *const *) reply->items->rows, reply->items->n_rows);
}

static void on_all_items(struct request *request, void *self)
{
    struct openrosa *openrosa = self;

    if (form_book_is_of(&request->gateway->form_book, &openrosa->codes->policy_version))   /* another request has made it meanwhile */
        openrosa->serve(openrosa);
    else if (openrosa->failed || !form_book_make(&request->gateway->form_book, openrosa->codes, (Duban__ItemRow **) openrosa->items.rows,
                                            openrosa->items.count))
        problem_send(request, NULL);
    else
        openrosa->serve(openrosa);
}

static void ask_for_items(struct openrosa *openrosa)
{
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__ItemsQuery *items = arena_take(&openrosa->request->arena, sizeof *items);

    if (items == NULL) {
        problem_send(openrosa->request, NULL);
        return;
    }
    duban__items_query__init(items);
    query.body_case = DUBAN__QUERY__BODY_ITEMS;
    query.items = items;
    gather(openrosa->request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_ITEMS, on_items, on_all_items, openrosa);
}

static void on_codes(void *self, const Duban__Reply *reply)
{
    struct openrosa *openrosa = self;

    openrosa->codes = reply->codes;
}

static void on_all_codes(struct request *request, void *self)
{
    struct openrosa *openrosa = self;
    const ProtobufCBinaryData *version = &openrosa->codes->policy_version;

    if (version->len == 0)
        refuse(openrosa, MHD_HTTP_SERVICE_UNAVAILABLE, "later", "还没有启用任何规定，没有表单", "no policy is in force yet, so there is no form");
    else if (form_book_is_of(&request->gateway->form_book, version))
        openrosa->serve(openrosa);
    else
        ask_for_items(openrosa);
}

static void on_holder(void *self, const Duban__Reply *reply)
{
    struct openrosa *openrosa = self;

    if (reply->holders->n_rows > 0 && reply->holders->rows[0]->n_roles > 0)
        openrosa->holder = reply->holders->rows[0];
}

static void on_all_holders(struct request *request, void *self)
{
    struct openrosa *openrosa = self;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__CodesQuery *codes = arena_take(&request->arena, sizeof *codes);
    struct fault fault;

    if (openrosa->holder == NULL) {
        fault_set(&fault, "", "账号 %s 目前没有岗位，没有表单", "account %s holds no post and has no forms", request->account);
        problem_answer(request, MHD_HTTP_FORBIDDEN, "forbidden", &fault, 0);
        return;
    }
    if (codes == NULL) {
        problem_send(request, NULL);
        return;
    }
    duban__codes_query__init(codes);
    query.body_case = DUBAN__QUERY__BODY_CODES;
    query.codes = codes;
    gather(request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_CODES, on_codes, on_all_codes, openrosa);
}

static void begin(struct request *request, void (*serve)(struct openrosa *openrosa))
{
    struct openrosa *openrosa = arena_clear(&request->arena, sizeof *openrosa);
    Duban__HoldersQuery *holders = arena_take(&request->arena, sizeof *holders);
    Duban__Query query = DUBAN__QUERY__INIT;

    if (openrosa == NULL || holders == NULL) {
        problem_send(request, NULL);
        return;
    }
    openrosa->request = request;
    openrosa->serve = serve;
    duban__holders_query__init(holders);
    holders->account = request->account;
    query.body_case = DUBAN__QUERY__BODY_HOLDERS;
    query.holders = holders;
    gather(request, UPSTREAM_RULES, &query, DUBAN__REPLY__BODY_HOLDERS, on_holder, on_all_holders, openrosa);
}

/* ---------------------------------------------------------------- the list */

/* One bad line and a client throws all of it away: all that is required stands in each. */
static void put_form(struct markup *markup, const struct book_form *form, const char *version, const char *address)
{
    markup_put(markup, "<xform><formID>%s</formID><name>%s</name><version>%s</version><hash>md5:%s</hash>"
                       "<descriptionText>%s</descriptionText><downloadUrl>%s/forms/%s</downloadUrl>",
               form->id, form->title, version, form->hash, form->title_en, address, form->id);
    if (form->kind->files != 0)
        markup_put(markup, "<manifestUrl>%s/manifest/%s</manifestUrl>", address, form->id);
    markup_put(markup, "</xform>\n");
}

struct wanted_form {
    const char *id;
};

static bool note_form(void *self, const char *name, const char *value)
{
    struct wanted_form *wanted = self;

    if (strcmp(name, "formID") == 0)
        wanted->id = value;
    return true;
}

static void serve_list(struct openrosa *openrosa)
{
    const struct form_book *book = &openrosa->request->gateway->form_book;
    struct wanted_form wanted = { NULL };
    char address[OPENROSA_ADDRESS_BYTES];
    struct markup markup = { 0 };

    openrosa_address(openrosa->request, address);
    http_each_argument(openrosa->request, note_form, &wanted);
    markup_put(&markup, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xforms xmlns=\"http://openrosa.org/xforms/xformsList\">\n");
    for (size_t i = 0; i < book->count; i++)
        if (is_shown(openrosa, book->forms[i].kind) && (wanted.id == NULL || strcmp(wanted.id, book->forms[i].id) == 0))
            put_form(&markup, &book->forms[i], book->version, address);
    markup_put(&markup, "</xforms>\n");
    openrosa_send(openrosa->request, XML, &markup);
}

void openrosa_list(struct request *request)
{
    begin(request, serve_list);
}

/* ---------------------------------------------------------------- a form and its manifest */

/* The account's, of that id; else it is answered that there is none. */
static const struct book_form *form_of(struct openrosa *openrosa, const char *id)
{
    const struct book_form *form = form_book_find(&openrosa->request->gateway->form_book, id);

    if (form != NULL && is_shown(openrosa, form->kind))
        return form;
    refuse(openrosa, MHD_HTTP_NOT_FOUND, "not-found", "没有这张表单，或不归您填写", "there is no such form, or it is not yours");
    return NULL;
}

static void serve_form(struct openrosa *openrosa)
{
    struct request *request = openrosa->request;
    const struct book_form *form = form_of(openrosa, request->rest);
    char *kept = form == NULL ? NULL : arena_copy(&request->arena, form->xml.data, form->xml.size);

    if (form == NULL)
        return;
    if (kept == NULL)
        problem_send(request, NULL);
    else
        http_answer(request, MHD_HTTP_OK, XML, bytes_of(kept, form->xml.size));
}

static void serve_manifest_files(struct openrosa *openrosa)
{
    char address[OPENROSA_ADDRESS_BYTES], hash[FORM_HASH_BYTES];
    struct markup markup = { 0 };

    openrosa_address(openrosa->request, address);
    markup_put(&markup, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"http://openrosa.org/xforms/xformsManifest\">\n");
    for (int i = 0; i < FORM_FILES; i++) {
        const char *name = form_file_name((enum form_file) i);
        struct markup csv = { 0 };

        if ((openrosa->files & 1u << i) == 0)
            continue;
        openrosa_write_file(openrosa, (enum form_file) i, &csv);
        form_hash(hash, bytes_of(csv.data, csv.size));
        markup.failed = markup.failed || csv.failed;
        markup_close(&csv);
        markup_put(&markup, "<mediaFile><filename>%s.csv</filename><hash>md5:%s</hash><downloadUrl>%s/media/%s.csv</downloadUrl></mediaFile>\n",
                   name, hash, address, name);
    }
    markup_put(&markup, "</manifest>\n");
    openrosa_send(openrosa->request, XML, &markup);
}

static void serve_manifest(struct openrosa *openrosa)
{
    const struct book_form *form = form_of(openrosa, openrosa->request->rest);

    if (form != NULL)
        openrosa_gather(openrosa, form->kind->files, serve_manifest_files);
}

void openrosa_form(struct request *request)
{
    begin(request, serve_form);
}

void openrosa_manifest(struct request *request)
{
    begin(request, serve_manifest);
}

/* ---------------------------------------------------------------- a file */

static void serve_media_file(struct openrosa *openrosa)
{
    for (int i = 0; i < FORM_FILES; i++) {
        struct markup csv = { 0 };

        if ((openrosa->files & 1u << i) == 0)
            continue;
        openrosa_write_file(openrosa, (enum form_file) i, &csv);
        openrosa_send(openrosa->request, "text/csv; charset=utf-8", &csv);
        return;
    }
}

/* With a form that he fills in. */
static bool is_handed_out(const struct openrosa *openrosa, enum form_file file)
{
    size_t count;
    const struct form_kind *kinds = form_kinds(&count);

    for (size_t i = 0; i < count; i++)
        if ((kinds[i].files & 1u << file) != 0 && is_shown(openrosa, &kinds[i]))
            return true;
    return false;
}

static void serve_media(struct openrosa *openrosa)
{
    char name[32];

    for (int i = 0; i < FORM_FILES; i++) {
        (void) snprintf(name, sizeof name, "%s.csv", form_file_name((enum form_file) i));
        if (strcmp(name, openrosa->request->rest) == 0 && is_handed_out(openrosa, (enum form_file) i)) {
            openrosa_gather(openrosa, 1u << i, serve_media_file);
            return;
        }
    }
    refuse(openrosa, MHD_HTTP_NOT_FOUND, "not-found", "没有这个文件，或不归您使用", "there is no such file, or it is not yours");
}

void openrosa_media(struct request *request)
{
    begin(request, serve_media);
}
