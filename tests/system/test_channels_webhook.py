"""What leaves by webhook, judged by programs of others: the library of Standard Webhooks, and CloudEvents as its text has
it."""
import json
import re
import subprocess

import pytest
import receiver as far_end
from acts import t
from receiver import Receiver
from test_channels import channel_town, reach  # noqa: F401  (the first is a fixture)
from test_p4_delivery import fate_of, tell


@pytest.fixture
def verify(node_tools):
    """verify(secret, request, body=...) -> what the library returns: the payload, or why not."""
    def ask(secret, request, body=None, **headers):
        asked = {"secret": secret, "headers": {**request.headers, **headers}, "body": body or request.body.decode()}
        done = subprocess.run(["node", node_tools / "verify_webhook.mjs"], input=json.dumps(asked), capture_output=True, text=True,
                              check=True, timeout=60)
        return json.loads(done.stdout)
    return ask


@pytest.fixture
def request_of(channel_town, tmp_path):
    """request_of(more secrets, settings) -> the request by which a notice came, and its receiver."""
    def start(*secrets, **settings):
        with Receiver() as receiver:
            town = channel_town(**receiver.webhook(tmp_path, *secrets, **settings))
            reach(town, ("webhook", receiver.url))
            row = tell(town)
            assert fate_of(town, row) == ("DELIVERED", 1, "webhook")
            (request,) = receiver.requests
        return request, receiver, row
    return start


def test_the_library_of_standard_webhooks_takes_what_we_sign(request_of, verify):
    """With either secret while one is being changed; not with another one, another body, another id or another time."""
    next_secret = far_end.new_secret()
    request, receiver, _ = request_of(next_secret)
    for secret in (receiver.secret, next_secret):
        assert verify(secret, request) == {"payload": json.loads(request.body)}
    assert len(request.headers["webhook-signature"].split(" ")) == 2
    assert "error" in verify(far_end.new_secret(), request)
    assert "error" in verify(receiver.secret, request, body=request.body.decode().replace("SHOP-1", "SHOP-2"))
    assert "error" in verify(receiver.secret, request, **{"webhook-id": "0" * 32})
    stamp = int(request.headers["webhook-timestamp"])
    assert "error" in verify(receiver.secret, request, **{"webhook-timestamp": str(stamp + 1)})
    assert "error" in verify(receiver.secret, request, **{"webhook-timestamp": str(stamp - 3600)})
    assert len(request.body) < 20_000 and re.fullmatch("[0-9a-f]+", request.id), "no dot in the id"


def test_cloud_events_stand_in_the_headers_and_the_signature_holds(request_of, verify):
    """Binary mode; what a header cannot hold is escaped, and the content type is that of the data."""
    request, receiver, row = request_of(cloud_events=True, source="/东里/board 1%")
    headers = {name: value for name, value in request.headers.items() if name.startswith("ce-")}
    assert headers == {
        "ce-specversion": "1.0", "ce-id": row.notice.idempotency_key.hex(), "ce-type": f"duban.notice.{row.notice.kind}",
        "ce-source": "/%E4%B8%9C%E9%87%8C/board%201%25", "ce-time": headers["ce-time"]}
    assert re.fullmatch(r"2020-02-10T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", headers["ce-time"])
    assert row.notice.decided_at_s * 1000 == t("2020-02-10 10:05")
    assert request.headers["content-type"] == "application/json" and "payload" in verify(receiver.secret, request)


def test_without_being_asked_for_no_cloud_events_are_sent(request_of):
    request, _, _ = request_of()
    assert not [name for name in request.headers if name.startswith("ce-")]
