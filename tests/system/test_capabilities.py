"""Every capability that the account of the task force asks for, row by row of tests/capabilities.csv: the tests
that show it are there. A row without any, a row missing, or a test that does not exist fails here."""
import csv
import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parents[1]
ROWS = 79


def table():
    with open(TESTS / "capabilities.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def known_tests():
    names = set()
    for path in (TESTS / "system").glob("test_*.py"):
        names |= set(re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE))
    for path in (TESTS / "unit").rglob("test_*.c"):
        names |= set(re.findall(r"cmocka_unit_test(?:_setup_teardown)?\((\w+)", path.read_text()))
    return names


def test_every_row_of_the_account_is_in_the_table_once():
    assert [int(row["row"]) for row in table()] == list(range(1, ROWS + 1))
    assert all(row["zh"] and row["en"] for row in table())


def test_every_row_has_tests_and_every_test_exists():
    known = known_tests()
    without = [row["row"] for row in table() if not row["tests"].split()]
    unknown = {row["row"]: missing for row in table()
               if (missing := [name for name in row["tests"].split() if name not in known])}
    assert not without and not unknown, (without, unknown)
