"""Silences: for a time some notices wait; what is still open by then comes in one digest for each recipient."""
import json

import acts
import entry_pb2 as pb


def test_a_silence_is_set_listed_and_said_together_at_its_end(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-06"])
    set_it = ("silence", "--site", "COUR-1", "--message", "near_due", "--until", "2020-02-13T08:00", "--reason", "停电检修")
    town.duban(*set_it, "--as", "leader-n")
    town.settle()
    (row,) = json.loads(town.duban("silences", "--json").stdout)["rows"]
    assert row["inForce"] and row["silence"]["setBy"] == "leader-n" and row["silence"]["reason"] == "停电检修"
    town.until("2020-02-13 07:59")
    assert town.told("COUR-1", "DS-06", kinds=("near_due",)) == []
    silenced = town.case_facts("COUR-1", "DS-06", "silenced")
    assert silenced and {fact.number for fact in silenced} == {1}
    assert {fact.recipient for fact in silenced} == {"insp-n", "site-cour-1"}
    assert "第 1 号静默" in town.duban("case", "COUR-1/DS-06").stdout
    town.until("2020-02-13 08:01")
    told = town.told("COUR-1", "DS-06", kinds=("near_due",))
    assert sorted(told) == [("2020-02-13 08:00", "digest:near_due", "insp-n"), ("2020-02-13 08:00", "digest:near_due", "site-cour-1")]
    assert json.loads(town.duban("silences", "--json").stdout)["rows"] == []
    assert "已结束" in town.duban("silences", "--all").stdout


def test_a_silence_is_ended_sooner_and_only_by_who_may(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-06"])
    town.duban("silence", "--case", "COUR-1/DS-06", "--until", "2020-02-17T08:00", "--reason", "停电检修", "--as", "lead")
    town.until("2020-02-13 12:00")
    assert town.told("COUR-1", "DS-06", kinds=("near_due", "overdue_owner")) == []
    held = town.duban("silence", "end", "1", "--reason", "恢复", "--as", "insp-n", check=False)
    assert held.returncode != 0 and "无此权限" in held.stdout + held.stderr
    ended = town.duban("silence", "end", "1", "--reason", "恢复", "--as", "lead").stdout
    assert "第 1 号静默已结束" in ended and "silence 1 has ended" in ended and "没有问题因此改变" not in ended
    town.until("2020-02-13 12:01")
    told = town.told("COUR-1", "DS-06", kinds=("near_due", "overdue_owner"))
    assert {who for _, _, who in told} == {"insp-n", "site-cour-1"}
    assert {kind for _, kind, _ in told} == {"digest:overdue_owner"}, "what was near due then is past now"
    assert "恢复" in town.duban("silences", "--all").stdout


def test_a_slip_of_the_pen_is_told_and_nothing_is_silenced(settled):
    town = settled("2020-02-10 10:00")
    for arguments, said in ((("--site", "COUR-1", "--reason", "x"), "--until"), (("--site", "COUR-1", "--until", "2020-02-11T10:00"), "--reason"),
                            (("--role", "boss", "--until", "2020-02-11T10:00", "--reason", "x"), "boss"),
                            (("--until", "2020-02-11T10:00", "--reason", "x"), "至少一项")):
        refused = town.duban("silence", *arguments, "--as", "lead", check=False)
        assert refused.returncode != 0 and said in refused.stdout + refused.stderr, arguments
    assert json.loads(town.duban("silences", "--all", "--json").stdout)["rows"] == []


def test_a_member_silences_for_himself_and_why_not_answers_it(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-06"])
    town.duban("silence", "--me", "--site", "COUR-1", "--until", "2020-02-13T08:00", "--reason", "正在处理", "--as", "insp-n")
    town.settle()
    assert "本人免扰" in town.duban("silences").stdout and "for oneself" in town.duban("silences", "--lang", "en").stdout
    town.until("2020-02-13 07:59")
    assert {who for _, _, who in town.told("COUR-1", "DS-06", kinds=("near_due", "digest:near_due"))} == {"site-cour-1"}
    assert "第 1 号" in town.duban("explain", "--why-not", "COUR-1/DS-06").stdout
    refused = town.duban("silence", "--me", "--account", "lead", "--site", "COUR-1", "--until", "2020-02-14T08:00", "--reason", "x",
                         "--as", "insp-n", check=False)
    assert refused.returncode != 0 and "本人免扰" in refused.stdout + refused.stderr


def test_what_is_no_case_is_acknowledged_by_its_number(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-kw", [(pb.ROLE_OFFICE, "kongwei")], "控违办", "an office"))
    town.visit("COUR-1", fails=["SD-01"])
    town.until("2020-02-11 08:00")
    town.duban("acknowledge", "YJ-0001", "--as", "office-kw")
    town.until("2020-02-11 10:00")
    assert "签收，2020-02-11 12:00" in town.duban("referrals", "YJ-0001").stdout
    why_not = town.duban("explain", "--why-not", "YJ-0001").stdout
    assert "本人已签收，2020-02-11 09:00" in why_not, why_not
    notice = town.notices(kind="referral_overdue")[0]
    assert "前不重复提醒本人" in town.duban("explain", str(notice.sequence)).stdout
    town.until("2020-02-12 10:00")
    assert [row for row in town.notices(kind="referral_overdue") if acts.local(row.notice.due_at_s * 1000).startswith("2020-02-12 09:00")]
