"""Field apps that nobody here wrote: forms made from the policy, and what comes back through OpenRosa."""
import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import uuid
import zlib
import xml.etree.ElementTree as xml

import entry_pb2 as pb
import photos
import pytest
import query_pb2 as query
import state_pb2 as state
import acts
from acts import t
from door import Door, basic
from township import pack_without

LIST, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
XFORM = {"f": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml", "jr": "http://openrosa.org/javarosa"}
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 4


@pytest.fixture
def door(make_town, template):
    town = make_town(template, rehearsal="2020-02-03 08:00")
    town.start()
    town.jump(t("2020-02-03 09:00"))
    door = Door(town)
    yield door
    if town.is_running("gateway"):
        town.stop("gateway")


def app_password(door, account):
    return door.town.ask("gateway", app_password_make=query.AppPasswordMake(account=account)).app_password_made.password


def field(door, account):
    """Headers of a client that is signed in."""
    return {**door.token(account), "X-OpenRosa-Version": "1.0"}


def forms(door, who, path="/formList"):
    status, headers, body = door.get(path, who)
    assert status == 200 and headers["X-OpenRosa-Version"] == "1.0" and "text/xml" in headers["Content-Type"], body
    return {form.findtext(f"{LIST}formID"): {child.tag.removeprefix(LIST): child.text for child in form}
            for form in xml.fromstring(body)}


def path_of(door, url):
    prefix = "http://%s:%d" % door.address
    assert url.startswith(prefix)
    return url[len(prefix):]


def media(door, who, form):
    """name -> rows, as the manifest of the form says; each as its hash says."""
    _, headers, body = door.get(path_of(door, form["manifestUrl"]), who)
    assert "text/xml" in headers["Content-Type"]
    files = {}
    for entry in xml.fromstring(body):
        _, _, content = door.get(path_of(door, entry.findtext(f"{MANIFEST}downloadUrl")), who)
        assert entry.findtext(f"{MANIFEST}hash") == "md5:" + hashlib.md5(content).hexdigest()
        files[entry.findtext(f"{MANIFEST}filename")] = list(csv.DictReader(io.StringIO(content.decode())))
    return files


def filled(form_id, version="1", instance=None, at="2020-02-03T08:00:00.000+08:00", **answers):
    """A filled-in form as a client writes it; a dict is a group, a list repeats."""
    def nodes(parent, values):
        for name, value in values.items():
            for one in value if isinstance(value, list) else [value]:
                child = xml.SubElement(parent, name)
                if isinstance(one, dict):
                    nodes(child, one)
                else:
                    child.text = one

    root = xml.Element("data", {"id": form_id, "version": version, "xmlns:jr": "http://openrosa.org/javarosa"})
    nodes(root, {"start": at, "end": at, **answers, "meta": {"instanceID": instance or f"uuid:{uuid.uuid4()}"}})
    return xml.tostring(root, encoding="utf-8", xml_declaration=True)


def multipart(content, files=(), more=(), boundary="----duban"):
    parts = [(f'name="xml_submission_file"; filename="xml_submission_file"', "text/xml", content)] if content is not None else []
    parts += [(f'name="{name}"; filename="{name}"', "image/jpeg", data) for name, data in files]
    parts += [(f'name="{name}"', "text/plain", data) for name, data in more]
    body = b"".join(f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(data)}\r\n\r\n".encode() + data + b"\r\n" for head, kind, data in parts)
    return body + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def send(door, who, content, files=(), more=(), path="/submission"):
    body, headers = multipart(content, files, more)
    status, headers, answer = door.ask("POST", path, body, {**who, **headers})
    assert headers["X-OpenRosa-Version"] == "1.0" and "text/xml" in headers["Content-Type"]
    assert int(headers["X-OpenRosa-Accept-Content-Length"]) >= 64 << 10
    return status, xml.fromstring(answer).findtext(f"{RESPONSE}message")


def visits(door, site):
    door.town.settle()
    return door.town.rows("rules", visits=query.VisitsQuery(site=site))


# ---------------------------------------------------------------- forms

def test_a_form_for_each_kind_of_site_and_act_is_listed_by_post(door):
    inspector, clerk, contact = (forms(door, field(door, account)) for account in ("insp-n", "clerk", "site-gate-1"))
    assert {"inspection-GATE", "inspection-COUR", "revisit", "observation", "guidance", "check-in", "urgent", "household",
            "isolation", "difficulty"} <= set(inspector)
    assert "complaint" not in inspector and "complaint" in clerk and "inspection-GATE" not in clerk
    assert set(contact) == {"urgent", "difficulty"}
    for form in inspector.values():
        assert form["name"] and form["version"] and form["hash"].startswith("md5:")


def test_each_form_is_the_one_of_its_hash_and_says_all_in_both_languages(door):
    who = field(door, "insp-n")
    for form_id, form in forms(door, who).items():
        status, headers, content = door.get(path_of(door, form["downloadUrl"]), who)
        assert status == 200 and "text/xml" in headers["Content-Type"]
        assert form["hash"] == "md5:" + hashlib.md5(content).hexdigest()
        assert not re.search(r"不低于 (\S+) 不高于 \1<", content.decode()), "one number is the standard"
        root = xml.fromstring(content)
        data = root.find(".//f:instance/f:data", XFORM)
        assert (data.get("id"), data.get("version")) == (form_id, form["version"])
        zh, en = ({text.get("id") for text in translation} for translation in root.findall(".//f:translation", XFORM))
        assert zh == en and zh
        asked = {label.get("ref") for label in root.findall(".//f:label", XFORM) + root.findall(".//f:hint", XFORM)} - {"label"}
        assert asked <= {f"jr:itext('{name}')" for name in zh}, form_id


def test_the_version_of_forms_is_that_of_the_policy_and_changes_with_it(door, tmp_path):
    who = field(door, "insp-n")
    before = forms(door, who)
    version = door.town.ask("rules", status=query.StatusQuery()).rules.policy_version.hex()
    assert {form["version"] for form in before.values()} == {version[:16]}
    folder = pack_without(tmp_path / "pack")
    items = folder / "items.csv"
    items.write_text(items.read_text().replace("有疫情防控应急预案并明确责任人", "有应急预案"))
    door.town.duban("policy", "activate", folder, "--approver", "lead")
    door.town.settle()
    after = forms(door, who)
    assert after["inspection-COUR"]["version"] != version[:16]
    assert after["inspection-COUR"]["hash"] != before["inspection-COUR"]["hash"]


def test_a_form_asks_what_the_policy_asks(door):
    who = field(door, "insp-n")
    items = {row.code: row for row in door.town.rows("rules", items=query.ItemsQuery(kind="COUR"))}
    _, _, content = door.get("/forms/inspection-COUR", who)
    root = xml.fromstring(content)
    binds = {bind.get("nodeset"): bind for bind in root.findall(".//f:bind", XFORM)}
    assert {name.removeprefix("/data/i_").removesuffix("/result") for name in binds if name.endswith("/result")} == set(items)
    for code, item in items.items():
        assert (binds[f"/data/i_{code}/result"].get("required") == "true()") == item.mandatory, code
        photos = [name for name in binds if name.startswith(f"/data/i_{code}/photo_")]
        assert len(photos) == max(1, item.photos)
        needed = [name for name in photos if binds[name].get("required") == "../result = 'pass'"]
        assert len(needed) == item.photos
        assert (binds[f"/data/i_{code}/note"].get("required") == "true()") == item.note
        limited = item.WhichOneof("minimum_presence") or item.WhichOneof("maximum_presence")
        assert (f"/data/i_{code}/number" in binds) == bool(limited), code
    assert ". >= 7" in binds["/data/i_MS-01/number"].get("constraint")


def test_a_form_that_is_not_his_or_not_there_is_not_handed_out(door):
    for path in ("/forms/complaint", "/forms/nothing", "/forms/inspection-", "/manifest/complaint", "/media/../state",
                 "/media/nothing.csv", "/forms/"):
        status, _, body = door.get(path, field(door, "insp-n"))
        assert status == 404 and "没有" in body.decode(), path


def test_files_hold_only_what_is_in_the_scope_of_who_asks(door):
    north, south = field(door, "insp-n"), field(door, "insp-s")
    sites = {row.code: row for row in door.town.rows("rules", sites=query.SitesQuery())}
    zones = {row.code: row.zone for row in door.town.rows("rules", areas=query.AreasQuery())}
    listed = forms(door, north)
    seen = media(door, north, listed["inspection-GATE"])["sites.csv"]
    assert {row["name"] for row in seen} == {code for code, site in sites.items() if zones[site.area] == "north"}
    assert all(row["kind"] == sites[row["name"]].kind for row in seen)
    assert not {row["name"] for row in seen} & {row["name"] for row in media(door, south, listed["inspection-GATE"])["sites.csv"]}
    everything = media(door, field(door, "lead"), listed["inspection-GATE"])["sites.csv"]
    assert {row["name"] for row in everything} == set(sites)
    own = media(door, field(door, "site-gate-1"), forms(door, field(door, "site-gate-1"))["difficulty"])["sites.csv"]
    assert [row["name"] for row in own] == ["GATE-1"]


@pytest.mark.parametrize("account, files", [
    ("insp-n", {"sites", "cases", "plan", "complaints", "isolations", "items"}), ("site-gate-1", {"sites", "items"}), ("staff-c", {"sites", "items", "isolations"}),
    ("clerk", {"sites", "areas", "items", "isolations"}), ("nobody-at-all", set())])
def test_a_file_is_handed_out_with_a_form_that_uses_it(door, account, files):
    """Whom a site or its community could ask is not told where somebody goes today, nor who has complained of it."""
    who = field(door, account)
    got = {name for name in ("sites", "cases", "plan", "complaints", "isolations", "items", "areas")
           if door.get(f"/media/{name}.csv", who)[0] == 200}
    assert got == files


def test_the_stops_of_the_day_come_in_their_order_with_the_reason(door):
    who = field(door, "insp-n")
    plan, = door.town.rows("rules", plan=query.PlanQuery(zone="north"))
    planned = [(stop.site, why.zh) for stop, why in zip(plan.plan.stops, plan.why) if stop.state == state.STOP_STATE_PLANNED]
    rows = media(door, who, forms(door, who)["inspection-GATE"])["plan.csv"]
    assert [(row["name"], row["reason"]) for row in rows] == planned and planned
    assert [row["order"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    elsewhere = media(door, field(door, "insp-s"), forms(door, who)["inspection-GATE"])["plan.csv"]
    assert not {row["name"] for row in rows} & {row["name"] for row in elsewhere}


# ---------------------------------------------------------------- reports

def test_a_filled_in_inspection_becomes_the_report_that_it_says(door):
    who = field(door, "insp-n")
    content = filled("inspection-GATE", site="GATE-1", outcome="completed", position="39.9042 116.4074 43.5 7.25",
                     **{"i_DS-06": {"result": "fail", "note": "没有记录", "fixed_now": "no", "photo_1": "门岗.jpg"},
                        "i_GT-01": {"result": "pass"}, "i_GT-02": {"result": ""}},
                     text="雪后路滑")
    status, message = send(door, who, content, [("门岗.jpg", JPEG)])
    assert status == 201 and "已收到" in message and "received" in message
    visit = visits(door, "GATE-1")[-1]
    assert (visit.reporter, visit.purpose, list(visit.failed)) == ("insp-n", pb.PURPOSE_INSPECTION, ["DS-06"])
    assert visit.evidence_missing == 0 and visit.evidence[0].sha256 == hashlib.sha256(JPEG).digest()
    assert visit.visit_ms == t("2020-02-03 08:00")
    case = door.town.rows("rules", cases=query.CasesQuery(site="GATE-1"))[-1]
    assert case.finding.zh == "没有记录"


def test_three_posts_with_one_photo_each_are_one_report_that_is_complete_with_the_last(door):
    who = field(door, "insp-n")
    names = ["a.jpg", "b.jpg", "c.jpg"]
    content = filled("inspection-GATE", site="GATE-1", outcome="completed",
                     **{"i_DS-06": {"result": "pass", "photo_1": "a.jpg", "photo_2": "b.jpg", "photo_3": "c.jpg"}})
    before = len(visits(door, "GATE-1"))
    for count, name in enumerate(names, 1):
        status, message = send(door, who, content, [(name, JPEG + name.encode())])
        assert status == 201, message
        visit = visits(door, "GATE-1")[-1]
        assert visit.evidence_missing == 3 - count
    assert len(visits(door, "GATE-1")) == before + 1
    status, message = send(door, who, content, [(name, JPEG + name.encode()) for name in names])
    assert status == 201 and len(visits(door, "GATE-1")) == before + 1


def test_a_report_without_its_photos_is_incomplete_and_closes_nothing(door):
    who = field(door, "insp-n")
    send(door, who, filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "fail", "note": "脏"}}))
    door.town.settle()
    number = door.town.rows("rules", cases=query.CasesQuery(site="GATE-1"))[-1].case_.number
    door.town.jump(t("2020-02-03 12:00"))
    content = filled("revisit", at="2020-02-03T11:50:00.000+08:00", case=f"DB-{number:04}", site="GATE-1", item="DS-06",
                     outcome="completed", result="pass", photo_1="after.jpg")
    send(door, who, content, more=[("*isIncomplete*", b"yes")])
    door.town.settle()
    case = door.town.ask("rules", case_=query.CaseQuery(number=number)).cases.rows[0].case_
    assert case.passes == 0, case
    assert door.town.rows("rules", visits=query.VisitsQuery(site="GATE-1", incomplete_only=True))
    assert send(door, who, content, [("after.jpg", JPEG)])[0] == 201
    door.town.settle()
    assert door.town.ask("rules", case_=query.CaseQuery(number=number)).cases.rows[0].case_.passes == 1


