"""Personal data in clear over HTTP: which post sees which field of whom, and that the journal says so before anybody sees it."""
import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query
from pages import Browser
from test_gateway import PASSWORD, Door
from township import CONTACTS, HOLDERS, holder

CONTACT = CONTACTS["SHOP-1"]
PHONE, PERSON = "13800001234", "某住户 13900004321"


@pytest.fixture(scope="module")
def door(settled_for_module):
    town = settled_for_module("2020-02-10 10:00")
    town.enter(holder(CONTACT, phone=PHONE, channel="sms", address="+86" + PHONE))
    town.enter(acts.isolation(PERSON, acts.t("2020-02-09 08:00"), address="3号楼2门501"), by="area-c")
    town.enter(acts.complaint("GATE-1", complainant="某居民 13700005678"), by="clerk")
    door = Door(town)
    yield door
    town.stop("gateway")


def reveal(door, who, **wanted):
    return door.post("/v1/reveal", {"reason": "电话催办", **wanted}, door.token(who))


def shown(town):
    town.settle()
    return [(record.sequence, record.account, record.entry.access) for record in town.journal() if record.kind == "access"]


CELLS = {   # what is asked for: (who sees it, what there is)
    ("account", CONTACT, "phone"): ({"lead", "clerk", "leader-s", "insp-s", "insp-s2", "area-v", CONTACT}, PHONE),
    ("account", CONTACT, "name"): ({"lead", "clerk", CONTACT}, None),
    ("account", CONTACT, "address"): ({"lead", "clerk", "admin", CONTACT}, "+86" + PHONE),
    ("account", "insp-n", "phone"): ({"lead", "clerk", "insp-n"}, None),
    ("number", "GL-0001", "person"): ({"lead", "clerk", "area-c", "staff-c"}, PERSON),
    ("number", "GL-0001", "address"): ({"lead", "clerk", "area-c", "staff-c", "insp-n", "insp-n2"}, "3号楼2门501"),   # it is the first day
    ("number", "TS-0001", "complainant"): ({"lead", "clerk"}, "某居民 13700005678"),
}


@pytest.mark.parametrize("what", CELLS, ids=lambda what: "-".join(what[1:]))
def test_each_post_sees_what_the_table_says_and_nothing_else(door, what):
    key, of, field = what
    wanted, value = CELLS[what]
    for account in (*HOLDERS, CONTACT, CONTACTS["GATE-1"]):
        before = len(shown(door.town))
        status, _, answer = reveal(door, account, **{key: of}, fields=[field])
        if account not in wanted:
            assert status == 403 and answer["field"] == field and len(shown(door.town)) == before, (account, answer)
            continue
        assert status == 200, (account, answer)
        (got,) = answer["fields"]
        assert got["name"] == field and got.get("value") == value
        sequence, by, access = shown(door.town)[-1]
        assert (str(sequence), by, access.object, list(access.fields), access.reason) == (answer["sequence"], account, of, [field], "电话催办")


def test_a_door_is_known_to_who_has_to_go_there_and_on_that_day_alone(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.isolation(PERSON, acts.t("2020-02-09 08:00"), address="3号楼2门501"), by="area-c")
    door = Door(town)

    def seen(account):
        return reveal(door, account, number="GL-0001", fields=["address"])[0]

    for time in ("2020-02-10 11:00", "2020-02-16 09:00"):   # the first and the seventh day
        town.until(time)
        assert [seen(account) for account in ("insp-n", "insp-s", "leader-n")] == [200, 403, 403], time
        if time.startswith("2020-02-10"):
            town.until("2020-02-11 09:00")
            assert seen("insp-n") == 403, "a day on which nobody is to go there"
    assert reveal(door, "insp-n", number="GL-0001", fields=["person"])[0] == 403
    town.enter(pb.Entry(isolation_contact=pb.IsolationContact(isolation=pb.SubjectReference(number="GL-0001"), at_door=True)), by="insp-n")
    town.settle()
    assert seen("insp-n") == 403, "somebody has been there"
    town.stop("gateway")


def test_what_was_seen_is_a_fact_that_the_auditor_lists(door):
    reveal(door, "insp-s", account=CONTACT, fields=["phone"], reason="约复查时间")
    door.town.settle()
    rows = door.get("/v1/facts?kinds=FACT_KIND_SHOWN&limit=500", door.token("auditor"))[2]["facts"]["rows"]
    last = rows[-1]
    assert (last["actor"], last["recipient"], last["fields"], last["reason"]) == ("insp-s", CONTACT, ["phone"], "约复查时间")
    assert PHONE not in str(rows) and not any(PHONE.encode() in record.payload for record in door.town.journal())
    assert not door.town.quarantine()


