"""What people see in a phone's browser: acting from a message without an account, signing in, and what must not work."""
import base64
import contextlib
import hashlib
import html.parser
import http.client
import re
import threading
import urllib.parse

import acts
import entry_pb2 as pb
import photos
import pytest
import query_pb2 as query
import state_pb2 as state
import wire
import zmq
from acts import DAY, HOUR, MINUTE, t
from pages import Browser
from test_exec import Program
from test_gateway import PASSWORD, Door, basic
from township import CONTACTS, HOLDERS, holder

URL = "https://duban.example"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"


class House:
    """A town whose people are told by a program of this machine, and read what they are told in a browser."""

    def __init__(self, town, program):
        self.town, self.program = town, program
        self.door = Door(town)
        self.browser = Browser(self.door.address)

    def reach(self, *accounts):
        for account in accounts:
            self.town.enter(holder(account, channel="exec", address=account))

    def messages(self, account):
        self.town.settle()
        return [message for message in self.program.taken() if message["to"] == account]

    def link(self, account):
        """Of the last message that has one."""
        links = [link["url"] for message in self.messages(account) for link in message.get("links", [])]
        return links[-1]

    def page(self, account):
        return self.browser.get(self.link(account))

    def entries(self, account):
        """What it has submitted, oldest first."""
        self.town.settle()
        return [record.entry for record in self.town.journal() if record.account == account]


@pytest.fixture
def house(make_town, template, tmp_path):
    program = Program(tmp_path)
    settings = {"channels": {"exec": {"command": [str(program.path)]}}, "notify": {"public_url": URL}}
    town = make_town(template, rehearsal="2020-01-20 00:00", settings=settings).start()
    town.jump("2020-02-10 10:00")
    house = House(town, program)
    yield house
    if town.is_running("gateway"):
        town.stop("gateway")


CONTACT = CONTACTS["SHOP-1"]


def found(house, item="DS-01", **more):
    """The contact of SHOP-1 is told of a finding; his page."""
    house.reach(CONTACT)
    house.town.visit("SHOP-1", fails=[item], **more)
    return house.page(CONTACT)


# ---------------------------------------------------------------- a link from a message

def test_a_page_shows_what_it_is_about_and_what_can_be_done(house):
    page = found(house)
    assert page.status == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "DB-0001" in page.text and "南村超市" in page.text and "公共区域" in page.text and "【演练】" in page.text
    assert page.acts() == ["acknowledge", "claim", "extend"]
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in page.headers["X-Robots-Tag"]
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "script" not in policy and "unsafe" not in policy
    assert not any(tag == "script" or any(name.startswith("on") or name == "style" for name in attrs) for tag, attrs in page.tags)


def test_looking_at_it_does_nothing_however_often(house):
    found(house)
    last = house.town.ingest_status().last_sequence
    for _ in range(20):
        assert house.page(CONTACT).status == 200
    assert house.browser.ask("HEAD", urllib.parse.urlsplit(house.link(CONTACT)).path).status == 200
    assert house.town.ingest_status().last_sequence == last


def acknowledge(house):
    page = house.browser.press(found(house), "acknowledge")
    entry = house.entries(CONTACT)[-1].acknowledgement
    return page, entry.case_.id == house.town.case("SHOP-1", "DS-01").id


def claim(house):
    page = house.browser.press(found(house), "claim", text="已擦净 <b>")
    case = house.town.case("SHOP-1", "DS-01")
    return page, case.claimed_ms > 0 and house.entries(CONTACT)[-1].claim.text == "已擦净 <b>"


def explain(house):
    found(house)
    house.town.until(house.town.case("SHOP-1", "DS-01").due_s * 1000 + MINUTE)
    page = house.browser.press(house.page(CONTACT), "explain", text="等配件", until="2020-02-15T18:00")
    return page, house.town.case("SHOP-1", "DS-01").expected_s * 1000 == t("2020-02-15 18:00")


def extend(house):
    page = house.browser.press(found(house), "extend", text="等配件", until="2020-02-11T18:00")
    case = house.town.case("SHOP-1", "DS-01")
    return page, case.extension_asked_s * 1000 == t("2020-02-11 18:00") and case.extension_reason == "等配件"


def receipt(house):
    house.reach("office")
    house.town.enter(acts.complaint("GATE-1"), by="clerk")
    house.town.until("2020-02-10 10:30")
    house.town.visit("GATE-1", passes=["GT-03"], purpose=pb.PURPOSE_OBSERVATION, started_at_ms=house.town.now - 25 * MINUTE)
    house.town.enter(acts.result("TS-0001", pb.COMPLAINT_OUTCOME_UNFOUNDED), by="insp-n")
    page = house.page("office")
    assert "acknowledge" not in page.acts()
    page = house.browser.press(page, "receipt", text="同意")
    return page, house.town.subject_row("TS-0001").state_label.zh == "办结"


def delivered(house):
    house.reach("leader-n")
    house.town.enter(acts.difficulty("GATE-1"), by="insp-n")
    page = house.browser.press(house.page("leader-n"), "delivered", text="二十块围挡")
    return page, house.town.subject_row("XT-0001").state_label.zh == "已送达"


def referred(house):
    house.reach("office")
    house.town.visit("COUR-1", fails=["SD-01"])
    return house.page("office")


def taken(house):
    page = house.browser.press(referred(house), "take")
    return page, house.town.subject_row("YJ-0001").state_label.zh == "已签收"


def returned(house):
    page = house.browser.press(referred(house), "return", text="归城管")
    return page, house.town.subject_row("YJ-0001").state_label.zh == "退回"


def answered(house):
    house.browser.press(referred(house), "take")
    house.town.until("2020-02-18 18:00")   # the result is asked for
    page = house.browser.press(house.page("office"), "result", text="已拆除")
    return page, house.town.subject_row("YJ-0001").state_label.zh == "已反馈"


def resolved(house):
    house.reach("leader-n")
    house.town.enter(pb.Entry(resolution=pb.Resolution(matter="补齐围挡", owner="leader-n")), by="lead")
    page = house.browser.press(house.page("leader-n"), "resolved", text="已补齐")
    return page, not house.town.tasks(owner="leader-n")


@pytest.mark.parametrize("act, said", [
    (acknowledge, "已签收"), (claim, "已登记整改完成"), (explain, "逾期说明已登记"), (extend, "等候审批"), (receipt, "已签收核实结果"),
    (delivered, "已登记送达"), (taken, "已签收移交"), (returned, "已退回"), (answered, "处理结果已登记"), (resolved, "已登记办结")])
def test_each_act_becomes_its_entry(house, act, said):
    page, became = act(house)
    assert page.status == 200 and said in page.text, page.text
    assert became and not house.town.quarantine()


def test_pressed_twice_it_is_one_entry(house):
    page = found(house)
    first, second = house.browser.press(page, "claim", text="擦净"), house.browser.press(page, "claim", text="擦净")
    assert "已登记整改完成" in first.text and "已登记整改完成" in second.text
    assert len(house.entries(CONTACT)) == 1
    other = house.browser.press(page, "claim", text="另一句话")
    assert other.status == 409 and "先提交的为准" in other.text and len(house.entries(CONTACT)) == 1
    house.browser.press(house.page(CONTACT), "acknowledge")   # a page of its own is another one
    assert len(house.entries(CONTACT)) == 2
    last = house.town.ingest_status().last_sequence
    house.town.stop("gateway")
    acts_told = [line for line in house.town.past[-1].errors().splitlines() if "method=POST" in line and "path=/a/" in line]
    assert acts_told[-1].endswith(f" entries=1 sequence={last}") and "sequence=" not in acts_told[-2], acts_told


