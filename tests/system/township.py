"""A township under test: the three daemons in a scratch directory, and somebody to drive them.

    town = Township(directory, build, rehearsal="2020-02-03 08:00")
    town.start()                        all three, ready when it returns
    town.enter(report(...), by="insp-n")     submit and wait until everything is settled
    town.until("2020-02-10 10:00")      play the manual clock, stopping at everything due
    town.case("COUR-1", "DS-01")        ask rules
    town.kill("rules"); town.start("rules")

Nothing here sleeps: readiness is the daemon's own datagram, progress is a query that is
answered when it is true, death is a readable pidfd.
"""
import collections
import itertools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess

import zmq

import acts
import entry_pb2 as pb
import query_pb2 as query
import state_pb2 as state
import wire
from acts import t

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACK = ROOT / "deploy/packs/epidemic-2020-beijing"
DAEMONS = ("ingest", "rules", "notify")
MAP = "128M"
SANITIZERS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "UndefinedBehaviorSanitizer")


# What a house says every day, whatever happens: before and after its meetings, and when a group is behind.
DAILY = {"blind_spot", "morning_brief", "evening_summary", "coverage_low", "plan_drafted", "todays_stops"}


def kind_told(told):
    """Of a row of notices, a fact, a line of the spool or the body of a hook."""
    if isinstance(told, dict):
        return told["kind"]
    return told.notice.kind if hasattr(told, "notice") else told.message_kind


def apart_from_daily(all_told):
    return [told for told in all_told if kind_told(told) not in DAILY]


class Died(AssertionError):
    """A daemon ended when nobody had asked it to."""


def installed_build():
    """The tree with the programs as they are installed, when tests/run has named one; else None."""
    named = os.environ.get("DUBAN_INSTALLED")
    return pathlib.Path(named) if named else None


class Process:
    """One life of one daemon."""

    def __init__(self, name, command, environment, log):
        self.name = name
        self.log = log
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = f"\0duban-test-{os.getpid()}-{id(self)}"
        self.notices.bind(address)
        environment = dict(environment, NOTIFY_SOCKET="@" + address[1:])
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=errors,
                                            stderr=errors)
        self.pidfd = os.pidfd_open(self.process.pid)
        self.may_die = False

    def errors(self):
        return self.log.read_text(errors="replace")

    def wait_ready(self):
        while True:
            readable, _, _ = select.select([self.notices, self.pidfd], [], [], wire.PATIENCE_MS / 1000)
            if self.notices in readable:
                if b"READY=1" in self.notices.recv(4096).split(b"\n"):
                    return
            elif self.pidfd in readable:
                raise Died(f"duban-{self.name} ended with {self.process.wait()} before it was ready:\n{self.errors()}")
            else:
                raise Died(f"duban-{self.name} does not get ready:\n{self.errors()}")

    def wait_end(self, timeout_s=wire.PATIENCE_MS / 1000):
        """Exit code, once it has ended."""
        readable, _, _ = select.select([self.pidfd], [], [], timeout_s)
        if not readable:
            self.process.kill()
            self.process.wait()
            raise Died(f"duban-{self.name} does not end:\n{self.errors()}")
        return self.process.wait()

    def is_alive(self):
        return self.process.poll() is None

    def close(self):
        if self.is_alive():
            self.process.kill()
            self.process.wait()
        os.close(self.pidfd)
        self.notices.close()


