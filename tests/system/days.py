"""Some days of a township, made up from a seed: who enters what at which time.

Nothing depends on what the house answers, so that the same days can be lived through again.
What nobody may do, or what comes too late, is among it: that ends in quarantine, each time the same.
"""
import random

import acts
from acts import DAY, MINUTE, t
from township import INSPECTORS

MORNING = t("2020-02-10 08:00")

ITEMS = {
    "COUR-1": ["TM-01", "DS-01", "DS-02", "CR-01", "CR-03", "EP-05"],
    "CONS-1": ["CS-01", "CS-04", "CS-05", "MS-04", "EP-01"],
    "DORM-1": ["CS-02", "RT-04", "DS-04"],
    "GATE-1": ["GT-01", "GT-03", "GT-05", "GT-06"],
    "OFFC-1": ["OF-02", "OF-03", "DS-05"],
    "SHOP-1": ["PB-02", "TM-01", "DS-01"],
    "FOOD-1": ["CS-05", "EP-02", "MS-01"],
    "FACT-1": ["MS-04", "TM-02", "TM-04"],
}


def visit(choose, at_ms):
    site = choose.choice(list(ITEMS))
    items = choose.sample(ITEMS[site], choose.randint(1, 3))
    fails = items[:choose.randint(0, len(items))]
    return INSPECTORS[site], acts.report(site, INSPECTORS[site], at_ms - choose.randint(0, 20) * MINUTE, fails=fails,
                                         passes=items[len(fails):])


def revisit(choose, at_ms):
    site = choose.choice(list(ITEMS))
    return INSPECTORS[site], acts.report(site, INSPECTORS[site], at_ms, passes=choose.sample(ITEMS[site], 2),
                                         purpose=acts.pb.PURPOSE_REVISIT, photos=choose.choice(["here", "here", "missing"]))


def attempt(choose, at_ms):
    site = choose.choice(list(ITEMS))
    return INSPECTORS[site], acts.attempt(site, INSPECTORS[site], at_ms)


def unknown_site(choose, at_ms):
    return "insp-n", acts.report(f"NO-{choose.randint(1, 99)}", "insp-n", at_ms, fails=["DS-01"])


def act_on_case(choose, at_ms):
    site = choose.choice(list(ITEMS))
    item = choose.choice(ITEMS[site])
    contact, inspector = "site-" + site.lower(), INSPECTORS[site]
    leader = "leader-n" if inspector == "insp-n" else "leader-s"
    return choose.choice([
        (contact, acts.claim(site, item)),
        (inspector, acts.acknowledge(site, item)),
        (contact, acts.extend(site, item, at_ms + 2 * DAY)),
        (leader, acts.approve_extension(site, item)),
        (leader, acts.edit(site, item, level=choose.choice("ABCD"))),
        (inspector, acts.explain(site, item, at_ms + DAY)),
        ("lead", acts.suspend(site, item, review_at_ms=at_ms + DAY)),
        ("lead", acts.resume(site, item)),
        ("lead", acts.approve_closure(site, item)),
    ])


def days(seed, entries=40, length_ms=3 * DAY):
    """[(time, [(account, entry)])] from MORNING on, in order of time."""
    choose = random.Random(seed)
    kinds = [visit] * 5 + [revisit] * 3 + [act_on_case] * 4 + [attempt, unknown_site]
    bursts, left = [], entries
    while left > 0:
        at_ms = MORNING + choose.randrange(length_ms // MINUTE) * MINUTE
        burst = [choose.choice(kinds)(choose, at_ms) for _ in range(min(left, choose.choice([1, 1, 2, 3, 8])))]
        left -= len(burst)
        bursts.append((at_ms, burst))
    return sorted(bursts, key=lambda burst: burst[0])
