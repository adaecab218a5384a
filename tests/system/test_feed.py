"""The calendar of one account, as calendars read it: python3-icalendar, khal and ical.js."""
import datetime
import json
import os
import re
import subprocess

import acts
import icalendar
import pytest
from township import holder

UTC = datetime.timezone.utc


def feed(town, account):
    """Its bytes, after what every line must be."""
    done = subprocess.run([str(town.build / "bin/duban"), "--run", str(town.run), "--timeout", "60", "feed", account],
                          capture_output=True, check=True, env=town.environment())
    assert done.stdout.endswith(b"END:VCALENDAR\r\n") and b"\n" not in done.stdout.replace(b"\r\n", b"")
    for line in done.stdout.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    return done.stdout


def events(data):
    """By UID."""
    calendar = icalendar.Calendar.from_ical(data)
    found = list(calendar.walk("vevent"))
    assert not any(part.errors for part in [calendar, *found])
    assert not list(calendar.walk("vtodo"))
    by_uid = {str(event["uid"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def only(by_uid, words):
    (event,) = [event for event in by_uid.values() if words in event["summary"]]
    return event


def at(text):
    """A time of the township as UTC."""
    return datetime.datetime.fromtimestamp(acts.t(text) / 1000, UTC)


@pytest.fixture
def opened(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    return town


def test_a_duty_stands_at_its_due_in_the_words_of_the_policy(opened):
    town = opened
    calendar = icalendar.Calendar.from_ical(feed(town, "insp-n"))
    assert (calendar["version"], calendar["method"], calendar["name"]) == ("2.0", "PUBLISH", "【演练】督办 / [drill] Duban")
    assert calendar["refresh-interval"].to_ical() == calendar["x-published-ttl"].to_ical() == b"PT1H"
    event = only(events(feed(town, "insp-n")), "整改")
    assert event["summary"] == "【演练】整改 DB-0001 / [drill] rectification DB-0001"
    assert event["dtstart"].dt == at("2020-02-11 10:00") and "dtend" not in event
    assert event["dtstamp"].dt == event["last-modified"].dt == at("2020-02-10 10:00")
    assert (event["status"], event["transp"]) == ("CONFIRMED", "TRANSPARENT")
    (site,) = town.rows("rules", sites=dict(code="COUR-1"))
    assert event["location"] == f"{site.name.zh} / {site.name.en}"
    (row,) = town.case_rows()
    assert event["description"] == f"{row.item_text.zh} / {row.item_text.en}"
    assert not [event for event in events(feed(town, "insp-s")).values() if "DB-0001" in event["summary"]]


def test_what_is_moved_keeps_its_uid_and_its_sequence_rises(opened):
    town = opened
    before = only(events(feed(town, "insp-n")), "整改")
    town.until("2020-02-10 11:00")
    town.enter(acts.edit("COUR-1", "DS-01", level="A"), by="leader-n")
    after = only(events(feed(town, "insp-n")), "整改")
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]
    assert after["dtstart"].dt < before["dtstart"].dt and after["last-modified"].dt == at("2020-02-10 11:00")


def test_a_revisit_that_is_put_off_is_cancelled_and_comes_back_later_under_its_uid(opened):
    town = opened
    town.until("2020-02-10 15:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    claimed = events(feed(town, "insp-n"))
    assert only(claimed, "整改")["status"] == "CANCELLED"
    planned = only(claimed, "复查")
    assert planned["status"] == "CONFIRMED" and planned["dtend"].dt > planned["dtstart"].dt
    town.enter(acts.suspend("COUR-1", "DS-01"), by="lead")
    paused = only(events(feed(town, "insp-n")), "复查")
    town.until("2020-02-12 09:00")
    town.enter(acts.resume("COUR-1", "DS-01"), by="lead")
    moved = only(events(feed(town, "insp-n")), "复查")
    assert planned["uid"] == paused["uid"] == moved["uid"]
    assert planned["sequence"] < paused["sequence"] < moved["sequence"]
    assert (paused["status"], moved["status"]) == ("CANCELLED", "CONFIRMED")
    assert moved["dtend"].dt > planned["dtend"].dt and moved["dtend"].dt > at("2020-02-12 09:00")


def test_a_case_that_is_closed_is_cancelled_and_leaves_after_four_weeks(opened):
    town = opened
    before = only(events(feed(town, "insp-n")), "整改")
    town.until("2020-02-10 12:00")
    town.enter(acts.edit("COUR-1", "DS-01", voided=True), by="lead")
    after = only(events(feed(town, "insp-n")), "整改")
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"] and after["status"] == "CANCELLED"
    town.until("2020-03-09 08:00")
    town.visit("GATE-1", passes=["GT-01"])
    assert before["uid"] in events(feed(town, "insp-n"))
    town.until("2020-03-10 12:00")
    town.visit("GATE-1", passes=["GT-01"])
    assert before["uid"] not in events(feed(town, "insp-n"))


def test_whoever_attends_has_the_meetings_of_two_weeks(opened):
    town = opened
    meetings = [event for event in events(feed(town, "leader-n")).values() if "例会" in event["summary"]]
    assert len(meetings) == 28
    assert [event["summary"] for event in meetings[:2]] == ["【演练】早例会 / [drill] morning meeting",
                                                            "【演练】晚例会 / [drill] evening meeting"]
    assert [event["dtstart"].dt for event in meetings[:2]] == [at("2020-02-10 08:30"), at("2020-02-10 20:30")]
    assert not [event for event in events(feed(town, "insp-n")).values() if "例会" in event["summary"]]


def test_a_duty_of_a_post_is_whoever_holds_it(opened):
    town = opened
    town.enter(acts.extend("COUR-1", "DS-01", acts.t("2020-02-12 10:00")), by="site-cour-1")
    event = only(events(feed(town, "leader-n")), "审批")
    assert event["summary"].endswith("DB-0001") and event["status"] == "CONFIRMED"
    assert not [event for event in events(feed(town, "leader-s")).values() if "DB-0001" in event["summary"]]


def test_the_same_state_gives_the_same_bytes_in_the_holders_language(opened):
    town = opened
    first = feed(town, "leader-n")
    town.jump("2020-02-10 10:20")
    assert feed(town, "leader-n") == first
    town.enter(holder("leader-n", language="en"), by="admin")
    english = feed(town, "leader-n").decode()
    assert "SUMMARY:[drill] morning meeting\r\n" in english and not re.search("[\u4e00-\u9fff]", english.replace("\r\n ", ""))


def test_nobody_is_named(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.isolation("王小明", acts.t("2020-02-10 08:00"), address="东里3号楼"), by="area-c")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.edit("COUR-1", "DS-01", finding="店主李四不在"), by="leader-n")
    for account in ("area-c", "insp-n", "leader-n", "lead"):
        text = feed(town, account).replace(b"\r\n ", b"").decode()
        assert not re.search("王小明|东里3号楼|李四", text)
    assert [event for event in events(feed(town, "area-c")).values() if "随访" in event["summary"]]


def test_khal_reads_it(opened, scratch):
    town = opened
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    (home := scratch / "khal").mkdir(exist_ok=True)
    (home / "config").write_text(f"[calendars]\n[[duban]]\npath = {home}/calendar\ntype = calendar\n"
                                 "[locale]\nlocal_timezone = Asia/Shanghai\ndefault_timezone = Asia/Shanghai\n"
                                 "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
                                 "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n")
    (home / "calendar").mkdir(exist_ok=True)
    (home / "n.ics").write_bytes(feed(town, "leader-n"))
    shown = subprocess.run(["/usr/bin/khal", "-c", str(home / "config"), "printics", "-f", "{title} at {start}", str(home / "n.ics")],
                           capture_output=True, text=True, check=True,
                           env=dict(os.environ, HOME=str(home), XDG_CACHE_HOME=str(home), LC_ALL="C.UTF-8")).stdout
    assert shown.count("例会") == 28 and "早例会 / [drill] morning meeting at 2020-02-10 08:30" in shown


def test_ical_js_reads_what_python_reads(opened, node_tools):
    town = opened
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    for account in ("leader-n", "insp-n", "insp-s"):
        data = feed(town, account)
        read = json.loads(subprocess.run(["node", node_tools / "read_calendar.mjs"], input=data, capture_output=True, check=True,
                                         timeout=60).stdout)
        assert (read["name"], read["refresh"]) == ("【演练】督办 / [drill] Duban", "PT1H")
        by_uid = events(data)
        assert len(read["events"]) == len(by_uid)
        for event in read["events"]:
            other = by_uid[event["uid"]]
            assert (event["summary"], event["location"]) == (other["summary"], other.get("location"))
            assert (event["status"], event["sequence"]) == (other["status"], other["sequence"])
            assert datetime.datetime.fromisoformat(event["start"].replace("Z", "+00:00")) == other["dtstart"].dt
            assert datetime.datetime.fromisoformat(event["end"].replace("Z", "+00:00")) == other.get("dtend", other["dtstart"]).dt


def test_an_account_that_is_none_is_said(opened):
    done = opened.duban("feed", "nobody", check=False)
    assert done.returncode == 1 and "没有账号 nobody" in done.stderr and done.stdout == ""
