"""Each channel against what stands in for its far end and behaves as documented: nothing is lost, nobody is throttled, no
far end delays another, and what cannot be reached is told by the next way."""
import collections
import json
import re

import acts
import entry_pb2 as pb
import outbox_pb2 as outbox
import pytest
import query_pb2 as query
import receiver as far_end
from acts import HOUR, MINUTE, SECOND
from ordeal import Ordeal
from receiver import Receiver
from robots import CLOSE, NEVER, Robot
from test_p4_delivery import BEGINNING, CONTACT, alarms, check_told, fate_of, state_of, tell
from township import holder, pack_without

ROBOTS = ("wecom", "dingtalk", "feishu")
LINK = "https://duban.example/board"
AMONG = re.compile(r"【督办】(\d+) 条消息合并发送")
LEFT = re.compile(r"……另有 (\d+) 条放不下")


class Town(Ordeal):
    """Whose clock robots can look at from their own threads."""
    clock_ms = 0

    def jump(self, to, settle=True):
        self.clock_ms = acts.t(to) if isinstance(to, str) else to
        super().jump(to, settle)


@pytest.fixture
def make_robot():
    robots = []

    def make(kind, **options):
        robots.append(Robot(kind, **options).__enter__())
        return robots[-1]

    yield make
    for robot in robots:
        robot.__exit__()


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def channel_town(make_town, template):
    """channel_town(robot, ..., wecom={...}) -> a town at 10:05 on a Monday that has these channels; robots keep to its
    clock."""
    def start(*robots, link=LINK, public_url="", **channels):
        channels = {**{robot.name: {} for robot in robots}, **channels}
        settings = {"channels": channels, "notify": {"public_url": public_url} if public_url else {}}
        town = make_town(template, kind=Town, rehearsal=BEGINNING, settings=settings)
        town.write_channels(channels, **({"link": link} if link else {}))
        town.start()
        town.jump("2020-02-10 10:05")
        for robot in robots:
            robot.clock = lambda: town.clock_ms / 1000
        return town
    return start


def reach(town, *ways, account=CONTACT):
    """His ways in order: robots, or (channel, address)."""
    ways = [(way.name, way.address) if isinstance(way, Robot) else way for way in ways]
    (channel, address), *others = ways
    town.enter(holder(account, channel=channel, address=address, other_ways=others))


def all_grades(town, account=CONTACT):
    town.settle()
    return collections.Counter((pb.Grade.Name(outcome.grade).removeprefix("GRADE_"), outcome.channel)
                               for row in town.notices(recipient=account) for outcome in row.outcomes)


# ---------------------------------------------------------------- what is not set up

def test_an_import_says_which_rows_name_a_channel_that_is_not_set_up(channel_town, make_robot, tmp_path):
    """A note for each, and the rows are taken: the channel may be set up later."""
    town = channel_town(make_robot("wecom"))
    table = tmp_path / "holders.csv"
    table.write_text("account,roles,title_zh,title_en,channel,address,channel_2,address_2\n"
                     "insp-n8,inspector:north,巡查员八,inspector 8,wecom,https://robot.example/a,spool,\n"
                     "insp-n9,inspector:north,巡查员九,inspector 9,dingtalk,https://robot.example/b,smtp,n9@town.example\n")
    for options in (["--dry-run"], []):
        said = town.duban("--lang", "en", "import", "holders", table, *options).stderr
        assert "note: line 3: channel dingtalk is not set up" in said and "note: line 3: channel smtp is not set up" in said, said
        assert "line 2: channel" not in said
    assert {"insp-n8", "insp-n9"} <= {row.account for row in town.rows("rules", holders=query.HoldersQuery())}


# ---------------------------------------------------------------- one notice by each

@pytest.mark.parametrize("kind, demands", [
    ("wecom", {}), ("dingtalk", {}), ("dingtalk", {"secret": "SEC0af1"}), ("dingtalk", {"keyword": "督查"}),
    ("dingtalk", {"secret": "SEC0af1", "keyword": "督查", "ahead_s": 3000}), ("feishu", {}), ("feishu", {"secret": "demo"}),
    ("feishu", {"keyword": "督查"}), ("feishu", {"secret": "demo", "keyword": "督查", "ahead_s": -3000}),
], ids=lambda value: value if isinstance(value, str) else "+".join(value) or "plain")
def test_a_notice_reaches_each_robot_as_its_group_demands(channel_town, make_robot, kind, demands):
    robot = make_robot(kind, **demands)
    town = channel_town(robot)
    reach(town, robot)
    row = tell(town)
    assert fate_of(town, row) == ("DELIVERED", 1, kind) and robot.refused == []
    (text,) = robot.texts()
    assert "【整改告知】" in text and "[drill] Found today" in text, "in both languages that he reads"
    assert robot.posts[0].path.split("#")[0] == robot.posts[0].path, "what its group demands is not sent along"
    said = town.logs() + town.duban("status").stdout + town.duban("explain", row.sequence).stdout
    assert not any(word in said for word in ("5a3c8f9e", "7d1e0b42", "c2f6a7d8", "SEC0af1"))


