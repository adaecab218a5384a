"""Complaints, supplies that are lacking and referrals, as the rules in words say (domain 4.1, 4.6 rules 19 and 20)."""
import entry_pb2 as pb
from oracle_marks import Mark
from oracle_policy import day_of

NEVER_S = 1 << 40
CONFIRMED = (pb.COMPLAINT_OUTCOME_SUBSTANTIATED, pb.COMPLAINT_OUTCOME_PARTLY)


class Duty:
    """Something that is due. where: where it was when it was first counted."""

    def __init__(self, opened_s, due_s):
        self.opened_s, self.due_s = opened_s, due_s
        self.is_open, self.is_late, self.in_time, self.where = True, False, None, None

    def late_s(self):
        """From when it is overdue: exactly at its due it is on time (21)."""
        return self.due_s + 1 if self.is_open and not self.is_late else NEVER_S

    def end(self, now_s, in_time=None):
        self.is_open = False
        self.in_time = now_s <= self.due_s if in_time is None else in_time

    def cancel(self):
        """In time, it counts for nothing; else it was late."""
        self.is_open = False

    def counts(self):
        return self.is_late or self.in_time is not None

    def mark(self, figure):
        return Mark(figure, self.where, day_of(self.due_s), bool(self.in_time), 1)


class Family:
    """Subjects of a kind, by their number in the ledger; what each owes."""
    prefix = ""

    def __init__(self, world):
        self.world, self.all = world, []

    @property
    def now_s(self):
        return self.world.now_s

    def numbered(self, reference):
        """None: there is no such."""
        prefix, _, number = reference.number.partition("-")
        place = int(number) if prefix == self.prefix and number.isdigit() else 0
        return self.all[place - 1] if 0 < place <= len(self.all) else None

    def duties(self):
        return []

    def next_s(self):
        return min((duty.late_s() for duty, _ in self.duties()), default=NEVER_S)

    def fire(self):
        for duty, subject in self.duties():
            if duty.late_s() <= self.now_s:
                duty.is_late = True
                self.place(duty, subject)

    def place(self, duty, subject):
        duty.where = duty.where or subject.get("where") or self.world.where(subject["site"], subject["area"])


# ---------------------------------------------------------------- complaints

