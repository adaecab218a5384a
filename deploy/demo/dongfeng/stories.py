"""The twelve stories, each a function: what people do, when, and in words. tests/system/test_dongfeng.py says what
Duban makes of it. BUSY keeps everyday visits away from a site while its story is told.
"""
import base64
import hashlib

from daily import place, report
from script import at, clock, day_number

FAIL, PASS = "RESULT_FAIL", "RESULT_PASS"
SIDE = {"item": "SD-01", "result": PASS}

BUSY = {   # what: [(first day, last day)]; in mini these are the only sites
    "gate": [((1, 23), (2, 6)), ((3, 28), (4, 4))],
    "shop": [((2, 20), (2, 25)), ((3, 9), (3, 24))],
    "rental": [((1, 23), (2, 16))],
    "barrier": [((2, 6), (2, 7)), ((3, 3), (3, 4))],
    "courier": [((2, 9), (3, 3))],
    "dormitory": [((1, 23), (2, 21))],
}


def busy_days(world):
    return {world.story[what].code: [(day_number(*first), day_number(*last)) for first, last in spans]
            for what, spans in BUSY.items()}


def fail(item, note, **more):
    return {"item": item, "result": FAIL, "note": note, **more}


def passes(item, **more):
    return {"item": item, "result": PASS, **more}


class Stories:
    def __init__(self, ways):
        self.ways, self.world, self.script = ways, ways.world, ways.script
        for story in STORIES:
            story(self, ways.script, ways.world.story)

    def day(self, day):
        """All has been said when the set was begun."""

    def visit(self, when, account, site, purpose, *answers, say=None, opens=None, **more):
        """With a photo, and the side-item that every visit has."""
        rows = list(answers)
        if purpose != "GUIDANCE" and not any(row["item"] == "SD-01" for row in rows):
            rows.append(SIDE)
        self.script.add(at(when), account, report(site.code, purpose, rows, **more), say=say, opens=opens, photos=1)
        self.script.count("visits")

    def attempt(self, when, account, site, text, say):
        self.script.add(at(when), account, {"report": {"site": site.code, "purpose": "PURPOSE_REVISIT", "text": text,
                                                       "outcome": "VISIT_OUTCOME_ATTEMPTED"}}, say=say)
        self.script.count("visits")

    def claim(self, when, site, item, text, say=None, by=None):
        self.script.add(at(when), by or site.contact, {"claim": {"case": place(site.code, item), "text": text}}, say=say)

    def close(self, when, site, item, say):
        self.script.add(at(when), "lead", {"approval": {"case": place(site.code, item), "matter": "MATTER_CLOSURE",
                                                        "decision": "DECISION_GRANTED"}}, say=say)

    def refer(self, when, name, act, say=None, by="office-kongwei", **more):
        self.script.add(at(when), by, {"referralStep": {"referral": self.script.number("YJ", name),
                                                        "act": f"REFERRAL_ACT_{act}", **more}}, say=say)

    def look_back(self, when, by, site, item):
        """Drawn or not (in a large township a lot decides), the group leader looks once more."""
        self.visit(when, by, site, "INSPECTION", passes(item),
                   say=("回头看：组长再到现场看一次，保持合格。", "A look back: the group leader goes once more, and it has been kept."))

    def committee(self, code):
        return next(site for site in self.world.committees if site.area == code)