def test_nothing_is_taken_before_its_receipt_and_the_same_again_is_taken_once(door):
    who = field(door, "insp-n")
    content = filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "pass", "photo_1": "a.jpg"}})
    before = len(visits(door, "GATE-1"))
    door.town.kill("ingest")
    status, message = send(door, who, content, [("a.jpg", JPEG)])
    assert status == 503 and "原样重交" in message, message
    door.town.start("ingest")
    assert send(door, who, content, [("a.jpg", JPEG)])[0] == 201
    assert [visit.evidence_missing for visit in visits(door, "GATE-1")[before:]] == [0]


def test_long_findings_and_odd_names_leave_the_files_readable(door):
    who = field(door, "insp-n")
    note = '一"二",三\n' * 140
    send(door, who, filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "fail", "note": note}}))
    door.town.settle()
    rows = media(door, who, forms(door, who)["revisit"])["cases.csv"]
    assert rows[-1]["finding"].split() == note.split() and rows[-1]["label"].startswith(rows[-1]["name"])


def test_an_answer_to_an_older_version_is_read_as_it_was_meant(door):
    status, message = send(door, field(door, "insp-n"), filled("inspection-GATE", version="0123456789abcdef", site="GATE-1",
                                                               outcome="attempted"))
    assert status == 201, message
    assert visits(door, "GATE-1")[-1].outcome == pb.VISIT_OUTCOME_ATTEMPTED


