/* test_import.c - a clerk's tables on their way into the registry. */
#include "fixture.h"
#include "import.h"

#define AREAS "code,kind,zone,name_zh,name_en\n"
#define HOLDERS "account,roles,title_zh,title_en,phone\n"

static int setup(void **state)
{
    struct fixture *f = fixture_open();

    fake_start(f, &f->ingest, "ingest.submit", NULL);
    fake_start(f, &f->rules, "rules.query", nothing_held);
    *state = f;
    return 0;
}

static int import(struct fixture *f, const char *kind, const char *text)
{
    return duban(f, "import", kind, file_of(f, "table.csv", text), NULL);
}

static Duban__Entry *entry_of(struct fixture *f, size_t place)
{
    return duban__entry__unpack(NULL, f->submits[place].entry_size, f->submits[place].entry);
}

static void units_their_members_and_branches_of_areas_become_entries(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(import(f, "units", "code,kind,name_zh,name_en,secretary,focus_group\n"
                                        "branch-1,支部,第一临时党支部,First branch,lead,residents\n"), EXIT_FINE);
    entry = entry_of(f, 0);
    assert_string_equal(entry->unit_change->code, "branch-1");
    assert_int_equal(entry->unit_change->kind, DUBAN__UNIT_KIND__UNIT_KIND_BRANCH);
    assert_string_equal(entry->unit_change->focus_group, "residents");
    assert_string_equal(entry->unit_change->secretary, "lead");
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(import(f, "holders", "account,roles,title_zh,title_en,units\nlead,lead,组长,lead,branch-1 tf-1\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:19: column \"units\" says \"tf-1\": no such unit is registered; import units first");
    assert_int_equal(duban(f, "import", "holders", "--hold", file_of(f, "table.csv", "account,roles,title_zh,title_en,units\n"
                                                                      "lead,lead,组长,lead,branch-1 tf-1\n"), NULL), EXIT_FINE);
    entry = entry_of(f, 1);
    assert_int_equal(entry->role_holder_change->n_units, 2);
    assert_string_equal(entry->role_holder_change->units[1], "tf-1");
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(import(f, "areas", "code,kind,zone,name_zh,name_en,has_branch\nn-c1,社区,north,北片一社区,North 1,是\n"), EXIT_FINE);
    entry = entry_of(f, 2);
    assert_true(entry->area_change->has_branch);
    duban__entry__free_unpacked(entry, NULL);
}

static void a_cell_that_says_nothing_leaves_what_is_registered(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(import(f, "areas", AREAS "n-c1,社区,north,北片一社区,North 1\n"), EXIT_FINE);
    entry = entry_of(f, 0);
    assert_int_equal(entry->area_change->has_branch_presence_case, DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE__NOT_SET);
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(import(f, "areas", "code,kind,zone,name_zh,name_en,has_branch\nn-c1,社区,north,北片一社区,North 1,否\n"), EXIT_FINE);
    entry = entry_of(f, 1);
    assert_int_equal(entry->area_change->has_branch_presence_case, DUBAN__AREA_CHANGE__HAS_BRANCH_PRESENCE_HAS_BRANCH);
    assert_false(entry->area_change->has_branch);
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(duban(f, "import", "sites", file_of(f, "table.csv", "code,kind,area,name_zh,name_en\ncour-1,COUR,n-c1,网点,outlet\n"),
                           "--hold", NULL), EXIT_FINE);
    entry = entry_of(f, 2);
    assert_int_equal(entry->site_change->operating_state, DUBAN__OPERATING_STATE__OPERATING_STATE_UNSPECIFIED);
    assert_int_equal(entry->site_change->headcount_presence_case, DUBAN__SITE_CHANGE__HEADCOUNT_PRESENCE__NOT_SET);
    duban__entry__free_unpacked(entry, NULL);
}

static void duty_windows_are_read_as_a_chinese_keyboard_writes_them(void **state)
{
    static const char *const WRITTEN[] = { "周一至周五　０８：３０–12：00；周六 09:00至12:00", "mon-fri 08:30-12:00; sat 09:00-12:00",
                                           "\"周一—周五 08：30～12：00，周六 09：00-12：00\"" };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        char table[400];
        Duban__Entry *entry;

        (void) snprintf(table, sizeof table, "account,roles,title_zh,title_en,duty_windows\nlead,lead,组长,lead,%s\n", WRITTEN[i]);
        assert_int_equal(duban(f, "import", "holders", file_of(f, "table.csv", table), "--again", NULL), EXIT_FINE);
        entry = entry_of(f, i);
        assert_int_equal(entry->role_holder_change->n_duty_windows, 2);
        assert_int_equal(entry->role_holder_change->duty_windows[0]->last_day, 5);
        assert_int_equal(entry->role_holder_change->duty_windows[0]->from_minute, 510);
        assert_int_equal(entry->role_holder_change->duty_windows[0]->to_minute, 720);
        assert_int_equal(entry->role_holder_change->duty_windows[1]->first_day, 6);
        duban__entry__free_unpacked(entry, NULL);
    }
}

