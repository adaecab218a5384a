"""A mail server as a house has one, by aiosmtpd: STARTTLS, login, and refusals as told.

    with MailServer(directory) as server:
        server.replies += ["451 4.3.0 not now"]      instead of taking the next mails, then 250 for ever
        ... notify.yaml: channels: server.smtp() ...
        server.mails                                 [Mail] that were taken, parsed by Python's email package
"""
import collections
import email
import email.policy
import ssl
import subprocess

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

Mail = collections.namedtuple("Mail", "sender recipients raw message encrypted")

USER, PASSWORD = "duban", "correct horse"
SENDER = "duban@town.example"


def make_certificate(directory):
    """Of this machine, signed by itself: whoever trusts it says so."""
    certificate, key = directory / "mail.crt", directory / "mail.key"
    if not certificate.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                        "3650", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                        "-out", certificate], check=True, capture_output=True)
    return certificate, key


class MailServer:
    def __init__(self, directory, tls=True, login=True):
        self.directory = directory
        self.certificate, key = make_certificate(directory)
        self.replies = collections.deque()       # to the recipients to come
        self.data_replies = collections.deque()  # to the texts to come
        self.mails, self.heard, self.transactions = [], [], []
        self.login = login
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, key)
        self.controller = Server(self, context)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.port}"

    def smtp(self, **settings):
        """The section of notify.yaml for mails that are sent here."""
        password = self.directory / "smtp-password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        section = {"server": self.url, "sender": SENDER, "ca_file": self.certificate}
        if self.login:
            section |= {"user": USER, "password_file": password}
        return {"smtp": {**section, **settings}}

    # ------------------------------------------------------------ what aiosmtpd asks

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        self.transactions.append(collections.deque())
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.transactions[-1].append(address)
        if self.replies:
            return self.replies.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data_replies:
            return self.data_replies.popleft()
        raw = envelope.original_content
        self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), raw,
                               email.message_from_bytes(raw, policy=email.policy.default), session.ssl is not None))
        return "250 2.0.0 taken"


class Server(Controller):
    def __init__(self, house, context):
        self.house, self.context = house, context
        super().__init__(house, hostname="127.0.0.1", port=0)

    def _trigger_server(self):
        """The port is known only now."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def authenticate(self, server, session, envelope, mechanism, auth_data):
        right = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    def factory(self):
        house = self.house

        class Heard(SMTP):
            async def push(self, status):
                house.heard.append(status)
                await super().push(status)

        return Heard(house, hostname="127.0.0.1", tls_context=self.context, require_starttls=False,
                     authenticator=self.authenticate if house.login else None,
                     auth_required=house.login, auth_require_tls=self.context is not None, decode_data=False)
