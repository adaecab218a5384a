"""Photos over HTTP: what is taken, what is said of it in the journal, what is shown to whom, and what bad input comes to."""
import base64
import errno
import hashlib
import http.client
import json
import os
import resource
import socket
import subprocess
import time
import urllib.parse

import entry_pb2 as pb
import photos
import preload
import pytest
import query_pb2 as query
from acts import report, t
from door import PASSWORD, Door, submission
from pages import Browser
from test_p9_full import Ballast, disk  # noqa: F401  (a fixture)

BEGINNING = "2020-02-03 08:00"

JPEG = {"Content-Type": "image/jpeg"}


def sha_of(photo):
    return hashlib.sha256(photo).hexdigest()


def declared(photo, name="a.jpg", here=False, item="DS-06", size=None):
    return pb.Evidence(name=name, size_bytes=len(photo) if size is None else size, sha256=hashlib.sha256(photo).digest(), item=item,
                       here=here)


def report_with(door, *evidence, by="insp-n"):
    entry = report("GATE-1", by, door.town.now, passes=["DS-06"], photos="none")
    entry.report.evidence.extend(evidence)
    return entry


def send_report(door, who, *evidence, by="insp-n"):
    status, _, taken = door.post("/v1/entries", submission(report_with(door, *evidence, by=by)), who)
    assert status == 201, taken
    return int(taken["sequence"])


def put(door, photo, who, sha=None, **arguments):
    path = f"/v1/evidence/{sha or sha_of(photo)}" + ("?" + urllib.parse.urlencode(arguments) if arguments else "")
    return door.ask("PUT", path, photo, {**who, **JPEG})


def stored(door):
    """The files of the store, by their hash; what is on its way is none."""
    folder = door.town.data("gateway") / "evidence"
    return {path.parent.name + path.name: path for path in folder.glob("[0-9a-f][0-9a-f]/*")}


def on_its_way(door):
    return list((door.town.data("gateway") / "evidence" / "incoming").iterdir())


def visit_of(door, sequence):
    door.town.settle()
    return next(visit for visit in door.town.rows("rules", visits=query.VisitsQuery(site="GATE-1")) if visit.sequence == sequence)


# ---------------------------------------------------------------- taken

def test_a_photo_that_comes_after_its_report_completes_it(door):
    who, photo = door.token("insp-n"), photos.jpeg("one", 5000)
    sequence = send_report(door, who, declared(photo))
    assert visit_of(door, sequence).evidence_missing == 1
    status, headers, answer = put(door, photo, who, report=sequence, name="a.jpg")
    assert status == 201, answer
    assert (answer["sha256"], int(answer["sizeBytes"]), answer["type"]) == (sha_of(photo), len(photo), "image/jpeg")
    assert int(answer["arrival"]["sequence"]) == sequence + 1
    assert stored(door)[sha_of(photo)].read_bytes() == photo and on_its_way(door) == []
    assert visit_of(door, sequence).evidence_missing == 0
    status, _, again = put(door, photo, who, report=sequence, name="a.jpg")
    assert (status, again["known"], again["arrival"]["duplicate"]) == (200, True, True)
    assert again["arrival"]["sequence"] == answer["arrival"]["sequence"] and len(stored(door)) == 1


def test_another_photo_under_the_name_of_one_that_has_come_is_told_as_such(door):
    """The id that ingest objects to was made of report and name: nobody sent it, and nobody could send another."""
    who, photo = door.token("insp-n"), photos.jpeg("one", 5000)
    sequence = send_report(door, who, declared(photo))
    assert put(door, photo, who, report=sequence, name="a.jpg")[0] == 201
    status, _, problem = put(door, photos.jpeg("other", 5000), who, report=sequence, name="a.jpg")
    assert (status, problem["type"], problem["field"]) == (409, "urn:duban:problem:conflict", "name")
    assert "照片 a.jpg 已经收到过另一张" in problem["detail"] and "编号" not in problem["detail"] + problem["title"]
    assert "another photo" in problem["detailEn"] and "id" not in problem["detailEn"].split()
    assert visit_of(door, sequence).evidence_missing == 0


def test_a_wrong_photo_does_not_stand_in_the_way_of_the_one_that_the_report_declares_by_its_hash(door):
    town, who, right, wrong = door.town, door.token("insp-n"), photos.jpeg("right", 5000), photos.jpeg("wrong", 6000)
    sequence = send_report(door, who, declared(right))
    assert put(door, wrong, who, report=sequence, name="a.jpg")[0] == 201
    assert visit_of(door, sequence).evidence_missing == 1
    status, _, answer = put(door, right, who, report=sequence, name="a.jpg")
    assert status == 201 and int(answer["arrival"]["sequence"]) == sequence + 2, answer
    assert visit_of(door, sequence).evidence_missing == 0
    for photo, later in ((right, 2), (wrong, 1)):
        status, _, again = put(door, photo, who, report=sequence, name="a.jpg")
        assert (status, int(again["arrival"]["sequence"]), again["arrival"]["duplicate"]) == (200, sequence + later, True)
    status, _, problem = put(door, photos.jpeg("third", 5000), who, report=sequence, name="a.jpg")
    assert (status, problem["type"]) == (409, "urn:duban:problem:conflict")
    town.stop("rules")
    status, _, problem = put(door, right, who, report=sequence, name="a.jpg")
    assert (status, problem["type"]) == (503, "urn:duban:problem:later"), "nobody can say whether the report declares it"
    town.start("rules")


