"""The ledger as files for WPS and Excel: what stands in them is what a query says, and nothing that nobody should take away."""
import csv
import datetime
import io
import os
import pathlib
import subprocess
import threading
import urllib.parse
import zipfile

import acts
import entry_pb2 as pb
import openpyxl
import pytest
import query_pb2 as query
import state_pb2 as state
import wire
import zmq
from acts import ZONE, report
from test_gateway import BEGINNING, Door
from test_p9_full import Ballast, disk   # noqa: F401

WHY = "周例会用"
FORMULAS = ['=HYPERLINK("http://x","看")', "+1", "-1+2", "@SUM(A1)", "\t=1", "＝1+1", "'=1", "'", "逗号,引号\"\n换行", "  空格  "]


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, ZONE).replace(tzinfo=None, second=0) if seconds else None


def shown(value):
    """As a CSV has it."""
    if value is None:
        return ""
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime.datetime) else str(value)


def titles_of(town):
    return {row.account: row.title.zh for row in town.rows("rules", holders=query.HoldersQuery())}


LIGHTS = {query.LIGHT_GREEN: "绿", query.LIGHT_YELLOW: "黄", query.LIGHT_RED: "红", query.LIGHT_GREY: "灰"}


def expected_cases(town, **which):
    """Heading -> what stands below it, row by row, by a query."""
    titles = titles_of(town)
    return [{
        "编号": f"DB-{row.case_.number:04}", "灯": LIGHTS.get(row.light), "级别": row.case_.level, "级别说明": row.level_label.zh,
        "片区": row.zone, "点位编号": row.case_.site, "点位": row.site_name.zh, "检查项": row.case_.item, "检查内容": row.item_text.zh,
        "问题": row.finding.zh, "状态": row.state_label.zh, "逾期": row.overdue_label.zh or None, "发现人账号": row.case_.finder,
        "发现人": titles[row.case_.finder], "跟进人账号": row.case_.owner, "跟进人": titles[row.case_.owner],
        "发现时间": moment(row.case_.found_at_ms // 1000), "整改时限": moment(row.case_.due_s), "下一期限": moment(row.next_s),
        "轮次": row.case_.round, "合格次数": row.case_.passes, "应合格次数": row.case_.passes_needed,
        "复查不合格次数": row.case_.failed_revisits, "反弹次数": row.case_.recurrences,
        "整改完成时间": moment(row.case_.fixed_ms // 1000), "销号时间": moment(row.case_.closed_ms // 1000),
        "重点人群": row.focus_group or None,
    } for row in town.rows("rules", cases=query.CasesQuery(closed_too=True, **which))]


def read_xlsx(data):
    """(headings, rows as dicts) of the first sheet; the notes of the second."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet, notes = book.worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    for row in rows[1:]:
        for value in row:
            assert not isinstance(value, datetime.datetime) or value.second == 0 or value.microsecond == 0
    said = {row[0]: row[1] for row in notes.iter_rows(values_only=True)}
    headings = rows[0]
    return headings, [dict(zip(headings, map(to_the_minute, row))) for row in rows[1:]], said, sheet


def to_the_minute(value):
    """A workbook counts days: a second is a fraction that is not exact."""
    if not isinstance(value, datetime.datetime):
        return value
    return (value + datetime.timedelta(milliseconds=500)).replace(second=0, microsecond=0)


def read_csv(data):
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return rows[0], [dict(zip(rows[0], row)) for row in rows[1:]]


@pytest.fixture
def door(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    town.enter(report("SHOP-1", "insp-s", town.now, fails=["DS-06"]), by="insp-s")
    door = Door(town)
    yield door
    if town.is_running("gateway"):
        town.stop("gateway")


def take(door, name, who, reason=WHY, **arguments):
    asked = urllib.parse.urlencode({**({"reason": reason} if reason is not None else {}), **arguments})
    return door.get(f"/v1/export/{name}?{asked}", who)


# ---------------------------------------------------------------- what stands in them

def test_a_workbook_says_what_a_query_says(door):
    status, headers, data = take(door, "cases.xlsx", door.token("lead"), closedToo="true")
    assert status == 200 and headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert headers["Content-Disposition"].startswith('attachment; filename="cases-') and headers["Cache-Control"] == "no-store"
    headings, rows, notes, sheet = read_xlsx(data)
    expected = expected_cases(door.town)
    assert rows == expected and list(headings) == list(expected[0]) and len(rows) == 2
    fact = door.town.facts(kind="exported")[-1]
    assert (fact.actor, fact.recipient, fact.reason) == ("lead", "cases", WHY)
    assert notes["事由"] == WHY and notes["导出人"] == "lead" and notes["行数"] == "2" and "演练" in notes
    assert sheet.column_dimensions["J"].width > 30
    assert sorted(os.listdir(door.town.data("gateway"))) == ["data.mdb", "evidence", "lock", "lock.mdb"]


def test_a_csv_says_the_same(door):
    status, headers, data = take(door, "cases.csv", door.token("lead"), closedToo="true")
    assert status == 200 and headers["Content-Type"].startswith("text/csv")
    _, rows = read_csv(data)
    assert rows == [{name: shown(value) for name, value in row.items()} for row in expected_cases(door.town)]


def test_the_command_writes_the_same(door, tmp_path):
    town = door.town
    for name in ("cases.xlsx", "cases.csv"):
        said = town.duban("export", "cases", tmp_path / name, "--all", "--reason", WHY)
        fact = town.facts(kind="exported")[-1]
        assert (fact.actor, fact.recipient, fact.reason) == (town.facts(kind="exported")[0].actor, "cases", WHY) and fact.actor
        assert "2" in said.stdout and (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert read_xlsx((tmp_path / "cases.xlsx").read_bytes())[1] == expected_cases(town)
    assert read_csv((tmp_path / "cases.csv").read_bytes()) == read_csv(take(door, "cases.csv", door.token("lead"), closedToo="true")[2])
    known = len(town.facts(kind="exported"))
    refused = town.duban("export", "cases", tmp_path / "cases.csv", "--zone", "north", "--reason", WHY, check=False)
    assert refused.returncode != 0 and "--replace" in refused.stderr and len(town.facts(kind="exported")) == known
    assert len(read_csv((tmp_path / "cases.csv").read_bytes())[1]) == len(expected_cases(town)), "it stays as it was"
    town.duban("export", "cases", tmp_path / "cases.csv", "--zone", "north", "--reason", WHY, "--replace")
    assert len(read_csv((tmp_path / "cases.csv").read_bytes())[1]) == 1
    town.duban("export", "cases", tmp_path / "north.csv", "--zone", "north", "--reason", WHY)
    assert [row["点位编号"] for row in read_csv((tmp_path / "north.csv").read_bytes())[1]] == ["GATE-1"]
    assert sorted(os.listdir(tmp_path)) == ["cases.csv", "cases.xlsx", "north.csv"]


def test_each_table_has_its_rows(door):
    town, who = door.town, door.token("lead")
    town.enter(acts.complaint("GATE-1", complainant="某居民 13800000000", text="来电人手机 138-0000-1234，另一个 8613912345678，编号 20200203001"), by="clerk")

    def column(name, heading, **arguments):
        return [row[heading] for row in read_xlsx(take(door, name + ".xlsx", who, **arguments)[2])[1]]

    def rows(**body):
        return town.rows("rules", **body)

    town.enter(acts.claim("GATE-1", "DS-06"), by="auditor")
    (held,) = town.quarantine()
    numbers = column("tasks", "编号", closedToo="true")
    assert numbers == [f"待核记录 {row.task.quarantined_sequence}" if row.task.quarantined_sequence else row.number or None
                       for row in rows(tasks=query.TasksQuery(closed_too=True))]
    assert f"待核记录 {held.sequence}" in numbers
    assert column("tasks", "期限") == [moment(row.task.due_s) for row in rows(tasks=query.TasksQuery())]
    assert column("visits", "记录") == [row.sequence for row in rows(visits=query.VisitsQuery())]
    assert column("visits", "不合格项") == [" ".join(row.failed) or None for row in rows(visits=query.VisitsQuery())]
    assert column("visits", "目的") == ["巡查"] * 2
    assert column("sites", "名称") == [row.name.zh for row in rows(sites=query.SitesQuery())]
    assert column("subjects", "编号") == [row.number for row in rows(subjects=query.SubjectsQuery())]
    text = take(door, "subjects.csv", who)[2].decode()
    assert "138-****-1234" in text and "86139****5678" in text and "20200203001" in text
    assert "13800000000" not in text and "某居民" not in text, "who complained is not taken away"


def test_headings_and_labels_are_english_when_asked_for(door, tmp_path):
    _, rows = read_csv(take(door, "cases.csv", door.token("lead"), lang="en")[2])
    assert rows[0]["site"] and rows[0]["light"] in ("green", "yellow", "red", "grey") and rows[0]["follow-up owner"]
    door.town.duban("--lang", "en", "export", "cases", tmp_path / "x.csv", "--reason", "weekly")
    assert read_csv((tmp_path / "x.csv").read_bytes())[1] == rows


def test_no_cell_is_a_formula(door, tmp_path):
    """What people wrote is shown as they wrote it, and computed by nobody."""
    town, who = door.town, door.token("lead")
    for number, text in enumerate(FORMULAS):
        town.enter(acts.site(f"f-{number}", "COUR", "c1", text, text))
    by_code = {row["编号"]: row["名称"] for row in read_csv(take(door, "sites.csv", who)[2])[1]}
    for number, text in enumerate(FORMULAS):
        cell = by_code[f"f-{number}"]
        assert cell in (text, "'" + text) and (cell == text) == (text.lstrip("'")[:1] not in tuple("=+-@\t＝")), (text, cell)
    book = openpyxl.load_workbook(io.BytesIO(take(door, "sites.xlsx", who)[2]))
    cells = {row[0].value: row[1] for row in book.worksheets[0].iter_rows(min_row=2)}
    for number, text in enumerate(FORMULAS):
        assert cells[f"f-{number}"].data_type in ("s", "inlineStr") and cells[f"f-{number}"].value == text


# ---------------------------------------------------------------- who, and what is refused

def test_each_post_takes_away_what_it_sees(door):
    def sites(account, **arguments):
        status, _, data = take(door, "cases.csv", door.token(account), **arguments)
        return [row["点位编号"] for row in read_csv(data)[1]] if status == 200 else status

    assert sites("lead") == ["GATE-1", "SHOP-1"] and sites("auditor") == ["GATE-1", "SHOP-1"]
    assert sites("insp-n") == ["GATE-1"] and sites("insp-n", zone="south") == 403
    assert sites("site-shop-1") == 403 and sites("nobody-here") == 403
    assert take(door, "visits.csv", door.token("insp-n"))[0] == 403
    assert door.get(f"/v1/export/cases.csv?reason={urllib.parse.quote(WHY)}")[0] == 401


def test_what_is_asked_for_wrongly_is_said(door):
    who = door.token("lead")
    for name, arguments, status, field in [
        ("cases.csv", {"reason": None}, 400, "reason"), ("cases.csv", {"reason": ""}, 400, "reason"),
        ("cases.csv", {"reason": "长" * 100}, 400, "reason"), ("cases.csv", {"colour": "red"}, 400, "colour"),
        ("cases.csv", {"limit": "1"}, 400, "limit"), ("cases.csv", {"overdueOnly": "perhaps"}, 400, "cases.overdueOnly"),
        ("cases.ods", {}, 404, ""), ("cases", {}, 404, ""), ("holders.csv", {}, 404, ""), ("nothing.csv", {}, 404, ""), (".csv", {}, 404, ""),
        ("x" * 300 + ".csv", {}, 404, ""),
    ]:
        got, _, problem = take(door, name, who, **arguments)
        assert got == status and problem.get("field", "") == field and problem["detail"] and problem["detailEn"], (name, arguments, problem)


def test_what_rules_does_not_know_is_said_and_leaves_no_trace(door):
    status, _, problem = take(door, "subjects.csv", door.token("lead"), number="TS-0099")
    assert status == 422 and problem["type"].endswith("invalid") and problem["field"] == "subjects" and problem["detailEn"], problem
    assert not door.town.facts(kind="exported")
    assert door.town.metrics("gateway")["duban_gateway_exports_total"] == 0


def test_without_its_entry_in_the_journal_nothing_is_taken_away(door, tmp_path):
    town = door.town
    town.stop("gateway", "ingest")
    door = Door(town, answer_within="1s")
    status, headers, problem = take(door, "cases.csv", door.token("lead"))
    assert status == 503 and headers["Retry-After"] and problem["type"].startswith("urn:duban:problem:")
    done = subprocess.run([town.build / "bin/duban", "--run", town.run, "--timeout", "1", "export", "cases", tmp_path / "x.csv", "--reason", WHY],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 3 and os.listdir(tmp_path) == []
    town.start("ingest")
    assert not town.facts(kind="exported")


def test_a_nearly_full_disk_takes_no_export(disk, make_town, template):   # noqa: F811
    """There are photos on it, and then reports."""
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, data=disk / "gateway", disk_percent="85")
    who, ballast = door.token("lead"), Ballast(disk)
    assert take(door, "cases.csv", who)[0] == 200
    ballast.fill(81)
    status, headers, problem = take(door, "cases.csv", who)
    assert (status, problem["type"]) == (507, "urn:duban:problem:full") and int(headers["Retry-After"]) > 0
    ballast.remove()
    assert take(door, "cases.csv", who)[0] == 200
    town.stop("gateway")


def test_a_filter_that_names_nothing_is_no_empty_table(door, tmp_path):
    done = door.town.duban("export", "cases", tmp_path / "x.csv", "--zone", "nroth", "--reason", WHY, check=False)
    assert done.returncode == 1 and 'no zone "nroth" (did you mean north?)' in done.stderr and not os.listdir(tmp_path), done.stderr
    done = door.town.duban("export", "cases", tmp_path / "x.csv", "--zone", "north", "--level", "A", "--reason", WHY)
    assert "0 rows" in done.stdout and os.listdir(tmp_path) == ["x.csv"]


def test_the_command_says_what_is_wrong(door, tmp_path):
    town = door.town
    for arguments, said in [(("cases", "x.csv"), "事由"), (("nothing", "x.csv", "--reason", WHY), "cases"), (("cases", "x", "--reason", WHY), ".xlsx"),
                            (("cases", "x.txt", "--reason", WHY), ".xlsx"), (("sites", "x.csv", "--reason", WHY, "--level", "A"), "--level"),
                            (("cases", "none/x.csv", "--reason", WHY), "none/x.csv")]:
        done = town.duban("export", arguments[0], tmp_path / arguments[1], *arguments[2:], check=False)
        assert done.returncode != 0 and said in done.stderr, done.stderr


# ---------------------------------------------------------------- many rows

class StandIn:
    """Rules as far as an export asks it, with as many cases as are wanted; while it withholds, rows stay with it."""

    def __init__(self, town):
        self.rows = 0
        self.withheld = None                    # answers, while they are
        self.silent_after = None                # rows, after which it answers nothing
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.bind(f"ipc://{town.run}/rules.query")
        self.orders = self.context.socket(zmq.PAIR)
        self.orders.bind("inproc://orders")
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def order(self, what):
        """withhold, release, stop; and wait until it is done."""
        self.orders.send(what)
        self.orders.recv()

    def close(self):
        self.order(b"stop")
        self.thread.join()
        self.orders.close()
        self.context.destroy(linger=0)

    def case(self, number):
        return query.CaseRow(case_=state.Case(number=number, site=f"s-{number}", item="DS-01", level="B", finder="lead", owner="lead",
                                              found_at_ms=1580694000000, due_s=1580800000, id=number.to_bytes(16, "big")),
                             site_name=acts.text(f"第{number}号点位"), finding=acts.text("消防通道堵塞，要求当场清理并且拍照" * 3))

    def answer(self, asked):
        reply = query.Reply(request_id=asked.request_id, as_of_ms=1580694000000, applied_sequence=1)
        if asked.WhichOneof("body") == "holders":
            reply.holders.rows.add(account="lead", title=acts.text("组长"), roles=[pb.RoleGrant(role=pb.ROLE_LEAD)])
            return reply
        first = int.from_bytes(asked.after, "big")
        last = min(self.rows, first + asked.limit)
        reply.cases.rows.extend(self.case(number) for number in range(first + 1, last + 1))
        reply.next = last.to_bytes(4, "big") if last < self.rows else b""
        return reply

    def take_question(self):
        peer, _, body = self.socket.recv_multipart()
        asked = query.Query.FromString(body)
        if self.silent_after is not None and int.from_bytes(asked.after, "big") >= self.silent_after:
            return
        parts = [peer, wire.header(wire.REPLY), self.answer(asked).SerializeToString()]
        if self.withheld is not None and asked.WhichOneof("body") == "cases" and asked.limit > 1:
            self.withheld.append(parts)
        else:
            self.socket.send_multipart(parts)

    def take_order(self, what):
        if what == b"withhold":
            self.withheld = []
            return
        for parts in self.withheld or ():
            self.socket.send_multipart(parts)
        self.withheld = None

    def serve(self):
        orders = self.context.socket(zmq.PAIR)
        orders.connect("inproc://orders")
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLIN)
        poller.register(orders, zmq.POLLIN)
        what = b""
        while what != b"stop":
            ready = dict(poller.poll())
            if self.socket in ready:
                self.take_question()
            if orders in ready:
                what = orders.recv()
                self.take_order(what)
                orders.send(b"done")
        orders.close()
        self.socket.close()


def is_asleep(pid):
    """Its loop waits. (What of 0MQ's own signals is left until the next question is asked wakes nobody.)"""
    return pathlib.Path(f"/proc/{pid}/task/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"


def peak_kib(process):
    with open(f"/proc/{process.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


# Memory that was given back would else be kept for a while, and count.
FRUGAL = {"ASAN_OPTIONS": "quarantine_size_mb=1"}


@pytest.fixture
def crowded(make_town, template):
    """A gateway before a rules that has as many cases as are wanted."""
    town = make_town(template, rehearsal=BEGINNING)
    town.verify = False
    town.start("ingest")
    rules = StandIn(town)
    yield Door(town, environment=FRUGAL), rules
    rules.close()
    town.stop("gateway", "ingest")


def test_very_many_rows_take_no_more_memory_than_a_few(crowded, tmp_path):
    door, rules = crowded
    who, process = door.token("lead"), door.town.processes["gateway"]
    peaks = []
    for rules.rows in (2000, 50_000):
        status, _, data = take(door, "cases.xlsx", who)
        assert status == 200
        peaks.append(peak_kib(process))
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == 50_001 and sheet.index(b">DB-0001<") < sheet.index(b">DB-25000<") < sheet.index(b">DB-50000<")
    assert peaks[1] < peaks[0] + 16 * 1024, peaks
    peaks = []
    for rules.rows in (2000, 50_000):
        command = [door.town.build / "bin/duban", "--run", door.town.run, "--timeout", "600", "export", "cases", tmp_path / "all.csv", "--reason", WHY, "--replace"]
        done = subprocess.Popen(command, env=dict(door.town.environment(), **FRUGAL), stdout=subprocess.DEVNULL)
        _, code, used = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(code)
        assert done.returncode == 0
        peaks.append(used.ru_maxrss)
    assert (tmp_path / "all.csv").read_bytes().count(b"\r\n") == 50_001
    assert peaks[1] < peaks[0] + 16 * 1024, peaks


def test_a_few_exports_at_a_time_and_others_go_on(crowded):
    door, rules = crowded
    who = door.token("lead")
    rules.rows = 3
    rules.order(b"withhold")
    crowd = [door.connect() for _ in range(2)]
    for one in crowd:
        one.request("GET", "/v1/export/cases.xlsx?reason=x", headers=who)
    next(told for told in iter(lambda: door.town.metrics("gateway"), None) if told["duban_gateway_exports_total"] == 2)
    status, headers, problem = take(door, "cases.xlsx", who)
    assert status == 503 and problem["type"].endswith("later") and headers["Retry-After"]
    assert door.get("/healthz")[0] == 200
    rules.order(b"release")
    assert [one.getresponse().status for one in crowd] == [200, 200]
    assert take(door, "cases.xlsx", who)[0] == 200, "and their places are free again"


def test_rules_that_falls_silent_in_between_leaves_nothing_behind(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.verify = False
    town.start("ingest")
    rules = StandIn(town)
    door = Door(town, answer_within="1s")
    who, files = door.token("lead"), pathlib.Path(f"/proc/{town.processes['gateway'].process.pid}/fd")
    rules.rows = 20_000
    assert take(door, "cases.xlsx", who)[0] == 200
    before = len(list(files.iterdir()))
    for rules.silent_after in (2000, 10_000, 2000):
        for name in ("cases.xlsx", "cases.csv"):
            status, headers, problem = take(door, name, who)
            assert status == 503 and headers["Retry-After"] and problem["type"].endswith("later")
    rules.silent_after = None
    assert town.metrics("gateway")["duban_gateway_exports_failed_total"] == 6
    assert take(door, "cases.xlsx", who)[0] == 200, "and their places are free again"
    next(() for count in iter(lambda: len(list(files.iterdir())), None) if count <= before)
    rules.close()
    town.stop("gateway", "ingest")


def test_when_all_is_told_nothing_wakes_the_gateway(crowded):
    """What a thread says is taken together with what it has put there: an eventfd that stays readable is a loop that spins."""
    door, rules = crowded
    who, process = door.token("lead"), door.town.processes["gateway"].process.pid
    rules.rows = 3
    for _ in range(10):
        crowd = [door.connect() for _ in range(2)]
        for one in crowd:
            one.request("GET", "/v1/export/cases.xlsx?reason=x", headers=who)
        for one in crowd:
            assert one.getresponse().status == 200
            one.close()
    while not all(is_asleep(process) for _ in range(100)):   # a loop that spins hardly ever is
        pass


def test_who_has_gone_leaves_nothing_behind(crowded):
    door, rules = crowded
    who = door.token("lead")
    rules.rows = 20_000
    files = pathlib.Path(f"/proc/{door.town.processes['gateway'].process.pid}/fd")
    before = len(list(files.iterdir()))
    for _ in range(3):
        gone = door.connect()
        gone.request("GET", "/v1/export/cases.csv?reason=x", headers=who)
        gone.close()
        assert take(door, "cases.xlsx", who)[0] == 200
    next(() for count in iter(lambda: len(list(files.iterdir())), None) if count <= before)


def test_without_rules_there_is_no_file(make_town, template, tmp_path):
    town = make_town(template, rehearsal=BEGINNING)
    town.start("ingest")
    town.verify = False
    door = Door(town, answer_within="1s")
    (tmp_path / "kept.csv").write_text("kept")
    done = subprocess.run([town.build / "bin/duban", "--run", town.run, "--timeout", "1", "export", "cases", tmp_path / "kept.csv", "--reason", WHY, "--replace"],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 3 and (tmp_path / "kept.csv").read_text() == "kept" and os.listdir(tmp_path) == ["kept.csv"]
    status, _, problem = take(door, "cases.xlsx", door.token("lead"))
    assert status == 503 and problem["type"].endswith("later")
    town.stop("gateway", "ingest")