def test_cases_to_revisit_come_with_what_the_form_needs(door):
    who = field(door, "insp-n")
    send(door, who, filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "fail", "note": "脏"}}))
    door.town.settle()
    rows = media(door, who, forms(door, who)["revisit"])["cases.csv"]
    row = [row for row in rows if row["site"] == "GATE-1" and row["item"] == "DS-06"][-1]
    assert row["name"].startswith("DB-") and row["finding"] == "脏" and row["k"] == "0" and int(row["n"]) >= 1
    other = media(door, field(door, "insp-s"), forms(door, who)["revisit"])["cases.csv"]
    assert row["name"] not in {row["name"] for row in other}


def row_of(door, account, number):
    who = field(door, account)
    _, _, content = door.get("/media/cases.csv", who)
    return {row["name"]: row for row in csv.DictReader(io.StringIO(content.decode()))}.get(f"DB-{number:04}")


def test_a_case_says_from_when_on_its_revisit_counts_and_rules_counts_it_from_then_on(door):
    town, who = door.town, field(door, "insp-n")

    def revisit(at, **answers):
        content = filled("revisit", at=at, case=f"DB-{number:04}", site="GATE-1", item="GT-01", outcome="completed", result="pass",
                         photo_1="after.jpg", **answers)
        assert send(door, who, content, [("after.jpg", JPEG)])[0] == 201
        town.settle()
        return town.case("GATE-1", "GT-01").passes

    send(door, who, filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_GT-01": {"result": "fail", "note": "门岗无人"}}))
    town.settle()
    number = town.case("GATE-1", "GT-01").number
    first = row_of(door, "insp-n", number)
    assert (first["k"], first["counts_from"]) == ("0", ""), "a pass before any revisit is planned is claim and pass at once"
    town.jump(t("2020-02-03 12:00"))
    assert revisit("2020-02-03T11:00:00+08:00") == 1
    row = row_of(door, "insp-n", number)
    task = town.task("GATE-1", "GT-01", "revisit")
    assert row["day"] == acts.local(task.start_s * 1000)[:10] and row["counts_from"], row
    month, day = (int(part) for part in row["day"].split("-")[1:])
    assert f"（复查通过 1/{row['n']}，{month}月{day}日" in row["label"] and "起）" in row["label"], row["label"]
    from_ms = t(row["counts_from"].removesuffix("+08:00"))
    assert from_ms >= task.start_s * 1000
    assert door.get("/media/cases.csv", field(door, "staff-c"))[0] == 404, "whom the site could ask"
    for account, told in (("insp-n", True), ("staff-c", False)):
        listed, = [case for case in door.get("/v1/cases?site=GATE-1", field(door, account))[2]["cases"]["rows"] if case["case"]["number"] == number]
        assert ("revisitFromS" in listed, "passCountsFromS" in listed) == (told, told), listed
    town.jump(from_ms + 60_000)
    assert revisit(f"{acts.local(from_ms - 1000).replace(' ', 'T')}+08:00") == 1
    assert [fact.reason for fact in town.case_facts("GATE-1", "GT-01", "pass_not_counted")] in (["before_day"], ["too_soon"])
    assert revisit(f"{acts.local(from_ms).replace(' ', 'T')}+08:00") == 2


def test_the_form_of_a_revisit_warns_of_a_pass_that_would_not_count(door):
    _, _, content = door.get("/forms/revisit", field(door, "insp-n"))
    binds = {bind.get("nodeset"): bind for bind in xml.fromstring(content).findall(".//f:bind", XFORM)}
    assert binds["/data/counts_from"].get("calculate") == "instance('cases')/root/item[name = /data/case]/counts_from"
    early = binds["/data/early"]
    assert early.get("required") == "true()" and "decimal-date-time(now()) < decimal-date-time(/data/counts_from)" in early.get("relevant")


def test_photos_that_come_with_their_form_were_never_missing_for_anybody(door):
    """They are entries of their own, one behind the other: nobody has to know."""
    town, who = door.town, field(door, "insp-n")
    send(door, who, filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "fail", "note": "脏"}}))
    town.settle()
    town.jump(t("2020-02-03 12:00"))
    number = town.case("GATE-1", "DS-06").number
    content = filled("revisit", at="2020-02-03T11:00:00+08:00", case=f"DB-{number:04}", site="GATE-1", item="DS-06",
                     outcome="completed", result="pass", photo_1="after.jpg")
    assert send(door, who, content, [("after.jpg", JPEG)])[0] == 201
    town.settle()
    assert town.case("GATE-1", "DS-06").passes == 1 and town.facts(kind="completed")
    assert not town.facts(kind="incomplete") and not town.case_facts("GATE-1", "DS-06", "pass_not_counted")
    assert "照片未传齐" not in town.duban("contradictions").stdout + town.duban("case", f"DB-{number:04}").stdout
    late = filled("inspection-GATE", at="2020-02-03T11:30:00+08:00", site="GATE-1", outcome="completed",
                  **{"i_GT-01": {"result": "pass", "photo_1": "late.jpg"}})
    assert send(door, who, late)[0] == 201
    town.settle()
    town.jump(town.now + 61_000)
    assert send(door, who, late, [("late.jpg", JPEG)])[0] == 201
    town.settle()
    assert len(town.facts(kind="incomplete")) == 1 and len(town.facts(kind="completed")) == 2