def test_photos_that_are_late_are_a_task_of_who_reports_until_the_last_has_come(door):
    """Where he looks for what he has to do: over HTTP, on the first page, by the command, in his calendar."""
    town, who, first, second = door.town, door.token("insp-n"), photos.jpeg("first", 5000), photos.jpeg("second", 6000)
    town.jump("2020-02-10 10:00")
    sequence = send_report(door, who, declared(first), declared(second, name="b.jpg"))
    town.until("2020-02-10 13:59")
    assert door.get("/v1/tasks?kind=TASK_KIND_PHOTOS", who)[2].get("tasks", {}).get("rows", []) == []
    town.until("2020-02-10 14:00")
    (row,) = door.get("/v1/tasks?kind=TASK_KIND_PHOTOS", who)[2]["tasks"]["rows"]
    task = row["task"]
    assert (task["owner"], task["site"], int(task["reportSequence"])) == ("insp-n", "GATE-1", sequence)
    assert int(task["dueS"]) == t("2020-02-11 14:00") // 1000 and row["finding"]["zh"] == "还差 2 张照片"
    assert [notice.notice.recipient.account for notice in town.notices(kind="photos_missing")] == ["insp-n", "leader-n"]
    assert all(notice.notice.items[0].task.hex() == town.tasks(owner="insp-n")[0].id.hex() for notice in town.notices(kind="photos_missing"))
    listed = town.duban("tasks", "--owner", "insp-n", "--kind", "photos").stdout
    assert "补传照片" in listed and f"第 {sequence} 号记录" in listed and "照片到达" in listed and "还差 2 张照片" in listed
    assert "补传照片" in town.duban("feed", "insp-n").stdout
    door.set_password("insp-n")
    browser = Browser(door.address)
    browser.sign_in("insp-n", PASSWORD)
    assert "补传照片" in browser.get("/").text
    assert "还差 2 张照片" in browser.get(f"/t/{town.tasks(owner='insp-n')[0].id.hex()}").text
    assert put(door, first, who, report=sequence, name="a.jpg")[0] == 201
    town.settle()
    assert "还差 1 张照片" in browser.get(f"/t/{town.tasks(owner='insp-n')[0].id.hex()}").text
    town.until("2020-02-11 14:01")
    assert [notice.notice.recipient.account for notice in town.notices(kind="photos_missing")] == ["insp-n", "leader-n", "insp-n", "insp-n"]
    assert "逾期" in town.duban("tasks", "--owner", "insp-n", "--kind", "photos").stdout
    assert put(door, second, who, report=sequence, name="b.jpg")[0] == 201
    town.settle()
    assert town.tasks(owner="insp-n") == [] and "补传照片" not in browser.get("/").text
    town.until("2020-02-13 14:00")
    assert len(town.notices(kind="photos_missing")) == 4


def test_a_report_may_say_that_its_photos_are_here_when_they_are(door):
    who, photo = door.token("insp-n"), photos.png("x")
    entry = report_with(door, declared(photo, here=True))
    status, _, problem = door.post("/v1/entries", submission(entry), who)
    assert (status, problem["type"], problem["field"]) == (422, "urn:duban:problem:no-such-photo", "entry.report.evidence[0].here")
    assert put(door, photo, who)[0] == 201
    wrong = report_with(door, declared(photo, here=True, size=len(photo) + 1))
    assert door.post("/v1/entries", submission(wrong), who)[0] == 422
    status, _, taken = door.post("/v1/entries", submission(entry), who)
    assert status == 201 and visit_of(door, int(taken["sequence"])).evidence_missing == 0


def test_that_a_photo_has_come_is_believed_of_the_store_alone(door):
    who, photo = door.token("insp-n"), photos.jpeg("never sent")
    sequence = send_report(door, who, declared(photo))
    entry = pb.Entry(evidence_arrival=pb.EvidenceArrival(report_sequence=sequence, name="a.jpg", size_bytes=len(photo),
                                                         sha256=hashlib.sha256(photo).digest()))
    status, _, problem = door.post("/v1/entries", submission(entry), who)
    assert (status, problem["field"]) == (422, "entry.evidenceArrival.sha256") and problem["detail"] and problem["detailEn"]
    status, _, answer = door.post("/v1/entries", {"submissions": [submission(entry), submission(report_with(door))]}, who)
    assert "problem" in answer["submitted"][0] and "sequence" in answer["submitted"][1]
    assert visit_of(door, sequence).evidence_missing == 1
    put(door, photo, who)
    assert door.post("/v1/entries", submission(entry), who)[0] == 201
    assert visit_of(door, sequence).evidence_missing == 0