def test_pressed_twice_where_the_first_has_ended_it(house):
    house.reach("leader-n")
    house.town.enter(pb.Entry(resolution=pb.Resolution(matter="补齐围挡", owner="leader-n")), by="lead")
    page = house.page("leader-n")
    first, second = house.browser.press(page, "resolved", text="已补齐"), house.browser.press(page, "resolved", text="已补齐")
    assert "已登记办结" in first.text and "已登记办结" in second.text, second.text
    assert len(house.entries("leader-n")) == 1


def test_what_is_over_is_said_to_be_and_nothing_comes_of_it(house):
    page = found(house)
    link = house.link(CONTACT)
    house.town.enter(acts.edit("SHOP-1", "DS-01", voided=True), by="lead")
    again = house.browser.get(link)
    assert "已经结束" in again.text and again.acts() == []
    late = house.browser.press(page, "claim")
    assert "已经结束" in late.text and house.entries(CONTACT) == []


def test_a_site_sees_on_its_first_page_what_was_found_at_it(house):
    """Whoever follows it up owns the task; the site is who mends."""
    town, browser = house.town, Browser(house.door.address, house.door.token(CONTACT))
    town.visit("SHOP-1", fails=["DS-01"])
    town.visit("GATE-1", fails=["DS-01"])
    task, = [task for task in town.tasks(town.case("SHOP-1", "DS-01")) if task.kind == state.TASK_KIND_RECTIFICATION]
    first = browser.get("/")
    assert first.text.count("整改 DB-") == 1 and town.case_row("SHOP-1", "DS-01").finding.zh in first.text
    said = browser.press(browser.get("/t/" + task.id.hex()), "claim", text="擦净")
    assert "已登记整改完成" in said.text and town.case("SHOP-1", "DS-01").claimed_ms > 0


def test_why_it_is_held_is_said(house):
    """Whoever may not do it has not done it, and it is not lost."""
    town = house.town
    town.visit("SHOP-1", fails=["DS-01"])
    task, = [task for task in town.tasks(town.case("SHOP-1", "DS-01")) if task.kind == state.TASK_KIND_RECTIFICATION]
    browser = Browser(house.door.address, house.door.token("auditor"))
    held = browser.press(browser.get("/t/" + task.id.hex()), "claim", text="擦净")
    row, = town.quarantine()
    assert f"待核记录 {row.sequence}" in held.text and row.zh in held.text and town.case("SHOP-1", "DS-01").claimed_ms == 0
    clerk = Browser(house.door.address, house.door.token("clerk"))
    assert f"待核记录 {row.sequence}" in clerk.get("/").text
    task, = [task for task in town.tasks() if task.quarantined_sequence == row.sequence]
    assert f"待核记录 {row.sequence}" in clerk.get("/t/" + task.id.hex()).text


def test_a_link_is_no_longer_his_who_holds_no_post(house):
    page, link = found(house), house.link(CONTACT)
    house.town.enter(holder(CONTACT, roles=[], channel="exec", address="x"))
    for refused in (house.browser.get(link), house.browser.press(page, "claim", text="擦净")):
        assert refused.status == 403 and refused.text.index("不再归您") < refused.text.index("yours no more") and refused.forms == []
    assert house.entries(CONTACT) == [] and house.town.quarantine() == []


def refused(page, status, *said):
    """In both languages, Chinese first, and nothing can be done there."""
    assert page.status == status and page.forms == [], page.text
    assert page.text.index(said[0]) < page.text.index(said[1])


def test_a_link_ends_with_the_post_in_which_it_was_sent(house):
    """Whoever is contact of another site by now is not asked about this one any more."""
    page, link = found(house), house.link(CONTACT)
    house.town.enter(holder(CONTACT, roles=[(pb.ROLE_SITE_CONTACT, "GATE-1")], channel="exec", address="x"))
    for gone in (house.browser.get(link), house.browser.press(page, "claim", text="擦净")):
        refused(gone, 403, "不归您负责", "in other hands")
    assert house.entries(CONTACT) == [] and house.town.quarantine() == []
    house.town.enter(holder(CONTACT, channel="exec", address="x"))
    assert house.browser.get(link).status == 200


def test_an_owners_link_ends_when_another_owns_the_task(house):
    town = house.town
    house.reach("insp-s", "insp-s2")
    town.visit("SHOP-1", fails=["DS-01"])
    town.enter(acts.claim("SHOP-1", "DS-01"), by=CONTACT)
    town.until(town.now + DAY)
    task, = [task for task in town.tasks(town.case("SHOP-1", "DS-01")) if task.kind == state.TASK_KIND_REVISIT]
    other = {"insp-s": "insp-s2", "insp-s2": "insp-s"}[task.owner]
    his = house.link(task.owner)
    assert house.browser.get(his).status == 200
    town.enter(acts.assign("SHOP-1", "DS-01", other), by="leader-s")
    refused(house.browser.get(his), 403, "不归您负责", "in other hands")
    refused(house.page(task.owner), 403, "不归您负责", "in other hands")   # nor by what told him that it is another's
    assert house.page(other).status == 200


def test_an_owners_link_outlives_his_post_while_he_owns_the_task(house):
    town = house.town
    house.reach("leader-s")
    town.enter(pb.Entry(resolution=pb.Resolution(matter="补齐围挡", owner="leader-s")), by="lead")
    link = house.link("leader-s")
    assert house.browser.get(link).status == 200
    town.enter(holder("leader-s", roles=[(pb.ROLE_INSPECTOR, "north")], channel="exec", address="leader-s"))
    task, = town.tasks(owner="leader-s")
    page = house.browser.get(link)
    assert page.status == 200 and page.acts() != []


def test_an_owners_list_outlives_his_post_while_he_owns_its_tasks(house):
    town = house.town
    house.reach("leader-s")
    for i in range(8):
        town.enter(pb.Entry(resolution=pb.Resolution(matter=f"第{i}件", owner="leader-s")), by="lead")
    town.until(town.now + HOUR)
    link, = [message for message in house.messages("leader-s") if message["kind"] == "digest" and len(message["items"]) > 1][-1]["links"]
    town.enter(holder("leader-s", roles=[(pb.ROLE_INSPECTOR, "north")], channel="exec", address="leader-s"))
    page = house.browser.get(link["url"])
    assert page.status == 200 and len(page.links) > 1
    assert {house.browser.get(one).status for one in page.links} == {200}


def test_what_somebody_was_told_is_looked_for_in_all_of_it(house):
    """A case that goes to and fro: more notices to him than one answer holds, all before the one that counts."""
    town = house.town
    town.visit("SHOP-1", fails=["DS-01"])
    town.submit_all([("leader-s", acts.assign("SHOP-1", "DS-01", owner)) for owner in ("insp-s", "insp-s2") * 200])
    town.settle()
    assert len(town.notices(town.case("SHOP-1", "DS-01"), recipient="insp-s2")) > 200
    house.reach("insp-s2")
    town.enter(acts.claim("SHOP-1", "DS-01"), by=CONTACT)
    town.until(town.now + DAY)
    task, = [task for task in town.tasks(town.case("SHOP-1", "DS-01")) if task.kind == state.TASK_KIND_REVISIT]
    assert task.owner == "insp-s2" and house.page("insp-s2").status == 200
    town.enter(acts.assign("SHOP-1", "DS-01", "insp-s"), by="leader-s")
    assert house.browser.get("/t/" + task.id.hex(), house.door.token("insp-s2")).status == 200


