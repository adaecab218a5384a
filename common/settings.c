#include "settings.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

#ifndef DUBAN_VERSION
#define DUBAN_VERSION "unknown"
#endif

enum { MAX_SETTINGS = 64, LINE_BYTES = 1024, EXIT_WRONG_USE = 2 };

/* Where a value came from, for messages. */
struct origin {
    const char *file;     /* NULL = the command line */
    unsigned line;
};

struct reading {
    void *settings;
    const struct setting *table;
    size_t count;
    const char *program;
    unsigned lines[MAX_SETTINGS];   /* of the file in which the setting stands; 0 = not there */
    bool given[MAX_SETTINGS];
    unsigned faults;
};

/* ---------------------------------------------------------------- messages */

static void complain(struct reading *reading, const struct origin *origin, const char *zh, const char *en, ...)
{
    const char *const formats[] = { zh, en };

    for (size_t i = 0; i < 2; i++) {
        va_list arguments;

        fprintf(stderr, "%s: ", reading->program);
        if (origin->file != NULL)
            fprintf(stderr, "%s:%u: ", origin->file, origin->line);
        va_start(arguments, en);
        vfprintf(stderr, formats[i], arguments);
        va_end(arguments);
        fputc('\n', stderr);
    }
    reading->faults++;
}

/* ---------------------------------------------------------------- values */

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit byte_units[] = {
    { "T", UINT64_C(1) << 40 }, { "G", UINT64_C(1) << 30 }, { "M", UINT64_C(1) << 20 }, { "K", UINT64_C(1) << 10 },
    { "", 1 }, { NULL, 0 },
};

static const struct unit duration_units[] = {
    { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 }, { NULL, 0 },
};

static const struct unit count_units[] = { { "", 1 }, { NULL, 0 } };

static const struct unit *units_of(enum setting_kind kind)
{
    switch (kind) {
    case SETTING_BYTES:
        return byte_units;
    case SETTING_DURATION:
        return duration_units;
    case SETTING_COUNT:
    case SETTING_TEXT:
    case SETTING_SWITCH:
        break;
    }
    return count_units;
}

/* How a value of the kind is written. */
/* How a value is written; the words for it where no example says it. */
struct syntax {
    const char *zh;
    const char *en;
};

static struct syntax syntax_of(enum setting_kind kind)
{
    switch (kind) {
    case SETTING_TEXT:
        return (struct syntax){ "文字", "text" };
    case SETTING_BYTES:
        return (struct syntax){ "64K 16M 8G", "64K 16M 8G" };
    case SETTING_COUNT:
        return (struct syntax){ "整数", "a whole number" };
    case SETTING_DURATION:
        return (struct syntax){ "500ms 5s 10m 2h 3d", "500ms 5s 10m 2h 3d" };
    case SETTING_SWITCH:
        return (struct syntax){ "on | off", "on | off" };
    }
    return (struct syntax){ "", "" };
}

/* Digits and one of the kind's units; a bare 0 needs none. */
static bool parse_number(enum setting_kind kind, const char *text, uint64_t *value)
{
    const struct unit *unit = units_of(kind);
    uint64_t number;
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    number = strtoull(text, &end, 10);
    if (errno != 0)
        return false;
    for (; unit->name != NULL; unit++) {
        if (strcmp(end, unit->name) == 0 || (number == 0 && *end == '\0'))
            return !__builtin_mul_overflow(number, unit->factor, value);
    }
    return false;
}

bool settings_parse_bytes(const char *text, uint64_t *bytes)
{
    return parse_number(SETTING_BYTES, text, bytes);
}

/* The number in the largest unit that leaves no rest. Returns out. */
static char *print_number(char *out, size_t size, enum setting_kind kind, uint64_t value)
{
    const struct unit *unit = units_of(kind);

    while (unit->factor > 1 && value % unit->factor != 0)
        unit++;
    (void) snprintf(out, size, "%" PRIu64 "%s", value / unit->factor, value == 0 ? "" : unit->name);
    return out;
}

char *settings_print_duration(char *out, size_t size, uint64_t ms)
{
    return print_number(out, size, SETTING_DURATION, ms);
}

static uint64_t highest_of(const struct setting *setting)
{
    if (setting->max != 0)
        return setting->max;
    return setting->kind == SETTING_BYTES ? UINT64_MAX : UINT32_MAX;
}