def test_chunked_and_large_photos_are_taken(door):
    who, photo = door.token("insp-n"), photos.jpeg("large", 12_000_000)
    connection = door.connect()
    connection.request("PUT", f"/v1/evidence/{sha_of(photo)}", (photo[i:i + 70_001] for i in range(0, len(photo), 70_001)), who,
                       encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    assert stored(door)[sha_of(photo)].read_bytes() == photo


# ---------------------------------------------------------------- refused

@pytest.mark.parametrize("content", [b"%PDF-1.7 " + bytes(100_000), b"<html><script>alert(1)</script>" * 10, b"\xff\xd8", b"",
                                     b"GIF89a" + bytes(100), b"\xff" * 2_000_000], ids=["pdf", "html", "short", "empty", "gif", "ff"])
def test_what_is_no_photo_is_refused(door, content):
    status, _, problem = put(door, content, door.token("insp-n"))
    assert (status, problem["type"]) == (415, "urn:duban:problem:no-photo") and problem["detail"] and problem["detailEn"]
    assert stored(door) == {} and on_its_way(door) == []


def test_another_content_than_its_name_says_is_refused(door):
    photo = photos.jpeg("right", 200_000)
    status, _, problem = put(door, photos.jpeg("wrong", 200_000), door.token("insp-n"), sha=sha_of(photo))
    assert (status, problem["field"]) == (422, "sha256")
    assert stored(door) == {} and on_its_way(door) == []


@pytest.mark.parametrize("name", ["", "x", "../../../../etc/passwd", "%2e%2e%2fduban", "0" * 63, "0" * 65, "g" * 64, "0" * 64 + "/..",
                                  "0" * 64 + "%00"])
def test_addresses_that_name_no_photo(door, name):
    status, _, problem = door.ask("PUT", f"/v1/evidence/{name}", photos.jpeg("x"), door.token("insp-n"))
    assert status in (400, 404, 422) and problem["detail"], (status, problem)
    assert stored(door) == {} and on_its_way(door) == []


@pytest.mark.parametrize("arguments, field", [({"report": "1"}, "name"), ({"name": "a"}, "report"), ({"report": "x", "name": "a"}, "report"),
                                              ({"report": "0", "name": "a"}, "report"), ({"report": "-1", "name": "a"}, "report"),
                                              ({"reprot": "1"}, "reprot"), ({"report": str(2**64), "name": "a"}, "report")])
def test_arguments_that_are_none(door, arguments, field):
    status, _, problem = put(door, photos.jpeg("x", 3_000_000), door.token("insp-n"), **arguments)
    assert (status, problem["field"]) == (400, field), problem
    assert stored(door) == {} and on_its_way(door) == []


def test_names_are_words_and_no_paths(door):
    """They are compared with what a report declares, and name no file."""
    who, photo = door.token("insp-n"), photos.jpeg("path")
    sequence = send_report(door, who, declared(photo, name="../../secret.jpg"))
    before = {path.name for path in door.town.data("gateway").parent.iterdir()}
    assert put(door, photo, who, report=sequence, name="../../secret.jpg")[0] == 201
    assert visit_of(door, sequence).evidence_missing == 0 and set(stored(door)) == {sha_of(photo)}
    assert {path.name for path in door.town.data("gateway").parent.iterdir()} == before


def test_a_photo_is_as_large_as_is_allowed(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, upload_bytes="100K")
    who = door.token("insp-n")
    assert put(door, photos.jpeg("fits", 100_000), who)[0] == 201
    status, headers, problem = put(door, photos.jpeg("too large", 200_000), who)
    assert status == 413 and problem["type"].endswith("too-large") and "较低的分辨率" in problem["detail"] and "resolution" in problem["detailEn"]
    connection = door.connect()
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.request("PUT", f"/v1/evidence/{'0' * 64}", (photos.jpeg("endless", 10_000) for _ in range(1000)), who,
                           encode_chunked=True)
        connection.getresponse()
    assert on_its_way(door) == [] and len(stored(door)) == 1
    town.stop("gateway")


def test_who_has_not_signed_in_brings_none(door):
    assert put(door, photos.jpeg("x"), {})[0] == 401
    assert stored(door) == {} and on_its_way(door) == []


def test_nothing_is_said_to_be_stored_before_its_arrival_is_receipted(door):
    """Ingest is not there: the photo is, and the same again brings its arrival."""
    who, photo = door.token("insp-n"), photos.jpeg("early")
    sequence = send_report(door, who, declared(photo))
    door.town.stop("ingest")
    door.town.stop("gateway")
    door = Door(door.town, answer_within="1s")
    status, headers, problem = put(door, photo, who, report=sequence, name="a.jpg")
    assert (status, problem["type"]) == (503, "urn:duban:problem:unknown-outcome") and int(headers["Retry-After"]) > 0
    assert set(stored(door)) == {sha_of(photo)}
    door.town.start("ingest")
    status, _, answer = put(door, photo, who, report=sequence, name="a.jpg")
    assert status in (200, 201) and answer["known"], answer
    assert visit_of(door, sequence).evidence_missing == 0


def test_a_photo_cut_off_in_the_middle_leaves_nothing(door):
    who, photo = door.token("insp-n"), photos.jpeg("cut", 100_000)
    connection = door.connect()
    connection.putrequest("PUT", f"/v1/evidence/{sha_of(photo)}")
    for name, value in {**who, "Content-Length": len(photo)}.items():
        connection.putheader(name, value)
    connection.endheaders(photo[:50_000])
    while not on_its_way(door):
        assert door.get("/healthz")[0] == 200
    connection.close()
    while on_its_way(door):
        assert door.get("/healthz")[0] == 200
    assert stored(door) == {}


def test_a_gateway_killed_in_the_middle_keeps_nothing_half(door):
    who, photo = door.token("insp-n"), photos.jpeg("killed", 100_000)
    connection = door.connect()
    connection.putrequest("PUT", f"/v1/evidence/{sha_of(photo)}")
    for name, value in {**who, "Content-Length": len(photo)}.items():
        connection.putheader(name, value)
    connection.endheaders(photo[:50_000])
    while not on_its_way(door):
        assert door.get("/healthz")[0] == 200
    door.town.kill("gateway")
    assert len(on_its_way(door)) == 1
    door = Door(door.town)
    assert on_its_way(door) == [] and stored(door) == {}
    assert put(door, photo, who)[0] == 201


def test_one_account_does_not_take_the_places_of_all(door):
    who, other = door.token("insp-n"), door.token("insp-s")
    photo, held = photos.jpeg("held", 1000), []
    for _ in range(128):
        held.append(door.connect())
        held[-1].putrequest("PUT", f"/v1/evidence/{sha_of(photo)}")
        for name, value in {**who, **JPEG, "Content-Length": len(photo)}.items():
            held[-1].putheader(name, value)
        held[-1].endheaders(photo[:100])
    while door.town.metrics("gateway")["duban_gateway_evidence_uploads"] < 128:
        pass
    status, headers, problem = put(door, photos.jpeg("one more"), who)
    assert (status, problem["type"]) == (503, "urn:duban:problem:later") and int(headers["Retry-After"]) > 0
    assert create(door, who, 1000)[0] == 503
    assert put(door, photos.jpeg("of another"), other)[0] == 201
    sequence = send_report(door, who, declared(photo))
    held.pop().close()
    while door.town.metrics("gateway")["duban_gateway_evidence_uploads"] == 128:
        pass
    assert put(door, photo, who, report=sequence, name="a.jpg")[0] == 201
    for connection in held:
        connection.close()


# ---------------------------------------------------------------- shown

def show(door, photo, who, headers=None, **arguments):
    path = f"/v1/evidence/{sha_of(photo)}" + ("?" + urllib.parse.urlencode(arguments) if arguments else "")
    return door.get(path, {**who, **(headers or {})})


def accesses(town):
    return [(record.account, record.entry.access) for record in town.journal() if record.kind == "access"]


@pytest.fixture
def shown(door):
    """Of a visit at the north gate, by insp-n: {kind: photo}."""
    kinds = {"image/jpeg": photos.jpeg("shown", 3000), "image/png": photos.png("s"), "image/webp": photos.webp("s"),
             "image/heic": photos.heic("s")}
    who = door.token("insp-n")
    for photo in kinds.values():
        assert put(door, photo, who)[0] == 201
    send_report(door, who, *(declared(photo, name=str(i), here=True) for i, photo in enumerate(kinds.values())))
    door.town.settle()
    return kinds


def test_where_a_photo_was_taken_is_not_shown_and_is_kept(door, shown):
    lead = door.token("lead")
    for kind, photo in shown.items():
        if kind == "image/heic":
            continue
        status, headers, content = show(door, photo, lead)
        assert (status, headers["Content-Type"], headers["X-Content-Type-Options"]) == (200, kind, "nosniff")
        assert headers["Content-Disposition"].startswith("inline; filename=") and "no-cache" in headers["Cache-Control"]
        assert photos.MAKER in photo and photos.MAKER not in content
        assert photos.exif() in photo and photos.exif() not in content and 0 < len(content) < len(photo)
        assert stored(door)[sha_of(photo)].read_bytes() == photo
        status, _, original = show(door, photo, lead, original="true", reason="核对地点")
        assert (status, original) == (200, photo)
        by, seen = accesses(door.town)[-1]
        assert (by, seen.object, list(seen.fields), seen.reason) == ("lead", f"photo-{sha_of(photo)[:26]}", ["original"], "核对地点")


def test_what_an_original_is_wanted_for_is_said_and_the_journal_has_it_first(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, answer_within="1s")
    lead, photo = door.token("lead"), photos.jpeg("where it was taken")
    put(door, photo, door.token("insp-n"))
    send_report(door, door.token("insp-n"), declared(photo, here=True))
    town.settle()
    for reason in ({}, {"reason": " "}, {"reason": "长" * 100}):
        status, _, problem = show(door, photo, lead, original="true", **reason)
        assert (status, problem["field"]) == (400, "reason") and problem["detail"] and problem["detailEn"]
    assert not accesses(town)
    town.stop("ingest")
    assert show(door, photo, lead, original="true", reason="核对地点")[0] == 503, "without its entry it is not shown"
    assert show(door, photo, lead)[0] == 200
    town.start("ingest")
    assert show(door, photo, lead, original="true", reason="核对地点")[2] == photo
    town.stop("gateway")


def test_how_a_photo_is_to_be_turned_is_still_said(door, shown):
    _, _, content = show(door, shown["image/jpeg"], door.token("lead"))
    assert content.startswith(b"\xff\xd8\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06")


def test_what_cannot_be_taken_out_is_shown_to_oversight_alone_and_as_it_came(door, shown):
    photo = shown["image/heic"]
    for account in ("lead", "insp-n"):
        status, _, problem = show(door, photo, door.token(account))
        assert (status, problem["type"]) == (422, "urn:duban:problem:not-shown") and problem["detail"] and problem["detailEn"]
    assert show(door, photo, door.token("lead"), original="true", reason="核对地点")[2] == photo
    assert show(door, photo, door.token("insp-n"), original="true", reason="核对地点")[0] == 403


def test_a_photo_is_not_sent_again_and_may_be_sent_in_parts(door, shown):
    photo, lead = shown["image/jpeg"], door.token("lead")
    _, headers, whole = show(door, photo, lead)
    status, again, content = show(door, photo, lead, {"If-None-Match": headers["ETag"]})
    assert (status, content, again["ETag"]) == (304, b"", headers["ETag"]) and sha_of(photo) in headers["ETag"]
    size = len(whole)
    for asked, first, last in (("0-9", 0, 9), ("20-200", 20, 200), ("100-", 100, size - 1), ("-7", size - 7, size - 1), ("0-99999", 0, size - 1)):
        status, headers, content = show(door, photo, lead, {"Range": "bytes=" + asked})
        assert (status, headers["Content-Range"]) == (206, f"bytes {first}-{last}/{size}"), asked
        assert content == whole[first:last + 1], asked
    status, headers, _ = show(door, photo, lead, {"Range": f"bytes={size}-"})
    assert (status, headers["Content-Range"]) == (416, f"bytes */{size}")
    for odd in ("bytes=5-1,7-8", "lines=1-2", "bytes=x-", "bytes=-", "bytes=1-x"):
        assert show(door, photo, lead, {"Range": odd})[2] == whole
    assert show(door, photo, lead, {"Range": "bytes=0-9", "If-Range": '"another"'})[2] == whole


@pytest.mark.parametrize("account, status", [
    ("lead", 200), ("clerk", 200), ("auditor", 200), ("insp-n", 200), ("leader-n", 200), ("insp-s", 403), ("leader-s", 403),
    ("site-gate-1", 403), ("nobody-at-all", 403)])
def test_a_photo_is_shown_to_whom_the_visit_concerns(door, account, status):
    who, photo = door.token("insp-n"), photos.jpeg("of the north")
    put(door, photo, who)
    send_report(door, who, declared(photo, here=True))
    door.town.settle()
    got, _, answer = show(door, photo, door.token(account))
    assert got == status, answer
    assert show(door, photo, door.token(account), original="true", reason="核对地点")[0] == (200 if account in ("lead", "clerk", "auditor") else 403)


def test_photos_that_are_not_there_or_that_nobody_declares(door):
    lead, photo = door.token("lead"), photos.jpeg("nobody's")
    assert show(door, photo, lead)[0] == 404
    put(door, photo, lead)
    status, _, problem = show(door, photo, lead)
    assert status == 404 and problem["detail"]
    assert show(door, photo, {})[0] == 401
    for path in ("", "x", "../../duban", "0" * 64 + "/x"):
        assert door.get(f"/v1/evidence/{path}", lead)[0] == 404
    assert door.get(f"/v1/evidence/{sha_of(photo)}?orignal=true", lead)[0] == 400


def test_a_photo_of_a_report_that_is_held_is_shown_to_its_sender_and_who_settles_it(door):
    who, photo = door.token("insp-n"), photos.jpeg("held")
    put(door, photo, who)
    entry = report_with(door, declared(photo, here=True))
    entry.report.site = "nowhere"
    assert door.post("/v1/entries", submission(entry), who)[0] == 201
    door.town.settle()
    door.town.stop("gateway")   # the next one looks at all reports again
    door = Door(door.town)
    until_known(door)
    assert show(door, photo, who)[0] == 200 and show(door, photo, door.token("clerk"))[0] == 200
    assert show(door, photo, door.token("auditor"))[0] == 403 and show(door, photo, door.token("leader-n"))[0] == 403


def until_known(door):
    """The gateway has asked for all reports once."""
    while not door.town.metrics("gateway")["duban_gateway_evidence_index_complete"]:
        assert door.get("/healthz")[0] == 200


# ---------------------------------------------------------------- lost, damaged

def anew(door, *, environment=None):
    """The next gateway, once it knows what all reports declare."""
    if door.town.is_running("gateway"):
        door.town.stop("gateway")
    door = Door(door.town, environment=environment)
    until_known(door)
    return door


def until_looked_over(door):
    while not door.town.metrics("gateway")["duban_gateway_evidence_looked_over_total"]:
        assert door.get("/healthz")[0] == 200


def test_photos_that_are_lost_or_damaged_are_told_of_until_they_are_whole_again(door):
    who, town = door.token("insp-n"), door.town
    lost, cut, whole, orphan, never = (photos.jpeg(name, 3000) for name in ("lost", "cut", "whole", "orphan", "never"))
    for photo in (lost, cut, whole, orphan):
        assert put(door, photo, who)[0] == 201
    sequence = send_report(door, who, *(declared(photo, name=str(i), here=True) for i, photo in enumerate((lost, cut, whole))))
    by_hand = report_with(door, declared(never, here=True))   # as the command does, which brings no photo
    town.enter(by_hand, by="insp-n")
    late = send_report(door, who, declared(orphan))
    town.settle()
    door = anew(door)
    until_looked_over(door)
    assert put(door, orphan, who, report=late, name="a.jpg")[0] == 201
    assert not door.status().HasField("lost_photos") and town.metrics("gateway")["duban_gateway_evidence_lost"] == 0
    paths = stored(door)
    town.stop("gateway")
    paths[sha_of(lost)].unlink()
    paths[sha_of(cut)].write_bytes(cut[:-1])
    door = Door(town)
    until_looked_over(door)
    found = door.status().lost_photos
    assert (found.count, found.report_sequence) == (2, sequence) and found.sha256 in [hashlib.sha256(photo).digest() for photo in (lost, cut)]
    assert town.metrics("gateway")["duban_gateway_evidence_lost"] == 2
    said = town.status_said()
    assert f"有 2 张丢失或损坏：如第 {sequence} 号报告的" in said and "photos that reports declare and that were stored are lost or damaged (2)" in said
    assert str(paths[sha_of(lost)]) in said or str(paths[sha_of(cut)]) in said
    assert put(door, cut, who)[0] == 201, "what is damaged is replaced by what comes"
    assert door.status().lost_photos.count == 1 and f"{paths[sha_of(lost)]} is gone" in town.status_said()
    paths[sha_of(lost)].write_bytes(lost)
    assert not door.status().HasField("lost_photos") and "lost or damaged" not in town.status_said()
    assert town.processes["gateway"].errors().count("a photo is whole again") == 2


def test_a_photo_that_is_not_as_it_came_is_not_shown_and_said_once(door, shown):
    door = anew(door)
    lead, (cut, gone) = door.token("lead"), (shown["image/jpeg"], shown["image/png"])
    stored(door)[sha_of(cut)].write_bytes(cut[:100])
    stored(door)[sha_of(gone)].unlink()
    for arguments in ({}, {"original": "true", "reason": "核对地点"}):
        status, _, problem = show(door, cut, lead, **arguments)
        assert (status, problem["type"]) == (500, "urn:duban:problem:damaged") and "duban status" in problem["detail"] and problem["detailEn"]
        status, _, problem = show(door, gone, lead, **arguments)
        assert status == 404 and "备份" in problem["detail"]
    assert door.status().lost_photos.count == 2
    said = door.town.processes["gateway"].errors()
    assert said.count("declares has another size") == said.count("declares is gone") == 1
    assert show(door, shown["image/webp"], lead)[0] == 200


def test_while_the_disk_of_photos_is_away_nobody_who_wants_to_see_one_makes_it_a_lost_one(door, shown):
    door = anew(door)
    lead, photo, folder = door.token("lead"), shown["image/jpeg"], door.town.data("gateway") / "evidence"
    folder.rename(folder.with_name("away"))
    status, _, problem = show(door, photo, lead)
    assert status == 503 and "照片应当还在" in problem["detail"], problem
    assert not door.status().HasField("lost_photos") and door.status().evidence_failing
    folder.with_name("away").rename(folder)
    assert "is gone" not in door.town.processes["gateway"].errors()
    assert show(door, photo, lead)[0] == 200
    stored(door)[sha_of(photo)].unlink()
    assert show(door, photo, lead)[0] == 404
    assert door.status().lost_photos.count == 1


def test_a_photo_whose_folder_cannot_be_opened_is_no_lost_one(door, shown):
    door = anew(door)
    lead, photo = door.token("lead"), shown["image/jpeg"]
    folder = stored(door)[sha_of(photo)].parent
    away = folder.with_name("away")
    folder.rename(away)
    folder.write_bytes(b"")            # as one that nobody may enter, for root, who may enter all
    status, _, problem = show(door, photo, lead)
    assert (status, problem["type"]) == (503, "urn:duban:problem:later") and "照片应当还在" in problem["detail"]
    assert not door.status().HasField("lost_photos") and door.status().evidence_failing == errno.ENOTDIR
    folder.unlink()
    away.rename(folder)
    assert not door.status().evidence_failing and show(door, photo, lead)[0] == 200


def test_a_photo_whose_bytes_have_changed_is_not_shown(door, shown):
    door = anew(door)
    lead, photo = door.token("lead"), shown["image/jpeg"]
    path = stored(door)[sha_of(photo)]
    path.write_bytes(photo[:-1] + bytes([photo[-1] ^ 1]))
    status, _, problem = show(door, photo, lead)
    assert (status, problem["type"]) == (500, "urn:duban:problem:damaged")
    assert "内容变了，已损坏" in door.town.status_said()
    path.write_bytes(photo)
    assert not door.status().HasField("lost_photos") and show(door, photo, lead)[0] == 200


def test_a_damaged_photo_is_mended_by_the_same_photo_when_it_comes_again(door, shown):
    door = anew(door)
    lead, photo = door.token("lead"), shown["image/jpeg"]
    path = stored(door)[sha_of(photo)]
    path.write_bytes(photo[:-1] + bytes([photo[-1] ^ 1]))
    assert show(door, photo, lead)[0] == 500 and door.status().lost_photos.count == 1
    assert put(door, photo, door.token("insp-n"))[0] == 201, "it is stored anew"
    assert path.read_bytes() == photo
    assert show(door, photo, lead)[0] == 200 and not door.status().HasField("lost_photos")
    assert put(door, photo, door.token("insp-n"))[0] == 200


def test_who_has_a_photo_is_told_so_without_its_file_being_read(door, shown):
    photo, lead = shown["image/jpeg"], door.token("lead")
    mark = show(door, photo, lead)[1]["ETag"]
    stored(door)[sha_of(photo)].write_bytes(photo[:-1] + b"?")
    assert show(door, photo, lead, {"If-None-Match": mark})[0] == 304
    assert show(door, photo, lead)[0] == 500


def test_a_photo_that_came_after_its_report_is_missed_at_once(door):
    who, photo = door.token("insp-n"), photos.jpeg("late", 3000)
    sequence = send_report(door, who, declared(photo))
    door.town.settle()
    door = anew(door)
    assert put(door, photo, who, report=sequence, name="a.jpg")[0] == 201
    assert show(door, photo, door.token("lead"))[0] == 200
    stored(door)[sha_of(photo)].unlink()
    assert show(door, photo, door.token("lead"))[0] == 404
    assert door.status().lost_photos.count == 1


def test_a_report_that_is_wrong_about_the_size_of_its_photo_makes_it_no_damaged_one(door):
    who, photo = door.token("insp-n"), photos.jpeg("whole", 3000)
    door.town.enter(report_with(door, declared(photo, here=True, size=len(photo) + 1)), by="insp-n")   # as the command does
    assert put(door, photo, who)[0] == 201
    door = anew(door)
    assert show(door, photo, door.token("lead"))[0] == 200
    assert not door.status().HasField("lost_photos")


def test_a_disk_that_does_not_give_a_photo_costs_an_answer_and_no_more(door, shown, preloads):
    door = anew(door, environment=preload.environment(preloads, fault="read:1:EIO"))
    lead, photo = door.token("lead"), shown["image/jpeg"]
    status, _, problem = show(door, photo, lead)
    assert (status, problem["type"]) == (500, "urn:duban:problem:damaged")
    lost = door.status().lost_photos
    assert (lost.count, lost.sha256, lost.loss) == (1, hashlib.sha256(photo).digest(), query.PHOTO_LOSS_UNREADABLE)
    assert "cannot be read" in door.town.status_said()
    assert show(door, photo, lead)[0] == 200, "it was the first time alone"
    assert not door.status().HasField("lost_photos")


@pytest.fixture
def taken(door):
    """A large photo, somebody who has begun to take it, and what he has of it."""
    who, photo = door.token("insp-n"), photos.jpeg("large", 19_000_000)
    assert put(door, photo, who)[0] == 201
    send_report(door, who, declared(photo, here=True))
    door.town.settle()
    taker = socket.socket()
    taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    taker.settimeout(600)
    taker.connect(door.address)
    taker.sendall(f"GET /v1/evidence/{sha_of(photo)} HTTP/1.1\r\nHost: x\r\nAuthorization: {who['Authorization']}\r\n\r\n".encode())
    content = b""
    while len(content) <= 1000:
        content += taker.recv(1000)
    assert content.startswith(b"HTTP/1.1 200 ")
    with taker:
        yield photo, taker, content


def expect_to_break_off(taken):
    photo, taker, content = taken
    while more := taker.recv(1 << 20):
        content += more
    assert 1000 < len(content) < len(photo), "what comes is less than was said"


def test_a_photo_that_shrinks_while_it_is_taken_breaks_off_and_ends_nobody(door, taken):
    os.truncate(stored(door)[sha_of(taken[0])], 1000)
    expect_to_break_off(taken)
    assert door.status().lost_photos.count == 1 and door.get("/healthz")[0] == 200


def test_that_no_file_can_be_opened_while_a_photo_is_taken_makes_it_no_lost_one(door, taken):
    gateway = door.town.processes["gateway"].process.pid
    soft, hard = resource.prlimit(gateway, resource.RLIMIT_NOFILE)
    assert set(range(16)) <= {int(name) for name in os.listdir(f"/proc/{gateway}/fd")}, "the first ones are open as long as it runs"
    resource.prlimit(gateway, resource.RLIMIT_NOFILE, (16, hard))
    expect_to_break_off(taken)
    resource.prlimit(gateway, resource.RLIMIT_NOFILE, (soft, hard))
    assert not door.status().HasField("lost_photos")
    assert show(door, taken[0], door.token("lead"))[0] == 200


# ---------------------------------------------------------------- bit by bit: tus

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(**values):
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in values.items())


