/* validate_access.c - the form of what somebody was shown, or has taken out. */
#include "form.h"
#include "validate.h"

enum { MOST_FIELDS = 64 };

bool is_access(const Duban__Access *access, struct fault *fault)
{
    if (!form_chosen(fault, at("access", "kind"), access->kind) || !form_code(fault, at("access", "object"), access->object))
        return false;
    if (access->n_fields == 0)
        return form_fault(fault, at("access", "fields"), "须写明是哪些字段", "say which fields");
    if (!form_count(fault, at("access", "fields"), access->n_fields, MOST_FIELDS))
        return false;
    for (size_t i = 0; i < access->n_fields; i++)
        if (!form_code(fault, at_item("access.fields", i, ""), access->fields[i]))
            return false;
    return form_required_text(fault, at("access", "reason"), access->reason);
}
