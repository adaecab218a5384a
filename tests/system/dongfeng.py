"""The data set Dongfeng (deploy/demo/dongfeng): generated into a folder, and played into a township."""
import json
import subprocess

from township import ROOT

GENERATE = ROOT / "deploy/demo/dongfeng/generate"
BEGINNING = "2020-01-23 08:00"
PARTS = (1, 2, 3)
REGISTRY = ("areas", "sites", "units", "holders", "households")


def generate(size, folder):
    subprocess.run([GENERATE, size, folder], check=True)
    return folder


def counts(folder):
    return json.loads((folder / "counts.json").read_text())


def settle_in(town, folder):
    """The first policy is in force and everybody is registered."""
    town.duban("policy", "activate", folder / "packs/1", "--approver", "lead")
    for kind in REGISTRY:
        for table in sorted(folder.glob(f"{kind}*.csv")):
            town.duban("--timeout", "300", "import", kind, table, timeout=600)
    town.settle()


def play(town, folder, timeout=600):
    """All of it, from the first day to the last; what each part of the scenario came to."""
    summaries = []
    for part in PARTS:
        if part > 1:
            town.duban("policy", "activate", folder / f"packs/{part}", "--approver", "lead")
        done = town.duban("--json", "rehearse", folder / f"{part}.jsonl", "--quiet", timeout=timeout)
        summaries.append(json.loads(done.stdout)["summary"])
    return summaries
