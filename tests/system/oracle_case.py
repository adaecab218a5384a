"""What becomes of one finding, said once more from the rules in words (domain 4.1, 4.5, 4.6, 6), without
the code under test.

    case = Case(policy, "DS-01", posts)
    case.happen(Happening(when_s, "fail", by="insp-n", visit_s=...))     in order of time
    case.until(when_s)                                                   what falls due by itself
    case.snapshot()                                                      how it stands
    case.told                                                            [(when_s, message kind, account)]
"""
import dataclasses

from oracle_change import Changes
from oracle_duty import Duty
from oracle_light import light
from oracle_outlet import OutletWatch, calls_for_watch
from oracle_policy import day_of
from oracle_side import SideItem

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
    to: str = ""         # who it is assigned to
    level: str = ""      # the level after an edit
    side: str = ""       # what a visit says of what must be answered on each: pass, not_checked, or nothing
    until_s: int = 0     # the due that is asked for, or when what stands still is looked at again

    @property
    def seen_s(self):
        return self.visit_s or self.when_s


@dataclasses.dataclass
class Waiting:
    """A notice until the quiet hours are over; it is dropped when by then it says nothing any more."""
    when_s: int
    message: str
    account: str
    still_holds: object


class Case(Changes):
    def __init__(self, policy, item, posts, kind=""):
        self.policy, self.item, self.posts, self.kind = policy, item, posts, kind
        self.told, self.state = [], None
        self.duties, self.silent_until_s = {}, {}   # account -> until when his own repeats are silent
        self.closed_s = None
        self.suspended_from, self.site_paused = None, False   # the state that a suspended case goes on in
        self.waiting, self.passes_seen = [], []
        self.watch, self.operates = OutletWatch(policy, posts), True
        self.side = SideItem(policy, kind, posts)
        self.called = set()          # accounts told of the rectification by the ladder above its first step, and not stood down since

    # ------------------------------------------------------------ time

    def next_s(self):
        moments = [duty.next_s() for duty in self.duties.values()] + [waiting.when_s for waiting in self.waiting]
        moments += [self.watch.next_s(), self.side.next_s()]
        if self.window_waits():
            moments.append(self.due_s)
        return min((when_s for when_s in moments if when_s is not None), default=None)

    def window_waits(self):
        return self.rectification and self.rectification.paused_s is None and not self.window_opened

    def until(self, when_s):
        while (now_s := self.next_s()) is not None and now_s <= when_s:
            self.fire(now_s)

    def fire(self, now_s):
        if self.window_waits() and now_s >= self.due_s:
            self.open_first_window(self.due_s, now_s)
        for waiting in [waiting for waiting in self.waiting if waiting.when_s == now_s]:
            self.waiting.remove(waiting)
            if waiting.still_holds():
                self.told.append((now_s, waiting.message, waiting.account))
        for duty in list(self.duties.values()):
            for message, account, in_digest in duty.fire(now_s):
                if duty.kind == "rectification" and message in self.policy.calling_messages("rectification"):
                    self.called.add(account)
                self.told.append((now_s, f"digest:{message}" if in_digest else message, account))
        self.told += [(now_s, *line) for line in self.watch.fire(now_s) + self.side.fire(now_s)]

    def happen(self, happening):
        self.until(happening.when_s)
        was_called_for = self.calls_for_watch()
        getattr(self, "on_" + happening.what)(happening)
        self.heed_watch(happening, was_called_for)
        self.heed_side(happening)
        self.until(happening.when_s)

    # ------------------------------------------------------------ the watch of its site

    def calls_for_watch(self):
        return self.operates and calls_for_watch(self.kind, self)

    def heed_watch(self, happening, was_called_for):
        now_s, what = happening.when_s, happening.what
        if what == "fail":
            self.watch.visited(happening.seen_s, now_s)
        if what in ("fail", "pass", "edit") and self.calls_for_watch() and not was_called_for and not self.watch.has_begun:
            self.begin_watch(now_s)
        if what in ("suspend_site", "resume_site"):
            self.operates = what == "resume_site"
            (self.watch.go_on if self.operates else self.watch.stop)(now_s)

    def begin_watch(self, now_s):
        self.watch.begin(now_s)
        first = self.watch.duty
        for account in dict.fromkeys([self.posts[LEADER], *self.posts["inspectors"]]):
            self.tell_one(now_s, "watch_begins", account, still_holds=lambda: self.watch.duty is first)

    # ------------------------------------------------------------ what each visit must answer

    def heed_side(self, happening):
        now_s, what = happening.when_s, happening.what
        if what in ("fail", "pass") and self.side.visited(happening):
            left_out = self.side.duty
            self.tell_one(now_s, "item_not_answered", happening.by, still_holds=lambda: self.side.duty is left_out)

    # ------------------------------------------------------------ telling

    def people(self, posts):
        """Accounts behind posts; nobody is told twice of one thing."""
        return list(dict.fromkeys(self.owner if post == OWNER else self.posts[post] for post in posts))

    def tell_one(self, now_s, message, account, still_holds=lambda: True):
        """What can wait for the morning."""
        night = self.policy.quiet_night(now_s)
        if night:
            self.waiting.append(Waiting(night[1], message, account, still_holds))
        else:
            self.told.append((now_s, message, account))

    def tell(self, now_s, message, posts, duty=None, urgent=None, still_holds=None, but=None):
        """duty: what has not gone yet goes no more when that is done or stands still. but: who knows it already."""
        exempt = self.is_exempt if urgent is None else urgent
        night = None if exempt else self.policy.quiet_night(now_s)
        about = self.duties.get(duty)
        still_holds = still_holds or (lambda: duty is None or self.is_running(about))
        for account in self.people(posts):
            if account == but:
                continue
            if night:
                self.waiting.append(Waiting(night[1], message, account, still_holds))
            else:
                self.told.append((now_s, message, account))

    def stand_down(self, happening):
        """Exactly those who were called in hear that it is over, at night with the digest where the alert was not exempt;
        whoever ended it and the owner know."""
        now_s, called = happening.when_s, self.called - {happening.by, self.owner}
        self.called = self.called & {happening.by, self.owner}
        if "rectification" not in self.policy.rules.get("stand_down", {}).get("kinds", []):
            return
        night = None if self.last_rectification.exempt else self.policy.quiet_night(now_s)
        for account in sorted(called):
            if night:
                self.waiting.append(Waiting(self.policy.next_digest(now_s), "digest:stand_down", account, lambda: True))
            else:
                self.told.append((now_s, "stand_down", account))

    def is_running(self, duty):
        return duty in self.duties.values() and duty.paused_s is None

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
        self.round, self.recurrences, self.site_paused = 1, 0, False
        self.begin_anew(happening)
        self.heed_later_passes(happening)

    def reopen(self, happening):
        self.level = self.policy.raised(self.level)
        self.owner = self.finder = happening.by
        self.round, self.recurrences, self.site_paused = self.round + 1, self.recurrences + 1, False
        self.begin_anew(happening)
        self.tell(happening.when_s, "recurrence", [OWNER, LEADER])
        self.heed_later_passes(happening)

    def heed_later_passes(self, happening):
        """A finding that comes after a later visit has seen it fixed ends as in order; the site hears of what is
        still to be done only."""
        for seen in sorted(self.passes_seen, key=lambda seen: seen.seen_s):
            if seen.seen_s > happening.seen_s:
                self.judge_pass(dataclasses.replace(seen, when_s=happening.when_s, visit_s=seen.seen_s))
        if not self.passes:
            self.tell(happening.when_s, "notice_to_site", [CONTACT], duty="rectification")

    def begin_anew(self, happening):
        self.failed_revisits, self.was_raised, self.extensions = 0, False, 0
        self.begin_round(happening, self.policy.limit(self.item, self.level), "rectifying")
        self.original_due_s = self.due_s

    def begin_round(self, happening, limit, state):
        now_s = happening.when_s
        self.state, self.passes, self.claimed_s, self.fixed_s, self.fixed_late = state, 0, None, None, False
        self.last_pass_s, self.last_failed_s, self.passed_by = None, happening.seen_s, set()
        self.needed, self.offsets = self.policy.passes(self.item, self.level)
        self.due_s, self.unit = self.policy.due(now_s, limit), self.policy.unit(limit)
        self.length_s, self.missed_due_s, self.asked = self.due_s - now_s, None, None
        self.window_opened = False
        self.silent_until_s.clear()
        self.closed_s = None
        self.end("rectification", "revisit", "approval")
        self.open_duty("rectification", now_s, self.due_s, now_s)

    def open_duty(self, kind, base_s, due_s, now_s, people=None, level=None):
        self.duties[kind] = Duty(self.policy, kind, level or self.level, base_s, due_s, people or self.people, now_s,
                                 self.silent_until_s)
        if kind == "rectification":
            self.last_rectification = self.duties[kind]
        return self.duties[kind]

    def end(self, *names):
        for name in names or list(self.duties):
            self.duties.pop(name, None)

    # ------------------------------------------------------------ visits

    def on_fail(self, happening):
        if self.is_open:
            self.fail_again(happening)
        elif self.closed_s is None:
            self.open(happening, self.policy.items[self.item]["level"])
        elif happening.seen_s > self.closed_s:
            days = max(1, (day_of(happening.seen_s) - day_of(self.closed_s)).days)
            if days <= self.policy.rules["recurrence_days"]:
                self.reopen(happening)
            else:
                self.open(happening, self.policy.items[self.item]["level"])

    def fail_again(self, happening):
        """By when somebody was there: what was seen before the last look says nothing new, and with no claim
        until then and the due not past it is recorded only; so is what is seen while the clock stands still."""
        if happening.seen_s <= max(self.last_failed_s, self.last_pass_s or 0):
            return
        before_any_claim = self.rectification or happening.seen_s < (self.claimed_s or 0)
        if self.stands_still or (before_any_claim and happening.seen_s <= self.due_s):
            self.last_failed_s = happening.seen_s
        else:
            self.rework(happening)

    def rework(self, happening):
        self.failed_revisits += 1
        self.round += 1
        raised_before = self.was_raised
        if self.failed_revisits == 2 and not self.was_raised:
            raised = self.policy.raised(self.level)
            self.was_raised, self.level = raised != self.level, raised
        self.end_request(happening)
        self.begin_round(happening, self.policy.levels[self.level]["rework_limit"], "rework")
        self.tell(happening.when_s, "revisit_failed", [CONTACT, OWNER, LEADER])
        if self.was_raised and not raised_before:
            self.tell(happening.when_s, "level_raised", [OWNER, LEADER])

    def on_pass(self, happening):
        if happening.evidence:
            self.passes_seen.append(happening)
            self.judge_pass(happening)

    def judge_pass(self, happening):
        if not self.is_open or self.stands_still or happening.seen_s <= self.last_failed_s:
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
            self.stand_down(happening)
        self.passes += 1
        self.last_pass_s = happening.seen_s
        self.passed_by.add(happening.by)
        self.end_request(happening)
        self.end()
        if self.passes == self.needed:
            self.finish(happening)
        else:
            self.state = "following_up"
            self.plan_revisit(happening.when_s)

    def fix(self, happening):
        """With no claim a pass within the first window is on time, whenever in it; one from before the window is a
        claim by itself (rule 1)."""
        in_window = (self.revisit and not self.claimed_s and not self.failed_revisits and not self.missed_due_s and
                     happening.seen_s <= self.revisit.due_s)
        before_window = self.revisit and happening.seen_s < self.revisit.start_s
        self.fixed_s = happening.seen_s if before_window or not self.claimed_s else self.claimed_s
        self.fixed_late = self.fixed_s > self.late_after_s() and not in_window

    def late_after_s(self):
        """Lateness counts from the original due after a failed revisit; what was asked for too late does not
        remove it."""
        return self.original_due_s if self.failed_revisits else self.missed_due_s or self.due_s

    def plan_revisit(self, now_s):
        start_s, due_s = self.policy.planned_revisit(self.last_pass_s, self.offsets, self.passes + 1)
        self.open_revisit(start_s, due_s, now_s, now_s)   # the house knows of it from now on

    def open_first_window(self, base_s, now_s):
        self.window_opened = True
        self.open_revisit(base_s, self.policy.first_window_end(base_s, self.level), base_s, now_s)
        if day_of(self.revisit.due_s) == day_of(now_s):   # no morning's list says it in time
            self.tell(now_s, "revisit_today", [OWNER], duty="revisit")

    def open_revisit(self, start_s, due_s, base_s, now_s):
        self.open_duty("revisit", base_s, due_s, now_s).start_s = start_s

    def finish(self, happening):
        if self.policy.levels[self.level]["approval_to_close"]:
            self.state = "to_approve"
            self.ask(happening.when_s, LEAD)
        else:
            self.close(happening.when_s)

    def close(self, now_s):
        self.state, self.closed_s = "closed", self.last_pass_s
        self.end()
        self.tell(now_s, "closed", [CONTACT, OWNER])

    def ask(self, now_s, post):
        due_s = self.policy.due(now_s, self.policy.rules["approval_limit"])
        self.open_duty("approval", now_s, due_s, now_s, people=lambda _: [self.posts[post]])
        self.tell(now_s, "approval_wanted", [post], duty="approval", urgent=False)

    # ------------------------------------------------------------ acts

    def on_claim(self, happening):
        if not self.rectification or self.stands_still:
            return
        self.claimed_s = happening.when_s
        self.state = "fix_reported"
        self.end_request(happening)
        self.end("rectification", "approval")
        if not self.window_opened:
            self.open_first_window(happening.when_s, happening.when_s)

    def on_attempt(self, happening):
        """Neither pass nor fail."""

    def on_acknowledge(self, happening):
        """Silences one's own repeats; a leader's stops the steps up to his own; the owner's is what an assignment
        waits for."""
        if not self.is_open:
            return
        if self.goes_on_as == "rework" or (self.goes_on_as == "assigned" and happening.by == self.owner):
            self.goes_on_as = "rectifying"
        if happening.by == self.owner:
            self.end("acknowledgement")
        self.silent_until_s[happening.by] = happening.when_s + self.policy.length("acknowledged_silence")
        rank = {self.posts[LEADER]: 1, self.posts[LEAD]: 3}.get(happening.by, -1)   # the agenda is the lead's own
        if self.rectification:
            self.rectification.stopped.append((rank, self.silent_until_s[happening.by]))

    def on_explain(self, happening):
        if self.rectification and happening.by in (self.owner, self.posts[CONTACT]):
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
                 "passes": self.passes, "of": self.needed, "due": self.due_s, "owner": self.owner,
                 "extensions": self.extensions}
        if self.is_open and self.state != "to_approve":
            found["light"] = "grey" if self.stands_still else light(self.policy, self.shown_duty(), now_s)
        if self.revisit:
            found["revisit"] = (self.revisit.start_s, self.revisit.due_s)
        if self.fixed_s:
            found["late"] = self.fixed_late
        return found
