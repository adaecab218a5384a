"""Preview: a message with a case's real values, put into words by what sends it, sent to nobody."""
import json



def preview(town, *arguments):
    return {row["channel"]: row for row in json.loads(town.duban("preview", *arguments, "--json").stdout)["rows"]}


def test_each_channel_shows_what_it_would_send_with_its_length(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-06"])
    number = f"DB-{town.case('COUR-1', 'DS-06').number:04d}"
    before = len(town.notices())
    rows = preview(town, "near_due", "--case", number, "--language", "zh")
    assert {"spool", "webhook", "wecom", "dingtalk", "feishu", "smtp", "sms"} <= set(rows)
    for row in rows.values():
        assert number in row["text"] and "【临近到期】" in row["text"] and "3天" in row["text"], row
        assert row["bytes"] == len(row["text"].encode()) and not row.get("cut")
    assert rows["spool"]["usable"] and not rows["wecom"].get("usable"), "only what is set up can be used"
    assert 0 < rows["sms"]["limitBytes"] < rows["wecom"]["limitBytes"] <= 2048
    (only,) = preview(town, "near_due", "--case", number, "--channel", "sms", "--language", "en").values()
    assert only["channel"] == "sms" and "due in" in only["text"]
    assert "字节" in town.duban("preview", "near_due", "--case", number).stdout
    town.settle()
    assert len(town.notices()) == before, "nothing is sent"


def test_of_a_channel_that_takes_json_the_request_is_shown(settled, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    secret.chmod(0o600)
    key = tmp_path / "key"
    key.write_text("do-not-show-me\n")
    key.chmod(0o600)
    town = settled("2020-02-10 10:00", settings={"channels": {
        "webhook": {"secret_file": secret, "cloud_events": "yes"},
        "sms": {"url": "https://sms.example/", "body": '{"to": "{phone}", "text": "{text}"}', "authorization": "Bearer {secret}",
                "secret_file": key}}})
    town.visit("COUR-1", fails=["DS-06"])
    number = f"DB-{town.case('COUR-1', 'DS-06').number:04d}"
    rows = preview(town, "near_due", "--case", number, "--language", "zh")
    webhook = rows["webhook"]
    body = json.loads(webhook["body"])
    assert body["type"] == "duban.notice.near_due" and body["data"]["items"][0]["number"] == number
    assert body["data"]["text"]["zh"] == webhook["text"] and webhook["takesObject"]
    names = [header.split(":")[0] for header in webhook["headers"]]
    assert {"webhook-id", "webhook-timestamp", "webhook-signature", "content-type", "ce-type"} <= set(names)
    assert json.loads(rows["spool"]["body"])["kind"] == "near_due"
    assert json.loads(rows["exec"]["body"])["address"] == "ADDRESS", "though it is not set up"
    sms = rows["sms"]
    assert json.loads(sms["body"]) == {"to": "ADDRESS", "text": sms["text"]} and "authorization: Bearer ***" in sms["headers"]
    assert not rows["wecom"].get("body"), "not set up"
    shown = town.duban("preview", "near_due", "--case", number).stdout
    assert "webhook-signature: v1," in shown and '"type":"duban.notice.near_due"' in shown and "Bearer" not in shown
    shown = town.duban("preview", "near_due", "--case", number, "--channel", "sms").stdout
    assert "authorization: Bearer ***" in shown and "do-not-show-me" not in shown


def test_it_is_what_is_sent(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-06"])
    number = f"DB-{town.case('COUR-1', 'DS-06').number:04d}"
    town.settle()
    (said,) = [line["text"]["zh"] for line in town.spool() if line["kind"] == "notice_to_site"]
    (row,) = preview(town, "notice_to_site", "--case", number, "--channel", "spool", "--language", "zh").values()
    assert row["text"] == said


def test_a_slip_of_the_pen_is_told(settled):
    town = settled("2020-02-10 10:00")
    for arguments, said in ((("no_such",), "没有消息种类“no_such”"), (("near_due", "--channel", "pigeon"), "没有渠道“pigeon”"),
                            (("near_due", "--language", "fr"), "zh+en"), (("near_due", "--case", "1", "--subject", "TS-0001"), "二者取一")):
        refused = town.duban("preview", *arguments, check=False)
        assert refused.returncode != 0 and said in refused.stdout + refused.stderr, arguments