def test_a_form_for_a_kind_of_site_that_is_none_is_held_until_somebody_says_what_it_is(door):
    town, who = door.town, field(door, "insp-n")
    before = len(visits(door, "GATE-1"))
    content = filled("inspection-XXXX", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "pass", "photo_1": "a.jpg"}})
    status, message = send(door, who, content, [("a.jpg", JPEG)])
    assert status == 201, message
    assert len(visits(door, "GATE-1")) == before, "it is no inspection yet"
    held = town.rows("rules", quarantine=query.QuarantineQuery())[-1]
    assert held.field == "report.siteKind" and "XXXX" in held.zh and "XXXX" in held.en
    page = town.duban("quarantine", str(held.sequence)).stdout
    assert "表单所属的点位类别" in page and f"duban release {held.sequence}" in page and "按这个点位现在的检查项判定" in page
    town.duban("release", str(held.sequence), "--reason", "本来就是门岗", "--as", "clerk")
    visit = visits(door, "GATE-1")[-1]
    assert len(visits(door, "GATE-1")) == before + 1 and (visit.reporter, visit.evidence_missing) == ("insp-n", 0)
    status, message = send(door, who, filled("inspection-", site="GATE-1", outcome="attempted"))
    assert status == 422 and "inspection-" in message, message


def test_a_report_of_somebody_without_a_post_waits_and_is_not_lost(door):
    status, message = send(door, field(door, "stranger"), filled("inspection-GATE", site="GATE-1", outcome="attempted"))
    assert status == 201, message
    door.town.settle()
    held = door.town.rows("rules", quarantine=query.QuarantineQuery())
    assert held[-1].account == "stranger"