def story_1_a_complaint_about_a_gate(told, script, sites):
    gate, number = sites["gate"], script.number("TS", "story-1")
    good = [passes(item) for item in ("GT-01", "GT-02", "GT-03")]
    for day in ("03", "04"):
        told.visit(f"02-{day} 09:30", "inspector-s01", gate, "INSPECTION", *good,
                   say=("南片组巡查石佛营东里东门：合格。", "The south group inspects the Dongli east gate: fine."))
    script.add(at("02-05 08:40"), "clerk", {"complaint": {
        "source": "12345", "site": gate.code, "place": "东门", "matter": "GT-03", "text": "出入口人员进出无序，管理混乱",
        "receivedAtMs": clock(at("02-05 08:30"))}}, opens=[("TS", "story-1")],
               say=("12345 转来投诉：石佛营东里小区出入口进出无序。最近两次巡查都合格，也要到现场看过才下结论。",
                    "The hotline passes on a complaint: no order at the Dongli gate. The last two visits were fine, but only somebody who has been there may say so."))
    told.visit("02-05 10:23", "inspector-s01", gate, "OBSERVATION", *good, startedAtMs=clock(at("02-05 10:00")),
               say=("南片组在东门蹲守 23 分钟：出入有序，测温、查证细致。", "The south group watches for 23 minutes: in order, temperatures and passes are checked."))
    script.add(at("02-05 10:40"), "inspector-s01", {"complaintResult": {
        "complaint": number, "outcome": "COMPLAINT_OUTCOME_UNFOUNDED", "text": "蹲守23分钟，秩序良好", "office": "wjk"}},
               say=("核实结论：不属实，反馈卫健科。", "The result: unfounded; it goes to the health office."))
    script.add(at("02-05 14:00"), "office-wjk", {"feedbackReceipt": {"complaint": number}},
               say=("卫健科签收，投诉办结。", "The health office receipts it: finished."))
    script.count("complaints")


def story_2_barriers_are_lacking(told, script, sites):
    gate, number = sites["barrier"], script.number("XT", "story-2")
    script.add(at("02-06 09:40"), "inspector-n01", {"difficulty": {
        "site": gate.code, "matter": "GT-04", "supply": "围挡", "quantity": 20, "measure": "块",
        "neededByMs": clock(at("02-07 18:00"))}}, opens=[("XT", "story-2")],
               say=("东润枫景北门要封侧门，没有围挡：是困难，不是违规。", "The north gate has to close a side entrance and has no barriers: a difficulty, no violation."))
    steps = (("02-06 11:00", "PROMISED", {"unit": "辖区施工单位", "atMs": clock(at("02-07 09:00"))},
              ("组长联系到辖区施工单位，明早送来。", "The group leader finds a local builder, who brings them in the morning.")),
             ("02-07 08:30", "DELIVERED", {}, ("围挡送到，不到二十四小时。", "The barriers are there in less than 24 hours.")))
    for when, act, more, say in steps:
        script.add(at(when), "leader-n", {"coordinationStep": {"coordination": number, "act": f"COORDINATION_ACT_{act}", **more}}, say=say)
    told.visit("02-07 10:00", "inspector-n01", gate, "INSPECTION", passes("GT-04"),
               say=("到现场看过，侧门已封：困难办结。", "Somebody has gone and seen it closed: the difficulty is over."))


def story_3_a_courier_outlet_is_watched(told, script, sites):
    outlet = sites["courier"]
    script.add(at("02-10 09:30"), "inspector-n01", {"contactAbsence": {"site": outlet.code, "text": "回老家"}},
               say=("快递网点负责人回了老家。", "The manager of the courier outlet has gone home to another province."))
    told.visit("02-10 10:00", "inspector-n01", outlet, "GUIDANCE", text="示范口罩佩戴和分拣间隔",
               say=("巡查员示范指导：算到过，不算合格。", "The inspector shows how it is done: presence, no pass."))
    script.add(at("02-10 16:00"), "leader-n", {"watch": {
        "site": outlet.code, "watcher": "inspector-n01", "fromMs": clock(at("02-11 00:00")), "untilMs": clock(at("03-02 00:00")),
        "reason": "快递员流动大，易传播"}}, opens=[("DS", "story-3")],
               say=("从明天起每天到网点打卡，连续 21 天。", "From tomorrow somebody is there every day, for 21 days."))
    for day in range(day_number(2, 11), day_number(3, 2) + 1):
        when = clock(day * 24 * 60 + 11 * 60)[5:].replace("T", " ")
        if day != day_number(2, 19):
            told.visit(when, "inspector-n01", outlet, "CHECK_IN", passes("CR-01"), passes("DS-02"),
                       say=("打卡：合格。", "Check-in: fine."))
    script.add(at("02-24 09:00"), "inspector-n01", {"contactAbsence": {"site": outlet.code, "returned": True}},
               say=("负责人返京，居家观察期间远程管理。", "The manager is back, and manages from his isolation at home."))
    script.add(at("02-24 10:00"), "contact-n-c01", {"isolation": {
        "person": {"clear": "住户-900003"}, "address": {"clear": "6号楼"}, "area": "n-c01", "basis": "domestic_return",
        "startMs": clock(at("02-24 08:00"))}}, opens=[("GL", "story-3")],
               say=("他自己也是返京人员：居家观察 14 天。", "He is a returnee himself: 14 days at home."))
    contacts(script, "story-3", "contact-n-c01", day_number(2, 25), 14)


