#include "settings.h"

#include "test.h"

struct example {
    char data[32];
    char label[16];
    uint64_t map;
    uint32_t batch;
    uint32_t wait_ms;
    bool rehearsal;
};

static const struct setting table[] = {
    { "data", SETTING_TEXT, offsetof(struct example, data), sizeof(((struct example *) 0)->data), NULL, 0, 0,
      "数据目录", "data directory" },
    { "label", SETTING_TEXT, offsetof(struct example, label), sizeof(((struct example *) 0)->label), "", 0, 0, "标签",
      "label" },
    { "map_bytes", SETTING_BYTES, offsetof(struct example, map), 0, "64G", 1 << 20, 0, "库的上限", "map size" },
    { "batch_records", SETTING_COUNT, offsetof(struct example, batch), 0, "512", 1, 4096, "每批条数",
      "records per batch" },
    { "wait", SETTING_DURATION, offsetof(struct example, wait_ms), 0, "1500ms", 0, 3600000, "等待时间",
      "how long to wait" },
    { "rehearsal", SETTING_SWITCH, offsetof(struct example, rehearsal), 0, "off", 0, 0, "演练", "rehearsal" },
};

enum { TABLE_ROWS = sizeof table / sizeof table[0], MAX_ARGUMENTS = 12 };

struct run {
    const char *arguments[MAX_ARGUMENTS];   /* after the program's name */
    const char *file;                       /* content for --settings; NULL = no file */
};

static void read_into(struct example *example, const struct run *run, const char *path)
{
    char *arguments[MAX_ARGUMENTS + 3] = { "/usr/bin/duban-example" };
    int count = 1;

    if (run->file != NULL) {
        arguments[count++] = "--settings";
        arguments[count++] = (char *) path;
    }
    for (size_t i = 0; i < MAX_ARGUMENTS && run->arguments[i] != NULL; i++)
        arguments[count++] = (char *) run->arguments[i];
    settings_read(example, table, TABLE_ROWS, "举例说明", "an example", count, arguments);
}

static void write_file(char *path, size_t size, const char *directory, const char *content)
{
    FILE *file;

    (void) snprintf(path, size, "%s/example.conf", directory);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void read_good(struct example *example, const struct run *run)
{
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 32];

    memset(example, 0x5a, sizeof *example);
    scratch_make(directory);
    write_file(path, sizeof path, directory, run->file == NULL ? "" : run->file);
    read_into(example, run, path);
    scratch_remove(directory);
}

/* A run that ends in exit: its file is written, and removed, by the parent. */
struct ending_run {
    const struct run *run;
    char path[SCRATCH_BYTES + 32];
};

static void read_in_child(void *argument)
{
    struct ending_run *ending = argument;
    struct example example;

    read_into(&example, ending->run, ending->path);
}

static void exits(struct child *child, const struct run *run, int code)
{
    char directory[SCRATCH_BYTES];
    struct ending_run ending = { .run = run };

    scratch_make(directory);
    write_file(ending.path, sizeof ending.path, directory, run->file == NULL ? "" : run->file);
    child_run(child, read_in_child, &ending);
    scratch_remove(directory);
    assert_exit(*child, code);
}

static void refused(struct child *child, const struct run *run)
{
    exits(child, run, 2);
}

static void defaults_stand_where_nothing_is_said(void **state)
{
    struct example example;

    (void) state;
    read_good(&example, &(struct run){ .arguments = { "--data=/var/lib/duban" } });
    assert_string_equal(example.data, "/var/lib/duban");
    assert_string_equal(example.label, "");
    assert_true(example.map == UINT64_C(64) << 30);
    assert_int_equal(example.batch, 512);
    assert_int_equal(example.wait_ms, 1500);
    assert_false(example.rehearsal);
}