def test_a_deputys_link_ends_when_he_stands_in_no_more(house):
    town = house.town
    town.enter(holder("leader-s", away=True, deputy="insp-n"))
    house.reach("insp-n")
    town.visit("SHOP-1", fails=["DS-01"])
    town.until(town.case("SHOP-1", "DS-01").due_s * 1000 + 3 * HOUR)
    told = {row.sequence for row in town.notices(town.case("SHOP-1", "DS-01"), recipient="insp-n") if row.notice.recipient.deputy_for == "leader-s"}
    link = [message["links"][0]["url"] for message in house.messages("insp-n") if message["notice"] in told][-1]
    assert house.browser.get(link).status == 200
    town.enter(holder("leader-s", away=True, deputy="insp-n2"))
    refused(house.browser.get(link), 403, "不归您负责", "in other hands")


def test_what_went_to_the_wrong_person_is_ended(house):
    """That link, not another's, and not what is sent to him later."""
    house.reach("leader-s")
    page, link = found(house), house.link(CONTACT)
    row = house.town.notices(recipient=CONTACT)[-1]
    done = house.town.duban("links", "end", row.sequence, "--as", "clerk")
    assert CONTACT in done.stdout and str(row.sequence) in done.stdout
    for gone in (house.browser.get(link), house.browser.press(page, "claim", text="擦净")):
        refused(gone, 410, "收回", "ended")
    assert house.entries(CONTACT) == []
    house.town.kill("notify")
    house.town.start("notify")
    refused(house.browser.get(link), 410, "收回", "ended")
    house.town.until(house.town.case("SHOP-1", "DS-01").due_s * 1000 + 3 * HOUR)
    assert house.page("leader-s").status == 200
    assert house.link(CONTACT) != link and house.page(CONTACT).status == 200


def test_all_links_of_somebody_are_ended_at_once(house):
    house.reach(CONTACT, CONTACTS["GATE-1"])
    house.town.visit("SHOP-1", fails=["DS-01", "MS-01"])
    house.town.visit("GATE-1", fails=["GT-01"])
    house.town.settle()
    his = [link["url"] for message in house.messages(CONTACT) for link in message["links"]]
    assert len(his) > 1
    house.town.duban("links", "end", "--of", CONTACT)
    for link in his:
        refused(house.browser.get(link), 410, "收回", "ended")
    assert house.page(CONTACTS["GATE-1"]).status == 200


def test_closing_an_account_ends_its_links(house):
    found(house)
    house.town.duban("account", "close", CONTACT)
    refused(house.page(CONTACT), 410, "收回", "ended")


def test_what_closing_an_account_could_not_end_is_said_and_the_rest_is_done(house):
    found(house)
    house.door.set_password(CONTACT)
    house.door.token(CONTACT)
    calendar = house.town.duban("account", "calendar", CONTACT).stdout.strip()
    house.town.stop("notify")
    done = house.town.duban("--timeout", "1", "account", "close", CONTACT, check=False)
    assert done.returncode == 3 and "没有收回" in done.stderr and "链接" in done.stderr and f"再运行一次 duban account close {CONTACT}" in done.stderr
    assert "不再能用密码" in done.stdout and "日历网址已收回" in done.stdout and "链接" not in done.stdout and "1 个" in done.stdout
    assert house.door.get("/v1/notices", basic(CONTACT))[0] == 401 and house.door.get(calendar)[0] == 404
    done = house.town.duban("--timeout", "1", "--lang", "en", "account", "close", CONTACT, check=False)
    assert "not ended: the links" in done.stderr and "run duban account close" in done.stderr
    house.town.start("notify")
    done = house.town.duban("account", "close", CONTACT)
    assert "链接已收回" in done.stdout and done.stderr == ""
    refused(house.page(CONTACT), 410, "收回", "ended")


@pytest.mark.parametrize("words, code", [((), 2), (("17", "--of", CONTACT), 2), (("x",), 2), (("999999",), 1), (("--of", "no-such"), 1), (("--of", "no such!"), 1)])
def test_what_cannot_be_ended_is_said(house, words, code):
    done = house.town.duban("links", "end", *words, check=False)
    assert done.returncode == code and done.stderr.strip()


@pytest.mark.parametrize("until, why", [("2020-02-10T10:01", "必须晚于"), ("2020-03-10T10:00", "不得超过")])
def test_what_changes_nothing_is_said_to_and_why(house, until, why):
    page = found(house)
    for _ in range(2):
        kept = house.browser.press(page, "extend", text="等", until=until)
        assert "没有改变什么" in kept.text and why in kept.text, kept.text
    assert len(house.entries(CONTACT)) == 1


def test_a_second_claim_is_said_to_change_nothing(house):
    house.browser.press(found(house), "claim")
    second = house.browser.press(house.page(CONTACT), "claim")
    assert "没有改变什么" in second.text and "正等复查" in second.text, second.text


@pytest.mark.parametrize("typed, said", [({"text": "", "until": "2020-02-15T18:00"}, "原因"), ({"text": "x", "until": "soon"}, "延到什么时候"),
                                         ({"text": "x" * 5000, "until": "2020-02-15T18:00"}, "2000")])
def test_what_is_missing_or_too_much_is_named(house, typed, said):
    page = house.browser.press(found(house), "extend", **typed)
    assert page.status == 422 and said in page.text, page.text
    assert house.entries(CONTACT) == []


