#include "ingest_fixture.h"

/* A disk as full as a test wants it. */
struct disk {
    uint64_t free_bytes;
    uint64_t all_bytes;
};

static int disk_of_test(void *self, const char *directory, uint64_t *free_bytes, uint64_t *all_bytes)
{
    const struct disk *disk = self;

    (void) directory;
    *free_bytes = disk->free_bytes;
    *all_bytes = disk->all_bytes;
    return 0;
}

static void use_disk(struct fixture *f, struct disk *disk)
{
    f->ingest->space.disk = disk_of_test;
    f->ingest->space.disk_self = disk;
    f->ingest->space.disk_percent = 85;
}

/* Long enough for the disk to be looked at again. */
static void look_again(struct fixture *f)
{
    pass_ms(1001);
    status(f);
    status(f);
}

static struct bytes arrival(struct fixture *f)
{
    return entry_of(f, "{\"evidenceArrival\":{\"reportSequence\":\"1\",\"name\":\"a.jpg\",\"sizeBytes\":\"10\","
                       "\"sha256\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}}");
}

static bool reserve_exists(struct fixture *f)
{
    char path[SCRATCH_BYTES + 16];

    snprintf(path, sizeof path, "%s/reserve", f->directory);
    return access(path, F_OK) == 0;
}

static void a_filling_disk_stops_evidence_first_then_reports_and_resumes(void **state)
{
    struct disk disk = { 21, 100 };
    struct fixture f;
    struct verdict answer;

    (void) state;
    setup(&f);
    use_disk(&f, &disk);
    look_again(&f);
    assert_receipt(submit(&f, 1, arrival(&f)), 1, false);
    disk.free_bytes = 20;
    look_again(&f);
    assert_true(status(&f)->intake_stopped);
    answer = submit(&f, 2, arrival(&f));
    assert_refusal(answer, FULL, "");
    assert_true(answer.refusal->retry_after_ms > 0);
    assert_non_null(strstr(answer.refusal->en, "(disk 80% used): evidence waits"));
    assert_non_null(strstr(answer.refusal->en, "should free disk space, then"));
    assert_non_null(strstr(answer.refusal->zh, "（磁盘已用 80%），暂不接收照片到达"));
    assert_null(strstr(answer.refusal->zh, "used"));
    assert_string_equal(status(&f)->intake_reason->zh, "暂不接收照片到达，报告照收：磁盘已用 80%：清理磁盘");
    assert_string_equal(status(&f)->intake_reason->en, "evidence waits, reports go through: disk 80% used: free disk space");
    assert_receipt(submit(&f, 3, report_saying(&f, "x")), 2, false);
    disk.free_bytes = 15;
    look_again(&f);
    assert_refusal(submit(&f, 4, report_saying(&f, "y")), FULL, "");
    disk.free_bytes = 50;
    look_again(&f);
    assert_false(status(&f)->intake_stopped);
    assert_receipt(submit(&f, 4, report_saying(&f, "y")), 3, false);
    assert_receipt(submit(&f, 2, arrival(&f)), 4, false);
    teardown(&f);
}

static void house_keeping_goes_on_when_intake_is_stopped(void **state)
{
    static const char *const goes_on[] = {
        "{\"acknowledgement\":{\"case\":{\"place\":{\"site\":\"S-1\",\"item\":\"DS-01\"}}}}",
        "{\"release\":{\"sequence\":\"1\"}}",
        "{\"skip\":{\"sequence\":\"1\",\"reason\":\"崩溃\"}}",
    };
    struct disk disk = { 5, 100 };
    struct verdict answer;
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "early")), 1, false);
    use_disk(&f, &disk);
    look_again(&f);
    hello_as(&f, "rules");
    assert_refusal(submit(&f, 2, report_saying(&f, "late")), FULL, "");
    assert_receipt(submit(&f, 1, report_saying(&f, "early")), 1, true);
    answer = submit(&f, 1, report_saying(&f, "other"));
    assert_refusal(answer, CONFLICT, "client_id");
    assert_non_null(strstr(answer.refusal->en, "not kept"));
    assert_int_equal(rows_in(&f, TABLE_CONFLICT), 0);
    for (size_t i = 0; i < 3; i++)
        assert_receipt(submit(&f, 10 + i, entry_of(&f, goes_on[i])), 2 + i, false);
    push(&f, f.notify, "notify", id_of(20),
         entry_of(&f, "{\"outcomes\":{\"outcomes\":[{\"notice\":\"1\",\"grade\":\"GRADE_DEAD\"}]}}"));
    assert_receipt(verdict(&f, f.notify), 5, false);
    wake_at(&f, test_wall_ms + 100);
    pass_ms(100);
    assert_int_equal(status(&f)->last_sequence, 6);
    teardown(&f);
}

