/* page.c - a page for people. */
#include "page.h"

#include <sodium.h>
#include <stdio.h>

#include "civil.h"
#include "digest.h"
#include "gateway.h"

static const char STYLE[] =
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:44rem;padding:1rem;font:1.1rem/1.6 system-ui,sans-serif;color:#111;background:#fff}"
    "h1{font-size:1.4rem;margin:.5rem 0 1rem}h2{font-size:1.15rem;margin:1.5rem 0 .5rem}"
    "small{color:#555;font-size:.8em}"
    "dl{margin:0}dt{color:#444;font-size:.95rem}dd{margin:0 0 .6rem;font-weight:600;overflow-wrap:anywhere}"
    "form{margin:1rem 0;padding:1rem;border:1px solid #777;border-radius:.5rem}"
    "label{display:block;margin-bottom:.8rem}"
    "input,textarea{display:block;width:100%;font:inherit;padding:.6rem;border:1px solid #555;border-radius:.3rem;margin-top:.2rem}"
    "button{display:block;width:100%;min-height:3rem;font:inherit;font-weight:600;color:#fff;background:#0b4f9e;border:0;border-radius:.4rem}"
    "button small{color:#fff}"
    "button:focus,input:focus,textarea:focus,a:focus{outline:3px solid #d06000;outline-offset:2px}"
    "a{color:#0b4f9e}li{margin:.5rem 0}"
    ".note{border-left:.4rem solid #0b4f9e;padding:.4rem .8rem;background:#eef4fb}"
    ".bad{border-color:#a00000;background:#fdf0f0}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #444;padding:.3rem .4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    ".sign{height:2.2cm}.code{float:right;width:3.2cm;margin:0 0 .5rem 1rem}"
    "@page{size:A4;margin:18mm 16mm}"
    "@media print{body{max-width:none;padding:0;font-size:11pt}nav,.screen{display:none}a{color:#000;text-decoration:none}"
    "small{color:#000}tr,dl,section{break-inside:avoid}thead{display:table-header-group}.note{background:none}}";

/* ---------------------------------------------------------------- what it says of itself */

static const char *policy(struct request *request)
{
    static const char FORMAT[] = "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    char base64[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)], line[sizeof FORMAT + sizeof base64];
    const struct bytes style = bytes_of_text(STYLE);
    uint8_t digest[32];
    int size;

    digest_sha256(digest, &style, 1);
    sodium_bin2base64(base64, sizeof base64, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
    size = snprintf(line, sizeof line, FORMAT, base64);
    return arena_copy(&request->arena, line, (size_t) size);
}

static void add_headers(struct request *request)
{
    const char *allowed = policy(request);

    http_add_header(request, "Content-Security-Policy", allowed == NULL ? "default-src 'none'" : allowed);
    http_add_header(request, "Referrer-Policy", "same-origin");
    http_add_header(request, "X-Robots-Tag", "noindex, nofollow");
}

/* ---------------------------------------------------------------- pieces */

void page_say(struct page *page, const char *zh, const char *en)
{
    html_put(&page->html, "%s", zh);
    if (en[0] != '\0')
        html_put(&page->html, " <small lang=\"en\">%s</small>", en);
}

void page_paragraph(struct page *page, const char *zh, const char *en)
{
    html_put(&page->html, "<p>");
    page_say(page, zh, en);
    html_put(&page->html, "</p>\n");
}

void page_row(struct page *page, const char *zh, const char *en, const char *value, const char *value_en)
{
    if (value[0] == '\0')
        return;
    html_put(&page->html, "<dt>");
    page_say(page, zh, en);
    html_put(&page->html, "</dt><dd>");
    page_say(page, value, strcmp(value, value_en) == 0 ? "" : value_en);
    html_put(&page->html, "</dd>\n");
}

const char *page_time(struct page *page, int64_t at_s)
{
    char text[32] = "", *copy;

    if (at_s != 0)
        civil_format(text, sizeof text, at_s, page->offset_s);
    copy = arena_copy(&page->request->arena, text, at_s != 0 ? strlen("2020-02-03 09:10") : 0);
    return copy == NULL ? "" : copy;
}

/* ---------------------------------------------------------------- a whole page */

void page_begin(struct page *page, struct request *request, const char *title_zh, const char *title_en, bool rehearsal)
{
    *page = (struct page){ .request = request, .html = html_begin(&request->arena), .offset_s = request->gateway->settings.offset_s };
    html_put(&page->html, "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
                          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                          "<meta name=\"format-detection\" content=\"telephone=no\">"
                          "<title>%s %s</title><style>", title_zh, title_en);
    html_put_style(&page->html, STYLE);
    html_put(&page->html, "</style></head>\n<body><main>\n<h1>");
    if (rehearsal) {
        page_say(page, "【演练】", "drill");
        html_put(&page->html, " ");
    }
    page_say(page, title_zh, title_en);
    html_put(&page->html, "</h1>\n");
}

void page_send(struct page *page, unsigned status)
{
    struct bytes all;

    html_put(&page->html, "</main></body></html>\n");
    all = html_end(&page->html);
    if (all.data == NULL) {
        problem_send(page->request, NULL);
        return;
    }
    add_headers(page->request);
    http_answer(page->request, status, "text/html; charset=utf-8", all);
}

static void put_way_on(struct page *page, unsigned status)
{
    if (status == MHD_HTTP_UNAUTHORIZED) {
        html_put(&page->html, "<nav><a href=\"/login\">");
        page_say(page, "登录", "sign in");
    } else {
        html_put(&page->html, "<nav><a href=\"/\">");
        page_say(page, "首页（要登录）", "home page (sign in)");
    }
    html_put(&page->html, "</a></nav>\n");
}

void page_refuse(struct request *request, unsigned status, const char *title_zh, const char *title_en, const struct fault *fault)
{
    struct page page;

    page_begin(&page, request, title_zh, title_en, false);
    html_put(&page.html, "<div class=\"note bad\" role=\"alert\">");
    page_paragraph(&page, fault->zh, fault->en);
    html_put(&page.html, "</div>\n");
    put_way_on(&page, status);
    page_send(&page, status);
}

void page_fault(struct request *request, unsigned status, const struct fault *fault)
{
    page_refuse(request, status, "未能办理", "not done", fault);
}

void page_go(struct request *request, const char *where)
{
    const char *copy = arena_copy(&request->arena, where, strlen(where));

    if (copy == NULL) {
        problem_send(request, NULL);
        return;
    }
    http_add_header(request, MHD_HTTP_HEADER_LOCATION, copy);
    http_add_header(request, "Referrer-Policy", "same-origin");
    http_answer(request, MHD_HTTP_SEE_OTHER, NULL, bytes_of("", 0));
}