static void a_unit_is_faulted_with_its_column(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "units", "code,kind,name_zh,name_en,secretary,focus_group,zone,area\n"
                                        "tf-1,专班,巡查专班,Task force,,residents,north,n-c1\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:26: column \"focus_group\" says \"residents\": only a branch has a focus group");
    assert_contains(f->errors, "column \"area\" says \"n-c1\": give the zone or the area, not both");
    assert_int_equal(import(f, "units", AREAS "n-c1,社区,north,北片一社区,North 1\n"), EXIT_REFUSED);
    assert_contains(f->errors, "this is a table of areas, not of units");
    assert_int_equal(import(f, "holders", "account,roles,title_zh,title_en,units\nlead,lead,组长,lead,专班\n"), EXIT_REFUSED);
    assert_contains(f->errors, "column \"units\" says \"专班\": it should be codes of units, at most 16");
    assert_int_equal(f->submit_count, 0);
}

static void areas_sites_and_holders_become_entries(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(import(f, "areas", "\xef\xbb\xbf" AREAS "n-c1,社区,north,北片一社区,North 1\r\n"), EXIT_FINE);
    entry = entry_of(f, 0);
    assert_string_equal(entry->area_change->code, "n-c1");
    assert_int_equal(entry->area_change->kind, DUBAN__AREA_KIND__AREA_KIND_COMMUNITY);
    assert_string_equal(entry->area_change->name->zh, "北片一社区");
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(import(f, "sites", "code,kind,area,name_zh,name_en,state\ns1,COUR,n-c1,网点,outlet,suspended\n"),
                     EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:9: column \"area\" says \"n-c1\": no such area is registered; import areas first");
    assert_int_equal(f->submit_count, 1);
    assert_int_equal(duban(f, "import", "sites", "--hold", file_of(f, "table.csv", "code,kind,area,name_zh,name_en,state\n"
                                                                    "s1,COUR,n-c1,网点,outlet,suspended\n"), NULL), EXIT_FINE);
    entry = entry_of(f, 1);
    assert_string_equal(entry->site_change->kind, "COUR");
    assert_int_equal(entry->site_change->operating_state, DUBAN__OPERATING_STATE__OPERATING_STATE_SUSPENDED);
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(import(f, "holders", "account,roles,title_zh,title_en,phone,away,language\n"
                                          "leader,group_leader:north lead,组长,leader,13800001234,是,zh+en\n"), EXIT_FINE);
    entry = entry_of(f, 2);
    assert_int_equal(entry->role_holder_change->n_roles, 2);
    assert_int_equal(entry->role_holder_change->roles[0]->role, DUBAN__ROLE__ROLE_GROUP_LEADER);
    assert_string_equal(entry->role_holder_change->roles[0]->scope, "north");
    assert_string_equal(entry->role_holder_change->phone->clear, "13800001234");
    assert_null(entry->role_holder_change->name);
    assert_true(entry->role_holder_change->away);
    assert_string_equal(entry->role_holder_change->language, "zh+en");
    duban__entry__free_unpacked(entry, NULL);
}

static void every_fault_is_listed_with_its_place_and_nothing_is_submitted(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "areas", AREAS "n-c1,community,north,北片一社区,N\n"
                                              "n c2,town,north,,N\n"
                                              "n-c1,village,so uth,南,S,extra\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:3:1: column \"code\" says \"n c2\": it should be a code");
    assert_contains(f->errors, "table.csv:3:6: “种类 kind”列写的是“town”：应为：社区 community / 村 village");
    assert_contains(f->errors, "table.csv:3:6: column \"kind\" says \"town\": it should be: 社区 community / 村 village");
    assert_contains(f->errors, "table.csv:3:17: “名称 name_zh”列是空的：要写中文名称");
    assert_contains(f->errors, "table.csv:3:17: column \"name_zh\" is empty: write the Chinese name");
    assert_contains(f->errors, "table.csv:4:1: column \"code\" says \"n-c1\": that is on line 2 already");
    assert_contains(f->errors, "table.csv:4:14: column \"zone\" says \"so uth\"");
    assert_contains(f->errors, "table.csv:4:25: the cell \"extra\" has no column");
    assert_contains(f->errors, "共 6 处错误，一行也没有提交");
    assert_contains(f->errors, "6 faults");
    assert_int_equal(f->submit_count, 0);
}