def test_forms_that_are_none_are_refused(house):
    form = found(house).form("claim")
    path, fields = form["action"], form["fields"]
    for body in ({**fields, "act": "receipt"}, {**fields, "act": "no such"}, {**fields, "number": "x"}, {}):
        assert house.browser.post(path, body).status == 422
    for raw in (b"act=%zz", b"act=claim&act=claim", b"%00=1", b"act=%ff", b"&".join(b"f%d=1" % i for i in range(40))):
        assert house.browser.ask("POST", path, raw).status == 422, raw
    assert house.browser.post(path, fields, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert house.entries(CONTACT) == []


def test_a_link_expires(house):
    found(house)
    link = house.link(CONTACT)
    house.town.jump(house.town.now + 14 * DAY + 2 * HOUR)
    page = house.browser.get(link)
    assert page.status == 410 and "已过期" in page.text and page.forms == []
    assert house.browser.post(urllib.parse.urlsplit(link).path, {"act": "claim", "number": "00" * 16}).status == 410
    assert house.entries(CONTACT) == []


def test_a_forged_link_opens_nothing(house):
    found(house)
    path = urllib.parse.urlsplit(house.link(CONTACT)).path
    token = base64.urlsafe_b64decode(path.removeprefix("/a/") + "==")
    forged = [token.replace(CONTACT.encode(), b"lead-" + CONTACT.encode()[5:])]
    for at in range(len(token)):
        forged.append(token[:at] + bytes([token[at] ^ 1]) + token[at + 1:])
    forged += [token[:-1], token[16:], b"", token + b"\0"]
    for one in forged:
        page = house.browser.get("/a/" + base64.urlsafe_b64encode(one).decode().rstrip("="))
        assert page.status == 404 and "内勤" in page.text and page.forms == []
    for path in ("/a/", "/a/x", "/a/" + "A" * 3000, "/a/%ff", "/a/../healthz"):
        assert house.browser.get(path).status == 404


def test_links_are_each_persons_own(house):
    """Another's token acts in the other's name, and what he may not is held."""
    house.reach(CONTACT, "leader-s")
    house.town.visit("SHOP-1", fails=["DS-01"])
    house.town.until(house.town.case("SHOP-1", "DS-01").due_s * 1000 + 3 * HOUR)
    mine, his = house.link(CONTACT), house.link("leader-s")
    assert mine != his
    house.browser.press(house.browser.get(his), "acknowledge")
    assert house.entries("leader-s")[-1].HasField("acknowledgement") and house.entries(CONTACT) == []


def digest(house):
    """The contact of SHOP-1 has a digest of what is overdue; that message."""
    house.reach(CONTACT)
    house.town.visit("SHOP-1", fails=["DS-01", "MS-01"])
    house.town.until("2020-02-13 12:00")
    return [message for message in house.messages(CONTACT) if message["kind"] == "digest" and len(message["items"]) > 1][-1]


@pytest.mark.parametrize("channel, count", [("sms", 1), ("smtp", 2)])
def test_a_message_about_several_leads_to_all_of_them(house, channel, count):
    """Where there is no room for an address of each there is one of a list."""
    house.town.visit("SHOP-1", fails=["DS-01", "MS-01"])
    notice = house.town.notices(recipient=CONTACT)[-1].notice
    assert len(notice.items) == 2 and notice.kind != "digest"
    rendered, = house.town.ask("notify", render=query.RenderQuery(notice=notice, channel=channel)).rendered.rows
    assert len(re.findall(r"https://duban\.example/a/\S+", rendered.text)) == count, rendered.text
    assert rendered.text.count("请勿转发") == rendered.text.count("do not forward") == count and rendered.bytes <= rendered.limit_bytes


def test_a_list_shows_each_and_opens_it(house):
    town = house.town
    message = digest(house)
    link, = message["links"]
    assert set(link) == {"url"}
    last = town.ingest_status().last_sequence
    page = house.browser.get(link["url"])
    tasks = {base64.b64decode(item["task"]).hex() for item in message["items"] if "task" in item}
    assert page.status == 200 and len(tasks) > 1 and page.forms == []
    assert set(page.links) == {urllib.parse.urlsplit(link["url"]).path + "/" + task for task in tasks}
    for item in message["items"]:
        assert item["number"] in page.text
    opened = [house.browser.get(path) for path in page.links]
    assert all(one.status == 200 and "未能办理" not in one.text for one in opened) and town.ingest_status().last_sequence == last
    offered = next(one for one in opened if "acknowledge" in one.acts())
    assert "已签收" in house.browser.press(offered, "acknowledge").text and len(house.entries(CONTACT)) == 1
    refused(house.browser.post(link["url"].removeprefix(URL), {"act": "claim"}), 422, "没有登记", "Nothing was entered")
    for forged in (link["url"] + "/" + "00" * 16, link["url"] + "/x", link["url"] + "/", page.links[0] + "00"):
        assert house.browser.get(forged).status == 404, forged


def test_a_list_ends_as_its_tasks_do(house):
    message = digest(house)
    url = message["links"][0]["url"]
    page = house.browser.get(url)
    house.town.enter(holder(CONTACT, roles=[(pb.ROLE_SITE_CONTACT, "GATE-1")], channel="exec", address="x"))
    for one in (url, *page.links):
        refused(house.browser.get(one), 403, "不归您负责", "in other hands")
    house.reach(CONTACT)
    assert house.browser.get(url).status == 200
    house.town.duban("links", "end", message["notice"])
    for one in (url, *page.links):
        refused(house.browser.get(one), 410, "收回", "ended")


def test_a_message_without_an_address_of_ours_has_no_links(make_town, template, tmp_path):
    program = Program(tmp_path)
    town = make_town(template, rehearsal="2020-01-20 00:00", settings={"channels": {"exec": {"command": [str(program.path)]}}}).start()
    town.jump("2020-02-10 10:00")
    town.enter(holder(CONTACT, channel="exec", address="x"))
    town.visit("SHOP-1", fails=["DS-01"])
    town.settle()
    message, = program.taken()
    assert "links" not in message


def test_who_reads_along_gets_a_link_that_asks_to_sign_in(house):
    """The spool is read by whoever looks after the house."""
    house.town.visit("SHOP-1", fails=["DS-01"])
    house.town.settle()
    line, = [line for line in house.town.spool() if line["to"] == CONTACT]
    (link,) = [link["url"] for link in line["links"]]
    assert link.startswith(URL + "/t/")
    page = house.browser.get(link)
    assert page.status == 303 and page.headers["Location"] == "/login?to=" + urllib.parse.urlsplit(link).path


def test_a_preview_for_nobody_opens_nothing(house):
    found(house)
    row = house.town.notices(recipient=CONTACT)[-1]
    rendered, = house.town.ask("notify", render=query.RenderQuery(notice=row.notice, channel="smtp")).rendered.rows
    link, = re.findall(r"https://duban\.example/a/\S+", rendered.text)
    assert len(link) == len(house.link(CONTACT)) and house.browser.get(link).status == 404


def test_the_same_notice_has_the_same_link_at_every_attempt(house):
    house.program.does("exit 75")
    house.reach(CONTACT)
    house.town.visit("SHOP-1", fails=["DS-01"])
    house.town.settle()
    house.program.does("exit 0")
    house.town.until(house.town.now + HOUR)
    sent = house.messages(CONTACT)
    assert len(sent) > 1 and len({message["links"][0]["url"] for message in sent}) == 1
    house.town.kill("notify")
    house.town.start("notify")
    assert house.page(CONTACT).status == 200


def test_nothing_that_people_wrote_is_markup(house):
    town = house.town
    town.enter(acts.site("SHOP-1", "SHOP", "v1", EVIL, EVIL))
    page = found(house, notes={"DS-01": EVIL})
    assert page.text.count("<script>alert(1)</script>") >= 2
    assert not any(tag in ("script", "img") for tag, _ in page.tags) and "<script" not in page.source.replace("&lt;", "")
    held = house.browser.press(page, "extend", text=EVIL, until="2020-02-10T10:01")
    assert not any(tag in ("script", "img") for tag, _ in held.tags)


def test_the_log_has_no_token(house):
    link = house.link(CONTACT) if found(house) else ""
    house.town.stop("gateway")
    assert link.rsplit("/", 1)[1] not in house.town.past[-1].errors() and "path=/a/" in house.town.past[-1].errors()


def test_a_daemon_that_is_silent_makes_it_later(make_town, template, tmp_path):
    program = Program(tmp_path)
    settings = {"channels": {"exec": {"command": [str(program.path)]}}, "notify": {"public_url": URL}, "gateway": {"answer_within": "1s"}}
    town = make_town(template, rehearsal="2020-01-20 00:00", settings=settings).start()
    town.jump("2020-02-10 10:00")
    house = House(town, program)
    page = found(house)
    link = house.link(CONTACT)
    town.stop("notify")
    assert house.browser.get(link).status == 503
    assert house.browser.press(page, "claim").status == 503
    town.start("notify")
    town.stop("gateway")


class Unable:
    """Takes notify's place, and answers each question that it cannot be answered now."""

    def __init__(self, town, zh, en):
        self.fault = query.Fault(zh=zh, en=en, later=True)
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.bind(f"ipc://{town.run}/notify.query")
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while True:
            try:
                peer, *parts = self.socket.recv_multipart()
            except zmq.ContextTerminated:
                self.socket.close(linger=0)
                return
            reply = query.Reply(request_id=query.Query.FromString(wire.Frame(parts).body).request_id, fault=self.fault)
            self.socket.send_multipart([peer, wire.header(wire.REPLY), reply.SerializeToString()])

    def close(self):
        self.context.term()
        self.thread.join()


def test_a_link_that_cannot_be_looked_up_now_is_not_called_forged(house):
    found(house)
    link = house.link(CONTACT)
    house.town.stop("notify")
    with contextlib.closing(Unable(house.town, "现在查不出", "it cannot be read now")):
        refused(house.browser.get(link), 503, "现在查不出", "it cannot be read now")
    house.town.start("notify")
    assert house.browser.get(link).status == 200


# ---------------------------------------------------------------- signing in

@pytest.fixture
def signed_in(house):
    house.door.set_password("leader-s")
    assert house.browser.sign_in("leader-s", PASSWORD).status == 303
    return house


def test_a_page_asks_to_sign_in_and_goes_on_to_what_was_asked_for(house):
    house.door.set_password("leader-s")
    house.town.visit("SHOP-1", fails=["DS-01"])
    task = house.town.tasks(house.town.case("SHOP-1", "DS-01"))[0].id.hex()
    asked = house.browser.get("/t/" + task)
    assert (asked.status, asked.headers["Location"]) == (303, "/login?to=/t/" + task)
    page = house.browser.get(asked.headers["Location"])
    assert page.forms[0]["fields"]["to"] == "/t/" + task
    wrong = house.browser.sign_in("leader-s", "wrong", "/t/" + task)
    assert wrong.status == 401 and "不对" in wrong.text and house.browser.cookies == {}
    right = house.browser.sign_in("leader-s", PASSWORD, "/t/" + task)
    assert (right.status, right.headers["Location"]) == (303, "/t/" + task)
    cookie = right.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    house.reach("leader-s")
    house.town.until(house.town.case("SHOP-1", "DS-01").due_s * 1000 + 3 * HOUR)   # he is told
    page = house.browser.get("/t/" + task)
    assert page.status == 200 and "南村超市" in page.text
    done = house.browser.press(page, "acknowledge")
    assert done.status == 200 and "已签收" in done.text and house.entries("leader-s")[-1].HasField("acknowledgement")


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a b", "/a?b=//c", "/a?b=c?d", "/x\r\nSet-Cookie: a=b"])
def test_nobody_is_sent_elsewhere_after_signing_in(house, to):
    house.door.set_password("leader-s")
    assert house.browser.sign_in("leader-s", PASSWORD, to).headers["Location"] == "/"


def test_over_tls_the_cookie_is_the_hosts_alone(make_town, template):
    town = make_town(template, rehearsal="2020-01-20 00:00").start()
    door = Door(town, trusted_proxy="127.0.0.1")
    door.set_password("lead")
    browser = Browser(door.address, {"X-Forwarded-Proto": "https"})
    cookie = browser.sign_in("lead", PASSWORD).headers["Set-Cookie"]
    assert cookie.startswith("__Host-duban=") and "; Secure" in cookie and browser.get("/").status == 200
    browser.headers = {}
    assert browser.get("/").status == 303, "the cookie of the one is none of the other"
    town.stop("gateway")


def test_a_session_reads_what_its_account_reads(signed_in):
    assert signed_in.browser.ask("GET", "/v1/cases?zone=south").status == 200
    assert signed_in.browser.ask("GET", "/v1/cases?zone=north").status == 403
    assert Browser(signed_in.door.address).ask("GET", "/v1/cases").status == 401


def test_who_posts_by_a_session_must_mean_it(signed_in):
    browser, last = signed_in.browser, signed_in.town.ingest_status().last_sequence
    home = browser.get("/")
    token = home.forms[-1]["fields"]["csrf"]
    other = Browser(signed_in.door.address)
    signed_in.door.set_password("lead")
    other.sign_in("lead", PASSWORD)
    anothers = other.get("/").forms[-1]["fields"]["csrf"]
    assert anothers != token and token not in browser.cookies.values()
    for wrong in ({}, {"csrf": ""}, {"csrf": anothers}, {"csrf": token[:-1]}, {"csrf": token + "A"}):
        assert browser.post("/logout", wrong).status == 403
        assert browser.post("/t/" + "00" * 16, wrong).status == 403
    assert browser.ask("POST", "/v1/entries", b"{}").status == 403
    photo = photos.jpeg("of a session")
    path = "/v1/evidence/" + hashlib.sha256(photo).hexdigest()
    assert browser.ask("PUT", path, photo).status == 403 and browser.ask("GET", path).status == 404, "nothing is stored"
    assert browser.ask("PUT", path, photo, {"X-CSRF-Token": token}).status == 201
    assert browser.ask("POST", "/v1/entries", b"{}", {"X-CSRF-Token": token}).status == 422, "it is let in, and is nothing"
    assert browser.get("/").status == 200 and signed_in.town.ingest_status().last_sequence == last
    assert other.post("/login", {"account": "lead", "password": PASSWORD}, {"Sec-Fetch-Site": "cross-site"}).status == 403


FOREIGN = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
           {"Sec-Fetch-Site": "cross-site", "Origin": "http://HOST"}]