def create(door, who, length, **values):
    return door.ask("POST", "/v1/uploads", b"", {**who, **TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(**values)})


def begin(door, who, length, **values):
    status, headers, problem = create(door, who, length, **values)
    assert (status, headers["Tus-Resumable"]) == (201, "1.0.0") and headers["Upload-Expires"].endswith("GMT"), problem
    return headers["Location"]


def patch(door, path, offset, content, who, headers=BYTES):
    return door.ask("PATCH", path, content, {**who, **headers, "Upload-Offset": str(offset)})


def offset_of(door, path, who):
    status, headers, _ = door.ask("HEAD", path, headers={**who, **TUS})
    assert status == 200 and headers["Cache-Control"] == "no-store", status
    return int(headers["Upload-Offset"])


def unfinished(door):
    return list((door.town.data("gateway") / "evidence" / "uploads").iterdir())


def test_a_photo_comes_bit_by_bit_over_a_restart_and_completes_its_report(door):
    who, photo = door.token("insp-n"), photos.jpeg("bits", 50_000)
    sequence = send_report(door, who, declared(photo))
    path = begin(door, who, len(photo), report=sequence, name="a.jpg", sha256=sha_of(photo), filetype="image/jpeg")
    assert offset_of(door, path, who) == 0
    for first, last in ((0, 7), (7, 40), (40, 20_000)):
        status, headers, _ = patch(door, path, first, photo[first:last], who)
        assert (status, headers["Upload-Offset"]) == (204, str(last))
    door.town.kill("gateway")
    door = Door(door.town)
    assert offset_of(door, path, who) == 20_000 and stored(door) == {}
    assert visit_of(door, sequence).evidence_missing == 1
    status, headers, _ = patch(door, path, 20_000, photo[20_000:], who)
    assert (status, headers["Upload-Offset"]) == (204, str(len(photo)))
    assert stored(door)[sha_of(photo)].read_bytes() == photo and unfinished(door) == []
    assert visit_of(door, sequence).evidence_missing == 0
    assert offset_of(door, path, who) == len(photo)
    assert patch(door, path, len(photo), b"", who)[0] == 204