static void what_may_be_left_out_is_said_among_the_choices(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "sites", "code,kind,area,name_zh,name_en,state\ns1,COUR,n-c1,网点,outlet,open\n"),
                     EXIT_REFUSED);
    assert_contains(f->errors, "column \"state\" says \"open\": it should be: 营业 operating / 停业 suspended / 关闭 closed, "
                               "or nothing");
    assert_contains(f->errors, "应为：营业 operating / 停业 suspended / 关闭 closed，或不填");
}

static void a_role_is_known_by_its_chinese_name_and_a_wide_colon(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(import(f, "holders", HOLDERS "gl-n,片组组长：north 专班组长,组长,leader,\n"), EXIT_FINE);
    entry = entry_of(f, 0);
    assert_int_equal(entry->role_holder_change->n_roles, 2);
    assert_int_equal(entry->role_holder_change->roles[0]->role, DUBAN__ROLE__ROLE_GROUP_LEADER);
    assert_string_equal(entry->role_holder_change->roles[0]->scope, "north");
    assert_int_equal(entry->role_holder_change->roles[1]->role, DUBAN__ROLE__ROLE_LEAD);
    duban__entry__free_unpacked(entry, NULL);
}

static void roles_are_checked_word_by_word(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "holders", HOLDERS "a,inspecter:north,甲,A,\nb,inspector,乙,B,\nc,lead:north,丙,C,\nd,,丁,D,\n"
                                                  "e,boss,戊,E,\nf,lead lead,己,F,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:3: column \"roles\" says \"inspecter:north\": there is no role \"inspecter\"; "
                               "should be: inspector:north");
    assert_contains(f->errors, "table.csv:3:3: column \"roles\" says \"inspector\": role inspector needs its scope (a zone code), "
                               "as in inspector:north");
    assert_contains(f->errors, "岗位 inspector 要写明范围（片区编号），如 inspector:north");
    assert_contains(f->errors, "role lead has no scope");
    assert_contains(f->errors, "table.csv:5:3: column \"roles\" is empty: write the roles");
    assert_contains(f->errors, "there is no role \"boss\"; should be: lead / duty_clerk / group_leader");
    assert_contains(f->errors, "table.csv:7:3: column \"roles\" says \"lead lead\": each role with its scope is written once");
    assert_contains(f->errors, "6 faults");
}

static void what_ingest_would_refuse_is_found_before_anything_is_submitted(void **state)
{
    struct fixture *f = *state;
    char text[1400];

    (void) snprintf(text, sizeof text, HOLDERS "a,lead,%0201d,A,\nb,lead,乙,B,%0501d\n", 0, 1);
    assert_int_equal(import(f, "holders", text), EXIT_REFUSED);
    assert_contains(f->errors, "column \"title_zh\" says \"000000000000000000000000000000000000000000000000000000000000…\": "
                               "it is too long: at most 200 bytes");
    assert_contains(f->errors, "column \"phone\" is too long: at most 500 bytes");
    assert_null(strstr(f->errors, "0001"));   /* what is personal is not repeated */
    assert_int_equal(import(f, "holders", "account,roles,title_zh,title_en,deputy\na,lead,甲,A,a\n"), EXIT_REFUSED);
    assert_contains(f->errors, "column \"deputy\" says \"a\": nobody is his own deputy");
    assert_int_equal(f->submit_count, 0);
}