@pytest.mark.parametrize("said", FOREIGN)
def test_another_sites_page_does_nothing_however_somebody_signs_in(house, said):
    """A browser sends Basic along as it sends a cookie."""
    door, last = house.door, house.town.ingest_status().last_sequence
    said = {name: value.replace("HOST", "%s:%d" % door.address) for name, value in said.items()}
    door.set_password("lead")
    who = {**basic("lead"), **said}
    assert door.post("/v1/entries", {}, who)[0] == door.post("/v1/reveal", {}, who)[0] == 403
    assert door.ask("POST", "/v1/uploads", b"", {**who, "Tus-Resumable": "1.0.0", "Upload-Length": "3"})[0] == 403
    assert door.ask("PUT", "/v1/evidence/" + "0" * 64, b"x", who)[0] == 403
    assert door.get("/v1/export/cases.csv?reason=x", who)[0] == 403
    assert door.get(f"/v1/evidence/{'0' * 64}?original=true", who)[0] == 403
    assert house.browser.post("/login", {"account": "lead", "password": PASSWORD}, said).status == 403 and house.browser.cookies == {}
    assert house.town.ingest_status().last_sequence == last
    assert door.get("/v1/cases", who)[0] == 200, "nothing comes of reading"


def test_our_own_pages_and_apps_are_nobody_elses(house):
    door = house.door
    door.set_password("lead")
    own = "http://%s:%d" % door.address
    for said in ({}, {"Origin": own}, {"Origin": own.upper()}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://duban.example"},
                 {"Sec-Fetch-Site": "none"}):
        assert door.post("/v1/entries", {}, {**basic("lead"), **said})[0] == 422, said
        assert door.get("/v1/export/cases.csv?reason=x", {**basic("lead"), **said})[0] == 200, said


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "Text/Plain;charset=utf-8"])
def test_json_does_not_come_as_a_forms_text(house, kind):
    status, _, problem = house.door.ask("POST", "/v1/entries", b"{}", {**house.door.token("lead"), "Content-Type": kind})
    assert status == 415 and "application/json" in problem["detail"] and "application/json" in problem["detailEn"]