def test_what_is_whole_and_not_stored_is_stored_before_anybody_is_told_that_it_has_come(door):
    who, photo = door.token("insp-n"), photos.jpeg("whole", 5000)
    sequence = send_report(door, who, declared(photo))
    path = begin(door, who, len(photo), report=sequence, name="a.jpg", sha256=sha_of(photo))
    assert patch(door, path, 0, photo[:1000], who)[0] == 204
    door.town.kill("gateway")          # as if it had died between the last byte and the store
    with unfinished(door)[0].open("ab") as part:
        part.write(photo[1000:])
    door = Door(door.town)
    assert offset_of(door, path, who) == len(photo)
    assert stored(door)[sha_of(photo)].read_bytes() == photo and unfinished(door) == []
    assert visit_of(door, sequence).evidence_missing == 0


def test_an_upload_whose_file_is_lost_is_gone(door):
    who = door.token("insp-n")
    path, other = begin(door, who, 1000), begin(door, who, 1000)
    for part in unfinished(door):
        part.unlink()
    assert patch(door, path, 0, b"x", who)[0] == 404
    assert door.ask("HEAD", other, headers={**who, **TUS})[0] == 404


def test_what_has_come_of_a_broken_connection_is_kept(door):
    who, photo = door.token("insp-n"), photos.jpeg("broken", 100_000)
    path = begin(door, who, len(photo), name="a.jpg")
    broken = door.connect()
    broken.putrequest("PATCH", path)
    for name, value in {**who, **BYTES, "Upload-Offset": "0", "Content-Length": str(len(photo))}.items():
        broken.putheader(name, value)
    broken.endheaders(photo[:50_000])
    while unfinished(door)[0].stat().st_size < 50_000:
        assert door.get("/healthz")[0] == 200
    assert offset_of(door, path, who) == 50_000   # the phone has another network now; that connection still stands here
    assert patch(door, path, 50_000, photo[50_000:], who)[0] == 204
    assert stored(door)[sha_of(photo)].read_bytes() == photo
    with pytest.raises((http.client.HTTPException, OSError)):
        broken.send(photo[50_000:])
        broken.getresponse()
    assert stored(door)[sha_of(photo)].read_bytes() == photo


