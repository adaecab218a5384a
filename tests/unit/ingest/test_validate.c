#include "ingest_fixture.h"

/* Well-formed entries, and what one change makes of each: the field that is then refused. */
struct base {
    const char *name;
    const char *json;
};

#define SHA "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define CASE "\"case\":{\"place\":{\"site\":\"S-1\",\"item\":\"DS-01\"}}"

static const struct base bases[] = {
    { "report", REPORT },
    { "attempt", "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1580687000000\",\"site\":\"S-1\","
                 "\"purpose\":\"PURPOSE_REVISIT\",\"outcome\":\"VISIT_OUTCOME_ATTEMPTED\"}}" },
    { "claim", "{\"claim\":{" CASE ",\"fixedAtMs\":\"1580687000000\",\"text\":\"已整改\"}}" },
    { "claim_by_id", "{\"claim\":{\"case\":{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}}" },
    { "claim_by_number", "{\"claim\":{\"case\":{\"number\":12}}}" },
    { "acknowledgement", "{\"acknowledgement\":{" CASE "}}" },
    { "acknowledgement_of_subject", "{\"acknowledgement\":{\"subject\":{\"number\":\"YJ-0001\"}}}" },
    { "assignment", "{\"assignment\":{" CASE ",\"owner\":\"n2\",\"text\":\"换人\"}}" },
    { "approval", "{\"approval\":{" CASE ",\"matter\":\"MATTER_CLOSURE\",\"decision\":\"DECISION_GRANTED\"}}" },
    { "refusal", "{\"approval\":{" CASE ",\"matter\":\"MATTER_CLOSURE\",\"decision\":\"DECISION_REFUSED\","
                 "\"reason\":\"还没好\"}}" },
    { "extension", "{\"extension\":{" CASE ",\"newDueMs\":\"1580700000000\",\"reason\":\"缺货\"}}" },
    { "recompute", "{\"recompute\":{" CASE ",\"reason\":\"假期延长\"}}" },
    { "amendment", "{\"amendment\":{\"reportSequence\":\"9\",\"answers\":[{\"item\":\"GT-03\",\"result\":\"RESULT_PASS\"}],"
                   "\"reason\":\"看错一栏\"}}" },
    { "amendment_to_fail", "{\"amendment\":{\"reportSequence\":\"9\",\"answers\":[{\"item\":\"GT-03\",\"result\":\"RESULT_FAIL\"}],"
                           "\"reason\":\"看错一栏\"}}" },
    { "appeal", "{\"appeal\":{" CASE ",\"reason\":\"封路\"}}" },
    { "amendment_approval", "{\"approval\":{\"reportSequence\":\"9\",\"matter\":\"MATTER_AMENDMENT\","
                            "\"decision\":\"DECISION_GRANTED\"}}" },
    { "version_recompute", "{\"recompute\":{\"policyVersion\":\"" SHA "\",\"reason\":\"假期延长\"}}" },
    { "version_approval", "{\"approval\":{\"policyVersion\":\"" SHA "\",\"matter\":\"MATTER_RECOMPUTE\","
                          "\"decision\":\"DECISION_GRANTED\"}}" },
    { "explanation", "{\"overdueExplanation\":{" CASE ",\"reason\":\"缺人\",\"expectedAtMs\":\"1580700000000\"}}" },
    { "edit", "{\"caseEdit\":{" CASE ",\"level\":\"A\",\"finding\":\"更重\",\"reason\":\"更正\"}}" },
    { "void", "{\"caseEdit\":{" CASE ",\"voided\":true,\"reason\":\"误录\"}}" },
    { "suspension", "{\"suspension\":{" CASE ",\"reason\":\"等料\",\"reviewAtMs\":\"1580700000000\"}}" },
    { "site_suspension", "{\"suspension\":{\"site\":\"S-1\",\"reason\":\"歇业\"}}" },
    { "resumption", "{\"resumption\":{\"site\":\"S-1\",\"reason\":\"复工\"}}" },
    { "case_resumption", "{\"resumption\":{" CASE "}}" },
    { "arrival", "{\"evidenceArrival\":{\"reportSequence\":\"1\",\"name\":\"a.jpg\",\"sha256\":\"" SHA
                 "\",\"sizeBytes\":\"10\"}}" },
    { "release", "{\"release\":{\"sequence\":\"3\",\"corrections\":{\"site\":\"S-2\",\"reporter\":\"n2\","
                 "\"items\":[{\"from\":\"DS-1\",\"to\":\"DS-01\"}]}}}" },
    { "rejection", "{\"release\":{\"sequence\":\"3\",\"rejected\":true,\"reason\":\"不是本地\"}}" },
    { "skip", "{\"skip\":{\"sequence\":\"1\",\"reason\":\"无法处理\"}}" },
    { "area", "{\"areaChange\":{\"code\":\"A-1\",\"kind\":\"AREA_KIND_VILLAGE\",\"zone\":\"north\","
              "\"name\":{\"zh\":\"北村\",\"en\":\"North village\"},\"zoneName\":{\"zh\":\"北片\"}}}" },
    { "area_gone", "{\"areaChange\":{\"code\":\"A-1\",\"removed\":true,\"name\":{},\"zoneName\":{}}}" },
    { "site", "{\"siteChange\":{\"code\":\"S-1\",\"kind\":\"SHOP\",\"area\":\"A-1\",\"name\":{\"zh\":\"小店\"},"
              "\"operatingState\":\"OPERATING_STATE_OPERATING\"}}" },
    { "site_as_before", "{\"siteChange\":{\"code\":\"S-1\",\"kind\":\"SHOP\",\"area\":\"A-1\",\"name\":{\"zh\":\"小店\"}}}" },
    { "holder", "{\"roleHolderChange\":{\"account\":\"n1\","
                "\"roles\":[{\"role\":\"ROLE_INSPECTOR\",\"scope\":\"north\"},"
                "{\"role\":\"ROLE_LEAD\"}],\"title\":{\"zh\":\"巡查员\"},\"phone\":{\"clear\":\"13800000000\"},"
                "\"channel\":\"spool\",\"deputy\":\"n2\",\"language\":\"zh+en\"}}" },
    { "file", "{\"policyFile\":{\"packSha256\":\"" SHA "\",\"path\":\"policy.yaml\",\"piece\":1,\"pieces\":2,"
              "\"files\":3,\"content\":\"AAAA\"}}" },
    { "activation", "{\"policyActivation\":{\"packSha256\":\"" SHA "\",\"approver\":\"lead\"}}" },
    { "revocation", "{\"policyRevocation\":{\"packSha256\":\"" SHA "\",\"reason\":\"暂缓\"}}" },
    { "complaint", "{\"complaint\":{\"source\":\"12345\",\"site\":\"S-1\",\"place\":\"东门\",\"matter\":\"GT-03\","
                   "\"text\":\"出入无序\",\"receivedAtMs\":\"1580687000000\",\"danger\":true,"
                   "\"complainant\":{\"clear\":\"某居民 13800000000\"}}}" },
    { "area_complaint", "{\"complaint\":{\"source\":\"letter\",\"area\":\"A-1\",\"matter\":\"GT-03\",\"text\":\"无人值守\"}}" },
    { "result", "{\"complaintResult\":{\"complaint\":{\"number\":\"TS-0001\"},\"outcome\":\"COMPLAINT_OUTCOME_UNFOUNDED\","
                "\"text\":\"秩序良好\",\"office\":\"wjk\",\"reportSequence\":\"7\"}}" },
    { "result_by_id", "{\"complaintResult\":{\"complaint\":{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},"
                      "\"outcome\":\"COMPLAINT_OUTCOME_PARTLY\",\"text\":\"部分属实\",\"office\":\"wjk\",\"site\":\"S-1\"}}" },
    { "receipt", "{\"feedbackReceipt\":{\"complaint\":{\"number\":\"TS-0001\"},\"text\":\"已收\"}}" },
    { "watch", "{\"watch\":{\"site\":\"S-1\",\"watcher\":\"n1\",\"fromMs\":\"1580687000000\",\"cleanDays\":7,"
               "\"reason\":\"人员流动大\"}}" },
    { "dated_watch", "{\"watch\":{\"site\":\"S-1\",\"untilMs\":\"1580700000000\",\"reason\":\"人员流动大\"}}" },
    { "plan", "{\"planConfirmation\":{\"zone\":\"north\",\"first\":[\"gate-1\"],\"drops\":[{\"site\":\"dorm-1\",\"reason\":\"停水\"}]}}" },
    { "silence", "{\"silence\":{\"case\":{\"place\":{\"site\":\"S-1\",\"item\":\"DS-01\"}},\"site\":\"S-1\",\"fromMs\":\"1580687000000\","
                 "\"untilMs\":\"1580700000000\",\"reason\":\"停电检修\"}}" },
    { "silence_of_post", "{\"silence\":{\"role\":\"ROLE_SITE_CONTACT\",\"untilMs\":\"1580700000000\",\"reason\":\"停电检修\"}}" },
    { "silence_for_oneself", "{\"silence\":{\"site\":\"S-1\",\"untilMs\":\"1580700000000\",\"reason\":\"正在处理\",\"personal\":true}}" },
    { "silence_end", "{\"silenceEnd\":{\"number\":3,\"reason\":\"已恢复\"}}" },
    { "contact_test", "{\"contactTest\":{\"account\":\"n1\",\"way\":5}}" },
    { "access", "{\"access\":{\"kind\":\"ACCESS_KIND_SHOWN\",\"object\":\"n1\",\"fields\":[\"phone\"],\"reason\":\"电话催办\"}}" },
    { "contact_code", "{\"contactConfirmation\":{\"account\":\"n1\",\"code\":\"012345\"}}" },
    { "left", "{\"stopLeft\":{\"site\":\"S-1\",\"reason\":\"车坏了\"}}" },
    { "resolution", "{\"resolution\":{\"matter\":\"找来围挡\",\"owner\":\"lead\",\"dueMs\":\"1580687000000\",\"site\":\"S-1\"}}" },
    { "done", "{\"resolutionStep\":{\"resolution\":{\"number\":\"LH-0001\"},\"act\":\"RESOLUTION_ACT_DONE\",\"text\":\"已装好\"}}" },
    { "change", "{\"resolutionStep\":{\"resolution\":{\"number\":\"LH-0001\"},\"act\":\"RESOLUTION_ACT_AMENDED\",\"text\":\"缺货\","
                "\"owner\":\"clerk\"}}" },
    { "remark", "{\"remark\":{\"text\":\"请抓紧\",\"site\":\"S-1\",\"addressee\":\"lead\"}}" },
    { "day_remark", "{\"remark\":{\"text\":\"全体上岗\",\"day\":\"18303\"}}" },
    { "watch_end", "{\"watchEnd\":{\"watch\":{\"number\":\"DS-0001\"},\"reason\":\"已停业\"}}" },
    { "absence", "{\"contactAbsence\":{\"site\":\"S-1\",\"text\":\"回老家\"}}" },
    { "isolation", "{\"isolation\":{\"person\":{\"clear\":\"某某 13800000000\"},\"address\":{\"clear\":\"3号楼\"},\"area\":\"A-1\","
                   "\"basis\":\"domestic_return\",\"startMs\":\"1580687000000\"}}" },
    { "home", "{\"isolationContact\":{\"isolation\":{\"number\":\"GL-0001\"},\"others\":[{\"number\":\"GL-0002\"}]}}" },
    { "batch", "{\"isolationRelease\":{\"isolations\":[{\"number\":\"GL-0001\"},{\"number\":\"GL-0002\"}],\"reason\":\"已核对\"}}" },
    { "contact", "{\"isolationContact\":{\"isolation\":{\"number\":\"GL-0001\"},\"atMs\":\"1580687000000\"}}" },
    { "restart", "{\"isolationChange\":{\"isolation\":{\"number\":\"GL-0001\"},\"act\":\"ISOLATION_ACT_RESTART\","
                 "\"atMs\":\"1580687000000\",\"basis\":\"contact\",\"reason\":\"再次接触\"}}" },
    { "freeing", "{\"isolationChange\":{\"isolation\":{\"number\":\"GL-0001\"},\"act\":\"ISOLATION_ACT_RELEASE\","
                 "\"reason\":\"已核对\"}}" },
    { "exemption", "{\"isolationChange\":{\"isolation\":{\"number\":\"GL-0001\"},\"act\":\"ISOLATION_ACT_EXEMPT\","
                   "\"exemption\":\"special-duty\",\"reason\":\"批准\"}}" },
    { "household", "{\"householdChange\":{\"code\":\"c1-0001\",\"area\":\"c1\"}}" },
    { "household_gone", "{\"householdChange\":{\"code\":\"c1-0001\",\"removed\":true}}" },
    { "campaign", "{\"campaignOpening\":{\"title\":\"户户是堡垒\",\"places\":[{\"area\":\"c1\",\"site\":\"COMM-1\"},{\"area\":\"c2\",\"site\":\"COMM-2\"}],"
                  "\"endsAtMs\":\"1580687000000\",\"targetPermille\":1000}}" },
    { "campaign_end", "{\"campaignEnd\":{\"campaign\":{\"number\":\"HD-0001\"},\"reason\":\"转入常态\"}}" },
    { "notice_act", "{\"householdAct\":{\"household\":\"c1-0001\",\"kind\":\"HOUSEHOLD_ACT_KIND_NOTICE\",\"manner\":\"HOUSEHOLD_MANNER_AT_DOOR\"}}" },
    { "pledge_act", "{\"householdAct\":{\"household\":\"c1-0001\",\"kind\":\"HOUSEHOLD_ACT_KIND_PLEDGE\",\"member\":\"staff-1\",\"atMs\":\"1580687000000\"}}" },
    { "check", "{\"householdCheck\":{\"household\":\"c1-0001\",\"finding\":\"HOUSEHOLD_FINDING_SIGNED\"}}" },
    { "availability", "{\"availabilityChange\":{\"account\":\"n1\",\"availability\":\"AVAILABILITY_ISOLATING\","
                      "\"fromMs\":\"1580687000000\",\"untilMs\":\"1580687001000\",\"reason\":\"同车\"}}" },
    { "back", "{\"availabilityChange\":{\"account\":\"n1\",\"availability\":\"AVAILABILITY_ON_DUTY\"}}" },
    { "on_call", "{\"onCallChange\":{\"account\":\"n1\",\"fromMs\":\"1580687000000\",\"untilMs\":\"1580687001000\"}}" },
    { "not_on_call", "{\"onCallChange\":{\"account\":\"n1\",\"fromMs\":\"1580687000000\",\"removed\":true}}" },
    { "retry", "{\"deadLetterRetry\":{\"notice\":\"7\"}}" },
    { "settlement", "{\"deadLetterSettlement\":{\"notice\":\"7\",\"reason\":\"已电话告知\"}}" },
    { "alarm", "{\"alarmSettlement\":{\"kind\":\"ALARM_KIND_CHANNEL_DEAD\",\"account\":\"n1\",\"reason\":\"已换号\"}}" },
    { "difficulty", "{\"difficulty\":{\"site\":\"S-1\",\"matter\":\"GT-04\",\"supply\":\"围挡\",\"quantity\":20,\"measure\":\"块\","
                    "\"neededByMs\":\"1580700000000\",\"askedUnits\":[\"某公司\"],\"text\":\"西门\"}}" },
    { "asked", "{\"coordinationStep\":{\"coordination\":{\"number\":\"XT-0001\"},\"act\":\"COORDINATION_ACT_ASKED\",\"unit\":\"某公司\"}}" },
    { "promised", "{\"coordinationStep\":{\"coordination\":{\"number\":\"XT-0001\"},\"act\":\"COORDINATION_ACT_PROMISED\","
                  "\"unit\":\"某公司\",\"atMs\":\"1580700000000\"}}" },
    { "delivered", "{\"coordinationStep\":{\"coordination\":{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},"
                   "\"act\":\"COORDINATION_ACT_DELIVERED\"}}" },
    { "unmet", "{\"coordinationStep\":{\"coordination\":{\"number\":\"XT-0001\"},\"act\":\"COORDINATION_ACT_UNMET\",\"text\":\"无货\"}}" },
    { "returned", "{\"referralStep\":{\"referral\":{\"number\":\"YJ-0001\"},\"act\":\"REFERRAL_ACT_RETURNED\",\"text\":\"不归我们\"}}" },
    { "sent_on", "{\"referralStep\":{\"referral\":{\"number\":\"YJ-0001\"},\"act\":\"REFERRAL_ACT_SENT\",\"office\":\"cg\"}}" },
    { "urgent", "{\"urgentReport\":{\"site\":\"S-1\",\"item\":\"UR-01\",\"text\":\"发热\"}}" },
    { "urgent_area", "{\"urgentReport\":{\"area\":\"A-1\"}}" },
    { "urgent_place", "{\"urgentReport\":{\"place\":\"东门外\"}}" },
    { "urgent_position", "{\"urgentReport\":{\"position\":{\"latitudeE7\":399289000,\"longitudeE7\":1164883000}}}" },
    { "isolated", "{\"urgentStep\":{\"alert\":{\"number\":\"JB-0001\"},\"act\":\"URGENT_ACT_ISOLATED\"}}" },
    { "unit", "{\"unitChange\":{\"code\":\"branch-1\",\"kind\":\"UNIT_KIND_BRANCH\",\"name\":{\"zh\":\"第一临时党支部\"},"
              "\"focusGroup\":\"residents\",\"zone\":\"north\",\"secretary\":\"n1\"}}" },
    { "task_force", "{\"unitChange\":{\"code\":\"tf-1\",\"kind\":\"UNIT_KIND_TASK_FORCE\",\"name\":{\"zh\":\"巡查专班\"}}}" },
    { "entrances", "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1580687000000\",\"site\":\"S-1\","
                   "\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"entrances\":["
                   "{\"name\":\"东门\",\"state\":\"ENTRANCE_STATE_OPEN_MANNED\"},"
                   "{\"name\":\"西门\",\"state\":\"ENTRANCE_STATE_PROBLEM\",\"note\":\"围挡倒了\"}]}}" },
    { "posts", "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1580687000000\",\"site\":\"S-1\","
               "\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"volunteers\":3,\"posts\":["
               "{\"post\":\"东门岗\",\"shift\":\"早班\",\"manned\":\"MANNING_MANNED\"},"
               "{\"post\":\"东门岗\",\"shift\":\"夜班\",\"manned\":\"MANNING_UNMANNED\"}]}}" },
    { "returnees", "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1580687000000\",\"site\":\"S-1\","
                   "\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":["
                   "{\"item\":\"RT-01\",\"result\":\"RESULT_PASS\",\"returnees\":{\"returnees\":5,\"isolated\":4,\"dueToEnd\":4}}]}}" },
    { "gate", "{\"siteChange\":{\"code\":\"S-1\",\"kind\":\"GATE\",\"area\":\"A-1\",\"name\":{\"zh\":\"东门\"},\"siteClass\":\"compound\"}}" },
    { "unit_gone", "{\"unitChange\":{\"code\":\"tf-1\",\"removed\":true}}" },
    { "mistaken", "{\"urgentStep\":{\"alert\":{\"number\":\"JB-0001\"},\"act\":\"URGENT_ACT_MISTAKEN\",\"text\":\"误报\"}}" },
};

/* base, where (dots and numbers), what to put there (JSON; NULL = take it away), field refused. */
struct change {
    const char *base;
    const char *path;
    const char *value;
    const char *field;
};

static const struct change changes[] = {
    { "availability", "availabilityChange.account", NULL, "availability_change.account" },
    { "availability", "availabilityChange.availability", NULL, "availability_change.availability" },
    { "availability", "availabilityChange.fromMs", "\"-1\"", "availability_change.from_ms" },
    { "availability", "availabilityChange.untilMs", "\"1580687000000\"", "availability_change.until_ms" },
    { "back", "availabilityChange.untilMs", "\"1580687001000\"", "availability_change.until_ms" },
    { "on_call", "onCallChange.account", "\"\"", "on_call_change.account" },
    { "on_call", "onCallChange.fromMs", NULL, "on_call_change.from_ms" },
    { "on_call", "onCallChange.untilMs", NULL, "on_call_change.until_ms" },
    { "on_call", "onCallChange.untilMs", "\"1580687000000\"", "on_call_change.until_ms" },
    { "on_call", "onCallChange.untilMs", "\"1583365400001\"", "on_call_change.until_ms" },
    { "not_on_call", "onCallChange.fromMs", "\"0\"", "on_call_change.from_ms" },
    { "entrances", "report.entrances.0.name", NULL, "report.entrances[0].name" },
    { "entrances", "report.entrances.0.name", "\"西门\"", "report.entrances[1].name" },
    { "entrances", "report.entrances.0.name", "\"一二三四五六七八九十一二三四五六七八九十一\"", "report.entrances[0].name" },
    { "entrances", "report.entrances.0.state", NULL, "report.entrances[0].state" },
    { "entrances", "report.entrances.1.note", NULL, "report.entrances[1].note" },
    { "entrances", "report.outcome", "\"VISIT_OUTCOME_ATTEMPTED\"", "report.entrances" },
    { "posts", "report.posts.0.post", NULL, "report.posts[0].post" },
    { "posts", "report.posts.0.post", "\"一二三四五六七八九十一二三四五六七八九十一\"", "report.posts[0].post" },
    { "posts", "report.posts.1.shift", "\"早班\"", "report.posts[1].post" },
    { "posts", "report.posts.1.shift", "\"一二三四五六七八九十一二三四五六七八九十一\"", "report.posts[1].shift" },
    { "posts", "report.posts.1.manned", NULL, "report.posts[1].manned" },
    { "posts", "report.volunteers", "1000001", "report.volunteers" },
    { "posts", "report.outcome", "\"VISIT_OUTCOME_ATTEMPTED\"", "report.posts" },
    { "returnees", "report.answers.0.returnees.returnees", "1000001", "report.answers[0].returnees" },
    { "returnees", "report.answers.0.returnees.dueToEnd", "5", "report.answers[0].returnees" },
    { "gate", "siteChange.siteClass", "\"a b\"", "site_change.site_class" },
    { "unit", "unitChange.code", "\"\"", "unit_change.code" },
    { "unit", "unitChange.kind", NULL, "unit_change.kind" },
    { "unit", "unitChange.name", NULL, "unit_change.name" },
    { "unit", "unitChange.focusGroup", "\"居民\"", "unit_change.focus_group" },
    { "task_force", "unitChange.focusGroup", "\"residents\"", "unit_change.focus_group" },
    { "unit", "unitChange.zone", "\"北片\"", "unit_change.zone" },
    { "unit", "unitChange.area", "\"c1\"", "unit_change.area" },
    { "unit", "unitChange.secretary", "\"某某\"", "unit_change.secretary" },
    { "unit_gone", "unitChange.code", NULL, "unit_change.code" },
    { "holder", "roleHolderChange.units", "[\"branch 1\"]", "role_holder_change.units[0]" },
    { "holder", "roleHolderChange.units", "[\"tf-1\",\"tf-1\"]", "role_holder_change.units[1]" },
    { "complaint", "complaint.source", NULL, "complaint.source" },
    { "complaint", "complaint.site", NULL, "complaint.site" },
    { "complaint", "complaint.site", "\"东门\"", "complaint.site" },
    { "area_complaint", "complaint.area", "\"\"", "complaint.area" },
    { "complaint", "complaint.matter", NULL, "complaint.matter" },
    { "complaint", "complaint.text", "\" \"", "complaint.text" },
    { "complaint", "complaint.receivedAtMs", "\"-1\"", "complaint.received_at_ms" },
    { "complaint", "complaint.complainant", "{}", "complaint.complainant" },
    { "complaint", "complaint.complainant", "{\"token\":\"AAAA\"}", "complaint.complainant" },
    { "result", "complaintResult.complaint", NULL, "complaint_result.complaint" },
    { "result", "complaintResult.complaint", "{}", "complaint_result.complaint" },
    { "result", "complaintResult.complaint.number", "\"1\"", "complaint_result.complaint.number" },
    { "result", "complaintResult.complaint.number", "\"TS-\"", "complaint_result.complaint.number" },
    { "result", "complaintResult.complaint.number", "\"TS-12x\"", "complaint_result.complaint.number" },
    { "result", "complaintResult.complaint.number", "\"TS-1234567890\"", "complaint_result.complaint.number" },
    { "result_by_id", "complaintResult.complaint.id", "\"AAAA\"", "complaint_result.complaint.id" },
    { "result", "complaintResult.outcome", NULL, "complaint_result.outcome" },
    { "result", "complaintResult.text", NULL, "complaint_result.text" },
    { "result", "complaintResult.office", NULL, "complaint_result.office" },
    { "result", "complaintResult.site", "\"东门\"", "complaint_result.site" },
    { "receipt", "feedbackReceipt.complaint", NULL, "feedback_receipt.complaint" },
    { "watch", "watch.site", "\"\"", "watch.site" },
    { "watch", "watch.watcher", "\"某人\"", "watch.watcher" },
    { "watch", "watch.fromMs", "\"-1\"", "watch.from_ms" },
    { "watch", "watch.cleanDays", "367", "watch.clean_days" },
    { "watch", "watch.reason", "\" \"", "watch.reason" },
    { "watch", "watch.untilMs", "\"1580600000000\"", "watch.until_ms" },
    { "dated_watch", "watch.cleanDays", "3", "watch.clean_days" },
    { "plan", "planConfirmation.zone", "\"\"", "plan_confirmation.zone" },
    { "plan", "planConfirmation.day", "\"-1\"", "plan_confirmation.day" },
    { "plan", "planConfirmation.day", "\"2932897\"", "plan_confirmation.day" },
    { "plan", "planConfirmation.first", "[\"a\",\"a\"]", "plan_confirmation.first[1]" },
    { "plan", "planConfirmation.first", "[\"\"]", "plan_confirmation.first[0]" },
    { "plan", "planConfirmation.drops", "[{\"site\":\"a\"}]", "plan_confirmation.drops[0].reason" },
    { "plan", "planConfirmation.adds", "[{\"reason\":\"a\"}]", "plan_confirmation.adds[0].site" },
    { "silence", "silence.site", "\"东门\"", "silence.site" },
    { "silence", "silence.area", "\" \"", "silence.area" },
    { "silence", "silence.message", "\" \"", "silence.message" },
    { "silence", "silence.account", "\" \"", "silence.account" },
    { "silence", "silence.case", "{}", "silence.case" },
    { "silence", "silence.untilMs", "\"1580687000000\"", "silence.until_ms" },
    { "silence", "silence.untilMs", NULL, "silence.until_ms" },
    { "silence", "silence.fromMs", "\"-1\"", "silence.from_ms" },
    { "silence", "silence.reason", "\" \"", "silence.reason" },
    { "silence_of_post", "silence.role", NULL, "silence.case" },
    { "silence_for_oneself", "silence.account", "\"lead\"", "silence.account" },
    { "silence_for_oneself", "silence.site", NULL, "silence.case" },
    { "silence_end", "silenceEnd.number", NULL, "silence_end.number" },
    { "silence_end", "silenceEnd.reason", NULL, "silence_end.reason" },
    { "contact_test", "contactTest.account", "\"某人\"", "contact_test.account" },
    { "contact_test", "contactTest.way", NULL, "contact_test.way" },
    { "contact_test", "contactTest.way", "6", "contact_test.way" },
    { "access", "access.kind", NULL, "access.kind" },
    { "access", "access.object", "\"某人\"", "access.object" },
    { "access", "access.fields", "[]", "access.fields" },
    { "access", "access.fields", "[\"phone\", \"138 0000\"]", "access.fields[1]" },
    { "access", "access.reason", "\" \"", "access.reason" },
    { "contact_code", "contactConfirmation.account", NULL, "contact_confirmation.account" },
    { "contact_code", "contactConfirmation.code", "\"12345\"", "contact_confirmation.code" },
    { "contact_code", "contactConfirmation.code", "\"12345a\"", "contact_confirmation.code" },
    { "left", "stopLeft.site", "\"\"", "stop_left.site" },
    { "left", "stopLeft.reason", "\" \"", "stop_left.reason" },
    { "resolution", "resolution.matter", NULL, "resolution.matter" },
    { "resolution", "resolution.owner", "\"某人\"", "resolution.owner" },
    { "resolution", "resolution.dueMs", "\"-1\"", "resolution.due_ms" },
    { "resolution", "resolution.site", "\"\"", "resolution.site" },
    { "done", "resolutionStep.resolution.number", "\"1\"", "resolution_step.resolution.number" },
    { "done", "resolutionStep.act", NULL, "resolution_step.act" },
    { "done", "resolutionStep.text", NULL, "resolution_step.text" },
    { "done", "resolutionStep.matter", "\"另一件\"", "resolution_step.act" },
    { "change", "resolutionStep.owner", NULL, "resolution_step.act" },
    { "change", "resolutionStep.dueMs", "\"-1\"", "resolution_step.due_ms" },
    { "remark", "remark.text", "\"\"", "remark.text" },
    { "remark", "remark.addressee", "\"某人\"", "remark.addressee" },
    { "remark", "remark.site", NULL, "remark.case" },
    { "day_remark", "remark.day", "\"-1\"", "remark.day" },
    { "watch_end", "watchEnd.watch", "{}", "watch_end.watch" },
    { "watch_end", "watchEnd.watch.number", "\"1\"", "watch_end.watch.number" },
    { "watch_end", "watchEnd.reason", NULL, "watch_end.reason" },
    { "absence", "contactAbsence.site", NULL, "contact_absence.site" },
    { "isolation", "isolation.person", NULL, "isolation.person" },
    { "isolation", "isolation.person", "{}", "isolation.person" },
    { "isolation", "isolation.address", "{\"token\":\"AAAA\"}", "isolation.address" },
    { "isolation", "isolation.area", "\"某社区\"", "isolation.area" },
    { "isolation", "isolation.person.clear", "\"\"", "isolation.person" },
    { "isolation", "isolation.person.clear", "\" \\t\"", "isolation.person" },
    { "isolation", "isolation.address.clear", "\" \"", "isolation.address" },
    { "isolation", "isolation.home", "\"三号楼\"", "isolation.home" },
    { "home", "isolationContact.others", "[{\"number\":\"1\"}]", "isolation_contact.others[0].number" },
    { "home", "isolationContact.abnormal", "true", "isolation_contact.others" },
    { "home", "isolationContact.wentOut", "true", "isolation_contact.others" },
    { "batch", "isolationRelease.isolations", "[]", "isolation_release.isolations" },
    { "batch", "isolationRelease.isolations", "[{\"number\":\"GL-0001\"},{\"number\":\"GL-0001\"}]", "isolation_release.isolations[1]" },
    { "batch", "isolationRelease.isolations", "[{\"number\":\"x\"}]", "isolation_release.isolations[0].number" },
    { "batch", "isolationRelease.reason", "\" \"", "isolation_release.reason" },
    { "isolation", "isolation.basis", NULL, "isolation.basis" },
    { "isolation", "isolation.startMs", NULL, "isolation.start_ms" },
    { "contact", "isolationContact.isolation", NULL, "isolation_contact.isolation" },
    { "contact", "isolationContact.atMs", "\"-1\"", "isolation_contact.at_ms" },
    { "restart", "isolationChange.act", NULL, "isolation_change.act" },
    { "restart", "isolationChange.atMs", NULL, "isolation_change.at_ms" },
    { "restart", "isolationChange.reason", NULL, "isolation_change.reason" },
    { "restart", "isolationChange.exemption", "\"special-duty\"", "isolation_change.exemption" },
    { "freeing", "isolationChange.atMs", "\"1580687000000\"", "isolation_change.at_ms" },
    { "freeing", "isolationChange.basis", "\"contact\"", "isolation_change.basis" },
    { "exemption", "isolationChange.exemption", NULL, "isolation_change.exemption" },
    { "difficulty", "difficulty.site", NULL, "difficulty.site" },
    { "difficulty", "difficulty.matter", "\"围挡\"", "difficulty.matter" },
    { "difficulty", "difficulty.supply", NULL, "difficulty.supply" },
    { "difficulty", "difficulty.quantity", NULL, "difficulty.quantity" },
    { "difficulty", "difficulty.quantity", "1000001", "difficulty.quantity" },
    { "difficulty", "difficulty.neededByMs", "\"-1\"", "difficulty.needed_by_ms" },
    { "difficulty", "difficulty.askedUnits", "[\"\"]", "difficulty.asked_units[0]" },
    { "asked", "coordinationStep.coordination", NULL, "coordination_step.coordination" },
    { "asked", "coordinationStep.coordination.number", "\"1\"", "coordination_step.coordination.number" },
    { "asked", "coordinationStep.act", NULL, "coordination_step.act" },
    { "asked", "coordinationStep.unit", NULL, "coordination_step.unit" },
    { "asked", "coordinationStep.atMs", "\"1580700000000\"", "coordination_step.at_ms" },
    { "promised", "coordinationStep.unit", NULL, "coordination_step.unit" },
    { "promised", "coordinationStep.atMs", NULL, "coordination_step.at_ms" },
    { "delivered", "coordinationStep.atMs", "\"-1\"", "coordination_step.at_ms" },
    { "unmet", "coordinationStep.text", NULL, "coordination_step.text" },
    { "returned", "referralStep.referral", NULL, "referral_step.referral" },
    { "returned", "referralStep.act", NULL, "referral_step.act" },
    { "returned", "referralStep.text", "\" \"", "referral_step.text" },
    { "returned", "referralStep.office", "\"cg\"", "referral_step.office" },
    { "sent_on", "referralStep.office", NULL, "referral_step.office" },
    { "urgent", "urgentReport.item", "\"发热\"", "urgent_report.item" },
    { "urgent", "urgentReport.site", "\"东门\"", "urgent_report.site" },
    { "urgent_area", "urgentReport.area", "\"\"", "urgent_report.area" },
    { "urgent_place", "urgentReport.place", NULL, "urgent_report.place" },
    { "urgent_position", "urgentReport.position.latitudeE7", "900000001", "urgent_report.position.latitude_e7" },
    { "isolated", "urgentStep.alert", NULL, "urgent_step.alert" },
    { "isolated", "urgentStep.act", NULL, "urgent_step.act" },
    { "mistaken", "urgentStep.text", NULL, "urgent_step.text" },
    { "household", "householdChange.code", "\"1号楼\"", "household_change.code" },
    { "household", "householdChange.area", NULL, "household_change.area" },
    { "campaign", "campaignOpening.title", "\" \"", "campaign_opening.title" },
    { "campaign", "campaignOpening.places", "[]", "campaign_opening.places" },
    { "campaign", "campaignOpening.places.1.area", "\"c1\"", "campaign_opening.places[1].area" },
    { "campaign", "campaignOpening.places.0.site", NULL, "campaign_opening.places[0].site" },
    { "campaign", "campaignOpening.endsAtMs", NULL, "campaign_opening.ends_at_ms" },
    { "campaign", "campaignOpening.targetPermille", "1001", "campaign_opening.target_permille" },
    { "campaign_end", "campaignEnd.campaign", NULL, "campaign_end.campaign" },
    { "campaign_end", "campaignEnd.campaign.number", "\"1\"", "campaign_end.campaign.number" },
    { "campaign_end", "campaignEnd.reason", NULL, "campaign_end.reason" },
    { "notice_act", "householdAct.household", NULL, "household_act.household" },
    { "notice_act", "householdAct.kind", NULL, "household_act.kind" },
    { "notice_act", "householdAct.manner", NULL, "household_act.manner" },
    { "pledge_act", "householdAct.manner", "\"HOUSEHOLD_MANNER_PHONE\"", "household_act.manner" },
    { "pledge_act", "householdAct.member", "\"张三\"", "household_act.member" },
    { "pledge_act", "householdAct.atMs", "\"-1\"", "household_act.at_ms" },
    { "check", "householdCheck.household", NULL, "household_check.household" },
    { "check", "householdCheck.finding", NULL, "household_check.finding" },
    { "report", "report.reporter", NULL, "report.reporter" },
    { "report", "report.reporter", "\"张三\"", "report.reporter" },
    { "report", "report.deviceTimeMs", NULL, "report.device_time_ms" },
    { "report", "report.deviceTimeMs", "\"-1\"", "report.device_time_ms" },
    { "report", "report.deviceTimeMs", "\"946684799999\"", "report.device_time_ms" },
    { "report", "report.deviceTimeMs", "\"4102444800000\"", "report.device_time_ms" },
    { "report", "report.startedAtMs", "\"1\"", "report.started_at_ms" },
    { "report", "report.startedAtMs", "\"1580687000001\"", "report.started_at_ms" },
    { "report", "report.deviceOffsetMinutes", "841", "report.device_offset_minutes" },
    { "report", "report.deviceOffsetMinutes", "-841", "report.device_offset_minutes" },
    { "report", "report.site", NULL, "report.site" },
    { "report", "report.site", "\"S 1\"", "report.site" },
    { "report", "report.site", "\"123456789012345678901234567890123\"", "report.site" },
    { "report", "report.siteKind", "\"G 1\"", "report.site_kind" },
    { "report", "report.purpose", NULL, "report.purpose" },
    { "report", "report.outcome", NULL, "report.outcome" },
    { "report", "report.answers.0.item", NULL, "report.answers[0].item" },
    { "report", "report.answers.1.result", NULL, "report.answers[1].result" },
    { "report", "report.answers.1.item", "\"DS-01\"", "report.answers[1].item" },
    { "report", "report.answers.1.numberMilli", "\"1000000000000001\"", "report.answers[1].number_milli" },
    { "report", "report.answers.0.fixedNow", "true", "report.answers[0].fixed_now" },
    { "report", "report.evidence.0.name", NULL, "report.evidence[0].name" },
    { "report", "report.evidence.0.name", "\"a\\nb\"", "report.evidence[0].name" },
    { "report", "report.evidence.0.sizeBytes", NULL, "report.evidence[0].size_bytes" },
    { "report", "report.evidence.0.sizeBytes", "\"4294967297\"", "report.evidence[0].size_bytes" },
    { "report", "report.evidence.0.sha256", "\"AAAA\"", "report.evidence[0].sha256" },
    { "report", "report.evidence.0.sha256", NULL, "report.evidence[0].sha256" },   /* a size without a digest */
    { "report", "report.evidence.0.takenAtMs", "\"5\"", "report.evidence[0].taken_at_ms" },
    { "report", "report.evidence.0.item", "\"#\"", "report.evidence[0].item" },
    { "report", "report.evidence.1", "{\"name\":\"a.jpg\",\"sizeBytes\":\"1\",\"sha256\":\"" SHA "\"}",
      "report.evidence[1].name" },
    { "report", "report.position.latitudeE7", "900000001", "report.position.latitude_e7" },
    { "report", "report.position.longitudeE7", "-1800000001", "report.position.longitude_e7" },
    { "attempt", "report.answers", "[{\"item\":\"DS-01\",\"result\":\"RESULT_PASS\"}]", "report.answers" },
    { "claim", "claim.case", NULL, "claim.case" },
    { "claim", "claim.case", "{}", "claim.case" },
    { "claim", "claim.case.place.site", NULL, "claim.case.place.site" },
    { "claim", "claim.case.place.item", "\" \"", "claim.case.place.item" },
    { "claim_by_id", "claim.case.id", "\"AAAA\"", "claim.case.id" },
    { "claim_by_number", "claim.case.number", "0", "claim.case.number" },
    { "claim", "claim.fixedAtMs", "\"7\"", "claim.fixed_at_ms" },
    { "acknowledgement", "acknowledgement.case", NULL, "acknowledgement.case" },
    { "acknowledgement_of_subject", "acknowledgement.subject.number", "\"1\"", "acknowledgement.subject.number" },
    { "acknowledgement_of_subject", "acknowledgement.case", "{\"number\":1}", "acknowledgement.subject" },
    { "assignment", "assignment.case", NULL, "assignment.case" },
    { "assignment", "assignment.owner", NULL, "assignment.owner" },
    { "approval", "approval.case", NULL, "approval.case" },
    { "approval", "approval.matter", NULL, "approval.matter" },
    { "approval", "approval.decision", NULL, "approval.decision" },
    { "refusal", "approval.reason", "\" \\t\"", "approval.reason" },
    { "extension", "extension.case", NULL, "extension.case" },
    { "extension", "extension.newDueMs", NULL, "extension.new_due_ms" },
    { "extension", "extension.reason", NULL, "extension.reason" },
    { "amendment", "amendment.reportSequence", NULL, "amendment.report_sequence" },
    { "amendment", "amendment.answers", NULL, "amendment.answers" },
    { "amendment", "amendment.answers.0.item", NULL, "amendment.answers[0].item" },
    { "amendment", "amendment.answers.0.result", NULL, "amendment.answers[0].result" },
    { "amendment_to_fail", "amendment.answers.0.fixedNow", "true", "amendment.answers[0].fixed_now" },
    { "amendment", "amendment.answers.1", "{\"item\":\"GT-03\",\"result\":\"RESULT_FAIL\"}", "amendment.answers[1].item" },
    { "amendment", "amendment.reason", "\" \"", "amendment.reason" },
    { "appeal", "appeal.case", NULL, "appeal.case" },
    { "appeal", "appeal.reason", NULL, "appeal.reason" },
    { "amendment_approval", "approval.reportSequence", NULL, "approval.report_sequence" },
    { "amendment_approval", "approval.matter", "\"MATTER_CLOSURE\"", "approval.report_sequence" },
    { "amendment_approval", "approval.policyVersion", "\"" SHA "\"", "approval.report_sequence" },
    { "recompute", "recompute.case", NULL, "recompute.subject" },
    { "recompute", "recompute.reason", NULL, "recompute.reason" },
    { "version_recompute", "recompute.policyVersion", "\"AAAA\"", "recompute.policy_version" },
    { "version_approval", "approval.policyVersion", "\"AAAA\"", "approval.policy_version" },
    { "version_approval", "approval.matter", "\"MATTER_EXTENSION\"", "approval.policy_version" },
    { "version_approval", "approval.policyVersion", NULL, "approval.case" },
    { "explanation", "overdueExplanation.case", NULL, "overdue_explanation.case" },
    { "explanation", "overdueExplanation.reason", NULL, "overdue_explanation.reason" },
    { "explanation", "overdueExplanation.expectedAtMs", NULL, "overdue_explanation.expected_at_ms" },
    { "edit", "caseEdit.case", NULL, "case_edit.case" },
    { "edit", "caseEdit.level", "\"甲\"", "case_edit.level" },
    { "edit", "caseEdit.reason", NULL, "case_edit.reason" },
    { "edit", "caseEdit.revisitAtMs", "\"-1\"", "case_edit.revisit_at_ms" },
    { "void", "caseEdit.voided", NULL, "case_edit.level" },
    { "suspension", "suspension.case", NULL, "suspension.case" },
    { "suspension", "suspension.reason", NULL, "suspension.reason" },
    { "suspension", "suspension.reviewAtMs", "\"3\"", "suspension.review_at_ms" },
    { "site_suspension", "suspension.site", "\"\"", "suspension.site" },
    { "resumption", "resumption.site", NULL, "resumption.case" },
    { "resumption", "resumption.site", "\"?\"", "resumption.site" },
    { "case_resumption", "resumption.case.place.site", NULL, "resumption.case.place.site" },
    { "arrival", "evidenceArrival.reportSequence", NULL, "evidence_arrival.report_sequence" },
    { "arrival", "evidenceArrival.name", NULL, "evidence_arrival.name" },
    { "arrival", "evidenceArrival.sha256", NULL, "evidence_arrival.sha256" },
    { "arrival", "evidenceArrival.sizeBytes", NULL, "evidence_arrival.size_bytes" },
    { "release", "release.sequence", NULL, "release.sequence" },
    { "release", "release.corrections.site", "\"?\"", "release.corrections.site" },
    { "release", "release.corrections.reporter", "\"?\"", "release.corrections.reporter" },
    { "release", "release.corrections.items.0.from", NULL, "release.corrections.items[0].from" },
    { "release", "release.corrections.items.0.to", NULL, "release.corrections.items[0].to" },
    { "release", "release.corrections.items.1", "{\"from\":\"DS-1\",\"to\":\"X\"}",
      "release.corrections.items[1].from" },
    { "rejection", "release.reason", NULL, "release.reason" },
    { "rejection", "release.corrections", "{}", "release.corrections" },
    { "skip", "skip.sequence", NULL, "skip.sequence" },
    { "skip", "skip.sequence", "\"9\"", "skip.sequence" },
    { "skip", "skip.reason", NULL, "skip.reason" },
    { "area", "areaChange.code", NULL, "area_change.code" },
    { "area", "areaChange.kind", NULL, "area_change.kind" },
    { "area", "areaChange.zone", NULL, "area_change.zone" },
    { "area", "areaChange.name", NULL, "area_change.name" },
    { "area", "areaChange.name.zh", NULL, "area_change.name.zh" },
    { "area", "areaChange.zoneName", "{\"en\":\"North\"}", "area_change.zone_name.zh" },
    { "site", "siteChange.code", NULL, "site_change.code" },
    { "site", "siteChange.kind", NULL, "site_change.kind" },
    { "site", "siteChange.area", NULL, "site_change.area" },
    { "site", "siteChange.name.zh", "\" \"", "site_change.name.zh" },
    { "site", "siteChange.headcount", "1000001", "site_change.headcount" },
    { "holder", "roleHolderChange.account", NULL, "role_holder_change.account" },
    { "holder", "roleHolderChange.roles.0.role", NULL, "role_holder_change.roles[0].role" },
    { "holder", "roleHolderChange.roles.0.scope", NULL, "role_holder_change.roles[0].scope" },
    { "holder", "roleHolderChange.roles.1.scope", "\"north\"", "role_holder_change.roles[1].scope" },
    { "holder", "roleHolderChange.roles.2", "{\"role\":\"ROLE_LEAD\"}", "role_holder_change.roles[2].role" },
    { "holder", "roleHolderChange.title", NULL, "role_holder_change.title" },
    { "holder", "roleHolderChange.phone", "{}", "role_holder_change.phone" },
    { "holder", "roleHolderChange.phone", "{\"token\":\"AAAA\"}", "role_holder_change.phone" },
    { "holder", "roleHolderChange.phone", "{\"token\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}", "role_holder_change.phone" },
    { "holder", "roleHolderChange.channel", "\"a b\"", "role_holder_change.channel" },
    { "holder", "roleHolderChange.deputy", "\"n1\"", "role_holder_change.deputy" },
    { "holder", "roleHolderChange.language", "\"fr\"", "role_holder_change.language" },
    { "holder", "roleHolderChange.homeOffice", "\"a b\"", "role_holder_change.home_office" },
    { "holder", "roleHolderChange.dutyWindows", "[{}]", "role_holder_change.duty_windows[0].first_day" },
    { "holder", "roleHolderChange.dutyWindows", "[{\"firstDay\":8,\"lastDay\":8,\"toMinute\":9}]",
      "role_holder_change.duty_windows[0].first_day" },
    { "holder", "roleHolderChange.dutyWindows", "[{\"firstDay\":5,\"lastDay\":1,\"toMinute\":9}]",
      "role_holder_change.duty_windows[0].last_day" },
    { "holder", "roleHolderChange.dutyWindows", "[{\"firstDay\":1,\"lastDay\":5,\"fromMinute\":9,\"toMinute\":9}]",
      "role_holder_change.duty_windows[0].to_minute" },
    { "holder", "roleHolderChange.dutyWindows", "[{\"firstDay\":1,\"lastDay\":5,\"fromMinute\":9,\"toMinute\":1441}]",
      "role_holder_change.duty_windows[0].to_minute" },
    { "file", "policyFile.packSha256", NULL, "policy_file.pack_sha256" },
    { "file", "policyFile.path", NULL, "policy_file.path" },
    { "file", "policyFile.path", "\"../x\"", "policy_file.path" },
    { "file", "policyFile.path", "\"/etc/x\"", "policy_file.path" },
    { "file", "policyFile.path", "\"a/../x\"", "policy_file.path" },
    { "file", "policyFile.path", "\"a//x\"", "policy_file.path" },
    { "file", "policyFile.piece", "2", "policy_file.piece" },
    { "file", "policyFile.pieces", "0", "policy_file.pieces" },
    { "file", "policyFile.pieces", "65", "policy_file.pieces" },
    { "file", "policyFile.files", "0", "policy_file.files" },
    { "file", "policyFile.files", "17", "policy_file.files" },
    { "activation", "policyActivation.packSha256", NULL, "policy_activation.pack_sha256" },
    { "activation", "policyActivation.approver", NULL, "policy_activation.approver" },
    { "activation", "policyActivation.effectiveAtMs", "\"1\"", "policy_activation.effective_at_ms" },
    { "revocation", "policyRevocation.packSha256", NULL, "policy_revocation.pack_sha256" },
    { "revocation", "policyRevocation.reason", NULL, "policy_revocation.reason" },
    { "retry", "deadLetterRetry.notice", "\"0\"", "dead_letter_retry.notice" },
    { "settlement", "deadLetterSettlement.notice", NULL, "dead_letter_settlement.notice" },
    { "settlement", "deadLetterSettlement.reason", NULL, "dead_letter_settlement.reason" },
    { "alarm", "alarmSettlement.kind", NULL, "alarm_settlement.kind" },
    { "alarm", "alarmSettlement.account", "\"a b\"", "alarm_settlement.account" },
    { "alarm", "alarmSettlement.reason", NULL, "alarm_settlement.reason" },
};

/* Lists and texts that are too long: where, how many, the field refused. */
struct excess {
    const char *base;
    const char *path;
    size_t size;
    const char *field;
};

static const struct excess long_texts[] = {
    { "report", "report.text", 2001, "report.text" },
    { "report", "report.answers.0.note", 2001, "report.answers[0].note" },
    { "report", "report.evidence.0.name", 201, "report.evidence[0].name" },
    { "claim", "claim.text", 2001, "claim.text" },
    { "assignment", "assignment.text", 2001, "assignment.text" },
    { "approval", "approval.reason", 2001, "approval.reason" },
    { "edit", "caseEdit.finding", 2001, "case_edit.finding" },
    { "suspension", "suspension.interimMeasure", 2001, "suspension.interim_measure" },
    { "resumption", "resumption.reason", 2001, "resumption.reason" },
    { "retry", "deadLetterRetry.reason", 2001, "dead_letter_retry.reason" },
    { "area", "areaChange.name.en", 201, "area_change.name.en" },
    { "area", "areaChange.zoneName.zh", 201, "area_change.zone_name.zh" },
    { "area_gone", "areaChange.name.zh", 201, "area_change.name.zh" },
    { "area", "areaChange.zoneName.en", 201, "area_change.zone_name.en" },
    { "site", "siteChange.name.zh", 201, "site_change.name.zh" },
    { "holder", "roleHolderChange.title.en", 201, "role_holder_change.title.en" },
    { "file", "policyFile.path", 81, "policy_file.path" },
    { "holder", "roleHolderChange.phone.clear", 501, "role_holder_change.phone" },
};

static const char *base_named(const char *name)
{
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        if (strcmp(bases[i].name, name) == 0)
            return bases[i].json;
    fail_msg("no base %s", name);
    return NULL;
}

/* Put the value at the path, or take what is there away (value NULL). Takes over the value. */
static void change_at(json_t *json, const char *path, json_t *value)
{
    char part[64];
    const char *rest = strchr(path, '.');
    size_t size = rest == NULL ? strlen(path) : (size_t) (rest - path);

    snprintf(part, sizeof part, "%.*s", (int) size, path);
    if (rest != NULL) {
        json = json_is_array(json) ? json_array_get(json, strtoul(part, NULL, 10)) : json_object_get(json, part);
        assert_non_null(json);
        change_at(json, rest + 1, value);
    } else if (json_is_array(json)) {
        assert_int_equal(json_array_append_new(json, value), 0);
    } else if (value == NULL) {
        assert_int_equal(json_object_del(json, part), 0);
    } else {
        assert_int_equal(json_object_set_new(json, part, value), 0);
    }
}

static struct verdict submit_changed(struct fixture *f, const char *base, const char *path, json_t *value)
{
    struct fault fault;
    json_t *json = json_parse(bytes_of_text(base_named(base)), &fault);
    struct verdict answer;

    assert_non_null(json);
    change_at(json, path, value);
    answer = submit(f, f->last_request + 100, entry_of_json(f, json));
    json_decref(json);
    return answer;
}

static void every_kind_of_entry_is_taken_when_well_formed(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    hello_as(&f, "rules");
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        assert_receipt(submit(&f, i + 1, entry_of(&f, bases[i].json)), i + 1, false);
    assert_receipt(submit_as(&f, "rules", 900, entry_of(&f, "{\"engineVersion\":{\"version\":1}}")),
                   sizeof bases / sizeof bases[0] + 1, false);
    teardown(&f);
}

static void every_fault_of_form_names_its_field(void **state)
{
    struct fixture f;

    (void) state;
    setup(&f);
    assert_receipt(submit(&f, 1, report_saying(&f, "first")), 1, false);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct change *change = &changes[i];
        json_t *value = change->value == NULL ? NULL : json_loads(change->value, JSON_DECODE_ANY, NULL);

        assert_true((value == NULL) == (change->value == NULL));
        assert_refusal(submit_changed(&f, change->base, change->path, value), INVALID, change->field);
    }
    assert_int_equal(status(&f)->last_sequence, 1);
    teardown(&f);
}

