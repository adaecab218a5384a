"""Mail, against a real server: encrypted or not at all, readable by another program, refusals as RFC 5321 means them."""
import email.utils

import acts
import mail_server
import pytest
from acts import HOUR, MINUTE
from mail_server import MailServer
from test_channels import channel_town, reach  # noqa: F401  (the first is a fixture)
from test_p4_delivery import CONTACT, check_told, fate_of, grades_of, state_of, tell
from township import CONTACTS

ADDRESS = "shop-1@town.example"


@pytest.fixture
def server(tmp_path):
    with MailServer(tmp_path) as server:
        yield server


@pytest.fixture
def mail_town(channel_town, server):
    def start(**settings):
        town = channel_town(**server.smtp(**settings))
        reach(town, ("smtp", ADDRESS))
        return town
    return start


def test_a_notice_is_a_mail_that_another_program_reads(mail_town, server):
    town = mail_town()
    row = tell(town)
    assert fate_of(town, row) == ("DELIVERED", 1, "smtp")
    (mail,) = server.mails
    assert mail.encrypted and (mail.sender, mail.recipients) == (mail_server.SENDER, [ADDRESS])
    assert "【整改告知】" in mail.message["subject"] and "\n" not in mail.message["subject"]
    text = mail.message.get_content()
    assert "公共区域每日消毒" in text and "[drill] Found today" in text
    assert mail.message["to"].addresses[0].addr_spec == ADDRESS
    assert mail.message["from"].addresses[0].display_name == "督办 Duban"
    assert mail.message["message-id"] == f"<{row.notice.idempotency_key.hex()}@town.example>"
    assert email.utils.parsedate_to_datetime(mail.message["date"]).year >= 2024
    assert not mail.message.defects and mail.message["auto-submitted"] == "auto-generated"
    assert b"\n" not in mail.raw.replace(b"\r\n", b"") and max(map(len, mail.raw.split(b"\r\n"))) <= 78
    assert all(byte < 0x80 for byte in mail.raw)
    assert mail_server.PASSWORD not in town.logs() + town.duban("status").stdout


def test_a_server_without_encryption_gets_nothing_and_the_error_says_so(channel_town, tmp_path):
    with MailServer(tmp_path, tls=False, login=False) as plain:
        town = channel_town(**plain.smtp())
        reach(town, ("smtp", ADDRESS))
        row = tell(town)
        assert fate_of(town, row) is None and not plain.transactions and not plain.mails
        (delivery,) = town.deliveries(row.sequence)
        assert "STARTTLS" in delivery.detail and "tls in notify.yaml" in delivery.detail and delivery.attempts == 1
        town.write_channels(plain.smtp(tls="if_offered"))
        town.reload()
        town.until(town.now + 5 * MINUTE)
        assert fate_of(town, row) == ("DELIVERED", 2, "smtp")
        assert not plain.mails[0].encrypted, "as somebody has decided"


def test_a_certificate_that_nobody_vouches_for_is_refused(channel_town, server):
    section = server.smtp()["smtp"]
    town = channel_town(smtp={key: value for key, value in section.items() if key != "ca_file"})
    reach(town, ("smtp", ADDRESS))
    row = tell(town)
    assert fate_of(town, row) is None and not server.transactions
    (delivery,) = town.deliveries(row.sequence)
    assert "ca_file in notify.yaml" in delivery.detail


def test_a_login_that_is_refused_is_the_houses_fault_and_tried_again(mail_town, server, tmp_path):
    town = mail_town()
    (tmp_path / "smtp-password").write_text("wrong\n")
    town.reload()
    while "reloaded" not in town.processes["notify"].errors():
        town.notify_status()
    row = tell(town)
    assert fate_of(town, row) is None and not server.mails
    (delivery,) = town.deliveries(row.sequence)
    assert "SMTP 535" in delivery.detail and delivery.state == state_of("QUEUED")
    (tmp_path / "smtp-password").write_text(mail_server.PASSWORD)
    town.reload()
    town.until(town.now + 10 * MINUTE)
    assert fate_of(town, row)[0] == "DELIVERED"


@pytest.mark.parametrize("when", ["replies", "data_replies"])
@pytest.mark.parametrize("reply", ["421 4.3.2 shutting down", "450 4.2.1 mailbox busy", "452 4.2.2 mailbox full"])
def test_not_now_is_tried_again_under_the_same_number(mail_town, server, when, reply):
    getattr(server, when).extend([reply] * 2)
    town = mail_town()
    row = tell(town)
    (delivery,) = town.deliveries(row.sequence)
    assert fate_of(town, row) is None and f"SMTP {reply[:9]}" in delivery.detail
    town.until(town.now + HOUR)
    assert fate_of(town, row) == ("DELIVERED", 3, "smtp")
    (mail,) = server.mails
    assert row.notice.idempotency_key.hex() in mail.message["message-id"]


@pytest.mark.parametrize("when", ["replies", "data_replies"])
@pytest.mark.parametrize("reply", ["550 5.1.1 <shop-1@town.example>: no such user", "552 5.2.2 too large", "554 5.7.1 spam"])
def test_never_is_dead_at_once_and_the_address_is_not_quoted(mail_town, server, when, reply):
    getattr(server, when).append(reply)
    town = mail_town()
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "smtp")
    check_told(town, row, f"SMTP {reply[:9]}")
    (delivery,) = [delivery for delivery in town.dead_letters() if delivery.notice == row.sequence]
    assert ADDRESS not in delivery.detail and ADDRESS not in town.logs()
    assert fate_of(town, tell(town, "MS-01"))[0] == "DELIVERED", "that was one mail"


def test_each_recipient_has_a_transaction_of_his_own(mail_town, server):
    """So that one who is refused costs nobody else his mail, and it is known who."""
    town = mail_town()
    others = {CONTACTS["COUR-1"]: "cour@town.example", CONTACTS["FOOD-1"]: "food@town.example"}
    for account, address in others.items():
        reach(town, ("smtp", address), account=account)
    server.replies.append("550 5.1.1 no such user")
    refused = tell(town)
    for site in ("COUR-1", "FOOD-1"):
        town.visit(site, fails=["DS-01"])
    town.settle()
    assert all(len(recipients) == 1 for recipients in server.transactions)
    assert [recipients[0] for recipients in server.transactions] == [ADDRESS, *others.values()]
    assert [mail.recipients for mail in server.mails] == [[address] for address in others.values()]
    assert grades_of(town, refused) == ["DEAD"] and fate_of(town, refused)[0] == "DEAD"


def test_what_is_no_mail_address_goes_nowhere(channel_town, server):
    town = channel_town(**server.smtp())
    for number, address in enumerate(("nobody", "a@b@c", "a b@town.example", "x@town.example>\r\nRCPT TO:<y@town.example")):
        reach(town, ("smtp", address))
        row = tell(town, ("DS-01", "MS-01", "EP-01", "TM-01")[number])
        assert fate_of(town, row) == ("SPOOLED", 0, "spool") or fate_of(town, row)[0] == "SPOOLED"
        check_told(town, row, "no mail address", "spool instead")
    assert not server.transactions