static void a_file_overrides_defaults_and_the_command_line_the_file(void **state)
{
    struct example example;

    (void) state;
    read_good(&example, &(struct run){ .file = "\xef\xbb\xbf# 示例\n\ndata = /from/file  # not the last word\r\n"
                                               "label=a#b c\n  map_bytes = 16M\nbatch_records = 7\nwait=30m\n"
                                               "rehearsal = on",
                                       .arguments = { "--data=/from/line", "--batch-records=8", "--wait=0" } });
    assert_string_equal(example.data, "/from/line");
    assert_string_equal(example.label, "a#b c");
    assert_true(example.map == UINT64_C(16) << 20);
    assert_int_equal(example.batch, 8);
    assert_int_equal(example.wait_ms, 0);
    assert_true(example.rehearsal);
}

static void the_order_of_file_and_line_does_not_matter(void **state)
{
    struct example example;
    char directory[SCRATCH_BYTES];
    char path[SCRATCH_BYTES + 32];
    char option[SCRATCH_BYTES + 64];
    char *arguments[] = { "example", "--label=line", option };

    (void) state;
    scratch_make(directory);
    write_file(path, sizeof path, directory, "data=/x\nlabel=file\n");
    (void) snprintf(option, sizeof option, "--settings=%s", path);
    settings_read(&example, table, TABLE_ROWS, "", "", 3, arguments);
    assert_string_equal(example.label, "line");
    scratch_remove(directory);
}

static void every_unit_is_read(void **state)
{
    static const struct {
        const char *text;
        uint32_t ms;
    } durations[] = { { "--wait=1ms", 1 }, { "--wait=5s", 5000 }, { "--wait=10m", 600000 }, { "--wait=1h", 3600000 } };
    static const struct {
        const char *text;
        uint64_t bytes;
    } sizes[] = { { "--map_bytes=1048576", 1 << 20 }, { "--map_bytes=2048K", 1 << 21 },
                  { "--map_bytes=3M", 3 << 20 },      { "--map_bytes=8G", UINT64_C(8) << 30 },
                  { "--map_bytes=2T", UINT64_C(2) << 40 } };
    struct example example;

    (void) state;
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
        read_good(&example, &(struct run){ .arguments = { "--data=x", durations[i].text } });
        assert_int_equal(example.wait_ms, durations[i].ms);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        read_good(&example, &(struct run){ .arguments = { "--data=x", sizes[i].text } });
        assert_true(example.map == sizes[i].bytes);
    }
}

static void a_fault_names_file_line_and_setting(void **state)
{
    struct child child;

    (void) state;
    refused(&child, &(struct run){ .file = "data = x\n\nbatch_records = many\n" });
    assert_contains(child.output, "duban-example: ");
    assert_contains(child.output, "example.conf:3: batch_records：不能识别“many”，应写作 整数");
    assert_contains(child.output, "example.conf:3: batch_records: cannot read \"many\"");
}

static void all_faults_are_told_at_once(void **state)
{
    struct child child;

    (void) state;
    refused(&child, &(struct run){ .file = "wait = 5\nrehearsal = yes\nmap_bytes = 1K\nnonsense\n"
                                           "batch_records = 4097\nbatch_records = 1\n" });
    assert_contains(child.output, "conf:1: wait: cannot read \"5\"");
    assert_contains(child.output, "conf:2: rehearsal: cannot read \"yes\", it should be on or off");
    assert_contains(child.output, "conf:3: map_bytes: 1K is too small, it should be 1M at least");
    assert_contains(child.output, "conf:4: \"nonsense\" has no equals sign");
    assert_contains(child.output, "conf:5: batch_records: 4097 is out of range, it should be 1 to 4096");
    assert_contains(child.output, "conf:6: batch_records stands on line 5 already");
    assert_contains(child.output, "the setting data is missing: data directory");
    assert_contains(child.output, "缺少设置 data：数据目录");
}

static void an_unknown_name_suggests_the_nearest(void **state)
{
    struct child child;

    (void) state;
    refused(&child, &(struct run){ .file = "data=x\nbatch_record = 5\n", .arguments = { "--rehersal=on" } });
    assert_contains(child.output, "there is no setting \"batch_record\", did you mean batch_records?");
    assert_contains(child.output, "没有“rehersal”这项设置，是否指 rehearsal？");
}

