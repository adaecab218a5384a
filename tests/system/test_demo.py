"""`make demo`: what is shown to whoever has just built it."""
import os
import subprocess

import pytest
from township import ROOT, SANITIZERS

SECTIONS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四")
MEETINGS = {   # of its section: lines, in this order
    "zh": ["早报 2020-02-12（截至 2020-02-12 07:43）", "应查点位", "  LH-0002 东润枫景社区北门（交办未办结）",
           "晚报 2020-02-12（截至 2020-02-12 20:00）", "覆盖率", "  YJ-0004 东润枫景社区工地宿舍（移交待接逾期）",
           "批示（专班组长）：台账当天录完，不过夜", "移交待接逾期", "交办未办结", "早晚高峰增派一人",
           "YJ-0004 东润枫景社区工地宿舍 · 院内搭建板房：截至 2020-02-13 00:00，为什么没有通知",
           "“移交未接”：未到时间，2020-02-13 09:00 才发，届时发给控违办"],
    "en": ["morning brief of 2020-02-12 (as of 2020-02-12 07:43)", "sites to inspect",
           "LH-0002 Dongrun Fengjing, north gate",
           "evening summary of 2020-02-12 (as of 2020-02-12 20:00)", "coverage",
           "YJ-0004 construction dormitory of Dongrun Fengjing",
           "remark (task-force lead):", "referral to be taken overdue", "resolved, not done",
           "why not told, as of 2020-02-13 00:00",
           "not due until 2020-02-13 09:00; it would go to illegal-construction office"],
}


@pytest.fixture(scope="module")
def demo(build):
    done = subprocess.run([ROOT / "deploy/demo/run"], capture_output=True, text=True, check=False, timeout=600,
                          env=dict(os.environ, DUBAN_BIN=str(build / "bin")))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert not any(word in done.stderr for word in SANITIZERS), done.stderr
    return done.stdout


def section(demo, number):
    """What is shown under that heading."""
    (found,) = [part for part in demo.split("\n\n######## ") if part.startswith(number + "、")]
    return found


def test_every_section_is_there_in_its_order_and_both_replays_are_the_same(demo):
    headings = [line.removeprefix("######## ") for line in demo.splitlines() if line.startswith("######## ")]
    assert [heading.split("、")[0] for heading in headings if "、" in heading] == list(SECTIONS)
    assert demo.count("重放一致") == demo.count("the replay is the same") == 2
    assert demo.count("未能送达 0，丢失 0") == 4   # of two townships, each of them in two parts


@pytest.mark.parametrize("language", MEETINGS)
def test_brief_summary_agenda_and_why_not_are_shown(demo, language):
    rest = section(demo, "十三")
    for words in MEETINGS[language]:
        assert words in rest, f"{words} in\n{rest}"
        rest = rest[rest.index(words) + len(words):]


def test_a_form_app_and_a_program_report_and_the_sites_hear_of_it(demo):
    shown = section(demo, "八")
    assert "inspection-GATE  巡查：小区（村）门岗" in shown
    assert "已收到，第" in shown and '"sequence"' in shown
    told = shown.partition("/v1/entries")[2]
    assert "无人值守" in told and "没有消毒记录" in told and "便民超市负责人" in told
