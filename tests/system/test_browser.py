"""Clients that nobody here wrote, in a real browser: ODK Web Forms and Enketo's transformer read our forms, and send what was filled in."""
import hashlib
import json
import struct
import subprocess
import zlib

import entry_pb2 as pb
import query_pb2 as query
from acts import local
from test_openrosa import JPEG, door, field, filled, forms, send   # noqa: F401 (door is a fixture)
from township import CONTACTS


def picture(width=8, height=8):
    """A PNG that a browser can show."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes([200, 40, 40] * width) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def run(script, door, account, *arguments):
    """What the script prints."""
    who = field(door, account)
    out = subprocess.run(["node", script, "http://%s:%d" % door.address, who["Authorization"], *arguments],
                         capture_output=True, text=True, timeout=300)
    assert out.returncode == 0, out.stderr
    return json.loads(out.stdout)


def test_two_clients_of_others_read_every_form(door, browser_tools):   # noqa: F811
    for account in ("insp-n", "clerk"):
        read = run(browser_tools / "check_forms.mjs", door, account)
        assert set(read) == set(forms(door, field(door, account)))
        assert all(form["webForms"] for form in read.values()), read
        assert all(form["enketo"] >= 3 for form in read.values()), read


def test_somebody_fills_in_a_form_with_a_photo_and_it_is_a_report(door, browser_tools, tmp_path):   # noqa: F811
    photo = tmp_path / "门岗.png"
    photo.write_bytes(picture())
    sent = run(browser_tools / "fill_form.mjs", door, "insp-n", photo)
    assert (sent["head"], sent["status"]) == (204, 201) and "已收到" in sent["message"], sent
    assert sent["title"].startswith("巡查：")
    door.town.settle()
    visit = door.town.rows("rules", visits=query.VisitsQuery(site="GATE-1"))[-1]
    assert (visit.reporter, visit.purpose, list(visit.passed)) == ("insp-n", pb.PURPOSE_INSPECTION, ["GT-01"])
    assert visit.evidence_missing == 0
    stored = door.town.directory / "gateway" / "evidence"
    digest = visit.evidence[0].sha256.hex()
    assert hashlib.sha256((stored / digest[:2] / digest[2:]).read_bytes()).hexdigest() == digest


def test_what_an_app_of_others_reports_is_reminded_of_at_the_other_end(door, browser_tools, tmp_path):   # noqa: F811
    """From a form that somebody fills in with a program that nobody here wrote, to the message that tells the site and chases it."""
    town, photo = door.town, tmp_path / "门岗.png"
    photo.write_bytes(picture())
    sent = run(browser_tools / "fill_form.mjs", door, "insp-n", photo, "门岗无人值守")
    assert sent["status"] == 201, sent
    town.settle()
    case = town.case("GATE-1", "GT-01")
    town.until(case.due_s * 1000 + 60_000)
    said = [line["text"]["zh"] for line in town.spool() if line["to"] == CONTACTS["GATE-1"]]
    assert "门岗无人值守" in said[0] and any("逾期" in text for text in said[1:]), said


def test_enketo_fills_in_a_form_with_a_photo_and_sends_it(door, browser_tools, tmp_path):   # noqa: F811
    photo = tmp_path / "门岗.png"
    photo.write_bytes(picture())
    sent = run(browser_tools / "fill_enketo.mjs", door, "insp-n", photo)
    assert (sent["errors"], sent["invalid"], sent["status"]) == ([], [], 201) and "已收到" in sent["message"], sent
    assert sent["title"].startswith("巡查：")
    door.town.settle()
    visit = door.town.rows("rules", visits=query.VisitsQuery(site="GATE-1"))[-1]
    assert (visit.reporter, visit.purpose, list(visit.passed)) == ("insp-n", pb.PURPOSE_INSPECTION, ["GT-01"])
    assert visit.evidence_missing == 0 and visit.evidence[0].sha256 == hashlib.sha256(picture()).digest()


def test_enketo_warns_of_a_revisit_before_its_day(door, browser_tools):   # noqa: F811
    town, who = door.town, field(door, "insp-n")
    send(door, who, filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_GT-01": {"result": "fail", "note": "门岗无人"}}))
    town.jump("2020-02-03 12:00")
    number = f"DB-{town.case('GATE-1', 'GT-01').number:04}"
    send(door, who, filled("revisit", at="2020-02-03T11:00:00+08:00", case=number, site="GATE-1", item="GT-01", outcome="completed",
                           result="pass", photo_1="a.jpg"), [("a.jpg", JPEG)])
    town.settle()
    from_s = town.case_row("GATE-1", "GT-01").pass_counts_from_s
    times = [local(at_s * 1000).replace(" ", "T") + "+08:00" for at_s in (from_s - 1, from_s)]
    assert run(browser_tools / "ask_enketo.mjs", door, "insp-n", number, *times) == [True, False]
