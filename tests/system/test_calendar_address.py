"""A calendar at a secret address: read by vdirsyncer and khal, by Python's icalendar, and by nobody who does not know it."""
import os
import pathlib
import subprocess

import icalendar
from acts import report
from door import Door

BEGINNING = "2020-01-20 00:00"


def address(door, account, *options):
    return door.town.duban("account", "calendar", account, *options).stdout.strip()


def summaries(data):
    return sorted(str(event["summary"]) for event in icalendar.Calendar.from_ical(data).walk("vevent"))


def test_it_is_the_calendar_that_the_command_prints(door):
    town = door.town
    town.enter(report("COUR-1", "insp-n", town.now, fails=["DS-01"]), by="insp-n")
    path = address(door, "insp-n")
    status, headers, data = door.get(path)
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert data.decode() == town.duban("feed", "insp-n").stdout.replace("\n", "\r\n")
    assert any("DB-0001" in summary for summary in summaries(data))


def test_what_has_not_changed_is_not_sent_again(door):
    town = door.town
    path = address(door, "insp-n")
    _, headers, before = door.get(path)
    known = {"If-None-Match": headers["ETag"]}
    town.enter(report("SHOP-1", "insp-s", town.now, fails=["DS-06"]), by="insp-s")
    status, _, nothing = door.get(path, known)
    assert (status, nothing) == (304, b"") and not headers["ETag"].startswith("W/")
    town.enter(report("COUR-1", "insp-n", town.now, fails=["DS-01"]), by="insp-n")
    status, _, after = door.get(path, known)
    assert status == 200 and len(summaries(after)) > len(summaries(before))


def test_it_is_shown_once_replaced_and_revoked(door):
    first, second = address(door, "insp-n"), address(door, "insp-n")
    other = address(door, "insp-s")
    assert len({first, second, other}) == 3 and door.get(first)[0] == 404
    assert door.get(second)[0] == door.get(other)[0] == 200
    door.town.kill("gateway")
    again = Door(door.town)
    assert again.get(second)[0] == 200, "it outlives a restart"
    secret = second.removeprefix("/calendar/").removesuffix(".ics")
    assert not [file for file in pathlib.Path(door.town.data("gateway")).rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]
    door.town.duban("account", "calendar", "insp-n", "--revoke")
    status, _, problem = again.get(second)
    assert (status, problem["type"]) == (404, "urn:duban:problem:not-found") and again.get(other)[0] == 200


def test_who_holds_no_post_any_more_has_no_calendar(door):
    path = address(door, "nobody-here")
    assert door.get(path)[0] == 404


def test_guessing_addresses_is_slowed_down_as_guessing_passwords_is(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, trusted_proxy="127.0.0.1")
    guesser, honest = {"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-For": "192.0.2.8"}
    path = address(door, "insp-n")
    answers = [door.get(f"/calendar/{'x' * 42}{i % 10}.ics", guesser)[0] for i in range(60)]
    assert answers[0] == 404 and set(answers) == {404, 429}   # on a slow machine one is let in now and then
    assert door.get(path[:-4], honest)[0] == door.get("/calendar/", honest)[0] == 404
    assert door.get(path, guesser)[0] == 200, "who knows it does not guess"
    assert door.get(f"/calendar/{'y' * 43}.ics", honest)[0] == 404
    town.stop("gateway")
    log = town.past[-1].errors()
    assert path[10:-4] not in log
    told, = [line for line in log.splitlines() if "that address waits whatever it tries" in line]
    assert told.startswith("<4>") and "address=192.0.2.7 " in told, "once, however long it goes on"


def test_vdirsyncer_fetches_it_and_khal_shows_it(door, tmp_path):
    """Programs of others, unchanged, over HTTP."""
    town = door.town
    town.enter(report("COUR-1", "insp-n", town.now, fails=["DS-01"]), by="insp-n")
    host, port = door.address
    events = tmp_path / "events"
    events.mkdir()
    (tmp_path / "vdirsyncer").write_text(f"""
[general]
status_path = "{tmp_path}/status"
[pair duban]
a = "there"
b = "here"
collections = null
[storage there]
type = "http"
url = "http://{host}:{port}{address(door, 'insp-n')}"
[storage here]
type = "filesystem"
path = "{events}"
fileext = ".ics"
""")
    (tmp_path / "khal").write_text(f"""
[calendars]
[[duban]]
path = {events}
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
""")
    environment = dict(os.environ, HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "data"), LC_ALL="C.UTF-8", LANG="C.UTF-8")
    for name in ("LSAN_OPTIONS", "UBSAN_OPTIONS", "PYTHONPATH"):
        environment.pop(name, None)
    for command in ("discover", "sync"):
        subprocess.run(["/usr/bin/vdirsyncer", "--config", tmp_path / "vdirsyncer", command, "duban"], env=environment, check=True,
                       capture_output=True, input=b"y\n")
    assert len(list(events.glob("*.ics"))) == len(summaries(door.get(address(door, "insp-n"))[2]))
    shown = subprocess.run(["/usr/bin/khal", "--config", tmp_path / "khal", "list", "2020-01-20", "7d"], env=environment, check=True,
                           capture_output=True, text=True).stdout
    assert "DB-0001" in shown and "整改" in shown, shown