class Township:
    def __init__(self, directory, build, rehearsal=None, settings=None):
        self.directory = pathlib.Path(directory)
        self.build = pathlib.Path(build)
        self.run = self.directory / "run"
        self.run.mkdir(parents=True, exist_ok=True)
        (self.directory / "log").mkdir(exist_ok=True)
        self.settings = {name: dict((settings or {}).get(name, {})) for name in (*DAEMONS, "gateway")}
        for name in self.settings:
            self.settings[name].setdefault("map", MAP)
        self.settings["gateway"].setdefault("listen", "127.0.0.1:0")
        # A shared machine's disk may be full for reasons of its own; the tests of a full disk set these lower.
        self.settings["ingest"].setdefault("disk_percent", "98")
        self.settings["ingest"].setdefault("reserve_bytes", "1M")
        self.settings["notify"].setdefault("disk_percent", "100")
        if settings and "channels" in settings:
            self.write_channels(settings["channels"])
            self.settings["notify"]["channels"] = self.channels_file
        self.rehearsal = rehearsal is not None
        if rehearsal is not None:
            self.settings["ingest"]["rehearsal_start"] = rehearsal.replace(" ", "T")
        self.context = zmq.Context()
        self.processes = {}
        self.past = []
        self.askers = {}
        self.lives = itertools.count(1)
        self.series = os.urandom(8)   # a copied journal knows the ids of the one before
        self.ids = itertools.count(1)
        self.verify = True       # replay --verify at the end

    # ------------------------------------------------------------ processes

    def data(self, name):
        return self.directory / name

    def command(self, name, **settings):
        options = {"run": self.run, "data": self.data(name), **self.settings[name], **settings}
        return [str(self.build / "bin" / f"duban-{name}")] + [f"--{key}={value}" for key, value in options.items()]

    @property
    def channels_file(self):
        return self.directory / "notify.yaml"

    def write_channels(self, channels, **others):
        """notify.yaml from {"webhook": {"secret_file": path, ...}, ...}: JSON is YAML."""
        self.channels_file.write_text(json.dumps({"channels": channels, **others}, default=str))

    def reload(self):
        """Notify reads notify.yaml again; its answer in the log is left to be looked for."""
        self.processes["notify"].process.send_signal(signal.SIGHUP)

    def environment(self, **extra):
        inherited = {key: value for key, value in os.environ.items() if key not in ("NOTIFY_SOCKET", "DUBAN_KILL_AT")}
        inherited.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
        return dict(inherited, **extra)

    def spawn(self, name, kill_at=None, environment=None, **settings):
        """Start without waiting. kill_at: the named point at which it kills itself."""
        extra = dict(environment or {})
        if kill_at:
            extra["DUBAN_KILL_AT"] = kill_at
        self.bury(name)
        log = self.directory / "log" / f"{name}-{next(self.lives)}.txt"
        process = Process(name, self.command(name, **settings), self.environment(**extra), log)
        process.may_die = bool(kill_at)
        self.processes[name] = process
        return process

    def start(self, *names, **options):
        started = [self.spawn(name, **options) for name in names or DAEMONS]
        for process in started:
            process.wait_ready()
        self.began_ms = self.now if "ingest" in self.processes else 0
        return self

    def bury(self, name):
        """Forget a process that has ended, keeping its log for the end."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        assert not process.is_alive(), f"duban-{name} is still running"
        if not process.may_die and process.process.returncode != 0:
            raise Died(f"duban-{name} ended with {process.process.returncode}:\n{process.errors()}")
        process.close()
        self.past.append(process)
        for key in [key for key in self.askers if key.startswith(name)]:
            self.askers.pop(key).close()

    def kill(self, *names):
        """SIGKILL, all of them before any is waited for."""
        for name in names or DAEMONS:
            self.processes[name].may_die = True
            self.processes[name].process.send_signal(signal.SIGKILL)
        for name in names or DAEMONS:
            self.processes[name].wait_end()
            self.bury(name)

    def wait_death(self, name):
        process = self.processes[name]
        assert process.may_die
        code = process.wait_end()
        self.bury(name)
        return code

    def stop(self, *names):
        """SIGTERM; each must end with 0."""
        for name in names or [name for name in reversed(DAEMONS) if name in self.processes]:
            self.processes[name].process.send_signal(signal.SIGTERM)
            code = self.processes[name].wait_end()
            if code != 0 and not self.processes[name].may_die:
                raise Died(f"duban-{name} ended with {code}:\n{self.processes[name].errors()}")
            self.processes[name].may_die = True
            self.bury(name)

    def joined(self):
        """Until the daemons have found each other."""
        while not (any(session.consumer == "rules" for session in self.ingest_status().sessions)
                   and any(session.consumer == "notify" for session in self.rules_status().sessions)):
            pass

    def status_said(self):
        self.joined()
        return self.duban("status").stdout

    def is_running(self, name):
        return name in self.processes and self.processes[name].is_alive()

    def close(self):
        for process in self.processes.values():
            process.close()
            self.past.append(process)
        self.processes = {}
        for asker in self.askers.values():
            asker.close()
        self.askers = {}
        self.context.destroy(linger=0)

    def check_logs(self):
        """No sanitizer has anything to say about any life of any daemon."""
        for process in self.past + list(self.processes.values()):
            errors = process.errors()
            assert not any(word in errors for word in SANITIZERS), f"{process.log.name}:\n{errors}"

    def logs(self):
        return "\n".join(f"---- {process.log.name}\n{process.errors()[-3000:]}"
                         for process in self.past[-4:] + list(self.processes.values()))

    def duban(self, *arguments, check=True, timeout=120, build=None):
        """The operator's command."""
        done = subprocess.run([str((build or self.build) / "bin/duban"), "--run", str(self.run), "--timeout", "60",
                               *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False,
                              env=self.environment())
        assert not any(word in done.stderr for word in SANITIZERS), done.stderr
        if check:
            assert done.returncode == 0, f"duban {arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def replay(self):
        """By the programs as they are installed: another compilation comes to the same."""
        return self.duban("replay", "--verify", "--data", self.directory, build=installed_build())

    def finish(self):
        """What must hold after every test."""
        dead = [name for name, process in self.processes.items() if not process.is_alive() and not process.may_die]
        if dead:
            raise Died(f"{dead} ended by themselves\n{self.logs()}")
        if self.verify:
            missing = [name for name in DAEMONS if not self.is_running(name)]
            for name in missing:
                self.spawn(name)
            for name in missing:
                self.processes[name].wait_ready()
            self.settle()
            self.replay()
        self.stop()
        self.check_logs()

    # ------------------------------------------------------------ asking

    def endpoint(self, name):
        return f"ipc://{self.run}/{name}"

    def asker(self, name):
        if name not in self.askers:
            self.askers[name] = wire.Asker(self.context, self.endpoint(name))
        return self.askers[name]

    def new_asker(self, name):
        """A peer of its own, for tests of many at once; closed by the caller."""
        return wire.Asker(self.context, self.endpoint(name))

    def reader(self, **options):
        return wire.Reader(self.context, self.endpoint("ingest.log"), **options)

    def outbox_reader(self, **options):
        return wire.Reader(self.context, self.endpoint("rules.outbox"), kind=wire.OutboxRecord, **options)

    def journal(self):
        """Every record, verified: gap-free, CRC, chain."""
        reader = self.reader()
        try:
            return reader.read()
        finally:
            reader.close()

    def outbox(self):
        reader = self.outbox_reader()
        try:
            return reader.read()
        finally:
            reader.close()

    def ask(self, daemon, min_sequence=0, wait_ms=wire.PATIENCE_MS // 2, after=b"", limit=0, **body):
        asker = self.asker(f"{daemon}.query")
        question = query.Query(min_sequence=min_sequence, wait_ms=wait_ms if min_sequence or "status" in body else 0,
                               limit=limit, after=after, **body)
        return asker.reply(asker.query(question))

    def rows(self, daemon, **body):
        """All pages of a listing."""
        after, rows = b"", []
        while True:
            reply = self.ask(daemon, after=after, **body)
            rows += getattr(reply, reply.WhichOneof("body")).rows
            after = reply.next
            if not after:
                return rows

    def ingest_status(self, **options):
        return self.ask("ingest", status=query.StatusQuery(), **options).ingest

    def rules_status(self, **options):
        return self.ask("rules", status=query.StatusQuery(), **options).rules

    def notify_status(self, idle=False, **options):
        return self.ask("notify", status=query.StatusQuery(idle=idle), **options).notify

    def metrics(self, daemon):
        """Prometheus text as {name{labels}: value}."""
        lines = self.ask(daemon, metrics=query.MetricsQuery()).metrics.text.splitlines()
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))}

    # ------------------------------------------------------------ submitting

    def new_id(self):
        return self.series + next(self.ids).to_bytes(8, "big")

    def submit(self, entry, by="operator", client_id=None):
        """Receipt, or wire.Refused."""
        asker = self.asker("ingest.submit")
        return asker.receipt(asker.submit(by, client_id or self.new_id(), entry))

    def submit_all(self, entries, window=64):
        """[(account, entry)] pipelined, with an id as third where it is known already; receipts in order."""
        asker, receipts, waiting = self.asker("ingest.submit"), [], collections.deque()
        for account, entry, *client_id in entries:
            waiting.append(asker.submit(account, *(client_id or [self.new_id()]), entry))
            if len(waiting) >= window:
                receipts.append(asker.receipt(waiting.popleft()))
        return receipts + [asker.receipt(number) for number in waiting]

    def enter(self, entry, by="operator", client_id=None):
        """Submit, wait until all is settled; the journal sequence."""
        receipt = self.submit(entry, by, client_id)
        self.settle()
        return receipt.sequence

    # ------------------------------------------------------------ time

    @property
    def now(self):
        return self.ingest_status().clock_ms

    def settle(self):
        """Until rules has applied everything, notify has carried it out, and nothing moves any more."""
        while True:
            last = self.ingest_status().last_sequence
            rules = self.rules_status(min_sequence=last)
            self.notify_status(idle=True, min_sequence=rules.outbox_last)
            if self.ingest_status().last_sequence == last and self.rules_status().cursor == last:
                return

    def seen(self, daemon):
        """Until that daemon's policy time is ingest's: a TAIL on its way has come. Not by itself within
        a settled house, because a clock that moves past nothing due is no record."""
        clock_ms = self.now
        while self.ask(daemon, status=query.StatusQuery()).as_of_ms < clock_ms:
            pass

    def jump(self, to, settle=True):
        """Move the manual clock without stopping at what is due in between. settle=False: wait for rules
        only, because notify is not there."""
        to_ms = t(to) if isinstance(to, str) else to
        before = self.ingest_status()
        due_s = self.rules_status(min_sequence=before.last_sequence).next_due_s
        self.ask("ingest", clock_advance=query.ClockAdvance(to_ms=to_ms))
        if due_s and due_s * 1000 <= to_ms:
            last = self.ingest_status(min_sequence=before.last_sequence + 1).last_sequence
            self.rules_status(min_sequence=last)
        if settle:
            self.settle()

    def warm_up(self):
        """Until notify has heard a TAIL by way of rules: both links are up. A moved clock is passed on
        at once, so it is moved by a millisecond until somebody at the other end has heard of it."""
        clock_ms = self.now
        while self.ask("notify", status=query.StatusQuery()).as_of_ms <= self.began_ms:
            clock_ms += 1
            self.ask("ingest", clock_advance=query.ClockAdvance(to_ms=clock_ms))

    def step(self, to_ms):
        """To the next thing that is due, at most to to_ms. Returns where the clock stands."""
        self.settle()
        clock = self.now
        dues = [self.next_timer_ms(clock), self.notify_status().next_attempt_ms]
        target = max(clock, min([to_ms] + [due for due in dues if due]))
        if target > clock:
            self.jump(target)
        if 0 < dues[1] <= target:
            self.seen("notify")
            self.settle()
        return target

    def next_timer_ms(self, clock_ms):
        """When the next timer of rules fires; one that was set for this very moment fires with the next tick. 0 = none."""
        due_ms = self.rules_status().next_due_s * 1000
        return self.ingest_status().wake_ms if 0 < due_ms <= clock_ms else due_ms

    def until(self, to):
        """Play on until then, stopping at everything that is due on the way."""
        to_ms = t(to) if isinstance(to, str) else to
        assert to_ms >= self.now, f"{to} lies before {acts.local(self.now)}"
        while self.step(to_ms) < to_ms:
            pass
        return self

    # ------------------------------------------------------------ what rules knows

    def case_rows(self, closed_too=True, **fields):
        return self.rows("rules", cases=query.CasesQuery(closed_too=closed_too, **fields))

    def case_row(self, site, item):
        """None when there is none. Its light is as of now."""
        self.seen("rules")
        try:
            rows = self.ask("rules", case_=query.CaseQuery(place=pb.Place(site=site, item=item))).cases.rows
        except wire.Fault:
            return None
        assert len(rows) == 1
        return rows[0]

    def case(self, site, item):
        row = self.case_row(site, item)
        return row.case_ if row else None

    def light(self, site, item):
        return query.Light.Name(self.case_row(site, item).light).removeprefix("LIGHT_").lower()

    def tasks(self, case=None, kind=0, closed_too=False, owner=""):
        wanted = query.TasksQuery(closed_too=closed_too, kind=kind, owner=owner, about=case.id if case else b"")
        return [row.task for row in self.rows("rules", tasks=wanted)]

    def task(self, site, item, kind):
        """The one open task of that kind of the case; None when there is none."""
        number = state.TaskKind.Value(f"TASK_KIND_{kind.upper()}")
        tasks = [task for task in self.tasks(self.case(site, item), number)
                 if task.state not in (state.TASK_STATE_DONE, state.TASK_STATE_CANCELLED)]
        assert len(tasks) <= 1, tasks
        return tasks[0] if tasks else None

    def facts(self, subject=b"", kind=None):
        rows = self.rows("rules", facts=query.FactsQuery(subject=subject))
        return [row for row in rows if kind is None or row.kind == state.FactKind.Value(f"FACT_KIND_{kind.upper()}")]

    def case_facts(self, site, item, kind=None):
        return self.facts(self.case(site, item).id, kind)

    def notices(self, case=None, recipient="", kind=None):
        wanted = query.NoticesQuery(about=case.id if case else b"", recipient=recipient)
        return [row for row in self.rows("rules", notices=wanted) if kind is None or row.notice.kind == kind]

    def told(self, site, item, since=None, until=None, kinds=None):
        """[(local time, kind, account)] of what was decided to be said about a case, sorted. A line of a
        digest is given as digest:kind. kinds: only these."""
        case, told = self.case(site, item), []
        for row in self.notices(case):
            at, notice = row.notice.decided_at_s, row.notice
            if (since and at * 1000 < t(since)) or (until and at * 1000 >= t(until)):
                continue
            for line in [line for line in notice.items if line.case_id == case.id]:
                kind = f"digest:{line.kind}" if is_line(notice, line) else notice.kind
                if kinds is None or kind.removeprefix("digest:") in kinds:
                    told.append((acts.local_s(at), kind, notice.recipient.account))
        return sorted(told)

    def subject_rows(self, closed_too=True, **fields):
        """Complaints and the like."""
        self.seen("rules")
        return self.rows("rules", subjects=query.SubjectsQuery(closed_too=closed_too, **fields))

    def subject_row(self, number):
        (row,) = self.subject_rows(number=number)
        return row

    def look_backs(self):
        """What each draw of closed cases came to."""
        self.seen("rules")
        return self.rows("rules", look_backs=query.LookBacksQuery())

    def tasks_about(self, number, closed_too=False):
        about = self.subject_row(number).subject.id
        return [row.task for row in self.rows("rules", tasks=query.TasksQuery(about=about, closed_too=closed_too))]

    def told_about(self, number, since=None):
        """[(local time, kind, account)] of what was decided to be said about a complaint or the like, sorted."""
        about, told = self.subject_row(number).subject.id, []
        for row in self.rows("rules", notices=query.NoticesQuery(about=about)):
            at, notice = row.notice.decided_at_s, row.notice
            if since and at * 1000 < t(since):
                continue
            for line in [line for line in notice.items if line.subject == about]:
                kind = f"digest:{line.kind}" if is_line(notice, line) else notice.kind
                told.append((acts.local_s(at), kind, notice.recipient.account))
        return sorted(told)

    def quarantine(self, settled_too=False, sequence=0):
        return self.rows("rules", quarantine=query.QuarantineQuery(settled_too=settled_too, sequence=sequence))

    def deliveries(self, notice=0):
        return self.rows("notify", deliveries=query.DeliveriesQuery(notice=notice))

    def dead_letters(self):
        return self.rows("notify", dead_letters=query.DeadLettersQuery())

    def table(self, name):
        return [(row.key, row.value) for row in self.pages_of_table(name)]

    def pages_of_table(self, name):
        after = b""
        while True:
            reply = self.ask("rules", after=after, rows=query.RowsQuery(table=name))
            yield from reply.rows.rows
            after = reply.next
            if not after:
                return

    # ------------------------------------------------------------ what left the house

    def spool(self):
        """Every line, as JSON, in the order written. A torn last line is left out."""
        lines = []
        for path in sorted((self.data("notify") / "spool").glob("spool-*.jsonl")):
            content = path.read_bytes()
            lines += [json.loads(line) for line in content[:content.rfind(b"\n") + 1].splitlines()]
        return lines

    # ------------------------------------------------------------ a small township

    def visit(self, site, by=None, at=None, **answers):
        """A report by an inspector of the site's zone, received now; returns its sequence. at: the
        device's time, by default now."""
        reporter = by or INSPECTORS[site]
        at_ms = self.now if at is None else t(at) if isinstance(at, str) else at
        return self.enter(acts.report(site, reporter, at_ms, **answers), by=reporter)

    def settle_in(self):
        """Registry and policy, as an administrator would enter them on the first day."""
        files = {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}
        version, entries = acts.pack_entries(files)
        receipts = self.submit_all([("operator", entry) for entry in registry() + entries])
        self.ingest_status(min_sequence=len(receipts) + 1)   # rules begins its era with an entry of its own
        self.settle()
        assert not self.quarantine(), self.quarantine()
        assert self.rules_status().policy_version == version
        return self