def contacts(script, name, account, first, days, but=()):
    for number in range(days):
        for hour in (10, 17):
            when = clock((first + number) * 24 * 60 + hour * 60)[5:].replace("T", " ")
            if when not in but:
                script.add(at(when), account, {"isolationContact": {"isolation": script.number("GL", name)}})
    script.count("isolated")


def story_4_eight_to_a_room(told, script, sites):
    dormitory = sites["dormitory"]

    def seen(when, people, purpose, say, by="inspector-n02"):
        told.visit(when, by, dormitory, purpose, {"item": "CS-02", "result": FAIL if people > 6 else PASS,
                                                  "numberMilli": 1000 * people, "note": f"一间住 {people} 人"}, say=say)

    seen("02-03 10:30", 8, "INSPECTION", ("工地宿舍一间住 8 人（最多 6 人）。", "Eight to a room in the dormitory (six at most)."))
    told.claim("02-03 16:00", dormitory, "CS-02", "已调开", ("宿舍报告：已经调开。", "The dormitory says: people have been moved."))
    seen("02-04 09:20", 8, "REVISIT", ("第一次复查：还是 8 人，返工。", "First revisit: still eight, back to work."))
    told.claim("02-04 15:00", dormitory, "CS-02", "又调出两人", ("宿舍再次报告整改完成。", "The dormitory says fixed again."))
    seen("02-04 16:30", 6, "REVISIT", ("第二次复查：6 人，第一次合格。", "Second revisit: six, first pass."))
    seen("02-07 16:40", 6, "REVISIT", ("第三次复查合格，销号。", "Third revisit, second pass: closed."), by="inspector-n01")
    seen("02-16 10:00", 8, "INSPECTION", ("销号后第九天又住进 8 人：反弹，级别升一级，不另立新案。",
                                         "On day 9 after the closing there are eight again: a recurrence, one level higher, no new case."))
    told.claim("02-16 11:10", dormitory, "CS-02", "已清退", ("宿舍报告整改完成。", "The dormitory says fixed."))
    seen("02-16 11:40", 6, "REVISIT", ("复查合格。", "First pass."))
    seen("02-17 14:00", 6, "REVISIT", ("换人复查，第二次合格。", "Another inspector, second pass."), by="inspector-n01")
    seen("02-19 15:00", 6, "REVISIT", ("第三次合格。", "Third pass."))
    told.close("02-19 17:00", dormitory, "CS-02", ("专班组长批准销号。", "The lead approves: closed."))
    told.look_back("02-25 11:00", "leader-n", dormitory, "CS-02")


