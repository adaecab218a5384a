/* engine_access.c - 查阅: who was shown what of people, or has taken it out. It is kept, and nothing is judged of it: it is done. */
#include "engine.h"

static Duban__FactKind kind_of(Duban__AccessKind kind)
{
    return kind == DUBAN__ACCESS_KIND__ACCESS_KIND_EXPORTED ? DUBAN__FACT_KIND__FACT_KIND_EXPORTED : DUBAN__FACT_KIND__FACT_KIND_SHOWN;
}

bool engine_on_access(struct engine *engine, const Duban__Access *access)
{
    Duban__Fact *fact = engine_fact(engine, kind_of(access->kind), NULL);

    fact->recipient = access->object;
    fact->reason = access->reason;
    fact->n_fields = access->n_fields;
    fact->fields = access->fields;
    engine_add_fact(engine, fact);
    return true;
}
