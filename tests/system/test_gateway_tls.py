"""The door with a certificate of its own: https, another certificate while it runs, and what bad ones and bad clients come to."""
import http.client
import signal
import socket
import ssl
import subprocess

import pytest
from test_gateway import BEGINNING, Door, basic, entry_of, submission


class Pair:
    """A certificate of this machine, signed by itself, and its key."""

    def __init__(self, folder, name, days=3650):
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
                        "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate],
                       check=True, capture_output=True)

    def context(self):
        return ssl.create_default_context(cafile=self.certificate)


def make_expired(pair):
    """The same key in a certificate of 2020: `openssl ca` alone takes days that are past."""
    folder = pair.certificate.with_suffix(".ca")
    folder.mkdir()
    (folder / "index.txt").write_text("")
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=x\n[x]\ndatabase={folder}/index.txt\nnew_certs_dir={folder}\nrand_serial=yes\n"
                                   "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
    request = folder / "request.pem"
    subprocess.run(["openssl", "req", "-new", "-key", pair.key, "-subj", "/CN=expired", "-out", request], check=True, capture_output=True)
    subprocess.run(["openssl", "ca", "-batch", "-selfsign", "-config", folder / "ca.cnf", "-keyfile", pair.key, "-in", request, "-notext",
                    "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-out", pair.certificate],
                   check=True, capture_output=True)
    return pair


class SafeDoor(Door):
    def __init__(self, town, pair, **settings):
        self.pair = pair
        self.shown = town.directory / "shown.crt", town.directory / "shown.key"
        self.put(pair)
        super().__init__(town, tls_certificate=self.shown[0], tls_key=self.shown[1], **settings)

    def put(self, pair, key=None):
        """These are in the files that the gateway reads."""
        self.shown[0].write_bytes(pair.certificate.read_bytes())
        self.shown[1].write_bytes((key or pair.key).read_bytes())
        self.shown[1].chmod(0o600)

    def connect(self, pair=None):
        return http.client.HTTPSConnection(*self.address, timeout=60, context=(pair or self.pair).context())

    def who_is_there(self):
        """The certificate that a new handshake meets."""
        return ssl.get_server_certificate(self.address, timeout=60)

    def reload(self):
        """Told to read its files again, and what the log says of it."""
        process = self.town.processes["gateway"]
        before = len(process.errors())
        process.process.send_signal(signal.SIGHUP)
        return next(said for said in iter(lambda: process.errors()[before:], None)
                    if "证书没有更换" in said or "新证书从" in said or not process.is_alive())


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    return {name: Pair(folder, name) for name in ("first", "second")}


@pytest.fixture
def make_door(make_town, template, pairs):
    doors = []

    def make(pair=pairs["first"], **settings):
        town = make_town(template, rehearsal=BEGINNING)
        town.start()
        doors.append(SafeDoor(town, pair, **settings))
        return doors[-1]

    yield make
    for door in doors:
        if door.town.is_running("gateway"):
            door.town.stop("gateway")


