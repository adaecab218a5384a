/* test_action_link.c - which address a message brings, and whose it is. */
#include <dlfcn.h>
#include <sodium.h>
#include <sys/statvfs.h>

#include "asking.h"
#include "public_url.h"

static const uint8_t TASK[ID_BYTES] = { 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0, 1 }, OTHER[ID_BYTES] = { 0, 0, 0, 0, 0, 0, 0, 45 };
enum { LAST_MS = 14 * 86400 * 1000, SEQUENCE = 77 };

/* LMDB's, as long as the test wants nothing else. */
static int look_fails_with;

int mdb_get(MDB_txn *txn, MDB_dbi table, MDB_val *key, MDB_val *value)
{
    int (*real)(MDB_txn *, MDB_dbi, MDB_val *, MDB_val *);

    *(void **) &real = dlsym(RTLD_NEXT, "mdb_get");
    return look_fails_with != 0 ? look_fails_with : real(txn, table, key, value);
}

/* Likewise, of a disk that has room. */
static int flush_fails_with;

int fdatasync(int descriptor)
{
    int (*real)(int);

    *(void **) &real = dlsym(RTLD_NEXT, "fdatasync");
    errno = flush_fails_with;
    return flush_fails_with != 0 ? -1 : real(descriptor);
}

int statvfs(const char *directory, struct statvfs *disk)
{
    (void) directory;
    *disk = (struct statvfs){ .f_frsize = 4096, .f_blocks = 1 << 24, .f_bfree = 1 << 23, .f_bavail = 1 << 23 };
    return 0;
}

struct linking {
    struct fixture f;
    struct action_links links;
    Duban__Text nothing;
    Duban__NoticeItem items[ACTION_LINKS_MOST + 1], *list[ACTION_LINKS_MOST + 1];
    Duban__Recipient recipient;
    Duban__Notice notice;
    bool brief;
    char words[4096];
};

/* A notice, and addresses of that notify. */
static void begin_linking(struct linking *l, struct notify *notify)
{
    assert_int_equal(action_links_open(&l->links, &notify->state, "https://d.example", LAST_MS), 0);
    duban__notice__init(&l->notice);
    duban__recipient__init(&l->recipient);
    for (size_t i = 0; i < ACTION_LINKS_MOST + 1; i++) {
        duban__notice_item__init(&l->items[i]);
        l->list[i] = &l->items[i];
    }
    l->recipient.account = "site-1";
    l->recipient.language = "zh";
    l->notice.kind = "near_due";
    l->notice.recipient = &l->recipient;
    l->notice.decided_at_s = START_S;
    l->notice.items = l->list;
    l->notice.n_items = 1;
    l->items[0].task = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) TASK };
}

static void setup_linking(struct linking *l)
{
    memset(l, 0, sizeof *l);
    setup(&l->f);
    begin_linking(l, l->f.notify);
}

static const char *put_by(struct linking *l, const struct channel *channel)
{
    struct text out = { 0 };

    action_links_put(&l->links, channel, (struct told){ &l->notice, SEQUENCE }, l->brief, &out);
    (void) snprintf(l->words, sizeof l->words, "%.*s", (int) out.size, out.data == NULL ? "" : out.data);
    text_close(&out);
    return l->words;
}

/* What stands behind /a/ on the n-th line. */
static const char *token_in(const char *words)
{
    const char *found = strstr(words, "/a/");

    assert_non_null(found);
    return found + 3;
}

static void its_recipient_alone_gets_his_own(void **state)
{
    struct linking l;
    struct action_link link;

    (void) state;
    setup_linking(&l);
    assert_true(action_link_read(&l.links, token_in(put_by(&l, &channel_smtp)), &link));
    assert_memory_equal(link.task, TASK, ID_BYTES);
    assert_string_equal(link.account, "site-1");
    assert_true(link.notice == 0 && link.decided_s == START_S && link.expires_s == START_S + LAST_MS / 1000);
    assert_non_null(strstr(l.words, "请勿转发"));
    for (size_t i = 0; i < 4; i++) {
        static const struct channel *const read_by_others[] = { &channel_wecom, &channel_dingtalk, &channel_feishu, &channel_spool };

        assert_non_null(strstr(put_by(&l, read_by_others[i]), "https://d.example/t/000000000000002c0000000100000000"));
        assert_null(strstr(l.words, "/a/"));
    }
    cleanup(&l.f);
}

