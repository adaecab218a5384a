"""Working time: golden dates by the command and by the daemons, an independent oracle, years that
nobody published, and dues counted anew.
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import acts
import entry_pb2 as pb
import oracle_time
import state_pb2 as state
from township import pack_without

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("DUBAN_BUILD", ROOT / "build/asan"))
PACK = ROOT / "deploy/packs/epidemic-2020-beijing"
AMENDED = PACK / "calendar.csv"
BEFORE = ROOT / "deploy/demo/calendar-before-27-january.csv"

# start, then what 2nh, 24nh, 72nh, 4wh, 1wd and 3wd from there come to
GOLDEN = [
    ("2020-02-10T10:00", "02-10 12:00", "02-11 10:00", "02-13 10:00", "02-10 15:30", "02-11 18:00", "02-13 18:00"),
    ("2020-02-11T12:30", "02-11 14:30", "02-12 12:30", "02-14 12:30", "02-11 17:30", "02-12 18:00", "02-14 18:00"),
    ("2020-02-10T20:00", "02-10 22:00", "02-11 20:00", "02-13 20:00", "02-11 14:00", "02-11 18:00", "02-13 18:00"),
    ("2020-02-14T17:00", "02-14 19:00", "02-15 17:00", "02-17 17:00", "02-17 11:30", "02-17 18:00", "02-19 18:00"),
    ("2020-02-08T10:00", "02-08 12:00", "02-09 10:00", "02-11 10:00", "02-10 14:00", "02-10 18:00", "02-12 18:00"),
    ("2020-04-03T17:00", "04-03 19:00", "04-04 17:00", "04-06 17:00", "04-07 11:30", "04-07 18:00", "04-09 18:00"),
    ("2020-04-26T09:00", "04-26 11:00", "04-27 09:00", "04-29 09:00", "04-26 14:30", "04-27 18:00", "04-29 18:00"),
    ("2020-04-30T16:30", "04-30 18:30", "05-01 16:30", "05-03 16:30", "05-06 11:00", "05-06 18:00", "05-08 18:00"),
]
LIMITS = ["2nh", "24nh", "72nh", "4wh", "1wd", "3wd"]


def duban(*arguments):
    return subprocess.run([BUILD / "bin/duban", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)


def due_by_command(start, limit, *more):
    done = duban("due", "--from", start, "--limit", limit, "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("row", GOLDEN, ids=[row[0] for row in GOLDEN])
def test_golden_dates_by_the_command(row):
    for limit, expected in zip(LIMITS, row[1:]):
        assert due_by_command(row[0], limit)["due"] == "2020-" + expected, limit


def test_the_amendment_by_the_command():
    assert due_by_command("2020-01-23T15:00", "4wh", "--calendar", BEFORE)["due"] == "2020-01-31 09:30"
    assert due_by_command("2020-01-23T15:00", "3wd", "--calendar", BEFORE)["due"] == "2020-02-03 18:00"
    amended = due_by_command("2020-01-23T15:00", "4wh")
    assert amended["due"] == "2020-02-03 09:30"
    assert due_by_command("2020-01-23T15:00", "3wd")["due"] == "2020-02-05 18:00"
    off = [day["date"] for day in amended["days"] if day["kind"] == "off"]
    assert off == [f"2020-01-{day}" for day in range(24, 32)] + ["2020-02-01", "2020-02-02"]
    assert [day["slots"] for day in amended["days"] if day["slots"]] == [[{"from": "15:00", "to": "18:00"}],
                                                                        [{"from": "08:30", "to": "09:30"}]]


def test_a_year_that_is_not_published_is_an_error_in_both_languages():
    done = duban("due", "--from", "2020-12-31T17:00", "--limit", "2wh")
    assert done.returncode == 1 and done.stdout == ""
    assert "2021年放假安排未公布" in done.stderr and "the calendar of 2021 is not published" in done.stderr


@pytest.mark.parametrize("arguments", [("--limit", "4wh"), ("--from", "2020-01-23T15:00"),
                                       ("--from", "soon", "--limit", "4wh"), ("--from", "2020-01-23T15:00", "--limit", "4xx")])
def test_what_the_command_lacks_is_told(arguments):
    assert duban("due", *arguments).returncode == 2


# ---------------------------------------------------------------- the oracle

class Tool:
    def __init__(self, calendar):
        self.process = subprocess.Popen([BUILD / "tests/rules/tool_due", calendar], cwd=ROOT, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def due(self, start, limit, pauses):
        words = [str(int(start.timestamp())), limit] + [str(int(moment.timestamp())) for pause in pauses for moment in pause]
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


@pytest.fixture(scope="module", params=[AMENDED, BEFORE], ids=["amended", "before"])
def both(request):
    tool = Tool(request.param)
    yield oracle_time.Calendar(request.param), tool
    tool.close()


FIRST = datetime.datetime(2020, 1, 1, tzinfo=oracle_time.ZONE)
MOMENTS = st.integers(min_value=0, max_value=340 * 86400)
PAUSES = st.lists(st.tuples(st.integers(0, 12 * 86400), st.integers(0, 12 * 86400)), max_size=3)
NUMBERS = {"nh": 200, "cd": 60, "wh": 120, "wd": 40}


def laid_out(start, gaps):
    """Pauses one after the other, behind the start."""
    pauses = []
    for gap_s, length_s in gaps:
        begin = start + datetime.timedelta(seconds=gap_s)
        start = begin + datetime.timedelta(seconds=length_s)
        pauses.append((begin, start))
    return pauses


def expected_of(calendar, start, number, unit, pauses):
    try:
        return str(int(oracle_time.due(calendar, start, number, unit, pauses).timestamp()))
    except oracle_time.NotPublished as missing:
        return f"missing {missing.args[0]}"


@settings(max_examples=3000, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_an_independent_oracle_agrees(both, data):
    calendar, tool = both
    unit = data.draw(st.sampled_from(sorted(NUMBERS)))
    number = data.draw(st.integers(1, NUMBERS[unit]))
    start = FIRST + datetime.timedelta(seconds=data.draw(MOMENTS))
    pauses = laid_out(start, data.draw(PAUSES))
    assert tool.due(start, f"{number}{unit}", pauses) == expected_of(calendar, start, number, unit, pauses)


# ---------------------------------------------------------------- by the daemons

def pack_with(tmp_path, calendar, *without):
    folder = tmp_path / calendar.stem
    pack_without(folder, *without)
    shutil.copyfile(calendar, folder / "calendar.csv")
    return folder


def activate(town, folder):
    town.duban("policy", "activate", folder, "--approver", "lead")


@pytest.mark.parametrize("row", GOLDEN[:1] + GOLDEN[3:4] + GOLDEN[5:7], ids=lambda row: row[0])
def test_golden_dates_by_the_daemons(settled, tmp_path, row):
    town = settled()
    activate(town, pack_without(tmp_path / "pack", "referrals"))
    town.jump(row[0].replace("T", " "))
    town.visit("DORM-1", fails=["SD-01"])
    town.enter(acts.assign("DORM-1", "SD-01", "insp-n2"), by="leader-n")
    town.settle()
    task = town.task("DORM-1", "SD-01", "acknowledgement")
    assert acts.local_s(task.due_s)[:16] == "2020-" + row[4]
    assert task.counted.unit == state.TIME_UNIT_WORKING_HOUR
    assert task.counted.calendar_version.hex() == due_by_command(row[0], "4wh")["calendarVersion"]


def test_an_amendment_moves_no_running_case_until_two_people_have_agreed(settled, tmp_path):
    town = settled()
    activate(town, pack_with(tmp_path, BEFORE, "referrals"))
    old_version = town.rules_status().policy_version.hex()
    town.jump("2020-01-23 15:00")
    town.visit("DORM-1", fails=["SD-01"])
    town.settle()
    town.jump("2020-01-27 10:00")
    activate(town, pack_with(tmp_path, AMENDED, "referrals"))
    assert acts.local_s(town.case("DORM-1", "SD-01").due_s) == "2020-02-07 18:00"
    listed = json.loads(town.duban("recompute", "--policy", old_version[:16], "--dry-run", "--json").stdout)["rows"]
    assert [(row["oldS"], row["newS"]) for row in listed] == [("1581069600", "1581415200")]   # 7 and 11 February, 18:00
    asked = town.duban("recompute", "DORM-1/SD-01", "--reason", "春节假期延长", "--as", "clerk").stdout
    assert "2020-02-07 18:00" in asked and "2020-02-11 18:00" in asked
    assert acts.local_s(town.case("DORM-1", "SD-01").due_s) == "2020-02-07 18:00"
    granted = town.duban("approve", "DORM-1/SD-01", "recompute", "--as", "lead").stdout
    assert "2020-02-07 18:00" in granted and "2020-02-11 18:00" in granted
    case = town.case("DORM-1", "SD-01")
    assert acts.local_s(case.due_s) == "2020-02-11 18:00"
    assert case.policy_version.hex() == old_version and case.counted.policy_version.hex() != old_version


def test_all_cases_of_a_version_are_approved_with_old_and_new_in_view(settled, tmp_path):
    town = settled()
    activate(town, pack_with(tmp_path, BEFORE, "referrals"))
    old_version = town.rules_status().policy_version.hex()
    town.jump("2020-01-23 15:00")
    town.visit("DORM-1", fails=["SD-01"])
    town.visit("CONS-1", fails=["SD-01"])
    town.settle()
    town.jump("2020-01-27 10:00")
    activate(town, pack_with(tmp_path, AMENDED, "referrals"))
    town.duban("recompute", "--policy", old_version, "--reason", "春节假期延长", "--as", "clerk")
    refused = town.duban("approve", "--policy", old_version, "--as", "clerk", check=False)
    assert refused.returncode == 1
    granted = town.duban("approve", "--policy", old_version, "--as", "lead").stdout
    assert granted.count("2020-02-11 18:00") >= 2
    for site in ("DORM-1", "CONS-1"):
        assert acts.local_s(town.case(site, "SD-01").due_s) == "2020-02-11 18:00"


def referral_of_before(settled, tmp_path):
    """YJ-0001 was to be taken within four working hours, before the holiday was lengthened; now it is."""
    town = settled()
    activate(town, pack_with(tmp_path, BEFORE))
    old_version = town.rules_status().policy_version.hex()
    office = re.search(r"item: SD-01, office: (\w+)", (PACK / "policy.yaml").read_text()).group(1)
    town.enter(acts.holder("office", [(pb.ROLE_OFFICE, office)], "某科室", "an office"))
    town.jump("2020-01-23 15:00")
    town.visit("COUR-1", fails=["SD-01"], notes={"SD-01": "楼顶彩钢房"})
    town.jump("2020-01-27 10:00")
    activate(town, pack_with(tmp_path, AMENDED))
    return town, old_version


def referral_due(town):
    [task] = [task for task in town.tasks_about("YJ-0001") if task.kind == state.TASK_KIND_REFERRAL]
    return acts.local_s(task.due_s)[:16]


def test_an_amendment_moves_a_referral_only_when_two_people_have_agreed(settled, tmp_path):
    town, old_version = referral_of_before(settled, tmp_path)
    assert referral_due(town) == "2020-01-31 09:30"
    assert "2020-02-03 09:30" in town.duban("recompute", "YJ-0001", "--dry-run").stdout
    town.duban("recompute", "YJ-0001", "--reason", "春节假期延长", "--as", "clerk")
    assert referral_due(town) == "2020-01-31 09:30"
    by_himself = town.duban("approve", "YJ-0001", "--as", "clerk", check=False)
    assert by_himself.returncode == 1
    assert town.duban("approve", "YJ-0001", "closure", "--as", "lead", check=False).returncode == 2
    town.duban("approve", "YJ-0001", "--as", "lead")
    assert referral_due(town) == "2020-02-03 09:30"
    [fact] = town.facts(town.subject_row("YJ-0001").subject.id, "recomputed")
    assert (acts.local_s(fact.old_s)[:16], acts.local_s(fact.new_s)[:16]) == ("2020-01-31 09:30", "2020-02-03 09:30")
    assert "2020-02-03 09:30" in town.duban("referrals", "YJ-0001").stdout
    town.jump("2020-02-03 09:20")
    assert not town.notices(kind="referral_overdue")
    again = town.duban("recompute", "YJ-0001", "--reason", "再算一次", "--as", "clerk", check=False)
    assert again.returncode == 1 and "新旧时限相同" in again.stderr


def test_a_referral_goes_with_all_that_is_open_of_its_version(settled, tmp_path):
    town, old_version = referral_of_before(settled, tmp_path)
    listed = town.duban("recompute", "--policy", old_version, "--dry-run").stdout
    assert "YJ-0001" in listed
    town.duban("recompute", "--policy", old_version, "--reason", "春节假期延长", "--as", "clerk")
    town.duban("approve", "--policy", old_version, "--as", "lead")
    assert referral_due(town) == "2020-02-03 09:30"


def test_a_recompute_that_is_refused_moves_nothing(settled, tmp_path):
    town, old_version = referral_of_before(settled, tmp_path)
    town.duban("recompute", "YJ-0001", "--reason", "春节假期延长", "--as", "clerk")
    town.duban("approve", "YJ-0001", "--refuse", "--reason", "科室已应允按原时限", "--as", "lead")
    assert referral_due(town) == "2020-01-31 09:30"
    assert town.facts(town.subject_row("YJ-0001").subject.id, "recompute_asked")


def test_a_case_waits_for_its_year_and_says_so_everywhere(settled, tmp_path):
    town = settled()
    activate(town, pack_without(tmp_path / "one-year", "referrals"))
    town.jump("2020-12-30 10:00")
    town.visit("DORM-1", fails=["SD-01"])
    town.visit("CONS-1", fails=["SD-01"])
    town.settle()
    missing = "2021年放假安排未公布"
    for command in (["cases"], ["tasks"], ["case", "DORM-1/SD-01"]):
        shown = town.duban(*command).stdout
        assert missing in shown and "the calendar of 2021 is not published" in shown, command
    assert len(town.notices(recipient="clerk", kind="year_missing")) == 1
    calendar = tmp_path / "two-years.csv"
    calendar.write_text(AMENDED.read_text() + "2021,year,2021年放假安排,2021,\n2021-01-01,off,元旦,New Year's Day,\n")
    activate(town, pack_with(tmp_path, calendar, "referrals"))
    for site in ("DORM-1", "CONS-1"):
        assert acts.local_s(town.case(site, "SD-01").due_s) == "2021-01-11 18:00"
    assert missing not in town.duban("cases").stdout


def test_a_due_is_counted_by_the_pack_in_force_wherever_the_command_stands(settled, tmp_path):
    """What was put in force has hours of its own; without daemons, and outside of a clone, a pack has to be named."""
    town = settled("2020-02-03 08:30")
    said = town.duban("due", "--from", "2020-01-23T15:00", "--limit", "4wh").stdout
    assert re.search(r"现行政策包（版本 [0-9a-f]{16}）", said) and "the one in force (version " in said, said
    alone = subprocess.run([BUILD / "bin/duban", "--run", str(tmp_path), "--timeout", "1", "due", "--from", "2020-01-23T15:00", "--limit", "4wh"],
                           cwd=tmp_path, capture_output=True, text=True, check=False)
    assert alone.returncode == 2 and "the policy in force is not known" in alone.stderr
    named = duban("--run", tmp_path, "--timeout", "1", "due", "--from", "2020-01-23T15:00", "--limit", "4wh")
    assert named.returncode == 0 and "deploy/packs/epidemic-2020-beijing (version " in named.stdout


def test_today_is_in_no_published_year_and_the_command_says_what_to_do():
    """Whoever runs a pack of 2020 today: natural time is counted, working time is said to have no due, with the rows that are missing."""
    for limit in ("4wh", "2wd"):
        done = duban("due", "--from", "2026-12-01T09:00", "--limit", limit)
        assert done.returncode == 1 and "2026,year" in done.stderr and "每个放假日、调休上班日各一行" in done.stderr
    assert due_by_command("2026-12-01T09:00", "2cd")["due"].startswith("2026-12-03")
    assert due_by_command("2026-12-01T09:00", "2nh")["due"] == "2026-12-01 11:00"
