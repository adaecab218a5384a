"""Why not: of what was not sent, not then, or not to him, `duban explain --why-not` says the reason, in plain words.

A township lives through four and a half days in which everything happens that keeps a notice from leaving; then each
of those notices is asked about, and each answer is held against what was done.
"""
import json
import re
import socket

import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query
import story
import wire
from acts import t
from receiver import Receiver
from test_dongfeng import HOLES, RAW
from township import PACK, ROOT, Township, holder

NOW = "2020-02-14 12:00"


# ---------------------------------------------------------------- the story

def first_morning(town):
    town.until("2020-02-10 10:00")
    town.enter(acts.site("COMM-1", "COMM", "c1", "东里居委会", "Dongli committee"))
    story.some_are_not_there(town)
    town.enter(acts.availability("insp-s2", "remote_only"), by="lead")
    town.enter(holder("site-dorm-1", channel="no-such-channel", address="x"))
    story.first_findings(town, "leader-s", review_days=6)
    town.visit("CONS-1", fails=["CS-01"])
    town.visit("GATE-1", fails=["MS-03", "GT-03", "GT-05"])
    story.more_time_for_food(town)


def first_day(town):
    first_morning(town)
    story.red_slip_is_acknowledged(town)
    town.until("2020-02-10 15:00")
    town.enter(acts.suspend_site("CONS-1"), by="lead")
    story.red_slip_is_explained(town)
    town.until("2020-02-11 07:20")                                        # near due is kept for the list of 07:43
    town.enter(acts.approve_extension("FOOD-1", "EP-02"), by="lead")
    town.enter(acts.claim("GATE-1", "GT-03", fixed_at_ms=town.now), by="site-gate-1")


def second_day(town):
    town.until("2020-02-11 10:30")
    town.enter(acts.acknowledge("COUR-1", "DS-01"), by="leader-n")        # the yellow slip of 12:00 is not needed
    town.until("2020-02-11 11:00")
    town.visit("GATE-1", passes=["MS-03", "GT-03"], purpose=pb.PURPOSE_REVISIT)   # the one closes, overdue
    town.enter(acts.appeal("GATE-1", "MS-03"), by="site-gate-1")
    town.enter(acts.approve_appeal("GATE-1", "MS-03"), by="leader-n")
    town.enter(acts.approve_appeal("GATE-1", "MS-03"), by="lead")
    story.dormitory_is_not_fixed(town)
    town.kill("notify")
    receipt = town.submit(acts.report("FACT-1", "insp-s", town.now, fails=["EP-02"]), by="insp-s")
    town.rules_status(min_sequence=receipt.sequence)
    town.submit(acts.claim("FACT-1", "EP-02"), by="site-fact-1")          # done before anybody has heard of it
    town.start("notify")
    town.settle()


def later_days(town):
    town.until("2020-02-12 08:00")
    town.visit("SHOP-1", fails=["MS-01"])
    town.jump("2020-02-14 09:30")
    town.enter(acts.claim("GATE-1", "GT-05"), by="site-gate-1")
    town.until("2020-02-14 11:10")
    town.visit("GATE-1", passes=["GT-03"], purpose=pb.PURPOSE_REVISIT)
    town.until(NOW)


@pytest.fixture(scope="module")
def town(template, build, scratch):
    with story.lived(template, build, scratch, "why-not", first_day, second_day, later_days) as town:
        town.seen("rules")
        yield town


# ---------------------------------------------------------------- asking