@pytest.mark.parametrize("kind, code", [("dingtalk", 310000), ("feishu", 19021)])
@pytest.mark.parametrize("ahead_s", [0, 7200, -7200])
def test_a_refused_signature_is_told_from_a_clock_that_is_wrong(channel_town, make_robot, kind, code, ahead_s):
    """With the wrong secret the robot is not bothered again; with the wrong clock it is, once that is set."""
    robot = make_robot(kind, secret="another", ahead_s=ahead_s)
    town = channel_town(robot)
    wrong = robot.address if ahead_s else robot.address.replace("another", "wrong")
    reach(town, (kind, wrong))
    row = tell(town)
    assert robot.refused == [code]
    (delivery,) = town.deliveries(row.sequence)
    assert str(code) in delivery.detail
    if ahead_s == 0:
        assert fate_of(town, row) == ("DEAD", 1, kind) and "check secret and keyword" in delivery.detail
        return
    assert delivery.state == state_of("QUEUED") and "set the clock" in delivery.detail
    assert ("behind" if ahead_s > 0 else "ahead") in delivery.detail
    robot.ahead_s = 0
    town.until(town.now + 5 * MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 2, kind)


def test_a_keyword_that_is_missing_is_a_matter_of_the_address(channel_town, make_robot):
    robot = make_robot("feishu", keyword="别的词")
    town = channel_town(robot)
    reach(town, (robot.name, robot.address.split("#")[0]))
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "feishu")
    check_told(town, row, "19024", "Key Words Not Found")
    reach(town, robot)
    town.until(town.now + SECOND)
    assert fate_of(town, tell(town, "MS-01")) == ("DELIVERED", 1, "feishu"), "the right one is used again"


def test_http_200_alone_delivers_nothing(channel_town, make_robot):
    """Complaint 4: the code in the body decides, and what has none is a failure."""
    robot = make_robot("wecom")
    robot.answers += [40058, 45009, -1]
    town = channel_town(robot)
    reach(town, robot)
    first, second = tell(town), tell(town, "MS-01")
    assert fate_of(town, first) == ("DEAD", 1, "wecom") and fate_of(town, second) is None
    check_told(town, first, "40058", "content exceed max length")
    town.until(town.now + 10 * MINUTE)
    assert fate_of(town, second) == ("DELIVERED", 2, "wecom"), "too often was no attempt, busy was one"
    assert robot.refused == [40058, 45009, -1]


# ---------------------------------------------------------------- budgets

SITES = [f"K-{number:03}" for number in range(60)]


def told_sixty_times(town, account):
    """That many notices to one person at one moment: nobody is entered for any of these sites, and the pack does not join
    them. How many."""
    town.duban("policy", "activate", pack_without(town.directory / "pack", "grouping"), "--approver", "lead")
    town.submit_all([("operator", acts.site(code, "COUR", "c1", code, code)) for code in SITES])
    town.submit_all([("insp-n", acts.report(code, "insp-n", town.now, fails=["EP-04"])) for code in SITES])
    town.settle()
    told = told_by_robot(town, account)
    assert told >= len(SITES)
    return told


def told_by_robot(town, *accounts):
    """How many notices were for a robot: those of the morning had gone into the spool."""
    return sum(row.notice.recipient.channel in ROBOTS for account in accounts for row in town.notices(recipient=account))


def counted(text):
    """How many messages one text stands for."""
    return int(AMONG.match(text)[1]) if AMONG.match(text) else 1


def shown(text):
    left = LEFT.search(text)
    return len(re.findall(r"^\d+\. ", text, re.MULTILINE)) + (int(left[1]) if left else 0)