class Complaints(Family):
    prefix = "TS"

    def duties(self):
        return [(check, check.head) for check in self.checks]

    def __init__(self, world):
        super().__init__(world)
        self.checks = []
        self.rules = world.policy.rules["complaints"]

    def limit_s(self, complaint):
        return self.world.policy.due(self.now_s, self.rules["danger_limit" if complaint["danger"] else "limit"])

    def on_complaint(self, account, entry):
        received_ms = entry.received_at_ms or self.now_s * 1000
        complaint = {"site": entry.site, "area": entry.area, "matter": entry.matter, "danger": entry.danger,
                     "received_ms": received_ms, "check": None, "concluded_s": 0, "receipted_s": 0}
        self.all.append(complaint)
        for check in self.checks:       # (19)
            head = check.head
            if check.is_open and all(head[name] == complaint[name] for name in ("site", "area", "matter")):
                self.join(check, complaint)
                return
        self.open_check(complaint)

    def open_check(self, complaint):
        check = Duty(self.now_s, self.limit_s(complaint))
        check.head, check.joined, check.seen_s = complaint, [], NEVER_S
        complaint["check"] = check
        self.checks.append(check)
        return check

    def join(self, check, complaint):
        """Somebody adds that it is dangerous: wanted as soon as if that had been known now."""
        complaint["check"] = check
        check.joined.append(complaint)
        if complaint["danger"] and not check.head["danger"]:
            check.head["danger"] = True
            check.due_s = min(check.due_s, self.limit_s(complaint))

    def is_check(self, visit, received_ms):
        """An inspection since, or a long enough observation, with all that it declared."""
        report = visit.report
        lasted_s = (report.device_time_ms - report.started_at_ms) // 1000 if report.started_at_ms else 0
        is_long = lasted_s and lasted_s >= 20 * 60
        return (visit.is_completed and visit.is_complete and visit.visit_ms > received_ms and
                (report.purpose == pb.PURPOSE_INSPECTION or (report.purpose == pb.PURPOSE_OBSERVATION and is_long)))

    def visited(self, visit):
        """The visit is the task: in time is who was there in time, whenever report and result come."""
        for check in self.checks:
            if (check.is_open and check.head["site"] == visit.site and
                    self.is_check(visit, check.head["received_ms"])):
                check.seen_s = min(check.seen_s, visit.visit_s)

    def shows(self, visit, outcome, matter):
        if outcome in CONFIRMED:
            return bool(visit.failed)
        return outcome != pb.COMPLAINT_OUTCOME_UNFOUNDED or matter in visit.passed

    def visit_of(self, complaint, result):
        """The latest that counts and shows what is said; None: the result does not stand."""
        site = complaint["site"] or result.site
        found = [visit for visit in self.world.visits.values()
                 if visit.site == site and self.is_check(visit, complaint["received_ms"]) and
                 self.shows(visit, result.outcome, complaint["matter"]) and
                 result.report_sequence in (0, visit.sequence)]
        return max(found, key=lambda visit: (visit.visit_ms, visit.sequence), default=None)

    def on_complaint_result(self, account, result):
        complaint = self.numbered(result.complaint)
        if not complaint or complaint["concluded_s"]:
            return
        if complaint["area"] and (not result.site or self.world.sites[result.site].area != complaint["area"]):
            return
        place = self.world.where(complaint["site"], complaint["area"])
        visit = self.visit_of(complaint, result) if self.world.may_visit(account, place.zone) else None
        if visit:
            self.conclude_all(complaint["check"], visit, result.outcome)

    def conclude_all(self, check, visit, outcome):
        """It goes for all that were joined to the check, where they were made before the visit; the others are checked
        anew."""
        complaints = [check.head] + check.joined
        check.joined, again = [], None
        for complaint in complaints:
            if visit.visit_ms > complaint["received_ms"]:
                complaint.update(concluded_s=self.now_s, true=outcome in CONFIRMED,
                                 where=self.world.where(complaint["site"], complaint["area"]))
                if complaint is check.head:
                    check.seen_s = min(check.seen_s, visit.visit_s)
                    self.end(check)
            elif again:
                self.join(again, complaint)
            else:
                again = check if complaint is check.head else self.open_check(complaint)

    def end(self, check):
        check.end(self.now_s, in_time=check.seen_s <= check.due_s)
        self.place(check, check.head)

    def on_feedback_receipt(self, account, receipt):
        complaint = self.numbered(receipt.complaint)
        if complaint and complaint["concluded_s"] and account == "office":
            complaint["receipted_s"] = complaint["receipted_s"] or self.now_s

    def marks(self):
        yield from (check.mark("complaints_in_time") for check in self.checks if check.counts())
        for complaint in self.all:
            if complaint["concluded_s"]:
                where, day = complaint["where"], day_of(complaint["concluded_s"])
                yield Mark("complaints_true", where, day, complaint["true"], 1)
                yield Mark("feedback", where, day, bool(complaint["receipted_s"]), 1)


# ---------------------------------------------------------------- supplies

