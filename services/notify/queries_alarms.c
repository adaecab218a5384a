/* queries_alarms.c - the house alarms that stand and have ended: few enough for one page. */
#include "notify.h"

static void add_alarm(struct question *question, Duban__AlarmRows *rows, const struct ended_alarm *ended)
{
    Duban__AlarmRow *row = arena_take(&question->notify->queries.arena, sizeof *row);
    Duban__HouseAlarm *alarm = arena_take(&question->notify->queries.arena, sizeof *alarm);

    if (row == NULL || alarm == NULL)
        return;
    duban__house_alarm__init(alarm);
    alarm->kind = ended->alarm.kind;
    alarm->at_ms = ended->alarm.at_ms;
    alarm->detail = (char *) ended->alarm.detail;
    duban__alarm_row__init(row);
    row->alarm = alarm;
    row->ended_ms = ended->ended_ms;
    row->account = (char *) ended->account;
    row->reason = (char *) ended->reason;
    rows->rows[rows->n_rows++] = row;
}

/* Room for all that may stand and have ended; how many there are. */
static size_t read_alarms(struct question *question, struct ended_alarm *alarms, bool ended_too)
{
    struct notify *notify = question->notify;
    struct store_txn txn;
    size_t count = 0;

    for (; count < notify->alarms.count; count++)
        alarms[count] = (struct ended_alarm){ .alarm = notify->alarms.standing[count], .account = "", .reason = "" };
    if (!ended_too)
        return count;
    store_begin(&txn, &notify->state.store, STORE_READ);
    count += state_read_ended_alarms(&txn, &notify->queries.arena, alarms + count, ENDED_ALARMS_MOST);
    store_abort(&txn);
    return count;
}

void queries_alarms(struct question *question, const Duban__AlarmsQuery *alarms)
{
    enum { MOST = ALARMS_MOST + ENDED_ALARMS_MOST };
    struct arena *arena = &question->notify->queries.arena;
    struct ended_alarm *found = arena_take(arena, MOST * sizeof *found);
    Duban__AlarmRows rows = DUBAN__ALARM_ROWS__INIT;
    size_t count;

    rows.rows = arena_take_pointers(arena, MOST);
    if (found == NULL || rows.rows == NULL)
        return;
    count = read_alarms(question, found, alarms->ended_too);
    for (size_t i = 0; i < count; i++)
        add_alarm(question, &rows, &found[i]);
    question->reply.body_case = DUBAN__REPLY__BODY_ALARMS;
    question->reply.alarms = &rows;
    queries_reply(question);
}
