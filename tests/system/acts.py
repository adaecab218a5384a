"""Entries as people would submit them: one function for each act.

Times are milliseconds UTC; t("2020-02-10 10:00") reads local time of the deployment (+08:00).
"""
import datetime
import hashlib

import entry_pb2 as pb

ZONE = datetime.timezone(datetime.timedelta(hours=8))
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


def t(text):
    """Local time to milliseconds: "2020-02-10 10:00", seconds optional."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1000


def local(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, ZONE).strftime("%Y-%m-%d %H:%M:%S")


def local_s(seconds):
    """Seconds as rules keeps them, to the minute where that is exact."""
    text = local(seconds * 1000)
    return text[:-3] if text.endswith(":00") else text


def text(zh, en=""):
    return pb.Text(zh=zh, en=en)


# ---------------------------------------------------------------- reports

def photo(name, item="", here=True, taken_at_ms=0, of=""):
    """of: whatever tells it from another photo of the same name."""
    return pb.Evidence(name=name, size_bytes=1000 + len(name), sha256=hashlib.sha256((of + name).encode()).digest(),
                       taken_at_ms=taken_at_ms, item=item, here=here)


def report(site, reporter, at_ms, fails=(), passes=(), not_checked=(), fixed_now=(), purpose=pb.PURPOSE_INSPECTION,
           outcome=pb.VISIT_OUTCOME_COMPLETED, photos="here", notes=None, started_at_ms=0, text=""):
    """photos: "here", "missing" (declared, not come yet) or "none"; one for each answer."""
    notes = notes or {}
    answers = ([(item, pb.RESULT_FAIL, False) for item in fails] +
               [(item, pb.RESULT_FAIL, True) for item in fixed_now] +
               [(item, pb.RESULT_PASS, False) for item in passes] +
               [(item, pb.RESULT_NOT_CHECKED, False) for item in not_checked])
    entry = pb.Entry(report=pb.Report(
        reporter=reporter, device_time_ms=at_ms, device_offset_minutes=480, started_at_ms=started_at_ms, site=site,
        purpose=purpose, outcome=outcome, text=text,
        answers=[pb.Answer(item=item, result=result, note=notes.get(item, ""), fixed_now=fixed)
                 for item, result, fixed in answers]))
    if photos != "none":
        of = f"{site} {reporter} {at_ms} " if photos == "here" else ""   # what comes later is known by its name
        entry.report.evidence.extend(photo(f"{item}.jpg", item, photos == "here", at_ms, of) for item, _, _ in answers)
        entry.report.evidence.extend(photo(f"{item}-after.jpg", item, photos == "here", at_ms, of) for item in fixed_now)
    return entry


def attempt(site, reporter, at_ms, purpose=pb.PURPOSE_REVISIT):
    return pb.Entry(report=pb.Report(reporter=reporter, device_time_ms=at_ms, device_offset_minutes=480, site=site,
                                     purpose=purpose, outcome=pb.VISIT_OUTCOME_ATTEMPTED))


def arrival(report_sequence, evidence):
    return pb.Entry(evidence_arrival=pb.EvidenceArrival(report_sequence=report_sequence, name=evidence.name,
                                                        sha256=evidence.sha256, size_bytes=evidence.size_bytes))


# ---------------------------------------------------------------- acts on a case

def place(site, item):
    return pb.CaseReference(place=pb.Place(site=site, item=item))


def _about(name, kind, site, item, **fields):
    return pb.Entry(**{name: kind(case_=place(site, item), **fields)})


def claim(site, item, fixed_at_ms=0, text=""):
    return _about("claim", pb.Claim, site, item, fixed_at_ms=fixed_at_ms, text=text)


def acknowledge(site, item):
    return _about("acknowledgement", pb.Acknowledgement, site, item)


def assign(site, item, owner, text=""):
    return _about("assignment", pb.Assignment, site, item, owner=owner, text=text)


def approve(site, item, matter, granted=True, reason=""):
    return _about("approval", pb.Approval, site, item, matter=matter,
                  decision=pb.DECISION_GRANTED if granted else pb.DECISION_REFUSED, reason=reason)


def approve_closure(site, item, granted=True, reason=""):
    return approve(site, item, pb.MATTER_CLOSURE, granted, reason)


def approve_extension(site, item, granted=True, reason=""):
    return approve(site, item, pb.MATTER_EXTENSION, granted, reason)


def extend(site, item, new_due_ms, reason="等配件"):
    return _about("extension", pb.Extension, site, item, new_due_ms=new_due_ms, reason=reason)


def explain(site, item, expected_at_ms, reason="人手不足"):
    return _about("overdue_explanation", pb.OverdueExplanation, site, item, reason=reason,
                  expected_at_ms=expected_at_ms)


def edit(site, item, level="", finding="", voided=False, reason="核对后更正"):
    return _about("case_edit", pb.CaseEdit, site, item, level=level, finding=finding, voided=voided, reason=reason)


def suspend(site, item, reason="等材料", review_at_ms=0):
    return _about("suspension", pb.Suspension, site, item, reason=reason, review_at_ms=review_at_ms)


def resume(site, item, reason="材料已到"):
    return _about("resumption", pb.Resumption, site, item, reason=reason)


def suspend_site(site, reason="停业", review_at_ms=0):
    return pb.Entry(suspension=pb.Suspension(site=site, reason=reason, review_at_ms=review_at_ms))


def resume_site(site, reason="恢复营业"):
    return pb.Entry(resumption=pb.Resumption(site=site, reason=reason))


# ---------------------------------------------------------------- amendments and appeals

RESULTS = {"pass": pb.RESULT_PASS, "fail": pb.RESULT_FAIL, "not_checked": pb.RESULT_NOT_CHECKED}


def amend(report_sequence, reason="看错一栏", **answers):
    """amend(81, GT_03="pass"): an underscore stands for the hyphen of a check item's code."""
    return pb.Entry(amendment=pb.Amendment(report_sequence=report_sequence, reason=reason, answers=[
        pb.Answer(item=item.replace("_", "-"), result=RESULTS[result]) for item, result in answers.items()]))