static void of_very_many_faults_the_first_are_shown_and_all_are_counted(void **state)
{
    enum { ROWS = 250 };
    struct fixture *f = *state;
    char *text = calloc(ROWS + 1, 64);
    size_t used = (size_t) sprintf(text, AREAS);

    for (int i = 0; i < ROWS; i++)
        used += (size_t) sprintf(text + used, "area-%d,town,south,村,v\n", i);
    assert_int_equal(import(f, "areas", text), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:201:");
    assert_null(strstr(f->errors, "table.csv:202:"));
    assert_contains(f->errors, "250 faults in all, the first 200 are shown");
    free(text);
}

static void headings_are_checked_first(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "areas", "code,kind,zon,name_zh,name_en\nx,town,n,名,N\n"), EXIT_REFUSED);
    assert_contains(f->errors, "缺少“片区 zone”一列；“zon”是不是写错了？");
    assert_contains(f->errors, "column \"zone\" is missing; is \"zon\" meant to be it?");
    assert_contains(f->errors, "table.csv:1:11: there is no column \"zon\"; should be: zone");
    assert_null(strstr(f->errors, "town"));
    assert_int_equal(import(f, "areas", "code,kind,name_zh,name_en\nx,community,名,N\n"), EXIT_REFUSED);
    assert_contains(f->errors, "column \"zone\" is missing; these are needed: code, kind, zone, name_zh, name_en");
    assert_int_equal(import(f, "areas", "code,kind,zone,name_zh,name_en,colour\nx,community,n,名,N,red\n"), EXIT_REFUSED);
    assert_contains(f->errors, "there is no column \"colour\"; should be: zone_zh, zone_en, removed, has_branch");
    assert_int_equal(import(f, "areas", "code,kind,\"zone\n"), EXIT_REFUSED);
    assert_int_equal(import(f, "people", AREAS), EXIT_WRONG_USE);
}

static void why_a_file_cannot_be_read_is_said_in_both_languages(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "import", "areas", "/nowhere/at/all.csv", NULL), EXIT_REFUSED);
    assert_contains(f->errors, "读不了 /nowhere/at/all.csv：没有这个文件或目录\n");
    assert_contains(f->errors, "cannot read /nowhere/at/all.csv: No such file or directory\n");
}

static void headings_may_be_chinese_one_by_one(void **state)
{
    struct fixture *f = *state;
    Duban__Entry *entry;

    assert_int_equal(import(f, "areas", "编号,种类,片区,名称,英文名称,设有支部\nn-c1,社区,north,北片一社区,,是\n"), EXIT_FINE);
    entry = entry_of(f, 0);
    assert_string_equal(entry->area_change->code, "n-c1");
    assert_string_equal(entry->area_change->zone, "north");
    assert_string_equal(entry->area_change->name->zh, "北片一社区");
    assert_true(entry->area_change->has_branch);
    duban__entry__free_unpacked(entry, NULL);
    assert_int_equal(import(f, "holders", "账号,roles,称谓,title_en,电话,渠道\nm-1,组长,组长,lead,１３８,fax\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:5: “岗位 roles”列写的是“组长”");
    assert_contains(f->errors, "“渠道 channel”列写的是“fax”");
    assert_contains(f->errors, "column \"channel\" says \"fax\"");
}

static void a_chinese_heading_that_is_wrong_is_told_what_is_right(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "areas", "编号,种类,片区域,名称,英文名称\nx,社区,n,名,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "缺少“片区 zone”一列；“片区域”是不是写错了？");
    assert_contains(f->errors, "没有“片区域”这一列；应为：片区 zone");
    assert_int_equal(import(f, "areas", "编号,种类,片区,zone,名称,英文名称\nx,社区,n,n,名,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "“片区”和“zone”是同一列，请删去一列");
    assert_int_equal(import(f, "sites", "账号,岗位,称谓,英文称谓\na,lead,甲,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "应为 duban import holders ");
    assert_int_equal(f->submit_count, 0);
}

static void a_dry_run_and_the_help_call_each_column_by_both_names(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "import", "areas", "--dry-run", file_of(f, "table.csv", "编号,kind,片区,名称,英文名称\n"), NULL), EXIT_FINE);
    assert_contains(f->out, "读到的列：编号 code、种类 kind、片区 zone、名称 name_zh、英文名称 name_en\n");
    assert_contains(f->out, "可以写、表里没有的列：片区名称 zone_zh、");
    assert_contains(f->out, "columns that were read: code, kind, zone, name_zh, name_en\n");
    assert_int_equal(duban(f, "import", "--help", NULL), EXIT_FINE);
    for (const struct import_kind *kind = IMPORT_KINDS; kind->name != NULL; kind++)
        for (size_t i = 0; i < IMPORT_MAX_HEADINGS && kind->headings[i].en != NULL; i++) {
            char both[80];

            (void) snprintf(both, sizeof both, "%s %s", kind->headings[i].zh, kind->headings[i].en);
            assert_contains(f->out, both);
        }
}

static void another_table_is_said_plainly(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "sites", HOLDERS "a,lead,甲,A,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:1:1: 这是人员岗位的表，不是点位的表；应为 duban import holders ");
    assert_contains(f->errors, "this is a table of role holders, not of sites; that would be: duban import holders ");
    assert_contains(f->errors, "1 faults");
    assert_int_equal(import(f, "sites", AREAS "n-c1,community,north,一,1\n"), EXIT_REFUSED);
    assert_contains(f->errors, "duban import areas ");
    assert_int_equal(f->submit_count, 0);
}

static void a_table_that_only_shares_columns_with_another_is_told_its_own(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "sites", "code,kind,area,name\ncour-1,COUR,n-c1,快递\n"), EXIT_REFUSED);
    assert_null(strstr(f->errors, "这是"));
    assert_contains(f->errors, "缺少“名称 name_zh”一列");
    assert_contains(f->errors, "缺少“英文名称 name_en”一列");
    assert_contains(f->errors, "there is no column \"name\"; should be: name_");
    assert_int_equal(import(f, "sites", "code,area,removed\nn-c1-0001,n-c1,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "这是住户的表");
    assert_int_equal(f->submit_count, 0);
}

static void a_table_without_rows_says_so(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "areas", AREAS), EXIT_FINE);
    assert_contains(f->errors, "table.csv 里只有表头，没有一行内容");
    assert_contains(f->errors, "has its header and no rows");
    assert_int_equal(f->submit_count, 0);
}

