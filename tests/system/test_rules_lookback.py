"""回头看: closed cases are seen again by somebody who did not close them. Domain section 2.4, rows 57 and 59, 4.6 rules
8 and 21; seeded and reproducible."""
import json

import acts
import state_pb2 as state
import township
from acts import local_s, t

DRAWN = t("2020-02-17 08:00") // 1000


def close(town, site="COUR-1", item="EP-05", by="insp-n"):
    """C: found in the morning, passed in the afternoon of the same day, by the same inspector."""
    town.visit(site, by=by, fails=[item])
    town.until(town.now + 4 * acts.HOUR)
    town.visit(site, by=by, passes=[item])
    assert town.case(site, item).state == state.CASE_STATE_CLOSED


def drawn(settled):
    town = settled("2020-02-10 10:00")
    close(town)
    town.until("2020-02-17 09:00")
    return town


def tallies(town):
    (row,) = [row for row in town.look_backs() if row.draw_s == DRAWN]
    return [(tally.level, tally.closed, tally.drawn, tally.waiting, tally.kept, tally.failed) for tally in row.tallies]


def test_row_57_a_closed_case_is_drawn_on_its_monday_for_a_colleague(settled):
    town = settled("2020-02-10 10:00")
    close(town)
    town.until("2020-02-17 07:59")
    assert not town.case("COUR-1", "EP-05").look_back_task
    town.until("2020-02-17 08:01")
    task = town.task("COUR-1", "EP-05", "look_back")
    assert (task.owner, local_s(task.due_s)) == ("insp-n2", "2020-02-20 18:00")
    assert [(kind, who) for _, kind, who in town.told("COUR-1", "EP-05", since="2020-02-17 00:00")] == [("look_back", "insp-n2")]
    (fact,) = town.case_facts("COUR-1", "EP-05", "look_back_drawn")
    assert (fact.recipient, fact.number, fact.of, len(fact.reason)) == ("insp-n2", 1, 1, 32)


def test_row_57_it_goes_up_when_nobody_has_looked(settled):
    town = drawn(settled)
    town.until("2020-02-22 19:00")
    said = town.told("COUR-1", "EP-05", since="2020-02-20 00:00", kinds=("look_back_due", "look_back_overdue"))
    assert said[:2] == [("2020-02-20 09:00", "look_back_due", "insp-n2"), ("2020-02-20 18:00:01", "look_back_overdue", "insp-n2")]
    assert {who for _, _, who in said} == {"insp-n2", "leader-n", "lead"}
    assert town.case("COUR-1", "EP-05").state == state.CASE_STATE_CLOSED


def test_row_57_those_who_closed_it_do_not_look_back(settled):
    town = drawn(settled)
    town.visit("COUR-1", by="insp-n", passes=["EP-05"])
    (fact,) = town.case_facts("COUR-1", "EP-05", "pass_not_counted")
    assert fact.reason == "own_work"
    town.visit("COUR-1", by="insp-n2", passes=["EP-05"])
    assert len(town.case_facts("COUR-1", "EP-05", "look_back_kept")) == 1
    assert tallies(town) == [("C", 1, 1, 0, 1, 0)]


def test_row_59_and_rule_8_a_fail_is_a_recurrence(settled):
    town = drawn(settled)
    town.visit("COUR-1", by="insp-n2", fails=["EP-05"])
    case = town.case("COUR-1", "EP-05")
    assert (case.state, case.level, case.recurrences) == (state.CASE_STATE_RECTIFYING, "B", 1)
    assert "lead" in [who for _, _, who in town.told("COUR-1", "EP-05", kinds=("look_back_failed",))]
    assert tallies(town) == [("C", 1, 1, 0, 0, 1)]


def test_rule_8_a_fail_after_its_days_is_another_case(settled):
    town = drawn(settled)
    number = town.case("COUR-1", "EP-05").number
    town.until("2020-02-25 10:00")
    town.visit("COUR-1", by="insp-n2", fails=["EP-05"])
    case = town.case("COUR-1", "EP-05")
    assert case.number != number and case.recurrences == 0
    assert tallies(town) == [("C", 1, 1, 0, 0, 1)]


def test_rule_21_the_listing_has_kept_of_those_seen(settled):
    town = drawn(settled)
    said = town.duban("look-backs").stdout
    assert said.startswith("【演练】截至 2020-")
    assert "待回头看" in said and "DB-0001" in said and "— (0/0)" in said
    town.visit("COUR-1", by="insp-n2", passes=["EP-05"])
    assert "— (1/1)" in town.duban("look-backs").stdout   # fewer than five give no percentage
    document = json.loads(town.duban("look-backs", "--json").stdout)
    assert document["rows"][0]["tallies"][0]["kept"] == 1 and not document["tasks"]
    assert int(document["appliedSequence"]) > 0 and int(document["asOfMs"]) > 0
    assert "抽中回头看" in town.duban("case", "DB-0001").stdout and "回头看：保持" in town.duban("case", "DB-0001").stdout


def test_the_same_journal_draws_the_same_and_a_pack_without_the_section_draws_nothing(settled, tmp_path):
    """`duban replay --verify` after each of these tests draws them all again."""
    first, second = drawn(settled), drawn(settled)
    rounds = [[row for row in town.look_backs() if row.draw_s == DRAWN] for town in (first, second)]
    assert [tally.seed for tally in rounds[0][0].tallies] == [tally.seed for tally in rounds[1][0].tallies]
    town = settled("2020-02-09 10:00")
    folder = township.pack_without(tmp_path / "pack", "look_back")
    town.duban("policy", "activate", str(folder), "--approver", "lead")
    town.settle()
    town.until("2020-02-10 10:00")
    close(town)
    town.until("2020-02-18 09:00")
    assert not town.look_backs() and not town.case("COUR-1", "EP-05").HasField("look_back")