static void wrong_arguments_are_refused(void **state)
{
    static const char *const arguments[] = {
        "data",      "-d",          "--data",     "--wait=1w",  "--wait=-1s",           "--wait=99999999999999999999d",
        "--wait=2h", "--wait=1000h", "--map_bytes=1.5G", "--map_bytes=99999999T", "--batch_records=",
        "--label=this text is too long for it", "--label=\xff", "--settings", "--settings=/does/not/exist",
        "--=x",
    };
    struct child child;

    (void) state;
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
        refused(&child, &(struct run){ .arguments = { "--data=x", arguments[i] } });
}

static void a_line_too_long_is_refused(void **state)
{
    struct child child;
    char file[3000];

    (void) state;
    memset(file, 'x', sizeof file - 1);
    file[sizeof file - 1] = '\0';
    refused(&child, &(struct run){ .file = file });
    assert_contains(child.output, "conf:1: this line is longer");
}

/* As Windows' editors write "Unicode": every second byte is zero. Written past what a C string holds. */
static void a_file_in_utf16_is_refused(void **state)
{
    static const char content[] = "d\0a\0t\0a\0=\0x\0\n";
    char directory[SCRATCH_BYTES];
    struct ending_run ending = { .run = &(struct run){ .file = "" } };
    struct child child;
    FILE *file;

    (void) state;
    scratch_make(directory);
    write_file(ending.path, sizeof ending.path, directory, "");
    file = fopen(ending.path, "we");
    assert_int_equal(fwrite(content, 1, sizeof content - 1, file), sizeof content - 1);
    assert_int_equal(fclose(file), 0);
    child_run(&child, read_in_child, &ending);
    scratch_remove(directory);
    assert_exit(child, 2);
    assert_contains(child.output, "conf:1: there is a zero byte in this line, save the file as UTF-8 text");
    assert_contains(child.output, "conf:1: 此行含有零字符");
}

static void help_teaches_each_setting(void **state)
{
    struct child child;

    (void) state;
    exits(&child, &(struct run){ .arguments = { "--nonsense", "--help" } }, 0);
    assert_contains(child.output, "duban-example: 举例说明\nan example\n");
    assert_contains(child.output, "  map_bytes = 64G   (64K 16M 8G; >= 1M");
    assert_contains(child.output, "  batch_records = 512   (整数 / a whole number; 1 - 4096)\n"
                                  "      每批条数\n      records per batch\n");
    assert_contains(child.output, "  data =    (文字 / text; 必填 required)\n");
    assert_contains(child.output, "(500ms 5s 10m 2h 3d; 0 - 1h)");
}

static void a_check_reads_the_settings_and_starts_nothing(void **state)
{
    char *checked[] = { "/usr/bin/duban-example", "--data=x", "--check", NULL };
    char *started[] = { "/usr/bin/duban-example", "--data=x", NULL };
    struct example example;
    struct child child;

    (void) state;
    assert_false(settings_read(&example, table, TABLE_ROWS, "", "", 3, checked));
    assert_string_equal(example.data, "x");
    assert_true(settings_read(&example, table, TABLE_ROWS, "", "", 2, started));
    refused(&child, &(struct run){ .file = "data=x\nbatch_record = 5\n", .arguments = { "--check" } });
    assert_contains(child.output, "did you mean batch_records?");
}

static void version_is_one_line(void **state)
{
    struct child child;

    (void) state;
    exits(&child, &(struct run){ .arguments = { "--version" } }, 0);
    assert_int_equal(strncmp(child.output, "duban-example ", 14), 0);
    assert_string_equal(strchr(child.output, '\n'), "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand_where_nothing_is_said),
        cmocka_unit_test(a_file_overrides_defaults_and_the_command_line_the_file),
        cmocka_unit_test(the_order_of_file_and_line_does_not_matter),
        cmocka_unit_test(every_unit_is_read),
        cmocka_unit_test(a_fault_names_file_line_and_setting),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(an_unknown_name_suggests_the_nearest),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(a_line_too_long_is_refused),
        cmocka_unit_test(a_file_in_utf16_is_refused),
        cmocka_unit_test(help_teaches_each_setting),
        cmocka_unit_test(a_check_reads_the_settings_and_starts_nothing),
        cmocka_unit_test(version_is_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
