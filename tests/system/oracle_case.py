"""What becomes of one finding, said once more from the rules in words (domain 4.1, 4.5, 4.6, 6), without
the code under test.

    case = Case(policy, "DS-01", posts)
    case.happen(Happening(when_s, "fail", by="insp-n", visit_s=...))     in order of time
    case.until(when_s)                                                   what falls due by itself
    case.snapshot()                                                      how it stands
    case.told                                                            [(when_s, message kind, account)]
"""
import dataclasses

from oracle_duty import Duty
from oracle_light import light
from oracle_policy import day_of

CONTACT, OWNER, LEADER, LEAD = "site_contact", "owner", "group_leader", "lead"


@dataclasses.dataclass(frozen=True)
class Happening:
    """What somebody enters at when_s."""
    when_s: int
    what: str            # fail, pass, claim, ...
    by: str
    visit_s: int = 0     # when he was there; 0 = when_s
    evidence: bool = True
    again_s: int = 0     # the same submission comes once more so much later; has one effect

    @property
    def seen_s(self):
        return self.visit_s or self.when_s


class Case:
    def __init__(self, policy, item, posts):
        self.policy, self.item, self.posts = policy, item, posts
        self.told, self.state = [], None
        self.duties, self.silent_until_s = {}, {}   # account -> until when his own repeats are silent
        self.closed_s = None
        self.waiting = []            # notices until the quiet hours are over: (when, kind, account, of which duty)

    # ------------------------------------------------------------ time

    def next_s(self):
        moments = [duty.next_s() for duty in self.duties.values()] + [waiting[0] for waiting in self.waiting]
        if self.rectification and not self.window_opened:
            moments.append(self.due_s)
        return min((when_s for when_s in moments if when_s is not None), default=None)

    def until(self, when_s):
        while (now_s := self.next_s()) is not None and now_s <= when_s:
            self.fire(now_s)

    def fire(self, now_s):
        if self.rectification and not self.window_opened and now_s >= self.due_s:
            self.open_first_window(self.due_s, now_s)
        for waiting in [waiting for waiting in self.waiting if waiting[0] == now_s]:
            self.waiting.remove(waiting)
            self.told.append(waiting[:3])
        for duty in list(self.duties.values()):
            for message, account, in_digest in duty.fire(now_s):
                self.told.append((now_s, f"digest:{message}" if in_digest else message, account))

    def happen(self, happening):
        self.until(happening.when_s)
        getattr(self, "on_" + happening.what)(happening)
        self.until(happening.when_s)

    # ------------------------------------------------------------ telling

    def people(self, posts):
        """Accounts behind posts; nobody is told twice of one thing."""
        return list(dict.fromkeys(self.owner if post == OWNER else self.posts[post] for post in posts))

    def tell(self, now_s, message, posts, duty=None, urgent=None):
        """duty: what has not gone yet goes no more when that is done."""
        exempt = self.is_exempt if urgent is None else urgent
        night = None if exempt else self.policy.quiet_night(now_s)
        for account in self.people(posts):
            if night:
                self.waiting.append((night[1], message, account, duty))
            else:
                self.told.append((now_s, message, account))

    @property
    def is_exempt(self):
        return self.policy.levels[self.level]["urgent"]

    # ------------------------------------------------------------ opening

    @property
    def is_open(self):
        return self.state not in (None, "closed", "voided")

    @property
    def rectification(self):
        return self.duties.get("rectification")

    @property
    def revisit(self):
        return self.duties.get("revisit")

    def open(self, happening, level):
        self.level, self.owner, self.finder = level, happening.by, happening.by
        self.round, self.failed_revisits, self.was_raised, self.recurrences = 1, 0, False, 0
        self.begin_round(happening, self.policy.limit(self.item, level), "rectifying")
        self.original_due_s = self.due_s
        self.tell(happening.when_s, "notice_to_site", [CONTACT], duty="rectification")

    def reopen(self, happening, days):
        self.level = self.policy.raised(self.level)
        self.owner = self.finder = happening.by
        self.round, self.failed_revisits, self.was_raised = self.round + 1, 0, False
        self.recurrences += 1
        self.begin_round(happening, self.policy.limit(self.item, self.level), "rectifying")
        self.original_due_s = self.due_s
        self.tell(happening.when_s, "notice_to_site", [CONTACT], duty="rectification")
        self.tell(happening.when_s, "recurrence", [OWNER, LEADER])

    def begin_round(self, happening, limit, state):
        now_s = happening.when_s
        self.state, self.passes, self.claimed_s, self.fixed_s, self.fixed_late = state, 0, None, None, False
        self.last_pass_s, self.last_failed_s, self.passed_by = None, happening.seen_s, set()
        self.needed, self.offsets = self.policy.passes(self.item, self.level)
        self.base_s, self.due_s = now_s, self.policy.due(now_s, limit)
        self.window_opened = False
        self.silent_until_s.clear()
        self.closed_s = None
        exempt = self.is_exempt or self.policy.is_short(limit)
        self.end()
        self.duties = {"rectification": Duty(self.policy, "rectification", self.level, now_s, self.due_s, exempt,
                                             self.people, now_s, self.silent_until_s)}

    def end(self, *names):
        """What has not gone yet about something that is done never goes."""
        for name in names or list(self.duties):
            self.duties.pop(name, None)
            self.waiting = [waiting for waiting in self.waiting if waiting[3] != name]

    # ------------------------------------------------------------ visits

    def on_fail(self, happening):
        if self.is_open:
            self.fail_again(happening)
        elif self.closed_s is None:
            self.open(happening, self.policy.items[self.item]["level"])
        elif happening.seen_s > self.closed_s:
            days = max(1, (day_of(happening.seen_s) - day_of(self.closed_s)).days)
            if days <= self.policy.rules["recurrence_days"]:
                self.reopen(happening, days)
            else:
                self.open(happening, self.policy.items[self.item]["level"])

    def fail_again(self, happening):
        """By when somebody was there: what was seen before the last look says nothing new, and with no claim
        until then and the due not past it is recorded only."""
        if happening.seen_s <= max(self.last_failed_s, self.last_pass_s or 0):
            return
        before_any_claim = self.rectification or happening.seen_s < (self.claimed_s or 0)
        if before_any_claim and happening.seen_s <= self.due_s:
            self.last_failed_s = happening.seen_s
        else:
            self.rework(happening)

    def rework(self, happening):
        self.failed_revisits += 1
        self.round += 1
        if self.failed_revisits == 2 and not self.was_raised:
            raised = self.policy.raised(self.level)
            self.was_raised, self.level = raised != self.level, raised
        self.begin_round(happening, self.policy.levels[self.level]["rework_limit"], "rework")
        self.tell(happening.when_s, "revisit_failed", [CONTACT, OWNER, LEADER])

    def on_pass(self, happening):
        if not self.is_open or not happening.evidence or happening.seen_s <= self.last_failed_s:
            return
        if self.rectification or (self.revisit and self.may_count(happening)):
            self.count_pass(happening)

    def may_count(self, happening):
        if self.passes == 0:
            return True
        return (happening.seen_s >= self.revisit.start_s and day_of(happening.seen_s) > day_of(self.last_pass_s) and
                happening.seen_s - self.last_pass_s >= self.policy.length("pass_spacing") and
                not self.misses_other_eyes(happening))

    def misses_other_eyes(self, happening):
        wanted = self.policy.levels[self.level].get("different_eyes") and self.passes + 1 == self.needed
        return wanted and not (self.passed_by | {happening.by}) - {self.finder}

    def count_pass(self, happening):
        if self.passes == 0:
            self.fix(happening)
        self.passes += 1
        self.last_pass_s = happening.seen_s
        self.passed_by.add(happening.by)
        self.end()
        if self.passes == self.needed:
            self.finish(happening)
        else:
            self.state = "following_up"
            self.plan_revisit(happening.when_s)

    def fix(self, happening):
        """With no claim a pass within the first window is on time, whenever in it."""
        in_window = (self.revisit and not self.claimed_s and not self.failed_revisits and
                     happening.seen_s <= self.revisit.due_s)
        self.fixed_s = self.claimed_s or happening.seen_s
        self.fixed_late = self.fixed_s > self.late_after_s() and not in_window

    def late_after_s(self):
        """Lateness counts from the original due after a failed revisit."""
        return self.original_due_s if self.failed_revisits else self.due_s

    def plan_revisit(self, now_s):
        start_s, due_s = self.policy.planned_revisit(self.last_pass_s, self.offsets, self.passes + 1)
        self.open_revisit(start_s, due_s, now_s, now_s)   # the house knows of it from now on

    def open_first_window(self, base_s, now_s):
        self.window_opened = True
        self.open_revisit(base_s, self.policy.first_window_end(base_s, self.level), base_s, now_s)
        if day_of(self.revisit.due_s) == day_of(now_s):   # no morning's list says it in time
            self.tell(now_s, "revisit_today", [OWNER], duty="revisit")

    def open_revisit(self, start_s, due_s, base_s, now_s):
        self.duties["revisit"] = Duty(self.policy, "revisit", self.level, base_s, due_s, self.is_exempt, self.people,
                                      now_s, self.silent_until_s)
        self.revisit.start_s = start_s

    def finish(self, happening):
        if self.policy.levels[self.level]["approval_to_close"]:
            self.state = "to_approve"
            self.ask(happening.when_s, "closure")
        else:
            self.close(happening.when_s)

    def close(self, now_s):
        self.state, self.closed_s = "closed", self.last_pass_s
        self.end()
        self.tell(now_s, "closed", [CONTACT, OWNER])

    def ask(self, now_s, matter):
        due_s = self.policy.due(now_s, self.policy.rules["approval_limit"])
        approver = self.posts[LEAD]
        self.duties["approval"] = Duty(self.policy, "approval", self.level, now_s, due_s, self.is_exempt,
                                       lambda _: [approver], now_s, self.silent_until_s)
        self.tell(now_s, "approval_wanted", [LEAD], duty="approval", urgent=False)

    # ------------------------------------------------------------ acts

    def on_claim(self, happening):
        if not self.rectification:
            return
        self.claimed_s = happening.when_s
        self.state = "fix_reported"
        self.end("rectification")
        if not self.window_opened:
            self.open_first_window(happening.when_s, happening.when_s)

    def on_attempt(self, happening):
        """Neither pass nor fail."""

    def on_acknowledge(self, happening):
        """Silences one's own repeats; a leader's stops the steps up to his own."""
        if not self.is_open:
            return
        if self.state == "rework":
            self.state = "rectifying"
        self.silent_until_s[happening.by] = happening.when_s + self.policy.length("acknowledged_silence")
        rank = {self.posts[LEADER]: 1, self.posts[LEAD]: 3}.get(happening.by, -1)   # the agenda is the lead's own
        if self.rectification:
            self.rectification.stopped_rank = max(self.rectification.stopped_rank, rank)

    def on_explain(self, happening):
        if self.rectification:
            self.rectification.explained_s = happening.when_s

    def on_approve(self, happening):
        if self.state == "to_approve":
            self.close(happening.when_s)

    # ------------------------------------------------------------ how it stands

    def shown_duty(self):
        return self.rectification or self.revisit

    def snapshot(self, now_s):
        if self.state is None:
            return None
        found = {"state": self.state, "level": self.level, "round": self.round, "recurrences": self.recurrences,
                 "passes": self.passes, "of": self.needed, "due": self.due_s}
        if self.is_open and self.shown_duty():
            found["light"] = light(self.policy, self.shown_duty(), now_s)
        if self.revisit:
            found["revisit"] = (self.revisit.start_s, self.revisit.due_s)
        if self.fixed_s:
            found["late"] = self.fixed_late
        return found
