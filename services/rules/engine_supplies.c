/* engine_supplies.c - there is less of a supply than there should be: those who can find more are told at once.
 *
 * The fail is a case of its site like any other; this is for the area contact and the group leader, who would otherwise
 * hear of it when it is overdue. While the case is open they know.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "engine.h"

enum { NUMBER_BYTES = 32 };

/* 3, 2.5: thousandths without zeros behind. */
static const char *number_text(struct engine *engine, int64_t milli)
{
    char text[NUMBER_BYTES];
    int64_t part = milli < 0 ? -(milli % 1000) : milli % 1000;
    int size = snprintf(text, sizeof text, "%s%" PRId64 ".%03" PRId64, milli < 0 ? "-" : "", milli < 0 ? -(milli / 1000) : milli / 1000, part);

    assert(size > 0 && size < NUMBER_BYTES);
    while (text[size - 1] == '0')
        text[--size] = '\0';
    if (text[size - 1] == '.')
        text[size - 1] = '\0';
    return engine_keep(engine, text);
}

static Duban__Text *amount(struct engine *engine, int64_t milli, const struct policy_supply *supply)
{
    const char *number = number_text(engine, milli);

    return engine_text(engine, engine_joined(engine, number, supply->measure.zh), engine_joined(engine, number, supply->measure.en));
}

static bool is_low(const struct finding *finding)
{
    return finding->answer->number_presence_case == DUBAN__ANSWER__NUMBER_PRESENCE_NUMBER_MILLI && finding->item->has_minimum &&
           finding->answer->number_milli < finding->item->minimum_milli;
}

void engine_supplies_failed(struct engine *engine, const struct finding *finding)
{
    static const enum policy_selector TO[] = { TO_AREA_CONTACT, TO_GROUP_LEADER };
    const struct policy_supply *supply = policy_supply(engine->policy, finding->item->code);
    const struct place place = engine_place_of_site(finding->visit->site);
    const Duban__Site *site = state_site(engine->state, finding->visit->site);
    Duban__NoticeItem *item;
    struct telling telling = {
        .message = "supplies_low", .to = TO, .to_count = 2, .rule = "supplies", .where = &place, .items = &item, .item_count = 1,
    };

    if (supply == NULL || !is_low(finding))
        return;
    item = engine_item(engine, NULL, NULL);
    telling.place = &supply->place;
    item->site = finding->visit->site;
    item->site_name = site == NULL ? NULL : site->name;
    item->at_s = finding->visit->visit_ms / 1000;
    item->matter = engine_text(engine, finding->item->text.zh, finding->item->text.en);
    item->amount = amount(engine, finding->answer->number_milli, supply);
    item->minimum = amount(engine, finding->item->minimum_milli, supply);
    engine_tell(engine, &telling);
}
