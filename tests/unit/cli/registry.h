/* registry.h - a small registry that a fake rules tells about: two zones, two areas, two sites, four posts. */
#ifndef DUBAN_TEST_CLI_REGISTRY_H
#define DUBAN_TEST_CLI_REGISTRY_H

#include "fixture.h"

enum { AREAS_REGISTERED = 2, SITES_REGISTERED = 2, HOLDERS_REGISTERED = 6 };

struct registry {
    Duban__Area areas[AREAS_REGISTERED];
    Duban__Site sites[SITES_REGISTERED];
    Duban__Holder holders[HOLDERS_REGISTERED];
    Duban__RoleGrant grants[HOLDERS_REGISTERED];
    Duban__Area *area_list[AREAS_REGISTERED];
    Duban__Site *site_list[SITES_REGISTERED];
    Duban__Holder *holder_list[HOLDERS_REGISTERED];
    Duban__RoleGrant *grant_lists[HOLDERS_REGISTERED];
    Duban__AreaRows area_rows;
    Duban__SiteRows site_rows;
    Duban__HolderRows holder_rows;
    Duban__Code codes[4];
    Duban__Code *levels[2], *kinds[2];
    Duban__Codes known;
};

static inline void register_area(struct registry *r, size_t place, const char *code, const char *zone)
{
    duban__area__init(&r->areas[place]);
    r->areas[place].code = (char *) code;
    r->areas[place].kind = DUBAN__AREA_KIND__AREA_KIND_COMMUNITY;
    r->areas[place].zone = (char *) zone;
    r->area_list[place] = &r->areas[place];
}

static inline void register_site(struct registry *r, size_t place, const char *code, const char *area)
{
    duban__site__init(&r->sites[place]);
    r->sites[place].code = (char *) code;
    r->sites[place].kind = "COUR";
    r->sites[place].area = (char *) area;
    r->sites[place].operating_state = DUBAN__OPERATING_STATE__OPERATING_STATE_OPERATING;
    r->site_list[place] = &r->sites[place];
}

static inline void register_holder(struct registry *r, size_t place, const char *account, Duban__Role role, const char *scope)
{
    duban__role_grant__init(&r->grants[place]);
    r->grants[place].role = role;
    r->grants[place].scope = (char *) scope;
    r->grant_lists[place] = &r->grants[place];
    duban__holder__init(&r->holders[place]);
    r->holders[place].account = (char *) account;
    r->holders[place].n_roles = 1;
    r->holders[place].roles = &r->grant_lists[place];
    r->holder_list[place] = &r->holders[place];
}

static inline Duban__Code *known_code(struct registry *r, size_t place, const char *code)
{
    duban__code__init(&r->codes[place]);
    r->codes[place].code = (char *) code;
    return &r->codes[place];
}

/* Sorted by code and account, as rules tells them. The south has no leader and no contacts. */
static inline void registry_init(struct registry *r)
{
    memset(r, 0, sizeof *r);
    register_area(r, 0, "n-c1", "north");
    register_area(r, 1, "s-v1", "south");
    register_site(r, 0, "cour-1", "n-c1");
    register_site(r, 1, "cour-2", "s-v1");
    register_holder(r, 0, "clerk", DUBAN__ROLE__ROLE_DUTY_CLERK, "");
    register_holder(r, 1, "contact-n", DUBAN__ROLE__ROLE_AREA_CONTACT, "n-c1");
    register_holder(r, 2, "inspector-s", DUBAN__ROLE__ROLE_INSPECTOR, "south");
    register_holder(r, 3, "lead", DUBAN__ROLE__ROLE_LEAD, "");
    register_holder(r, 4, "leader-n", DUBAN__ROLE__ROLE_GROUP_LEADER, "north");
    register_holder(r, 5, "site-cour-1", DUBAN__ROLE__ROLE_SITE_CONTACT, "cour-1");
    r->area_rows = (Duban__AreaRows) DUBAN__AREA_ROWS__INIT;
    r->area_rows.n_rows = AREAS_REGISTERED;
    r->area_rows.rows = r->area_list;
    r->site_rows = (Duban__SiteRows) DUBAN__SITE_ROWS__INIT;
    r->site_rows.n_rows = SITES_REGISTERED;
    r->site_rows.rows = r->site_list;
    r->holder_rows = (Duban__HolderRows) DUBAN__HOLDER_ROWS__INIT;
    r->holder_rows.n_rows = HOLDERS_REGISTERED;
    r->holder_rows.rows = r->holder_list;
    r->known = (Duban__Codes) DUBAN__CODES__INIT;
    r->levels[0] = known_code(r, 0, "A");
    r->levels[1] = known_code(r, 1, "B");
    r->kinds[0] = known_code(r, 2, "COUR");
    r->kinds[1] = known_code(r, 3, "GATE");
    r->known.n_levels = r->known.n_site_kinds = 2;
    r->known.levels = r->levels;
    r->known.site_kinds = r->kinds;
}

/* A fake rules with this registry in f->mine; other listings are empty. */
static inline void answer_from_registry(struct fixture *f, const Duban__Query *query, Duban__Reply *reply)
{
    static Duban__CaseRows no_cases = DUBAN__CASE_ROWS__INIT;
    static Duban__TaskRows no_tasks = DUBAN__TASK_ROWS__INIT;
    static Duban__NoticeRows no_notices = DUBAN__NOTICE_ROWS__INIT;
    static Duban__SiteDueRows no_dues = DUBAN__SITE_DUE_ROWS__INIT;
    struct registry *r = f->mine;

    switch ((int) query->body_case) {
    case DUBAN__QUERY__BODY_CASES:
        reply->body_case = DUBAN__REPLY__BODY_CASES;
        reply->cases = &no_cases;
        return;
    case DUBAN__QUERY__BODY_TASKS:
        reply->body_case = DUBAN__REPLY__BODY_TASKS;
        reply->tasks = &no_tasks;
        return;
    case DUBAN__QUERY__BODY_NOTICES:
        reply->body_case = DUBAN__REPLY__BODY_NOTICES;
        reply->notices = &no_notices;
        return;
    case DUBAN__QUERY__BODY_SITE_DUES:
        reply->body_case = DUBAN__REPLY__BODY_SITE_DUES;
        reply->site_dues = &no_dues;
        return;
    default:
        break;
    }
    nothing_held(f, query, reply);
    if (query->body_case == DUBAN__QUERY__BODY_AREAS)
        reply->areas = &r->area_rows;
    if (query->body_case == DUBAN__QUERY__BODY_SITES && query->sites->code[0] == '\0')
        reply->sites = &r->site_rows;
    if (query->body_case == DUBAN__QUERY__BODY_HOLDERS && query->holders->account[0] == '\0')
        reply->holders = &r->holder_rows;
    if (query->body_case == DUBAN__QUERY__BODY_CODES)
        reply->codes = &r->known;
}

#endif