static void the_same_notice_says_the_same_and_the_key_outlives_a_restart(void **state)
{
    struct linking l;
    struct action_links again;
    struct action_link link;
    char first[sizeof l.words];

    (void) state;
    setup_linking(&l);
    (void) snprintf(first, sizeof first, "%s", put_by(&l, &channel_sms));
    assert_string_equal(put_by(&l, &channel_sms), first);
    assert_int_equal(action_links_open(&again, &l.f.notify->state, "", LAST_MS), 0);
    assert_true(action_link_read(&again, token_in(first), &link));
    l.recipient.account = "site-2";
    assert_string_not_equal(put_by(&l, &channel_sms), first);
    cleanup(&l.f);
}

static void one_that_was_changed_is_nobodys(void **state)
{
    struct linking l;
    struct action_link link;
    char token[ACTION_TOKEN_BYTES];

    (void) state;
    setup_linking(&l);
    (void) snprintf(token, sizeof token, "%s", token_in(put_by(&l, &channel_sms)));
    for (size_t i = 0; token[i] != '\0'; i++) {
        char was = token[i];

        token[i] = was == 'A' ? 'B' : 'A';
        assert_false(action_link_read(&l.links, token, &link));
        token[i] = was;
    }
    token[strlen(token) - 1] = '\0';
    assert_false(action_link_read(&l.links, token, &link));
    assert_false(action_link_read(&l.links, "", &link));
    l.links.for_show = true;
    assert_false(action_link_read(&l.links, token_in(put_by(&l, &channel_sms)), &link));
    cleanup(&l.f);
}

/* One line, which leads to a list of what this notice is about. */
static void expect_list(struct linking *l)
{
    struct action_link link;

    assert_null(strstr(strstr(put_by(l, &channel_smtp), "/a/") + 1, "/a/"));
    assert_true(action_link_read(&l->links, token_in(l->words), &link));
    assert_true(link.notice == SEQUENCE && link.decided_s == START_S);
    assert_string_equal(put_by(l, &channel_wecom), wording_speaks(&l->recipient, LANGUAGE_EN)
                                                       ? "\n查看办理（需登录） / Open (sign in)：https://d.example/"
                                                       : "\n查看办理（需登录）：https://d.example/");
}

static void each_task_has_its_own_and_many_are_seen_in_one_place(void **state)
{
    struct linking l;
    struct text out = { 0 };
    uint8_t ids[ACTION_LINKS_MOST + 1][ID_BYTES];

    (void) state;
    setup_linking(&l);
    l.notice.n_items = 3;
    l.items[1].task = l.items[0].task;   /* two findings of one */
    l.items[2].task = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) OTHER };
    put_by(&l, &channel_wecom);
    assert_non_null(strstr(l.words, " 1：https://d.example/t/"));
    assert_non_null(strstr(l.words, " 2：https://d.example/t/000000000000002d"));
    assert_null(strstr(l.words, " 3："));
    action_links_put_json(&l.links, &channel_webhook, (struct told){ &l.notice, SEQUENCE }, &out);
    assert_true(out.size > 2 && out.data[0] == '[' && out.data[out.size - 1] == ']');
    text_close(&out);
    for (size_t i = 0; i < ACTION_LINKS_MOST + 1; i++) {
        memset(ids[i], (int) i + 1, ID_BYTES);
        l.items[i].task = (ProtobufCBinaryData){ ID_BYTES, ids[i] };
    }
    l.notice.n_items = ACTION_LINKS_MOST + 1;
    expect_list(&l);
    l.notice.n_items = 1;
    l.notice.kind = "digest";
    expect_list(&l);
    l.items[0].task.len = 0;
    assert_string_equal(put_by(&l, &channel_smtp), "\n查看办理（需登录）：https://d.example/");
    cleanup(&l.f);
}