@pytest.mark.parametrize("kind", ROBOTS)
def test_sixty_at_once_are_all_told_and_the_robot_never_complains(channel_town, make_robot, kind):
    """Complaints 3 and 14: what is more than the budget leaves as one message with a count and a link, each with its own
    grade."""
    robot = make_robot(kind)
    town = channel_town(robot)
    reach(town, robot, account="insp-n")
    told = told_sixty_times(town, "insp-n")
    town.until(town.now + 30 * MINUTE)
    assert robot.refused == []
    texts = robot.texts()
    folded = [text for text in texts if AMONG.match(text)]
    assert folded and all(text.endswith(LINK) for text in folded)
    assert all(counted(text) == shown(text) for text in folded), "what is not shown is counted"
    assert sum(counted(text) for text in texts) == told
    assert all_grades(town, "insp-n")[("DELIVERED", kind)] == told
    assert all(len(row.outcomes) == 1 for row in town.notices(recipient="insp-n"))
    assert all(any(code in text for text in texts) for code in SITES[:3]), "those that fit are in full"
    assert all(len(post.body) <= 20000 for post in robot.posts)
    check_counted(town, folded)


@pytest.mark.parametrize("kind", ROBOTS)
def test_several_in_one_message_lead_to_where_each_sees_what_is_his(channel_town, make_robot, kind):
    robot = make_robot(kind)
    town = channel_town(robot, link="", public_url="https://duban.example")
    reach(town, robot, account="insp-n")
    told_sixty_times(town, "insp-n")
    town.until(town.now + 30 * MINUTE)
    folded = [text for text in robot.texts() if AMONG.match(text)]
    assert folded and all(text.endswith("查看办理（需登录） / Open (sign in)：https://duban.example/") for text in folded), folded[0]
    assert all(counted(text) == shown(text) for text in folded) and robot.refused == []


def check_counted(town, folded):
    """Of each message that had no room for its words it is said in which one it was counted: as many as the texts say."""
    left = [int(LEFT.search(text)[1]) for text in folded if LEFT.search(text)]
    rows = town.notices(recipient="insp-n")
    counted_in = {row.sequence: row.outcomes[0].counted_in for row in rows if row.outcomes[0].counted_in}
    assert left and len(counted_in) == sum(left)
    assert len(set(counted_in.values())) == len(left) and not set(counted_in) & set(counted_in.values())
    sequence, within = next(iter(counted_in.items()))
    story = town.duban("explain", sequence).stdout
    assert f"只计入第 {within} 号通知的合并消息，没有列出内容" in story
    assert f"only counted in the message of notice {within}, not spelled out" in story
    rows = json.loads(town.duban("notices", "--to", "insp-n", "--json").stdout)["rows"]
    assert {int(row["sequence"]): int(row["delivery"]["countedIn"]) for row in rows if "countedIn" in row["delivery"]} == counted_in
    assert "only counted in" in town.duban("notices", "--to", "insp-n", "--lang", "en").stdout
    receipts = json.loads(town.duban("ledger", sequence, "--json").stdout)["rows"]
    assert [int(receipt["countedIn"]) for receipt in receipts if receipt.get("grade")] == [within]


@pytest.mark.parametrize("kind, silent_s, sent", [("wecom", 60, 20), ("dingtalk", 600, 20), ("feishu", 60, 100)])
def test_a_robot_that_others_have_used_up_is_left_alone_for_its_time(channel_town, make_robot, kind, silent_s, sent):
    robot = make_robot(kind)
    town = channel_town(robot)
    reach(town, robot)
    robot.others_send(sent)
    row = tell(town)
    assert len(robot.refused) == 1 and fate_of(town, row) is None
    (delivery,) = town.deliveries(row.sequence)
    assert delivery.attempts == 0, "it was no attempt"
    due_ms = town.notify_status().next_attempt_ms
    assert silent_s * SECOND <= due_ms - town.now <= (silent_s + 1) * SECOND
    town.until(town.now + (silent_s + 60) * SECOND)
    assert fate_of(town, row) == ("DELIVERED", 1, kind) and len(robot.refused) == 1


@pytest.mark.parametrize("behind", ["", "#keyword=督查"])
def test_two_people_of_one_group_share_the_budget_of_its_robot(channel_town, make_robot, behind):
    """Entered with something else behind its # it is still one robot."""
    robot = make_robot("wecom")
    town = channel_town(robot, wecom={"fold_above": 1000})
    reach(town, robot, account="insp-n")
    reach(town, ("wecom", robot.address + behind), account="insp-n2")
    told_sixty_times(town, "insp-n")
    town.submit_all([("leader-n", acts.assign(code, "EP-04", "insp-n2")) for code in SITES[:30]])
    town.until(town.now + 20 * MINUTE)
    assert robot.refused == [] and len(robot.texts()) == told_by_robot(town, "insp-n", "insp-n2") > 90


# ---------------------------------------------------------------- one far end and the others

