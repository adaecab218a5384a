"""What users of other notifiers complain about most, each by its number in tests/notifier_complaints.csv. The table names
the tests that show what is done about it here; those that nothing else shows are below."""
import csv
import re
import shutil

import acts
from acts import MINUTE, local_s
from receiver import Receiver
from test_capabilities import TESTS, known_tests
from test_channels import channel_town, reach  # noqa: F401  (the first is a fixture)
from township import PACK

COMPLAINTS = 15


def table():
    with open(TESTS / "notifier_complaints.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_complaint_is_in_the_table_once_with_tests_that_exist():
    assert [int(row["number"]) for row in table()] == list(range(1, COMPLAINTS + 1))
    assert all(row["zh"] and row["en"] and row["tests"].split() for row in table())
    known = known_tests()
    unknown = {row["number"]: missing for row in table()
               if (missing := [name for name in row["tests"].split() if name not in known])}
    assert not unknown


def test_every_test_of_a_complaint_is_in_the_table():
    named = {name for row in table() for name in row["tests"].split()}
    mine = {name for name in known_tests() if name.startswith("test_complaint_")}
    assert mine <= named, mine - named


def steps(town):
    return town.told("COUR-1", "DS-01", kinds=("overdue_owner", "overdue_group_leader", "overdue_lead"))


def test_complaint_9_the_step_of_the_morning_comes_though_all_died_in_the_night(settled):
    """The next step is a fact that is kept, and no timer that dies with its process."""
    def lived(dies):
        town = settled("2020-02-10 23:00")
        town.visit("COUR-1", fails=["DS-01"])                # due 02-11 23:00: its steps wait for the morning
        town.until("2020-02-12 02:00")
        assert steps(town) == []
        if dies:
            town.kill()
            town.start()
        town.until("2020-02-13 12:00")
        return steps(town)

    whole = lived(dies=False)
    assert whole and lived(dies=True) == whole


def test_complaint_10_ways_of_one_person_are_not_cut_off_by_the_next_step(channel_town, tmp_path):
    """While the leader's first way is still being tried the ladder goes on, and he is told by his second way all the same."""
    with Receiver() as receiver, Receiver() as second:
        second.secret = receiver.secret
        receiver.answers += [(503, {})] * 100
        town = channel_town(**receiver.webhook(tmp_path, schedule=["0s", "2h", "2h"], failing_after="6h"))
        reach(town, ("webhook", receiver.url), ("webhook", second.url), account="leader-n")
        town.visit("COUR-1", fails=["TM-01"])                # two hours
        town.until(town.now + 12 * 60 * MINUTE)
        told = town.told("COUR-1", "TM-01")
        (first,) = {row.notice.idempotency_key.hex(): row for row in town.notices(recipient="leader-n")
                    if row.notice.kind == "overdue_group_leader"}.values()
        assert first.notice.idempotency_key.hex() in second.taken()
        (delivery,) = town.deliveries(first.sequence)
        later = [at for at, _, who in told if who == "lead" and at > local_s(first.notice.decided_at_s)]
        assert later and later[0] < acts.local(delivery.done_ms), "the ladder waits for no channel"


def other_words(folder):
    """The pack with other words in each message, everything else alike."""
    shutil.copytree(PACK, folder)
    messages = folder / "messages.csv"
    text = messages.read_text(encoding="utf-8-sig")
    changed = re.sub(r"今日巡查发现", "今天查到", text)
    assert changed != text
    messages.write_text(changed, encoding="utf-8-sig" if messages.read_bytes().startswith(b"\xef\xbb\xbf") else "utf-8")
    return folder


def same_words(folder):
    shutil.copytree(PACK, folder)
    policy = folder / "policy.yaml"
    policy.write_text("# another version\n" + policy.read_text())
    return folder


def test_complaint_15_the_key_of_a_notice_is_of_what_it_is_about_and_not_of_its_words(settled, tmp_path):
    def keys_and_words(pack):
        town = settled("2020-02-10 10:00")
        town.duban("policy", "activate", pack, "--approver", "lead")
        town.settle()
        town.visit("COUR-1", fails=["DS-01"])
        town.visit("COUR-1", fails=["DS-01"])                # the same again: no second case, and it is counted
        town.until("2020-02-12 12:00")
        assert len(town.case_rows()) == 1 and town.case_facts("COUR-1", "DS-01", "still_failing")
        lines = [line["text"]["zh"] for line in town.spool() if line["kind"] == "notice_to_site"]
        return [bytes(row.notice.idempotency_key) for row in town.notices()], lines

    keys, words = keys_and_words(same_words(tmp_path / "same"))
    other_keys, others = keys_and_words(other_words(tmp_path / "other"))
    assert keys == other_keys and len(set(keys)) == len(keys)
    assert words and others and words != others