def rows_of(town, at="", **about):
    wanted = query.WhyNotQuery(at_s=t(at) // 1000 if at else 0, **about)
    return town.rows("rules", why_not=wanted)


def asked(town, reference, at=""):
    """(rows, what it says in Chinese, what it says in English)."""
    options = ["--at", at.replace(" ", "T")] if at else []
    rows = json.loads(town.duban("--json", "explain", "--why-not", reference, *options).stdout)["rows"]
    zh, en = town.duban("explain", "--why-not", reference, *options).stdout.rstrip("\n").split("\n\n", 1)
    return rows, zh.splitlines()[1:], en.splitlines()[1:]


def case(site, item):
    return f"{site}/{item}"


# ---------------------------------------------------------------- twenty and more that were not sent

# (what is asked about, as of when, the reason, what the row is about, words in Chinese, words in English)
NOT_SENT = [
    ("COUR-1/TM-01", "2020-02-10 11:00", "NOT_DUE", {"message": "overdue_lead", "to": ["lead"]},
     ["“红单”：未到时间，2020-02-10 14:00 才发", "发给专班组长", "整改时限 2020-02-10 12:00，按自然时计", "依据：整改（A 级）督办阶梯第 3 行"],
     ['"red slip": not due until 2020-02-10 14:00', "task-force lead", "due 2020-02-10 12:00, counted in natural hours"]),
    ("COUR-1/DS-01", "2020-02-10 23:30", "NOT_DUE", {"rule": "reminders.rectification.B[0]"},
     ["2020-02-11 06:00 才发，并入 2020-02-11 07:43 的汇总", "东街快递点负责人"],
     ["not due until 2020-02-11 06:00, then told in the digest of 2020-02-11 07:43"]),
    ("FOOD-1/CS-05", "2020-02-10 12:00", "NOT_DUE", {"message": "overdue_group_leader", "selector": "area_contact"},
     ["按现在的登记，包片联系人无人可发"], ["as registered now nobody is there as the area contact"]),
    ("DORM-1/CS-02", "2020-02-12 06:00", "QUIET", {"message": "revisit_today", "recipient": "insp-n", "notice": None},
     ["夜间免打扰，2020-02-12 03:00 留到 2020-02-12 07:00 再发"], ["quiet hours, held at 2020-02-12 03:00 until 2020-02-12 07:00"]),
    ("DORM-1/CS-02", "", "QUIET", {"message": "revisit_today", "recipient": "insp-n"},
     ["已作为通知"], ["sent then as notice"]),
    ("COUR-1/DS-01", "", "DIGEST", {"message": "near_due", "recipient": "insp-n"},
     ["2020-02-11 06:00 没有单独发（免打扰时段），并入 2020-02-11 07:43 的汇总（通知"],
     ["not by itself at 2020-02-11 06:00 (quiet hours), joined in the digest of 2020-02-11 07:43 (notice"]),
    ("COUR-1/DS-01", "", "DIGEST", {"message": "overdue_owner", "recipient": "insp-n"},
     ["“逾期催办”（发给北片检查员甲）：2020-02-12 07:43", "按规定只列入汇总"], ['"overdue: chased" to north inspector 1', "told in lists only"]),
    ("COUR-1/DS-01", "", "DIGEST", {"message": "reported_up", "recipient": "committee"},
     ["“上报”（发给地区工委）：2020-02-13 10:00", "到点时系统没有运行"], ['"reported up" to area work committee', "nothing ran at its time"]),
    ("DORM-1/CS-02", "", "JOINED", {"message": "near_due"},
     ["与另一条说的是同一件事，已合并"], ["another notice said the same", "joined"]),
    ("COUR-1/TM-01", "", "HIGHER_STEP", {"message": "overdue_owner", "recipient": "area-c"},
     ["“逾期催办”（发给东里社区包片联系人）", "更高一级的督办"], ["a higher step reached the same person at 2020-02-10 12:00"]),
    ("COUR-1/TM-01", "", "ACKNOWLEDGED", {"message": "explanation_wanted", "recipient": "insp-n"},
     ["本人已签收，2020-02-10 13:00 的重复提醒不发", "依据：整改（A 级）提醒计划第 2 行，policy.yaml 第"],
     ["acknowledged a short while before", "suppressed", "by rule: row 2 of the reminders for rectification, level A, policy.yaml line"]),
    ("COUR-1/DS-01", "", "STOPPED", {"message": "overdue_group_leader"},
     ["“黄单”（应于 2020-02-11 12:00）：2020-02-11 10:30", "已签收", "不再督办到这一级"],
     ["of 2020-02-11 12:00: suppressed", "acknowledged it at 2020-02-11 10:30"]),
    ("COUR-1/TM-01", "", "EXPLAINED", {"message": "explanation_wanted"},
     ["已有逾期说明，2020-02-10 19:00 不再催"], ["suppressed at 2020-02-10 19:00, an explanation has been given"]),
    ("GATE-1/GT-05", "", "PAST", {"message": "near_due"},
     ["已经过了时间，不补发"], ["its time had passed", "not sent afterwards"]),
    ("COUR-1/DS-01", "", "NOTHING_RAN", {"message": "overdue_owner"},
     ["2020-02-13 07:43 起系统没有运行，错过的 1 次重复提醒"], ["nothing ran from 2020-02-13 07:43 on; 1 repeats"]),
    ("FOOD-1/EP-02", "", "OVERTAKEN", {"message": "near_due", "recipient": "insp-s"},
     ["情况已变，2020-02-11 07:43 决定不发"], ["overtaken while it waited, dropped at 2020-02-11 07:43"]),
    ("SHOP-1/MS-01", "", "NOBODY", {"message": "overdue_group_leader", "selector": "area_contact", "to": ["insp-s2"]},
     ["找“包片联系人”，无人在岗，没有人可发；已告知南片检查员乙"], ["nobody is there as the area contact; told in their place: south inspector 2"]),
    ("SHOP-1/DS-01", "", "ABSENT", {"message": "revisit_today", "recipient": "leader-s"},
     ["（应发给南片组组长）：2020-02-11 10:00 本人不在岗"], ["for leader of the south group: not sent at 2020-02-11 10:00, away"]),
    ("SHOP-1/DS-01", "", "DEPUTY", {"message": "new_case", "recipient": "leader-s", "to": ["insp-s2"]},
     ["“整改交办”（应发给南片组组长）：本人不在，2020-02-10 10:00 由代理人南片检查员乙接收"],
     ["not there at 2020-02-10 10:00, it went to the deputy, south inspector 2"]),
    ("FACT-1/EP-02", "", "WITHDRAWN", {"message": "notice_to_site", "recipient": "site-fact-1"},
     ["还没有发出，2020-02-11 15:00 收回：点位已报整改（第", "号记录）"],
     ["withdrawn at 2020-02-11 15:00 before it was sent: the site says it is fixed (entry"]),
    ("GATE-1/GT-03", "", "NOT_WITHDRAWN", {"message": "notice_to_site"},
     ["2020-02-11 07:20 收回：点位已报整改", "但此前已经发出"], ["withdrawn at 2020-02-11 07:20, after it was sent"]),
    ("GATE-1/GT-03", "", "DONE", {"message": "near_due", "recipient": "site-gate-1"},
     ["到 2020-02-11 07:43 事情已经办完", "不再发"], ["not sent, it was done by then (2020-02-11 07:43)"]),
    ("GATE-1/GT-03", "", "DONE", {"message": "overdue_group_leader"},
     ["“黄单”（应于 2020-02-11 12:00）：到 2020-02-11 11:00 事情已经办完（第", "不再发"],
     ['"yellow slip" of 2020-02-11 12:00: not sent, it was done by then (2020-02-11 11:00, entry']),
    ("GATE-1/GT-05", "2020-02-14 09:40", "CLAIMED", {"message": "overdue_lead"},
     ["点位 2020-02-14 09:30 已报整改完成（第", "下一条“红单”应于 2020-02-14 10:00", "不催"],
     ["the site said fixed at 2020-02-14 09:30 (entry", 'next "red slip" of 2020-02-14 10:00', "nobody is chased"]),
    ("OFFC-1/OF-02", "", "SUSPENDED", {},
     ["2020-02-10 10:00 挂账（第", "等材料", "停止计时"], ["suspended at 2020-02-10 10:00 (entry", "its clock stands still"]),
    ("CONS-1/CS-01", "", "SITE_STOPPED", {},
     ["点位没有在经营（2020-02-10 15:00 起，第", "停业"], ["the site does not operate (since 2020-02-10 15:00, entry"]),
    ("GATE-1/MS-03", "", "EXEMPT", {}, ["申诉已于 2020-02-11 11:00 通过（第", "不计超时"],
     ["exempt, an appeal was granted at 2020-02-11 11:00 (entry"]),
    ("COUR-1/TM-01", "", "PLAN_OVER", {},
     ["整改（时限 2020-02-10 12:00）：提醒和督办已按计划发完"], ["rectification (due 2020-02-10 12:00): all of its reminders"]),
    ("SHOP-1/DS-01", "", "CONDITION", {"rule": "uplifts[1]"},
     ["没有按高一级立案：条件“点位风险为高", "不成立。当时：点位风险：中；该项此前三次检查中不合格的次数：0", "policy.yaml 第"],
     ["not opened one level higher: the condition", "is false. Then: the site's risk: medium"]),
    ("SHOP-1/DS-01", "", "CONDITION", {"rule": "uplifts[2]"},
     ["在场人数：没有登记"], ["the number of people there: not known"]),
    ("SHOP-1", "2020-02-13 12:00", "CADENCE", {"rule": "site_kinds.SHOP"},
     ["例行巡查：2020年2月15日 星期六 才到（每 3 个自然日一次）"], ["not due until Saturday, 15 February 2020 (every 3 calendar days)"]),
    ("SHOP-1", "", "CONDITION", {"rule": "cadences[1]"},
     ["没有按另一间隔巡查：条件“点位正在盯守”不成立。当时：点位正在盯守：否"], ["the condition \"the site is being watched\" is false"]),
    ("SHOP-1", "", "FEW_ATTEMPTS", {}, ["连续到访未果 0 次，满 2 次才开"], ["0 attempts in a row; it opens after 2"]),
    ("SHOP-1", "", "NOT_WATCHED", {}, ["没有人决定盯守这个点位"], ["nobody has decided to have the site watched"]),
    ("COMM-1", "", "NO_CADENCE", {}, ["没有例行间隔"], ["sites of this kind have no interval"]),
    ("CONS-1", "", "SITE_STOPPED", {"about": None}, ["点位没有在经营"], ["the site does not operate"]),
    ("site-dorm-1", "", "UNDELIVERED", {"message": "revisit_failed"},
     ["DB-", "“返工”（发给河畔工地宿舍负责人，通知", "渠道不可用"], ["sent, but the channel could not be used"]),
    ("leader-s", "", "DEPUTY", {"message": "overdue_group_leader", "to": ["insp-s2"]},
     ["DB-", "由代理人南片检查员乙接收"], ["it went to the deputy, south inspector 2"]),
    ("group_leader:north", "", "DIGEST", {"message": "overdue_group_leader", "recipient": "leader-n"},
     ["DB-", "“黄单”（发给北片组组长）"], ['"yellow slip" to leader of the north group']),
    ("group_leader:north", "", "NOT_DUE", {"message": "revisit_missed"}, ["“未复查”：未到时间"], ['"revisit missed": not due until']),
    ("area_contact:v1", "", "NOBODY", {"message": "overdue_group_leader", "selector": "area_contact"},
     ["DB-", "找“包片联系人”，无人在岗"], ["nobody is there as the area contact"]),
    ("auditor", "", "NOTHING", {}, ["没有应发而未发的通知"], ["nothing was to be told"]),
]


def fits(row, wanted):
    """A value of None: the row has none."""
    return all(row.get(key) == value for key, value in wanted.items())


@pytest.fixture(scope="module")
def answers(town):
    """Each question is put once: nothing happens any more."""
    known = {}

    def answer(reference, at):
        if (reference, at) not in known:
            known[reference, at] = asked(town, reference, at)
        return known[reference, at]

    return answer


@pytest.mark.parametrize(("reference", "at", "why", "wanted", "zh", "en"), NOT_SENT,
                         ids=[f"{row[2]}-{row[0].replace('/', '-')}-{number}" for number, row in enumerate(NOT_SENT)])
def test_the_answer_names_the_reason_in_both_languages(answers, reference, at, why, wanted, zh, en):
    rows, said_zh, said_en = answers(reference, at)
    assert len(rows) == len(said_zh) == len(said_en)
    found = [place for place, row in enumerate(rows) if row["why"] == f"WHY_NOT_{why}" and fits(row, wanted)]
    assert found, "\n".join(said_zh)
    lines = [(said_zh[place], said_en[place]) for place in found]
    assert any(all(words in line_zh for words in zh) and all(words in line_en for words in en) for line_zh, line_en in lines), lines


def test_more_than_twenty_different_reasons_are_told(town):
    assert len({(row[0], row[2], row[3].get("message", "")) for row in NOT_SENT}) >= 20
    assert len({row[2] for row in NOT_SENT}) >= 20


def test_every_answer_has_words_and_no_gaps(town):
    """Whatever may be asked about: no reason without its sentence, no sentence with a hole."""
    references = [case(row.case_.site, row.case_.item) for row in town.case_rows()]
    references += ["COUR-1", "GATE-1", "OFFC-1", "insp-n", "insp-s2", "lead", "duty_clerk", "committee", "site_contact:COUR-1"]
    for reference in references:
        rows, zh, en = asked(town, reference)
        assert rows and len(rows) == len(zh) == len(en), reference
        for line in zh + en:
            assert "—" not in line and "{" not in line and "未知" not in line and "unknown" not in line, line
        for line in en:
            assert re.search(r"[a-z]", line), line


def test_what_the_row_says_of_the_policy_stands_there(town):
    """The line that an answer names is the row of the pack that would have told it."""
    lines = (PACK / "policy.yaml").read_text().splitlines()
    seen = 0
    for row in town.case_rows():
        for answer in rows_of(town, id=row.case_.id):
            if answer.rule.startswith(("reminders.", "ladder.")) and answer.file:
                if answer.message not in ("digest", ""):
                    assert f"message: {answer.message}" in lines[answer.line - 1], (answer.rule, answer.line)
                    seen += 1
    assert seen > 50


# ---------------------------------------------------------------- pages, times, slips of the pen

def test_pages_of_three_rows_say_the_same_as_one(town):
    about = [dict(id=town.case("SHOP-1", "DS-01").id), dict(site="GATE-1"), dict(account="leader-s"),
             dict(post=pb.RoleGrant(role=pb.ROLE_GROUP_LEADER, scope="north"))]
    for what in about:
        whole = rows_of(town, **what)
        after, pages = b"", []
        while True:
            reply = town.ask("rules", after=after, limit=3, why_not=query.WhyNotQuery(**what))
            pages += reply.why_not.rows
            after = reply.next
            if not after:
                break
        assert pages == whole and len(whole) > 3, what


def test_as_of_a_time_is_what_was_true_then(town):
    """Each moment of the past says the next steps that came later, and nothing that was decided later."""
    case_id = town.case("COUR-1", "DS-01").id
    told = {(row.notice.kind, row.notice.due_at_s) for row in town.notices(town.case("COUR-1", "DS-01"))}
    for at in ("2020-02-10 10:30", "2020-02-11 06:30", "2020-02-11 09:30", "2020-02-11 11:00"):
        at_s = t(at) // 1000
        rows = rows_of(town, at, id=case_id)
        assert all(row.decided_s <= at_s for row in rows)
        coming = [row for row in rows if row.why == query.WHY_NOT_NOT_DUE]
        assert coming and all(row.at_s > at_s for row in coming)
        for row in coming:     # what was said to come did, at that time, unless somebody acted or nothing ran
            if row.message == "near_due" and not row.heard_s:
                assert ("near_due", row.at_s) in told
    assert "overdue_group_leader" in {row.message for row in rows_of(town, "2020-02-11 10:20", id=case_id)
                                      if row.why == query.WHY_NOT_NOT_DUE}
    assert "overdue_group_leader" not in {row.message for row in rows_of(town, "2020-02-11 10:40", id=case_id)
                                          if row.why == query.WHY_NOT_NOT_DUE}


def test_a_due_that_was_moved_is_the_old_one_before(town):
    case_id = town.case("FOOD-1", "EP-02").id
    for at, due in (("2020-02-11 07:00", "2020-02-11 10:00"), ("2020-02-11 07:30", "2020-02-12 10:00")):
        dues = {row.due_s for row in rows_of(town, at, id=case_id)
                if row.why == query.WHY_NOT_NOT_DUE and row.rule.startswith("reminders.rectification")}
        assert dues == {t(due) // 1000}, at


@pytest.mark.parametrize(("reference", "options", "zh", "en"), [
    ("DB-9999", [], "没有这个问题", "no such case"),
    ("TS-0009", [], "没有这个编号的事项", "nothing of that number"),
    ("no-such-thing", [], "没有“no-such-thing”这个问题、事项、点位、账号或岗位", "no case, site, account or post"),
    ("group_leader:west", [], "没有这个岗位", "no such post"),
    ("group_leader", [], "没有这个岗位", "no such post"),
    ("auditor:x", [], "没有通知会按这个岗位找人", "no notice looks for that post"),
    ("COUR-1/TM-01", ["--at", "2020-02-01T10:00"], "当时还没有", "none then"),
    ("COUR-1/TM-01", ["--at", "2021-02-01T10:00"], "还没有到", "has not come"),
    ("COUR-1/TM-01", ["--at", "yesterday"], "应写成", "is written"),
])
def test_what_is_not_there_is_said_clearly(town, reference, options, zh, en):
    done = town.duban("explain", "--why-not", reference, *options, check=False)
    assert done.returncode in (1, 2) and not done.stdout
    assert zh in done.stderr and en in done.stderr, done.stderr


def test_a_notice_or_why_not_is_asked_and_not_both(town):
    for arguments in (["explain"], ["explain", "5", "--why-not", "COUR-1"], ["explain", "5", "--at", "2020-02-11T10:00"]):
        done = town.duban(*arguments, check=False)
        assert done.returncode == 2 and "--why-not" in done.stderr


def test_a_chinese_keyboard_and_the_name_of_a_post_will_do(town):
    assert asked(town, "ｄｂ－0001")[0] == asked(town, "DB-0001")[0]
    assert asked(town, "片组组长:north")[0] == asked(town, "group_leader:north")[0]


def test_an_id_of_rubbish_is_refused(town):
    with pytest.raises(wire.Fault):
        town.ask("rules", why_not=query.WhyNotQuery(id=b"x" * 16))
    with pytest.raises(wire.Fault):
        town.ask("rules", why_not=query.WhyNotQuery())
    with pytest.raises(wire.Fault):
        town.ask("rules", why_not=query.WhyNotQuery(site="../x"))
    town.ask("rules", after=bytes([250]) * 40, why_not=query.WhyNotQuery(site="COUR-1"))


# ---------------------------------------------------------------- what notify still has

def test_what_could_not_leave_yet_is_told_with_its_next_attempt(make_town, template, tmp_path):
    """Nobody listens at the address: the notice waits in notify, and both of case and recipient may be asked about."""
    with Receiver() as receiver, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        webhook = receiver.webhook(tmp_path, schedule=["0s", "10m", "1h"])
        town = make_town(template, rehearsal=story.BEGINNING, settings={"channels": webhook}).start()
        town.jump("2020-02-10 10:00")
        town.enter(holder("site-shop-1", channel="webhook", address=f"http://127.0.0.1:{nobody.getsockname()[1]}/"))
        town.visit("SHOP-1", fails=["DS-01"])
        for reference in ("SHOP-1/DS-01", "site-shop-1", "site_contact:SHOP-1"):
            rows, zh, en = asked(town, reference)
            assert len(zh) == len(en) == len([row for row in rows if row["why"] != "WHY_NOT_NOTHING"]) + 1
            assert "“整改告知”（发给南村超市负责人，通知" in zh[-1] and "排队中，预计 2020-02-10 10:" in zh[-1]
            assert "queued, expected to leave at 2020-02-10 10:" in en[-1], en[-1]


# ---------------------------------------------------------------- the demonstration

DEMO = ROOT / "deploy/demo"


@pytest.fixture(scope="module")
def demo(build, scratch):
    """The demonstration, played to its end."""
    with story.checked(Township(scratch / "why-not-demo", build, rehearsal="2020-02-03 08:00")) as town:
        town.start()
        town.duban("policy", "activate", PACK, "--approver", "lead")
        for what in ("areas", "sites", "units", "holders", "households"):
            town.duban("import", what, DEMO / f"{what}.csv")
        town.duban("rehearse", DEMO / "township.jsonl", "--quiet", timeout=280)
        town.settle()
        town.seen("rules")
        yield town


WHERE = re.compile(r"［依据 [^］]*］|\[rule [^,]*(?:, [^\]]*)?\]")   # the place in the policy, named as it stands there


def assert_plain(words, what):
    """In words for people: nothing for programs, nothing left empty."""
    words = WHERE.sub("", words)
    found = [pattern.search(words) for pattern in (RAW, HOLES)]
    assert not any(found), (what, [match[0] for match in found if match], words)


def test_every_notice_of_the_demonstration_says_why(demo):
    rows = demo.notices()
    assert len(rows) > 80
    for row in rows:
        zh, en = demo.duban("explain", row.sequence).stdout.rstrip("\n").split("\n\n", 1)
        assert "依据：" in zh and "为什么是他：" in zh and "By which rule:" in en and "Why this recipient:" in en
        assert "未知" not in zh, zh
        assert_plain(zh, row.notice.kind)
        assert_plain(en, row.notice.kind)


def test_every_subject_of_the_demonstration_says_why_not(demo):
    references = [case(row.case_.site, row.case_.item) for row in demo.case_rows()]
    references += [row.number for row in demo.subject_rows()]
    references += [row.code for row in demo.rows("rules", sites=query.SitesQuery())]
    references += [row.account for row in demo.rows("rules", holders=query.HoldersQuery())]
    reasons = set()
    for reference in references:
        rows, zh, en = asked(demo, reference)
        reasons |= {row["why"] for row in rows}
        assert rows and len(rows) == len(zh) == len(en), reference
        assert not any("未知" in line for line in zh + en), zh
        for line in zh + en:
            assert_plain(line, reference)
    assert reasons >= {"WHY_NOT_DONE", "WHY_NOT_DIGEST", "WHY_NOT_CONDITION", "WHY_NOT_NOT_WITHDRAWN"}, reasons