def test_a_robot_that_never_answers_delays_nobody_else(channel_town, make_robot):
    """What goes to the other one arrives while the first request is still waiting for its answer."""
    silent, good = make_robot("wecom"), make_robot("wecom")
    silent.answers += [NEVER] * 10
    town = channel_town(silent, good, wecom={"timeout": "5s"})
    reach(town, silent, account="site-cour-1")
    reach(town, good)
    for site, by in (("COUR-1", "insp-n"), ("SHOP-1", "insp-s")):
        town.submit(acts.report(site, by, town.now, fails=["DS-01"]), by=by)
        (silent if by == "insp-n" else good).wait_for(1)
    assert [post.code for post in silent.posts] == [NEVER] and len(good.texts()) == 1
    assert all_grades(town) == {("DELIVERED", "wecom"): 1}


# ---------------------------------------------------------------- the next way

def test_what_one_way_will_never_take_goes_by_the_next_at_once(channel_town, make_robot, receiver, tmp_path):
    robot = make_robot("wecom")
    robot.answers.append(93000)
    town = channel_town(robot, **receiver.webhook(tmp_path))
    reach(town, robot, ("webhook", receiver.url))
    row = tell(town)
    assert fate_of(town, row) == ("DELIVERED", 1, "webhook")
    assert receiver.times(row.notice.idempotency_key) == 1 and not town.dead_letters()


def test_ways_are_taken_in_order_until_one_reaches_him(channel_town, make_robot, receiver, tmp_path):
    first, second = make_robot("dingtalk"), make_robot("feishu")
    first.answers += [40035]
    second.answers += [11232, 19001]
    receiver.answers += [(404, {})]
    town = channel_town(first, second, **receiver.webhook(tmp_path))
    reach(town, first, second, ("webhook", receiver.url), ("spool", ""))
    row = tell(town)
    town.until(town.now + 3 * MINUTE)
    assert fate_of(town, row)[0::2] == ("DELIVERED", "spool")
    assert (first.refused, second.refused, len(receiver.requests)) == ([40035], [11232, 19001], 1)
    assert [line["notice"] for line in town.spool()].count(row.sequence) == 1


def test_with_no_way_left_it_is_a_dead_letter_and_told(channel_town, make_robot):
    first, second = make_robot("dingtalk"), make_robot("feishu")
    first.answers += [40035]
    second.answers += [19001]
    town = channel_town(first, second)
    reach(town, first, second)
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "feishu")
    check_told(town, row, "19001")


def journaled_alarms(town):
    return [(alarm.kind, alarm.detail_text.zh) for record in town.journal() if record.kind == "outcomes"
            for alarm in record.entry.outcomes.alarms]


def test_after_the_last_attempt_the_next_way_is_taken(channel_town, make_robot, receiver, tmp_path):
    robot = make_robot("wecom")
    robot.answers += [CLOSE] * 3
    town = channel_town(robot, wecom={"schedule": ["0s", "10s", "10s"], "uncertain": "retry"}, **receiver.webhook(tmp_path))
    reach(town, robot, ("webhook", receiver.url))
    row = tell(town)
    assert fate_of(town, row) is None
    town.until(town.now + 5 * MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 1, "webhook") and len(robot.posts) == 3
    told = [detail for _, detail in journaled_alarms(town)]
    assert len(told) == 1 and "尝试 3 次后放弃" in told[0]


def test_a_dead_letter_and_its_alarms_are_told_by_another_channel_than_the_one_that_failed(channel_town, make_robot, receiver, tmp_path):
    """The clerk reads the same channel first, and hears of it by his second one."""
    broken, sound = make_robot("wecom"), make_robot("wecom")
    broken.answers += [93000] * 10   # no such robot any more
    town = channel_town(broken, **receiver.webhook(tmp_path))
    reach(town, broken)
    reach(town, sound, ("webhook", receiver.url), account="clerk")
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "wecom")
    town.settle()
    told = {data["kind"]: data for data in receiver.taken().values()}
    assert set(told) == {"delivery_failure", "house_alarm"} and {data["to"] for data in told.values()} == {"clerk"}
    assert f"账号 {CONTACT}，渠道 wecom" in told["house_alarm"]["text"]["zh"]
    assert sound.posts == [], "it could have come by that, but who knows"


