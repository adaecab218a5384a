"""Every example of the help and of the README can be typed in the demo township: its codes exist there.

Placeholders are words in capitals (VERSION); numbers of cases and the like (DB-0002) are whatever a house has by then.
"""
import csv
import pathlib
import re
import shlex
import subprocess

import photos
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "deploy/demo"
PACK = ROOT / "deploy/packs/epidemic-2020-beijing"
DATE = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"(DB|TS|XT|YJ|JB|DS|GL|HD)-\d{4}$|\d+$")
PLACEHOLDER = re.compile(r"[A-Z]+$")


def column(path, name="code"):
    with path.open(encoding="utf-8-sig") as file:
        return {row[name] for row in csv.DictReader(file)}


ACCOUNTS = column(DEMO / "holders.csv", "account")
AREAS = column(DEMO / "areas.csv")
SITES = column(DEMO / "sites.csv")
ITEMS = column(PACK / "items.csv")
POLICY = (PACK / "policy.yaml").read_text()
CODES_OF_OPTION = {
    "as": ACCOUNTS, "watcher": ACCOUNTS, "member": ACCOUNTS, "reporter": ACCOUNTS, "approver": ACCOUNTS, "owner": ACCOUNTS,
    "to": ACCOUNTS, "site": SITES, "area": AREAS, "contact-of": AREAS, "zone": column(DEMO / "areas.csv", "zone"),
    "matter": ITEMS, "kind": set(re.findall(r"code: ([A-Z]{4}),", POLICY)), "level": set("ABCDX"),
    "office": {role.split(":")[1] for role in column(DEMO / "holders.csv", "roles") if role.startswith("office:")},
    "basis": set(re.findall(r"code: ([a-z_]+), label", POLICY)), "class": set(re.findall(r"code: ([a-z0-9-]+), label", POLICY)),
}
CODES_OF_PLACE = {"SITE": SITES, "ACCOUNT": ACCOUNTS, "OFFICE": CODES_OF_OPTION["office"], "ITEM": ITEMS, "AREA": AREAS,
                  "CODE": column(DEMO / "households.csv") | SITES, "UNIT": column(DEMO / "units.csv")}


def duban(build, *words, cwd=ROOT):
    return subprocess.run([build / "bin/duban", "--run", "/nonexistent/duban", *words], capture_output=True, text=True, cwd=cwd,
                          timeout=60)


def joined(text):
    """Lines that go on with an option stand in one."""
    return re.sub(r"\n {4,}(--)", r" \1", text).splitlines()


def examples_in(text):
    for line in joined(text):
        found = re.match(r"(?: *(?:例：|Example: )| {4,})(duban [a-z].*)$", line)
        if found:
            yield re.split(r" {2,}| #", found[1])[0]


def commands(build):
    return re.findall(r"^  ([a-z-]+) +\S*[^\x00-\x7f]", duban(build, "help").stdout.split("--run")[0], re.MULTILINE)


@pytest.fixture(scope="module")
def helps(build):
    return {name: duban(build, "help", name).stdout for name in commands(build)}


@pytest.fixture(scope="module")
def examples(helps):
    # The first line of each is its usage.
    found = [line for text in helps.values() for line in examples_in(text.split("\n", 1)[1])]
    return found + list(examples_in(re.sub(r"(?m)^(?! {4}duban [a-z-]+ ).*$", "", (ROOT / "README.md").read_text())))


def places_of(usage, words):
    """What the usage line calls each argument: begin SITE | end NUMBER."""
    ways = [way.split() for way in usage.split(" | ") if way]
    verbs = [way for way in ways if words and way[0].islower() and words[0] in way[0].split("|")]
    names = (verbs or [way for way in ways if not way[0].islower()] or [[]])[0]
    names = names + names[-1:] * (len(words) - len(names))
    return [name.strip("[].") for name in names]


def split(example):
    words, options = [], []
    parts = shlex.split(example)[2:]
    while parts:
        part = parts.pop(0)
        if not part.startswith("--"):
            words.append(part)
        elif parts and not parts[0].startswith("--"):
            options.append((part[2:], parts.pop(0)))
    return words, options


def wrong_codes(helps, example):
    words, options = split(example)
    name = shlex.split(example)[1]
    usage = helps[name].split("\n")[0].split(" ", 2)[2:]
    wrong = [value for option, value in options if option in CODES_OF_OPTION and value not in CODES_OF_OPTION[option] and not DATE.match(value)]
    for place, word in zip(places_of(usage[0], words) if usage else [], words):
        parts, codes = re.split(r"[:=]", word), re.split(r"[:=]", place)
        wrong += [code for kind, code in zip(codes, parts)
                  if kind in CODES_OF_PLACE and code not in CODES_OF_PLACE[kind] and not NUMBER.match(code)]
    return [code for code in wrong if not PLACEHOLDER.match(code)]


def test_every_command_is_found_and_many_teach_by_example(helps, examples):
    assert len(helps) > 40 and {"visit", "items", "watch", "campaign"} <= set(helps)
    assert len(examples) > 80


def test_codes_of_examples_exist_in_the_demo_township(helps, examples):
    wrong = {example: codes for example in examples if (codes := wrong_codes(helps, example))}
    assert not wrong


def test_no_example_is_wrong_use(build, examples, tmp_path):
    wrong = {}
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")   # what examples write is none of the tree's
    for example in examples:
        if any(PLACEHOLDER.match(word) for word in shlex.split(example)):
            continue
        done = duban(build, *shlex.split(example)[1:], cwd=tmp_path)
        if done.returncode == 2:
            wrong[example] = done.stderr
    assert not wrong
    assert (tmp_path / "holders.csv").exists()


def test_visits_are_entered_in_the_demo_township_as_the_help_has_them(make_town, examples, tmp_path):
    town = make_town(rehearsal="2020-02-10 10:00").start()
    town.duban("policy", "activate", PACK, "--approver", "lead")
    for what in ("areas", "sites", "units", "holders"):
        town.duban("import", what, DEMO / f"{what}.csv")
    for name in ("gate.jpg", "before.jpg", "after.jpg"):
        (tmp_path / name).write_bytes(photos.jpeg(name))
    typed = [example for example in examples if example.startswith(("duban visit ", "duban items "))]
    for example in typed:
        done = subprocess.run([town.build / "bin/duban", "--run", town.run, "--timeout", "60", *shlex.split(example)[1:]],
                              env=town.environment(), cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{example}\n{done.stdout}\n{done.stderr}"
    assert len(typed) > 10 and town.quarantine() == []
    assert "north group leader" in town.duban("--lang", "en", "units", "branch-1").stdout
    assert "个社区（村）（有支部）" in town.duban("areas").stdout


def test_a_code_that_the_demo_does_not_have_is_found_by_this_test(helps):
    assert wrong_codes(helps, "duban watch begin COUR-1 --watcher inspector-n1 --as leader-north") == ["leader-north", "COUR-1"]
    assert wrong_codes(helps, "duban visit gate-1 GT-99=pass --as inspector-n1") == ["GT-99"]
    assert wrong_codes(helps, "duban campaign open x n-c1:comm-9 --as lead") == ["comm-9"]
    assert wrong_codes(helps, "duban recompute --policy VERSION --as lead") == []