static bool fits(const struct setting *setting, uint64_t value)
{
    return (setting->kind == SETTING_BYTES || value <= UINT32_MAX) && value >= setting->min &&
           value <= highest_of(setting);
}

static void set_number(struct reading *reading, const struct setting *setting, const char *text,
                       const struct origin *origin)
{
    char *field = (char *) reading->settings + setting->offset;
    char lowest[32];
    char highest[32];
    uint64_t value;

    if (!parse_number(setting->kind, text, &value)) {
        complain(reading, origin, "%1$s：不能识别“%2$s”，应写作 %3$s%4$.0s", "%1$s: cannot read \"%2$s\", write it as %4$s%3$.0s",
                 setting->name, text, syntax_of(setting->kind).zh, syntax_of(setting->kind).en);
    } else if (!fits(setting, value) && value < setting->min && setting->max == 0) {
        complain(reading, origin, "%s：%s 太小，至少 %s", "%s: %s is too small, it should be %s at least", setting->name, text,
                 print_number(lowest, sizeof lowest, setting->kind, setting->min));
    } else if (!fits(setting, value)) {
        complain(reading, origin, "%s：%s 超出范围，应在 %s 至 %s 之间", "%s: %s is out of range, it should be %s to %s",
                 setting->name, text, print_number(lowest, sizeof lowest, setting->kind, setting->min),
                 print_number(highest, sizeof highest, setting->kind, highest_of(setting)));
    } else if (setting->kind == SETTING_BYTES) {
        memcpy(field, &value, sizeof value);
    } else {
        memcpy(field, &(uint32_t){ (uint32_t) value }, sizeof(uint32_t));
    }
}

static void set_text(struct reading *reading, const struct setting *setting, const char *text,
                     const struct origin *origin)
{
    char *field = (char *) reading->settings + setting->offset;
    size_t size = strlen(text);

    if (!is_utf8(text, size))
        complain(reading, origin, "%s：不是有效的 UTF-8", "%s: not valid UTF-8", setting->name);
    else if (size >= setting->size)
        complain(reading, origin, "%s：有 %zu 字节，上限为 %zu", "%s: %zu bytes, at most %zu are allowed", setting->name,
                 size, setting->size - 1);
    else
        memcpy(field, text, size + 1);
}

static void set_switch(struct reading *reading, const struct setting *setting, const char *text,
                       const struct origin *origin)
{
    char *field = (char *) reading->settings + setting->offset;
    bool on = strcmp(text, "on") == 0;

    if (!on && strcmp(text, "off") != 0)
        complain(reading, origin, "%s：不能识别“%s”，应为 on 或 off", "%s: cannot read \"%s\", it should be on or off",
                 setting->name, text);
    else
        memcpy(field, &on, sizeof on);
}

static void set_value(struct reading *reading, const struct setting *setting, const char *text,
                      const struct origin *origin)
{
    switch (setting->kind) {
    case SETTING_TEXT:
        set_text(reading, setting, text, origin);
        break;
    case SETTING_BYTES:
    case SETTING_COUNT:
    case SETTING_DURATION:
        set_number(reading, setting, text, origin);
        break;
    case SETTING_SWITCH:
        set_switch(reading, setting, text, origin);
        break;
    }
    reading->given[setting - reading->table] = true;
}

/* ---------------------------------------------------------------- names */

/* map_bytes and map-bytes are the same setting. */
static bool is_same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
            return false;
    }
    return *a == *b;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Letters to add, drop or change to make one name of the other (Levenshtein); long names are
 * compared by their first 63 letters. */
