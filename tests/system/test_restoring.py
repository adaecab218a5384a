"""One of the daemons' data was restored or rebuilt: nobody takes what another journal says for this one's,
status says what to do, and what README says about it is true."""
import os
import shutil

import pytest


def copy_of(town, name):
    """The data directory as a backup has it: its daemon is stopped."""
    kept = town.directory / f"{name}.kept"
    shutil.copytree(town.data(name), kept)
    return kept


def put_back(town, name, kept):
    shutil.rmtree(town.data(name))
    shutil.copytree(kept, town.data(name))


def status(town):
    done = town.duban("status", check=False)
    return done.stdout + done.stderr


@pytest.fixture
def restored(settled):
    """ingest is as it was before the last visit; rules and notify have seen that visit."""
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.stop()
    kept = copy_of(town, "ingest")
    town.start()
    town.visit("COUR-1", fails=["EP-05"])
    town.until("2020-02-10 11:00")
    town.stop()
    put_back(town, "ingest", kept)
    town.start()
    while not town.rules_status().journal.other_stream:   # until it has been refused
        pass
    town.verify = False
    return town


CLAIM = '{"claim":{"case":{"place":{"site":"COUR-1","item":"DS-01"}}}}'


def test_what_rules_knows_of_the_other_journal_is_not_told_as_the_result(restored, tmp_path):
    town = restored
    path = tmp_path / "claim.json"
    path.write_text(CLAIM)
    done = town.duban("submit", path, "--as", "site-cour-1", check=False)
    assert "receipt: sequence" in done.stdout and "does not follow this journal" in done.stderr
    assert "EP-05" not in done.stdout and "DB-0002" not in done.stdout


def move_away(town, name):
    town.stop(name)
    town.data(name).rename(town.directory / f"{name}.away")
    town.start(name)


def test_all_three_of_one_backup_go_on_as_if_nothing_had_been(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.stop()
    kept = [(name, copy_of(town, name)) for name in ("ingest", "rules", "notify")]
    town.start()
    town.visit("COUR-1", fails=["EP-05"])
    town.stop()
    for name, backup in kept:
        put_back(town, name, backup)
    delivered = town.start().notify_status().delivered
    town.warm_up()
    town.settle()
    assert "all is well" in status(town) and town.case("COUR-1", "EP-05") is None
    assert town.notify_status().delivered == delivered, "nothing goes out again"


def test_rules_lost_is_rebuilt_and_nothing_goes_out_again(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    delivered = town.notify_status().delivered
    move_away(town, "rules")
    town.settle()
    assert town.case("COUR-1", "DS-01") and town.notify_status().delivered == delivered


def test_an_older_journal_is_followed_once_the_others_are_moved_away(restored):
    town = restored
    said = status(town)
    assert "duban-rules does not follow this journal" in said and "处理过的不是这份日志" in said
    keys = {record.record.notice.idempotency_key for record in town.outbox() if record.kind == "notice"}
    move_away(town, "rules")
    last = town.ingest_status().last_sequence
    town.rules_status(min_sequence=last)
    while not town.notify_status().outbox.other_stream:
        pass
    assert "duban-notify does not follow this outbox" in status(town)
    move_away(town, "notify")
    town.began_ms = town.now
    town.warm_up()
    town.settle()
    assert "all is well" in status(town) and town.case("COUR-1", "EP-05") is None
    again = {record.record.notice.idempotency_key for record in town.outbox() if record.kind == "notice"}
    assert again < keys and town.notify_status().delivered == len(again), "what it sends again has the same keys"


def test_a_restarted_ingest_is_reconnected_to_and_no_fault(settled):
    town = settled("2020-02-10 10:00")
    town.settle()
    town.stop("ingest")
    town.start("ingest")
    said = status(town)
    assert "has no session" not in said and "（）" not in said
    town.settle()


@pytest.mark.parametrize("left, zh, en", [(4 * 4096, "截短", "cut off"), (0, "是空的", "is empty")])
@pytest.mark.parametrize("name, advice", [
    ("ingest", "from a backup"), ("rules", "can be rebuilt from the journal"), ("notify", "from a backup"),
])
def test_a_store_that_was_cut_off_is_said_with_what_to_do(settled, name, advice, left, zh, en):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.stop(name)
    kept = copy_of(town, name)
    path = town.data(name) / "data.mdb"
    os.truncate(path, left)
    process = town.spawn(name)
    process.may_die = True
    assert process.wait_end() == 1
    said = process.errors()
    assert zh in said and en in said and "README" in said and advice in said
    town.bury(name)
    put_back(town, name, kept)
    town.start(name)
    town.settle()
