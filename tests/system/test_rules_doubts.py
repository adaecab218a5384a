"""存疑: what speaks against a visit gives points by the policy, is shown and told, and changes nothing that counts. Domain
section 8 (duplicate photos) and architecture section 5 (two times of a report)."""
import json

import acts
import entry_pb2 as pb
import query_pb2 as query
import state_pb2 as state
import township


def shown(town, by, site, photo=None, metres_north=None, clock_ahead_ms=0, taken_before_ms=0):
    """A visit with a pass, its photo known by a word, its position by metres from a place in Beijing."""
    entry = acts.report(site, by, town.now + clock_ahead_ms, passes=["DS-01"], photos="none")
    if photo is not None:
        entry.report.evidence.append(acts.photo(photo, taken_at_ms=town.now - taken_before_ms))
    if metres_north is not None:
        entry.report.position.CopyFrom(pb.Position(latitude_e7=399000000 + metres_north * 90, longitude_e7=1164000000))
    return town.enter(entry, by=by)


def visit(town, sequence):
    (row,) = [row for row in town.rows("rules", visits=query.VisitsQuery()) if row.sequence == sequence]
    return row


def doubts(town, sequence):
    row = visit(town, sequence)
    assert row.doubt_score == sum(doubt.points for doubt in row.doubts)
    return [(doubt.kind, doubt.points) for doubt in row.doubts]


def test_a_photo_shown_before_names_the_report_and_is_told_to_the_group_leader_alone(settled):
    town = settled("2020-02-10 10:00")
    first = shown(town, "insp-n", "COUR-1", photo="a")
    town.until("2020-02-11 10:00")
    second = shown(town, "insp-n2", "COUR-1", photo="a")
    assert doubts(town, first) == [] and doubts(town, second) == [(state.DOUBT_KIND_PHOTO_AGAIN, 3)]
    assert visit(town, second).doubts[0].other_visit == first
    (notice,) = town.notices(kind="visit_doubted")
    assert notice.notice.recipient.account == "leader-n"
    words = notice.notice.items[0].reason_text
    assert f"第 {first} 号" in words.zh and f"report {first} " in words.en
    assert town.quarantine() == []


def test_the_way_and_the_clock(settled):
    town = settled("2020-02-10 10:00")
    shown(town, "insp-n", "COUR-1", metres_north=0)
    town.until("2020-02-10 10:10")
    assert doubts(town, shown(town, "insp-n", "GATE-1", metres_north=25000)) == [(state.DOUBT_KIND_TRAVEL, 2)]
    town.until("2020-02-10 12:10")
    ahead = shown(town, "insp-n", "COUR-1", photo="b", metres_north=900000, clock_ahead_ms=3600000, taken_before_ms=36000000)
    assert doubts(town, ahead) == [(state.DOUBT_KIND_CLOCK, 1)]   # such a clock is asked nothing else
    late = acts.report("COUR-1", "insp-n", town.now - 24 * acts.HOUR, passes=["DS-01"])
    assert doubts(town, town.enter(late, by="insp-n")) == []      # no network for a day: no doubt


def test_a_photo_taken_at_another_time_is_listed_and_below_what_is_told(settled):
    town = settled("2020-02-10 10:00")
    sequence = shown(town, "insp-n", "COUR-1", photo="c", taken_before_ms=61 * 60 * 1000)
    shown(town, "insp-n", "COUR-1", photo="d", taken_before_ms=60 * 60 * 1000)
    assert town.notices(kind="visit_doubted") == []
    assert [row["sequence"] for row in json.loads(town.duban("visits", "--doubtful", "--json").stdout)["rows"]] == [str(sequence)]
    text = town.duban("visits", "COUR-1", "--doubtful").stdout
    assert "61 分钟" in text
    assert town.duban("visits", "NO-SUCH", check=False).returncode != 0


def test_a_doubted_pass_counts_its_case_says_so_and_a_replay_gives_the_same(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    shown(town, "insp-n", "GATE-1", photo="a")
    town.until("2020-02-10 16:00")
    shown(town, "insp-n2", "COUR-1", photo="a")
    case = town.case("COUR-1", "DS-01")
    assert case.passes == 1
    (fact,) = town.case_facts("COUR-1", "DS-01", "passed")
    assert fact.doubt_score == 3
    assert "存疑 3 分" in town.duban("case", "DB-0001").stdout
    (notice,) = town.notices(kind="visit_doubted")
    assert "存疑分数到了规定数" in town.duban("explain", str(notice.sequence)).stdout
    town.replay()


def test_a_pack_without_the_section_doubts_nothing(tmp_path, settled):
    town = settled("2020-02-09 10:00")
    folder = township.pack_without(tmp_path / "pack", "evidence_doubts")
    town.duban("policy", "activate", str(folder), "--approver", "lead")
    town.settle()
    town.until("2020-02-10 10:00")
    shown(town, "insp-n", "COUR-1", photo="a")
    assert doubts(town, shown(town, "insp-n2", "COUR-1", photo="a")) == []