static void the_reserve_is_given_up_when_the_disk_is_nearly_full_and_made_again(void **state)
{
    struct disk disk = { 1000000, 2000000 };
    struct fixture f;

    (void) state;
    setup(&f);
    assert_false(reserve_exists(&f));
    use_disk(&f, &disk);
    f.ingest->space.reserve_bytes = 4096;
    look_again(&f);
    assert_true(reserve_exists(&f));
    disk.free_bytes = 4000;
    look_again(&f);
    assert_false(reserve_exists(&f));
    disk.free_bytes = 5000;
    look_again(&f);
    assert_false(reserve_exists(&f));
    assert_refusal(submit(&f, 1, report_saying(&f, "x")), FULL, "");
    disk.free_bytes = 302000;   /* 84 % used, and 85 % with the reserve that is to be made again */
    f.ingest->space.reserve_bytes = 4096;
    pass_ms(1001);
    assert_refusal(submit(&f, 1, report_saying(&f, "x")), FULL, "");
    assert_true(reserve_exists(&f));
    disk.free_bytes = 1000000;
    look_again(&f);
    assert_true(reserve_exists(&f));
    teardown(&f);
}

static void a_reserve_that_does_not_fit_is_said_and_which_setting_to_change(void **state)
{
    struct disk disk = { 39000000, 40000000 };
    struct verdict answer;
    struct fixture f;

    (void) state;
    setup(&f);
    use_disk(&f, &disk);
    f.ingest->space.reserve_bytes = (uint64_t) 64 << 20;
    look_again(&f);
    answer = submit(&f, 1, report_saying(&f, "x"));
    assert_refusal(answer, FULL, "");
    assert_non_null(strstr(answer.refusal->zh, "空间将满（磁盘放不下备用空间），暂停接收；请管理员调小 reserve_bytes（现为 64M）或换大磁盘，"));
    assert_non_null(strstr(answer.refusal->en, "should lower reserve_bytes (64M) or take a larger disk, then"));
    assert_non_null(strstr(status(&f)->intake_reason->zh, "磁盘放不下备用空间：调小 reserve_bytes（现为 64M）"));
    assert_non_null(strstr(status(&f)->intake_reason->en, "lower reserve_bytes (64M)"));
    assert_null(strstr(status(&f)->intake_reason->en, "100%"));
    f.ingest->space.reserve_bytes = 4096;
    look_again(&f);
    assert_null(status(&f)->intake_reason);
    assert_receipt(submit(&f, 1, report_saying(&f, "x")), 1, false);
    teardown(&f);
}

static void a_disk_that_others_have_filled_is_to_be_cleared_and_the_reserve_is_not_to_blame(void **state)
{
    struct disk disk = { (uint64_t) 200 << 20, (uint64_t) 220 << 20 };
    struct fixture f;

    (void) state;
    setup(&f);
    use_disk(&f, &disk);
    f.ingest->space.reserve_bytes = (uint64_t) 64 << 20;
    f.ingest->space.reserve_there = true;
    look_again(&f);
    assert_null(status(&f)->intake_reason);
    disk.free_bytes = (uint64_t) 1 << 20;
    look_again(&f);                                /* it is given up, and its room is free again */
    disk.free_bytes = (uint64_t) 65 << 20;
    look_again(&f);
    assert_string_equal(status(&f)->intake_reason->zh, "已停止接收：磁盘只剩 65M，其中 64M 要留作备用空间：清理磁盘");
    assert_string_equal(status(&f)->intake_reason->en, "intake is stopped: 65M are left on the disk, of which the reserve takes 64M: free disk space");
    teardown(&f);
}

