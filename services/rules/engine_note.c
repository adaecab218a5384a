/* engine_note.c - a fail of an item that asks for words (note in items.csv) came without any: it is judged as it is, and
 * its reporter is asked to say what was seen, by an amendment.
 */
#include <assert.h>

#include "engine.h"

static void ask_back(struct engine *engine, const Duban__Visit *visit, const Duban__Site *site, Duban__Text *unsaid)
{
    static const enum policy_selector TO[] = { TO_SENDER };
    Duban__NoticeItem *item = engine_item(engine, NULL, NULL);
    struct telling telling = {
        .message = "note_missing", .to = TO, .to_count = 1, .rule = "items.note", .sender = visit->reporter, .items = &item,
        .item_count = 1,
    };

    item->report = engine_report_ref(engine, visit->sequence, 0);
    item->site = site->code;
    item->site_name = site->name;
    item->at_s = visit->visit_ms / 1000;
    item->matter = unsaid;
    engine_tell(engine, &telling);
}

void engine_fails_unsaid(struct engine *engine, const struct finding *findings, size_t count, const Duban__Visit *visit,
                         const Duban__Site *site)
{
    Duban__Text *unsaid = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct policy_item *item = findings[i].item;

        if (!item->fail_needs_note || findings[i].answer->note[0] != '\0' || !engine_says_fail(&findings[i]))
            continue;
        engine_add_item_fact(engine, DUBAN__FACT_KIND__FACT_KIND_NOT_EXPLAINED, visit, item->code, "items.note");
        unsaid = engine_with_item(engine, unsaid, item);
    }
    if (unsaid != NULL)
        ask_back(engine, visit, site, unsaid);
}
