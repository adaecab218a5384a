/* gather.c - all pages of a listing. */
#include "gather.h"

#include "gateway.h"
#include "message.h"

struct gathering {
    struct request *request;
    enum upstream upstream;
    Duban__Query query;
    Duban__Reply__BodyCase body;
    gather_page *page;
    gather_end *end;
    void *self;
};

static void ask_page(struct gathering *gathering);

static void on_page(struct request *request, void *self, const struct upstream_answer *answer)
{
    struct gathering *gathering = self;
    const Duban__Reply *reply = answer->reply;

    if (reply == NULL || reply->body_case != gathering->body) {
        problem_unanswered(request, gathering->upstream, reply);
        return;
    }
    gathering->page(gathering->self, reply);
    if (reply->next.len == 0) {
        gathering->end(request, gathering->self);
        return;
    }
    gathering->query.after = reply->next;
    ask_page(gathering);
}

static void ask_page(struct gathering *gathering)
{
    if (!upstream_ask(gathering->request, gathering->upstream, &gathering->query, on_page, gathering))
        problem_silent(gathering->request, gathering->upstream);
}

void gather(struct request *request, enum upstream upstream, const Duban__Query *query, Duban__Reply__BodyCase body, gather_page *page,
            gather_end *end, void *self)
{
    struct gathering *gathering = arena_take(&request->arena, sizeof *gathering);

    if (gathering == NULL) {
        problem_send(request, NULL);
        return;
    }
    *gathering = (struct gathering){ request, upstream, *query, body, page, end, self };
    gathering->query.limit = QUERY_MAX_ROWS;
    ask_page(gathering);
}