def story_5_three_doors_without_a_signature(told, script, sites):
    area, world = told.world.by_code["n-c01"], told.world
    doors = [world.door(area, number) for number in range(1, 6)]
    for number, door in enumerate(doors):
        say = ("东润枫景社区上报一号楼五户：全部已签，百分之百。", "Dongrun Fengjing reports the five doors of building 1: all signed, 100 %.")
        script.add(at("02-10 17:00") + number, area.staff, {"householdAct": {"household": door, "kind": "HOUSEHOLD_ACT_KIND_PLEDGE"}},
                   say=None if number else say)
    say = ("第二天早上抽到这五户，换人再入户：三户没有签过。", "Next morning these doors are drawn, and entered by others: at three of them nobody has signed.")
    for number, door in enumerate(doors):
        script.add(at("02-11 09:20") + number, "inspector-s01", {"householdCheck": {
            "household": door, "finding": "HOUSEHOLD_FINDING_" + ("UNTOUCHED" if number < 3 else "SIGNED")}}, say=None if number else say)
    committee = told.committee("n-c01")
    told.claim("02-11 16:00", committee, "HH-03", "逐户核对", ("居委会报告整改完成：逐户核对。", "The committee says fixed: it has gone through every door."))
    told.visit("02-11 17:30", "inspector-n01", committee, "REVISIT", passes("HH-03"), say=("复查居委会：第一次合格。", "A revisit at the committee: first pass."))
    told.visit("02-14 15:00", "inspector-n02", committee, "REVISIT", passes("HH-03"), say=("第二次合格，销号。", "Second pass: closed."))
    told.look_back("02-25 10:00", "leader-n", committee, "HH-03")


def story_6_two_illegal_structures(told, script, sites):
    rental, dormitory = sites["rental"], sites["dormitory"]
    told.visit("02-12 09:30", "inspector-s01", rental, "INSPECTION", fail("SD-01", "楼顶新搭彩钢房"), opens=[("YJ", "story-6a")],
               say=("出租楼楼顶新搭彩钢房：移交控违办，不立防疫的案。", "A new hut on the roof of the rental block: to the office, no case of the epidemic."))
    told.visit("02-12 10:10", "inspector-n02", dormitory, "INSPECTION", fail("SD-01", "院内搭建板房"), opens=[("YJ", "story-6b")],
               say=("工地宿舍院内搭建板房：移交控违办。", "A hut in the yard of the dormitory: to the office."))
    told.refer("02-12 11:00", "story-6a", "RECEIVED", ("控违办签收第一件。", "The office takes the first."))
    told.refer("02-13 11:00", "story-6b", "RECEIVED", ("第二件当天没人签收，催过才签。", "Nobody took the second that day; it is taken after the chase."))
    told.refer("02-14 16:00", "story-6a", "RESULT", ("控违办反馈：已拆除。", "The office answers: taken down."), text="已拆除")
    told.visit("02-15 10:00", "inspector-s01", rental, "INSPECTION", passes("SD-01"), say=("到场看过，已拆：办结。", "Somebody has seen it: over."))
    told.refer("02-19 16:00", "story-6b", "RESULT", ("控违办反馈：已拆除。", "The office answers: taken down."), text="已拆除")
    told.visit("02-20 10:00", "inspector-n01", dormitory, "INSPECTION", passes("SD-01"), say=("到场看过，已拆：办结。", "Somebody has seen it: over."))