static void a_channel_that_cannot_work_is_found_row_by_row(void **state)
{
#define REACHED "account,roles,title_zh,title_en,channel,address,phone\n"
    struct fixture *f = *state;

    assert_int_equal(import(f, "holders", REACHED "a,lead,甲,A,fax,,\nb,lead,乙,B,webhook,,\nc,lead,丙,C,webhook,example.org/x,\n"
                                                  "d,lead,丁,D,webhook,ftp://example.org,\ne,lead,戊,E,webhook,https://,\n"
                                                  "f,lead,己,F,,,一三八\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2:12: column \"channel\" says \"fax\": it should be: 留存 spool / 推送 webhook / 企业微信 wecom");
    assert_contains(f->errors, "table.csv:3:12: with channel webhook, column \"address\" needs a web address");
    assert_contains(f->errors, "table.csv:4:20: with channel webhook");
    assert_contains(f->errors, "table.csv:5:20: with channel webhook");
    assert_contains(f->errors, "table.csv:6:20: with channel webhook");
    assert_contains(f->errors, "“电话 phone”列只能用半角数字");
    assert_null(strstr(f->errors, "example.org"));   /* what is personal is not repeated */
    assert_contains(f->errors, "6 faults");
    assert_int_equal(import(f, "holders", REACHED "a,lead,甲,A,webhook,https://example.org/x,+86 138-0000 1234\n"
                                                  "b,lead,乙,B,spool,,\n"), EXIT_FINE);
}

static void further_ways_are_checked_and_taken_in_order(void **state)
{
#define WAYS "account,roles,title_zh,title_en,channel,address,phone,channel_2,address_2,channel_3,address_3\n"
    struct fixture *f = *state;
    const Duban__RoleHolderChange *change;
    Duban__Entry *entry;

    assert_int_equal(import(f, "holders", WAYS "a,lead,甲,A,钉钉,,,邮件,nobody,短信,\n"), EXIT_REFUSED);
    assert_contains(f->errors, "with channel dingtalk, column \"address\" needs a web address");
    assert_contains(f->errors, "with channel smtp, column \"address_2\" needs a mail address");
    assert_contains(f->errors, "with channel sms, column \"address_3\" or \"phone\" needs a phone number");
    assert_null(strstr(f->errors, "nobody"));
    assert_contains(f->errors, "3 faults");
    assert_int_equal(import(f, "holders", WAYS "a,lead,甲,A,wecom,https://robots.example/send?key=k,+86 138-0000 1234,"
                                               "smtp,lead@town.example,短信,\n"), EXIT_FINE);
    entry = entry_of(f, 0);
    change = entry->role_holder_change;
    assert_string_equal(change->channel, "wecom");
    assert_int_equal(change->n_other_ways, 2);
    assert_string_equal(change->other_ways[0]->channel, "smtp");
    assert_string_equal(change->other_ways[0]->address->clear, "lead@town.example");
    assert_string_equal(change->other_ways[1]->channel, "sms");
    assert_string_equal(change->other_ways[1]->address->clear, "+8613800001234");
    assert_string_equal(change->phone->clear, "+86 138-0000 1234");
    duban__entry__free_unpacked(entry, NULL);
}

static void another_separator_or_a_workbook_is_said_as_that(void **state)
{
    static const struct { const char *text; const char *en; } WRONG[] = {
        { "code;kind;zone;name_zh;name_en\n", "separated by ;" },
        { "code\tkind\tzone\tname_zh\tname_en\n", "separated by tabs" },
        { "code，kind，zone，name_zh，name_en\n", "separated by ，" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_int_equal(import(f, "areas", WRONG[i].text), EXIT_REFUSED);
        assert_contains(f->errors, WRONG[i].en);
        assert_contains(f->errors, "逗号分隔");
        assert_contains(f->errors, "1 faults");
    }
    assert_int_equal(import(f, "areas", "PK\3\4whatever"), EXIT_REFUSED);
    assert_contains(f->errors, "是 Excel 文件");
    assert_contains(f->errors, "is an Excel file: save it as CSV");
}

static void faults_stand_in_the_order_of_the_file(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "areas", AREAS "x,town,n,名,N\ny,community,n,名,N\ny,community,n,,N\n"), EXIT_REFUSED);
    assert_true(strstr(f->errors, "table.csv:2:") < strstr(f->errors, "table.csv:4:1: column \"code\""));
    assert_true(strstr(f->errors, "table.csv:4:1: column \"code\"") < strstr(f->errors, "table.csv:4:15: "));
}