def test_who_leaves_cannot_be_replayed(signed_in):
    browser = signed_in.browser
    cookies = dict(browser.cookies)
    left = browser.post("/logout", {"csrf": browser.get("/").forms[-1]["fields"]["csrf"]})
    assert left.status == 303 and browser.cookies == {}
    browser.cookies = cookies
    assert browser.get("/").status == 303


def test_a_session_is_made_anew_at_each_sign_in(signed_in):
    """Whoever has planted a cookie has nothing by it, and the one before ends."""
    browser = signed_in.browser
    before = dict(browser.cookies)
    browser.sign_in("leader-s", PASSWORD)
    assert browser.cookies["duban"] != before["duban"]
    old = Browser(signed_in.door.address)
    old.cookies = before
    assert old.get("/").status == 303
    planted = Browser(signed_in.door.address)
    planted.cookies = {"duban": "A" * 43}
    assert planted.get("/").status == 303
    planted.sign_in("leader-s", PASSWORD)
    assert planted.cookies["duban"] != "A" * 43 and planted.get("/").status == 200


def test_an_account_has_so_many_sessions_and_the_oldest_goes(signed_in):
    browsers = [signed_in.browser] + [Browser(signed_in.door.address) for _ in range(16)]
    for browser in browsers[1:]:
        assert browser.sign_in("leader-s", PASSWORD).status == 303
    assert [browser.get("/").status for browser in browsers] == [303] + [200] * 16


def test_what_was_written_is_not_lost_without_a_word(signed_in):
    browser = signed_in.browser
    browser.cookies = {}
    page = browser.post("/t/" + "00" * 16, {"act": "claim"})
    assert page.status == 401 and page.text.index("没有提交") < page.text.index("not entered")
    assert page.forms[0]["action"] == "/login" and page.forms[0]["fields"]["to"] == "/t/" + "00" * 16
    assert browser.post("/reveal", {"site": "x"}).forms[0]["fields"]["to"] == "/"


def test_what_was_asked_for_is_still_asked_for_after_signing_in(signed_in):
    browser = signed_in.browser
    browser.cookies = {}
    path = "/paper/plan?day=2020-02-10&zone=south"
    asked = browser.get(path)
    assert asked.status == 303
    form = browser.get(asked.headers["Location"]).forms[0]
    assert form["fields"]["to"] == path
    assert browser.sign_in("leader-s", PASSWORD, path).headers["Location"] == path and browser.get(path).status == 200
    browser.cookies = {}
    assert browser.get("/paper/plan?day=%22%3E").headers["Location"] == "/login?to=/paper/plan"


def test_another_password_ends_its_sessions(signed_in):
    signed_in.door.set_password("leader-s", "another password")
    assert signed_in.browser.get("/").status == 303
    signed_in.browser.sign_in("leader-s", "another password")
    assert signed_in.browser.get("/").status == 200
    signed_in.door.set_password("leader-s", "")
    assert signed_in.browser.get("/").status == 303


def test_a_session_outlives_a_restart_and_is_not_in_the_store(signed_in):
    town = signed_in.town
    stored = (town.data("gateway") / "data.mdb").read_bytes()
    assert signed_in.browser.cookies["duban"].encode() not in stored
    town.kill("gateway")
    signed_in.browser.address = Door(town).address
    assert signed_in.browser.get("/").status == 200


def test_guesses_at_the_form_are_slowed_down_like_others(house):
    house.door.set_password("lead")
    pages = []
    while not pages or pages[-1].status != 429:
        pages.append(house.browser.sign_in("lead", f"guess number {len(pages)}"))
    assert "秒后再试" in pages[-1].text and house.browser.cookies == {}
    answers = [page.status for page in pages]   # 503: a slow machine checks no more for now
    assert set(answers) <= {401, 429, 503} and answers.count(401) >= 5, answers


def test_a_task_is_shown_to_whom_it_concerns_alone(house):
    town = house.town
    town.visit("SHOP-1", fails=["DS-01"])
    task = town.tasks(town.case("SHOP-1", "DS-01"))[0].id.hex()
    told = {row.notice.recipient.account for row in town.notices(town.case("SHOP-1", "DS-01"))}
    for account in (*HOLDERS, CONTACT, CONTACTS["GATE-1"]):
        status = house.browser.get("/t/" + task, house.door.token(account)).status
        sees = account in told or account in ("lead", "clerk", "auditor", town.case("SHOP-1", "DS-01").owner)
        assert status == (200 if sees else 404), account
    for none in ("/t/", "/t/zz", "/t/" + "00" * 16, "/t/" + task + "00"):
        assert house.browser.get(none, house.door.token("lead")).status == 404


def test_the_first_page_lists_what_is_to_be_done(signed_in):
    town = signed_in.town
    town.enter(pb.Entry(resolution=pb.Resolution(matter="补齐围挡", owner="leader-s")), by="lead")
    page = signed_in.browser.get("/")
    (task,) = town.tasks(owner="leader-s")
    assert f"/t/{task.id.hex()}" in page.links and "南片组组长" in page.text
    assert signed_in.browser.get(f"/t/{task.id.hex()}").status == 200


def test_the_first_page_shows_what_is_overdue_first_and_what_waits_for_ones_post(signed_in):
    town, browser = signed_in.town, signed_in.browser
    for matter, hours in (("后天的", 48), ("先到期的", 1), ("明天的", 24)):
        town.enter(pb.Entry(resolution=pb.Resolution(matter=matter, owner="leader-s", due_ms=town.now + hours * HOUR)), by="lead")
    town.until(town.now + 2 * HOUR)
    owned = town.tasks(owner="leader-s")
    page = browser.get("/")
    order = [link.removeprefix("/t/") for link in page.links if link.startswith("/t/")]
    assert order[0] == min(owned, key=lambda task: task.due_s or 1 << 60).id.hex()
    dues = [next(task.due_s for task in town.tasks() if task.id.hex() == one) for one in order]
    assert len(order) >= 3 and dues == sorted(dues) and page.text.count("已逾期") == 1
    assert page.text.index("已逾期") < page.text.index("2020-02-11")
    town.visit("COUR-1", fails=["SD-01"])
    of_the_post = {"/t/" + task.id.hex() for task in town.tasks_about("YJ-0001") if not task.owner}
    office = Browser(signed_in.door.address, signed_in.door.token("office"))
    assert of_the_post and of_the_post <= set(office.get("/").links) and not of_the_post & set(browser.get("/").links)