def test_an_upload_belongs_to_its_account(door):
    who, other, photo = door.token("insp-n"), door.token("insp-s"), photos.jpeg("mine", 1000)
    path = begin(door, who, len(photo))
    for method in ("HEAD", "DELETE"):
        assert door.ask(method, path, headers={**other, **TUS})[0] == 404
    status, _, problem = patch(door, path, 0, photo, other)
    assert status == 404 and problem["detail"]
    assert patch(door, path, 0, photo, {})[0] == 401
    for odd in ("", "x", "0" * 32, "../incoming/x", path[-32:] + "0"):
        assert door.ask("HEAD", f"/v1/uploads/{odd}", headers={**who, **TUS})[0] == 404
    assert offset_of(door, path, who) == 0


@pytest.mark.parametrize("change, status", [
    ({"Upload-Offset": "5"}, 409), ({"Upload-Offset": "x"}, 400), ({"Content-Type": "image/jpeg"}, 415), ({"Tus-Resumable": "0.9"}, 412),
    ({"Tus-Resumable": None}, 412), ({"Upload-Offset": None}, 400)])
def test_bytes_that_do_not_fit_are_refused(door, change, status):
    who, photo = door.token("insp-n"), photos.jpeg("fits", 1000)
    path = begin(door, who, len(photo))
    headers = {name: value for name, value in {**who, **BYTES, "Upload-Offset": "0", **change}.items() if value is not None}
    got, answer, problem = door.ask("PATCH", path, photo, headers)
    assert (got, answer["Tus-Resumable"]) == (status, "1.0.0") and problem["detail"] and problem["detailEn"]
    assert status != 412 or answer["Tus-Version"] == "1.0.0"
    assert offset_of(door, path, who) == 0
    assert patch(door, path, 0, photo, who)[0] == 204


