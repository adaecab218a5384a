/* engine_focus.c - which focus group something is about, by the policy in force; and a digest cut by it. */
#include <assert.h>
#include <string.h>

#include "engine.h"

const struct policy_focus_group *engine_focus_of_site(struct engine *engine, const char *code)
{
    const struct policy *policy = engine->policy;
    const Duban__Site *site = policy == NULL || code[0] == '\0' ? NULL : state_site(engine->state, code);
    const struct policy_site_kind *kind = site == NULL ? NULL : policy_site_kind(policy, site->kind);

    return kind == NULL || kind->focus_group == NULL ? NULL : policy_focus_group(policy, kind->focus_group);
}

const struct policy_focus_group *engine_focus_of_subject(struct engine *engine, const Duban__Subject *subject)
{
    const struct policy_isolation_class *class_;

    if (engine->policy == NULL || subject->of_case != DUBAN__SUBJECT__OF_ISOLATION)
        return engine_focus_of_site(engine, subject->site);
    class_ = policy_isolation_class(engine->policy, subject->isolation->basis);
    return class_ == NULL || class_->focus_group == NULL ? NULL : policy_focus_group(engine->policy, class_->focus_group);
}

/* ---------------------------------------------------------------- a digest by group */

static const struct policy_focus_group *focus_of_item(struct engine *engine, const Duban__NoticeItem *item)
{
    const Duban__Subject *subject = item->subject.len == ID_BYTES ? state_subject(engine->state, item->subject.data) : NULL;

    return subject != NULL ? engine_focus_of_subject(engine, subject) : engine_focus_of_site(engine, item->site);
}

void engine_item_focus(struct engine *engine, Duban__NoticeItem *item)
{
    const struct policy_focus_group *group;

    if (engine->policy->focus_group_count == 0)
        return;
    group = focus_of_item(engine, item);
    item->focus_group = group == NULL ? engine_text(engine, "其他", "other")
                                      : engine_text(engine, group->label.zh, group->label.en);
}

/* The place of its heading: that of the table; what is of no group comes last. */
static size_t place_of(struct engine *engine, const Duban__NoticeItem *item)
{
    const struct policy_focus_group *group = focus_of_item(engine, item);

    return group == NULL ? engine->policy->focus_group_count : (size_t) (group - engine->policy->focus_groups);
}

void engine_sort_by_focus(struct engine *engine, Duban__Notice **lines, size_t count)
{
    Duban__Notice *sorted[MAX_DIGEST_ITEMS];
    size_t done = 0;

    assert(count <= MAX_DIGEST_ITEMS);
    for (size_t place = 0; place <= engine->policy->focus_group_count; place++)
        for (size_t i = 0; i < count; i++)
            if (place_of(engine, lines[i]->items[0]) == place)
                sorted[done++] = lines[i];
    assert(done == count);
    memcpy(lines, sorted, count * sizeof *lines);
}