class Coordinations(Family):
    prefix = "XT"

    def duties(self):
        return [(one["seek"], one) for one in self.all]

    def on_difficulty(self, account, entry):
        what = entry.site, entry.matter, entry.supply
        if any(not one["is_over"] and (one["site"], one["matter"], one["supply"]) == what for one in self.all):
            return
        if entry.needed_by_ms and entry.needed_by_ms <= self.now_s * 1000:
            return
        due_s = entry.needed_by_ms // 1000 or self.needed_s()
        self.all.append({"site": entry.site, "area": "", "matter": entry.matter, "supply": entry.supply,
                         "opened_s": self.now_s, "seek": Duty(self.now_s, due_s), "delivered_s": 0, "is_over": False})

    def needed_s(self):
        return self.world.policy.due(self.now_s, self.world.policy.rules["coordination"]["needed_within"])

    def on_coordination_step(self, account, step):
        one = self.numbered(step.coordination)
        if not one or one["is_over"] or one["delivered_s"]:
            return
        if step.act == pb.COORDINATION_ACT_UNMET:
            one["is_over"] = True
            one["seek"].cancel()
        if step.act == pb.COORDINATION_ACT_DELIVERED:
            at_s = step.at_ms // 1000 or self.now_s
            if one["opened_s"] <= at_s <= self.now_s:
                one["delivered_s"] = at_s
                one["seek"].cancel()
                one["where"] = one.get("where") or self.world.where(one["site"])

    def seen_by(self, visit, item):
        return [one for one in self.all if not one["is_over"] and one["delivered_s"] and one["site"] == visit.site and
                one["matter"] == item and visit.visit_s >= one["delivered_s"]]

    def failed(self, visit, item):
        """What was delivered is not there, or does not do: sought again."""
        for one in self.seen_by(visit, item):
            one["delivered_s"], one["seek"] = 0, Duty(self.now_s, self.needed_s())

    def passed(self, visit, item):
        for one in self.seen_by(visit, item) if visit.counts_as_pass(item) else []:
            one["is_over"] = True

    def marks(self):
        for one in self.all:
            if one["delivered_s"]:
                yield Mark("coordination_time", one["where"], day_of(one["delivered_s"]),
                           part=(one["delivered_s"] - one["opened_s"]) // 60)
            if one["seek"].is_open and one["seek"].is_late:
                yield Mark("coordination_late", one["seek"].where, good=1)


# ---------------------------------------------------------------- referrals

class Referrals(Family):
    prefix = "YJ"
    ITEM = "SD-01"      # whose office is there; another's would be nobody's

    def duties(self):
        return [(result, one) for one in self.all for result in one["results"]]

    def open_at(self, site):
        return next((one for one in self.all
                     if one["site"] == site and one["state"] not in ("confirmed", "withdrawn")), None)

    def due_s(self):
        return self.world.policy.due(self.now_s, self.world.policy.rules["referrals"]["result_limit"])

    def is_after_result(self, one, visit):
        return one["state"] == "answered" and visit.visit_s >= one["answered_s"]

    def failed(self, visit, item):
        if item != self.ITEM:
            return
        one = self.open_at(visit.site)
        if not one:
            self.all.append({"site": visit.site, "area": "", "state": "sent", "by": visit.sequence, "acted": False,
                             "results": []})
        elif self.is_after_result(one, visit):
            self.await_result(one)
            one.update(by=visit.sequence, acted=False)
        else:
            one["acted"] = True     # somebody else has seen the same

    def await_result(self, one):
        one["state"] = "received"
        one["results"].append(Duty(self.now_s, self.due_s()))

    def passed(self, visit, item):
        one = self.open_at(visit.site) if item == self.ITEM else None
        if one and visit.counts_as_pass(item) and self.is_after_result(one, visit):
            one["state"] = "confirmed"

    def withdrawn(self, visit, item):
        """(20) Where nobody has acted on it since there never was such a finding."""
        for one in self.all if item == self.ITEM else []:
            if one["by"] == visit.sequence and not one["acted"] and one["state"] == "sent":
                one["state"] = "withdrawn"
            elif one["by"] == visit.sequence and not one["acted"] and one["state"] == "received":
                one["state"], one["acted"] = "answered", True
                one["results"].pop()

    def on_referral_step(self, account, step):
        one = self.numbered(step.referral)
        if not one or one["state"] in ("confirmed", "withdrawn"):
            return
        if step.act == pb.REFERRAL_ACT_SENT:
            if account == "clerk" and one["state"] == "returned" and step.office == "kongwei":
                one["state"] = "sent"
            return
        again = step.act == pb.REFERRAL_ACT_RECEIVED and one["state"] == "received"
        if account != "office" or one["state"] not in ("sent", "received") or again:
            return
        one["acted"] = True
        if step.act == pb.REFERRAL_ACT_RECEIVED:
            self.await_result(one)
        if step.act == pb.REFERRAL_ACT_RETURNED:        # not its own: no result of it is due any more
            if one["state"] == "received":
                one["results"][-1].cancel()
            one["state"] = "returned"
        if step.act == pb.REFERRAL_ACT_RESULT:
            if one["state"] == "sent":                  # whoever answers at once has received it too
                self.await_result(one)
            one["state"], one["answered_s"] = "answered", self.now_s
            one["results"][-1].end(self.now_s)
            self.place(one["results"][-1], one)

    def marks(self):
        return [result.mark("referrals") for one in self.all for result in one["results"] if result.counts()]
