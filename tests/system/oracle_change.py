"""What changes a running case without deciding it, said once more from the rules in words: another owner (4.6
rule 3), another due (4.1, rule 5), another level (rule 9), clocks that stand still (4.1, 5.2).

A part of oracle_case.Case, which is no longer than one reads at once.
"""
CONTACT, OWNER, LEADER, LEAD = "site_contact", "owner", "group_leader", "lead"


class Changes:

    # ------------------------------------------------------------ another owner

    def on_assign(self, happening):
        if not self.is_open or happening.to == self.owner:
            return
        before, self.owner = self.owner, happening.to
        self.end("acknowledgement")
        if self.owner != self.finder:
            self.goes_on_as = {"rectifying": "assigned"}.get(self.goes_on_as, self.goes_on_as)
            self.open_acknowledgement(happening.when_s)
        else:
            self.goes_on_as = {"assigned": "rectifying"}.get(self.goes_on_as, self.goes_on_as)
        if before != happening.by:
            self.tell_one(happening.when_s, "assigned_away", before,
                          still_holds=lambda: not self.is_open or self.owner != before)

    def open_acknowledgement(self, now_s):
        due_s = self.policy.due(now_s, self.policy.levels[self.level]["acknowledge_within"])
        duty = self.open_duty("acknowledgement", now_s, due_s, now_s)
        self.tell(now_s, "new_case", [OWNER], duty="acknowledgement", urgent=duty.exempt)
        if self.stands_still:
            duty.pause(now_s)

    # ------------------------------------------------------------ another due

    def end_request(self, happening):
        """Overtaken by events it is not decided any more; who has asked hears of it, unless he has just done it himself."""
        if self.asked and self.asked_by != happening.by:
            self.tell_one(happening.when_s, "extension_over", self.asked_by)
        self.asked = None

    def may_be_fixed(self):
        return self.rectification and not self.stands_still

    def on_extend(self, happening):
        """Once by the group leader up to the original length, a second time by the lead; level A never. Nobody supervises
        himself (rule 5): what the group leader asks for goes one up."""
        if not self.may_be_fixed() or self.asked or self.extensions == 2 or not self.is_extendable():
            return
        if max(self.due_s, happening.when_s) < happening.until_s <= self.due_s + self.length_s:
            self.asked, self.asked_by = (happening.until_s, happening.when_s), happening.by
            self.ask(happening.when_s, LEAD if self.extensions or happening.by == self.posts[LEADER] else LEADER)

    def is_extendable(self):
        return self.policy.levels[self.level]["extendable"]

    def may_decide(self, happening):
        return (self.asked and self.may_be_fixed() and happening.by != self.asked_by
                and (happening.by == self.posts[LEAD] or not self.extensions))

    def on_grant(self, happening):
        if not self.may_decide(happening):
            return
        due_s, asked_at_s = self.asked
        if not self.is_extendable() or due_s <= max(self.due_s, happening.when_s):
            return
        if self.missed_due_s is None and asked_at_s > self.due_s:
            self.missed_due_s = self.due_s
        self.asked, self.extensions, self.window_opened = None, self.extensions + 1, False
        self.end("approval", "revisit")
        self.move_due(due_s, happening.when_s)
        self.tell(happening.when_s, "extension_granted", [CONTACT, OWNER], urgent=False)

    def on_refuse(self, happening):
        if self.may_decide(happening):
            self.asked = None
            self.end("approval")
            self.tell(happening.when_s, "extension_refused", [CONTACT, OWNER], urgent=False)

    def move_due(self, due_s, now_s):
        self.due_s = due_s
        self.silent_until_s.clear()
        if self.rectification:
            self.rectification.new_due(due_s, now_s)

    # ------------------------------------------------------------ another level

    def on_edit(self, happening):
        if not self.is_open or happening.level == self.level:
            return
        raised, now_s = self.policy.is_above(happening.level, self.level), happening.when_s
        self.level = happening.level
        self.needed, self.offsets = self.policy.passes(self.item, self.level)
        if self.passes >= self.needed:
            self.needed = self.passes + bool(self.revisit)   # what is planned is still done
        for duty in (self.rectification, self.revisit):
            if duty:
                duty.new_level(self.level, now_s)
        self.last_rectification.level = self.level   # what is told of it once it is over is as urgent as the case (rule 11)
        if raised and not self.passes:
            self.bring_forward(now_s)
        if raised:
            self.tell(now_s, "level_raised", [CONTACT, OWNER, LEADER], but=happening.by)

    def bring_forward(self, now_s):
        """The earlier of the old due and the change and the new limit; a clock that stands still is read where it
        stopped, and after a failed revisit the limit is that of a rework."""
        from_s = self.rectification.paused_s if self.rectification and self.stands_still else now_s
        limit = self.policy.limit(self.item, self.level)
        if self.failed_revisits:
            limit = self.policy.levels[self.level]["rework_limit"]
        due_s = self.policy.due(from_s, limit)
        if due_s < self.due_s:
            self.unit = self.policy.unit(limit)
            self.move_due(due_s, now_s)

    # ------------------------------------------------------------ clocks that stand still

    @property
    def stands_still(self):
        return self.suspended_from is not None or self.site_paused

    @property
    def goes_on_as(self):
        """The state that it has, or that a suspended case goes on in."""
        return self.state if self.suspended_from is None else self.suspended_from

    @goes_on_as.setter
    def goes_on_as(self, state):
        if self.suspended_from is None:
            self.state = state
        else:
            self.suspended_from = state

    def on_suspend(self, happening):
        if not self.is_open or self.suspended_from is not None:
            return
        self.stop_clocks(happening.when_s)
        self.suspended_from, self.state = self.state, "suspended"
        self.review(happening, LEAD)
        self.tell(happening.when_s, "suspended", [CONTACT, OWNER], urgent=False,
                  still_holds=lambda: self.suspended_from is not None)

    def on_resume(self, happening):
        if not self.is_open or self.suspended_from is None:
            return
        now_s = happening.when_s
        self.state, self.suspended_from = self.suspended_from, None
        self.end("review")
        if self.site_paused:
            self.review(happening, LEADER)
        self.start_clocks(now_s)
        next_s = self.next_due_s()
        self.tell(now_s, "resumed", [CONTACT, OWNER], urgent=False,
                  still_holds=lambda: next_s < now_s or self.policy.quiet_night(now_s)[1] <= next_s)

    def next_due_s(self):
        """What comes next once it goes on: the revisit, when it is said to be fixed."""
        return self.due_s if self.rectification or not self.revisit else self.revisit.due_s

    def on_suspend_site(self, happening):
        if not self.is_open or self.site_paused:
            return
        self.stop_clocks(happening.when_s)
        self.site_paused = True
        if "review" not in self.duties:
            self.review(happening, LEADER)

    def on_resume_site(self, happening):
        if not self.is_open or not self.site_paused:
            return
        self.site_paused = False
        if self.suspended_from is None:
            self.end("review")
        self.start_clocks(happening.when_s)

    def review(self, happening, post):
        due_s = happening.until_s or self.policy.review_day(happening.when_s)
        self.end("review")
        self.open_duty("review", happening.when_s, due_s, happening.when_s, people=lambda _: [self.posts[post]])

    def stop_clocks(self, now_s):
        for kind, duty in self.duties.items():
            if kind != "review":
                duty.pause(now_s)

    def start_clocks(self, now_s):
        if self.stands_still:
            return
        if self.rectification:
            self.shift_dues(self.rectification.paused_s, now_s)
        for kind, duty in self.duties.items():
            if kind != "review":
                duty.resume(now_s, *self.times_after(kind, duty, now_s))

    def shift_dues(self, from_s, now_s):
        """No due comes nearer while the clock stands still."""
        if from_s <= self.original_due_s:
            self.original_due_s = self.policy.shifted(self.original_due_s, self.unit, from_s, now_s)
        self.due_s = self.policy.shifted(self.due_s, self.unit, from_s, now_s)

    def times_after(self, kind, duty, now_s):
        """(due, base). A revisit that was interrupted is wanted within a day; one that is planned for later stays."""
        if kind == "revisit" and duty.start_s < now_s:
            return now_s + self.policy.length("resumption_revisit"), now_s
        if kind == "revisit":
            return duty.due_s, duty.base_s
        unit = {"rectification": self.unit, "approval": self.policy.unit(self.policy.rules["approval_limit"]),
                "acknowledgement": self.policy.unit(self.policy.levels[duty.level]["acknowledge_within"])}[kind]
        return (self.policy.shifted(duty.due_s, unit, duty.paused_s, now_s),
                self.policy.shifted(duty.base_s, unit, duty.paused_s, now_s))