# ---------------------------------------------------------------- other forms

def test_what_is_no_visit_comes_as_its_own_entry(door):
    town = door.town
    assert send(door, field(door, "insp-n"), filled("urgent", place="东门外", text="有人发热"))[0] == 201
    assert send(door, field(door, "insp-n"), filled("difficulty", site="GATE-1", matter="GT-01", supply="围挡", quantity="3", measure="个"))[0] == 201
    assert send(door, field(door, "clerk"), filled("complaint", source="12345", where="site", site="GATE-1", matter="GT-01",
                                                   complaint="门岗无人", complainant="热心居民 13800000000"))[0] == 201
    town.settle()
    subjects = town.rows("rules", subjects=query.SubjectsQuery())
    kinds = {row.number[:2] for row in subjects}
    assert {"JB", "XT", "TS"} <= kinds
    assert not town.rows("rules", quarantine=query.QuarantineQuery())
    complaints = media(door, field(door, "insp-n"), forms(door, field(door, "insp-n"))["observation"])["complaints.csv"]
    assert complaints[-1]["site"] == "GATE-1" and "138" not in json.dumps(complaints)
    number = complaints[-1]["name"]
    content = filled("observation", complaint=number, known_site="GATE-1", site="GATE-1", item="GT-01", result="fail", note="真的没有人",
                     **{"from": "2020-02-03T09:05:00.000+08:00", "until": "2020-02-03T09:40:00.000+08:00"})
    town.jump(t("2020-02-03 10:00"))
    assert send(door, field(door, "insp-n"), content)[0] == 201
    visit = visits(door, "GATE-1")[-1]
    assert visit.purpose == pb.PURPOSE_OBSERVATION and visit.lasted_s == 35 * 60


# ---------------------------------------------------------------- signing in

def test_an_urgent_report_is_one_tap(door):
    """Opened and sent: nothing is asked before somebody hears of it."""
    form = door.get("/forms/urgent", field(door, "insp-n"))[2]
    assert b"<bind" in form and b"required" not in form
    assert send(door, field(door, "insp-n"), filled("urgent"))[0] == 201
    door.town.settle()
    assert not door.town.quarantine()
    assert "请马上打电话问报告人" in door.town.subject_row("JB-0001").subject.urgent.place