def test_whatever_the_first_page_lists_opens(house):
    """Of a post, too, that another held already when it was told."""
    town, door = house.town, house.door
    town.visit("COUR-1", fails=["SD-01", "DS-01"])
    town.visit("SHOP-1", fails=["DS-01"])
    waiting = {"/t/" + task.id.hex() for task in town.tasks_about("YJ-0001") if not task.owner}
    town.enter(acts.holder("office-2", HOLDERS["office"][0], "控违办第二人", "second of the office"))
    assert waiting and not town.notices(recipient="office-2")
    listed = {}
    for account in (*HOLDERS, "office-2", *CONTACTS.values()):
        browser = Browser(door.address, door.token(account))
        listed[account] = [link for link in browser.get("/").links if link.startswith("/t/")]
        for link in listed[account]:
            assert browser.get(link).status == 200, (account, link)
    assert waiting <= set(listed["office-2"])


def test_the_first_page_lists_one_hundred_and_the_api_all(signed_in):
    town = signed_in.town
    town.submit_all([("lead", pb.Entry(resolution=pb.Resolution(matter=f"第{i}件", owner="leader-s", due_ms=town.now + (200 - i) * HOUR)))
                     for i in range(120)])
    town.settle()
    page = signed_in.browser.get("/")
    assert len([link for link in page.links if link.startswith("/t/")]) == 100 and "第119件" in page.text and "第0件" not in page.text
    rows, after = [], ""
    while True:
        _, _, reply = signed_in.door.get(f"/v1/tasks?waitsFor=leader-s&limit=50{after}", signed_in.door.token("lead"))
        rows += reply["tasks"]["rows"]
        if "next" not in reply:
            break
        after = "&after=" + urllib.parse.quote(reply["next"])
    dues = [int(row["task"]["dueS"]) for row in rows]
    assert len(rows) >= 120 and dues == sorted(dues) and len({row["task"]["id"] for row in rows}) == len(rows)


def test_who_holds_no_post_any_more_is_shown_nothing(signed_in):
    """His row is still there, with no post in it."""
    town, browser = signed_in.town, signed_in.browser
    town.enter(pb.Entry(resolution=pb.Resolution(matter="补齐围挡", owner="leader-s")), by="lead")
    (task,) = town.tasks(owner="leader-s")
    calendar = town.duban("account", "calendar", "leader-s").stdout.strip()
    assert signed_in.door.get(calendar)[0] == 200
    town.enter(holder("leader-s", roles=[]))
    town.settle()
    page = browser.get("/")
    assert "没有岗位" in page.text and page.links == [] and "围挡" not in page.source
    assert browser.get(f"/t/{task.id.hex()}").status == 404 and signed_in.door.get(calendar)[0] == 404
    assert browser.ask("GET", "/v1/cases").status == 403


# ---------------------------------------------------------------- what is refused

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def test_a_browser_gets_a_page_and_a_program_a_problem(house):
    """The same words, and where to go from there."""
    door, browser = house.door, house.browser
    asks = [("/nowhere", {}, 404, "/"), ("/v1/cases", {}, 401, "/login"), ("/v1/nothing", door.token("lead"), 404, "/"),
            ("/v1/cases", door.token(CONTACT), 403, "/"), ("/v1/cases?limit=x", door.token("lead"), 400, "/"), ("/v1/entries", door.token("lead"), 405, "/")]
    for path, who, status, way_on in asks:
        page = browser.get(path, {**who, "Accept": BROWSER})
        assert page.status == status and page.headers["Content-Type"] == "text/html; charset=utf-8", (path, page.status)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'") and way_on in page.links
        for accept in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}, {"Accept": "application/json, text/html;q=0.5"}):
            told, headers, problem = door.get(path, {**who, **accept})
            assert told == status and headers["Content-Type"] == "application/problem+json", accept
            assert page.text.index(problem["title"]) < page.text.index(problem["titleEn"])
            assert " ".join(problem["detail"].split()) in page.text and " ".join(problem["detailEn"].split()) in page.text
    assert "WWW-Authenticate" in browser.get("/v1/cases", {"Accept": BROWSER}).headers


def test_a_page_of_a_daemon_that_is_silent_leads_on(house):
    house.town.stop("rules")
    page = house.browser.get("/v1/cases", {**house.door.token("lead"), "Accept": BROWSER})
    assert page.status == 503 and page.headers["Retry-After"] and page.links == ["/"] and in_one_language(page) == []
    house.town.start("rules")


# ---------------------------------------------------------------- paper