def test_a_report_is_taken_over_https_alone(make_door):
    door = make_door()
    status, headers, _ = door.post("/v1/entries", submission(entry_of(door.town)), door.token("insp-n"))
    assert status == 201 and headers["Strict-Transport-Security"] == "max-age=31536000"
    door.set_password("lead")
    host, port = door.address
    done = subprocess.run(["curl", "-sS", "--cacert", door.pair.certificate, "-u", "lead:" + basic.__defaults__[0],
                           f"https://{host}:{port}/v1/cases"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "asOfMs" in done.stdout, done
    done = subprocess.run(["curl", "-sS", f"https://{host}:{port}/healthz"], capture_output=True, text=True, check=False)
    assert done.returncode == 60, "who does not trust the certificate says nothing"
    end = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in", door.pair.certificate], capture_output=True, text=True, check=True)
    expires_s = ssl.cert_time_to_seconds(end.stdout.strip().removeprefix("notAfter="))
    assert door.town.metrics("gateway")["duban_gateway_certificate_expiry_timestamp_seconds"] == expires_s


def test_a_certificate_that_has_expired_or_soon_will_is_told_of(make_door, pairs, tmp_path):
    door = make_door(make_expired(Pair(tmp_path, "expired")))
    town = door.town
    town.joined()
    done = town.duban("status", check=False)
    assert done.returncode == 1 and f"{door.shown[0]} has expired on 2020-02-01" in done.stdout
    assert f"! https 证书 {door.shown[0]} 已于 2020-02-01" in done.stdout and "systemctl reload duban-gateway" in done.stdout
    for pair, is_said in ((Pair(tmp_path, "soon", days=13), True), (pairs["first"], False)):
        door.put(pair)
        assert "新证书从" in door.reload()
        done = town.duban("status", check=False)
        assert done.returncode == 0 and "has expired" not in done.stdout
        assert ("将于" in done.stdout) == (f"{door.shown[0]} expires on" in done.stdout) == is_said, done.stdout


def test_without_a_certificate_nothing_is_said_of_one(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town)
    assert "Strict-Transport-Security" not in door.get("/healthz")[1]
    assert "duban_gateway_certificate_expiry_timestamp_seconds" not in town.metrics("gateway")
    town.stop("gateway")


def test_another_certificate_while_it_runs_drops_nobody(make_door, pairs):
    door = make_door(answer_within="60s")
    who = door.token("lead")
    kept, waiting, held = door.connect(), door.connect(), socket.create_connection(door.address, timeout=60)
    assert door.ask("GET", "/healthz", connection=kept)[0] == 200
    door.ask("GET", "/healthz", connection=waiting)
    door.town.processes["rules"].process.send_signal(signal.SIGSTOP)
    waiting.request("GET", "/v1/cases", headers=who)
    next(status for status in iter(door.status, None) if status.waiting > 0)
    door.put(pairs["second"])
    assert "新证书从" in door.reload()
    assert door.who_is_there() == pairs["second"].certificate.read_text()
    door.town.processes["rules"].process.send_signal(signal.SIGCONT)
    assert waiting.getresponse().status == 200
    assert door.ask("GET", "/healthz", connection=kept)[0] == 200
    late = pairs["first"].context().wrap_socket(held, server_hostname="127.0.0.1")   # was connected before: it meets the old one
    late.close()
    assert door.ask("GET", "/healthz", connection=door.connect(pairs["second"]))[0] == 200
    for _ in range(20):
        assert "新证书从" in door.reload()
    assert door.ask("GET", "/healthz", connection=kept)[0] == 200


@pytest.mark.parametrize("faulty, said", [
    ("another key", "不是证书"), ("no certificate", "没有可用的证书"), ("no key", "没有可用的私钥"), ("missing", "读不了"),
    ("expired", "过期"),
])
def test_a_faulty_new_certificate_is_refused_and_the_old_one_stays(make_door, pairs, tmp_path, faulty, said):
    door = make_door()
    if faulty == "another key":
        door.put(pairs["second"], key=pairs["first"].key)
    elif faulty == "expired":
        door.put(make_expired(Pair(tmp_path, "expired")))
    elif faulty == "missing":
        door.shown[1].unlink()
    else:
        door.shown[faulty == "no key"].write_text("-----BEGIN NOTHING-----\n")
    log = door.reload()
    assert said in log and "证书没有更换" in log, log
    assert "有误，没有采用，仍用原来的" in door.town.status_said()
    assert door.who_is_there() == pairs["first"].certificate.read_text()
    door.put(pairs["second"])
    assert "新证书从" in door.reload() and "有误" not in door.town.status_said()
    assert door.who_is_there() == pairs["second"].certificate.read_text()


def test_a_certificate_is_looked_at_without_a_start(build, tmp_path, pairs):
    first, soon = pairs["first"], Pair(tmp_path, "soon", days=3)
    first.key.chmod(0o600)
    old = make_expired(Pair(tmp_path, "old"))

    def check(certificate, key):
        return subprocess.run([build / "bin/duban-gateway", "--check", f"--data={tmp_path}/data", f"--tls_certificate={certificate}",
                               f"--tls_key={key}"], capture_output=True, text=True, check=False)

    right = check(first.certificate, first.key)
    assert right.returncode == 0 and "CN=first" in right.stderr and "到期" not in right.stderr, right
    near = check(soon.certificate, soon.key)
    assert near.returncode == 0 and "天到期" in near.stderr, near
    first.key.chmod(0o644)
    assert "chmod o=" in check(first.certificate, first.key).stderr
    first.key.chmod(0o600)
    for certificate, key, said in [(first.certificate, soon.key, "不是证书"), (old.certificate, old.key, "2020-02-01 过期"),
                                   (tmp_path / "none", first.key, "读不了"), (first.key, first.key, "没有可用的证书"),
                                   (first.certificate, "", "要么都写"), ("", first.key, "要么都写"), (tmp_path, first.key, "读不了")]:
        done = check(certificate, key)
        assert done.returncode == 2 and said in done.stderr, (certificate, key, done)


def test_one_that_has_expired_is_still_shown_after_a_start(make_door, tmp_path):
    """Who trusts it all the same can send: no start would shut out everybody."""
    old = make_expired(Pair(tmp_path, "old"))
    door = make_door(old)
    assert door.who_is_there() == old.certificate.read_text()
    assert "已于世界时 2020-02-01" in door.town.processes["gateway"].errors()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version, ciphers", [
    (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"), (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
])
def test_what_is_no_longer_safe_is_not_spoken(make_door, version, ciphers):
    door = make_door()
    context = door.pair.context()
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, version
    context.set_ciphers(ciphers)
    with pytest.raises(ssl.SSLError), socket.create_connection(door.address, timeout=60) as plain:
        context.wrap_socket(plain, server_hostname="127.0.0.1")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    with socket.create_connection(door.address, timeout=60) as plain:
        assert context.wrap_socket(plain, server_hostname="127.0.0.1").version() == "TLSv1.2"


def test_plain_http_is_not_answered_there(make_door):
    door = make_door()
    for said in (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00" + b"\xff" * 600, b"\x00" * 100):
        with socket.create_connection(door.address, timeout=60) as plain:
            plain.sendall(said)
            try:
                assert b"HTTP" not in b"".join(iter(lambda: plain.recv(65536), b""))
            except ConnectionResetError:
                pass
    assert door.get("/healthz")[0] == 200


def test_who_stops_in_the_middle_of_the_handshake_is_cut_off(make_door):
    door = make_door(head_within="1s")
    silent, half = (socket.create_connection(door.address, timeout=60) for _ in range(2))
    outgoing = ssl.MemoryBIO()
    shaking = door.pair.context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="127.0.0.1")
    with pytest.raises(ssl.SSLWantReadError):
        shaking.do_handshake()
    half.sendall(outgoing.read()[:100])
    for one in (silent, half):
        assert one.recv(1000) == b""
        one.close()
    assert door.town.metrics("gateway")["duban_gateway_cut_off_total"] == 2
    assert door.get("/healthz")[0] == 200


def test_idle_sockets_of_somebody_keep_nobody_else_out(make_door):
    """As many as one address may have; the rest of them is turned away."""
    door = make_door(head_within="10m", idle="1h")   # so that they are idle to the end, however slow the machine is
    silent = [socket.create_connection(door.address, timeout=60, source_address=("127.0.0.2", 0)) for _ in range(200)]
    shaken = [door.pair.context().wrap_socket(socket.create_connection(door.address, timeout=60, source_address=("127.0.0.3", 0)),
                                              server_hostname="127.0.0.1") for _ in range(100)]
    who, connection = door.token("insp-n"), door.connect()
    answers = {door.ask("GET", "/v1/sites?limit=1", headers=who, connection=connection)[0] for _ in range(1000)}
    assert answers == {200}
    assert door.status().connections >= 301
    for one in (*silent, *shaken):
        one.close()