def test_without_an_account_both_ways_are_offered(door):
    status, headers, body = door.get("/formList", {"X-OpenRosa-Version": "1.0"})
    offered = headers.get_all("WWW-Authenticate")
    assert status == 401 and headers["X-OpenRosa-Version"] == "1.0"
    assert any(one.startswith("Basic ") for one in offered) and any(one.startswith("Digest ") for one in offered)
    assert "请先登录" in xml.fromstring(body).findtext(f"{RESPONSE}message")


def curl(door, account, password, *more):
    out = subprocess.run(["curl", "-s", "-o", "-", "-w", "\n%{http_code}", "--digest", "-u", f"{account}:{password}", *more,
                          "http://%s:%d/formList?deviceID=collect%%3Aabc" % door.address], capture_output=True, check=True)
    body, _, status = out.stdout.rpartition(b"\n")
    return int(status), body


def test_curl_enters_by_digest_with_an_app_password_and_by_nothing_else(door):
    door.set_password("insp-n")
    password = app_password(door, "insp-n")
    status, body = curl(door, "insp-n", password)
    assert status == 200 and b"inspection-GATE" in body
    assert curl(door, "insp-n", "一二三四五六")[0] == 401   # the password of people is known to nobody in clear
    assert curl(door, "insp-n", password + "x")[0] == 401
    assert curl(door, "insp-s", password)[0] == 401
    assert door.get("/formList", basic("insp-n", password))[0] == 200
    assert door.get("/formList", basic("insp-n"))[0] == 200
    newer = app_password(door, "insp-n")
    assert curl(door, "insp-n", password)[0] == 401 and curl(door, "insp-n", newer)[0] == 200
    assert door.get("/formList", basic("insp-n", password))[0] == 401
    door.set_password("insp-n", "")
    assert curl(door, "insp-n", newer)[0] == 401


def test_an_app_password_opens_forms_and_photos_alone(door):
    password = app_password(door, "lead")
    assert door.get("/formList", basic("lead", password))[0] == 200
    assert door.get("/v1/evidence/" + "0" * 64, basic("lead", password))[0] == 404, "it is let in, and there is none"
    for path in ("/v1/cases", "/v1/events", "/v1/export/cases.csv?reason=x", "/"):
        assert door.get(path, basic("lead", password))[0] == 401, path
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _ = door.ask("POST", "/login", f"account=lead&password={password}", form)
    assert status != 303 and headers["Set-Cookie"] is None


def test_one_scan_sets_up_the_app(door, tmp_path):
    address = "http://%s:%d" % door.address
    out = door.town.duban("account", "phone", "insp-n", "--url", address).stdout
    password, *lines = out.splitlines()
    shown = [line for line in lines if set(line) <= set("█▄▀ ")]
    read = photos.scanned([[half in ("▄ ", "▀ ")[below] for half in line] for line in shown for below in (0, 1)], tmp_path)
    general = json.loads(zlib.decompress(base64.b64decode(read)))["general"]
    assert (general["server_url"], general["username"], general["password"]) == (address, "insp-n", password)
    assert curl(door, general["username"], general["password"])[0] == 200
    bad = door.town.duban("account", "phone", "insp-n", "--url", "duban.example.cn", check=False)
    assert bad.returncode != 0 and "--url" in bad.stderr and curl(door, "insp-n", password)[0] == 200


def test_guesses_by_digest_are_slowed_down_like_all_others(door):
    password = app_password(door, "insp-n")
    answers = [curl(door, "insp-n", f"wrong-{number}")[0] for number in range(8)]
    assert answers[0] == 401 and 429 in answers, answers
    assert curl(door, "insp-n", password)[0] == 200, "who knows it does not wait for who guesses"
    assert door.get("/formList", basic("insp-n", password))[0] == 200
    assert door.get("/formList", field(door, "insp-n"))[0] == 200


def test_a_probe_of_the_submission_address_says_how_much_may_come(door):
    status, headers, body = door.ask("HEAD", "/submission?deviceID=a", headers=field(door, "insp-n"))
    assert status == 204 and body == b"" and int(headers["X-OpenRosa-Accept-Content-Length"]) >= 1_000_000
    assert headers["Location"] == "http://%s:%d/submission" % door.address
    assert door.ask("HEAD", "/formList", headers=field(door, "insp-n"))[0] == 200


# ---------------------------------------------------------------- bad input

DEEP = "<a>" * 200 + "</a>" * 200
BOMB = ('<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
        '<data id="urgent"><place>&lol2;</place><meta><instanceID>uuid:1</instanceID></meta></data>')
META = "<meta><instanceID>uuid:00000000-0000-4000-8000-000000000001</instanceID></meta>"