static void rows_refused_for_want_of_space_are_said_once(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = f->answers[1] = f->answers[2] = ANSWER_FULL;
    f->answer_count = 3;
    assert_int_equal(import(f, "areas", AREAS "x,community,n,名,N\ny,community,n,名,N\nz,community,n,名,N\n"), EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:2: duban: ");
    assert_null(strstr(f->errors, "table.csv:3:"));
    assert_contains(f->errors, "2 rows more were refused for the same reason");
}

static void a_dry_run_submits_nothing(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "import", "areas", file_of(f, "a.csv", AREAS "n-c1,community,north,一,1\n"), "--dry-run",
                           NULL), EXIT_FINE);
    assert_contains(f->out, "1 rows");
    assert_int_equal(f->submit_count, 0);
}

static void the_same_table_again_has_the_same_ids(void **state)
{
    struct fixture *f = *state;
    const char *text = HOLDERS "a,lead,甲,A,13800001234\nb,lead,乙,B,\n";

    assert_int_equal(import(f, "holders", text), EXIT_FINE);
    assert_int_equal(import(f, "holders", text), EXIT_FINE);
    assert_memory_equal(f->submits[0].client_id, f->submits[2].client_id, 16);
    assert_memory_equal(f->submits[1].client_id, f->submits[3].client_id, 16);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[1].client_id, 16);
}

static void another_content_or_account_has_other_ids(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(import(f, "holders", HOLDERS "a,lead,甲,A,13800001234\n"), EXIT_FINE);
    assert_int_equal(import(f, "holders", HOLDERS "a,lead,甲,A,13800001235\n"), EXIT_FINE);
    assert_int_equal(duban(f, "import", "holders", file_of(f, "t.csv", HOLDERS "a,lead,甲,A,13800001234\n"), "--as",
                           "admin", NULL), EXIT_FINE);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[1].client_id, 16);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[2].client_id, 16);
}

static void again_makes_new_ids(void **state)
{
    struct fixture *f = *state;
    char *path = file_of(f, "a.csv", AREAS "n-c1,community,north,一,1\n");

    assert_int_equal(duban(f, "import", "areas", path, NULL), EXIT_FINE);
    assert_int_equal(duban(f, "import", "areas", path, "--again", NULL), EXIT_FINE);
    assert_memory_not_equal(f->submits[0].client_id, f->submits[1].client_id, 16);
}

