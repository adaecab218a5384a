/* queries_gate_posts.c - posts of gates as they were last seen, with what is known of the gate. */
#include <assert.h>
#include <string.h>

#include "message.h"
#include "queries.h"

static bool is_wanted(const Duban__GatePostsQuery *wanted, const Duban__SiteGatePost *post)
{
    return query_matches(wanted->site, post->site) &&
           (!wanted->problems_only || post->manned == DUBAN__MANNING__MANNING_UNMANNED);
}

static const struct policy_site_class *class_of(const struct rules *rules, const Duban__Site *site)
{
    return rules->engine.policy == NULL ? NULL : policy_site_class(rules->engine.policy, site->kind, site->site_class);
}

static Duban__GatePostRow *row_of(struct question *question, Duban__SiteGatePost *post)
{
    const Duban__Site *site = state_site(&question->rules->state, post->site);
    Duban__GatePostRow *row = arena_take(question->arena, sizeof *row);
    const struct policy_site_class *class_ = site == NULL ? NULL : class_of(question->rules, site);

    assert(row != NULL);
    duban__gate_post_row__init(row);
    row->post = post;
    if (class_ != NULL)
        row->class_label = query_text(question, class_->label);
    if (site != NULL && site->volunteers_presence_case == DUBAN__SITE__VOLUNTEERS_PRESENCE_VOLUNTEERS) {
        row->volunteers_presence_case = DUBAN__GATE_POST_ROW__VOLUNTEERS_PRESENCE_VOLUNTEERS;
        row->volunteers = site->volunteers;
        row->volunteers_seen_ms = site->volunteers_seen_ms;
    }
    return row;
}

void query_on_gate_posts(struct question *question, const Duban__GatePostsQuery *wanted)
{
    Duban__GatePostRows *posts = arena_take(question->arena, sizeof *posts);
    struct page page;

    assert(posts != NULL);
    if (wanted->site[0] != '\0' && !is_code(wanted->site)) {
        question_fault(question, "gatePosts.site", "点位编号只能用字母、数字和 . _ -，不超过 32 个", "a site code has letters, digits and . _ -, at most 32");
        return;
    }
    duban__gate_post_rows__init(posts);
    posts->rows = (Duban__GatePostRow **) question_rows(question);
    page_open(&page, question, TABLE_GATE_POST, bytes_of_text(wanted->site));
    while (page.found) {
        Duban__SiteGatePost *post = page_row(&page, &duban__site_gate_post__descriptor);

        if (post == NULL || !is_wanted(wanted, post)) {
            page_skip(&page);
            continue;
        }
        posts->rows[page.rows] = row_of(question, post);
        if (!page_take(&page))
            break;
    }
    page_close(&page);
    posts->n_rows = page.rows;
    question->reply->body_case = DUBAN__REPLY__BODY_GATE_POSTS;
    question->reply->gate_posts = posts;
}
