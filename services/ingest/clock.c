#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { STEER_EVERY_MS = 1000, STEER_DIVISOR = 20 };

static int64_t read_ms(clockid_t id)
{
    struct timespec at;

    clock_gettime(id, &at);
    return (int64_t) at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *self)
{
    (void) self;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_boot_ms(void *self)
{
    (void) self;
    return read_ms(CLOCK_BOOTTIME);
}

static int64_t system_monotonic_ms(void *self)
{
    (void) self;
    return read_ms(CLOCK_MONOTONIC);
}

struct clock_source clock_system(void)
{
    return (struct clock_source){ NULL, system_wall_ms, system_boot_ms, system_monotonic_ms };
}

static int64_t wall_of(const struct clock *clock)
{
    return clock->source.wall_ms(clock->source.self);
}

static int64_t boot_of(const struct clock *clock)
{
    return clock->source.boot_ms(clock->source.self);
}

static void set_base(struct clock *clock, int64_t base_ms)
{
    clock->base_ms = base_ms;
    clock->base_boot_ms = boot_of(clock);
    clock->steered_boot_ms = clock->base_boot_ms;
    clock->wall_offset_ms = wall_of(clock) - clock->base_boot_ms;
    if (clock->now_ms < base_ms)
        clock->now_ms = base_ms;
}

static bool hold(struct clock *clock, const char *zh, const char *en, int64_t by_ms)
{
    snprintf(clock->reason_zh, sizeof clock->reason_zh, "%s %lld 秒", zh, (long long) (by_ms / 1000));
    snprintf(clock->reason_en, sizeof clock->reason_en, "%s %lld s", en, (long long) (by_ms / 1000));
    clock->memory.held = true;
    return true;
}

static bool start_by_wall(struct clock *clock, int64_t last_stamp_ms)
{
    int64_t wall_ms = wall_of(clock);
    int64_t lead_ms = clock->memory.lead_ms;

    if (clock->memory.held) {
        set_base(clock, last_stamp_ms);
        hold(clock, "上次停机前时钟已挂起，系统钟与上次时间相差", "held since before the restart; wall clock off by",
             wall_ms - last_stamp_ms);
        return false;
    }
    /* A step that would have been followed while running may have come after the last save. */
    if (last_stamp_ms != 0 && wall_ms + clock->memory.lead_ms + clock->jump_ms < last_stamp_ms) {
        set_base(clock, last_stamp_ms);
        return hold(clock, "系统钟早于上次盖的时间", "wall clock lies before the last stamp by", last_stamp_ms - wall_ms);
    }
    if (last_stamp_ms != 0 && wall_ms - last_stamp_ms > clock->gap_ms) {
        set_base(clock, last_stamp_ms);
        return hold(clock, "系统钟比上次盖的时间晚得太多", "wall clock lies after the last stamp by",
                    wall_ms - last_stamp_ms);
    }
    if (wall_ms >= last_stamp_ms)
        clock->memory.lead_ms = 0;
    else if (last_stamp_ms - wall_ms > clock->memory.lead_ms)
        clock->memory.lead_ms = last_stamp_ms - wall_ms;
    set_base(clock, wall_ms > last_stamp_ms ? wall_ms : last_stamp_ms);
    return clock->memory.lead_ms != lead_ms;
}

bool clock_start(struct clock *clock, int64_t last_stamp_ms)
{
    clock->reason_zh[0] = clock->reason_en[0] = '\0';
    clock->now_ms = last_stamp_ms;
    if (!clock->manual)
        return start_by_wall(clock, last_stamp_ms);
    clock->memory.held = false;
    if (clock->memory.manual_ms < last_stamp_ms)
        clock->memory.manual_ms = last_stamp_ms;
    clock->now_ms = clock->memory.manual_ms;
    return true;
}

int64_t clock_now(struct clock *clock)
{
    int64_t now_ms;

    if (clock->manual)
        return clock->memory.manual_ms;
    now_ms = clock->base_ms + (boot_of(clock) - clock->base_boot_ms);
    if (clock->now_ms < now_ms)
        clock->now_ms = now_ms;
    return clock->now_ms;
}

/* Small steps of the wall clock are followed slowly, so that stamps neither go back nor leap. */
static void steer(struct clock *clock, int64_t wall_ms, int64_t boot_ms)
{
    int64_t elapsed_ms = boot_ms - clock->steered_boot_ms;
    int64_t most_ms = elapsed_ms / STEER_DIVISOR;
    int64_t wanted_ms;

    if (clock->memory.held || elapsed_ms < STEER_EVERY_MS)
        return;
    wanted_ms = wall_ms - (clock->base_ms + (boot_ms - clock->base_boot_ms));
    clock->base_ms += wanted_ms > most_ms ? most_ms : wanted_ms < -most_ms ? -most_ms : wanted_ms;
    clock->steered_boot_ms = boot_ms;
}

bool clock_check(struct clock *clock)
{
    int64_t boot_ms, wall_ms, step_ms;
    bool changed = false;

    if (clock->manual)
        return false;
    clock_now(clock);
    boot_ms = boot_of(clock);
    wall_ms = wall_of(clock);
    step_ms = wall_ms - boot_ms - clock->wall_offset_ms;
    clock->wall_offset_ms = wall_ms - boot_ms;
    if (llabs(step_ms) > clock->jump_ms && !clock->memory.held)
        return hold(clock, "系统钟跳变", "the wall clock jumped by", step_ms);
    /* Some milliseconds of difference are only the time between the two readings. */
    if (!clock->memory.held && clock->now_ms - wall_ms > clock->memory.lead_ms + STEER_EVERY_MS) {
        clock->memory.lead_ms = clock->now_ms - wall_ms;
        changed = true;
    }
    steer(clock, wall_ms, boot_ms);
    return changed;
}

void clock_accept(struct clock *clock)
{
    int64_t now_ms = clock_now(clock);
    int64_t wall_ms = wall_of(clock);

    clock->memory.held = false;
    clock->memory.lead_ms = wall_ms < now_ms ? now_ms - wall_ms : 0;
    clock->reason_zh[0] = clock->reason_en[0] = '\0';
    set_base(clock, wall_ms > now_ms ? wall_ms : now_ms);
}

bool clock_advance(struct clock *clock, int64_t to_ms)
{
    if (!clock->manual || to_ms < clock->memory.manual_ms)
        return false;
    clock->memory.manual_ms = to_ms;
    return true;
}