static void where_there_is_little_room_several_are_seen_in_one_place(void **state)
{
    struct linking l;

    (void) state;
    setup_linking(&l);
    l.brief = true;
    assert_non_null(strstr(put_by(&l, &channel_sms), "/a/"));   /* of one there is its own */
    l.notice.n_items = 2;
    l.items[1].task = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *) OTHER };
    expect_list(&l);
    l.recipient.language = "zh+en";
    expect_list(&l);
    cleanup(&l.f);
}

static bool is_ended(struct linking *l, const uint8_t *task)
{
    struct action_link link;
    struct store_txn txn;
    bool is_ended;

    assert_true(action_link_read(&l->links, token_in(put_by(l, &channel_sms)), &link));
    store_begin(&txn, &l->f.notify->state.store, STORE_READ);
    is_ended = action_link_is_ended(&txn, &link, task);
    store_abort(&txn);
    return is_ended;
}

static void end_up_to(struct linking *l, const char *account, const uint8_t *task, int64_t at_s)
{
    struct store_txn txn;

    store_begin(&txn, &l->f.notify->state.store, STORE_WRITE);
    action_links_end(&txn, account, task, at_s);
    assert_int_equal(store_commit(&txn), 0);
}

static void those_that_were_sent_are_ended_and_later_ones_are_not(void **state)
{
    struct linking l;

    (void) state;
    setup_linking(&l);
    end_up_to(&l, "site-1", OTHER, START_S + 60);
    end_up_to(&l, "site-2", NULL, START_S + 60);
    end_up_to(&l, "site-1", TASK, START_S - 1);
    assert_false(is_ended(&l, NULL));
    assert_true(is_ended(&l, OTHER));   /* opened from a list */
    end_up_to(&l, "site-1", TASK, START_S);
    end_up_to(&l, "site-1", TASK, START_S - 60);   /* nothing comes to life again */
    assert_true(is_ended(&l, NULL));
    l.notice.decided_at_s = START_S + 1;
    assert_false(is_ended(&l, NULL));
    end_up_to(&l, "site-1", NULL, START_S + 1);
    assert_true(is_ended(&l, NULL));
    cleanup(&l.f);
}

static void where_it_cannot_be_read_whether_one_was_ended_that_is_said(void **state)
{
    struct asking a;
    struct linking l = { 0 };
    Duban__ActionLinkQuery link = DUBAN__ACTION_LINK_QUERY__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    Duban__Reply *reply;

    (void) state;
    setup_asking(&a);
    begin_linking(&l, a.f.notify);
    link.token = (char *) token_in(put_by(&l, &channel_sms));
    query.body_case = DUBAN__QUERY__BODY_ACTION_LINK;
    query.action_link = &link;
    look_fails_with = EIO;
    reply = ask(&a, &query);
    look_fails_with = 0;
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_FAULT);
    assert_true(reply->fault->later);
    assert_contains(reply->fault->zh, "收回");
    assert_contains(reply->fault->en, "ended");
    reply = ask(&a, &query);
    assert_int_equal(reply->body_case, DUBAN__REPLY__BODY_ACTION_LINK);
    assert_false(reply->action_link->ended);
    cleanup_asking(&a);
}

static void end_on_a_disk_that_fails(void *prepared)
{
    struct asking a = { .f = *(struct fixture *) prepared };
    Duban__ActionLinksEnd end = DUBAN__ACTION_LINKS_END__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;

    start(&a.f);
    connect_asking(&a);
    arena_open(&a.arena, UINT64_C(16) << 20);
    end.account = "site-1";
    query.body_case = DUBAN__QUERY__BODY_ACTION_LINKS_END;
    query.action_links_end = &end;
    flush_fails_with = EIO;
    (void) ask(&a, &query);
}

