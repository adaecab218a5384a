/* due.c - duban due: when a limit is over, and which days and slots it passes over. By the pack that is named, else the one in
 * force, else one that lies here or was installed: a clerk may check a date, or try a calendar before it is put in force.
 */
#include <string.h>
#include <sys/stat.h>

#include "civil.h"
#include "digest.h"
#include "pack.h"

#define CALENDAR_FILE "calendar.csv"

struct counting {
    struct cli *cli;
    const struct calendar *calendar;
    const char *limit_text;
    struct policy_limit limit;
    int64_t from_s;
    int64_t due_s;
    struct words pack;          /* by which it is counted */
};

/* ---------------------------------------------------------------- what was asked */

/* In a clone, and where a package puts it. */
static const char *const FOLDERS[] = { "deploy/packs/epidemic-2020-beijing", "/usr/share/duban/packs/epidemic-2020-beijing" };

/* Its folder; NULL after saying what to give. */
static const char *pack_folder(struct cli *cli)
{
    const char *directory = cli_option(cli, "pack");
    struct stat status;

    for (size_t i = 0; directory == NULL && i < sizeof FOLDERS / sizeof FOLDERS[0]; i++)
        if (stat(FOLDERS[i], &status) == 0)
            directory = FOLDERS[i];
    if (directory == NULL)
        cli->failure = cli_wrong_use(cli, "查不到现行政策包（规则引擎没有应答，或还没有启用）：请用 --pack 写明政策包目录，工作时间和放假安排在其中",
                                     "the policy in force is not known (rules does not answer, or there is none yet): give the folder of "
                                     "a pack with --pack, working hours and calendar are in it");
    return directory;
}

/* Says which it is. False after saying why there is none. */
static bool find_pack(struct cli *cli, struct pack *pack, struct counting *counting)
{
    char version[2 * DIGEST_BYTES + 1];
    const char *folder = NULL;

    if (cli_has(cli, "pack") || !pack_in_force(cli, pack)) {
        *pack = (struct pack){ .count = 0 };
        folder = pack_folder(cli);
        if (folder == NULL || !pack_read(cli, folder, pack))
            return false;
    }
    hex_of(version, pack->version, DIGEST_BYTES);
    counting->pack = words_of(&cli->arena, "%1$s（版本 %3$.16s）%2$.0s", "%2$s (version %3$.16s)%1$.0s",
                              folder != NULL ? folder : "现行政策包", folder != NULL ? folder : "the one in force", version);
    return true;
}

/* The file stands for the pack's own calendar. False after saying why. */
static bool replace_calendar(struct cli *cli, struct pack *pack, const char *path)
{
    struct bytes content = file_read(cli, path);
    size_t i = 0;

    if (content.data == NULL)
        return false;
    while (i < pack->count && strcmp(pack->sources[i].path, CALENDAR_FILE) != 0)
        i++;
    if (i == PACK_MAX_FILES) {
        cli->failure = cli_fail(cli, "政策包里的文件太多，最多 %d 个", "too many files in the pack, %d at most", PACK_MAX_FILES);
        return false;
    }
    pack->sources[i] = (struct policy_source){ .path = CALENDAR_FILE, .content = content };
    if (i == pack->count)
        pack->count++;
    return true;
}

static struct policy *read_policy(struct cli *cli, struct counting *counting)
{
    const char *calendar = cli_option(cli, "calendar");
    struct pack pack = { .count = 0 };

    if (!find_pack(cli, &pack, counting) || (calendar != NULL && !replace_calendar(cli, &pack, calendar)))
        return NULL;
    return pack_load(cli, counting->pack.zh, &pack);
}

static bool read_limit(struct counting *counting)
{
    struct file_faults *faults = arena_clear(&counting->cli->arena, sizeof *faults);

    if (policy_limit_of(counting->limit_text, (struct file_place){ "--limit", 0, 0 }, &counting->limit, faults))
        return true;
    cli_wrong_use(counting->cli, "--limit：%s%.0s", "--limit: %.0s%s", faults->faults[0].zh, faults->faults[0].en);
    return false;
}

/* ---------------------------------------------------------------- one day */

static struct words weekday_words(int64_t day)
{
    static const struct words weekdays[] = {
        { "周一", "Mon" }, { "周二", "Tue" }, { "周三", "Wed" }, { "周四", "Thu" },
        { "周五", "Fri" }, { "周六", "Sat" }, { "周日", "Sun" },
    };

    return weekdays[civil_weekday(day)];
}

/* "off", "work", or "unpublished" where only natural time may go. */
static const char *kind_of_day(const struct calendar *calendar, int64_t day)
{
    if (!calendar_covers(calendar, day))
        return "unpublished";
    return calendar_is_worked(calendar, day) ? "work" : "off";
}