def approve_amendment(report_sequence, granted=True, reason=""):
    return pb.Entry(approval=pb.Approval(report_sequence=report_sequence, matter=pb.MATTER_AMENDMENT, reason=reason,
                                         decision=pb.DECISION_GRANTED if granted else pb.DECISION_REFUSED))


def appeal(site, item, reason="封路，配件进不来"):
    return _about("appeal", pb.Appeal, site, item, reason=reason)


def approve_appeal(site, item, granted=True, reason=""):
    return approve(site, item, pb.MATTER_APPEAL, granted, reason)


# ---------------------------------------------------------------- complaints

def complaint(site="", matter="GT-03", text="出入口人员进出无序", area="", received_at_ms=0, danger=False, source="12345",
              complainant="", place=""):
    where = {"area": area} if area else {"site": site}
    entry = pb.Entry(complaint=pb.Complaint(source=source, matter=matter, text=text, received_at_ms=received_at_ms,
                                            danger=danger, place=place, **where))
    if complainant:
        entry.complaint.complainant.clear = complainant
    return entry


def result(number, outcome, office="kongwei", text="现场看过", site="", report_sequence=0):
    return pb.Entry(complaint_result=pb.ComplaintResult(
        complaint=pb.SubjectReference(number=number), outcome=outcome, text=text, office=office, site=site,
        report_sequence=report_sequence))


def receipt(number, text=""):
    return pb.Entry(feedback_receipt=pb.FeedbackReceipt(complaint=pb.SubjectReference(number=number), text=text))


# ---------------------------------------------------------------- watches, isolation

