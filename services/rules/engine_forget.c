/* engine_forget.c - personal texts leave the vault: asked for from a time on, and ingest says when they have gone.
 *
 *   an end, a refusal -> (days of the policy) -> asked for with a WAKE -> ingest: Forgotten
 */
#include <assert.h>
#include <string.h>

#include "engine.h"

void engine_forget_from(struct engine *engine, int64_t at_s, const ProtobufCBinaryData *token, const uint8_t about[ID_BYTES])
{
    if (token->len != ID_BYTES)
        return;   /* nothing was said */
    state_put_forgetting(engine->state, at_s, token->data, about);
    engine_house_timer(engine, HOUSE_FORGET, at_s);
}

static void forget_now(struct engine *engine, const Duban__Personal *personal, const ProtobufCBinaryData *about)
{
    static const uint8_t NOTHING[ID_BYTES];

    if (personal != NULL && personal->value_case == DUBAN__PERSONAL__VALUE_TOKEN)
        engine_forget_from(engine, engine->now_s, &personal->token, about->len == ID_BYTES ? about->data : NOTHING);
}

void engine_forget_rejected(struct engine *engine, const Duban__Entry *entry, const ProtobufCBinaryData *about)
{
    if (entry->body_case == DUBAN__ENTRY__BODY_ISOLATION) {
        forget_now(engine, entry->isolation->person, about);
        forget_now(engine, entry->isolation->address, about);
    }
    if (entry->body_case == DUBAN__ENTRY__BODY_COMPLAINT)
        forget_now(engine, entry->complaint->complainant, about);
}

bool engine_on_forgotten(struct engine *engine, const Duban__Forgotten *forgotten)
{
    for (size_t i = 0; i < forgotten->n_tokens; i++) {
        uint8_t *about = arena_take(&engine->state->arena, ID_BYTES);
        Duban__Fact *fact;

        assert(about != NULL);
        if (forgotten->tokens[i].len != ID_BYTES ||
            !state_take_forgetting(engine->state, engine->stamp_s, forgotten->tokens[i].data, about))
            continue;   /* it was asked for before this rules was rebuilt, or twice */
        fact = engine_fact(engine, DUBAN__FACT_KIND__FACT_KIND_FORGOTTEN, NULL);
        fact->subject = (ProtobufCBinaryData){ ID_BYTES, about };
        engine_add_fact(engine, fact);
    }
    return true;
}