def test_a_far_end_that_fails_for_long_hands_over_what_waits_there(channel_town, make_robot, receiver, tmp_path):
    """Without waiting for the end of a schedule of hours; what has no other way waits on."""
    town = channel_town(webhook={**receiver.webhook(tmp_path)["webhook"], "failing_after": "10m"}, wecom={})
    robot = make_robot("wecom")
    reach(town, ("webhook", receiver.url), robot)
    reach(town, ("webhook", receiver.url), account="insp-s")
    receiver.answers += [(503, {})] * 100
    row = tell(town)
    town.until(town.now + 9 * MINUTE)
    assert fate_of(town, row) is None and robot.posts == []
    town.until(town.now + 10 * MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 1, "wecom") and len(robot.texts()) == 1
    receiver.answers.clear()


def test_another_address_is_used_though_the_old_far_end_has_asked_for_a_day(channel_town, receiver, tmp_path):
    receiver.answers.append((503, {"Retry-After": "86400"}))
    town = channel_town(**receiver.webhook(tmp_path))
    reach(town, ("webhook", receiver.url))
    first = tell(town)
    second = tell(town, "MS-01")
    town.until(town.now + HOUR)
    assert len(receiver.requests) == 1 and fate_of(town, second) is None, "it is obeyed"
    reach(town, ("webhook", receiver.url + "/new"))
    town.until(town.now + 2 * MINUTE)
    assert fate_of(town, second) == ("DELIVERED", 1, "webhook") and receiver.requests[1].path == "/duban/new"
    town.until(town.now + 30 * HOUR)
    assert fate_of(town, first)[0] == "DELIVERED"


def test_a_rehearsal_loses_nothing_that_waits(channel_town, receiver, tmp_path):
    receiver.answers.append((503, {"Retry-After": "86400"}))
    town = channel_town(**receiver.webhook(tmp_path))
    reach(town, ("webhook", receiver.url))
    scenario = tmp_path / "an_hour.jsonl"
    scenario.write_text(json.dumps({"at": "2020-02-10T10:30", "as": "insp-s", "entry": {"report": {
        "site": "SHOP-1", "purpose": "PURPOSE_INSPECTION", "startedAtMs": "2020-02-10T10:20",
        "answers": [{"item": "DS-01", "result": "RESULT_FAIL", "note": "没有消毒记录"}]}}}) + "\n")
    said = town.duban("rehearse", scenario, "--quiet", "--until", "2020-02-10T11:30").stdout
    waiting = sum(fate_of(town, row) is None for row in town.notices())
    assert waiting > 0 and "丢失 0" in said and f"另有 {waiting} 条还在等下一次发送" in said, said


# ---------------------------------------------------------------- nobody knows whether it arrived

def test_what_may_have_reached_a_webhook_goes_again_under_its_key(channel_town, receiver, tmp_path):
    receiver.answers.append((far_end.NEVER, {}))
    town = channel_town(**receiver.webhook(tmp_path, timeout="300ms", schedule=["0s", "10s"]))
    reach(town, ("webhook", receiver.url))
    row = tell(town)
    town.until(town.now + MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 2, "webhook")
    assert [request.id for request in receiver.requests] == [row.notice.idempotency_key.hex()] * 2


@pytest.mark.parametrize("kind", ROBOTS)
@pytest.mark.parametrize("answer", [NEVER, CLOSE], ids=["never", "close"])
def test_what_may_have_reached_a_robot_is_graded_so_and_not_sent_twice(channel_town, make_robot, receiver, tmp_path, kind, answer):
    robot = make_robot(kind)
    robot.answers.append(answer)
    town = channel_town(**{kind: {"timeout": "300ms"}}, **receiver.webhook(tmp_path))
    reach(town, robot, ("webhook", receiver.url))
    row = tell(town)
    town.until(town.now + 30 * MINUTE)
    assert fate_of(town, row) == ("UNCERTAIN", 1, kind)
    assert len([post for post in robot.posts if post.text == robot.posts[0].text]) == 1
    assert receiver.times(row.notice.idempotency_key) == 0 and not town.dead_letters()
    assert "perhaps delivered" in town.duban("explain", row.sequence).stdout


def test_what_is_urgent_and_may_not_have_arrived_is_told_by_the_next_way(channel_town, make_robot, receiver, tmp_path):
    robot = make_robot("wecom")
    robot.answers.append(NEVER)
    town = channel_town(wecom={"timeout": "300ms"}, **receiver.webhook(tmp_path))
    reach(town, robot, ("webhook", receiver.url), account="lead")
    town.enter(acts.urgent(site="COUR-1", text="有人发热"), by="insp-n")
    rows = [row for row in town.notices(recipient="lead") if row.notice.urgency == outbox.URGENCY_URGENT]
    assert rows
    town.settle()
    first = next(row for row in rows if receiver.times(row.notice.idempotency_key))
    assert fate_of(town, first) == ("DELIVERED", 1, "webhook") and robot.posts