static struct words words_of_day(const struct counting *counting, int64_t day)
{
    const struct calendar_day *own = calendar_day_of(counting->calendar, day);
    bool is_worked;

    if (!calendar_covers(counting->calendar, day))
        return (struct words){ "放假安排未公布", "calendar not published" };
    is_worked = calendar_is_worked(counting->calendar, day);
    if (own == NULL)
        return is_worked ? (struct words){ "上班", "worked" } : (struct words){ "周末", "weekend" };
    return words_of(&counting->cli->arena, "%1$s：%3$s%2$.0s%4$.0s", "%2$s: %4$s%1$.0s%3$.0s", is_worked ? "上班" : "休息",
                    is_worked ? "worked" : "off", own->name_zh, own->name_en[0] != '\0' ? own->name_en : own->name_zh);
}

/* Which of the limit's days it is; 0 = none of them. */
static int32_t number_of_day(const struct counting *counting, int64_t day)
{
    int64_t first = civil_day(counting->from_s, counting->calendar->utc_offset_s);
    int32_t number = 0, missing_year;

    if (counting->limit.unit == UNIT_CALENDAR_DAYS)
        return (int32_t) (day - first);
    if (counting->limit.unit != UNIT_WORKING_DAYS || day == first || !calendar_is_worked(counting->calendar, day))
        return 0;
    calendar_working_days(counting->calendar, counting->from_s, civil_moment(day, 0, counting->calendar->utc_offset_s),
                          &number, &missing_year);
    return number;
}

struct slot {
    int32_t from_s, to_s;   /* seconds of the day */
};

/* The slots of the day that lie in [from_s, due_s), for a limit in working hours. */
static size_t slots_of_day(const struct counting *counting, int64_t day, struct slot slots[CALENDAR_MAX_SLOTS])
{
    const struct calendar *calendar = counting->calendar;
    int64_t midnight_s = civil_moment(day, 0, calendar->utc_offset_s);
    size_t count = 0;

    if (counting->limit.unit != UNIT_WORKING_HOURS || !calendar_is_worked(calendar, day))
        return 0;
    for (size_t i = 0; i < calendar->slot_count; i++) {
        int64_t from_s = midnight_s + calendar->slots[i].from_s;
        int64_t to_s = midnight_s + calendar->slots[i].to_s;

        from_s = from_s < counting->from_s ? counting->from_s : from_s;
        to_s = to_s > counting->due_s ? counting->due_s : to_s;
        if (from_s < to_s)
            slots[count++] = (struct slot){ (int32_t) (from_s - midnight_s), (int32_t) (to_s - midnight_s) };
    }
    return count;
}

/* "08:30", with seconds only where there are some. */
static const char *clock_text(struct cli *cli, int32_t second_of_day)
{
    int hour = second_of_day / 3600, minute = second_of_day / 60 % 60, second = second_of_day % 60;

    if (second != 0)
        return text_of(&cli->arena, "%02d:%02d:%02d", hour, minute, second);
    return text_of(&cli->arena, "%02d:%02d", hour, minute);
}

static struct words words_of_counted(const struct counting *counting, int64_t day)
{
    struct arena *arena = &counting->cli->arena;
    struct slot slots[CALENDAR_MAX_SLOTS];
    size_t count = slots_of_day(counting, day, slots);
    int32_t number = number_of_day(counting, day);
    const char *text = "";
    int64_t sum_s = 0;
    struct words duration;

    if (number > 0)
        return words_of(arena, "第 %d 天", "day %d", (int) number);
    if (count == 0)
        return (struct words){ "不计", "does not count" };
    for (size_t i = 0; i < count; i++) {
        text = text_of(arena, "%s%s%s-%s", text, i > 0 ? " " : "", clock_text(counting->cli, slots[i].from_s),
                       clock_text(counting->cli, slots[i].to_s));
        sum_s += slots[i].to_s - slots[i].from_s;
    }
    duration = show_duration(&counting->cli->show, sum_s);
    return words_of(arena, "%1$s，计 %2$s%3$.0s", "%1$s, counts %3$s%2$.0s", text, duration.zh, duration.en);
}

/* ---------------------------------------------------------------- the answer */

static int64_t first_day(const struct counting *counting)
{
    return civil_day(counting->from_s, counting->calendar->utc_offset_s);
}

/* Natural hours pass over nothing: there is no day to be shown. */
static int64_t last_day(const struct counting *counting)
{
    if (counting->limit.unit == UNIT_NATURAL_HOURS)
        return first_day(counting) - 1;
    return civil_day(counting->due_s, counting->calendar->utc_offset_s);
}

