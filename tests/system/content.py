"""What a township has come to, in a form that two runs of the same days share.

    content(town)          {"facts": [...], "cases": [...], "tasks": [...], "notices": [...]}
    digest(content)        one number for all of it
    difference(a, b)       the first thing in which they differ; empty when there is none

Everything that rules answers is in it, except what depends on how often somebody was killed:
sequences and ids stand as #1, #2, ... in order of first appearance, each kind of them by itself;
what became of a notice, and what was withdrawn, is left out.
"""
import collections
import hashlib
import json
import re

import query_pb2 as query
import state_pb2 as state

ID_BYTES = 16

# Numbers that somebody else's entries move. Ids are made of them, and tokens are drawn by lot.
ENTRY, NOTICE, FACT, ID, KEY, TOKEN = "entry", "notice", "fact", "id", "key", "token"
SEQUENCES = {
    "duban.Case.opened_by_sequence": ENTRY,
    "duban.Cause.entry_sequence": ENTRY,
    "duban.Fact.entry_sequence": ENTRY,
    "duban.ComplaintRecord.visit_sequence": ENTRY,
    "duban.Fact.other_sequence": ENTRY,
    "duban.CoordinationRecord.visit_sequence": ENTRY,
    "duban.ReferralRecord.found_sequence": ENTRY,
    "duban.ReferralRecord.visit_sequence": ENTRY,
    "duban.UrgentRecord.found_sequence": ENTRY,
    "duban.PriorVisit.sequence": ENTRY,
    "duban.ReportRef.sequence": ENTRY,
    "duban.Subject.opened_by_sequence": ENTRY,
    "duban.Task.cause_sequence": ENTRY,
    "duban.Task.quarantined_sequence": ENTRY,
    "duban.Task.report_sequence": ENTRY,
    "duban.Fact.outbox_sequence": NOTICE,
    "duban.NoticeRow.sequence": NOTICE,
    "duban.Task.last_outbox_sequence": NOTICE,
    "duban.Fact.sequence": FACT,
}
BYTES = {
    "duban.Notice.idempotency_key": KEY,
    "duban.ComplaintRecord.complainant_token": TOKEN,
    "duban.IsolationRecord.person_token": TOKEN,
    "duban.IsolationRecord.address_token": TOKEN,
    "duban.Recipient.address_token": TOKEN,
}
LEFT_OUT = {"duban.NoticeRow.outcomes"}
ENTRY_IN_WORDS = re.compile(r"(?<=第 )\d+(?= 号)|(?<=report )\d+")


class Names:
    """#1 for the first of its kind, #2 for the next."""

    def __init__(self):
        self.known = collections.defaultdict(dict)

    def of(self, kind, value):
        known = self.known[kind]
        return known.setdefault(value, f"{kind}#{len(known) + 1}")


def kind_of(message, field, value):
    """What is to be replaced in that field; None when it stays as it is."""
    if field.full_name == "duban.NoticeItem.count":   # of visits to a site; else a quarantined entry goes by its number
        return None if message.site else ENTRY
    if isinstance(value, bytes):
        return BYTES.get(field.full_name, ID if len(value) == ID_BYTES else None)
    return SEQUENCES.get(field.full_name)


def plain_value(message, field, value, names):
    if field.message_type is not None:
        return plain(value, names)
    kind = kind_of(message, field, value)
    if kind is not None:
        return names.of(kind, value)
    if isinstance(value, str):
        if field.full_name == "duban.NoticeItem.number" and value.isdigit():   # of a report; a case's has letters
            return names.of(ENTRY, int(value))
        return ENTRY_IN_WORDS.sub(lambda found: names.of(ENTRY, int(found[0])), value)
    return value.hex() if isinstance(value, bytes) else value


def plain(message, names):
    """The message as dict and list; fields without a value are not in it."""
    row = {}
    for field, value in message.ListFields():
        if field.full_name in LEFT_OUT:
            continue
        if field.label == field.LABEL_REPEATED:
            row[field.name] = [plain_value(message, field, one, names) for one in value]
        else:
            row[field.name] = plain_value(message, field, value, names)
    return row


def is_outcome(fact):
    """That a notice could not be delivered is written down as a fact."""
    return fact.kind == state.FACT_KIND_NOT_TOLD and fact.reason in ("dead", "spooled")


def content(town):
    """As of a settled house. Facts come first: they stand in the order in which things happened."""
    names = Names()
    listings = {
        "facts": [fact for fact in town.facts() if not is_outcome(fact)],
        "cases": sorted(town.case_rows(), key=lambda row: row.case_.number),
        "subjects": town.rows("rules", subjects=query.SubjectsQuery(closed_too=True)),
        "tasks": sorted(town.rows("rules", tasks=query.TasksQuery(closed_too=True)), key=lambda row: row.task.id),
        "notices": sorted(town.notices(), key=lambda row: row.sequence),
    }
    return {name: [plain(row, names) for row in rows] for name, rows in listings.items()}


def digest(found):
    return hashlib.blake2b(json.dumps(found, sort_keys=True).encode(), digest_size=16).hexdigest()


def difference(one, other):
    for name in one:
        for place, (row, other_row) in enumerate(zip(one[name], other[name])):
            for field in sorted(row.keys() | other_row.keys()):
                if row.get(field) != other_row.get(field):
                    return f"{name}[{place}].{field}: {row.get(field)} or {other_row.get(field)}\n{row}\n{other_row}"
        if len(one[name]) != len(other[name]):
            longer = max(one[name], other[name], key=len)
            return f"{name}: {len(one[name])} or {len(other[name])}; {longer[min(len(one[name]), len(other[name]))]}"
    return ""
