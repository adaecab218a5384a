/* validate_contact.c - the form of contact tests and of the codes that come back. */
#include <string.h>

#include "form.h"
#include "validate.h"

enum { CODE_DIGITS = 6, MOST_WAYS = 1 + ENTRY_MAX_OTHER_WAYS };

bool is_contact_test(const Duban__ContactTest *test, struct fault *fault)
{
    if (!form_code(fault, at("contact_test", "account"), test->account))
        return false;
    return (test->way >= 1 && test->way <= MOST_WAYS) ||
           form_fault(fault, at("contact_test", "way"), "第几种联系方式：1 至 5", "which of his ways: 1 to 5");
}

bool is_contact_confirmation(const Duban__ContactConfirmation *confirmation, struct fault *fault)
{
    const char *code = confirmation->code;

    if (!form_code(fault, at("contact_confirmation", "account"), confirmation->account))
        return false;
    return (strlen(code) == CODE_DIGITS && strspn(code, "0123456789") == CODE_DIGITS) ||
           form_fault(fault, at("contact_confirmation", "code"), "验证码是 6 位数字", "a code has 6 digits");
}