@pytest.mark.parametrize("wanted, status, field", [
    ({}, 422, "account"), ({"account": CONTACT}, 422, "fields"), ({"account": CONTACT, "fields": ["phone"], "reason": " "}, 422, "reason"),
    ({"account": CONTACT, "fields": ["person"]}, 422, "fields"), ({"number": "TS-0001", "fields": ["phone"]}, 422, "fields"),
    ({"account": "nobody", "fields": ["phone"]}, 404, "account"), ({"number": "GL-0099", "fields": ["person"]}, 404, "number"),
    ({"number": "DB-0001", "fields": ["person"]}, 404, "number"), ({"account": CONTACT, "fields": ["phone"] * 9}, 422, "fields"),
    ({"account": CONTACT, "fields": ["phone"], "reason": "长" * 1000}, 422, "access.reason"),
])
def test_what_is_not_asked_for_rightly_is_refused_and_leaves_nothing(door, wanted, status, field):
    before = len(shown(door.town))
    got, _, problem = reveal(door, "lead", **wanted)
    assert (got, problem["field"]) == (status, field) and problem["detail"] and problem["detailEn"], problem
    assert len(shown(door.town)) == before


def test_a_body_of_nothing_but_brackets_is_not_read(door):
    body = b"[" + b"[]," * 150_000 + b"[]]"
    status, _, problem = door.ask("POST", "/v1/reveal", body, {**door.token("lead"), "Content-Type": "application/json"})
    assert status == 400 and problem["detail"] == "内容过多，请分几次提交", problem


def test_a_refusal_names_fields_in_words(door):
    problem = reveal(door, "insp-n", account=CONTACT, fields=["name"])[2]
    assert problem["detail"] == "您的岗位不能查看姓名" and problem["detailEn"] == "your post does not see the field name"
    problem = reveal(door, "lead", account=CONTACT, fields=["mobile"])[2]
    assert "phone（电话）、name（姓名）" in problem["detail"] and "one of phone, name, address" in problem["detailEn"]


def test_without_its_entry_nothing_is_shown(make_town, template):
    town = make_town(template, rehearsal="2020-01-20 00:00").start()
    town.enter(holder(CONTACT, phone=PHONE))
    door = Door(town, answer_within="1s")
    town.stop("ingest")
    status, _, problem = reveal(door, "lead", account=CONTACT, fields=["phone"])
    assert status == 503 and PHONE not in str(problem)
    town.start("ingest")
    assert reveal(door, "lead", account=CONTACT, fields=["phone"])[2]["fields"][0]["value"] == PHONE
    assert "13800001234" not in town.ask("gateway", metrics=query.MetricsQuery()).metrics.text
    town.stop("gateway")


def test_a_made_up_entry_says_of_nobody_else_that_he_has_seen_it(door):
    """Its account is who has sent it."""
    entry = pb.Entry(access=pb.Access(kind=pb.ACCESS_KIND_EXPORTED, object="ledger", fields=["site"], reason="试"))
    door.town.enter(entry, by="insp-n")
    fact = door.town.facts(kind="exported")[-1]
    assert (fact.actor, fact.recipient) == ("insp-n", "ledger")


def test_who_calls_says_why_and_is_shown_the_number_on_a_page(door):
    town = door.town
    town.visit("SHOP-1", fails=["DS-01"])
    task = town.tasks(town.case("SHOP-1", "DS-01"))[0].id.hex()
    door.set_password("insp-s")
    browser = Browser(door.address)
    browser.sign_in("insp-s", PASSWORD)
    page = browser.get("/t/" + task)
    assert PHONE not in page.source
    form, = [form for form in page.forms if form["action"] == "/reveal"]
    before = len(shown(town))
    for wrong in ({**form["fields"], "reason": " "}, {**form["fields"], "reason": "x", "site": "no such"}, {**form["fields"], "reason": "x", "csrf": ""}):
        answer = browser.post("/reveal", wrong)
        assert answer.status in (403, 422) and "未能办理" in answer.text, answer.text
    assert browser.post("/reveal", {**form["fields"], "reason": "x", "site": "COUR-1"}).status == 403, "of another zone"
    assert len(shown(town)) == before
    called = browser.post("/reveal", {**form["fields"], "reason": "催办"})
    assert called.status == 200 and PHONE in called.text and called.headers["Cache-Control"] == "no-store"
    _, by, access = shown(town)[-1]
    assert (by, access.object, list(access.fields), access.reason) == ("insp-s", CONTACT, ["phone"], "催办")
    contact = Browser(door.address, door.token(CONTACT))
    assert "/reveal" not in contact.get("/t/" + task).source
