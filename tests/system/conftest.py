"""Fixtures: where the tree under test is, a scratch directory, townships that are checked when
they end.

`settled` is a township on the manual clock, its registry and policy in place at
2020-01-20 00:00; it is made once and copied for each test. A test that wants another start or
other settings asks `make_town`.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "build/proto/py"), str(pathlib.Path(__file__).resolve().parent)]

import township  # noqa: E402  (all three need the path above)
from door import Door  # noqa: E402
from township import Township  # noqa: E402

BEGINNING = "2020-01-20 00:00"


# Days and weeks of decisions. The engine under them is looked at by the sanitizers in all of tests/unit/rules and in every
# other module here; these run on the programs as they are installed, which take a quarter of the time.
AS_INSTALLED = ("test_rules_", "test_oracle", "test_figures_", "test_capabilities", "test_dongfeng", "test_field_failures",
                "test_known_failures", "test_p11_", "test_policy_diff", "test_time", "test_why_not")

# To look for leaks takes a process a third of its time, and what leaks does so in many tests.
LEAKS_IN_EVERY = 4
SANITIZED = os.environ.get("ASAN_OPTIONS")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    looks = zlib.crc32(item.nodeid.encode()) % LEAKS_IN_EVERY == 0
    os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [SANITIZED, f"detect_leaks={looks:d}"]))


@pytest.fixture(scope="session")
def checked():
    """The tree with the sanitizers; tests/run names it, by hand it is built into build/asan if at all."""
    named = os.environ.get("DUBAN_BUILD")
    if named:
        return pathlib.Path(named)
    tree = ROOT / "build/asan"
    return tree if (tree / "bin/duban-ingest").exists() else ROOT / "build"


@pytest.fixture(scope="module")
def build(request, checked):
    """The tree under test."""
    tree = township.installed_build()
    return tree if tree is not None and request.module.__name__.startswith(AS_INSTALLED) else checked


@pytest.fixture(scope="session")
def scratch():
    """In memory where there is room: kill -9 cannot see the difference, and it is fast."""
    memory = pathlib.Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    directory = pathlib.Path(tempfile.mkdtemp(prefix="db", dir=memory if roomy else "/tmp"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def preloads(scratch):
    """Libraries for preload.environment: {"flush": what is done is noted, "fault": what is done fails}."""
    built = {}
    for name in ("flush", "fault"):
        built[name] = scratch / f"preload_{name}.so"
        subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
                        "-o", built[name], ROOT / f"tests/system/preload_{name}.c", "-ldl"], check=True)
    return built


def installed(build, name):
    """The folder with the programs of tests/NAME and the packages that they need."""
    folder = next((folder for folder in (build / name, build.parent / name) if folder.exists()), None)
    assert folder is not None and (folder / "installed").exists(), f"make system-tests has not installed the packages of tests/{name}"
    return folder


@pytest.fixture(scope="session")
def node_tools(checked):
    return installed(checked, "node")


@pytest.fixture(scope="session")
def browser_tools(checked):
    return installed(checked, "browser")


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    setattr(item, "report_" + report.when, report)


@pytest.fixture
def make_town(request, build, scratch):
    """make_town(rehearsal=..., settings=...) -> Township, not started. All are checked and stopped
    when the test ends. kind: another class of Township; within: a directory to be in."""
    towns = []

    def make(template=None, kind=Township, within=None, **options):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="t", dir=within or scratch))
        if template is not None:
            shutil.copytree(template, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("run", "log"))
        towns.append(kind(directory, build, **options))
        return towns[-1]

    yield make
    failed = getattr(request.node, "report_call", None) is None or request.node.report_call.failed
    for town in towns:
        try:
            if failed:
                print(town.logs())
            else:
                town.finish()
        except BaseException:
            print(town.logs())
            raise
        finally:
            town.close()
            shutil.rmtree(town.directory, ignore_errors=True)


@pytest.fixture(scope="session")
def template(checked, scratch):
    """Data directories of a township that has settled in, stopped."""
    town = Township(scratch / "template", checked, rehearsal=BEGINNING)
    try:
        town.start().settle_in()
        town.stop()
        town.check_logs()
    finally:
        town.close()
    return town.directory


@pytest.fixture
def door(request, make_town, template):
    """The gateway of a settled township that has run from its module's BEGINNING on."""
    town = make_town(template, rehearsal=request.module.BEGINNING)
    town.start()
    yield Door(town)
    if town.is_running("gateway"):
        town.stop("gateway")


@pytest.fixture(scope="module")
def for_one_example(build, scratch, template):
    """with for_one_example() as town: ingest and rules of a township that has settled in, for one of the many examples
    of a test."""
    @contextlib.contextmanager
    def start():
        directory = pathlib.Path(tempfile.mkdtemp(prefix="o", dir=scratch))
        shutil.copytree(template, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("run", "log"))
        town = Township(directory, build, rehearsal=BEGINNING)
        try:
            yield town.start("ingest", "rules")
            town.stop()
            town.check_logs()
        finally:
            town.close()
            shutil.rmtree(directory, ignore_errors=True)

    return start


@pytest.fixture(scope="module")
def settled_for_module(build, scratch, template):
    """settled_for_module("2020-02-10 10:00"): one township for all tests of a module, which only look at
    it or disturb nothing; checked when the last is done."""
    towns = []

    def start(at):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="m", dir=scratch))
        shutil.copytree(template, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("run", "log"))
        towns.append(Township(directory, build, rehearsal=BEGINNING, settings={"notify": {"tail_stale": "1h"}}).start())   # as in ordeal.py
        towns[-1].warm_up()
        towns[-1].jump(at)
        return towns[-1]

    yield start
    for town in towns:
        try:
            town.finish()
        finally:
            print(town.logs())
            town.close()
            shutil.rmtree(town.directory, ignore_errors=True)


@pytest.fixture
def settled(make_town, template):
    """settled("2020-02-10 10:00", settings=...) -> a running township at that time."""
    def start(at=None, settings=None):
        town = make_town(template, rehearsal=BEGINNING, settings=settings).start()
        if at:
            town.warm_up()
            town.jump(at)
        return town
    return start


@pytest.fixture
def settled_without_watches(settled, tmp_path):
    """settled("2020-02-10 10:00") -> the same, where no watch begins by itself."""
    def start(at):
        town = settled(at)
        township.let_no_watch_begin(town, tmp_path / "pack")
        return town
    return start
