"""Whether `make test` and `make fuzz` fail when they should: tests/run and tests/fuzz/run are given trees in
which something is wrong.

The programs in them are scripts that say what a cmocka program or a fuzz target would say.
"""
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

GOOD = "[==========] Running 2 test(s).\n[       OK ] a\n[       OK ] b\n[  PASSED  ] 2 test(s).\n"
BAD = ("[==========] Running 2 test(s).\n[       OK ] a\n[  FAILED  ] b\n[  PASSED  ] 1 test(s).\n"
       "[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] b\n")
HALF = "[==========] Running 2 test(s).\n[       OK ] a\n"
SKIPPED = "[==========] Running 2 test(s).\n[       OK ] a\n[  SKIPPED ] b\n[  PASSED  ] 1 test(s).\n"
EMPTY = "[==========] Running 0 test(s).\n[  PASSED  ] 0 test(s).\n"


@pytest.fixture
def tree(tmp_path):
    """A tree with what runs the tests in it, and nothing to run yet."""
    for folder in ("tests/unit", "tests/fuzz/corpus", "tests/system", "build/tests/fuzz"):
        (tmp_path / folder).mkdir(parents=True)
    for runner in ("tests/run", "tests/fuzz/run"):
        shutil.copy(ROOT / runner, tmp_path / runner)
    return tmp_path


def add_program(tree, kind, name, says, ends="exit 0"):
    (tree / "tests" / kind / f"{name}.c").touch()
    program = tree / "build/tests" / ("fuzz" if kind == "fuzz" else "") / name
    program.write_text(f"#!/bin/sh\ncat <<'end'\n{says}end\n{ends}\n")
    program.chmod(0o755)


def end_of(command, tree):
    """Exit code and last line."""
    done = subprocess.run(command, cwd=tree, text=True, capture_output=True, check=False)
    return done.returncode, done.stdout.splitlines()[-1]


def run(tree, what, *options):
    return end_of([sys.executable, tree / "tests/run", what, "--build", "build", *options], tree)


def look_for_what_breaks(tree, *targets):
    return end_of([tree / "tests/fuzz/run", "build", "1", *targets], tree)


@pytest.mark.parametrize("says, ends, line", [
    (GOOD, "exit 0", "2 passed, 0 failed"),
    (BAD, "exit 1", "1 passed, 1 failed"),
    (BAD, "exit 0", "1 passed, 1 failed"),
    (HALF, "exit 0", "1 passed, 1 failed"),           # a test that calls exit(0)
    (HALF, "kill -SEGV $$", "1 passed, 1 failed"),
    (GOOD, "kill -ABRT $$", "2 passed, 1 failed"),    # a leak, seen at the end
    (SKIPPED, "exit 0", "1 passed, 1 failed"),
    (EMPTY, "exit 0", "0 passed, 1 failed"),
    ("", "exit 0", "0 passed, 1 failed"),
], ids=["good", "failed", "failed, says 0", "ends early", "crashes", "crashes at the end", "skips", "no test", "silent"])
def test_a_unit_test_program_passes_only_when_all_of_its_tests_did(tree, says, ends, line):
    add_program(tree, "unit", "test_x", says, ends)
    assert run(tree, "unit") == (0 if "0 failed" in line else 1, line)


def test_a_unit_test_that_was_not_built_has_failed(tree):
    add_program(tree, "unit", "test_x", GOOD)
    (tree / "tests/unit/test_y.c").touch()
    assert run(tree, "unit") == (1, "2 passed, 1 failed")


@pytest.mark.parametrize("ends, line", [("exit 0", "1 passed, 0 failed"), ("kill -ABRT $$", "0 passed, 1 failed"),
                                        ("exit 1", "0 passed, 1 failed")])
def test_a_fuzz_target_passes_only_when_it_has_gone_through_its_corpus(tree, ends, line):
    add_program(tree, "fuzz", "fuzz_x", "3 inputs\n", ends)
    assert run(tree, "fuzz") == (0 if "0 failed" in line else 1, line)


@pytest.mark.parametrize("ends, line", [("exit 0", "1 passed, 0 failed"), ("exit 77", "0 passed, 1 failed"),
                                        ("kill -SEGV $$", "0 passed, 1 failed")])
def test_a_fuzz_target_is_told_by_how_it_ends_and_not_by_what_was_found_before(tree, ends, line):
    add_program(tree, "fuzz", "fuzz_x", "", ends)
    (tree / "build/found").mkdir()
    (tree / "build/found/fuzz_x-crash-of-an-earlier-run").touch()
    assert look_for_what_breaks(tree, "fuzz_x") == (0 if "0 failed" in line else 1, line)


def test_a_fuzz_target_that_breaks_is_not_outweighed_by_others_that_hold(tree):
    add_program(tree, "fuzz", "fuzz_x", "", "exit 77")
    add_program(tree, "fuzz", "fuzz_y", "")
    assert look_for_what_breaks(tree, "fuzz_x", "fuzz_y", "fuzz_not_built") == (1, "1 passed, 2 failed")


def test_fuzzing_nothing_is_no_success(tree):
    assert look_for_what_breaks(tree) == (1, "0 passed, 0 failed")


def test_make_fuzz_of_a_name_that_no_target_has_fails(tmp_path):
    code, line = end_of(["make", "--no-print-directory", "fuzz", "T=no_such_target", f"BUILD={tmp_path}"], ROOT)
    assert (code, line) == (2, "0 passed, 0 failed")


# One passes; one fails; one has a fixture in error; one passes and its fixture breaks at its end; one is skipped.
MIXED = """
import pytest
@pytest.fixture
def broken(): raise OSError
@pytest.fixture
def late():
    yield
    raise OSError
def test_good(): pass
def test_bad(): assert False
def test_with(broken): pass
def test_until(late): pass
def test_if(): pytest.skip("no such thing here")
"""


@pytest.mark.parametrize("body, line", [
    (MIXED, "2 passed, 3 failed"),
    ("import no_such_module\ndef test_a(): pass", "0 passed, 1 failed"),
    ("import os\ndef test_a(): os._exit(0)", "0 passed, 1 failed"),
    ("import pytest\ndef test_a(): pytest.skip('no such thing here')", "0 passed, 0 failed"),
    ("", "0 passed, 1 failed"),
], ids=["mixed", "import", "exit", "only skips", "no test"])
def test_a_system_test_passes_only_when_it_ran_to_its_end(tree, body, line):
    (tree / "tests/system/test_x.py").write_text(body)
    assert run(tree, "system") == (1, line)


def test_a_system_test_that_hangs_has_failed_and_others_go_on(tree):
    (tree / "tests/system/test_x.py").write_text("import signal\ndef test_a(): signal.pause()\ndef test_b(): pass")
    assert run(tree, "system", "--patience", "1") == (1, "1 passed, 1 failed")


def test_a_program_that_fails_is_not_outweighed_by_others_that_pass(tree):
    add_program(tree, "unit", "test_x", GOOD)
    (tree / "tests/system/test_x.py").write_text("def test_a(): assert False")
    assert run(tree, "all") == (1, "2 passed, 1 failed")