def is_line(notice, item):
    """Of a digest, or of the brief that takes the digest of who attends along."""
    return notice.kind == "digest" or (notice.kind == "morning_brief" and item.kind != "")


def pack_without(folder, *sections):
    """A copy of the pack without those sections of its policy.yaml, as before there were any; the folder."""
    shutil.copytree(PACK, folder)
    policy = folder / "policy.yaml"
    text = policy.read_text()
    for section in sections:
        text, count = re.subn(rf"\n{section}:\n.*?(?=\n#|\Z)", "", text, flags=re.DOTALL)
        assert count == 1, section
    policy.write_text(text)
    return folder


def let_no_watch_begin(town, folder):
    """From here on by itself: what a test says of a courier outlet is all that happens there."""
    pack_without(folder)
    policy = folder / "policy.yaml"
    text, count = re.subn(r"\n  begins_when:.*", "", policy.read_text())
    assert count == 1
    policy.write_text(text)
    town.duban("policy", "activate", folder, "--approver", "lead")
    town.settle()


SITES = {   # code: (kind, area, zh, en)
    "COUR-1": ("COUR", "c1", "东街快递点", "East Street courier outlet"),
    "CONS-1": ("CONS", "c1", "河畔工地", "Riverside construction site"),
    "DORM-1": ("DORM", "c1", "河畔工地宿舍", "Riverside dormitory"),
    "GATE-1": ("GATE", "c1", "东里东门", "Dongli east gate"),
    "OFFC-1": ("OFFC", "v1", "南村办公楼", "South village office"),
    "SHOP-1": ("SHOP", "v1", "南村超市", "South village shop"),
    "FOOD-1": ("FOOD", "v1", "南村餐馆", "South village restaurant"),
    "FACT-1": ("FACT", "v1", "南村工厂", "South village factory"),
}
INSPECTORS = {code: "insp-n" if row[1] == "c1" else "insp-s" for code, row in SITES.items()}
CONTACTS = {code: "site-" + code.lower() for code in SITES}

