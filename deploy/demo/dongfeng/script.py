"""The lines of a scenario, as duban rehearse reads them: gathered by day, written in order of time.

    script.add(at("02-05 08:40"), "clerk", {"complaint": {...}}, opens=("TS", "story-1"))
    script.add(..., {"complaintResult": {"complaint": script.number("TS", "story-1")}})

A number of the ledger (TS-0001) is known once everything before it is in order, so that a line that needs one
holds a mark, and the number takes its place when the day is written.
"""
import collections
import datetime
import json
import re

YEAR = 2020
EPOCH = datetime.date(YEAR, 1, 1)
DAY = 24 * 60
MARK = re.compile(r"<([A-Z]{2}):([^>]+)>")


def at(text):
    """"02-05 08:40" to minutes since the year began."""
    month, day, hour, minute = (int(text[place:place + 2]) for place in (0, 3, 6, 9))
    return day_number(month, day) * DAY + hour * 60 + minute


def day_number(month, day):
    return (datetime.date(YEAR, month, day) - EPOCH).days


def days_since_1970(day):
    """Of a day of the year, as the proto counts days."""
    return day + (EPOCH - datetime.date(1970, 1, 1)).days


def clock(minute):
    """Minutes since the year began, as a scenario writes a time."""
    days, rest = divmod(minute, DAY)
    return f"{EPOCH + datetime.timedelta(days=days)}T{rest // 60:02}:{rest % 60:02}"


FIRST_DAY, LAST_DAY = day_number(2, 1), day_number(4, 3)    # 63 days; 4 April is the first of 清明
DAYS = range(FIRST_DAY, LAST_DAY + 1)


class Script:
    def __init__(self):
        self.days = collections.defaultdict(list)   # of those still to be written
        self.rank = 0                               # of the kind that adds, for lines of one minute
        self.serial = 0
        self.known = {}                             # (letters, name): number
        self.opened = collections.Counter()
        self.counts = collections.Counter()

    @staticmethod
    def number(letters, name):
        return {"number": f"<{letters}:{name}>"}

    def add(self, minute, account, entry, say=None, opens=None, **more):
        """say: (zh, en); opens: [(letters, name)] of the ledger, in order; more: photos, label, expect, check."""
        line = {"at": clock(minute), "as": account, **more}
        if say:
            line["say"] = {"zh": say[0], "en": say[1]}
        if entry:
            line["entry"] = entry
        self.serial += 1
        self.days[minute // DAY].append((minute, self.rank, self.serial, opens or (), json.dumps(line, ensure_ascii=False,
                                                                                                separators=(",", ":"))))

    def count(self, what, more=1):
        self.counts[what] += more

    def take(self, day):
        """(minute, line) of a day in order, with the numbers that things get then."""
        for minute, _, _, opens, line in sorted(self.days.pop(day, ()), key=lambda row: row[:3]):
            yield minute, MARK.sub(lambda mark: self.known[mark[1], mark[2]], line)
            for letters, name in opens:
                self.opened[letters] += 1
                self.known[letters, name] = f"{letters}-{self.opened[letters]:04}"
