/* posts.h - sets of posts, a bit for each Role: what the tables of rights, forms and revealed fields are written in.
 *
 * Who holds one of a set: reading_holds, and where: reading_is_of (readings.h).
 */
#ifndef DUBAN_GATEWAY_POSTS_H
#define DUBAN_GATEWAY_POSTS_H

#include "entry.pb-c.h"

#define POST(role) (1u << DUBAN__ROLE__ROLE_##role)

enum {
    POSTS_OVERSIGHT = POST(LEAD) | POST(DUTY_CLERK) | POST(AUDITOR),   /* they see everything */
    POSTS_SETTLING = POST(LEAD) | POST(DUTY_CLERK),                    /* they settle what is held, and know who complained */
    POSTS_OF_A_ZONE = POST(GROUP_LEADER) | POST(INSPECTOR),            /* the scope of these is a zone, */
    POSTS_OF_AN_AREA = POST(AREA_CONTACT) | POST(AREA_STAFF),          /* and of these a community or village */
};

#endif