def watch(site, watcher="", reason="人员流动大", from_ms=0, until_ms=0, clean_days=0):
    return pb.Entry(watch=pb.Watch(site=site, watcher=watcher, reason=reason, from_ms=from_ms, until_ms=until_ms,
                                   clean_days=clean_days))


def watch_end(number, reason="已停业"):
    return pb.Entry(watch_end=pb.WatchEnd(watch=pb.SubjectReference(number=number), reason=reason))


def absence(site, returned=False, text="回老家"):
    return pb.Entry(contact_absence=pb.ContactAbsence(site=site, returned=returned, text=text))


def isolation(person, start_ms, area="c1", basis="domestic_return", address="", home=""):
    entry = pb.Entry(isolation=pb.Isolation(area=area, basis=basis, start_ms=start_ms, home=home))
    entry.isolation.person.clear = person
    if address:
        entry.isolation.address.clear = address
    return entry


def isolation_contact(number, at_ms=0, abnormal=False, went_out=False):
    return pb.Entry(isolation_contact=pb.IsolationContact(
        isolation=pb.SubjectReference(number=number), at_ms=at_ms, abnormal=abnormal, went_out=went_out))


def isolation_change(number, act, reason="核对后决定", **fields):
    return pb.Entry(isolation_change=pb.IsolationChange(
        isolation=pb.SubjectReference(number=number), act=pb.IsolationAct.Value(f"ISOLATION_ACT_{act.upper()}"),
        reason=reason, **fields))


def isolation_release(*numbers, reason="已核对"):
    return pb.Entry(isolation_release=pb.IsolationRelease(
        isolations=[pb.SubjectReference(number=number) for number in numbers], reason=reason))


# ---------------------------------------------------------------- coordination, referrals, urgent

def difficulty(site, matter="GT-04", supply="围挡", quantity=20, measure="块", **fields):
    return pb.Entry(difficulty=pb.Difficulty(site=site, matter=matter, supply=supply, quantity=quantity, measure=measure,
                                             **fields))


def coordination(act, number="XT-0001", **fields):
    """act: ASKED, PROMISED, DELIVERED, UNMET."""
    return pb.Entry(coordination_step=pb.CoordinationStep(
        coordination=pb.SubjectReference(number=number), act=pb.CoordinationAct.Value(f"COORDINATION_ACT_{act}"), **fields))


def referral(act, number="YJ-0001", **fields):
    """act: RECEIVED, RETURNED, RESULT, SENT."""
    return pb.Entry(referral_step=pb.ReferralStep(
        referral=pb.SubjectReference(number=number), act=pb.ReferralAct.Value(f"REFERRAL_ACT_{act}"), **fields))


def urgent(**fields):
    return pb.Entry(urgent_report=pb.UrgentReport(**fields))


def urgent_step(act, number="JB-0001", **fields):
    """act: ISOLATED, ANSWERED, MISTAKEN."""
    return pb.Entry(urgent_step=pb.UrgentStep(
        alert=pb.SubjectReference(number=number), act=pb.UrgentAct.Value(f"URGENT_ACT_{act}"), **fields))


# ---------------------------------------------------------------- households

def household(code, area_code="", removed=False):
    return pb.Entry(household_change=pb.HouseholdChange(code=code, area=area_code, removed=removed))


def campaign(places, until, title="户户是堡垒，人人是哨兵", target_permille=0):
    """places: {area: site}"""
    return pb.Entry(campaign_opening=pb.CampaignOpening(
        title=title, ends_at_ms=t(until), target_permille=target_permille,
        places=[pb.CampaignPlace(area=area_code, site=site_code) for area_code, site_code in places.items()]))


def end_campaign(number, reason="转入常态"):
    return pb.Entry(campaign_end=pb.CampaignEnd(campaign=pb.SubjectReference(number=number), reason=reason))


def at_door(code, kind, manner=0, member="", at_ms=0):
    return pb.Entry(household_act=pb.HouseholdAct(household=code, kind=kind, manner=manner, member=member, at_ms=at_ms))


