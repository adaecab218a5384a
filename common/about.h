/* about.h - what a task, or a line of a notice, is about: its case, else its subject, else itself.
 *
 * Facts, notices and withdrawals are found under that id. It is empty only where a line stands
 * for itself.
 */
#ifndef DUBAN_ABOUT_H
#define DUBAN_ABOUT_H

#include "bytes.h"
#include "digest.h"
#include "outbox.pb-c.h"
#include "state.pb-c.h"

/* Bytes 10 and 11 of an id say what sort of thing has it. */
enum { ID_OF_SUBJECT = 0x8000 };   /* + SubjectKind; a task's is its kind, a case's is 0 */

static inline bool is_id_of_case(const ProtobufCBinaryData *id)
{
    return id->len == ID_BYTES && get_u16(id->data + 10) == 0;
}

static inline bool is_id_of_subject(const ProtobufCBinaryData *id)
{
    return id->len == ID_BYTES && get_u16(id->data + 10) >= ID_OF_SUBJECT;
}

static inline const ProtobufCBinaryData *about_first(const ProtobufCBinaryData *case_id,
                                                     const ProtobufCBinaryData *subject,
                                                     const ProtobufCBinaryData *itself)
{
    if (case_id->len > 0)
        return case_id;
    return subject->len > 0 ? subject : itself;
}

static inline const ProtobufCBinaryData *task_about(const Duban__Task *task)
{
    return about_first(&task->case_id, &task->subject, &task->id);
}

static inline const ProtobufCBinaryData *item_about(const Duban__NoticeItem *item)
{
    return about_first(&item->case_id, &item->subject, &item->task);
}

#endif