static void a_text_that_is_too_long_is_refused_at_its_field(void **state)
{
    struct fixture f;
    char text[2002];

    (void) state;
    setup(&f);
    for (size_t i = 0; i < sizeof long_texts / sizeof long_texts[0]; i++) {
        const struct excess *excess = &long_texts[i];

        memset(text, 'x', excess->size);
        text[excess->size] = '\0';
        assert_refusal(submit_changed(&f, excess->base, excess->path, json_string(text)), INVALID, excess->field);
        text[excess->size - 1] = '\0';
        assert_non_null(submit_changed(&f, excess->base, excess->path, json_string(text)).receipt);
    }
    teardown(&f);
}

static json_t *list_of(size_t count, const char *format)
{
    json_t *list = json_array();
    char text[200];

    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, format, (unsigned) i);
        assert_int_equal(json_array_append_new(list, json_loads(text, 0, NULL)), 0);
    }
    return list;
}

static void a_list_that_is_too_long_is_refused_at_its_field(void **state)
{
    static const char answer[] = "{\"item\":\"I-%u\",\"result\":\"RESULT_PASS\"}";
    static const char evidence[] = "{\"name\":\"%u.jpg\",\"sizeBytes\":\"1\",\"sha256\":\"" SHA "\"}";
    static const char role[] = "{\"role\":\"ROLE_AREA_STAFF\",\"scope\":\"A-%u\"}";
    static const char correction[] = "{\"from\":\"I-%u\",\"to\":\"J\"}";
    struct fixture f;

    (void) state;
    setup(&f);
    assert_refusal(submit_changed(&f, "report", "report.answers", list_of(201, answer)), INVALID, "report.answers");
    assert_non_null(submit_changed(&f, "report", "report.answers", list_of(200, answer)).receipt);
    assert_refusal(submit_changed(&f, "report", "report.evidence", list_of(101, evidence)), INVALID, "report.evidence");
    assert_non_null(submit_changed(&f, "report", "report.evidence", list_of(100, evidence)).receipt);
    assert_refusal(submit_changed(&f, "holder", "roleHolderChange.roles", list_of(33, role)), INVALID,
                   "role_holder_change.roles");
    assert_non_null(submit_changed(&f, "holder", "roleHolderChange.roles", list_of(32, role)).receipt);
    assert_refusal(submit_changed(&f, "release", "release.corrections.items", list_of(201, correction)), INVALID,
                   "release.corrections.items");
    teardown(&f);
}

