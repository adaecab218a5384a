"""Our pages in a real browser, on a phone's screen: used by hand without script, and judged by axe-core for whether everybody can use them."""
import json
import subprocess
import urllib.parse

import acts
import entry_pb2 as pb
import pytest
from test_gateway import PASSWORD
from test_pages import CONTACT, digest, found, house   # noqa: F401 (house is a fixture)


@pytest.fixture
def used(house, browser_tools):   # noqa: F811
    """What a browser saw of a link, and of the pages of somebody who has signed in."""
    town = house.town
    found(house)
    link = urllib.parse.urlsplit(house.link(CONTACT)).path
    listed = urllib.parse.urlsplit(digest(house)["links"][0]["url"]).path
    town.enter(pb.Entry(resolution=pb.Resolution(matter="补齐围挡", owner="lead", due_ms=town.now + acts.HOUR)), by="lead")
    house.door.set_password("lead")
    task = town.tasks(owner="lead")[0]
    case = town.case("SHOP-1", "DS-01")
    pages = {"home": "/", "task": "/t/" + task.id.hex(), "list": listed, "case": f"/paper/case/{case.number}", "plan": "/paper/plan?day=2020-02-12",
             "morning": "/paper/morning?day=2020-02-12", "evening": "/paper/evening?day=2020-02-12", "nothing": "/no-such-page", "gone": "/a/x"}
    asked = {"link": link, "fill": "已擦净", "press": "回报整改完成", "account": "lead", "password": PASSWORD, "pages": pages}
    out = subprocess.run(["node", browser_tools / "use_pages.mjs", "http://%s:%d" % house.door.address, json.dumps(asked)],
                         capture_output=True, text=True, timeout=300)
    assert out.returncode == 0, out.stderr
    return house, json.loads(out.stdout)


def test_a_phone_without_script_acts_and_reads_and_everybody_can(used):
    house, told = used   # noqa: F811
    assert "已登记整改完成" in told["acted"] and "Entered as fixed" in told["acted"], told["acted"]
    assert house.entries(CONTACT)[-1].claim.text == "已擦净"
    headings = {"home": "督办", "list": "消息里说到的事项", "case": "整改告知书", "plan": "当天路线", "morning": "早报", "evening": "晚报",
                "nothing": "没有这个网址或记录", "gone": "未能办理"}
    assert {name: words for name, words in told["seen"].items() if name in headings and headings[name] not in words} == {}
    assert set(told["judged"]) == {"link", "login", "task", *headings}
    for name, judged in told["judged"].items():
        assert judged == {"looked": True, "violations": [], "wide": False}, f"{name}: {judged}"
