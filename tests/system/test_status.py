"""duban status: what is wrong first, and what to do about it; also where every daemon answers and yet
nothing goes from one to the other."""
import os

import acts
import entry_pb2 as pb
import photos
import pytest
import test_evidence
from door import Door
from township import PACK


class Hidden:
    """A socket's file is somewhere else for a while: nobody finds it."""

    def __init__(self, town, name):
        self.path = town.run / name

    def __enter__(self):
        os.rename(self.path, f"{self.path}.hidden")
        return self

    def __exit__(self, *_):
        if not self.path.exists():
            os.rename(f"{self.path}.hidden", self.path)


def status(town, code=0):
    done = town.duban("status", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def wait_until_gone(sessions, consumer):
    """A session that has gone silent is forgotten after some seconds."""
    while any(session.consumer == consumer for session in sessions()):
        pass


LINKS = {"rules": "journal", "notify": "outbox"}
RECONNECTING_MS = 6000   # as in status.c


def wait_until_silent(link):
    while link().silent_ms < RECONNECTING_MS:
        pass


def test_a_house_in_order_says_who_takes_over_from_whom(settled):
    town = settled("2020-02-10 10:00")
    town.settle()
    out = status(town)
    assert "all is well" in out
    last = town.ingest_status().last_sequence
    assert f"rules at {last}, 0 behind, connected for" in out and "notify at" in out
    (session,) = town.rules_status().sessions
    assert (session.consumer, session.behind) == ("notify", 0) and session.connected_ms >= 0


def test_a_new_township_is_told_what_it_needs_next_until_it_has_it(make_town, tmp_path):
    town = make_town(rehearsal="2020-02-03 08:00")
    town.start()
    town.joined()
    out = status(town)
    first, second = out.splitlines()[:2]
    assert "新的乡镇" in first and "duban policy activate" in first and "duban import areas" in second
    table = tmp_path / "areas.csv"
    table.write_text("编号,种类,片区,名称,英文名称\nn-c1,社区,north,北片一社区,\n")
    town.duban("import", "areas", table)
    town.settle()
    out = status(town)
    assert "新的乡镇" not in out and "no policy is in force" in out and "duban import sites FILE.csv" in out
    assert "duban import areas" not in out


def test_asking_leaves_no_trace_in_journal_or_figures(settled):
    town = settled("2020-02-10 10:00")
    town.settle()
    before = town.ingest_status()
    status(town)
    after = town.ingest_status()
    assert (after.last_sequence, after.received, after.refused, after.commits) == (
        before.last_sequence, before.received, before.refused, before.commits)
    assert town.metrics("ingest")["duban_ingest_probes_total"] == 1


def test_a_submit_socket_that_nobody_reaches_is_said(settled):
    town = settled("2020-02-10 10:00")
    with Hidden(town, "ingest.submit"):
        out = status(town, code=1)
        first = out.splitlines()[0]
        assert "ingest.submit 没有应答：交不进新记录" in first and "duban" in first
        assert "nothing can be submitted" in out
    assert "nothing can be submitted" not in status(town)


@pytest.mark.parametrize("socket, daemon, other, words", [
    ("ingest.log", "rules", "ingest", "duban-rules has no session with duban-ingest"),
    ("rules.outbox", "notify", "rules", "duban-notify has no session with duban-rules"),
])
def test_daemons_that_answer_and_do_not_reach_each_other_are_told_of(settled, socket, daemon, other, words):
    town = settled("2020-02-10 10:00")
    town.settle()
    town.stop(daemon)
    with Hidden(town, socket):
        wait_until_gone(lambda: getattr(town, f"{other}_status")().sessions, daemon)
        town.start(daemon)
        assert "正在重新连接" in status(town, code=1), "it has only just begun to look for the other"
        wait_until_silent(lambda: getattr(getattr(town, f"{daemon}_status")(), LINKS[daemon]))
        out = status(town, code=1)
        assert words in out and f"journalctl -u duban-{daemon}" in out
    town.settle()
    town.enter(acts.report("COUR-1", "insp-n", town.now, fails=["DS-01"]), by="insp-n")
    assert words not in status(town)


# ---------------------------------------------------------------- the policy to come

@pytest.fixture
def other_pack(tmp_path):
    """The shipped pack with another limit, as a folder."""
    folder = tmp_path / "pack"
    folder.mkdir()
    for path in PACK.iterdir():
        (folder / path.name).write_bytes(path.read_bytes().replace(b"    limit: 24nh", b"    limit: 12nh"))
    return folder


def test_a_scheduled_policy_is_seen_and_taken_back_before_its_time(settled, other_pack):
    town = settled("2020-02-10 10:00")
    in_force = town.rules_status().policy_version
    done = town.duban("policy", "activate", other_pack, "--approver", "lead", "--from", "2020-02-12T08:00")
    assert "duban policy revoke" in done.stdout
    town.settle()
    scheduled = town.rules_status().scheduled
    version = scheduled.pack_sha256.hex()
    assert scheduled.approver == "lead" and scheduled.effective_s * 1000 == acts.t("2020-02-12 08:00")
    assert f"{version[:16]}, from 2020-02-12 08:00, approved by task-force lead" in status(town)
    listed = town.duban("policy", "list").stdout
    assert "in force" in listed and "scheduled" in listed and version[:16] in listed
    refused = town.duban("policy", "revoke", version[:8], "--reason", "x", "--as", "lead", check=False)
    assert refused.returncode == 1 and "lead may not do this" in refused.stderr
    revoked = town.duban("policy", "revoke", version[:8], "--reason", "会议决定暂缓", "--as", "admin").stdout
    assert "系统管理员撤销政策包" in revoked and "会议决定暂缓" in revoked and "no case changes" not in revoked
    town.settle()
    assert not town.rules_status().HasField("scheduled")
    listed = town.duban("policy", "list").stdout
    assert "revoked" in listed and "系统管理员撤销：会议决定暂缓" in listed
    town.until("2020-02-12 08:01")
    assert town.rules_status().policy_version == in_force


def test_after_its_time_it_is_too_late(settled, other_pack):
    town = settled("2020-02-10 10:00")
    town.duban("policy", "activate", other_pack, "--approver", "lead", "--from", "2020-02-12T08:00")
    version = town.rules_status().scheduled.pack_sha256
    town.until("2020-02-12 08:00")
    assert town.rules_status().policy_version == version
    listed = town.duban("policy", "list").stdout
    assert "earlier" in listed
    refused = town.duban("policy", "revoke", version.hex(), "--reason", "x", check=False)
    assert refused.returncode == 1 and "does not wait for its time (in force)" in refused.stderr
    town.enter(pb.Entry(policy_revocation=pb.PolicyRevocation(pack_sha256=version, reason="x")))
    (row,) = town.quarantine()
    assert row.field == "policyRevocation.packSha256" and "已经生效" in row.zh and "too late" in row.en


# ---------------------------------------------------------------- disk and journal

def used_percent(directory):
    disk = os.statvfs(directory)
    everything = disk.f_blocks - disk.f_bfree + disk.f_bavail
    return 100 * (everything - disk.f_bavail) // everything


def test_a_disk_that_is_low_but_not_full_is_said_once_for_all_daemons(settled):
    town = settled("2020-02-10 10:00")
    town.settle()
    used = used_percent(town.data("ingest"))
    if used > 85:
        pytest.skip(f"the disk of this machine is {used} % full: the limit cannot be put a little above")
    limit = max(10, used + 8)
    assert "getting full" not in status(town)
    for daemon in ("ingest", "notify"):
        town.stop(daemon)
        town.settings[daemon]["disk_percent"] = str(limit)
        town.start(daemon)
    town.settle()
    disk = town.ingest_status().disk
    assert disk.low_at_percent == limit - 10 and disk.directory == str(town.data("ingest"))
    assert town.rules_status().disk.file_system == town.notify_status().disk.file_system == disk.file_system
    out = town.duban("status", check=False).stdout   # the links may still be reconnecting
    assert out.count("磁盘快满了") == out.count("the disk is getting full") == 1
    size = disk.free_bytes >> 30
    assert disk.directory in out and f"% used)" in out and (size < 10 or f"{size} GB left" in out or f"{size - 1} GB left" in out)
    assert not town.ingest_status().intake_stopped, "low is not full"


def flip(town, payload):
    """The last bit of a journal record, wherever the file has a copy of it."""
    path = town.data("ingest") / "data.mdb"
    content = bytearray(path.read_bytes())
    place = content.find(payload)
    assert place >= 0
    while place >= 0:
        with open(path, "r+b") as file:
            file.seek(place + len(payload) - 1)
            file.write(bytes([content[place + len(payload) - 1] ^ 1]))
        place = content.find(payload, place + 1)


def flipped(payload):
    return payload[:-1] + bytes([payload[-1] ^ 1])


def wait_until_looked_over(town):
    while town.ingest_status().look_over.rounds == 0:
        pass


def test_a_record_that_rots_is_named_with_what_to_do_and_intake_goes_on(settled):
    town = settled("2020-02-10 10:00")
    entry = acts.report("COUR-1", "insp-n", town.now, passes=["DS-01"], notes={"DS-01": "这一条会在磁盘上坏掉"})
    sequence = town.enter(entry, by="insp-n")
    town.enter(acts.report("COUR-1", "insp-n", town.now, passes=["DS-02"]), by="insp-n")
    town.settle()
    payload = entry.SerializeToString()
    town.stop("ingest")
    flip(town, payload)
    town.start("ingest")
    try:
        wait_until_looked_over(town)
        found = town.ingest_status().look_over
        assert (found.damaged_sequence, found.damaged_records, found.damaged_table) == (sequence, 1, "")
        out = town.duban("status", check=False).stdout
        assert f"日志第 {sequence} 号记录损坏：已立的案和已发的通知不受影响" in out
        assert f"record {sequence} of the journal is damaged" in out and "rebuilding and replaying will stop there" in out
        assert str(town.data("ingest")) in out and "README" in out
        assert town.submit(acts.report("COUR-1", "insp-n", town.now, passes=["DS-02"]), by="insp-n").sequence > sequence
    finally:
        town.stop("ingest")
        flip(town, flipped(payload))
        town.start("ingest")
    town.settle()
    wait_until_looked_over(town)
    assert "is damaged" not in status(town)


def test_a_last_record_that_rots_does_not_end_ingest_and_rules_goes_on_after_it_is_passed_over(settled):
    town = settled("2020-02-10 10:00")
    town.settle()
    town.stop("rules")
    entry = acts.report("COUR-1", "insp-n", town.now, fails=["DS-01"], notes={"DS-01": "最后一条会坏掉"})
    sequence = town.submit(entry, by="insp-n").sequence
    town.stop("ingest")
    flip(town, entry.SerializeToString())
    town.start("ingest")
    town.start("rules")
    assert town.submit(acts.report("SHOP-1", "insp-s", town.now, fails=["DS-01"]), by="insp-s").sequence == sequence + 1
    while town.rules_status().cursor < sequence - 1:
        pass
    out = town.duban("status", check=False).stdout
    assert f"日志第 {sequence} 号记录损坏：规则引擎到这里就停" in out and f"duban skip {sequence} --reason" in out
    assert f"record {sequence} of the journal is damaged: rules stops there" in out
    town.duban("skip", sequence, "--reason", "磁盘坏了，没有备份")
    town.settle()
    assert town.case("SHOP-1", "DS-01") and not town.case("COUR-1", "DS-01")
    wait_until_looked_over(town)
    assert "is damaged" not in status(town)


def test_a_year_that_the_calendar_does_not_publish_is_named_sixty_days_before(settled):
    town = settled("2020-11-01 10:00")
    town.settle()
    assert "calendar of 2021" not in status(town)
    town.until("2020-11-02 08:00")
    town.settle()
    assert "the calendar of 2021 is not published yet; when it is, put it into the pack's calendar.csv" in status(town)
    assert "calendar of 2021 not published" in town.duban("agenda").stdout
    assert "calendar of 2021 not published" in town.duban("brief").stdout


# ---------------------------------------------------------------- the gateway's photos

def test_photos_that_cannot_be_written_are_told_of_until_one_is_stored(settled):
    town = settled("2020-02-10 10:00")
    door = Door(town)
    town.settle()
    who, incoming = door.token("insp-n"), town.data("gateway") / "evidence" / "incoming"
    assert "photos cannot be stored" not in status(town)
    with Hidden(town, incoming):       # as a disk that is not mounted
        out = status(town, code=1)
        assert "photos cannot be stored (No such file or directory)" in out and "journalctl -u duban-gateway" in out
        assert "! 照片存不下（没有这个文件或目录）：报告照收" in out.splitlines()[0] and f"{incoming.parent}" in out
        assert town.metrics("gateway")["duban_gateway_evidence_failing"] == 1
        assert test_evidence.put(door, photos.jpeg("one"), who)[0] == 503
    assert "photos cannot be stored" in status(town, code=1), "the last one was not stored"
    assert test_evidence.put(door, photos.jpeg("one"), who)[0] == 201
    assert "photos cannot be stored" not in status(town)
    assert town.metrics("gateway")["duban_gateway_evidence_failing"] == 0


def test_one_closed_folder_of_photos_is_told_of_until_it_is_open_again(settled):
    town = settled("2020-02-10 10:00")
    door = Door(town)
    town.settle()
    who, shut, other = door.token("insp-n"), photos.jpeg("one"), photos.jpeg("another")
    assert test_evidence.sha_of(shut)[:2] != test_evidence.sha_of(other)[:2]
    with Hidden(town, town.data("gateway") / "evidence" / test_evidence.sha_of(shut)[:2]):
        assert test_evidence.put(door, shut, who)[0] == 503
        assert test_evidence.put(door, other, who)[0] == 201
        assert "photos cannot be stored" in status(town, code=1), "others are stored; those of that folder are not"
    assert "photos cannot be stored" not in status(town)


def test_a_gateway_that_does_not_answer_is_one_that_does_not(settled):
    town = settled("2020-02-10 10:00")
    Door(town)
    town.settle()
    town.kill("gateway")
    assert "duban-gateway does not answer" in status(town, code=1)
