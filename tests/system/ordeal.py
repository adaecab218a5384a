"""A township whose daemons die, and the ledger that somebody outside keeps of it.

    town.fates["rules"] += ["rules.fired:3", preload.environment(..., fault="any:40:half")]
    town.strike(["ingest", "notify"], 250)     SIGKILL at the 250th look from now

Everybody around it behaves as the field does: what got no receipt is submitted again under the
same id, a question that died with its daemon is asked again, a daemon that died is started
again. Every receipt goes into a ledger, which is compared at the end with the journal, the
cases, the outbox and the spool.
"""
import collections
import signal
import time

import entry_pb2 as pb
import query_pb2 as query
import state_pb2 as state
import wire
import zmq
from acts import local_s, t
from township import DAEMONS, Died, Township

LATE_AFTER_S = 60
STALE_AFTER_S = 6 * 3600   # policy.yaml: late_digest_after
REPACKED = 1             # record flag: personal fields came in clear and are tokens now
OURS = {"ingest", "rules", "notify"}    # accounts of the house itself

Entered = collections.namedtuple("Entered", "payload sequence stamp_ms")


class Ordeal(Township):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.settings["notify"].setdefault("tail_stale", "1h")   # that a machine is busy is no alarm, which would be one notice more
        self.fates = {name: collections.deque() for name in (*DAEMONS, "gateway")}   # of the lives to come
        self.deaths = collections.Counter()
        self.ledger = {}       # (account, client id) -> Entered
        self.born = None       # last sequence when the ledger began
        self.dooms = []        # [(looks left, names)]
        self.mourning = {}     # name -> others that fall with it

    # ------------------------------------------------------------ dying, being started again

    def spawn(self, name, **options):
        if not options and self.fates[name]:
            fate = self.fates[name].popleft()
            options = {"kill_at": fate} if isinstance(fate, str) else {"environment": fate}
        process = super().spawn(name, **options)
        process.may_die = bool(options)
        return process

    def strike(self, names, looks):
        """Kill them at the looks-th look from now, wherever they are then."""
        self.dooms.append([looks, names])

    def look(self):
        """A moment at which somebody may be struck."""
        for doom in list(self.dooms):
            doom[0] -= 1
            if doom[0] <= 0:
                self.dooms.remove(doom)
                self.kill_those_alive(doom[1])

    def kill_those_alive(self, names):
        struck = [name for name in names if self.is_running(name)]
        for name in struck:
            self.processes[name].may_die = True
            self.processes[name].process.send_signal(signal.SIGKILL)
        for name in struck:
            self.processes[name].wait_end()

    def dead(self):
        return [name for name, process in self.processes.items() if not process.is_alive()]

    def begin(self):
        """Start all three, though the first life of some of them may be short."""
        for name in DAEMONS:
            self.spawn(name)
        for name in DAEMONS:
            self.ready_or_dead(name)
        self.revive()
        return self

    def ready_or_dead(self, name):
        try:
            self.processes[name].wait_ready()
        except Died:
            if self.processes[name].is_alive():
                raise

    def revive(self):
        """Start again what died as planned; anything else is a failure. True when somebody was."""
        revived = False
        while self.dead():
            for name in self.dead():
                self.kill_those_alive(self.mourning.get(name, ()))
            for name in sorted(self.dead()):
                code = self.processes[name].process.returncode
                if not self.processes[name].may_die or code != -signal.SIGKILL:
                    raise Died(f"duban-{name} ended with {code}:\n{self.processes[name].errors()}")
                self.deaths[name] += 1
                self.spawn(name)
                self.ready_or_dead(name)
                revived = True
        return revived

    def relieve(self):
        """No more deaths are planned; who has one before him gives way to one who has not."""
        self.dooms = []
        for fates in self.fates.values():
            fates.clear()
        self.revive()
        doomed = [name for name, process in self.processes.items() if process.may_die]
        for name in doomed:
            self.kill_those_alive([name])
        self.mourning = {}
        self.revive()

    # ------------------------------------------------------------ asking in spite of it

    def heard(self, asker, numbers):
        """Wait for one of these answers: its number, or None when somebody has died instead."""
        poller = zmq.Poller()
        poller.register(asker.socket, zmq.POLLIN)
        for process in self.processes.values():
            poller.register(process.pidfd, zmq.POLLIN)
        until = time.monotonic() + wire.PATIENCE_MS / 1000
        while not self.dead():
            found = [number for number in numbers if number in asker.early]
            if found:
                return found[0]
            if time.monotonic() > until:
                raise wire.Silence(f"no answer from {asker.endpoint}\n{self.logs()}")
            self.look()
            poller.poll(0 if self.dooms else wire.PATIENCE_MS)
            asker.listen()
        return None

    def ask(self, daemon, min_sequence=0, wait_ms=wire.PATIENCE_MS // 2, after=b"", limit=0, **body):
        while True:
            self.revive()
            asker = self.asker(f"{daemon}.query")
            number = asker.query(query.Query(
                min_sequence=min_sequence, wait_ms=wait_ms if min_sequence or "status" in body else 0, limit=limit,
                after=after, **body))
            if self.heard(asker, [number]) is not None:
                return asker.reply(number)

    def advance(self, to):
        """The clock alone, without waiting for anybody who would hear of it."""
        self.ask("ingest", clock_advance=query.ClockAdvance(to_ms=t(to) if isinstance(to, str) else to))

    # ------------------------------------------------------------ submitting in spite of it

    def submit(self, entry, by="operator", client_id=None):
        waiting = {(by, client_id or self.new_id()): entry}
        return self.submit_until_receipted(waiting)[0]

    def submit_all(self, entries, window=64):
        waiting = {(account, self.new_id()): entry for account, entry in entries}
        return self.submit_until_receipted(waiting)

    def submit_until_receipted(self, waiting):
        waiting = {key: entry.SerializeToString() for key, entry in waiting.items()}
        receipts = {key: None for key in waiting}
        if self.born is None:
            self.born = self.ingest_status().last_sequence
        while waiting:
            self.revive()
            asker = self.asker("ingest.submit")
            sent = {asker.submit(*key, payload): key for key, payload in waiting.items()}
            while sent:
                number = self.heard(asker, list(sent))
                if number is not None:
                    key = sent.pop(number)
                    receipts[key] = self.enter_in_ledger(key, waiting.pop(key), asker.receipt(number))
                elif "ingest" in self.dead():
                    break     # who knows what became of them: again, all of them
                else:
                    self.revive()
                    if self.askers.get("ingest.submit") is not asker:
                        break
        return list(receipts.values())

    def enter_in_ledger(self, key, payload, receipt):
        entered = Entered(payload, receipt.sequence, receipt.stamp_ms)
        assert self.ledger.setdefault(key, entered) == entered
        return receipt

    # ------------------------------------------------------------ the ledger and the house

    def check(self, webhook=None):
        """Everything that the ledger and the house must agree on. webhook: ids that a receiver has got."""
        self.settle()
        journal, outbox, lines = self.journal(), self.outbox(), self.spool()
        check_journal(self.ledger, journal, self.born)
        self.check_rules(journal)
        notices = {record.sequence: record.record.notice for record in outbox if record.kind == "notice"}
        check_moments(notices, journal)
        check_outcomes(notices, journal)
        check_spool(notices, lines, journal, webhook)
        return journal, notices, lines

    def check_rules(self, journal):
        """Each report in force once: as a visit, or in quarantine; and all in order."""
        status = self.rules_status()
        assert status.cursor == journal[-1].sequence and not status.stopped
        visits = [visit.sequence for visit in self.rows("rules", visits=query.VisitsQuery())]
        quarantine = self.quarantine(settled_too=True)
        held = [row.sequence for row in quarantine if row.state != state.QUARANTINE_STATE_RELEASED]
        released = {row.sequence for row in quarantine} - set(held)     # these keep their numbers, and come later
        reports = {record.sequence for record in journal if record.kind == "report"}
        assert len(set(visits)) == len(visits) and len(set(held)) == len(held)
        assert sorted(visits + [sequence for sequence in held if sequence in reports]) == sorted(reports)
        facts = [fact.entry_sequence for fact in self.facts() if fact.entry_sequence not in released]
        assert facts == sorted(facts)
        cases = sorted((row.case_ for row in self.case_rows()), key=lambda case: case.number)
        opened = [case.opened_by_sequence for case in cases if case.opened_by_sequence not in released]
        assert opened == sorted(opened) and set(opened) <= reports


def without_personal(payload):
    entry = pb.Entry.FromString(payload)
    for field in ("name", "phone", "address"):
        entry.role_holder_change.ClearField(field)
    for way in entry.role_holder_change.other_ways:
        way.ClearField("address")
    return entry


def check_journal(ledger, journal, born):
    """Every receipt has its record, there and as submitted; nothing else has come in."""
    assert [record.sequence for record in journal] == list(range(1, len(journal) + 1))
    stamps = [record.stamp_ms for record in journal]
    assert stamps == sorted(stamps)
    records = {(record.account, record.client_id): record for record in journal}
    assert len(records) == len(journal), "something was journaled twice"
    for key, entered in ledger.items():
        record = records.get(key)
        assert record is not None, f"lost: {key} was receipted as {entered.sequence}"
        assert (record.sequence, record.stamp_ms) == (entered.sequence, entered.stamp_ms)
        assert without_personal(record.payload) == without_personal(entered.payload)
        assert record.payload == entered.payload or record.flags & REPACKED
    strangers = [record for record in journal if record.sequence > born and record.account not in OURS and
                 (record.account, record.client_id) not in ledger]
    assert not strangers


def is_night(stamp_s):
    """When a late digest waits for the morning's: [22:00, 07:43)."""
    return local_s(stamp_s)[11:16] >= "22:00" or local_s(stamp_s)[11:16] < "07:43"


def check_moments(notices, journal):
    """Nothing is decided before its time or later than the first entry after it, and late means late."""
    stamps = sorted({record.stamp_ms // 1000 for record in journal})
    for sequence, notice in notices.items():
        assert notice.decided_at_s >= notice.due_at_s, sequence
        assert notice.late == (notice.decided_at_s - notice.due_at_s > LATE_AFTER_S), sequence
        assert notice.decided_at_s in stamps
        between = [stamp for stamp in stamps if notice.due_at_s < stamp < notice.decided_at_s]
        if notice.kind == "digest" and between and between[0] - notice.due_at_s > STALE_AFTER_S:
            between = [stamp for stamp in between if not is_night(stamp)]   # a late digest comes by day
        assert not between, f"notice {sequence} was due at {notice.due_at_s}, and {between} went by"


def outcomes(journal):
    """{notice: [grade]} as journaled."""
    found = collections.defaultdict(list)
    for record in journal:
        if record.kind == "outcomes":
            for outcome in record.entry.outcomes.outcomes:
                found[outcome.notice].append(outcome.grade)
    return found


def check_outcomes(notices, journal):
    """Of every notice it is known in the journal what became of it, once."""
    found = outcomes(journal)
    assert set(found) == set(notices), set(found) ^ set(notices)
    for sequence, grades in found.items():
        assert len(grades) == 1, f"notice {sequence}: {grades}"


def check_spool(notices, lines, journal, webhook=None):
    """What is delivered is in the spool, once, or was received; what is in the spool was decided."""
    keys = {notice.idempotency_key.hex(): sequence for sequence, notice in notices.items()}
    doubled = [notice for sequence, notice in notices.items() if keys[notice.idempotency_key.hex()] != sequence]
    assert not doubled, f"two notices with one key: {doubled}"
    written = collections.Counter(line["id"] for line in lines)
    for line in lines:
        if line["id"] in keys:
            assert line["notice"] == keys[line["id"]]
            assert line["late"] == notices[line["notice"]].late
        else:
            assert line["kind"] in ("house_alarm", "delivery_failure"), line
    twice = {line["id"]: line["kind"] for line in lines if written[line["id"]] > 1}
    assert not twice, f"in the spool more than once: {twice}"
    delivered = {sequence for sequence, grades in outcomes(journal).items()
                 if grades in ([pb.GRADE_DELIVERED], [pb.GRADE_SPOOLED])}
    arrived = set(written) | set(webhook or ())
    lost = [sequence for key, sequence in keys.items() if sequence in delivered and key not in arrived]
    assert not lost, f"said to be delivered, and nowhere: {lost}"
    early = [sequence for key, sequence in keys.items() if sequence not in delivered and key in written]
    assert not early, f"in the spool, and not known as delivered: {early}"


# ---------------------------------------------------------------- what a run comes to

def number_of(notice, item):
    """A doubted report is named by its sequence, and ticks stand between entries wherever somebody died."""
    return "" if notice.kind == "visit_doubted" else item.number


def summary(town):
    """What a township has come to, without sequences and ids: the same for every run of the same days,
    however often its daemons died."""
    cases = sorted((row.case_.site, row.case_.item, row.case_.number, state.CaseState.Name(row.case_.state), row.case_.level,
                    row.case_.due_s, row.case_.round, row.case_.passes, row.case_.overdue_rounds, row.case_.closed_ms)
                   for row in town.case_rows())
    told = sorted((row.notice.due_at_s, row.notice.decided_at_s, row.notice.late, row.notice.kind,
                   row.notice.recipient.account, tuple(sorted((item.site, number_of(row.notice, item), item.kind) for item in row.notice.items)))
                  for row in town.notices())
    facts = collections.Counter((fact.at_s, state.FactKind.Name(fact.kind), fact.actor, fact.message_kind, fact.recipient,
                                 fact.rule) for fact in town.facts())
    return cases, told, sorted(facts.items())