static size_t difference(const char *a, const char *b)
{
    size_t row[64];
    size_t width = strnlen(b, 63);

    for (size_t j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            size_t above = row[j];

            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[width];
}

static const struct setting *nearest(const struct reading *reading, const char *name)
{
    const struct setting *best = &reading->table[0];

    for (size_t i = 1; i < reading->count; i++) {
        if (difference(name, reading->table[i].name) < difference(name, best->name))
            best = &reading->table[i];
    }
    return best;
}

static const struct setting *find(struct reading *reading, const char *name, const struct origin *origin)
{
    for (size_t i = 0; i < reading->count; i++) {
        if (is_same_name(name, reading->table[i].name))
            return &reading->table[i];
    }
    complain(reading, origin, "没有“%s”这项设置，是否指 %s？全部设置见 --help",
             "there is no setting \"%s\", did you mean %s? --help lists them all", name, nearest(reading, name)->name);
    return NULL;
}

/* ---------------------------------------------------------------- file */

static bool is_blank(char at)
{
    return at == ' ' || at == '\t' || at == '\r' || at == '\n';
}

/* Cut white space off both ends, in place. */
static char *trimmed(char *text)
{
    size_t size;

    while (is_blank(*text))
        text++;
    size = strlen(text);
    while (size > 0 && is_blank(text[size - 1]))
        text[--size] = '\0';
    return text;
}

/* A # starts a comment at the start of a line and after white space: a value may hold one. */
static void cut_comment(char *line)
{
    for (size_t i = 0; line[i] != '\0'; i++) {
        if (line[i] == '#' && (i == 0 || is_blank(line[i - 1]))) {
            line[i] = '\0';
            return;
        }
    }
}

static void read_line(struct reading *reading, char *line, const struct origin *origin)
{
    const struct setting *setting;
    char *equals;

    cut_comment(line);
    line = trimmed(line);
    if (*line == '\0')
        return;
    equals = strchr(line, '=');
    if (equals == NULL) {
        complain(reading, origin, "“%s”缺少等号，应写作 name = value", "\"%s\" has no equals sign, write name = value",
                 line);
        return;
    }
    *equals = '\0';
    setting = find(reading, trimmed(line), origin);
    if (setting == NULL)
        return;
    if (reading->lines[setting - reading->table] != 0)
        complain(reading, origin, "%s 在第 %u 行已经写过，请只留一处", "%s stands on line %u already, keep one of them",
                 setting->name, reading->lines[setting - reading->table]);
    reading->lines[setting - reading->table] = origin->line;
    set_value(reading, setting, trimmed(equals + 1), origin);
}

/* Size with its end. Text in UTF-16, as some editors on Windows keep it, is full of zero bytes. */
static bool is_plain_line(struct reading *reading, const struct origin *origin, const char *line, size_t size)
{
    if (size >= LINE_BYTES)
        complain(reading, origin, "此行超过 %d 字节", "this line is longer than %d bytes", LINE_BYTES - 2);
    else if (memchr(line, '\0', size) != NULL)
        complain(reading, origin, "此行含有零字符，请将文件另存为 UTF-8 文本",
                 "there is a zero byte in this line, save the file as UTF-8 text");
    else
        return true;
    return false;
}

static void read_lines(struct reading *reading, FILE *file, struct origin *origin)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;

    while ((size = getline(&line, &room, file)) != -1) {
        origin->line++;
        if (!is_plain_line(reading, origin, line, (size_t) size))
            break;
        /* Editors on Windows put a mark in front of the first line. */
        read_line(reading, line + (origin->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0), origin);
    }
    free(line);
}

static void read_file(struct reading *reading, const char *path)
{
    struct origin origin = { path, 0 };
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        complain(reading, &(struct origin){ 0 }, "无法读取设置文件 %s：%s", "cannot read the settings file %s: %s", path,
                 strerror(errno));
        return;
    }
    read_lines(reading, file, &origin);
    if (ferror(file))
        complain(reading, &origin, "读取中断", "reading broke off");
    (void) fclose(file);
}

/* ---------------------------------------------------------------- help */

static void print_setting(const struct setting *setting)
{
    char lowest[32];
    char highest[32];
    struct syntax syntax = syntax_of(setting->kind);

    printf("\n  %s = %s", setting->name, setting->default_text == NULL ? "" : setting->default_text);
    printf("   (%s", syntax.zh);
    if (strcmp(syntax.zh, syntax.en) != 0)
        printf(" / %s", syntax.en);
    if (setting->kind != SETTING_TEXT && setting->kind != SETTING_SWITCH && setting->max == 0 && setting->min != 0)
        printf("; >= %s", print_number(lowest, sizeof lowest, setting->kind, setting->min));
    else if (setting->kind != SETTING_TEXT && setting->kind != SETTING_SWITCH && setting->max != 0)
        printf("; %s - %s", print_number(lowest, sizeof lowest, setting->kind, setting->min),
               print_number(highest, sizeof highest, setting->kind, setting->max));
    printf("%s)\n      %s\n      %s\n", setting->default_text == NULL ? "; 必填 required" : "", setting->help_zh,
           setting->help_en);
}