static void a_piece_of_a_pack_has_at_most_48_kibibytes(void **state)
{
    static uint8_t content[48 * 1024 + 1];
    static uint8_t sha256[32];
    Duban__Entry entry = DUBAN__ENTRY__INIT;
    Duban__PolicyFile file = DUBAN__POLICY_FILE__INIT;
    struct fixture f;

    (void) state;
    setup(&f);
    file.pack_sha256 = (ProtobufCBinaryData){ sizeof sha256, sha256 };
    file.path = "items.csv";
    file.pieces = file.files = 1;
    file.content = (ProtobufCBinaryData){ sizeof content, content };
    entry.body_case = DUBAN__ENTRY__BODY_POLICY_FILE;
    entry.policy_file = &file;
    assert_refusal(submit(&f, 1, message_pack(&f.arena, &entry)), INVALID, "policy_file.content");
    file.content.len--;
    assert_receipt(submit(&f, 1, message_pack(&f.arena, &entry)), 1, false);
    teardown(&f);
}

static void every_fault_of_outcomes_names_its_field(void **state)
{
    static const struct change faults[] = {
        { "{\"outcomes\":{}}", NULL, NULL, "outcomes.outcomes" },
        { "{\"outcomes\":{\"outcomes\":[{\"grade\":\"GRADE_DEAD\"}]}}", NULL, NULL, "outcomes.outcomes[0].notice" },
        { "{\"outcomes\":{\"outcomes\":[{\"notice\":\"1\"}]}}", NULL, NULL, "outcomes.outcomes[0].grade" },
        { "{\"outcomes\":{\"outcomes\":[{\"notice\":\"1\",\"grade\":\"GRADE_DEAD\",\"channel\":\"?\"}]}}", NULL, NULL,
          "outcomes.outcomes[0].channel" },
        { "{\"outcomes\":{\"outcomes\":[{\"notice\":\"1\",\"grade\":\"GRADE_SETTLED\"}]}}", NULL, NULL,
          "outcomes.outcomes[0].grade" },
        { "{\"outcomes\":{\"alarms\":[{\"atMs\":\"1580687000000\"}]}}", NULL, NULL, "outcomes.alarms[0].kind" },
        { "{\"outcomes\":{\"alarms\":[{\"kind\":\"ALARM_KIND_DISK_LOW\"}]}}", NULL, NULL, "outcomes.alarms[0].at_ms" },
    };
    struct fixture f;

    (void) state;
    setup(&f);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        push(&f, f.notify, "notify", id_of(i + 1), entry_of(&f, faults[i].base));
        assert_refusal(verdict(&f, f.notify), INVALID, faults[i].field);
    }
    teardown(&f);
}