def story_7_a_returnee_at_work(told, script, sites):
    shop, committee = sites["shop"], told.committee("s-c01")
    script.add(at("02-10 16:00"), "contact-s-c01", {"isolation": {
        "person": {"clear": "住户-900007"}, "address": {"clear": "2号楼"}, "area": "s-c01", "basis": "domestic_return",
        "startMs": clock(at("02-10 11:00"))}}, opens=[("GL", "story-7")],
               say=("超市一名员工返京，居家观察 14 天。", "Somebody of the corner shop is back in town: 14 days at home."))
    contacts(script, "story-7", "contact-s-c01", day_number(2, 11), 14, but=("02-21 10:00",))
    told.visit("02-21 10:00", "inspector-s01", shop, "INSPECTION", fail("RT-02", "第11天已上岗"),
               say=("第 11 天他已经在超市上岗：A 级，两小时内整改。", "On day 11 he is at work in the shop: level A, two hours."))
    script.add(at("02-21 10:20"), "contact-s-c01", {"isolationContact": {"isolation": script.number("GL", "story-7"), "wentOut": True}},
               say=("包片联系人核实：擅自外出，在社区立案。", "The area contact confirms that he went out: a case of the community."))
    told.claim("02-21 10:40", shop, "RT-02", "已劝返", ("超市报告：人已回家。", "The shop says: he is at home."))
    told.claim("02-21 11:00", committee, "IS-02", "已劝返，门口值守", ("居委会报告整改完成。", "The committee says fixed."))
    for when, by, purpose in (("02-21 11:20", "inspector-s01", "REVISIT"), ("02-22 14:00", "inspector-s02", "REVISIT"),
                              ("02-24 14:30", "inspector-s01", "REVISIT")):
        told.visit(when, by, shop, purpose, passes("RT-02"), say=("复查超市：未满 14 天的没有上岗。", "A revisit of the shop: nobody at work before his 14 days."))
        told.visit(when[:6] + f"{int(when[6:8])}:{int(when[9:]) + 20}", by, committee, purpose, passes("IS-02"))
    told.close("02-24 16:00", shop, "RT-02", ("专班组长批准，两件销号。", "The lead approves both: closed."))
    told.close("02-24 16:01", committee, "IS-02", None)
    told.look_back("03-03 10:00", "leader-s", committee, "IS-02")
    told.look_back("03-03 11:00", "leader-s", shop, "RT-02")


def story_8_the_calendar_is_amended(told, script, sites):
    for what, name, by in (("rental", "story-8a", "inspector-s01"), ("dormitory", "story-8b", "inspector-n02")):
        told.visit("01-23 15:00", by, sites[what], "INSPECTION", fail("SD-01", "私搭棚屋"), opens=[("YJ", name)],
                   say=("春节前一天发现私搭棚屋，移交：4 个工作时签收，节后 1 月 31 日 09:30 到期。",
                        "A hut is found on the eve of the holiday: four working hours, due after it, on 31 January 09:30."))
    script.add(at("01-27 14:00"), "clerk", {"recompute": {"about": script.number("YJ", "story-8a"), "reason": "春节假期延长至2月2日"}},
               say=("假期延长，日历已更正：在办的不自动改期，内勤申请重新计算。", "The holiday is made longer and the calendar amended: what runs keeps its due until somebody asks; the clerk does."))
    script.add(at("01-27 15:00"), "lead", {"approval": {"about": script.number("YJ", "story-8a"), "matter": "MATTER_RECOMPUTE", "decision": "DECISION_GRANTED"}},
               say=("组长批准：改为 2 月 3 日 09:30。另一件没有申请，照旧。", "The lead approves: 3 February 09:30. For the other one nobody asked, and it stays."))
    for name, what, by, day in (("story-8a", "rental", "inspector-s01", 7), ("story-8b", "dormitory", "inspector-n02", 8)):
        told.refer("02-03 09:10", name, "RECEIVED", ("节后上班，控违办签收。", "The holiday is over, the office takes it."))
        told.refer(f"02-0{day} 17:00", name, "RESULT", ("控违办反馈：已拆除。", "The office answers: taken down."), text="已拆除")
        told.visit(f"02-0{day + 1} 10:00", by, sites[what], "INSPECTION", passes("SD-01"), say=("到场看过：办结。", "Somebody has seen it: over."))