def squares(page):
    """The black modules of the QR code on it, as rows of a square."""
    view, = [attrs["viewBox" if "viewBox" in attrs else "viewbox"] for tag, attrs in page.tags if tag == "svg"]
    width = int(view.split()[2])
    path, = [attrs["d"] for tag, attrs in page.tags if tag == "path"]
    rows = [[False] * width for _ in range(width)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        rows[int(y)][int(x):int(x) + int(run)] = [True] * int(run)
    return rows


def test_a_rectification_notice_lists_what_the_visit_has_found(house):
    town = house.town
    town.visit("SHOP-1", fails=["DS-01", "MS-01"])
    town.until("2020-02-10 12:00")
    town.visit("SHOP-1", fails=["DS-02"])   # another visit: another notice
    page = house.browser.get("/paper/case/DB-0001", house.door.token("lead"))
    assert page.status == 200 and "整改告知书" in page.text and "拒签" in page.text and "@page{size:A4" in page.source
    for item in ("DS-01", "MS-01"):
        row = town.case_row("SHOP-1", item)
        assert f"DB-{row.case_.number:04}" in page.text and row.finding.zh in page.text
        assert acts.local(row.case_.due_s * 1000)[:16] in page.text
    assert "DB-0003" not in page.text and "南村超市" in page.text
    modules = squares(page)
    finder = [row[4:11] for row in modules[4:11]]
    assert finder[0] == finder[6] == [True] * 7 and finder[3] == [True, False, True, True, True, False, True]


def test_a_notice_of_what_has_been_closed_asks_for_nothing(house):
    house.town.visit("SHOP-1", fails=["DS-01"])
    house.town.settle()
    assert "请在时限前整改到位" in house.browser.get("/paper/case/1", house.door.token("lead")).text
    for day in (13, 16, 19, 22):
        house.town.until(f"2020-02-{day} 10:00")
        house.town.visit("SHOP-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    house.town.settle()
    assert house.town.case("SHOP-1", "DS-01").state == state.CASE_STATE_CLOSED
    text = house.browser.get("/paper/case/1", house.door.token("lead")).text
    assert "销号，此件存档" in text and "请在时限前" not in text


def test_the_code_on_a_notice_leads_to_its_task(house, tmp_path):
    def read():
        rows = squares(house.browser.get("/paper/case/1", house.door.token("lead")))
        margin = [[False] * (len(rows) + 8)] * 4
        return photos.scanned([*margin, *([False] * 4 + row + [False] * 4 for row in rows), *margin], tmp_path)

    house.town.visit("SHOP-1", fails=["DS-01"])
    house.town.settle()
    assert read() == "DB-0001"
    house.town.stop("gateway")
    house.door = Door(house.town, public_url=URL)
    house.browser = Browser(house.door.address)
    assert read() == f"{URL}/t/{house.town.case('SHOP-1', 'DS-01').rectification_task.hex()}"


def test_a_notice_is_printed_for_those_whom_it_concerns(house):
    house.town.visit("SHOP-1", fails=["DS-01"])
    for account in (*HOLDERS, CONTACT, CONTACTS["GATE-1"]):
        status = house.browser.get("/paper/case/1", house.door.token(account)).status
        sees = account in ("lead", "clerk", "auditor", "leader-s", "insp-s", "insp-s2", "area-v", CONTACT)
        assert status == (200 if sees else 404), account
    for none in ("0", "2", "x", "DB-", "DB-9999999999", "-1", ""):
        assert house.browser.get("/paper/case/" + none, house.door.token("lead")).status == 404
    assert house.browser.get("/paper/case/1").headers["Location"] == "/login?to=/paper/case/1"


def test_names_are_found_beyond_the_first_page_of_a_listing(house):
    """More accounts and more areas than one answer holds, all before those that are meant."""
    town = house.town
    town.submit_all([("operator", one) for i in range(1100) for one in (
        acts.holder(f"a-{i:04}", [(pb.ROLE_AREA_STAFF, "c1")], f"第{i}人", f"person {i}"),
        acts.area(f"a-{i:04}", pb.AREA_KIND_COMMUNITY, "north", f"第{i}社区", f"community {i}", "北片", "north group"))])
    town.until("2020-02-12 20:30")
    plan = house.browser.get("/paper/plan?day=2020-02-12", house.door.token("lead"))
    people = {stop.person for row in town.ask("rules", plan=query.PlanQuery()).plan.rows for stop in row.plan.stops}
    assert people and all(HOLDERS[person][1] in plan.text for person in people)
    town.enter(holder(CONTACT, phone="13900001234"))
    status, _, shown = house.door.post("/v1/reveal", {"account": CONTACT, "fields": ["phone"], "reason": "约时间"}, house.door.token("leader-s"))
    assert status == 200 and shown["fields"][0]["value"] == "13900001234", shown


def test_the_days_papers_say_what_the_ledger_says(house):
    town, lead = house.town, house.door.token("lead")
    town.visit("SHOP-1", fails=["DS-01"], notes={"DS-01": EVIL})
    town.until("2020-02-12 20:30")
    day, = [reply.plan for reply in [town.ask("rules", plan=query.PlanQuery())]]
    page = house.browser.get("/paper/plan?day=2020-02-12", lead)
    assert page.status == 200
    for row in day.rows:
        for stop in row.plan.stops:
            assert stop.site in page.text and HOLDERS[stop.person][1] in page.text
    assert [row.plan.stops for row in day.rows]
    own = house.browser.get("/paper/plan?day=2020-02-12", house.door.token("leader-s"))
    assert own.status == 200 and "南片" in own.text and "北片" not in own.text
    for kind, path in ((1, "morning"), (2, "evening")):
        meeting = town.ask("rules", meeting=query.MeetingQuery(day=18304, kind=kind)).meeting.meeting
        page = house.browser.get(f"/paper/{path}?day=2020-02-12", lead)
        assert page.status == 200 and "2020-02-12" in page.text
        assert f"应查点位 sites to inspect{meeting.figures.required}" in page.text, page.text
        assert f"逾期未整改 cases not fixed in time{meeting.figures.overdue}" in page.text
        for point in meeting.points:
            assert point.number in page.text
        assert house.browser.get(f"/paper/{path}", house.door.token("insp-s")).status == 403
    assert "没有" in house.browser.get("/paper/morning?day=2020-02-15", lead).text
    for bad in ("2020-2-3x", "x", "2020-02-30", "99999999999999999999"):
        page = house.browser.get("/paper/plan?day=" + bad, lead)
        assert page.status == 400 and "2020-02-03" in page.text


def in_one_language(page, typed=()):
    """Blocks with Chinese words and no English ones beside; what somebody has typed in is in his language alone."""
    class Blocks(html.parser.HTMLParser):
        blocks = ("h1", "h2", "p", "li", "dt", "dd", "td", "th", "label", "button", "a")

        def __init__(self):
            super().__init__()
            self.open, self.alone, self.small = [], [], 0

        def handle_starttag(self, tag, attrs):
            self.small += tag == "small" and dict(attrs).get("lang") == "en"
            if tag in self.blocks:
                self.open.append({"zh": "", "en": ""})

        def handle_endtag(self, tag):
            self.small -= tag == "small"
            if tag in self.blocks:
                block = self.open.pop()
                for words in typed:
                    block["zh"] = block["zh"].replace(words, "")
                if re.search(r"[\u4e00-\u9fff]", block["zh"]) and not re.search(r"[A-Za-z]{2}", block["en"]):
                    self.alone.append(block["zh"])
                if self.open and tag == "a":
                    self.open[-1]["en"] += block["en"]

        def handle_data(self, data):
            if self.open:
                self.open[-1]["en" if self.small > 0 else "zh"] += data

    blocks = Blocks()
    blocks.feed(page.source)
    return blocks.alone


def test_papers_are_in_both_languages(house):
    """A day with all that papers can say: stops done and left undone, with and without a reason, what is overdue, a remark."""
    town, lead = house.town, house.door.token("lead")
    town.visit("SHOP-1", fails=["DS-01", "MS-01"])
    town.until("2020-02-12 18:00")
    day = town.ask("rules", plan=query.PlanQuery()).plan
    stops = [stop for row in day.rows for stop in row.plan.stops]
    town.enter(pb.Entry(stop_left=pb.StopLeft(site=stops[0].site, reason="车坏了")), by=stops[0].person)
    town.enter(pb.Entry(remark=pb.Remark(text="请街道协调", site="SHOP-1")), by="lead")
    town.until("2020-02-13 20:30")
    papers = {path: house.browser.get(path, lead) for path in ("/paper/case/1", "/paper/plan?day=2020-02-12", "/paper/plan?day=2020-02-13",
              "/paper/morning?day=2020-02-13", "/paper/evening?day=2020-02-12", "/paper/evening?day=2020-02-13", "/paper/morning?day=2020-02-15",
              "/paper/evening?day=2020-02-15", "/paper/plan?day=2020-02-15")}
    for path, page in papers.items():
        assert page.status == 200 and in_one_language(page, ("车坏了", "请街道协调")) == [], path
    said = " ".join(page.text for page in papers.values())
    for words in ("overdue", "left undone then", "remarks", "groups", "level ", "nobody has said why", "carried over", HOLDERS[stops[0].person][2]):
        assert words in said, words


def test_pages_are_in_both_languages(signed_in):
    house = signed_in
    house.reach(CONTACT)
    house.town.visit("SHOP-1", fails=["DS-01"])
    task = house.town.tasks(house.town.case("SHOP-1", "DS-01"))[0].id.hex()
    for page in (house.page(CONTACT), house.browser.get("/login"), house.browser.get("/"), house.browser.get("/t/" + task),
                 house.browser.get("/a/x"), house.browser.get("/nowhere", {"Accept": BROWSER})):
        assert in_one_language(page) == [] and page.text, page.text


def test_the_first_page_leads_to_what_one_may_print(house):
    papers = {"/paper/plan", "/paper/morning", "/paper/evening"}
    for account, wanted in (("lead", papers), ("leader-s", {"/paper/plan"}), (CONTACT, set())):
        page = house.browser.get("/", house.door.token(account))
        assert page.status == 200 and {link for link in page.links if link.startswith("/paper")} == wanted, account
        for link in wanted:
            assert house.browser.get(link, house.door.token(account)).status == 200