static void the_result_counts_what_was_known_already(void **state)
{
    struct fixture *f = *state;

    f->answers[0] = ANSWER_DUPLICATE;
    f->answer_count = 1;
    assert_int_equal(duban(f, "import", "areas", file_of(f, "a.csv", AREAS "a,community,n,一,1\nb,community,n,二,2\n"),
                           "--json", NULL), EXIT_FINE);
    assert_contains(f->out, "\"changed\": 1");
    assert_contains(f->out, "\"known\": 1");
}

static void a_refused_or_held_row_is_named_by_its_line(void **state)
{
    struct fixture *f = *state;

    f->answers[1] = ANSWER_REFUSED;
    f->answer_count = 2;
    fake_stop(&f->rules);
    fake_start(f, &f->rules, "rules.query", everything_held);
    assert_int_equal(import(f, "areas", AREAS "a,community,n,一,1\nb,community,n,二,2\nc,community,n,三,3\n"),
                     EXIT_REFUSED);
    assert_contains(f->errors, "table.csv:3: duban: 巡查记录");
    assert_contains(f->errors, "table.csv:4: duban: 巡查记录 · 点位（report.site）：已入账，但暂不采用");
    assert_contains(f->out, "待核 1");
}

static void a_large_table_goes_through(void **state)
{
    enum { ROWS = 1200 };
    struct fixture *f = *state;
    char *text = calloc(ROWS + 1, 64);
    size_t used = (size_t) sprintf(text, AREAS);

    for (int i = 0; i < ROWS; i++)
        used += (size_t) sprintf(text + used, "area-%d,village,south,村%d,village %d\n", i, i, i);
    assert_int_equal(import(f, "areas", text), EXIT_FINE);
    assert_int_equal(f->submit_count, ROWS);
    assert_contains(f->out, "1200 rows: 1200 submitted");
    free(text);
}

static void the_demo_tables_are_fine(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(duban(f, "import", "areas", "deploy/demo/areas.csv", "--dry-run", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "import", "sites", "deploy/demo/sites.csv", "--dry-run", "--hold", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "import", "units", "deploy/demo/units.csv", "--dry-run", "--hold", NULL), EXIT_FINE);
    assert_int_equal(duban(f, "import", "holders", "deploy/demo/holders.csv", "--dry-run", "--hold", NULL), EXIT_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(areas_sites_and_holders_become_entries, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cell_that_says_nothing_leaves_what_is_registered, setup, teardown),
        cmocka_unit_test_setup_teardown(duty_windows_are_read_as_a_chinese_keyboard_writes_them, setup, teardown),
        cmocka_unit_test_setup_teardown(units_their_members_and_branches_of_areas_become_entries, setup, teardown),
        cmocka_unit_test_setup_teardown(a_unit_is_faulted_with_its_column, setup, teardown),
        cmocka_unit_test_setup_teardown(every_fault_is_listed_with_its_place_and_nothing_is_submitted, setup, teardown),
        cmocka_unit_test_setup_teardown(what_may_be_left_out_is_said_among_the_choices, setup, teardown),
        cmocka_unit_test_setup_teardown(a_role_is_known_by_its_chinese_name_and_a_wide_colon, setup, teardown),
        cmocka_unit_test_setup_teardown(roles_are_checked_word_by_word, setup, teardown),
        cmocka_unit_test_setup_teardown(what_ingest_would_refuse_is_found_before_anything_is_submitted, setup, teardown),
        cmocka_unit_test_setup_teardown(of_very_many_faults_the_first_are_shown_and_all_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(headings_are_checked_first, setup, teardown),
        cmocka_unit_test_setup_teardown(why_a_file_cannot_be_read_is_said_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(headings_may_be_chinese_one_by_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_chinese_heading_that_is_wrong_is_told_what_is_right, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dry_run_and_the_help_call_each_column_by_both_names, setup, teardown),
        cmocka_unit_test_setup_teardown(another_table_is_said_plainly, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_that_only_shares_columns_with_another_is_told_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_without_rows_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(further_ways_are_checked_and_taken_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(a_channel_that_cannot_work_is_found_row_by_row, setup, teardown),
        cmocka_unit_test_setup_teardown(another_separator_or_a_workbook_is_said_as_that, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_stand_in_the_order_of_the_file, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_refused_for_want_of_space_are_said_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dry_run_submits_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_table_again_has_the_same_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(another_content_or_account_has_other_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(again_makes_new_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(the_result_counts_what_was_known_already, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refused_or_held_row_is_named_by_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_large_table_goes_through, setup, teardown),
        cmocka_unit_test_setup_teardown(the_demo_tables_are_fine, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
