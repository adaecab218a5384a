"""Who and where: areas, sites, posts, households of one size of the set. Roles only, no person has a name.

A size is a row of SIZES. `mini` has the sites of the twelve stories and nothing else; `demo` is the township;
`stress` is ten of it side by side. The first sites of s-c01 and n-c01 are those of the stories in every size.
"""
import collections

from lot import Lot

Size = collections.namedtuple("Size", "scale inspectors routine households isolated complaints findings urgent")

# inspectors of each zone; routine visits of one inspector a day; findings by level
SIZES = {
    "mini": Size(0, 2, 1, 200, 6, 1, {}, 0),
    "demo": Size(1, 6, 7, 32_000, 900, 140, {"A": 138, "B": 1012, "C": 690, "D": 276, "X": 184}, 6),
    "stress": Size(10, 60, 7, 320_000, 9_000, 1_400,
                   {"A": 1_380, "B": 10_120, "C": 6_900, "D": 2_760, "X": 1_840}, 60),
}

ZONES = {"north": ("北片", "the north group"), "south": ("南片", "the south group")}
OFFICES = {"kongwei": ("控违办", "illegal-construction office"), "xiaofang": ("消防办", "fire office"),
           "wjk": ("卫健科", "health office")}
HOME_OFFICES = ("dangjian", "kongwei", "anjian", "chengguan", "wjk", "wuye")   # 党建办、控违办、安监、城管、卫健、物业科
DIGITS = "零一二三四五六七八九"

KINDS = {   # code: (zh, en, risk: 0 is looked at first, days between routine visits)
    "GATE": ("门岗", "gate", 0, 1), "COUR": ("快递网点", "courier outlet", 0, 1), "CONS": ("工地", "construction site", 0, 1),
    "DORM": ("员工宿舍", "dormitory", 0, 2), "OFFC": ("写字楼", "office building", 1, 3), "FACT": ("工厂", "factory", 1, 2),
    "SHOP": ("商店", "shop", 1, 3), "FOOD": ("餐馆", "restaurant", 1, 3), "RENT": ("出租楼", "rental block", 1, 7),
    "COMM": ("居委会", "committee", 2, 0),
}
ENTERPRISES = {"COUR": 16, "CONS": 9, "OFFC": 60, "FACT": 25, "SHOP": 130, "FOOD": 60}
NORTH_OF_300, GATES, DORMITORIES, RENTALS = 180, 60, 40, 220


class Area(collections.namedtuple("Area", "code kind zone zh en")):
    @property
    def contact(self):
        return f"contact-{self.code}"

    @property
    def staff(self):
        return f"staff-{self.code}"

    @property
    def committee(self):
        return f"{self.code}-comm"


class Site(collections.namedtuple("Site", "code kind area zone zh en story")):
    @property
    def contact(self):
        return f"site-{self.code}"


# The sites of the stories, by what a story calls them.
STORY_SITES = {
    "gate": ("s-c01", "GATE", "石佛营东里小区东门", "Shifoying Dongli compound, east gate"),
    "shop": ("s-c01", "SHOP", "南片一社区便民超市", "corner shop of south community 1"),
    "rental": ("s-c01", "RENT", "南片一社区出租楼", "rental block of south community 1"),
    "barrier": ("n-c01", "GATE", "东润枫景社区北门", "Dongrun Fengjing, north gate"),
    "courier": ("n-c01", "COUR", "东润枫景社区快递网点", "courier outlet of Dongrun Fengjing"),
    "dormitory": ("n-c01", "DORM", "东润枫景社区工地宿舍", "construction dormitory of Dongrun Fengjing"),
}