static void the_words_of_an_alarm_are_not_too_long_in_either_language(void **state)
{
    static const char *const languages[] = { "zh", "en" };
    char words[2002], json[2300], field[64];
    struct fixture f;

    (void) state;
    setup(&f);
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    for (size_t i = 0; i < 2; i++) {
        snprintf(json, sizeof json, "{\"outcomes\":{\"alarms\":[{\"kind\":\"ALARM_KIND_DISK_LOW\",\"atMs\":\"1580687000000\","
                 "\"detailText\":{\"%s\":\"%s\"}}]}}", languages[i], words);
        snprintf(field, sizeof field, "outcomes.alarms[0].detail_text.%s", languages[i]);
        push(&f, f.notify, "notify", id_of(i + 1), entry_of(&f, json));
        assert_refusal(verdict(&f, f.notify), INVALID, field);
    }
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_entry_is_taken_when_well_formed),
        cmocka_unit_test(every_fault_of_form_names_its_field),
        cmocka_unit_test(a_text_that_is_too_long_is_refused_at_its_field),
        cmocka_unit_test(a_list_that_is_too_long_is_refused_at_its_field),
        cmocka_unit_test(a_piece_of_a_pack_has_at_most_48_kibibytes),
        cmocka_unit_test(every_fault_of_outcomes_names_its_field),
        cmocka_unit_test(the_words_of_an_alarm_are_not_too_long_in_either_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
