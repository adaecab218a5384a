"""One thing that somebody must do by a time, and what is said about it before and after: reminders,
ladder, quiet hours, the morning digest (domain 4.4, 4.5, 4.6 rules 4, 5 and 11).

A duty knows nothing of cases. Whoever opens it says who holds which post, and collects what is told:

    duty = Duty(policy, "revisit", "B", base_s, due_s, people, now_s, silent_until_s)
    duty.next_s()                 when something is due next; None when nothing is
    duty.fire(now_s)              [(message kind, account, is a line of the digest)]
    duty.new_due(due_s, now_s)    the old one and what it would have said are gone
    duty.new_level("A", now_s)    the same due, another plan
    duty.pause(now_s), duty.resume(now_s, due_s, base_s)
"""


class Step:
    """One row of a plan at its next moment; only: for the one who has heard it too lately to hear it with the others."""

    def __init__(self, row, when_s, rank, only=None):
        self.row, self.when_s, self.rank, self.only = row, when_s, rank, only

    @property
    def is_ladder(self):
        return "step" in self.row


class Duty:
    def __init__(self, policy, kind, level, base_s, due_s, people, now_s, silent_until_s):
        self.policy, self.kind, self.level, self.people = policy, kind, level, people
        self.base_s, self.due_s, self.silent_until_s = base_s, due_s, silent_until_s
        self.opened_s, self.paused_s = now_s, None
        self.folded = {}             # (message, account) -> when the digest goes; in order
        self.stopped = []            # (rank, until): ladder steps up to this one are stopped until then
        self.sent_step = -1          # the highest step of the ladder that has gone
        self.explained_s = None
        self.heard_s = {}            # (rank, account) -> when he heard last what repeats
        self.plan(now_s)

    @property
    def exempt(self):
        return (self.level and self.policy.levels[self.level]["urgent"]) or self.due_s - self.base_s <= self.policy.exempt_length_s()

    # ------------------------------------------------------------ planning

    def plan(self, now_s):
        self.steps, self.first_reminder_s = [], None
        for rank, row in enumerate(self.policy.rows("reminders", self.kind, self.level)):
            if "before" not in row:   # before an appointment: nobody here makes one
                self.plan_row(row, rank, now_s)
        for rank, row in enumerate(self.policy.rows("ladder", self.kind, self.level)):
            if "every" in row or row["step"] > self.sent_step:
                self.plan_row(row, 1000 + rank, now_s)

    def plan_row(self, row, rank, now_s):
        """A reminder that is past is left out; a step of the ladder that is past has its moment now."""
        when_s = self.moment_of(row)
        if when_s < now_s and "every" in row:
            while when_s < now_s:
                when_s = self.policy.next_repeat(row, when_s)
        if when_s < now_s and "step" in row:
            when_s = now_s
        if when_s >= now_s:
            self.steps.append(Step(row, when_s, rank))

    def moment_of(self, row):
        when_s = self.policy.moment_of(row, self.due_s)
        if "step" in row or when_s > self.due_s:
            return when_s
        if not self.exempt and not row.get("fold") and self.policy.quiet_night(when_s):
            when_s = self.policy.evening_before(when_s, self.due_s) or when_s
        if "at" in row or when_s >= self.opened_s:
            self.first_reminder_s = min(when_s, self.first_reminder_s or when_s)
        return when_s

    # ------------------------------------------------------------ changing

    def new_due(self, due_s, now_s):
        """The ladder starts again at 0, with nothing acknowledged."""
        self.due_s, self.stopped, self.sent_step, self.explained_s = due_s, [], -1, None
        self.folded.clear()
        self.replan(now_s)

    def new_level(self, level, now_s):
        self.level = level
        self.replan(now_s)

    def replan(self, now_s):
        if self.paused_s is None:
            self.plan(now_s)

    def pause(self, now_s):
        if self.paused_s is None:
            self.paused_s, self.steps = now_s, []

    def resume(self, now_s, due_s, base_s):
        self.paused_s, self.due_s, self.base_s = None, due_s, base_s
        self.plan(now_s)

    # ------------------------------------------------------------ firing

    def next_s(self):
        return min([step.when_s for step in self.steps] + list(self.folded.values()), default=None)

    def fire(self, now_s):
        """Everything of this duty that is due at now_s."""
        told = []
        for step in sorted((step for step in self.steps if step.when_s == now_s), key=lambda step: step.rank):
            told += self.fire_step(step, now_s)
        told = self.highest_only(told)
        told = [line for line in told if not self.folds(line, now_s)]
        once = dict.fromkeys((message, account, False) for message, account, _, _ in told)
        return list(once) + self.read_digest(now_s)

    def fire_step(self, step, now_s):
        self.steps.remove(step)
        if step.row.get("until") == "explained" and self.explained_s is not None and self.explained_s > self.due_s:
            return []
        if "every" in step.row and not step.only:
            self.steps.append(Step(step.row, self.policy.next_repeat(step.row, now_s), step.rank))
        if step.is_ladder and any(step.row["step"] <= rank and now_s < until_s for rank, until_s in self.stopped):
            return []
        if step.is_ladder:
            self.sent_step = max(self.sent_step, step.row["step"])
        return [(step.row["message"], account, step, step.row.get("fold", False))
                for account in ([step.only] if step.only else self.people(step.row["to"]))
                if "every" not in step.row or self.hears_again(step, account, now_s)]

    def hears_again(self, step, account, now_s):
        """Every two hours is never sooner than two hours after the last time, wherever a pause has moved the due to."""
        if now_s < self.silent_until_s.get(account, 0):
            return False
        heard_s = self.heard_s.get((step.rank, account))
        again_s = heard_s and self.policy.next_repeat(step.row, heard_s)
        if again_s and now_s < again_s and not step.row.get("fold"):
            self.steps.append(Step(step.row, again_s, step.rank, account))
            return False
        self.heard_s[step.rank, account] = now_s
        return True

    @staticmethod
    def highest_only(told):
        """Steps of the ladder that reach one person together send the highest only."""
        highest = {}
        for _, account, step, _ in told:
            if step.is_ladder:
                highest[account] = max(highest.get(account, 0), step.row["step"])
        return [line for line in told if not line[2].is_ladder or line[2].row["step"] == highest[line[1]]]

    def folds(self, line, now_s):
        message, account, _, fold = line
        if not fold and (self.exempt or not self.policy.quiet_night(now_s)):
            return False
        self.folded.setdefault((message, account), self.policy.next_digest(now_s))
        return True

    def read_digest(self, now_s):
        """What is said of a duty that stands still is not said."""
        read = [line for line, when_s in self.folded.items() if when_s == now_s]
        for line in read:
            del self.folded[line]
        return [(message, account, True) for message, account in read if self.paused_s is None]
