"""What must be answered on every visit at sites of some kinds (domain 4.3, SD-01 at DORM and RENT), and what is said
when a visit leaves it out: its reporter hears of it, and whoever answers it there ends it. He owes it for a visit that
was made, so that a site that stands still since does not stop its clock; "not checked" is no answer.

    side = SideItem(policy, kind, posts)
    side.visited(happening)       whether its reporter is to be told, by whoever can wait for the morning
    side.next_s(), side.fire(now_s)
"""
from oracle_duty import Duty


class SideItem:
    def __init__(self, policy, kind, posts):
        self.policy, self.posts = policy, posts
        self.is_mandatory = any(kind in row["mandatory"].split() for row in policy.items.values())
        self.duty = self.owner = None

    def people(self, posts):
        """Its owner is who left it out first."""
        return list(dict.fromkeys(self.owner if post == "owner" else self.posts[post] for post in posts))

    def visited(self, happening):
        if not self.is_mandatory:
            return False
        if happening.side == "pass":
            self.duty = None
            return False
        if self.duty is None:
            now_s, self.owner = happening.when_s, happening.by
            due_s = self.policy.due(now_s, self.policy.rules["referrals"]["answer_limit"])
            self.duty = Duty(self.policy, "side_items", None, now_s, due_s, self.people, now_s, {})
        return True

    # ------------------------------------------------------------ time

    def next_s(self):
        return self.duty and self.duty.next_s()

    def fire(self, now_s):
        if self.next_s() != now_s:
            return []
        return [(f"digest:{message}" if in_digest else message, account)
                for message, account, in_digest in self.duty.fire(now_s)]
