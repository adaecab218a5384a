/* validate_entrance.c - the form of what a report says of a site's entrances, of who stands there, and of volunteers. */
#include <string.h>

#include "form.h"
#include "validate.h"

enum { MAX_NAME_BYTES = 60, MAX_NOTE_BYTES = 200 };

static bool is_short(struct fault *fault, struct place place, const char *name)
{
    return strlen(name) <= MAX_NAME_BYTES ||
           form_fault(fault, place, "名称过长，最多 60 字节（约 20 个汉字）",
                      "the name is too long: at most 60 bytes (some 20 Chinese characters)");
}

static bool is_short_name(struct fault *fault, struct place place, const char *name)
{
    return form_name(fault, place, name) && is_short(fault, place, name);
}

static bool is_known_before(const Duban__Report *report, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(report->entrances[k]->name, report->entrances[i]->name) == 0)
            return true;
    return false;
}

static bool has_right_note(const Duban__Entrance *entrance, struct place place, struct fault *fault)
{
    if (strlen(entrance->note) > MAX_NOTE_BYTES)
        return form_fault(fault, place, "文字过长，最多 200 字节（约 66 个汉字）",
                          "the text is too long: at most 200 bytes (some 66 Chinese characters)");
    return entrance->state != DUBAN__ENTRANCE_STATE__ENTRANCE_STATE_PROBLEM || form_required_text(fault, place, entrance->note);
}

bool are_entrances(const Duban__Report *report, struct fault *fault)
{
    const char *in = "report.entrances";

    if (!form_count(fault, at("report", "entrances"), report->n_entrances, MAX_ENTRANCES))
        return false;
    if (report->n_entrances > 0 && report->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED)
        return form_fault(fault, at("report", "entrances"), "未能进入的走访不填出入口", "an attempted visit has no entrances");
    for (size_t i = 0; i < report->n_entrances; i++) {
        const Duban__Entrance *entrance = report->entrances[i];

        if (!is_short_name(fault, at_item(in, i, "name"), entrance->name))
            return false;
        if (is_known_before(report, i))
            return form_fault(fault, at_item(in, i, "name"), "同一出入口只写一次", "each entrance stands once");
        if (!form_chosen(fault, at_item(in, i, "state"), entrance->state) ||
            !has_right_note(entrance, at_item(in, i, "note"), fault))
            return false;
    }
    return true;
}

/* ---------------------------------------------------------------- posts */

static bool is_post_known_before(const Duban__Report *report, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(report->posts[k]->post, report->posts[i]->post) == 0 && strcmp(report->posts[k]->shift, report->posts[i]->shift) == 0)
            return true;
    return false;
}

static bool is_shift(struct fault *fault, struct place place, const char *shift)
{
    return shift[0] == '\0' || is_short_name(fault, place, shift);
}

bool are_gate_posts(const Duban__Report *report, struct fault *fault)
{
    const char *in = "report.posts";

    if (!form_count(fault, at("report", "posts"), report->n_posts, MAX_GATE_POSTS))
        return false;
    if (report->outcome == DUBAN__VISIT_OUTCOME__VISIT_OUTCOME_ATTEMPTED && report->n_posts > 0)
        return form_fault(fault, at("report", "posts"), "未能进入的走访不填岗位", "an attempted visit has no posts");
    if (report->volunteers > ENTRY_MAX_HEADCOUNT)
        return form_fault(fault, at("report", "volunteers"), "志愿者人数最多 1000000", "there are at most 1000000 volunteers");
    for (size_t i = 0; i < report->n_posts; i++) {
        const Duban__GatePost *post = report->posts[i];

        if (!is_short_name(fault, at_item(in, i, "post"), post->post) || !is_shift(fault, at_item(in, i, "shift"), post->shift))
            return false;
        if (is_post_known_before(report, i))
            return form_fault(fault, at_item(in, i, "post"), "同一岗位同一班次只写一次", "each post stands once for each shift");
        if (!form_chosen(fault, at_item(in, i, "manned"), post->manned))
            return false;
    }
    return true;
}