def test_what_comes_bit_by_bit_is_looked_at_as_any_other(door):
    who, photo = door.token("insp-n"), photos.jpeg("whole", 1000)
    assert create(door, who, 0)[0] == 400 and create(door, who, "x")[0] == 400 and create(door, who, 10**12)[0] == 413
    assert create(door, who, 100, report="x", name="a")[0] == 400 and create(door, who, 100, report=1)[0] == 400
    assert create(door, who, 100, sha256="zz")[0] == 400
    path = begin(door, who, 1000)
    assert patch(door, path, 0, b"<html>" + bytes(500), who)[0] == 415
    assert door.ask("HEAD", path, headers={**who, **TUS})[0] == 404 and unfinished(door) == []
    path = begin(door, who, len(photo), sha256="0" * 64)
    status, _, problem = patch(door, path, 0, photo, who)
    assert (status, problem["field"]) == (422, "sha256") and stored(door) == {} and unfinished(door) == []
    path = begin(door, who, 100)
    assert patch(door, path, 0, photo, who)[0] == 400
    assert door.ask("DELETE", path, headers={**who, **TUS})[0] == 204
    assert door.ask("HEAD", path, headers={**who, **TUS})[0] == 404 and unfinished(door) == []
    status, headers, _ = door.ask("OPTIONS", "/v1/uploads")
    assert status == 204 and headers["Tus-Version"] == "1.0.0" and "creation" in headers["Tus-Extension"]


def test_whoever_is_told_that_all_has_come_can_rely_on_its_arrival(door):
    """Ingest was away when the last byte came: what asks how far it is brings the arrival."""
    who, photo = door.token("insp-n"), photos.jpeg("late", 1000)
    sequence = send_report(door, who, declared(photo))
    door.town.stop("gateway")
    door = Door(door.town, answer_within="1s")
    path = begin(door, who, len(photo), report=sequence, name="a.jpg")
    door.town.stop("ingest")
    assert patch(door, path, 0, photo, who)[0] == 503 and set(stored(door)) == {sha_of(photo)}
    assert door.ask("HEAD", path, headers={**who, **TUS})[0] == 503
    door.town.start("ingest")
    assert offset_of(door, path, who) == len(photo)
    assert visit_of(door, sequence).evidence_missing == 0


# ---------------------------------------------------------------- orphans

def age(path, days):
    then = time.time() - days * 86400
    os.utime(path, (then, then))