static void print_help(const struct reading *reading, const char *purpose_zh, const char *purpose_en)
{
    printf("%s: %s\n%s\n\n"
           "用法 / usage: %s [--check] [--settings FILE] [--name=value ...]\n\n"
           "设置文件每行写一项 name = value，# 之后为注释；命令行上的 --name=value 优先。以下为各项及其默认值。\n"
           "A settings file holds one \"name = value\" per line, # starts a comment; --name=value on the command\n"
           "line wins. These are the settings with their defaults.\n"
           "--check 只检查设置和数据目录，不启动 / only checks the settings and the data directory: 0 = 无误 right, 2 = 有误 wrong\n",
           reading->program, purpose_zh, purpose_en, reading->program);
    for (size_t i = 0; i < reading->count; i++)
        print_setting(&reading->table[i]);
}

/* ---------------------------------------------------------------- command line */

/* The path behind "--settings FILE" or "--settings=FILE" at *place, moving over it; else NULL. */
static const char *settings_file(int argc, char **argv, int *place)
{
    const char *argument = argv[*place];

    if (strncmp(argument, "--settings=", 11) == 0)
        return argument + 11;
    if (strcmp(argument, "--settings") != 0)
        return NULL;
    if (*place + 1 == argc)
        return "";
    return argv[++*place];
}

static void read_argument(struct reading *reading, const char *argument)
{
    const struct origin origin = { NULL, 0 };
    const char *equals = strchr(argument, '=');
    const struct setting *setting;
    char name[64];

    if (strncmp(argument, "--", 2) != 0 || equals == NULL) {
        complain(reading, &origin, "不能识别参数“%s”，应写作 --name=value；全部设置见 --help",
                 "cannot read the argument \"%s\", write --name=value; --help lists all settings", argument);
        return;
    }
    (void) snprintf(name, sizeof name, "%.*s", (int) (equals - argument - 2), argument + 2);
    setting = find(reading, name, &origin);
    if (setting != NULL)
        set_value(reading, setting, equals + 1, &origin);
}

static bool is_check(const char *argument)
{
    return strcmp(argument, "--check") == 0;
}

static void read_arguments(struct reading *reading, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *file = settings_file(argc, argv, &i);

        if (file != NULL)
            read_file(reading, file);
    }
    for (int i = 1; i < argc; i++) {
        if (settings_file(argc, argv, &i) == NULL && !is_check(argv[i]))
            read_argument(reading, argv[i]);
    }
}

static void answer_questions(const struct reading *reading, const char *purpose_zh, const char *purpose_en, int argc,
                             char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_help(reading, purpose_zh, purpose_en);
            exit(EXIT_SUCCESS);
        }
        if (strcmp(argv[i], "--version") == 0) {
            printf("%s %s\n", reading->program, DUBAN_VERSION);
            exit(EXIT_SUCCESS);
        }
    }
}

static void set_defaults(struct reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->table[i].default_text != NULL)
            set_value(reading, &reading->table[i], reading->table[i].default_text, &(struct origin){ 0 });
    }
    assert(reading->faults == 0);
}

static const char *program_of(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');

    return slash == NULL ? path == NULL ? "duban" : path : slash + 1;
}

bool settings_take(void *settings, const struct setting *table, size_t count, int argc, char **argv)
{
    struct reading reading = { .settings = settings, .table = table, .count = count, .program = program_of(argv[0]) };

    assert(count > 0 && count <= MAX_SETTINGS);
    set_defaults(&reading);
    read_arguments(&reading, argc, argv);
    for (size_t i = 0; i < count; i++) {
        if (!reading.given[i])
            complain(&reading, &(struct origin){ 0 }, "缺少设置 %s：%s%.0s", "the setting %s is missing: %.0s%s",
                     table[i].name, table[i].help_zh, table[i].help_en);
    }
    return reading.faults == 0;
}

void settings_refuse(void)
{
    exit(EXIT_WRONG_USE);
}

void settings_approve(void)
{
    puts("设置无误 / the settings are right");
}

bool settings_read(void *settings, const struct setting *table, size_t count, const char *purpose_zh,
                   const char *purpose_en, int argc, char **argv)
{
    const struct reading reading = { .table = table, .count = count, .program = program_of(argv[0]) };
    bool goes_on = true;

    answer_questions(&reading, purpose_zh, purpose_en, argc, argv);
    if (!settings_take(settings, table, count, argc, argv))
        settings_refuse();
    for (int i = 1; i < argc; i++)
        goes_on = goes_on && (settings_file(argc, argv, &i) != NULL || !is_check(argv[i]));
    return goes_on;
}
