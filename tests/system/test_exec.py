"""A program of this machine as a channel: its exit status is the answer, and nothing is lost or graded wrongly if it
hangs, or if notify is killed while it runs."""
import json
import os
import select

import acts
import pytest
import wire
from acts import MINUTE
from ordeal import Ordeal
from test_p4_delivery import BEGINNING, CONTACT, alarms, check_told, fate_of, tell
from township import INSPECTORS, holder


class Program:
    """A shell script that notes what it was given, then does as the file `act` says."""

    def __init__(self, directory):
        self.directory = directory
        self.path = directory / "send"
        self.path.write_text(f"""#!/bin/sh
cd {directory} || exit 1
cat > message.$$
env > environment
echo $$ > pid.new && mv pid.new pid
mv message.$$ taken.$$
echo $$ > told
. ./act
""")
        self.path.chmod(0o755)
        os.mkfifo(directory / "told")
        self.told = os.open(directory / "told", os.O_RDWR | os.O_NONBLOCK)   # read, and nobody waits for a reader
        self.does("exit 0")

    def does(self, script):
        (self.directory / "act.new").write_text(script + "\n")
        (self.directory / "act.new").rename(self.directory / "act")

    def taken(self):
        return [json.loads(path.read_text()) for path in sorted(self.directory.glob("taken.*"), key=os.path.getmtime)]

    def wait_for(self, count):
        while len(self.taken()) < count:
            assert select.select([self.told], [], [], wire.PATIENCE_MS / 1000)[0], "no program has run"
            os.read(self.told, 4096)

    def is_running(self):
        try:
            return os.readlink(f"/proc/{(self.directory / 'pid').read_text().strip()}/exe") != ""
        except FileNotFoundError:
            return False


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


@pytest.fixture
def exec_town(make_town, template, program):
    """exec_town(timeout=...) -> at 10:00 on a Monday; the contact of SHOP-1 is told by the program."""
    def start(**settings):
        section = {"command": [str(program.path)], "schedule": ["0s", "10s", "5m"], **settings}
        town = make_town(template, kind=Ordeal, rehearsal=BEGINNING, settings={"channels": {"exec": section}}).start()
        town.jump("2020-02-10 10:00")
        town.enter(holder(CONTACT, channel="exec", address="modem 1"))
        return town
    return start


def tell_and_go_on(town, item):
    """As tell, without waiting until everybody is told."""
    before = {row.sequence for row in town.notices(recipient=CONTACT)}
    reporter = INSPECTORS["SHOP-1"]
    receipt = town.submit(acts.report("SHOP-1", reporter, town.now, fails=[item]), by=reporter)
    town.rules_status(min_sequence=receipt.sequence)
    (row,) = [row for row in town.notices(recipient=CONTACT) if row.sequence not in before]
    return row


def test_a_program_gets_the_message_and_its_status_is_the_answer(exec_town, program):
    town = exec_town()
    row = tell(town)
    assert fate_of(town, row) == ("DELIVERED", 1, "exec")
    (message,) = program.taken()
    assert (message["address"], message["id"], message["notice"]) == ("modem 1", row.notice.idempotency_key.hex(), row.sequence)
    assert message["to"] == CONTACT and message["text"]["zh"] and message["items"][0]["site"] == "SHOP-1"
    names = {line.split("=")[0] for line in (program.directory / "environment").read_text().splitlines()}
    assert all(name in ("PATH", "LANG", "PWD", "OLDPWD", "SHLVL", "_") or name.startswith("DUBAN_") for name in names), names
    assert not program.is_running()


def test_a_program_that_is_busy_is_asked_again_and_one_that_refuses_is_not(exec_town, program):
    town = exec_town()
    program.does("echo line busy >&2; exit 75")
    row = tell(town)
    assert fate_of(town, row) is None
    program.does("exit 0")
    town.until(town.now + MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 2, "exec")
    assert len({message["id"] for message in program.taken()}) == 1
    program.does("echo 没有这个号码 >&2; exit 1")
    refused = tell(town, "MS-01")
    assert fate_of(town, refused) == ("DEAD", 1, "exec")
    check_told(town, refused, "exit status 1: 没有这个号码")
    assert alarms(town) == []


def test_a_program_that_hangs_is_killed_and_nobody_knows_what_became_of_it(exec_town, program):
    town = exec_town(timeout="1s")
    program.does("sleep 1000")
    row = tell(town)
    program.wait_for(1)
    assert fate_of(town, row) == ("UNCERTAIN", 1, "exec")
    assert not program.is_running()


def test_a_slow_program_holds_up_no_other(exec_town, program):
    town = exec_town()
    tell(town)                                       # whoever has not answered yet gets one at a time
    program.does("while [ ! -e go ]; do sleep 0.05; done")
    first = tell_and_go_on(town, "TM-01")
    program.wait_for(2)
    program.does("touch go")
    second = tell(town, "MS-01")
    assert fate_of(town, second) == ("DELIVERED", 1, "exec")
    assert fate_of(town, first) == ("DELIVERED", 1, "exec")


def test_killed_while_a_program_runs_notify_sends_it_again_under_the_same_key(exec_town, program):
    town = exec_town()
    program.does("while [ ! -e go ]; do sleep 0.05; done; exit 1")
    row = tell_and_go_on(town, "DS-01")
    program.wait_for(1)
    town.kill("notify")
    assert not [outcome for record in town.journal() if record.kind == "outcomes"
                for outcome in record.entry.outcomes.outcomes if outcome.notice == row.sequence]
    program.does("exit 0")
    town.start("notify")
    assert fate_of(town, row) == ("DELIVERED", 1, "exec")
    assert [message["id"] for message in program.taken()] == [row.notice.idempotency_key.hex()] * 2
    (program.directory / "go").touch()               # how the first one ends is nobody's business any more
    assert fate_of(town, row) == ("DELIVERED", 1, "exec")


def test_without_a_section_no_program_is_run(make_town, template, program):
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING, settings={"channels": {}}).start()
    town.jump("2020-02-10 10:00")
    town.enter(holder(CONTACT, channel="exec", address=str(program.path)))
    row = tell(town)
    assert fate_of(town, row)[0] == "SPOOLED"
    check_told(town, row, "it has no section in notify.yaml")
    assert program.taken() == []