def story_9_exemptions_change(told, script, sites):
    def exempt(when, name, say, **more):
        script.add(at(when), "lead", {"isolationChange": {"isolation": script.number("GL", name), "act": "ISOLATION_ACT_EXEMPT",
                                                          "exemption": "special-duty", "reason": "因公返岗"}}, say=say, **more)

    for when, name, token in (("02-18 15:00", "story-9a", "900009"), ("02-21 15:00", "story-9b", "900010")):
        script.add(at(when), "contact-s-c01", {"isolation": {
            "person": {"clear": f"住户-{token}"}, "address": {"clear": "5号楼"}, "area": "s-c01", "basis": "domestic_return",
            "startMs": clock(at(when) - 120)}}, opens=[("GL", name)],
                   say=("一名因公人员返京登记。", "Somebody on special duty is back and registered."))
    exempt("02-20 10:00", "story-9a", ("申请按“因公特殊岗位”免除：当时的政策没有这一类，不予采用。",
                                      "The lead exempts him for special duty: the policy of the day knows no such class, so it is held."),
           expect={"quarantined": "isolationChange.exemption"})
    exempt("02-21 16:00", "story-9b", ("2 月 21 日起新政策有这一类：登记在新政策下的，可以免除。",
                                      "The policy of 21 February has that class: whoever is registered under it can be exempt."))
    contacts(script, "story-9a", "contact-s-c01", day_number(2, 19), 14)


def story_10_due_on_a_holiday(told, script, sites):
    told.visit("03-28 10:00", "inspector-s01", sites["gate"], "INSPECTION", fail("GT-06", "举报电话没有张贴"),
               say=("门岗没有张贴举报电话：D 级，7 日，4 月 4 日清明节 18:00 到期，不顺延。",
                    "No phone number at the gate: level D, seven days, due on the holiday of 4 April at 18:00, which moves nothing."))


def story_11_a_closed_shop(told, script, sites):
    shop = sites["shop"]
    told.visit("03-10 10:00", "inspector-s01", shop, "INSPECTION", fail("DS-05", "空调开着回风"),
               say=("便民超市空调开着回风。", "The corner shop runs its air conditioning on return air."))
    for when, by in (("03-11 11:00", "inspector-s01"), ("03-11 16:00", "inspector-s01"), ("03-12 10:00", "inspector-s02")):
        told.attempt(when, by, shop, "店门紧闭", ("到店复查，卷帘门关着：到访未果，不算合格也不算不合格。",
                                              "A revisit finds the shutter down: an attempt, neither pass nor fail."))
    script.add(at("03-12 14:00"), "contact-s-c01", {"suspension": {"site": shop.code, "reason": "店主停业"}},
               say=("包片联系人核实：停业，复查暂停。", "The area contact confirms: it does not operate; revisits stand still."))
    script.add(at("03-20 09:00"), "contact-s-c01", {"resumption": {"site": shop.code, "reason": "恢复营业"}},
               say=("恢复营业，24 小时内复查。", "It operates again: a revisit within 24 hours."))
    for when, by in (("03-20 15:00", "inspector-s01"), ("03-23 15:00", "inspector-s02")):
        told.visit(when, by, shop, "REVISIT", passes("DS-05"), say=("复查合格。", "A revisit, a pass."))
    told.look_back("03-31 10:00", "leader-s", shop, "DS-05")


def story_12_one_photo_in_two_visits(told, script, sites):
    photo = base64.b64encode(hashlib.sha256(b"dongfeng story 12").digest()).decode()
    for day, say in (("03", ("巡查东润枫景北门，附照片一张。", "The north gate is inspected, with a photo.")),
                     ("04", ("第二天的记录附的是同一张照片（内容相同）。", "The next day's report comes with the very same photo."))):
        taken = clock(at("03-03 10:00"))
        script.add(at(f"03-{day} 10:05"), "inspector-n02", report(
            sites["barrier"].code, "INSPECTION", [passes("GT-01"), SIDE],
            evidence=[{"name": f"gate-{day}.jpg", "sizeBytes": 204800, "sha256": photo, "takenAtMs": taken, "here": True}]), say=say)
        script.count("visits")


STORIES = (
    story_1_a_complaint_about_a_gate, story_2_barriers_are_lacking, story_3_a_courier_outlet_is_watched,
    story_4_eight_to_a_room, story_5_three_doors_without_a_signature, story_6_two_illegal_structures,
    story_7_a_returnee_at_work, story_8_the_calendar_is_amended, story_9_exemptions_change, story_10_due_on_a_holiday,
    story_11_a_closed_shop, story_12_one_photo_in_two_visits,
)