static enum exit_code print_due(const struct counting *counting)
{
    static const struct show_column COLUMNS[] = {
        { { "日期", "date" }, 0 }, { { "星期", "weekday" }, 0 }, { { "情况", "day" }, 40 }, { { "计入", "counted" }, 0 },
    };
    struct cli *cli = counting->cli;
    struct show_table table;
    char version[2 * DIGEST_BYTES + 1];

    print_field(cli, (struct words){ "起算", "from" }, show_time(&cli->show, counting->from_s));
    print_field(cli, (struct words){ "时限", "limit" }, counting->limit_text);
    print_field(cli, (struct words){ "到期", "due" }, show_time(&cli->show, counting->due_s));
    print_words_field(cli, (struct words){ "政策包", "pack" }, counting->pack);
    if (counting->calendar->year_count > 0)
        print_field(cli, (struct words){ "日历版本", "calendar" },
                    text_of(&cli->arena, "%.16s", hex_of(version, counting->calendar->version, DIGEST_BYTES)));
    table_open(&table, &cli->show, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    for (int64_t day = first_day(counting); day <= last_day(counting); day++) {
        table_text(&table, cli_day_text(cli, day));
        table_words(&table, weekday_words(day));
        table_words(&table, words_of_day(counting, day));
        table_words(&table, words_of_counted(counting, day));
    }
    if (counting->limit.unit != UNIT_NATURAL_HOURS)
        table_print(&table);
    return EXIT_FINE;
}

static json_t *json_of_day(const struct counting *counting, int64_t day)
{
    struct cli *cli = counting->cli;
    const struct calendar_day *own = calendar_day_of(counting->calendar, day);
    struct slot slots[CALENDAR_MAX_SLOTS];
    size_t count = slots_of_day(counting, day, slots);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "from", clock_text(cli, slots[i].from_s), "to",
                                              clock_text(cli, slots[i].to_s)));
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o}", "date", cli_day_text(cli, day), "kind",
                     kind_of_day(counting->calendar, day), "zh", own == NULL ? "" : own->name_zh, "en",
                     own == NULL ? "" : own->name_en, "number", (int) number_of_day(counting, day), "slots", list);
}

static enum exit_code print_due_json(const struct counting *counting)
{
    struct cli *cli = counting->cli;
    char version[2 * DIGEST_BYTES + 1] = "";
    json_t *days = json_array();

    if (counting->calendar->year_count > 0)
        hex_of(version, counting->calendar->version, DIGEST_BYTES);
    for (int64_t day = first_day(counting); day <= last_day(counting); day++)
        json_array_append_new(days, json_of_day(counting, day));
    return cli_print_json(cli, json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o}", "pack", counting->pack.en, "from", show_time(&cli->show, counting->from_s),
                                         "limit", counting->limit_text, "due", show_time(&cli->show, counting->due_s), "dueS",
                                         number_json(cli, (uint64_t) counting->due_s), "calendarVersion", version, "days", days));
}

static enum exit_code count(struct counting *counting)
{
    int32_t missing_year;

    if (!policy_due(counting->calendar, &counting->limit, counting->from_s, &counting->due_s, &missing_year))
        return cli_fail(counting->cli, "算不出到期时间：%1$d年放假安排未公布；公布后在政策包的 calendar.csv 补上（一行 %1$d,year，每个放假日、调休上班日各一行），"
                        "再 duban policy check、activate。自然小时（nh）、自然日（cd）不需要日历",
                        "the due cannot be told: the calendar of %1$d is not published; add it to calendar.csv of the pack (%1$d,year, and "
                        "a row for each day off and each worked weekend day), then duban policy check and activate. Natural hours (nh) and "
                        "calendar days (cd) need none",
                        (int) missing_year);
    return counting->cli->json ? print_due_json(counting) : print_due(counting);
}

enum exit_code command_due(struct cli *cli)
{
    struct counting counting = { .cli = cli, .limit_text = cli_option(cli, "limit") };
    struct policy *policy;
    enum exit_code code;
    int64_t from_ms;

    if (cli_option(cli, "from") == NULL || counting.limit_text == NULL)
        return cli_wrong_use(cli, "请写明起算时间和时限，如 --from 2020-01-23T15:00 --limit 4wh",
                             "say from when and which limit, as --from 2020-01-23T15:00 --limit 4wh");
    if (!cli_time(cli, "--from", cli_option(cli, "from"), &from_ms) || !read_limit(&counting))
        return EXIT_WRONG_USE;
    policy = read_policy(cli, &counting);
    if (policy == NULL)
        return cli->failure;
    counting.from_s = from_ms / 1000;
    counting.calendar = &policy->calendar;
    code = count(&counting);
    policy_close(policy);
    return code;
}