HOLDERS = {   # account: (roles, zh, en)
    "lead": ([(pb.ROLE_LEAD, "")], "专班组长", "task-force lead"),
    "clerk": ([(pb.ROLE_DUTY_CLERK, "")], "内勤", "duty clerk"),
    "leader-n": ([(pb.ROLE_GROUP_LEADER, "north")], "北片组组长", "leader of the north group"),
    "leader-s": ([(pb.ROLE_GROUP_LEADER, "south")], "南片组组长", "leader of the south group"),
    "insp-n": ([(pb.ROLE_INSPECTOR, "north")], "北片检查员甲", "north inspector 1"),
    "insp-n2": ([(pb.ROLE_INSPECTOR, "north")], "北片检查员乙", "north inspector 2"),
    "insp-s": ([(pb.ROLE_INSPECTOR, "south")], "南片检查员甲", "south inspector 1"),
    "insp-s2": ([(pb.ROLE_INSPECTOR, "south")], "南片检查员乙", "south inspector 2"),
    "area-c": ([(pb.ROLE_AREA_CONTACT, "c1")], "东里社区包片联系人", "contact of Dongli"),
    "area-v": ([(pb.ROLE_AREA_CONTACT, "v1")], "南村包片联系人", "contact of South village"),
    "staff-c": ([(pb.ROLE_AREA_STAFF, "c1")], "东里社区工作人员", "staff of Dongli"),
    "office": ([(pb.ROLE_OFFICE, "kongwei")], "控违办", "illegal-construction office"),
    "committee": ([(pb.ROLE_COMMITTEE, "")], "地区工委", "area work committee"),
    "auditor": ([(pb.ROLE_AUDITOR, "")], "监督员", "auditor"),
    "admin": ([(pb.ROLE_ADMINISTRATOR, "")], "系统管理员", "administrator"),
}


def holder(account, **changes):
    """The holder's registry entry with some fields changed."""
    if account in HOLDERS:
        roles, zh, en = HOLDERS[account]
    else:
        code = next(code for code, contact in CONTACTS.items() if contact == account)
        roles, zh, en = [(pb.ROLE_SITE_CONTACT, code)], SITES[code][2] + "负责人", "contact of " + SITES[code][3]
    return acts.holder(account, changes.pop("roles", roles), zh, en, **changes)


def registry():
    entries = [
        acts.area("c1", pb.AREA_KIND_COMMUNITY, "north", "东里社区", "Dongli community", "北片", "north group"),
        acts.area("v1", pb.AREA_KIND_VILLAGE, "south", "南村", "South village", "南片", "south group"),
    ]
    entries += [acts.site(code, *row) for code, row in SITES.items()]
    return entries + [holder(account) for account in [*HOLDERS, *CONTACTS.values()]]