def in_chinese(number):
    """1 to 999, as people number communities."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def areas_of(size):
    scale = size.scale
    counts = [("n", "c", "north", 5 * scale or 1), ("n", "v", "north", 2 * scale), ("s", "c", "south", 11 * scale or 1)]
    areas = []
    for letter, what, zone, count in counts:
        for number in range(1, count + 1):
            kind, zh, en = ("community", "社区", "community") if what == "c" else ("village", "村", "village")
            name = f"{ZONES[zone][0]}{in_chinese(number)}{zh}", f"{zone} {en} {number}"
            if (letter, what, number) == ("n", "c", 1):
                name = "东润枫景社区", "Dongrun Fengjing community"
            areas.append(Area(f"{letter}-{what}{number:02}", kind, zone, *name))
    return areas


class World:
    def __init__(self, name):
        self.name, self.size = name, SIZES[name]
        self.areas = areas_of(self.size)
        self.by_code = {area.code: area for area in self.areas}
        self.numbers = collections.Counter()
        self.sites = []
        self.story = {}
        for what, (area, kind, zh, en) in STORY_SITES.items():
            self.story[what] = self.add_site(kind, self.by_code[area], (zh, en), story=True)
        self.add_many()
        self.committees = [Site(area.committee, "COMM", area.code, area.zone,
                                area.zh + ("村委会" if area.kind == "village" else "居委会"), f"committee of {area.en}", False)
                           for area in self.areas]
        self.inspectors = {zone: [f"inspector-{zone[0]}{number:02}" for number in range(1, self.size.inspectors + 1)]
                           for zone in ZONES}
        self.households = {area.code: self.doors_of(place) for place, area in enumerate(self.areas)}

    # ------------------------------------------------------------ sites

    def add_site(self, kind, area, name=None, story=False):
        self.numbers[area.code, kind] += 1
        number = self.numbers[area.code, kind]
        zh, en = KINDS[kind][:2]
        name = name or (f"{area.zh}{zh}{number}", f"{en} {number} of {area.en}")
        site = Site(f"{area.code}-{kind.lower()}-{number}", kind, area.code, area.zone, *name, story)
        self.sites.append(site)
        return site

    def add_many(self):
        """What the township has besides the sites of the stories, dealt out to the areas in turn."""
        scale = self.size.scale
        if not scale:
            return
        here = collections.Counter(site.kind for site in self.sites)
        north_here = sum(site.zone == "north" and site.kind in ENTERPRISES for site in self.sites)
        kinds = [kind for kind, count in ENTERPRISES.items() for _ in range(count * scale - here[kind])]
        kinds = Lot(self.name, "enterprises").shuffled(kinds)
        north = [area for area in self.areas if area.zone == "north"]
        south = [area for area in self.areas if area.zone == "south"]
        in_north = NORTH_OF_300 * scale - north_here
        for place, kind in enumerate(kinds):
            zone = north if place < in_north else south
            self.add_site(kind, zone[place % len(zone)])
        for kind, count in (("GATE", GATES), ("DORM", DORMITORIES), ("RENT", RENTALS)):
            for place in range(count * scale - here[kind]):
                self.add_site(kind, self.areas[place % len(self.areas)])

    # ------------------------------------------------------------ households

    def doors_of(self, place):
        count, more = divmod(self.size.households, len(self.areas))
        return count + (1 if place < more else 0)

    def door(self, area, number):
        return f"{area.code}-{number:04}"

    # ------------------------------------------------------------ tables, as duban import reads them

    def tables(self):
        """(file, rows with their heading)."""
        yield "areas.csv", self.area_rows()
        yield "sites.csv", self.site_rows()
        yield "units.csv", self.unit_rows()
        yield "holders.csv", self.holder_rows()
        yield "households.csv", self.household_rows()

    def area_rows(self):
        yield "code,kind,zone,name_zh,name_en,zone_zh,zone_en,has_branch"
        for area in self.areas:
            zh, en = ZONES[area.zone]
            yield f"{area.code},{area.kind},{area.zone},{area.zh},{area.en},{zh}组,{en},{'no' if area.kind == 'village' else 'yes'}"

    def site_rows(self):
        yield "code,kind,area,name_zh,name_en,state"
        for site in self.sites + self.committees:
            yield f"{site.code},{site.kind},{site.area},{site.zh},\"{site.en}\",operating"

    def unit_rows(self):
        yield "code,kind,name_zh,name_en,secretary,focus_group,zone,area"
        yield "tf-1,task_force,疫情防控巡查工作专班,inspection task force,lead,,,"
        for number, (group, zh, en) in enumerate((("residents", "辖区居民", "residents"),
                                                  ("overseas_arrivals", "外部入境人员", "overseas arrivals"),
                                                  ("returnees", "返京人员", "returnees"),
                                                  ("resumed_enterprise_staff", "复工复产企业人员", "resumed staff")), 1):
            secretary = "leader-s" if number % 2 else "leader-n"
            yield f"branch-{number},branch,{zh}临时党支部,branch for {en},{secretary},{group},,"

    def holder_rows(self):
        yield "account,roles,title_zh,title_en,language,home_office,duty_windows,units"
        yield "lead,lead,专班组长,task-force lead,zh+en,,,tf-1"
        yield "clerk,duty_clerk,内勤,duty clerk,zh+en,,,tf-1"
        yield "committee,committee,地区工委,area work committee,zh+en,,,"
        for zone, (zh, en) in ZONES.items():
            branches = "branch-2 branch-4" if zone == "north" else "branch-1 branch-3"
            yield f"leader-{zone[0]},group_leader:{zone},{zh}组组长,{zone} group leader,zh+en,,,{branches}"
            for number, account in enumerate(self.inspectors[zone], 1):
                office = HOME_OFFICES[number % len(HOME_OFFICES)]
                yield (f"{account},inspector:{zone},{zh}组巡查员{in_chinese(number)},{zone} inspector {number},zh+en,{office},"
                       f"mon-sun 08:00-20:00,tf-1")
        for code, (zh, en) in OFFICES.items():
            yield f"office-{code},office:{code},{zh},{en},zh+en,,,"
        for area in self.areas:
            yield f"{area.contact},area_contact:{area.code},{area.zh}包片联系人,liaison of {area.en},zh+en,,,"
            yield f"{area.staff},area_staff:{area.code},{area.zh}工作人员,staff of {area.en},zh+en,,,"
        for site in self.sites + self.committees:
            yield f"{site.contact},site_contact:{site.code},{site.zh}负责人,\"contact of {site.en}\",zh+en,,,"

    def household_rows(self):
        yield "code,area"
        for area in self.areas:
            for number in range(1, self.households[area.code] + 1):
                yield f"{self.door(area, number)},{area.code}"