static void a_disk_that_fails_is_not_believed_any_more(void **state)
{
    struct fixture f;
    struct child child;

    (void) state;
    prepare(&f);
    child_run(&child, end_on_a_disk_that_fails, &f);
    assert_exit(child, EXIT_FAILURE);
    assert_contains(child.output, "commit failed");
    arena_close(&f.arena);
    scratch_remove(f.scratch);
}

/* As the version before made it. */
static const char *former_token(const struct linking *l, int64_t expires_s, char out[ACTION_TOKEN_BYTES])
{
    enum { HEAD = ID_BYTES + 4, ACCOUNT = 6, MAC = 16 };
    uint8_t token[HEAD + ACCOUNT + MAC];
    const struct bytes parts[] = { bytes_of_text("action link"), bytes_of(token, HEAD + ACCOUNT) };

    memcpy(token, TASK, ID_BYTES);
    put_u32(token + ID_BYTES, (uint32_t) (expires_s / 3600));
    memcpy(token + HEAD, "site-1", ACCOUNT);
    digest_of_parts(token + HEAD + ACCOUNT, MAC, bytes_of(l->links.key, sizeof l->links.key), parts, 2);
    sodium_bin2base64(out, ACTION_TOKEN_BYTES, token, sizeof token, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return out;
}

static void one_of_the_version_before_lives_as_long_as_it_was_to_and_can_be_ended(void **state)
{
    enum { EXPIRES_S = START_S / 3600 * 3600 + 3 * 86400 };
    struct linking l;
    struct action_link link;
    struct store_txn txn;
    char token[ACTION_TOKEN_BYTES];

    (void) state;
    setup_linking(&l);
    assert_true(action_link_read(&l.links, former_token(&l, EXPIRES_S, token), &link));
    assert_memory_equal(link.task, TASK, ID_BYTES);
    assert_string_equal(link.account, "site-1");
    assert_true(link.expires_s == EXPIRES_S && link.notice == 0);
    store_begin(&txn, &l.f.notify->state.store, STORE_READ);
    assert_false(action_link_is_ended(&txn, &link, NULL));
    store_abort(&txn);
    end_up_to(&l, "site-1", TASK, START_S - 60);   /* whatever the setting of their life is by now */
    store_begin(&txn, &l.f.notify->state.store, STORE_READ);
    assert_true(action_link_is_ended(&txn, &link, NULL));
    store_abort(&txn);
    cleanup(&l.f);
}

static void without_an_address_or_a_task_there_is_none(void **state)
{
    struct linking l;

    (void) state;
    setup_linking(&l);
    l.links.url = "";
    assert_string_equal(put_by(&l, &channel_smtp), "");
    l.links.url = "https://d.example";
    l.items[0].task.len = 0;
    assert_string_equal(put_by(&l, &channel_smtp), "");
    cleanup(&l.f);
}

static void addresses_that_are_none_are_refused(void **state)
{
    static const char *const NONE[] = { "duban.example", "ftp://x", "https://x/", "https://x y", "https://x\"", "https://x?a", "https://一", "https://x/duban", "https://" };

    (void) state;
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        if (public_url_is_right(NONE[i]))
            fail_msg("%s", NONE[i]);
    assert_true(public_url_is_right("") && public_url_is_right("http://10.0.0.1:8440"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_recipient_alone_gets_his_own),
        cmocka_unit_test(the_same_notice_says_the_same_and_the_key_outlives_a_restart),
        cmocka_unit_test(one_that_was_changed_is_nobodys),
        cmocka_unit_test(each_task_has_its_own_and_many_are_seen_in_one_place),
        cmocka_unit_test(where_there_is_little_room_several_are_seen_in_one_place),
        cmocka_unit_test(those_that_were_sent_are_ended_and_later_ones_are_not),
        cmocka_unit_test(where_it_cannot_be_read_whether_one_was_ended_that_is_said),
        cmocka_unit_test(a_disk_that_fails_is_not_believed_any_more),
        cmocka_unit_test(one_of_the_version_before_lives_as_long_as_it_was_to_and_can_be_ended),
        cmocka_unit_test(without_an_address_or_a_task_there_is_none),
        cmocka_unit_test(addresses_that_are_none_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
