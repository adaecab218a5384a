"""What the townships of "why" and "why not" have in common: some days that are lived through once, for all tests of a module."""
import contextlib
import shutil

import acts
import entry_pb2 as pb
from acts import DAY
from township import Township, holder

BEGINNING = "2020-01-20 00:00"


@contextlib.contextmanager
def checked(town):
    """The town, closed at the end; checked as well when all went well, else what it logged is told."""
    try:
        yield town
        town.finish()
    except BaseException:
        print(town.logs())
        raise
    finally:
        town.close()


@contextlib.contextmanager
def lived(template, build, scratch, name, *days):
    """A township that has settled in and then lived through those days; checked at the end."""
    directory = scratch / name
    shutil.copytree(template, directory, ignore=shutil.ignore_patterns("run", "log"))
    with checked(Township(directory, build, rehearsal=BEGINNING)) as town:
        town.start()
        town.warm_up()
        for day in days:
            day(town)
        town.settle()
        yield town


def some_are_not_there(town):
    town.enter(holder("area-c", roles=[(pb.ROLE_AREA_CONTACT, "c1"), (pb.ROLE_SITE_CONTACT, "COUR-1")]))
    town.enter(holder("area-v", removed=True))                            # "nobody", which goes up
    town.enter(holder("leader-s", away=True, deputy="insp-s2"))


def first_findings(town, shop_goes_to, review_days):
    """An A and B that nobody does anything about, one that is assigned away, one said to be fixed, one suspended."""
    town.visit("COUR-1", fails=["TM-01", "DS-01"])
    town.visit("SHOP-1", fails=["DS-01"])
    town.enter(acts.assign("SHOP-1", "DS-01", shop_goes_to), by="lead")
    town.visit("DORM-1", fails=["CS-02"], passes=["SD-01"])
    town.enter(acts.claim("DORM-1", "CS-02"), by="site-dorm-1")
    town.visit("FOOD-1", fails=["CS-05", "EP-02"])
    town.visit("OFFC-1", fails=["OF-02"])
    town.enter(acts.suspend("OFFC-1", "OF-02", review_at_ms=town.now + review_days * DAY), by="lead")


def more_time_for_food(town):
    town.enter(acts.extend("FOOD-1", "EP-02", town.now + 2 * DAY), by="site-food-1")


def red_slip_is_acknowledged(town):
    town.until("2020-02-10 12:30")
    town.enter(acts.acknowledge("COUR-1", "TM-01"), by="insp-n")


def red_slip_is_explained(town):
    town.until("2020-02-10 17:30")
    town.enter(acts.explain("COUR-1", "TM-01", town.now + DAY), by="insp-n")


def dormitory_is_not_fixed(town):
    town.until("2020-02-11 15:00")
    town.visit("DORM-1", fails=["CS-02"], passes=["SD-01"], purpose=pb.PURPOSE_REVISIT)