static void a_small_map_fills_to_its_limit_and_leaves_room_for_acknowledgements(void **state)
{
    static const char acknowledgement[] =
        "{\"acknowledgement\":{\"case\":{\"place\":{\"site\":\"S-1\",\"item\":\"I\"}}}}";
    char remark[1800];
    struct fixture f;
    uint64_t number = 0;
    struct verdict answer;
    Duban__IngestStatus *now;

    (void) state;
    prepare(&f);
    f.settings.map_bytes = 2 << 20;
    start(&f);
    memset(remark, 'r', sizeof remark - 1);
    remark[sizeof remark - 1] = '\0';
    do {
        Duban__Entry *entry = message_unpack_own(&f.arena, &duban__entry__descriptor, report_saying(&f, "x"));

        entry->report->text = remark;
        answer = submit(&f, ++number, message_pack(&f.arena, entry));
    } while (answer.receipt != NULL && number < 3000);
    assert_refusal(answer, FULL, "");
    now = status(&f);
    assert_int_equal(now->last_sequence, number - 1);
    assert_true(now->intake_stopped);
    assert_non_null(now->intake_reason);
    assert_true(now->used_bytes * 100 >= now->map_bytes * 85);
    assert_true(now->used_bytes * 100 < now->map_bytes * 90);
    for (uint64_t i = 0; i < 20; i++)
        assert_receipt(submit(&f, 10000 + i, entry_of(&f, acknowledgement)), number + i, false);
    f.settings.map_bytes = 16 << 20;
    restart(&f);
    assert_receipt(submit(&f, 20000, report_saying(&f, "room again")), number + 20, false);
    teardown(&f);
}

static void a_commit_that_finds_the_map_full_keeps_nothing_of_the_batch(void **state)
{
    struct fixture f;
    uint64_t before, number = 0;
    struct verdict answer;

    (void) state;
    prepare(&f);
    f.settings.map_bytes = 1 << 20;
    f.settings.refuse_at_percent = 1000;   /* nothing stops it but the map */
    start(&f);
    do {
        before = status(&f)->last_sequence;
        for (int i = 0; i < 16; i++)
            push(&f, f.submitter, "operator", id_of(++number), report_saying(&f, "fill"));
        for (int i = 0; i < 15; i++)
            verdict(&f, f.submitter);
        answer = verdict(&f, f.submitter);
    } while (answer.receipt != NULL);
    assert_refusal(answer, FULL, "");
    assert_int_equal(status(&f)->last_sequence, before);
    assert_int_equal(rows_in(&f, TABLE_JOURNAL), before);
    assert_true(status(&f)->intake_stopped);
    assert_refusal(submit(&f, number, report_saying(&f, "fill")), FULL, "");
    assert_receipt(submit(&f, 1, report_saying(&f, "fill")), 1, true);
    restart(&f);
    assert_int_equal(status(&f)->last_sequence, before);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filling_disk_stops_evidence_first_then_reports_and_resumes),
        cmocka_unit_test(house_keeping_goes_on_when_intake_is_stopped),
        cmocka_unit_test(the_reserve_is_given_up_when_the_disk_is_nearly_full_and_made_again),
        cmocka_unit_test(a_reserve_that_does_not_fit_is_said_and_which_setting_to_change),
        cmocka_unit_test(a_disk_that_others_have_filled_is_to_be_cleared_and_the_reserve_is_not_to_blame),
        cmocka_unit_test(a_small_map_fills_to_its_limit_and_leaves_room_for_acknowledgements),
        cmocka_unit_test(a_commit_that_finds_the_map_full_keeps_nothing_of_the_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
