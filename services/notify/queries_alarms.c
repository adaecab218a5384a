/* queries_alarms.c - the house alarms that stand and have ended: few enough for one page. */
#include "notify.h"

struct alarm_message {
    Duban__HouseAlarm alarm;
    Duban__Text detail;
};

/* Borrows the texts; NULL when there is no memory. */
static Duban__HouseAlarm *message_of(struct arena *arena, const struct alarm *alarm)
{
    struct alarm_message *message = arena_take(arena, sizeof *message);

    if (message == NULL)
        return NULL;
    duban__house_alarm__init(&message->alarm);
    duban__text__init(&message->detail);
    message->alarm.kind = alarm->kind;
    message->alarm.at_ms = alarm->at_ms;
    message->alarm.detail_text = &message->detail;
    alarm_fill_way(&message->alarm, &alarm->way);
    message->detail.zh = (char *) alarm->detail_zh;
    message->detail.en = (char *) alarm->detail_en;
    return &message->alarm;
}

Duban__HouseAlarm **queries_standing_alarms(struct notify *notify)
{
    struct arena *arena = &notify->queries.arena;
    Duban__HouseAlarm **list = arena_take_pointers(arena, notify->alarms.count + 1);

    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < notify->alarms.count; i++) {
        list[i] = message_of(arena, &notify->alarms.standing[i]);
        if (list[i] == NULL)
            return NULL;
    }
    return list;
}

static void add_alarm(struct question *question, Duban__AlarmRows *rows, const struct ended_alarm *ended)
{
    struct arena *arena = &question->notify->queries.arena;
    Duban__AlarmRow *row = arena_take(arena, sizeof *row);
    Duban__HouseAlarm *alarm = message_of(arena, &ended->alarm);

    if (row == NULL || alarm == NULL)
        return;
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
