"""`make run`: the same set in real time, for whoever tries it out; what was broken off goes on."""
import json
import os
import signal
import socket
import subprocess
import urllib.request

import pytest
from township import ROOT, SANITIZERS

READY = "duban status"   # stands in what is said once all three run
PEOPLE = ("lead", "clerk", "inspector-n1")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Run:
    """deploy/run on that data, until it has said what to try; ended by Ctrl-C."""

    def __init__(self, build, data):
        self.data = data
        self.listen = f"127.0.0.1:{free_port()}"
        self.process = subprocess.Popen([ROOT / "deploy/run"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        start_new_session=True, env=dict(os.environ, DUBAN_BIN=str(build / "bin"), DUBAN_DATA=str(data),
                                                 DUBAN_LISTEN=self.listen))
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if READY in line:
                break

    @property
    def sockets(self):
        (line,) = [line for line in self.said.splitlines() if "DUBAN_RUN=" in line]
        return line.split("DUBAN_RUN=")[1].split()[0]

    def end(self):
        os.killpg(self.process.pid, signal.SIGINT)
        output, errors = self.process.communicate(timeout=60)
        assert not any(word in errors for word in SANITIZERS), errors
        return output, errors


@pytest.fixture(scope="module")
def data(scratch):
    return scratch / "run-data"


def ask(build, run, *words):
    """Whatever the exit code: right after its start status has something to find fault with."""
    return subprocess.run([build / "bin/duban", "--run", run.sockets, "--lang", "en", *words], capture_output=True, text=True, check=False,
                          timeout=60).stdout


def test_it_registers_everything_and_nothing_is_held(build, data):
    run = Run(build, data)
    assert READY in run.said, run.process.communicate(timeout=60)
    try:
        status = json.loads(ask(build, run, "--json", "status"))
        assert int(status["rules"].get("quarantined", 0)) == 0, status
        holders = ask(build, run, "holders")
        assert all(account in holders for account in PEOPLE), holders
        with urllib.request.urlopen(f"http://{run.listen}/readyz", timeout=60) as answer:
            assert answer.read() == b"ready\n"
    finally:
        run.end()


def test_what_was_broken_off_goes_on(build, data):
    for mark in ("registered", "registered.holders", "registered.households"):
        (data / mark).unlink()
    run = Run(build, data)
    assert READY in run.said, run.process.communicate(timeout=60)
    run.end()
    assert (data / "registered").exists()
