/* validate_isolation.c - the form of isolations, contacts with the isolated, and what is decided about them. */
#include <stdio.h>
#include <string.h>

#include "form.h"
#include "validate.h"

enum { MAX_OTHERS = 16, MAX_RELEASED = 256, NUMBER_BYTES = 40 };

/* Section 10 of the domain: who, where, since when, of which class; blanks name nobody. */
static bool names_somebody(struct fault *fault, struct place place, const Duban__Personal *personal)
{
    if (!form_personal(fault, place, personal))
        return false;
    return personal == NULL || personal->value_case != DUBAN__PERSONAL__VALUE_CLEAR ||
           personal->clear[strspn(personal->clear, " \t\r\n")] != '\0' ||
           form_fault(fault, place, "不能为空白", "it cannot be blank");
}

bool is_isolation(const Duban__Isolation *isolation, struct fault *fault)
{
    const char *in = "isolation";

    return form_present(fault, at(in, "person"), isolation->person) && names_somebody(fault, at(in, "person"), isolation->person) &&
           names_somebody(fault, at(in, "address"), isolation->address) && form_code(fault, at(in, "area"), isolation->area) &&
           form_code(fault, at(in, "basis"), isolation->basis) && form_time(fault, at(in, "start_ms"), isolation->start_ms) &&
           form_code_or_empty(fault, at(in, "home"), isolation->home) && form_text(fault, at(in, "text"), isolation->text);
}

static bool are_isolations(struct fault *fault, struct place list, Duban__SubjectReference *const *references, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char field[40];

        snprintf(field, sizeof field, "%s[%zu]", list.field, i);
        if (!form_subject(fault, at(list.in, field), references[i], "GL"))
            return false;
    }
    return true;
}

/* Fever or an outing is of one person: who it is, is said of him alone. */
static bool speaks_of_one(const Duban__IsolationContact *contact, struct fault *fault)
{
    return contact->n_others == 0 || (!contact->abnormal && !contact->went_out) ||
           form_fault(fault, at("isolation_contact", "others"), "健康异常或外出的，请单独登记本人",
                      "who is not well, or went out, is entered by himself");
}

bool is_isolation_contact(const Duban__IsolationContact *contact, struct fault *fault)
{
    const char *in = "isolation_contact";

    return form_subject(fault, at(in, "isolation"), contact->isolation, "GL") &&
           form_time_or_zero(fault, at(in, "at_ms"), contact->at_ms) && form_text(fault, at(in, "text"), contact->text) &&
           form_count(fault, at(in, "others"), contact->n_others, MAX_OTHERS) &&
           are_isolations(fault, at(in, "others"), contact->others, contact->n_others) && speaks_of_one(contact, fault);
}

/* What a reference names, as a text that is the same for the same one: its number, or its id in hexadecimal. */
static const char *name_of(const Duban__SubjectReference *reference, char name[NUMBER_BYTES])
{
    if (reference->by_case == DUBAN__SUBJECT_REFERENCE__BY_NUMBER)
        return reference->number;
    for (size_t i = 0; i < reference->id.len; i++)
        snprintf(name + 2 * i, NUMBER_BYTES - 2 * i, "%02x", reference->id.data[i]);
    return name;
}

static bool each_once(const Duban__IsolationRelease *batch, struct fault *fault)
{
    char ids[MAX_RELEASED][NUMBER_BYTES];
    const char *names[MAX_RELEASED];
    size_t repeat;

    for (size_t i = 0; i < batch->n_isolations; i++)
        names[i] = name_of(batch->isolations[i], ids[i]);
    repeat = form_first_repeat(names, batch->n_isolations);
    return repeat == batch->n_isolations ||
           form_fault(fault, at_item("isolation_release.isolations", repeat, ""), "同一件只写一次", "each stands once");
}

bool is_isolation_release(const Duban__IsolationRelease *batch, struct fault *fault)
{
    const char *in = "isolation_release";

    if (batch->n_isolations == 0)
        return form_fault(fault, at(in, "isolations"), "须写明解除哪几件", "say which are released");
    return form_count(fault, at(in, "isolations"), batch->n_isolations, MAX_RELEASED) &&
           are_isolations(fault, at(in, "isolations"), batch->isolations, batch->n_isolations) && each_once(batch, fault) &&
           form_required_text(fault, at(in, "reason"), batch->reason);
}

/* What only one act has, the others leave empty. */
static bool fits_its_act(const Duban__IsolationChange *change, struct fault *fault)
{
    const char *in = "isolation_change";
    bool restarts = change->act == DUBAN__ISOLATION_ACT__ISOLATION_ACT_RESTART;
    bool exempts = change->act == DUBAN__ISOLATION_ACT__ISOLATION_ACT_EXEMPT;

    if (restarts && change->at_ms == 0)
        return form_fault(fault, at(in, "at_ms"), "重新计算须写明从何时起", "a restart needs the time that it starts from");
    if (change->at_ms != 0 && !restarts && change->act != DUBAN__ISOLATION_ACT__ISOLATION_ACT_LENGTHEN)
        return form_fault(fault, at(in, "at_ms"), "只有重新计算和延长才写时间", "only a restart and a lengthening have a time");
    if (!restarts && change->basis[0] != '\0')
        return form_fault(fault, at(in, "basis"), "只有重新计算才改类别", "only a restart changes the class");
    return exempts == (change->exemption[0] != '\0') ||
           form_fault(fault, at(in, "exemption"), "免除须写明免除类别，其他操作不写", "an exemption names its class, nothing else does");
}

bool is_isolation_change(const Duban__IsolationChange *change, struct fault *fault)
{
    const char *in = "isolation_change";

    return form_subject(fault, at(in, "isolation"), change->isolation, "GL") && form_chosen(fault, at(in, "act"), (int) change->act) &&
           form_time_or_zero(fault, at(in, "at_ms"), change->at_ms) && form_code_or_empty(fault, at(in, "basis"), change->basis) &&
           form_code_or_empty(fault, at(in, "exemption"), change->exemption) && fits_its_act(change, fault) &&
           form_required_text(fault, at(in, "reason"), change->reason);
}