BAD_FORMS = {
    "no xml": (b"", 400, "1 至"),
    "not xml": (b"{}", 400, "XML"),
    "cut off": (b"<data id='urgent'><place>", 400, "XML"),
    "a document type": (BOMB.encode(), 400, "DOCTYPE"),
    "deep": (f"<data id='urgent'>{DEEP}{META}</data>".encode(), 400, "层数"),
    "many": (f"<data id='urgent'>{'<a/>' * 5000}{META}</data>".encode(), 400, "过多"),
    "another encoding": ("<?xml version='1.0' encoding='GB18030'?><data id='urgent'><place>东门</place></data>".encode("gb18030"), 400, "UTF-8"),
    "no utf-8": (b"<data id='urgent'><place>\xff\xfe</place></data>", 400, "XML"),
    "too large": (f"<data id='urgent'><text>{'a' * 600_000}</text>{META}</data>".encode(), 400, "过大"),
    "no instanceID": (b"<data id='urgent'><place>x</place></data>", 422, "instanceID"),
    "an edit": (b"<data id='urgent'><meta><instanceID>uuid:2</instanceID><deprecatedID>uuid:1</deprecatedID></meta></data>", 422, "更正"),
    "an unknown form": (f"<data id='census'>{META}</data>".encode(), 422, "census"),
    "an unknown choice": (filled("inspection-GATE", site="GATE-1", outcome="perhaps"), 422, "perhaps"),
    "a bad time": (filled("inspection-GATE", site="GATE-1", outcome="attempted", at="yesterday"), 422, "yesterday"),
    "a bad number": (filled("inspection-COUR", site="COUR-1", outcome="completed", **{"i_MS-01": {"result": "pass", "number": "7e9"}}), 422, "7e9"),
    "a bad place": (filled("inspection-GATE", site="GATE-1", outcome="attempted", position="north 91"), 422, "north"),
    "no site": (filled("inspection-GATE", outcome="attempted"), 422, ""),
}


@pytest.mark.parametrize("case", BAD_FORMS)
def test_a_bad_form_gets_a_clear_error(door, case):
    content, expected, said = BAD_FORMS[case]
    status, message = send(door, field(door, "insp-n"), content)
    assert status == expected and said in message, message
    assert send(door, field(door, "insp-n"), filled("urgent", place="东门外"))[0] == 201   # others go on


def test_a_refusal_names_the_question_as_the_form_calls_it(door):
    who = field(door, "insp-n")
    items = {row.code: row.text for row in door.town.rows("rules", items=query.ItemsQuery(kind="GATE"))}
    long = filled("inspection-GATE", site="GATE-1", outcome="completed",
                  **{"i_GT-01": {"result": "pass"}, "i_DS-06": {"result": "fail", "note": "脏" * 700}})
    status, message = send(door, who, long)
    assert status == 422 and f"“DS-06 {items['DS-06'].zh} · 看到什么”（report.answers[1].note）：文字过长" in message, message
    assert f"\"DS-06 {items['DS-06'].en} · what was seen\" (report.answers[1].note): " in message, message
    status, message = send(door, who, filled("inspection-GATE", outcome="attempted"))
    assert status == 422 and "“点位”（report.site）：" in message and '"site" (report.site): ' in message, message
    status, message = send(door, who, filled("difficulty", site="GATE-1", matter="GT-01", supply="围挡", quantity="many"))
    assert status == 422 and "“缺多少”（quantity）：" in message and '"how many" (quantity): ' in message, message
    bad = filled("inspection-COUR", site="COUR-1", outcome="completed", **{"i_MS-01": {"result": "pass", "number": "7e9"}})
    assert " · 数值”（i_MS-01/number）：数值 7e9 无法解读" in send(door, who, bad)[1]
    status, message = send(door, who, filled("inspection-G 1", site="GATE-1", outcome="attempted"))
    assert status == 422 and "：report.siteKind：" in message and ": report.siteKind: " in message, message
    door.town.kill("rules")
    status, message = send(door, who, long)
    assert status == 422 and "“检查项 DS-06”（report.answers[1].note）：文字过长" in message, message


BAD_BODIES = {
    "no multipart": (b"<data/>", "text/xml"),
    "no boundary": (multipart(b"<data/>")[0], "multipart/form-data"),
    "another boundary": (multipart(b"<data/>")[0], "multipart/form-data; boundary=other"),
    "a boundary too long": (multipart(b"<data/>")[0], "multipart/form-data; boundary=" + "x" * 80),
    "no end": (multipart(b"<data/>")[0][:-8], "multipart/form-data; boundary=----duban"),
    "no name": (b"------duban\r\nContent-Type: text/xml\r\n\r\nx\r\n------duban--\r\n", "multipart/form-data; boundary=----duban"),
    "an endless head": (b"------duban\r\nX: " + b"a" * 5000 + b"\r\n\r\nx\r\n------duban--\r\n", "multipart/form-data; boundary=----duban"),
    "no form": (multipart(None, [("a.jpg", JPEG)])[0], "multipart/form-data; boundary=----duban"),
    "two forms": (multipart(b"<data/>")[0][:-len("------duban--\r\n")] + multipart(b"<data/>")[0], "multipart/form-data; boundary=----duban"),
}


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_broken_body_gets_a_clear_error(door, case):
    body, kind = BAD_BODIES[case]
    status, _, answer = door.ask("POST", "/submission", body, {**field(door, "insp-n"), "Content-Type": kind})
    assert status == 400 and xml.fromstring(answer).findtext(f"{RESPONSE}message"), answer
    assert door.status().requests


