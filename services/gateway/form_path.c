/* form_path.c - where on a filled-in form stands what a field of its entry says. */
#include <stdio.h>
#include <string.h>

#include "forms.h"

enum { PART_BYTES = 32 };

/* What is called otherwise on the form. Of the two times only those that are asked for stand there. */
static const struct {
    const char *field, *name;
} RENAMED[] = {
    { "report.deviceTimeMs", "until" },
    { "report.startedAtMs", "from" },
    { "complaint.text", "complaint" },
    { "complaint.receivedAtMs", "received" },
    { "difficulty.neededByMs", "needed_by" },
    { "numberMilli", "number" },
    { "fixedNow", "fixed_now" },
};

static const char *name_of(const char *field, const char *otherwise)
{
    for (size_t i = 0; i < sizeof RENAMED / sizeof RENAMED[0]; i++)
        if (strcmp(RENAMED[i].field, field) == 0)
            return RENAMED[i].name;
    return otherwise;
}

/* The text by which a row of a report is found on the form; NULL = there is no such row. */
static const char *text_of_row(const Duban__Report *report, const char *list, size_t index)
{
    if (strcmp(list, "answers") == 0 && index < report->n_answers)
        return report->answers[index]->item;
    if (strcmp(list, "evidence") == 0 && index < report->n_evidence)
        return report->evidence[index]->name;
    if (strcmp(list, "entrances") == 0 && index < report->n_entrances)
        return report->entrances[index]->name;
    if (strcmp(list, "posts") == 0 && index < report->n_posts)
        return report->posts[index]->post;
    return NULL;
}

struct spot {
    const struct instance_node *group; /* NULL = it stands in none */
    const char *name;                  /* of the question; empty = it is the group's own */
};

/* Texts of the entry are those of the form, no copies: by that they are known there. */
static bool find(const struct instance_node *root, const char *text, struct spot *spot)
{
    for (const struct instance_node *child = root->children; child != NULL; child = child->next) {
        *spot = (struct spot){ NULL, child->name };
        if (child->text == text)
            return true;
        *spot = (struct spot){ child, "" };
        if (strncmp(child->name, "i_", 2) == 0 && child->name + 2 == text)
            return true;
        for (const struct instance_node *inner = child->children; inner != NULL; inner = inner->next) {
            spot->name = inner->name;
            if (inner->text == text)
                return true;
        }
    }
    return false;
}

/* What identifies a row is where it was found; the rest stands beside it. */
static void path_of_row(const struct instance *instance, const Duban__Report *report, const char *list, size_t index, const char *part,
                        char path[FORM_PATH_BYTES])
{
    const char *text = text_of_row(report, list, index), *group, *name;
    struct spot spot;

    if (text == NULL || text[0] == '\0' || !find(instance->root, text, &spot))
        return;
    group = spot.group == NULL ? "" : spot.group->name;
    name = strcmp(list, "evidence") == 0 || strcmp(part, "item") == 0 ? spot.name : name_of(part, part);
    if (snprintf(path, FORM_PATH_BYTES, "%s%s%s", group, group[0] == '\0' || name[0] == '\0' ? "" : "/", name) >= FORM_PATH_BYTES)
        fault_drop_half_character(path);
}

void forms_path(const struct instance *instance, const Duban__Entry *entry, const char *field, char path[FORM_PATH_BYTES])
{
    const Duban__Report *report = entry->body_case == DUBAN__ENTRY__BODY_REPORT ? entry->report : NULL;
    const char *dot = strchr(field, '.');
    char name[PART_BYTES] = "", part[PART_BYTES] = "";
    unsigned index;

    path[0] = '\0';
    if (dot == NULL)
        return;
    if (report != NULL && sscanf(dot, ".%31[^[.][%u].%31s", name, &index, part) == 3)
        path_of_row(instance, report, name, index, part, path);
    else if (report != NULL && report->purpose == DUBAN__PURPOSE__PURPOSE_GUIDANCE && strcmp(field, "report.text") == 0)
        (void) snprintf(path, FORM_PATH_BYTES, "guidance");   /* it begins there */
    else if (sscanf(dot, ".%31[^[.]", name) == 1)
        (void) snprintf(path, FORM_PATH_BYTES, "%s", name_of(field, name));
}
