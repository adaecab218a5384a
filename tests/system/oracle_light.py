"""The light of a duty as of a moment: domain 4.6 rule 10."""


def light(policy, duty, now_s):
    if now_s > duty.due_s:
        return "red"
    if policy.levels[duty.level]["starts_yellow"]:
        return "yellow"
    return "yellow" if now_s >= yellow_from(policy, duty) else "green"


def yellow_from(policy, duty):
    """At most a share of the time is left, or the first reminder has been reached."""
    quarter_s = duty.due_s - (duty.due_s - duty.base_s) * policy.rules["yellow_percent"] // 100
    return min(quarter_s, duty.first_reminder_s or quarter_s)