def test_a_photo_that_is_none_does_not_cost_the_report(door):
    who = field(door, "insp-n")
    content = filled("inspection-GATE", site="GATE-1", outcome="completed",
                     **{"i_DS-06": {"result": "pass", "photo_1": "../../a.jpg", "photo_2": "b.jpg"}})
    status, message = send(door, who, content, [("../../a.jpg", b"#!/bin/sh\necho\n" * 10), ("b.jpg", JPEG)])
    assert status == 415 and "记录已收到" in message and "../../a.jpg" in message
    visit = visits(door, "GATE-1")[-1]
    assert visit.evidence_missing == 1
    assert send(door, who, content, [("../../a.jpg", JPEG + b"a")])[0] == 201
    assert visits(door, "GATE-1")[-1].evidence_missing == 0


def test_a_photo_above_the_limit_does_not_cost_the_report_and_comes_when_the_limit_is_raised(make_town, template):
    town = make_town(template, rehearsal="2020-02-03 08:00")
    town.start()
    town.jump(t("2020-02-03 09:00"))
    door = Door(town, upload_bytes="100K")
    who = field(door, "insp-n")
    large, larger = photos.jpeg("large", 300_000), photos.jpeg("larger", 400_000)
    content = filled("inspection-GATE", site="GATE-1", outcome="completed",
                     **{"i_DS-06": {"result": "pass", "photo_1": "大.jpg", "photo_2": "b.jpg", "photo_3": "更大.jpg"}})
    before = len(visits(door, "GATE-1"))
    for _ in range(2):
        status, message = send(door, who, content, [("大.jpg", large), ("b.jpg", JPEG), ("更大.jpg", larger)])
        assert status == 413 and "记录已收到" in message and "report was taken" in message, message
        assert "更大.jpg、大.jpg" in message and "b.jpg" not in message and message.count("upload_bytes") == 2, message
        assert [visit.evidence_missing for visit in visits(door, "GATE-1")[before:]] == [2]
    assert len(list((town.directory / "gateway" / "evidence").rglob("*/*"))) == 1, "of what is too large nothing is kept"
    town.stop("gateway")
    door = Door(town, upload_bytes="1M")
    assert send(door, who, content, [("大.jpg", large), ("更大.jpg", larger)])[0] == 201
    assert [visit.evidence_missing for visit in visits(door, "GATE-1")[before:]] == [0]
    connection = door.connect()
    connection.putrequest("POST", "/submission")
    for name, value in {**who, **multipart(content)[1], "Content-Length": 300 << 20}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413 and "内容超过上限" in answer.read().decode(), "nobody sends without end"
    connection.close()
    town.stop("gateway")


def test_another_photo_under_a_known_name_is_a_conflict_and_the_first_one_stands(door):
    who = field(door, "insp-n")
    content = filled("inspection-GATE", site="GATE-1", outcome="completed", **{"i_DS-06": {"result": "pass", "photo_1": "a.jpg"}})
    assert send(door, who, content, [("a.jpg", JPEG)])[0] == 201
    status, message = send(door, who, content, [("a.jpg", JPEG + b"other")])
    assert status == 409 and "照片 a.jpg 已经收到过另一张" in message and "编号" not in message and "client id" not in message
    assert visits(door, "GATE-1")[-1].evidence[0].sha256 == hashlib.sha256(JPEG).digest()


def test_another_form_under_a_known_instance_is_a_conflict(door):
    who = field(door, "insp-n")
    instance = f"uuid:{uuid.uuid4()}"
    assert send(door, who, filled("inspection-GATE", instance=instance, site="GATE-1", outcome="attempted"))[0] == 201
    status, message = send(door, who, filled("inspection-GATE", instance=instance, site="GATE-1", outcome="attempted", text="又来"))
    assert status == 409


def test_a_file_that_the_form_does_not_name_is_left_out(door):
    who = field(door, "insp-n")
    content = filled("inspection-GATE", site="GATE-1", outcome="attempted", photo_1="")
    status, message = send(door, who, content, [("audit.csv", b"event,node\n")])
    assert status == 201 and "没有保存" in message and "not kept" in message
    assert not list((door.town.directory / "gateway" / "evidence").rglob("*audit*"))


def test_a_chunked_body_is_taken(door):
    body, headers = multipart(filled("urgent", place="东门外"))
    connection = door.connect()
    connection.request("POST", "/submission", iter([body[:50], body[50:51], body[51:]]), {**field(door, "insp-n"), **headers},
                       encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    connection.close()