def test_what_nobody_declares_goes_after_its_time_and_what_is_declared_stays(door):
    who = door.token("insp-n")
    orphan, young, of_visit, of_held, again = (photos.jpeg(name) for name in ("orphan", "young", "visit", "held", "again"))
    for photo in (orphan, young, of_visit, of_held, again):
        assert put(door, photo, who)[0] == 201
    send_report(door, who, declared(of_visit, here=True))
    entry = report_with(door, declared(of_held, here=True))
    entry.report.site = "nowhere"
    assert door.post("/v1/entries", submission(entry), who)[0] == 201
    begin(door, who, 1000)
    begin(door, who, 2000)
    door.town.settle()
    door.town.stop("gateway")
    for photo in (orphan, of_visit, of_held):
        age(stored(door)[sha_of(photo)], 8)
    age(stored(door)[sha_of(young)], 6)
    for part in unfinished(door):
        age(part, 8)
    door = Door(door.town)
    while not door.town.metrics("gateway")["duban_gateway_evidence_orphans_total"] >= 3:
        assert door.get("/healthz")[0] == 200
    door.town.stop("gateway")
    assert set(stored(door)) == {sha_of(photo) for photo in (young, of_visit, of_held, again)} and unfinished(door) == []
    assert f"sha256={sha_of(orphan)}" in door.town.past[-1].errors()
    assert "files=" in door.town.past[-1].errors() and "deleted=3" in door.town.past[-1].errors()


def test_a_photo_whose_arrival_was_entered_by_hand_stays(door):
    who, photo = door.token("insp-n"), photos.jpeg("by hand")
    sequence = send_report(door, who, pb.Evidence(name="a.jpg", item="DS-06"))   # without a hash
    until_known(door)
    assert put(door, photo, who)[0] == 201
    arrival = pb.Entry(evidence_arrival=pb.EvidenceArrival(report_sequence=sequence, name="a.jpg", size_bytes=len(photo),
                                                           sha256=hashlib.sha256(photo).digest()))
    assert door.post("/v1/entries", submission(arrival), who)[0] == 201
    orphan = photos.jpeg("orphan")
    assert put(door, orphan, who)[0] == 201
    door.town.settle()
    door.town.stop("gateway")
    for one in (photo, orphan):
        age(stored(door)[sha_of(one)], 8)
    door = Door(door.town)
    while not door.town.metrics("gateway")["duban_gateway_evidence_orphans_total"]:
        assert door.get("/healthz")[0] == 200
    door.town.stop("gateway")
    assert set(stored(door)) == {sha_of(photo)}


def test_nothing_goes_while_rules_does_not_say_what_is_declared(door):
    who, photo = door.token("insp-n"), photos.jpeg("in doubt")
    put(door, photo, who)
    door.town.stop("gateway", "rules")
    age(stored(door)[sha_of(photo)], 100)
    door = Door(door.town, answer_within="1s")
    silent = "duban_gateway_silent_total{of=\"rules.query\"}"
    while not door.town.metrics("gateway")[silent]:
        assert door.get("/healthz")[0] == 200
    assert door.town.metrics("gateway")["duban_gateway_evidence_orphans_total"] == 0 and set(stored(door)) == {sha_of(photo)}


# ---------------------------------------------------------------- a disk that is full

def test_a_nearly_full_disk_takes_no_photos_and_reports_go_on(disk, make_town, template):   # noqa: F811
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, data=disk / "gateway", disk_percent="85")
    who, ballast = door.token("insp-n"), Ballast(disk)
    folder = disk / "gateway" / "evidence"

    def left_over():
        return [*(folder / "incoming").iterdir(), *folder.glob("[0-9a-f][0-9a-f]/*")]

    ballast.fill(70)
    status, _, problem = put(door, photos.jpeg("too much", 10_000_000), who)   # there was room for its beginning
    assert (status, problem["type"]) == (507, "urn:duban:problem:full") and problem["detail"] and problem["detailEn"]
    assert str(disk) not in json.dumps(problem)
    assert left_over() == []
    ballast.fill(81)
    status, headers, problem = put(door, photos.jpeg("one more"), who)
    assert status == 507 and int(headers["Retry-After"]) > 0
    said = town.duban("status", check=False)
    assert door.status().evidence_full and town.metrics("gateway")["duban_gateway_evidence_full"] == 1
    assert said.returncode == 1 and "磁盘将满，暂不接收照片" in said.stdout and f"free some space where {disk / 'gateway'} lies" in said.stdout
    assert create(door, who, 1000)[0] == 507
    sequence = send_report(door, who, declared(photos.jpeg("one more")))
    ballast.fill(100)
    assert put(door, photos.jpeg("one more"), who)[0] == 507 and left_over() == []
    ballast.remove()
    assert not door.status().evidence_full and "no photos are taken" not in town.duban("status", check=False).stdout
    assert put(door, photos.jpeg("one more"), who, report=sequence, name="a.jpg")[0] == 201
    assert visit_of(door, sequence).evidence_missing == 0 and len(left_over()) == 1
    town.stop("gateway")


# ---------------------------------------------------------------- a client of others

def upload(door, node_tools, file, who, values, *more):
    endpoint = f"http://{door.address[0]}:{door.address[1]}/v1/uploads"
    done = subprocess.run(["node", node_tools / "upload_photo.mjs", endpoint, who["Authorization"].split()[1], file, json.dumps(values),
                           *map(str, more)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_client_of_others_uploads_and_resumes(door, node_tools, tmp_path):
    """tus-js-client, as it comes from npm."""
    who, photo, file = door.token("insp-n"), photos.jpeg("by tus-js-client", 100_000), tmp_path / "photo.jpg"
    file.write_bytes(photo)
    sequence = send_report(door, who, declared(photo, name="照片 1.jpg"))
    values = {"report": str(sequence), "name": "照片 1.jpg", "sha256": sha_of(photo), "filetype": "image/jpeg"}
    stopped = upload(door, node_tools, file, who, values, 40_000)
    assert (stopped["state"], stopped["from"]) == ("stopped", 0) and stored(door) == {}, stopped
    door.town.kill("gateway")
    port = door.address[1]
    door = Door(door.town, listen=f"127.0.0.1:{port}")
    taken = offset_of(door, urllib.parse.urlsplit(stopped["url"]).path, who)
    assert taken >= 40_000
    done = upload(door, node_tools, file, who, values, 0, stopped["url"])
    assert (done["state"], done["from"]) == ("done", taken), done
    assert stored(door)[sha_of(photo)].read_bytes() == photo and visit_of(door, sequence).evidence_missing == 0
    file.write_bytes(b"<html>" + bytes(50_000))
    refused = upload(door, node_tools, file, who, {"filename": "page.html"})
    assert refused["state"] == "failed" and "415" in refused["why"], refused
