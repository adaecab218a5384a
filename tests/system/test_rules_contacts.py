"""Contact check: a test goes by one way with a code, the code that comes back verifies that way, and the rest is listed."""
import json

import pytest
from receiver import Receiver
from township import holder


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def ways(town, account="leader-n"):
    rows = json.loads(town.duban("contacts", account, "--json").stdout)["rows"]
    return rows[0]["contacts"]["ways"] if rows else []


def test_a_test_message_arrives_with_a_code_that_verifies_the_way(settled, receiver, tmp_path):
    town = settled("2020-02-10 10:00", settings={"channels": receiver.webhook(tmp_path)})
    assert ways(town) == []
    town.enter(holder("leader-n", channel="webhook", address=receiver.url))
    said = town.duban("contact", "test", "leader-n", "--as", "clerk").stdout
    assert "第 1 种联系方式（webhook）" in said, said
    town.settle()
    (tested,) = [row.notice for row in town.notices(recipient="leader-n", kind="contact_test")]
    code = tested.items[0].code
    (arrived,) = [data for data in receiver.taken().values() if data["kind"] == "contact_test"]
    assert arrived["items"][0]["code"] == code and code in arrived["text"]["zh"] and code in arrived["text"]["en"]
    assert "已发测试" in town.duban("contacts").stdout
    wrong = "000000" if code != "000000" else "000001"
    refused = town.duban("contact", "confirm", "leader-n", wrong, "--as", "leader-n", check=False)
    assert "验证码不对" in refused.stdout + refused.stderr
    town.duban("contact", "confirm", "leader-n", code, "--as", "leader-n")
    town.settle()
    assert ways(town)[0]["verifiedBy"] == "leader-n"
    assert json.loads(town.duban("contacts", "--unverified", "--json").stdout)["rows"] == []


def test_who_is_not_verified_stands_in_the_brief_and_all_are_tested_at_once(settled, receiver, tmp_path):
    town = settled("2020-02-10 10:00", settings={"channels": receiver.webhook(tmp_path)})
    for account in ("leader-n", "leader-s"):
        town.enter(holder(account, channel="webhook", address=receiver.url))
    town.until("2020-02-11 09:00")
    assert "未核实联系方式 2 人：北片组组长、南片组组长" in town.duban("brief").stdout
    town.duban("contact", "test", "--all", "--as", "clerk")
    town.settle()
    for account in ("leader-n", "leader-s"):
        (tested,) = [row.notice for row in town.notices(recipient=account, kind="contact_test")]
        town.duban("contact", "confirm", account, tested.items[0].code, "--as", "clerk")
    assert "都已核实" in town.duban("contact", "test", "--all", "--as", "clerk").stdout
    town.enter(holder("leader-n", channel="webhook", address=receiver.url + "/elsewhere"))
    assert ways(town)[0].get("verifiedS", "0") == "0", "another address is not verified"
    assert ways(town, "leader-s")[0]["verifiedS"] != "0"


def test_a_slip_of_the_pen_is_told(settled):
    town = settled("2020-02-10 10:00")
    for arguments, said in (((), "--all"), (("leader-n", "--all"), "--all"), (("leader-n", "--way", "9"), "1 至 5"), (("leader-n", "--way", "1"), "没有要核对")):
        refused = town.duban("contact", "test", *arguments, "--as", "clerk", check=False)
        assert said in refused.stdout + refused.stderr, arguments
    refused = town.duban("contact", "confirm", "leader-n", "12", "--as", "clerk", check=False)
    assert refused.returncode != 0 and "6 位" in refused.stdout + refused.stderr