def check_door(code, finding, member="", at_ms=0):
    return pb.Entry(household_check=pb.HouseholdCheck(household=code, finding=finding, member=member, at_ms=at_ms))


# ---------------------------------------------------------------- settling

def release(sequence, site="", reporter="", items=()):
    entry = pb.Entry(release=pb.Release(sequence=sequence))
    if site or reporter or items:
        entry.release.corrections.CopyFrom(pb.Corrections(
            site=site, reporter=reporter, items=[pb.ItemCorrection(**{"from": old, "to": new}) for old, new in items]))
    return entry


def reject(sequence, reason="重复记录"):
    return pb.Entry(release=pb.Release(sequence=sequence, rejected=True, reason=reason))


# ---------------------------------------------------------------- registry

def area(code, kind, zone, zh, en, zone_zh, zone_en):
    return pb.Entry(area_change=pb.AreaChange(code=code, kind=kind, zone=zone, name=text(zh, en),
                                              zone_name=text(zone_zh, zone_en)))


def site(code, kind, area_code, zh, en, state=pb.OPERATING_STATE_OPERATING, **fields):
    return pb.Entry(site_change=pb.SiteChange(code=code, kind=kind, area=area_code, name=text(zh, en),
                                              operating_state=state, **fields))


def minutes(clock):
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def holder(account, roles, zh, en, deputy="", away=False, channel="", address="", phone="", language="zh+en",
           removed=False, home_office="", windows=(), other_ways=()):
    """windows: (first day, last day, "HH:MM", "HH:MM"), days 1 (Monday) to 7. other_ways: (channel, address)."""
    change = pb.RoleHolderChange(account=account, title=text(zh, en), deputy=deputy, away=away, channel=channel,
                                 language=language, removed=removed, home_office=home_office,
                                 duty_windows=[pb.DutyWindow(first_day=first, last_day=last, from_minute=minutes(start),
                                                             to_minute=minutes(end)) for first, last, start, end in windows],
                                 roles=[pb.RoleGrant(role=role, scope=scope) for role, scope in roles])
    for other_channel, other_address in other_ways:
        change.other_ways.add(channel=other_channel).address.clear = other_address
    if address:
        change.address.clear = address
    if phone:
        change.phone.clear = phone
    return pb.Entry(role_holder_change=change)


# ---------------------------------------------------------------- people

def availability(account, kind, from_at="", until=""):
    """kind: on_duty, remote_only, on_leave, isolating; times local."""
    return pb.Entry(availability_change=pb.AvailabilityChange(
        account=account, availability=pb.Availability.Value(f"AVAILABILITY_{kind.upper()}"),
        from_ms=t(from_at) if from_at else 0, until_ms=t(until) if until else 0))


def on_call(account, from_at, until="", removed=False):
    return pb.Entry(on_call_change=pb.OnCallChange(account=account, from_ms=t(from_at), until_ms=t(until) if until else 0,
                                                   removed=removed))


# ---------------------------------------------------------------- policy

def pack_entries(files, approver="lead", effective_at_ms=0, piece_bytes=48 * 1024):
    """PolicyFile pieces and the activation of a pack given as {path: bytes}."""
    sha = hashlib.sha256()
    for path in sorted(files, key=lambda name: name.encode()):
        sha.update(path.encode() + b"\0" + len(files[path]).to_bytes(8, "big") + files[path])
    version, entries = sha.digest(), []
    for path, content in files.items():
        pieces = [content[at:at + piece_bytes] for at in range(0, len(content), piece_bytes)] or [b""]
        entries += [pb.Entry(policy_file=pb.PolicyFile(pack_sha256=version, path=path, piece=number, pieces=len(pieces),
                                                       files=len(files), content=piece))
                    for number, piece in enumerate(pieces)]
    entries.append(pb.Entry(policy_activation=pb.PolicyActivation(pack_sha256=version, approver=approver,
                                                                 effective_at_ms=effective_at_ms)))
    return version, entries
