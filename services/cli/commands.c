/* commands.c - the index of duban: every command with its options, and the help made of it. */
#include <string.h>

#include "cli.h"

static enum exit_code command_of_help(struct cli *cli);

#define OPTION_FOCUS_GROUP { "focus-group", "CODE", "重点人群，如 returnees（见政策包 focus_groups）", "of one focus group, as returnees (focus_groups of the policy)" }
#define OPTION_ALL(zh, en) { "all", NULL, zh, en }
#define OPTION_ID { "id", "HEX", "客户端编号，32 位十六进制；超时后用同一编号重交", \
                    "client id, 32 hex digits; repeat with the same one after a time-out" }
#define OPTION_REASON(zh, en) { "reason", "TEXT", "理由" zh, "the reason" en }
#define CASE_ZH "CASE 可写成 2、DB-0002、点位/检查项。"
#define CASE_EN "CASE is 2, DB-0002, or SITE/ITEM."

const struct command COMMANDS[] = {
    { "submit", command_submit, "FILE|-", 1, 1,
      { "提交记录（JSON）", "submit entries (JSON)" },
      { "FILE 是一个 Entry、一个数组，或每行一个；也可写成 {\"as\":\"inspector-n1\",\"clientId\":\"32 位十六进制\",\"entry\":{…}}。\n"
        "时间可写成 \"2020-02-03T09:10\"（本地时区）。同一文件再交一次只算一次；确实是新的一次，请加 --again。",
        "FILE holds one Entry, an array, or one a line;\n"
        "or {\"as\":\"inspector-n1\",\"clientId\":\"32 hex digits\",\"entry\":{...}}.\n"
        "Times may be written \"2020-02-03T09:10\" (deployment zone). The same file again has one effect; if it is meant\nanew, add --again." },
      { OPTION_ID, { "again", NULL, "当作新的一次提交", "submit as something new" } } },
    { "claim", command_act, "CASE", 1, 1,
      { "整改完成：点位说已经改好，等候复查", "the site says that it is fixed; the revisit is next" },
      { CASE_ZH "完成时间不写即为现在。\n例：duban claim DB-0002 --fixed 2020-02-10T15:00 --as site-dorm-1",
        CASE_EN " Without --fixed it was done now.\nExample: duban claim DB-0002 --fixed 2020-02-10T15:00 --as site-dorm-1" },
      { { "fixed", "TIME", "什么时候改好的（本地时区）", "when it was done (deployment zone)" },
        { "text", "TEXT", "说明", "a remark" }, OPTION_ID } },
    { "acknowledge", command_act, "CASE|NUMBER", 1, 1,
      { "签收：收到交办或督办，本人的重复提醒暂停", "confirm that something has arrived; one's own repeats pause" },
      { CASE_ZH "投诉、移交、协调、盯守、居家观察等事项写编号；过了政策规定的时间仍未办的，继续提醒。\n"
        "例：duban acknowledge DB-0002 --as inspector-s1\n    duban acknowledge YJ-0001 --as office-kwb",
        CASE_EN " Complaints, referrals, watches and the like by their numbers.\nWhat is not done by the time that the policy sets is "
        "repeated again.\nExample: duban acknowledge DB-0002 --as inspector-s1\n         duban acknowledge YJ-0001 --as office-kwb" },
      { OPTION_ID } },
    { "assign", command_act, "CASE ACCOUNT", 2, 2,
      { "派遣：交给另一位跟进人", "give a case to another follow-up owner" },
      { CASE_ZH "\n例：duban assign DB-0002 leader-s --text 轮换 --as lead",
        CASE_EN "\nExample: duban assign DB-0002 leader-s --text \"taking turns\" --as lead" },
      { { "text", "TEXT", "说明", "a remark" }, OPTION_ID } },
    { "approve", command_act, "[CASE|NUMBER [closure|extension|recompute|appeal]]", 0, 2,
      { "审批：同意或不同意销号、延期、重新计算时限、更正、申诉",
        "grant or refuse a closure, an extension, a recompute, an amendment or an appeal" },
      { CASE_ZH "不写事项，即为正在等待审批的那一项。\n例：duban approve DB-0002 extension --refuse --reason 材料已到 --as lead",
        CASE_EN " Without a matter it is the one that waits.\n"
        "Example: duban approve DB-0002 extension --refuse --reason \"the parts are here\" --as lead" },
      { { "policy", "VERSION", "按这个政策版本立案而未了结的全部：重新计算时限", "all that is open of that policy version: a recompute" },
        { "report", "SEQUENCE", "这条巡查记录的更正", "the amendment of that report" },
        { "refuse", NULL, "不同意（须写 --reason）", "refuse (needs --reason)" }, OPTION_REASON("", ""), OPTION_ID } },
    { "extend", command_act, "CASE", 1, 1,
      { "申请延期，等候审批", "ask for a later due; somebody approves it" },
      { CASE_ZH "\n例：duban extend DB-0002 --until 2020-02-12T18:00 --reason 等配件 --as site-dorm-1",
        CASE_EN "\nExample: duban extend DB-0002 --until 2020-02-12T18:00 --reason \"waits for parts\" --as site-dorm-1" },
      { { "until", "TIME", "新的时限（必填，本地时区）", "the new due (needed, deployment zone)" },
        OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "recompute", command_recompute, "[CASE|NUMBER]", 0, 1,
      { "申请按现行政策重新计算时限：先列出新旧，再等审批", "ask for dues to be counted anew under the policy in force: lists old and new" },
      { CASE_ZH "\n例：duban recompute DB-0002 --reason 春节假期延长 --as clerk\n"
        "    duban recompute YJ-0001 --reason 春节假期延长 --as clerk   投诉、移交等事项\n"
        "    duban recompute --policy 3f2a91c0d4e5b677 --dry-run   只看新旧时限",
        CASE_EN "\nExample: duban recompute DB-0002 --reason \"the holiday was lengthened\" --as clerk\n"
        "         duban recompute YJ-0001 --reason \"the holiday was lengthened\" --as clerk   a referral, a complaint, ...\n"
        "         duban recompute --policy 3f2a91c0d4e5b677 --dry-run   only lists old and new" },
      { { "policy", "VERSION", "按这个政策版本立案而未了结的全部问题和事项", "all that is open and was opened under that policy version" },
        { "dry-run", NULL, "只列出新旧时限，不提交", "list old and new only" },
        OPTION_REASON("（申请时必填）", " (needed to ask)"), OPTION_ID } },
    { "explain-overdue", command_act, "CASE", 1, 1,
      { "逾期说明：原因和预计完成时间", "say why a case is overdue and when it will be done" },
      { CASE_ZH "\n例：duban explain-overdue DB-0002 --expected 2020-02-12T10:00 --reason 人手不足 --as inspector-s1",
        CASE_EN "\nExample: duban explain-overdue DB-0002 --expected 2020-02-12T10:00 --reason \"too few hands\" --as inspector-s1" },
      { { "expected", "TIME", "预计完成时间（必填，本地时区）", "when it will be done (needed, deployment zone)" },
        OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "edit", command_act, "CASE", 1, 1,
      { "修改问题的级别或内容，约定复查时间，或作废", "change a case's level or finding, agree upon a time for its revisit, or void it" },
      { CASE_ZH "\n例：duban edit DB-0002 --level A --reason 现场有发热人员 --as leader-s"
        "\n例：duban edit DB-0002 --revisit-at 2020-02-11T15:00 --reason 已与网点约好 --as inspector-s1",
        CASE_EN "\nExample: duban edit DB-0002 --level A --reason \"somebody there has a fever\" --as leader-s"
        "\nExample: duban edit DB-0002 --revisit-at 2020-02-11T15:00 --reason \"the outlet expects us then\" --as inspector-s1" },
      { { "level", "LEVEL", "新的级别", "the new level" },
        { "finding", "TEXT", "问题的新写法", "the new text of the finding" },
        { "revisit-at", "TIME", "约定的复查时间，在复查期限内；到时提前提醒", "when somebody comes for the revisit, within its window; told beforehand" },
        { "void", NULL, "作废：录入有误", "void it: entered by mistake" },
        OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "suspend", command_act, "[CASE]", 0, 1,
      { "挂账：问题暂停计时；或点位停业", "stop a case's clock; or say that a site does not operate" },
      { CASE_ZH "\n例：duban suspend DB-0002 --review 2020-02-20T18:00 --reason 等审批材料 --as lead\n"
        "    duban suspend --site cour-1 --reason 停业 --as clerk",
        CASE_EN "\nExample: duban suspend DB-0002 --review 2020-02-20T18:00 --reason \"waits for papers\" --as lead\n"
        "         duban suspend --site cour-1 --reason \"closed for now\" --as clerk" },
      { { "site", "CODE", "点位停业：其全部问题暂停计时", "the site does not operate: all its cases stop" },
        { "review", "TIME", "什么时候复核（本地时区）；不写按政策的天数",
          "when somebody looks again (deployment zone); the policy's days when left out" },
        { "measure", "TEXT", "临时措施", "interim measure" },
        OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "resume", command_act, "[CASE]", 0, 1,
      { "恢复：结束挂账；或点位恢复营业", "end a suspension; or say that a site operates again" },
      { CASE_ZH "\n例：duban resume DB-0002 --reason 材料已到 --as lead",
        CASE_EN "\nExample: duban resume DB-0002 --reason \"the papers are here\" --as lead" },
      { { "site", "CODE", "点位恢复营业", "the site operates again" }, OPTION_REASON("", ""), OPTION_ID } },
    { "import", command_import, "areas|sites|holders|households|units FILE.csv", 2, 2,
      { "从表格导入片区社区、点位、人员岗位、住户、组织", "import areas, sites, holders, households, units from a table" },
      { "标题写中文或英文都行（编号、code），方括号里的列可以不要；--dry-run 说读到了哪些列。\n"
        "areas       编号 code，种类 kind（社区 community|村 village），片区 zone，名称 name_zh，英文名称 name_en\n"
        "            [，片区名称 zone_zh，片区英文名称 zone_en，注销 removed，设有支部 has_branch]\n"
        "sites       编号 code，种类 kind，社区 area，名称 name_zh，英文名称 name_en\n"
        "            [，营业状态 state（营业 operating|停业 suspended|关闭 closed），注销 removed，在场人数 headcount，\n"
        "            分类 class]\n"
        "            设有支部、营业状态、在场人数、分类不写，即保持原登记\n"
        "holders     账号 account，岗位 roles（“片组组长:north 专班组长”，即 group_leader:north lead），\n"
        "            称谓 title_zh，英文称谓 title_en [，渠道 channel，渠道地址 address，电话 phone，姓名 name，\n"
        "            代理人 deputy，不在岗 away，语言 language，注销 removed，所属组织 units，原单位 home_office，\n"
        "            值守时段 duty_windows，渠道2 channel_2，渠道地址2 address_2，渠道3 channel_3，渠道地址3 address_3]\n"
        "            值守时段（“周一-周五 08:30-12:00; sat 09:00-12:00”；抽调人员还有本职工作）不写，即随时可派\n"
        "households  编号 code，社区 area [，注销 removed]\n"
        "units       编号 code，种类 kind（专班 task_force|支部 branch），名称 name_zh，英文名称 name_en，书记 secretary\n"
        "            [，重点人群 focus_group，片区 zone，社区 area，注销 removed]\n"
        "各列之间用半角逗号。先检查全部行，有错一行也不提交。同一文件导入两次不会重复生效；要恢复到以前导入过的内容，请加 --again。",
        "areas:   code,kind(community|village),zone,name_zh,name_en[,zone_zh,zone_en][,removed][,has_branch]\n"
        "sites:   code,kind,area,name_zh,name_en[,state(operating|suspended|closed)][,removed][,headcount][,class]\n"
        "         has_branch, state, headcount, class: nothing written leaves what is registered\n"
        "holders: account,roles(\"group_leader:north lead\"),title_zh,title_en[,channel][,address][,phone][,name]\n"
        "         [,deputy][,away][,language][,removed][,units][,home_office]\n"
        "         [,duty_windows(\"mon-fri 08:30-12:00; sat 09:00-12:00\")]\n"
        "         [,channel_2,address_2][,channel_3,address_3]\n"
        "         duty_windows: when somebody with a job of his own beside this is there; left out = always\n"
        "households: code,area[,removed]\n"
        "units:   code,kind(task_force|branch),name_zh,name_en,secretary[,focus_group][,zone][,area][,removed]\n"
        "Headings may be the Chinese ones as well (--help --lang zh); --dry-run says which columns were read.\n"
        "All lines are checked first; one faulty line and nothing is submitted. The same file twice changes nothing;\n"
        "to go back to what was imported once before, add --again." },
      { { "dry-run", NULL, "只检查，不提交", "check only" },
        { "again", NULL, "当作新的变更提交", "submit as new changes" },
        { "hold", NULL, "写到的社区（村）、点位、组织还没登记的行也提交，先待核", "submit rows that name what is not registered yet, too: they are held" } } },
    { "policy", command_policy, "check DIR | activate DIR | diff DIR | list | revoke VERSION", 1, 2,
      { "检查、启用政策包；启用前看它会改变什么；列出现行、待生效和以往的；生效前撤销",
        "check a policy pack, put it in force, see beforehand what it would change, list them, revoke one" },
      { "diff 用日志里已发生的事，按另一个政策包重过一遍，不影响现行系统：哪些通知会多发、不再发、改时间、改收件人，\n"
        "哪些问题会不同，各岗位各时段要收多少条。当时的处理照旧；处理的事项在新政策下没有产生的，计数后略过。\n"
        "例：duban policy diff my-pack\n"
        "    duban policy diff my-pack --from 2020-02-10 --to 2020-02-16   只看这几天；从 10 日 0 点起换\n"
        "list 列出现行、待生效、曾经生效的政策包及其批准人；VERSION 写 list 所示版本的前几位。\n"
        "revoke 只能撤销尚未生效的启用（须写 --reason）；已生效的，重新启用原来的政策包即可换回。",
        "diff takes what has happened, from the journal, through another pack, and touches nothing that runs: which notices\n"
        "would be added, dropped, told at another time or to somebody else, which cases would be otherwise, how many each post\n"
        "gets at which hour. People act as they did; what they did about something that the other pack never opens is counted\n"
        "and passed over.\n"
        "Example: duban policy diff my-pack\n"
        "         duban policy diff my-pack --from 2020-02-10 --to 2020-02-16   these days alone; changed on the 10th at 00:00\n"
        "list shows what is in force, scheduled and earlier, with approvers; VERSION is the first digits of one shown.\n"
        "revoke takes back an activation before its time (needs --reason); what is in force is replaced by activating\n"
        "the former pack again." },
      { { "approver", "ACCOUNT", "批准人（启用时必填）", "who approved it (needed to activate)" },
        { "from", "TIME", "启用：生效时间，如 2020-02-10T00:00，不写即立即生效；diff：从何时换，可只写日期，不写即从最初",
          "activate: when it takes effect, as 2020-02-10T00:00, at once when left out; diff: since when, a date will do; from "
          "the first on when left out" },
        { "to", "TIME", "diff：到何时为止，可只写日期（含当日）", "diff: until when; a date means the end of that day" },
        { "limit", "NUMBER", "diff：每类差别最多列几件，默认 20", "diff: how many differences of each sort to list, 20 by default" },
        { "data", "DIR", "diff：放临时数据的目录；默认 /tmp，用完删除", "diff: where to put scratch data; /tmp by default, removed afterwards" },
        { "map", "SIZE", "diff：临时数据的上限，至少同 duban-rules 的设置 map；默认 64G",
          "diff: limit of the scratch data, at least the setting map of duban-rules; default 64G" },
        { "reason", "TEXT", "撤销的理由", "why it is revoked" }, OPTION_ID } },
    { "due", command_due, "", 0, 0,
      { "算到期时间：列出时限经过的日子和工作时段", "when a limit is over, and the days and slots that it passes over" },
      { "时限：2nh 自然小时，4wh 工作时，7wd 工作日，7cd 自然日。按现行政策包计算；守护进程没有运行也能算，写明用的是哪个政策包。\n"
        "例：duban due --from 2020-01-23T15:00 --limit 4wh --calendar deploy/demo/calendar-before-27-january.csv",
        "Limits: 2nh natural hours, 4wh working hours, 7wd working days, 7cd calendar days. Counted by the policy in force; no daemon is needed,\n"
        "and which pack it was is said.\n"
        "Example: duban due --from 2020-01-23T15:00 --limit 4wh --calendar deploy/demo/calendar-before-27-january.csv" },
      { { "from", "TIME", "起算时间（必填）", "from when (needed)" },
        { "limit", "LIMIT", "时限，如 4wh（必填）", "the limit, as 4wh (needed)" },
        { "pack", "DIR", "政策包目录：用其中的工作时间和日历；不写即现行的，没有则用 deploy/packs 或 /usr/share/duban/packs 里的",
          "folder of a policy pack with working hours and calendar; else the one in force, else that of deploy/packs or /usr/share/duban/packs" },
        { "calendar", "FILE", "改用这份日历，如新公布的放假安排", "another calendar instead, as one newly published" } } },
    { "registry", command_registry, "areas|sites|holders|households|units FILE.csv", 2, 2,
      { "把现有登记写成 duban import 用的表，或写一张空表", "what is registered as the table that duban import takes, or an empty one" },
      { "改好再用 duban import 导入，没有改动的行不会改变登记。人员表含姓名、电话、地址，文件只有本人可读。\n"
        "谁导出了哪张表、为什么，都记入流水账：事由必填。已有的文件不会覆盖，除非加 --replace。\n"
        "例：duban registry sites sites.csv --reason 核对点位\n    duban registry holders holders.csv --template",
        "Change it, then duban import; lines that were not changed change nothing. That of holders has names, phones and addresses: only you\n"
        "may read the file. Who takes out which table, and why, stands in the journal: a reason is needed. A file that is there already\n"
        "stays, unless --replace is added.\n"
        "Example: duban registry sites sites.csv --reason \"sites to be checked\"\n"
        "         duban registry holders holders.csv --template" },
      { { "template", NULL, "只写表头，不必写事由", "only the headings; needs no reason" }, OPTION_REASON("", ""),
        { "replace", NULL, "已有的文件也覆盖", "write over a file that is there already" } } },
    { "export", command_export, "cases|tasks|visits|sites|subjects FILE.csv|FILE.xlsx", 2, 2,
      { "把台账导出为 Excel 或 CSV 文件", "the ledger as a workbook or CSV" },
      { "表头按 --lang 用中文或英文。投诉人不导出，手机号中间四位隐去；事由必填。已有的文件不会覆盖，除非加 --replace。\n例：duban export cases cases.xlsx --all --reason 周例会用",
        "Headings are Chinese, English with --lang en. Nothing of complainants; phone numbers lose their middle. A reason is needed. A file that is there already\n"
        "stays, unless --replace is added.\n"
        "Example: duban export cases cases.xlsx --all --reason \"for the weekly briefing\"" },
      { OPTION_REASON("", ""), { "format", "csv|xlsx", "格式；不写按文件名", "else by the name of the file" },
        OPTION_ALL("包括已销号、办结的", "what is closed, too"),
        { "site", "CODE", "点位", "of one site" }, { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP,
        { "owner", "ACCOUNT", "跟进人、责任人", "of one owner" }, { "level", "LEVEL", "级别", "of one level" },
        { "overdue", NULL, "只要逾期的问题", "overdue cases only" },
        { "doubtful", NULL, "只要存疑的巡查记录", "visits in doubt only" },
        { "incomplete", NULL, "只要照片未传齐的巡查记录", "visits that lack photos only" },
        { "replace", NULL, "已有的文件也覆盖", "write over a file that is there already" } } },
    { "cases", command_cases, "", 0, 0,
      { "列出问题台账", "list cases" },
      { "", "" },
      { OPTION_ALL("包括已销号、作废的", "closed and voided ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP,
        { "owner", "ACCOUNT", "跟进人", "of one follow-up owner" },
        { "level", "LEVEL", "级别", "of one level" },
        { "overdue", NULL, "只看逾期的：整改逾期，或报整改后我方复查、审批逾期",
          "only those overdue: not fixed in time or, once said to be fixed, our revisit or approval overdue" } } },
    { "case", command_case, "NUMBER|ID|SITE/ITEM", 1, 1,
      { "一个问题的全过程：任务、经过、通知", "one case: its tasks, what happened, its notices" },
      { "", "" }, { { 0 } } },
    { "amend", command_amend, "SEQUENCE ITEM=RESULT...", 2, COMMAND_MAX_ARGUMENTS,
      { "更正巡查记录：哪几项应为什么结果", "amend a report: which answers should have been otherwise" },
      { "SEQUENCE 是记录序号（提交回执上有）；RESULT：pass 合格、fail 不合格、na 不适用、not-checked 未检查。\n"
        "填报人在政策规定的时间内（amendment_window）可自行更正，过后等专班组长批准（duban approve --report）。原记录不改，\n"
        "由它引起的立案、返工、合格重新认定；其后已另有巡查或处理的，不自动改判，通知组长核定。\n"
        "例：duban amend 81 GT-03=pass --reason 看错一栏 --as inspector-n1",
        "SEQUENCE is the report's (its receipt names it); RESULT: pass, fail, na (not applicable) or not-checked.\n"
        "Within the policy's time (amendment_window) its reporter amends it himself, later the lead approves (duban approve --report).\n"
        "The report itself stays; what it caused is judged anew. What others have seen or decided since stands, and the\n"
        "group leader is told.\n"
        "Example: duban amend 81 GT-03=pass --reason \"wrong line\" --as inspector-n1" },
      { { "note", "TEXT", "更正后的备注", "the note as it should have been" }, OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "appeal", command_act, "CASE", 1, 1,
      { "申诉：销号之后，申请不计超时", "appeal after closing: being overdue should not count" },
      { CASE_ZH "每件只能申诉一次；片组组长先审，专班组长定。通过后不计入超时统计，逾期事实仍保留。\n"
        "例：duban appeal DB-0002 --reason 封路配件进不来 --as site-dorm-1",
        CASE_EN " Once per case; the group leader first, then the lead. Granted, it is left out of the figures; the fact stays.\n"
        "Example: duban appeal DB-0002 --reason \"the road was closed\" --as site-dorm-1" },
      { OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "complaint", command_complaint, "enter | result NUMBER OUTCOME | receipt NUMBER", 1, 3,
      { "投诉：登记、报核实结论、科室签收", "complaints: enter one, say what was found, receipt the result" },
      { "OUTCOME 是 substantiated（属实）、partly（部分属实）、unfounded（不属实）、unverifiable（无法核实）。\n"
        "下结论须有受理之后的到访：巡查，或够时间的蹲守观察。属实的，那次到访要有不合格项。\n"
        "例：duban complaint enter --site gate-1 --matter GT-03 --text 出入无序 --received 2020-02-10T09:00 --as clerk\n"
        "    duban complaint result TS-0001 unfounded --text 蹲守23分钟，秩序良好 --office wjk --as inspector-n1\n"
        "    duban complaint receipt TS-0001 --as office-wjk",
        "OUTCOME is substantiated, partly, unfounded or unverifiable.\n"
        "A result needs a visit since the complaint: an inspection, or a long enough observation. Where something was\n"
        "found, that visit must fail a check item.\n"
        "Example: duban complaint enter --site gate-1 --matter GT-03 --text \"no order at the gate\" --as clerk\n"
        "         duban complaint result TS-0001 unfounded --text \"23 min, all in order\" --office wjk --as inspector-n1\n"
        "         duban complaint receipt TS-0001 --as office-wjk" },
      { { "site", "CODE", "点位（登记时；或结论：实际在哪个点位）", "the site (enter; result: where it turned out to be)" },
        { "area", "CODE", "社区（村），不清楚点位时", "the area, when the site is not known" },
        { "place", "TEXT", "具体位置，如东门", "where exactly, as the east gate" },
        { "matter", "ITEM", "反映的是哪个检查项（登记必填）", "the check item that it is about (needed to enter)" },
        { "text", "TEXT", "反映的内容、看到的情况（登记、结论必填）", "what is said, what was seen (needed to enter, for a result)" },
        { "source", "CODE", "来源；不写即 12345", "where it came from; 12345 when left out" },
        { "received", "TIME", "什么时候受理的（本地时区）；不写即现在", "when it was received (deployment zone); now when left out" },
        { "danger", NULL, "反映有危险或有人发热", "danger, or somebody feverish" },
        { "complainant", "TEXT", "投诉人姓名电话（只进保密库）", "name and phone of the complainant (kept in the vault only)" },
        { "office", "CODE", "结论反馈给哪个科室，编号或名称（结论必填）", "the office that gets the result, its code or name (needed for a result)" },
        { "visit", "SEQUENCE", "据哪次到访；不写即最近一次算数的", "by which visit; the latest that counts when left out" },
        OPTION_ID } },
    { "complaints", command_complaints, "[NUMBER]", 0, 1,
      { "列出投诉台账，或细看其中一件", "list complaints, or show one whole" },
      { "例：duban complaints TS-0001   反映什么、此前情况、结论、全过程",
        "Example: duban complaints TS-0001   what it says, what was known before, the result, its history" },
      { OPTION_ALL("包括已办结的", "finished ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "watch", command_watch, "begin SITE | end NUMBER", 2, 2,
      { "盯守：每天到点位打卡，登记、结束", "watches: somebody is at a site every day; begin one, end it" },
      { "打卡就是目的为“打卡”或“巡查”的记录(PURPOSE_CHECK_IN、PURPOSE_INSPECTION)；示范指导算到过，不算合格。当天没有人到过，\n"
        "当晚告知盯守人和组长。点位停业期间暂停盯守，既不算漏打卡，也不算合格。\n"
        "连续合格天数满（且没有较重的未销号问题）自动结束；提前结束限专班组长。\n"
        "例：duban watch begin cour-1 --watcher inspector-n1 --reason 快递员流动大，易传播 --as leader-n\n"
        "    duban watch end DS-0001 --reason 已停业 --as lead",
        "A check-in is a report of that purpose, or an inspection (PURPOSE_CHECK_IN, PURPOSE_INSPECTION); guidance is presence, but\n"
        "not clean. A day on which nobody was there is told that evening. While the site does not operate the watch stands still:\n"
        "such days are neither missed nor clean.\n"
        "It ends by itself after enough clean days with no severe case open; the lead may end it sooner.\n"
        "Example: duban watch begin cour-1 --watcher inspector-n1 --reason \"couriers meet many people\" --as leader-n\n"
        "         duban watch end DS-0001 --reason \"closed for good\" --as lead" },
      { { "watcher", "ACCOUNT", "谁去打卡；不写由片组组长安排", "who goes there; left out: the group leader sees to it" },
        { "from", "TIME", "从哪天起，可只写日期；不写即今天（已过打卡时间的，明天）", "first day, a date will do; today when left out, tomorrow after the hour" },
        { "until", "TIME", "到哪天止；不写即按连续合格天数", "last day; left out: it ends by clean days" },
        { "clean-days", "NUMBER", "连续合格几天结束；不写按政策包", "clean days in a row that end it; the policy's when left out" },
        { "reason", "TEXT", "风险说明、结束理由（必填）", "what the risk is, why it ends (needed)" },
        OPTION_ID } },
    { "watches", command_watches, "[NUMBER]", 0, 1,
      { "列出盯守台账，或细看其中一件", "list watches, or show one whole" },
      { "例：duban watches DS-0001   每天打卡情况、连续天数、全过程",
        "Example: duban watches DS-0001   its check-ins day by day, its history" },
      { OPTION_ALL("包括已结束的", "ended ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "contact", command_contact, "away SITE | back SITE | test [ACCOUNT] | confirm ACCOUNT CODE", 1, 3,
      { "点位负责人不在位、已返回；核对联系方式", "the responsible person of a site is away, or back; test how somebody is reached" },
      { "不在位期间通知发给其代理人；没有代理人的，立即告知组长和包片联系人。\n"
        "核对联系方式：test 按这一种方式发一条带验证码的测试消息，收到的人用 confirm 回报（或告诉内勤代报），即为已核实；\n"
        "错 5 次须重新测试；地址一改，又是未核实。谁还没核实见 duban contacts，早报也列出。\n"
        "例：duban contact away cour-1 --text 回老家 --as inspector-n1\n"
        "    duban contact test leader-n --way 2 --as clerk      第二种联系方式\n"
        "    duban contact test --all --as clerk                 所有未核实的\n"
        "    duban contact confirm leader-n 482913 --as leader-n",
        "While he is away the deputy is told; where there is none, the group leader and the area contact hear of it at once.\n"
        "test sends a message with a code by that one way; whoever gets it says the code by confirm, or has the duty clerk say it:\n"
        "then that way is verified. After 5 wrong codes a new test is needed; another address is not verified again. See duban\n"
        "contacts for what is not verified; the morning brief lists it too.\n"
        "Example: duban contact away cour-1 --text \"gone home\" --as inspector-n1\n"
        "         duban contact test leader-n --way 2 --as clerk      his second way\n"
        "         duban contact test --all --as clerk                 all that are not verified\n"
        "         duban contact confirm leader-n 482913 --as leader-n" },
      { { "text", "TEXT", "说明", "in words" }, { "way", "N", "第几种联系方式；不写即第一种", "which of his ways; the first when left out" },
        OPTION_ALL("测试所有未核实的", "test all that are not verified"), OPTION_ID } },
    { "preview", command_preview, "KIND", 1, 1,
      { "预览：一种消息填上实际内容后，各渠道发出去的样子", "what a message says with real values, as each channel would put it" },
      { "KIND 是 messages.csv 的 kind 一列。按现行政策包，用发送时的同一套办法写成，不发给任何人；写明字节数和各渠道的上限。\n"
        "接收 JSON 的渠道（webhook、exec、留存）列出发出的请求头和内容；--channel 对其他渠道也列。密钥写作 ***，地址写作 ADDRESS。\n"
        "例：duban preview overdue_owner --case DB-0012\n"
        "    duban preview complaint_in --subject TS-0001 --channel sms --language zh",
        "KIND is in the column kind of messages.csv. By the policy in force, put into words by what sends it, and sent to nobody;\n"
        "with its length in bytes and what each channel takes. Of channels that take JSON (webhook, exec, the spool) the headers and\n"
        "the body that leave, with --channel of others too; a secret is ***, the address ADDRESS.\n"
        "Example: duban preview overdue_owner --case DB-0012\n"
        "         duban preview complaint_in --subject TS-0001 --channel sms --language en" },
      { { "case", "CASE", "用这个问题的内容", "with the values of this case" },
        { "subject", "NUMBER", "用这个投诉、移交等事项的内容", "with the values of this complaint, referral or the like" },
        { "channel", "NAME", "只看这个渠道，如 wecom", "only this channel, as wecom" },
        { "language", "zh|en|zh+en", "文字；不写即收件人所用的", "language; the recipient's when left out" } } },
    { "contacts", command_contacts, "[ACCOUNT]", 0, 1,
      { "联系方式：哪些已核实、哪些未核实", "how people are reached, and which ways are verified" },
      { "只在系统内接收消息的不列。例：duban contacts --unverified", "Who is told in the house alone is left out. Example: duban contacts --unverified" },
      { { "unverified", NULL, "只列有未核实的", "only those with one that is not verified" } } },
    { "isolation", command_isolation, "begin | contact NUMBER... | restart NUMBER | lengthen NUMBER | release NUMBER... | exempt NUMBER | transfer NUMBER", 1, COMMAND_MAX_ARGUMENTS,
      { "居家观察：登记、随访联系、重新计算、延长、解除", "isolation: register, contact, count anew, lengthen, release" },
      { "姓名、电话、住址只进保密库，解除若干天（政策包）后删除。每天上午、晚间各联系一次，到政策包写的钟点为止。\n"
        "到期时末几次联系齐全且正常的自动解除，否则由包片联系人确认；只能延长，不能缩短，免除类别除外。\n"
        "例：duban isolation begin --person \"某某 13800000000\" --address 3号楼201 --area n-c1 --basis domestic_return --start 2020-02-01T15:00 --as contact-n\n"
        "    duban isolation contact GL-0001 GL-0002 --as contact-n     一家几口一次登记；用 --home 写同户编号也可\n"
        "    duban isolation restart GL-0001 --start 2020-02-09T12:00 --reason 再次接触 --as clerk\n"
        "    duban isolation lengthen GL-0001 --until 2020-02-20T12:00 --reason 核酸未出 --as clerk\n"
        "    duban isolation release GL-0001 --reason 已核对 --as contact-n\n"
        "    duban isolation release --all-due n-c1 --reason 已逐户核对 --as contact-n     该社区待解除的一次解除\n"
        "    duban isolation exempt GL-0001 --class special-duty --reason 专班批准 --as lead",
        "Name, phone and address go to the vault only, and are deleted some days (the policy's) after the end. One contact\n"
        "each morning and evening. It ends by itself when the last contacts were made and normal, else the area contact\n"
        "confirms; it can be lengthened, never shortened, exemption classes aside.\n"
        "Example: duban isolation begin --person \"N. N. 13800000000\" --area n-c1 --basis domestic_return --start 2020-02-01T15:00 --as contact-n\n"
        "         duban isolation contact GL-0001 GL-0002 --as contact-n     one home in one act; or --home CODE\n"
        "         duban isolation release --all-due n-c1 --reason \"checked door by door\" --as contact-n\n"
        "         duban isolation restart GL-0001 --start 2020-02-09T12:00 --reason \"exposed again\" --as clerk" },
      { { "person", "TEXT", "姓名电话（登记必填；只进保密库）", "name and phone (needed to begin; kept in the vault only)" },
        { "address", "TEXT", "住址（只进保密库）", "address (kept in the vault only)" },
        { "area", "CODE", "社区（村）（登记必填）", "the area (needed to begin)" },
        { "basis", "CODE", "观察类别（登记必填）", "class of the policy (needed to begin)" },
        { "start", "TIME", "到达或末次接触的时间（登记、重新计算必填）", "arrival or last exposure (needed to begin, to restart)" },
        { "until", "TIME", "延长到哪天；不写即恢复原定", "lengthened to that day; left out: as counted" },
        { "at", "TIME", "什么时候联系的；不写即现在", "when the contact was made; now when left out" },
        { "abnormal", NULL, "发热或有其他症状", "fever or other symptoms" },
        { "went-out", NULL, "擅自外出", "went out" },
        { "at-door", NULL, "上门查看的", "somebody was at the door" },
        { "class", "CODE", "免除类别（免除必填）", "exemption class (needed to exempt)" },
        { "home", "CODE", "同户编号：登记时写，一户几口写同一个；联系时写，即联系该户所有在观察的人",
          "code that those of one home share: with begin, it is noted; with contact, all of that home" },
        { "all-due", "AREA", "解除该社区（村）所有待解除的", "with release: all of that area that are to be released" },
        { "reason", "TEXT", "理由（各项决定必填）", "the reason (needed for every decision)" },
        { "text", "TEXT", "说明", "in words" }, OPTION_ID } },
    { "isolations", command_isolations, "[NUMBER]", 0, 1,
      { "列出居家观察台账，或细看其中一件", "list isolations, or show one whole" },
      { "例：duban isolations GL-0001   第几天、每天联系情况、全过程",
        "Example: duban isolations GL-0001   its days, its contacts, its history" },
      { OPTION_ALL("包括已结束的", "ended ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "coordination", command_coordination, "raise | ask NUMBER | promise NUMBER | deliver NUMBER | unmet NUMBER", 1, 2,
      { "困难协调：提出、联系、承诺、送达、未落实", "difficulties: raise one, ask, note a promise, a delivery, or that it is unmet" },
      { "缺物资、缺条件做不到的是困难，不立案。送达后要有人到场，把那个检查项看过并判合格，才算办结。\n"
        "例：duban coordination raise --site gate-1 --matter GT-04 --supply 围挡 --quantity 20 --measure 块\n"
        "    --by 2020-02-11T18:00 --as inspector-n1\n"
        "    duban coordination promise XT-0001 --unit 某公司 --at 2020-02-11T10:00 --as leader-n\n"
        "    duban coordination deliver XT-0001 --as leader-n",
        "What cannot be met for want of means is a difficulty: no case. Once delivered, somebody goes there and passes that\n"
        "check item; then it is over.\n"
        "Example: duban coordination raise --site gate-1 --matter GT-04 --supply barriers --quantity 20 --measure pieces\n"
        "         --by 2020-02-11T18:00 --as inspector-n1\n"
        "         duban coordination promise XT-0001 --unit \"a company\" --at 2020-02-11T10:00 --as leader-n\n"
        "         duban coordination deliver XT-0001 --as leader-n" },
      { { "site", "CODE", "点位（提出必填）", "the site (needed to raise)" },
        { "matter", "ITEM", "做不到的是哪个检查项（提出必填）", "the check item that cannot be met (needed to raise)" },
        { "supply", "TEXT", "缺什么（提出必填）", "what is lacking (needed to raise)" },
        { "quantity", "NUMBER", "数量；不写即 1", "how many; 1 when left out" },
        { "measure", "TEXT", "数量的单位，如块、米", "of what, as pieces" },
        { "by", "TIME", "什么时候需要（本地时区）；不写按政策", "by when it is needed (deployment zone); the policy's time when left out" },
        { "unit", "TEXT", "联系、承诺的单位（ask、promise 必填）", "who was asked or promises (needed to ask, promise)" },
        { "at", "TIME", "承诺、送达的时间（promise 必填）", "when it is promised for, or was delivered (needed to promise)" },
        { "text", "TEXT", "说明；未落实的原因（unmet 必填）", "a remark; why it is unmet (needed then)" }, OPTION_ID } },
    { "coordinations", command_coordinations, "[NUMBER]", 0, 1,
      { "列出困难协调台账，或细看其中一件", "list coordinations, or show one whole" },
      { "例：duban coordinations --all   送达的写明从提出到送达用了多久",
        "Example: duban coordinations --all   with the time from asking to delivery" },
      { OPTION_ALL("包括已办结的", "finished ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "referral", command_referral, "receive NUMBER | return NUMBER | result NUMBER | send NUMBER OFFICE", 2, 3,
      { "移交：科室签收、退回、反馈结果；退回后改派", "referrals: an office takes, returns or answers one; a returned one is sent on" },
      { "移交由到访产生（政策 referrals 里的检查项不合格），不必手工登记。只有承办科室能签收、退回、反馈。\n"
        "例：duban referral receive YJ-0001 --as office-kwb\n"
        "    duban referral return YJ-0001 --text 不属本科室 --as office-kwb\n"
        "    duban referral send YJ-0001 chengguan --as clerk",
        "A visit opens a referral (a fail of an item of the policy's referrals). Only the office that it is with may act for it.\n"
        "Example: duban referral receive YJ-0001 --as office-kwb\n"
        "         duban referral return YJ-0001 --text \"not ours\" --as office-kwb\n"
        "         duban referral send YJ-0001 chengguan --as clerk" },
      { { "text", "TEXT", "退回的原因、办理的结果（return、result 必填）", "why it is returned, what was done (needed to return, for a result)" },
        OPTION_ID } },
    { "referrals", command_referrals, "[NUMBER]", 0, 1,
      { "列出移交台账，或细看其中一件", "list referrals, or show one whole" },
      { "例：duban referrals YJ-0001   谁发现、给了谁、退回几次、结果、全过程",
        "Example: duban referrals YJ-0001   who found it, who has it, how often returned, the result, its history" },
      { OPTION_ALL("包括已办结的", "finished ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "urgent", command_urgent, "report | isolated NUMBER | answered NUMBER | mistaken NUMBER", 1, 2,
      { "紧急：一键上报，隔离确认，转诊反馈，误报", "urgent: report at once, confirm the isolation, answer the referral, a mistake" },
      { "点位、社区(村)、定位、文字，知道哪样写哪样，有一样即可；立即告知有关人员，不分昼夜。\n"
        "例：duban urgent report --area n-c1 --text 快递员发热 --as inspector-n1\n"
        "    duban urgent report --position 39.9289,116.4883 --as inspector-n1\n"
        "    duban urgent isolated JB-0001 --as contact-n",
        "A site, an area, a position or words: whatever is known, any one of them will do. People are told at once, day and night.\n"
        "Example: duban urgent report --area n-c1 --text \"a courier with fever\" --as inspector-n1\n"
        "         duban urgent report --position 39.9289,116.4883 --as inspector-n1\n"
        "         duban urgent isolated JB-0001 --as contact-n" },
      { { "site", "CODE", "点位", "the site" },
        { "area", "CODE", "社区（村）", "the area" },
        { "place", "TEXT", "在哪里，文字", "where, in words" },
        { "position", "LAT,LON", "定位：纬度,经度", "the position: latitude,longitude" },
        { "item", "ITEM", "紧急检查项；不写即政策里的第一个", "the urgent check item; the policy's first when left out" },
        { "text", "TEXT", "情况；误报的原因（mistaken 必填）", "what was found or done; why it is mistaken (needed then)" }, OPTION_ID } },
    { "alerts", command_alerts, "[NUMBER]", 0, 1,
      { "列出紧急事项台账，或细看其中一件", "list urgent alerts, or show one whole" },
      { "例：duban alerts JB-0001   在哪里、隔离和转诊到哪一步、全过程",
        "Example: duban alerts JB-0001   where, how far isolation and referral are, its history" },
      { OPTION_ALL("包括已办结的", "finished ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "campaign", command_campaign, "NUMBER | open TITLE AREA:SITE... | end NUMBER", 1, COMMAND_MAX_ARGUMENTS,
      { "入户活动：开展、结束，细看进度、核查、未签住户", "a campaign: open it, end it, or see progress, checks, what remains" },
      { "SITE 是该社区（村）委会的点位：入户核查与上报不符的，在那里立案。住户先用 duban import households 登记。\n"
        "签订率两种分母都列出：全部减空户、全部；一律舍去，不到 100% 不写 100%；不足 5 户不算百分比。\n"
        "例：duban campaign open 户户是堡垒 n-c1:comm-1 s-v1:comm-2 --until 2020-03-01T18:00 --as lead\n"
        "    duban campaign HD-0001 --all   连同未签住户逐户列出\n"
        "    duban campaign end HD-0001 --reason 转入常态 --as lead",
        "SITE is the site of that area's committee: a door that is not as reported opens a case there. Register the\n"
        "households first: duban import households.\n"
        "Rates are given of all but the vacant and of all, rounded down; of fewer than 5 there is none.\n"
        "Example: duban campaign open \"Every door\" n-c1:comm-1 s-v1:comm-2 --until 2020-03-01T18:00 --as lead\n"
        "         duban campaign HD-0001 --all   with every household that remains\n"
        "         duban campaign end HD-0001 --reason \"back to routine\" --as lead" },
      { OPTION_ALL("逐户列出未签的", "list every household that remains"),
        { "until", "TIME", "到什么时候全部入户（开展必填，本地时区）", "by when every door is entered (needed to open, deployment zone)" },
        { "from", "TIME", "什么时候开始；不写即现在", "when it begins; now when left out" },
        { "target", "PERCENT", "目标签订率 1 至 100；不写即 100", "target, 1 to 100 percent; 100 when left out" },
        { "text", "TEXT", "内容、所用文书", "what it is about, its documents" },
        OPTION_REASON("（结束必填）", " (needed to end)"), OPTION_ID } },
    { "look-backs", command_look_backs, "", 0, 0,
      { "回头看：每次抽了多少、保持多少，还有哪些待看", "look-backs: what each draw of closed cases came to, what waits to be seen" },
      { "销号后抽一部分问题，由没有参与销号的人再到现场看（见政策包 look_back）；照常上报这一项的巡查记录就是结果：\n"
        "合格为保持，不合格按反弹重新立案。抽取的种子在 duban case NUMBER 里，同样的记录总是抽出同样的问题。\n"
        "保持率一律舍去，不足 5 件不算百分比。",
        "Some closed cases are seen once more by somebody who did not close them (the pack's look_back). An ordinary\n"
        "report that answers the item is the result: a pass is kept, a fail is a recurrence. Seeds stand in the\n"
        "case's history; the same journal draws the same. Rates are rounded down; of fewer than 5 there is none." },
      { { 0 } } },
    { "figures", command_figures, "", 0, 0,
      { "指标：按期整改率、逾期未整改数、投诉核实、随访、入户等，可查任一过去时刻", "figures: fixed in time, overdue, complaints, contacts, households; as of any past time" },
      { "每个百分率都写明分子、分母，一律舍去，不足 5 件不算百分比；没有可算的写“—”。\n"
        "--as-of 按当时已经入账的来算，之后补报的不会改变它。日子不写，即截止时间的当天。\n"
        "例：duban figures --as-of 2020-02-14T20:00 --zone north\n"
        "    duban figures --from 2020-02-10 --to 2020-02-16 --name on_time",
        "Each rate stands with its numerator and denominator, rounded down; of fewer than 5 there is none; \"—\" where there\n"
        "is nothing to count. --as-of counts what had been journaled by then: what came later changes nothing. Without\n"
        "days it is the day of that time.\n"
        "Example: duban figures --as-of 2020-02-14T20:00 --zone north\n"
        "         duban figures --from 2020-02-10 --to 2020-02-16 --name on_time" },
      { { "as-of", "TIME", "截止时间（本地时区）；不写即此刻", "as of when (deployment zone); now when left out" },
        { "from", "DAY", "从哪天起，如 2020-02-10", "first day, as 2020-02-10" },
        { "to", "DAY", "到哪天止（含）", "last day, included" },
        { "zone", "CODE", "片区", "of one zone" }, { "area", "CODE", "社区（村）", "of one area" },
        { "kind", "CODE", "点位类别", "of one site kind" }, OPTION_FOCUS_GROUP,
        { "name", "FIGURE", "只看这一项，如 on_time", "only this one, as on_time" },
        { "most", "NUMBER", "列出最多者的指标列几个，不写即 10", "how many to list of figures that list those with most; 10 when left out" } } },
    { "campaigns", command_campaigns, "[NUMBER]", 0, 1,
      { "列出入户活动，或细看其中一个的经过", "list campaigns, or show one with its history" },
      { "例：duban campaigns HD-0001   任务、经过、通知；进度和未签住户见 duban campaign HD-0001",
        "Example: duban campaigns HD-0001   its tasks, history, notices; duban campaign HD-0001 has the figures" }, { OPTION_ALL("包括已结束的", "ended ones too") } },
    { "household", command_household, "notice|sign|refuse|no-answer|vacant CODE | check CODE FINDING", 2, 3,
      { "入户登记：告知书、责任书、拒签、无人应、空户；入户核查", "at a household: notice, pledge, refusal, nobody there, vacant; checking it" },
      { "无人应：几次、在几天里、有一次在晚上或周末，才算未联系上（见政策包 campaigns）。空户须另一个人再报一次。\n"
        "核查只认抽中的住户（名单见 duban campaign NUMBER），且须由没有上报过该户的人来做。FINDING 是 signed（已签）、\n"
        "refused（拒签）、notice-only（只有告知书）、untouched（没有人来过）、vacant（空户）、nobody（无人应）。\n"
        "例：duban household notice n-c1-0002 --how at-door --as staff-n\n"
        "    duban household sign n-c1-0002 --as staff-n\n"
        "    duban household check n-c1-0002 signed --as inspector-n1",
        "nobody there: so many times, on so many days, once in the evening or at a weekend, make it not reached (the\n"
        "pack's campaigns). Vacant needs the same from somebody else.\n"
        "Only doors drawn are checked (duban campaign NUMBER lists them), by somebody who has not reported them.\n"
        "FINDING is signed, refused, notice-only, untouched, vacant or nobody.\n"
        "Example: duban household notice n-c1-0002 --how at-door --as staff-n\n"
        "         duban household sign n-c1-0002 --as staff-n\n"
        "         duban household check n-c1-0002 signed --as inspector-n1" },
      { { "how", "MANNER", "告知书怎么送达（送达必填）：in-person 当面、at-door 张贴、phone 电话、online 线上",
          "how the notice got there (needed for a notice): in-person, at-door, phone, online" },
        { "member", "ACCOUNT", "谁去的；代录时用，不写即本人", "who was there, when entered for somebody; oneself when left out" },
        { "at", "TIME", "什么时候去的（本地时区）；不写即现在", "when (deployment zone); now when left out" },
        { "text", "TEXT", "说明", "a remark" }, OPTION_ID } },
    { "visit", command_visit, "SITE [ITEM=RESULT[=NUMBER][:NOTE]]...", 1, COMMAND_MAX_ARGUMENTS,
      { "登记一次到访：巡查、复查、指导、蹲守、打卡", "enter a visit: inspection, revisit, guidance, observation, check-in" },
      { "要答哪些检查项、哪些必答，见 duban items --site SITE。RESULT 是 pass（合格）、fail（不合格）、na（不适用）、\n"
        "not-checked（未检查）、fixed（不合格，当场改好），写中文也行；数值写在其后，备注写在冒号后；\n"
        "返京人数写作 返京/已隔离/即将期满，如 RT-01=合格=12/12/3。\n"
        "照片只登记文件名、大小和摘要；合格须有照片，当场改好须前后各一张。\n"
        "例：duban visit gate-1 GT-01=合格 GT-03=不合格:排队没有间隔 --photo gate.jpg --as inspector-n1\n"
        "    duban visit dorm-1 CS-02=pass=6 SD-01=pass --purpose revisit --photo before.jpg,CS-02=after.jpg --as inspector-s1\n"
        "    duban visit cour-1 --purpose revisit --attempted --text 网点关门 --as inspector-n1\n"
        "    duban visit gate-1 --purpose observation --start 2020-02-10T09:00 --end 2020-02-10T09:25 --as inspector-n1",
        "duban items --site SITE lists what is asked there, and what has to be answered. RESULT is pass, fail, na,\n"
        "not-checked or fixed (failed, put right on the spot); a number behind it, a note behind a colon;\n"
        "of returnees how many there are, are isolated, are about to be released, as RT-01=pass=12/12/3.\n"
        "Of a photo only name, size and digest are kept; a pass needs one, fixed two (before and after).\n"
        "Example: duban visit gate-1 GT-01=pass GT-03=fail:crowded --photo gate.jpg --as inspector-n1\n"
        "         duban visit dorm-1 CS-02=pass=6 SD-01=pass --purpose revisit --photo before.jpg,CS-02=after.jpg --as inspector-s1\n"
        "         duban visit cour-1 --purpose revisit --attempted --text \"shutter down\" --as inspector-n1\n"
        "         duban visit gate-1 --purpose observation --start 2020-02-10T09:00 --end 2020-02-10T09:25 --as inspector-n1" },
      { { "purpose", "PURPOSE", "目的：inspection 巡查（不写即是）、revisit 复查、guidance 指导、observation 蹲守、check-in 打卡",
          "purpose: inspection (when left out), revisit, guidance, observation, check-in" },
        { "attempted", NULL, "到访未果：没人、关门", "nobody was met: neither pass nor fail" },
        { "entrances", "LIST", "出入口，逗号隔开：东门=有人看守,西门=已封闭,南门=有问题:围挡倒了",
          "entrances, commas between: \"east=manned,west=closed,south=problem:barrier down\"" },
        { "posts", "LIST", "门岗逐岗逐班，逗号隔开：东门岗/早班=有人值守,东门岗/夜班=无人值守",
          "posts of a gate by shift, commas between: \"east/day=manned,east/night=unmanned\"" },
        { "volunteers", "COUNT", "在场志愿者几人（只记人数）", "how many volunteers are there (a number, no names)" },
        { "photo", "FILES", "照片文件，几张用逗号隔开；只说明一项的写作 ITEM=FILE", "photo files, commas between; ITEM=FILE for what shows one item" },
        { "start", "TIME", "什么时候开始（蹲守必填，本地时区）", "when it began (needed to observe, deployment zone)" },
        { "end", "TIME", "什么时候结束；不写即现在", "when it ended; now when left out" },
        { "reporter", "ACCOUNT", "代录：到场的是谁；不写即本人", "entered for whoever was there; oneself when left out" },
        { "text", "TEXT", "说明", "a remark" }, OPTION_ID } },
    { "items", command_items, "", 0, 0,
      { "列出检查项：到这个点位要答哪些，哪些必答", "list check items: what is asked at a site, and what has to be answered" },
      { "例：duban items --site dorm-1   这个点位的检查项，和还没销号的问题\n"
        "    duban items --kind GATE     这一类点位的",
        "Example: duban items --site dorm-1   those asked at this site, with the cases open there\n"
        "         duban items --kind GATE     those of one kind of site" },
      { { "site", "CODE", "点位", "of one site" },
        { "kind", "KIND", "点位类别，如 GATE；写错时列出全部", "of one kind of site, as GATE; a wrong one lists them all" } } },
    { "tasks", command_tasks, "", 0, 0,
      { "列出待办任务", "list tasks" },
      { "", "" },
      { OPTION_ALL("包括已完成、取消的", "done and cancelled ones too"),
        { "owner", "ACCOUNT", "责任人", "of one owner" },
        { "overdue", NULL, "只看逾期", "overdue ones only" },
        { "kind", "KIND", "种类的中文名或代号，如 整改、复查、complaint；写错时列出全部",
          "kind, as rectification, revisit, complaint; a wrong one lists them all" } } },
    { "notices", command_notices, "", 0, 0,
      { "列出发出的通知", "list notices" },
      { "", "" },
      { { "case", "CASE", "一个问题的，或一件投诉的（TS-0001）", "about one case, or one complaint (TS-0001)" },
        { "to", "ACCOUNT", "发给某人的", "to one account" },
        { "from", "SEQUENCE", "从这个序号起", "from this sequence on" } } },
    { "explain", command_explain, "[NOTICE-SEQUENCE]", 0, 1,
      { "说明一条通知为什么发、发给谁、结果如何；或为什么没有发",
        "say why a notice was sent, to whom, and what became of it; or why none was" },
      { "没有发的：--why-not 写问题或事项编号（DB-0002、TS-0001、点位/检查项）、点位编号、账号，或岗位（group_leader:north、lead）。\n"
        "点位：哪些任务没有开、为什么；账号、岗位：最近 7 天和今后 24 小时。\n例：duban explain --why-not DB-0002 --at 2020-02-04T12:00",
        "What was not sent: --why-not takes a case or the like (DB-0002, TS-0001, SITE/ITEM), a site, an account, or a post\n"
        "(group_leader:north, lead). Of a site: which duties are not open, and why; of an account or post: the last 7 days and\n"
        "the next 24 hours.\nExample: duban explain --why-not DB-0002 --at 2020-02-04T12:00" },
      { { "why-not", "CASE|SITE|ROLE", "为什么没有发", "why nothing was sent" },
        { "at", "TIME", "截至这个时间；不写即现在", "as of that time; left out: now" },
        { "spool", "DIR", "notify 的消息目录，用来显示消息原文", "directory of notify's messages, to show its text" } } },
    { "quarantine", command_quarantine, "[SEQUENCE]", 0, 1,
      { "列出待核记录（系统不能直接采用的），或细看其中一条", "list entries held in quarantine, or show one whole" },
      { "例：duban quarantine 81   写了什么、为什么待核、可以怎么办",
        "Example: duban quarantine 81   what it says, why it is held, what may be done" }, { OPTION_ALL("包括已处理的", "settled ones too") } },
    { "release", command_release, "SEQUENCE...", 1, COMMAND_MAX_ARGUMENTS,
      { "处理待核记录：更正后采用，或退回；可一次写几个序号", "settle entries in quarantine: apply them as corrected, or reject them" },
      { "例：duban release 81 82 83 --as clerk", "Example: duban release 81 82 83 --as clerk" },
      { { "site", "CODE", "更正点位", "the right site" },
        { "reporter", "ACCOUNT", "更正上报人", "the right reporter" },
        { "item", "FROM=TO", "更正检查项", "the right check item" },
        { "reject", NULL, "退回，不采用（须写 --reason）", "reject for good (needs --reason)" },
        OPTION_REASON("", ""), OPTION_ID } },
    { "conflicts", command_conflicts, "[SEQUENCE]", 0, 1,
      { "列出重号提交：同一提交编号下又来了别的内容", "list conflicts: another content under a known client id" },
      { "写上已入账那条记录的序号，就并排显示两者哪里不同；个人信息不显示。保留 90 天，最多 10000 条。",
        "With the sequence of the entry that stands: what differs, side by side; personal data is not shown.\n"
        "Kept for 90 days, 10000 at most." },
      { { 0 } } },
    { "contradictions", command_contradictions, "", 0, 0,
      { "列出只存档、没有改变什么的记录：为什么、按哪条规则", "list what was kept and changed nothing: why, by which rule" },
      { "如：已销号的又来复查、没有照片的合格、未到期的解除、别的科室的移交结果。不写 --since 即最近 7 天。\n"
        "确需采用的，请有权的人按正常途径再提交；填错的，用 duban amend 更正。",
        "Such as a revisit of what is closed, a pass without a photo, a release before its day, a result by another office.\n"
        "Without --since: the last 7 days. Where it should have counted, somebody who may enters it the ordinary way; what\n"
        "was reported wrongly is amended (duban amend)." },
      { { "since", "TIME", "从什么时候起（本地时区）", "from when on (deployment zone)" } } },
    { "skip", command_skip, "SEQUENCE", 1, 1,
      { "跳过使规则引擎停下的一条记录", "pass over the entry that rules stopped at" },
      { "", "" },
      { OPTION_REASON("（必填）", " (needed)"), OPTION_ID } },
    { "status", command_status, "", 0, 0,
      { "各守护进程的状况，有问题的排在前面", "how the daemons are, what is wrong first" },
      { "最要紧的在最上面：收不进、不派单、发不出、手机交不上来、出了差错或快要出、等人办的。新的乡镇会说下一步做什么。\n退出码：0 都在工作（有待办的问题也列出）；1 有一个没有应答、互相没有连上，或已停止接收（部分停收也算）；3 都没有应答",
        "Worst first: nothing is taken in, nothing is decided, nobody is told, phones cannot submit, something is or will be wrong,\n"
        "somebody is waited for. Of a new township it says what comes next.\n"
        "exit code: 0 all are at work (what is to be seen to is said too); 1 one does not answer or is not connected, or intake\n"
        "has stopped, be it in part; 3 none of them answers" }, { { 0 } } },
    { "dead-letters", command_dead_letters, "[retry SEQUENCE... | settle SEQUENCE...]", 0, COMMAND_MAX_ARGUMENTS,
      { "列出没能送达的通知；重发，或了结", "list notices that did not arrive; send them again, or settle them" },
      { "retry 按原编号重发（收件人不会当作两条），发往收件人现在登记的渠道；settle 记下已用别的办法告知，如电话。\n"
        "可以写几个序号、一段（17-25），或 --all。\n"
        "例：duban dead-letters retry 17 19 22-30 --as clerk\n"
        "    duban dead-letters settle --all --reason 已逐一电话告知 --as clerk",
        "retry sends it under the same key, so that it counts once, to the channel that its recipient has by now;\n"
        "settle notes that its recipient was told otherwise. Write several sequences, a range (17-25), or --all.\n"
        "Example: duban dead-letters retry 17 19 22-30 --as clerk\n"
        "         duban dead-letters settle --all --reason \"all told by phone\" --as clerk" },
      { { "reason", "TEXT", "理由（了结时必填）", "the reason (needed to settle)" }, OPTION_ALL("全部", "all of them"),
        OPTION_ID } },
    { "links", command_links, "end NOTICE-SEQUENCE... | end --of ACCOUNT", 1, COMMAND_MAX_ARGUMENTS,
      { "收回消息里免登录办理的链接", "end links of messages, by which somebody acts without an account" },
      { "发错了人，或者消息被人转发：按通知序号（duban notices）收回那条通知的链接，连同此前为同一事项发给他的；--of 收回此前发给某人的全部。\n"
        "此后再发给他的消息带新的链接。事项转交他人、岗位调整后，原来的链接自行失效，不用收回。\n"
        "例：duban links end 17 --as clerk\n"
        "    duban links end --of inspector-n1 --as clerk",
        "Sent to the wrong person, or forwarded: by the sequence of a notice (duban notices) its links end, with those sent to him\n"
        "before about the same; --of ends all that were sent to somebody until now. What is sent to him later brings others.\n"
        "When a matter goes into other hands, or somebody changes his post, his links end by themselves.\n"
        "Example: duban links end 17 --as clerk\n"
        "         duban links end --of inspector-n1 --as clerk" },
      { { "of", "ACCOUNT", "此前发给此人的全部", "all that were sent to this account until now" } } },
    { "deliveries", command_deliveries, "", 0, 0,
      { "列出等待发送的通知：预计什么时候发、为什么等", "list the notices that wait to leave: when they are expected to, and what for" },
      { "", "" }, { { 0 } } },
    { "ledger", command_ledger, "[NOTICE-SEQUENCE]", 0, 1,
      { "投递台账：每次尝试的回执、对方的答复；核对摘要链", "the delivery ledger: a receipt for each attempt, with the answer; walks its chain" },
      { "每条回执都接着前一条算摘要；--verify 从第一条走到末条，被改、被删、被截的都说出在哪一条，退出码 1。\n"
        "末条摘要可以抄下来，以后对照。\n例：duban ledger 17        这条通知的全部尝试\n    duban ledger --verify",
        "Each receipt's digest goes on from the one before; --verify walks from the first to the last and says where one was\n"
        "changed, left out or cut off (exit code 1). Note the last digest down to compare it later.\n"
        "Example: duban ledger 17   all attempts of this notice" },
      { { "verify", NULL, "核对整条摘要链", "walk the whole chain" } } },
    { "alarms", command_alarms, "[settle ACCOUNT]", 0, 2,
      { "列出系统告警；了结某账号的渠道告警", "list house alarms; settle one about an account's channel" },
      { "多数告警在情况恢复后自行解除；渠道不通的，在该账号下一条送达后解除，也可由人了结。再次发生会重新告警。",
        "Most end with their condition; one about an account's channel ends with the next delivery to it, or when\n"
        "somebody settles it. If it happens again it is raised anew." },
      { OPTION_ALL("包括已解除的", "ended ones too"),
        { "reason", "TEXT", "理由（了结时必填）", "the reason (needed to settle)" }, OPTION_ID } },
    { "account", command_account, "password|close|token|phone|revoke|calendar ACCOUNT, tokens", 1, 2,
      { "登录：设密码，发放、列出、收回手机应用的令牌；日历的网址", "signing in: set a password, make, list and revoke tokens of apps; calendar addresses" },
      { "账号须已登记岗位（duban import holders），没有岗位的看不到什么。密码从标准输入读一行，10 到 200 字节；令牌只在发放时\n"
        "显示一次。phone 给 ODK Collect、KoboCollect 一个应用密码；写 --url 则再显示一个二维码，扫一次就配好。\n例：duban account password inspector-n1 < FILE\n    duban account token inspector-n1 --label 北片一号手机 --days 90\n"
        "    duban account phone inspector-n1 --url https://duban.example.cn\n"
        "    duban account tokens\n    duban account revoke 0123456789abcdef\n"
        "    duban account close inspector-n1                人走了：密码、应用密码、日历的网址、此前消息里的链接都失效；令牌不动，还有几个会说出来，用 revoke 逐个收回\n"
        "    duban account calendar inspector-n1             日历的网址，供手机订阅；再发一次，前一个失效；--revoke 收回",
        "An account sees by its posts (duban import holders). The password is read from standard input, one line of 10 to 200\n"
        "bytes; a token is shown once, when it is made. phone gives ODK Collect or KoboCollect an app password, and with --url\n"
        "shows a code that sets the app up in one scan.\n"
        "Example: duban account password inspector-n1 < FILE\n"
        "         duban account token inspector-n1 --label 'north phone 1' --days 90\n"
        "         duban account phone inspector-n1 --url https://duban.example.cn\n"
        "         duban account tokens\n"
        "         duban account revoke 0123456789abcdef\n"
        "         duban account close inspector-n1       who has left: password, app password, the calendar's address and the links\n"
        "                                                of messages end; tokens do not, it says how many there still are: revoke them one\n"
        "                                                by one\n"
        "         duban account calendar inspector-n1    where a phone subscribes to its calendar; another one ends it, and so does --revoke" },
      { { "label", "TEXT", "哪台设备", "which device" },
        { "url", "URL", "手机用哪个网址访问网关（用于 phone）", "how phones reach the gateway (for phone)" },
        { "days", "N", "几天后到期；不写则不到期", "days until it expires; without it, it does not" },
        { "revoke", NULL, "收回日历的网址", "revoke the calendar's address" } } },
    { "areas", command_areas, "", 0, 0,
      { "列出社区（村）和片区；今日是否已巡查", "list areas and their zones, and whether each was inspected today" },
      { "末行是有支部（has_branch）的社区（村）今日巡查的覆盖：有完成的巡查、到访时间在今天的，算已巡查。",
        "The last line is today's coverage of the areas with a branch (has_branch): an area counts with a completed\n"
        "inspection whose visit was today." },
      { { 0 } } },
    { "sites", command_sites, "[CODE]", 0, 1,
      { "列出点位：上次巡查、巡查间隔、下次应巡查的日期", "list sites: last inspection, interval, when the next is due" },
      { "间隔按现行政策包的 cadences（没有一行适用的，按点位类别）；停业、关闭的点位不计。示范指导、复查、蹲守、未能进门\n"
        "的到访不算巡查；打卡时检查了的算。\n"
        "例：duban sites --due       今天应巡查的：到期的、过期的、从未巡查的，以及为什么是这个间隔\n"
        "    duban sites cour-1      这个点位多久巡查一次、为什么",
        "The interval goes by cadences of the policy in force (where none of its rows fits, by the kind of site); sites that do\n"
        "not operate are never due. Guidance, revisits, observations and attempts are no inspections; a check-in at which\n"
        "something was looked at is one.\n"
        "Example: duban sites --due       to be inspected today: due, past it or never inspected, and why this often\n"
        "         duban sites cour-1      how often this site is inspected, and why" },
      { { "due", NULL, "只看今天应巡查的点位：已到期，或从未巡查", "only sites to be inspected today: due, or never inspected" } } },
    { "coverage", command_coverage, "", 0, 0,
      { "覆盖率：某天应查多少、已查多少，按片区、社区、种类", "coverage: to be inspected on a day, and inspected, by zone, area and kind" },
      { "应查：零点时在营业，从未巡查或已到间隔。已查：其中当天（按到访时间）完成巡查的；示范指导、未能进门的不算。\n"
        "百分比一律舍去，分子分母写在旁边，不足 5 处不算。晚到的记录照到访那天补上。\n"
        "例：duban coverage --zone north --day 2020-02-10",
        "Required: operating at 00:00, never inspected or its interval over. Inspected: those with an inspection of that day\n"
        "(by the time of the visit); guidance and attempts do not count. Percentages are rounded down, with their numbers\n"
        "beside them; of fewer than 5 there is none. A report that comes late counts for the day of its visit.\n"
        "Example: duban coverage --zone north --day 2020-02-10" },
      { { "day", "DAY", "哪一天；不写即今天", "which day; today when left out" },
        { "zone", "ZONE", "只看这个片区", "only this zone" },
        { "kind", "KIND", "只看这一种点位", "only this kind of site" } } },
    { "silence", command_silence, "[end NUMBER]", 0, 2,
      { "静默：一段时间内，符合条件的消息暂不发，到时汇总补发", "silence: for a time some notices wait, and then come together" },
      { "写明的各项都符合才静默；--until、--reason 必填，最长几天见政策包 silences。专班组长可以设定；片组组长限本片的问题、点位、社区。\n"
        "立即整改级别、紧急报告、2 小时以内的时限、系统告警、本人提交的记录的处理结果，照发不误。逐级升级（黄单、红单等）只有\n"
        "写明问题编号才静默。到时仍未办结的，每位收件人一份汇总；已办结的不再说。\n"
        "例：duban silence --site cour-1 --message near_due --until 2020-02-12T18:00 --reason 停电检修 --as leader-n\n"
        "    duban silence --me --site cour-1 --until 2020-02-11T12:00 --reason 正在现场处理 --as inspector-n1   本人免扰：只对自己有效\n"
        "    duban silence end 3 --reason 已恢复供电 --as leader-n",
        "All that is given must fit; --until and --reason are needed, the pack's silences says how long. The lead may; a group\n"
        "leader for a case, site or area of his zone. Urgent levels, urgent reports, limits up to 2 hours, house alarms and what\n"
        "becomes of one's own entries go out all the same. The ladder (from the yellow sheet on) is silenced only where the\n"
        "case is named. At its end what is still open comes in one digest for each recipient.\n"
        "Example: duban silence --site cour-1 --message near_due --until 2020-02-12T18:00 --reason \"no power there\" --as leader-n\n"
        "         duban silence --me --site cour-1 --until 2020-02-11T12:00 --reason \"on it\" --as inspector-n1   only for oneself\n"
        "         duban silence end 3 --reason \"power is back\" --as leader-n" },
      { { "case", "CASE", "只静默这个问题", "only this case" }, { "site", "CODE", "只静默这个点位", "only this site" },
        { "area", "CODE", "只静默这个社区（村）", "only this area" },
        { "message", "KIND", "只静默这类消息，如 near_due（见 messages.csv）", "only this kind of notice, as near_due (messages.csv)" },
        { "role", "ROLE", "只静默发给这个岗位的，如 site_contact", "only what goes to this post, as site_contact" },
        { "account", "ACCOUNT", "只静默发给此人的", "only what goes to this account" },
        { "me", NULL, "本人免扰：只静默发给自己的，任何登记人员都可设", "only what goes to oneself: any member may" },
        { "from", "TIME", "自何时起；不写即现在", "from when; now when left out" },
        { "until", "TIME", "至何时止（必填）", "until when (needed)" },
        { "reason", "TEXT", "理由（必填）", "why (needed)" }, OPTION_ID } },
    { "silences", command_silences, "", 0, 0,
      { "静默：正在生效和将要生效的", "silences in force and to come" },
      { "例：duban silences --all   含已结束的", "Example: duban silences --all   those that are over as well" },
      { { "all", NULL, "含已结束的", "those that are over as well" } } },
    { "plan", command_plan, "[confirm ZONE | left SITE]", 0, 2,
      { "当天路线：各片区按顺序去哪几站、为什么；确认、调整", "the day's stops of each group, in order and why; confirm or change them" },
      { "每天早上排出草案（政策包 plan）：先复查、盯守、投诉核实、到场确认，再高风险点位、日常巡查；昨天没去成的排在前面。\n"
        "到时没有确认的，按草案执行，写明未确认。确认限本片组长、专班组长、内勤。\n"
        "例：duban plan --zone north           今天的各站\n"
        "    duban plan --next --as inspector-n1   下一站\n"
        "    duban plan confirm north --first gate-1,cour-1 --drop dorm-1 --reason 停水 --as leader-n\n"
        "    duban plan left shop-1 --reason 车坏了 --as inspector-n1      今天没去成，说明原因，晚报照写",
        "Drafted each morning (the pack's plan): revisits, watches, complaints, confirmations, then sites of high risk, then the\n"
        "rest; what was left undone yesterday comes first among its like. What nobody confirms in time stands as drafted.\n"
        "The zone's leader, the lead and the duty clerk may confirm.\n"
        "Example: duban plan --zone north           today's stops\n"
        "         duban plan --next --as inspector-n1   the next one\n"
        "         duban plan confirm north --first gate-1,cour-1 --drop dorm-1 --reason \"no water there\" --as leader-n\n"
        "         duban plan left shop-1 --reason \"the car broke down\" --as inspector-n1   left undone today, and why" },
      { { "day", "DAY", "哪一天；不写即今天", "which day; today when left out" },
        { "zone", "ZONE", "只看这个片区", "only this zone" },
        { "next", NULL, "只看下一站", "only the next stop" },
        { "first", "CODES", "先去哪几站，按顺序，逗号隔开", "which come first, in order, with commas between" },
        { "drop", "CODES", "取消哪几站", "which are dropped" },
        { "add", "CODES", "增加哪几站", "which are added" },
        { "reason", "TEXT", "取消、增加、没去成的理由（必填）", "why they are dropped, added or left undone (needed)" }, OPTION_ID } },
    { "brief", command_brief, "", 0, 0,
      { "早报：早例会前的逾期、到期、复查、应查、死角和重点", "the morning brief: what is overdue, due, to be revisited and inspected, and what weighs most" },
      { "按政策包 meetings 的钟点出，发给与会人；出了就不再变，补报的列入次日。\n例：duban brief\n    duban brief --day 2020-02-11      那天早上发的",
        "Put together at the hour of the pack's meetings and told to those who attend; it never changes, what comes later is told the\n"
        "next day.\nExample: duban brief\n         duban brief --day 2020-02-11      as it was told that morning" },
      { { "day", "DAY", "哪一天；不写即今天", "which day; today when left out" } } },
    { "summary", command_summary, "", 0, 0,
      { "晚报：当天各站完成、转明日及原因，新增、销号、逾期，逐人核对", "the evening summary: stops done and carried over and why, cases opened, closed, overdue, checked person by person" },
      { "到截止时间（含）为止；每人 计划+增加+转入 应等于 完成+有原因+无说明+未到期+取消+转出，对不上的写明“不平”并记录。\n"
        "例：duban summary\n    duban summary --day 2020-02-11",
        "Of all that came by the cut-off. For each person planned + added + moved in is done + with reason + silent + not due +\n"
        "withdrawn + moved out; where it is not, that is said and recorded.\nExample: duban summary\n         duban summary --day 2020-02-11" },
      { { "day", "DAY", "哪一天；不写即今天", "which day; today when left out" } } },
    { "agenda", command_agenda, "", 0, 0,
      { "例会议题：立即整改、逾期、无人跟进、申诉、延期、销号、物资、未办结的交办、未公布的放假安排", "the agenda: immediate and overdue cases, those of nobody, appeals, extensions, closings, supplies, resolutions not done, unpublished calendars" },
      { "按轻重排列，随时更新；黄灯（临近到期）排在最后。\n例：duban agenda", "By weight, as of now; what is merely due soon comes last.\nExample: duban agenda" },
      { { NULL, NULL, NULL, NULL } } },
    { "feed", command_feed, "ACCOUNT", 1, 1,
      { "某人的日历：复查、期限、例会，iCalendar 格式", "somebody's calendar: revisits, dues, meetings, as iCalendar" },
      { "写到标准输出，手机、Outlook 都能导入；用其本人的语言，只写编号、点位、检查项，不写姓名、备注。改期沿用同一 UID，SEQUENCE 增大；\n"
        "办结、取消、暂停的标为取消，办结后留 4 周；例会写今后 14 天的。同样的数据，内容一字不差。\n例：duban feed inspector-n1  > n1.ics",
        "To standard output, for any phone or Outlook; in the account's language, with numbers, sites and check items but no names\n"
        "and no notes. What is moved keeps its UID and has a higher SEQUENCE; what is done, cancelled or paused is told as\n"
        "cancelled, for 4 weeks once it is over; meetings of the next 14 days. The same data give the same bytes.\n"
        "Example: duban feed inspector-n1  > n1.ics" },
      { { NULL, NULL, NULL, NULL } } },
    { "resolve", command_resolve, "MATTER", 1, 1,
      { "例会决定：事项、责任人、期限", "a meeting resolves: a matter, its owner, by when" },
      { "登记后即告知责任人，到期提醒、逾期升级，没有办结的下次例会再列。限专班组长、内勤。\n"
        "例：duban resolve 协调围挡二十块 --owner leader-n --by 2020-02-12T18:00 --site gate-1 --as lead",
        "The owner is told, reminded, and chased; it stands on the next agenda until it is done. The lead and the duty clerk may.\n"
        "Example: duban resolve \"find twenty barriers\" --owner leader-n --by 2020-02-12T18:00 --site gate-1 --as lead" },
      { { "owner", "ACCOUNT", "责任人（必填）", "who is accountable (needed)" },
        { "by", "TIME", "期限；只写日期即当天之内；不写按政策包", "by when; a day alone means to its end; the policy's limit when left out" },
        { "case", "NUMBER", "关于哪件问题", "about which case" },
        { "site", "CODE", "关于哪个点位", "about which site" }, OPTION_ID } },
    { "resolution", command_resolution, "done NUMBER | amend NUMBER | take-back NUMBER", 2, 2,
      { "例会决定的办结、更改、收回", "a resolution is done, amended, taken back" },
      { "办结：责任人、专班组长、内勤；更改、收回：专班组长、内勤。\n"
        "例：duban resolution done LH-0001 --text 围挡已装好 --as leader-n\n"
        "    duban resolution amend LH-0001 --by 2020-02-13 --text 厂家缺货 --as lead\n"
        "    duban resolution take-back LH-0001 --text 已由街道统一配发 --as lead",
        "Done: its owner, the lead or the duty clerk. Amended, taken back: the lead or the duty clerk.\n"
        "Example: duban resolution done LH-0001 --text \"barriers are up\" --as leader-n\n"
        "         duban resolution amend LH-0001 --by 2020-02-13 --text \"out of stock\" --as lead\n"
        "         duban resolution take-back LH-0001 --text \"supplied from elsewhere\" --as lead" },
      { { "text", "TEXT", "结果、理由（必填）", "what was done, or why (needed)" },
        { "matter", "TEXT", "更改后的事项", "the matter from now on" },
        { "owner", "ACCOUNT", "更改后的责任人", "the owner from now on" },
        { "by", "TIME", "更改后的期限", "the due from now on" }, OPTION_ID } },
    { "resolutions", command_resolutions, "[NUMBER]", 0, 1,
      { "列出例会决定，或细看其中一件", "list resolutions, or show one whole" },
      { "例：duban resolutions LH-0001", "Example: duban resolutions LH-0001" },
      { OPTION_ALL("包括已办结的", "finished ones too"),
        { "site", "CODE", "点位", "of one site" },
        { "zone", "CODE", "片区", "of one zone" }, OPTION_FOCUS_GROUP } },
    { "remark", command_remark, "TEXT", 1, 1,
      { "批示：针对一件问题、一个点位或某一天的例会", "a remark on a case, a site, or the meetings of a day" },
      { "告知收件人（不写：问题的跟进人、点位的片组组长；针对某天的，在早报、晚报里列出），并留在该件的全过程里。\n"
        "限专班组长、地区工委、本片组长。\n例：duban remark 请街道出面协调物业 --case DB-0001 --as lead\n    duban remark 明日全体上岗 --day 2020-02-11 --as lead",
        "Told to whom it is for (left out: the case's follow-up owner, the leader of the site's group; of a day, those who attend see\n"
        "it in brief and summary), and kept with the case. The lead, the committee and the zone's leader may.\n"
        "Example: duban remark \"ask the estate office\" --case DB-0001 --as lead\n"
        "         duban remark \"everybody on duty tomorrow\" --day 2020-02-11 --as lead" },
      { { "case", "NUMBER", "针对哪件问题", "about which case" },
        { "site", "CODE", "针对哪个点位", "about which site" },
        { "day", "DAY", "针对哪天的例会", "about the meetings of which day" },
        { "to", "ACCOUNT", "给谁", "whom it is for" }, OPTION_ID } },
    { "remarks", command_remarks, "", 0, 0,
      { "列出某天的批示", "list the remarks of a day" },
      { "例：duban remarks --day 2020-02-11", "Example: duban remarks --day 2020-02-11" },
      { { "day", "DAY", "哪一天；不写即今天", "which day; today when left out" } } },
    { "blind-spots", command_blind_spots, "", 0, 0,
      { "死角：从未巡查、超过间隔、不归任何人管的点位", "blind spots: sites never inspected, past their interval, or nobody's" },
      { "只列在营业的点位，写明原因。今天到期的还不算，见 duban sites --due。\n例：duban blind-spots --zone north",
        "Only sites that operate, each with why. What is due today is none yet: see duban sites --due.\n"
        "Example: duban blind-spots --zone north" },
      { { "zone", "ZONE", "只看这个片区", "only this zone" } } },
    { "holders", command_holders, "[ACCOUNT]", 0, 1, { "列出人员岗位", "list who holds which role" }, { "", "" }, { { 0 } } },
    { "entrances", command_entrances, "[CODE]", 0, 1,
      { "列出点位的出入口，和门岗逐岗逐班有没有人", "list entrances of sites, and posts of gates by shift: manned or not" },
      { "状态随巡查记录填报（entrances），以到访时间最近的为准；有问题的出入口，按政策的 entrances.item 立案，\n"
        "无人值守的岗位按 entrances.unmanned_item 立案。\n"
        "例：duban entrances gate-1 --problems",
        "States come with visit reports (entrances, posts); the visit that was latest counts. One with a problem opens a case of\n"
        "the item that the policy names (entrances.item), a post that nobody is at one of entrances.unmanned_item.\n"
        "Example: duban entrances gate-1 --problems" },
      { { "problems", NULL, "只看有问题的", "only those with a problem" } } },
    { "visits", command_visits, "[CODE]", 0, 1,
      { "列出巡查记录：谁、何时、几张照片、存疑几分及原因", "list visits: who, when, photos, what speaks against them" },
      { "照片重复、拍摄时间不符、行程不合理、手机时间超前的记录按政策包 evidence_doubts 计分；只提示核实，合格照常算。\n"
        "例：duban visits --doubtful      存疑的记录\n"
        "    duban visits cour-1          这个点位的全部记录",
        "A photo shown before or taken at another time, a way too far for its time and a clock that is ahead give points by\n"
        "evidence_doubts of the policy in force then. They are to be asked about; a pass stays a pass.\n"
        "Example: duban visits --doubtful      those in doubt\n"
        "         duban visits cour-1          all of this site" },
      { { "doubtful", NULL, "只看存疑的", "only those in doubt" },
        { "incomplete", NULL, "只看照片未传齐的", "only those whose photos have not all come" } } },
    { "units", command_units, "[UNIT]", 0, 1,
      { "列出专班、支部：重点人群、书记、成员、点位数、未销号问题数", "list task forces and branches: focus group, secretary, members, sites, open cases" },
      { "成员是登记了所属组织（holders 表的 units 列）的人；点位和问题是其社区（村）、片区或全辖区的，支部的只算其重点人群的。\n"
        "例：duban units branch-1",
        "Members are those who name the unit (column units of the table holders); its sites and cases are those of its\n"
        "area, zone or the whole township, of a branch only those of its focus group.\n"
        "Example: duban units branch-1" },
      { { 0 } } },
    { "people", command_people, "[ACCOUNT]", 0, 1,
      { "列出人员：原单位、值守时段、在岗状态、值班、在办任务、今日到访、连续上岗天数", "list members: home office, duty windows, availability, on call, open tasks, visits today, days in a row" },
      { "在办超过政策规定件数（overload_tasks）的，列出时注明。\n"
        "例：duban people --contact-of n-c1   某社区（村）的包片联系人是谁",
        "Who has more open tasks than the policy's number (overload_tasks) is marked.\n"
        "Example: duban people --contact-of n-c1   who is the contact of an area" },
      { { "contact-of", "CODE", "只看这个社区（村）的包片联系人", "only the contacts of that area" } } },
    { "availability", command_availability, "ACCOUNT STATE", 2, 2,
      { "登记在岗状态：在岗、远程办公、休假、隔离", "enter availability: on duty, remote only, on leave, isolating" },
      { "STATE 是 on_duty（在岗）、remote_only（远程办公）、on_leave（休假）、isolating（隔离）。不在岗或不能到现场的，\n"
        "手上的问题立即转给代理人或本片下一位巡查员；到截止时间自动返岗，并告知专班组长和片组组长。\n"
        "例：duban availability inspector-n1 isolating --until 2020-02-24T09:00 --as clerk",
        "STATE is on_duty, remote_only, on_leave or isolating. What somebody follows up who cannot be sent goes to his\n"
        "deputy or the next inspector of the zone at once; at its end he is back on duty by himself, and the lead and the\n"
        "group leader are told.\n"
        "Example: duban availability inspector-n1 isolating --until 2020-02-24T09:00 --as clerk" },
      { { "from", "TIME", "从什么时候起（本地时区）；不写即现在", "from when (deployment zone); now when left out" },
        { "until", "TIME", "到什么时候自动返岗；不写即到下次变动", "back on duty then; until the next change when left out" },
        { "reason", "TEXT", "理由（不写病情）", "the reason (never a diagnosis)" }, OPTION_ID } },
    { "on-call", command_on_call, "ACCOUNT", 1, 1,
      { "登记值班：夜间紧急通知也发给值班的人", "enter who is on call: urgent notices at night reach him too" },
      { "例：duban on-call inspector-s1 --from 2020-02-10T20:00 --until 2020-02-11T08:00 --as clerk",
        "Example: duban on-call inspector-s1 --from 2020-02-10T20:00 --until 2020-02-11T08:00 --as clerk" },
      { { "from", "TIME", "开始（必填，本地时区）", "when it begins (needed, deployment zone)" },
        { "until", "TIME", "截止（登记必填，最长 31 天）", "when it ends (needed unless removed; at most 31 days)" },
        { "remove", NULL, "取消从这一时间开始的值班", "take back the one that begins then" }, OPTION_ID } },
    { "spool", command_spool, "DIR", 1, 1,
      { "列出 notify 写在 DIR 里的消息", "list the messages that notify has written to DIR" },
      { "", "" },
      { { "to", "ACCOUNT", "发给某人的", "to one account" } } },
    { "clock", command_clock, "accept", 1, 1,
      { "确认系统时间正确，解除时钟保护", "accept the wall clock after a jump" },
      { "", "" }, { { 0 } } },
    { "rehearse", command_rehearse, "FILE", 1, 1,
      { "演练：按剧本在手动时钟上推演", "play a scenario on the manual clock" },
      { "FILE 每行一个 JSON，# 开头为注释：\n"
        "{\"at\":\"2020-02-03T09:10\",\"as\":\"inspector-n1\",\"label\":\"r1\",\"photos\":2,\n"
        "\"say\":{\"zh\":\"…\",\"en\":\"…\"},\"entry\":{…}}（写在一行内）；\n"
        "{\"at\":…,\"repeat\":\"r1\"} 原样再交一次；{\"until\":\"2020-02-20T00:00\"} 一直推演到那时；\n"
        "\"expect\":{\"refused\":\"字段\"}、{\"quarantined\":\"字段\"}、{\"duplicate\":true} 核对结果；\n"
        "\"@r1\" 代表 r1 的序号；\"photosMissing\":n 表示另有 n 张照片还没传到；\n"
        "{\"at\":…,\"as\":…,\"check\":{\"campaign\":\"HD-0001\",\"areas\":[\"n-c1\"]}} 核查这些区域抽中的住户，都与上报相符。",
        "FILE has one JSON object a line, # begins a comment:\n"
        "{\"at\":\"2020-02-03T09:10\",\"as\":\"inspector-n1\",\"label\":\"r1\",\"photos\":2,\n"
        "\"say\":{\"zh\":\"...\",\"en\":\"...\"},\"entry\":{...}} (in one line);\n"
        "{\"at\":...,\"repeat\":\"r1\"} submits the same again; {\"until\":\"2020-02-20T00:00\"} plays on until then;\n"
        "\"expect\":{\"refused\":\"field\"}, {\"quarantined\":\"field\"}, {\"duplicate\":true} checks the answer;\n"
        "\"@r1\" is the sequence of r1; \"photosMissing\":n declares n photos more that have not come;\n"
        "{\"at\":...,\"as\":...,\"check\":{\"campaign\":\"HD-0001\",\"areas\":[\"n-c1\"]}} enters the doors drawn there, all as reported." },
      { { "spool", "DIR", "notify 的消息目录，用来显示消息原文", "directory of notify's messages, to show their texts" },
        { "quiet", NULL, "只显示总结", "show the summary only" },
        { "from", "TIME", "从这时起才显示；之前的照样推演", "show from then on; what lies before is played all the same" },
        { "until", "TIME", "只推演到这时", "play until then only" } } },
    { "replay", command_replay, "", 0, 0,
      { "从头重放日志，核对规则引擎的状态和发出的通知", "replay the journal from nothing and compare with rules" },
      { "", "" },
      { { "verify", NULL, "逐项核对（必填）", "compare everything (needed)" },
        { "data", "DIR", "放临时数据的目录；默认 /tmp，用完删除",
          "where to put scratch data; /tmp by default, removed afterwards" },
        { "map", "SIZE", "临时数据的上限，至少同 duban-rules 的设置 map；默认 64G",
          "limit of the scratch data, at least the setting map of duban-rules; default 64G" } } },
    { "help", command_of_help, "[COMMAND]", 0, 1, { "说明", "this help" }, { "", "" }, { { 0 } } },
    { 0 },
};

static const struct command_option COMMON[] = {
    { "run", "DIR", "套接字所在目录（或环境变量 DUBAN_RUN；默认 /run/duban）",
      "directory of the sockets (or DUBAN_RUN; default /run/duban)" },
    { "as", "ACCOUNT", "以哪个账号的名义（默认 operator）", "on behalf of which account (default operator)" },
    { "json", NULL, "输出一个 JSON 文档", "print one JSON document" },
    { "lang", "zh|en|both", "语言（默认 both）", "language (default both)" },
    { "timeout", "SECONDS", "等待应答的秒数（默认 5）", "how long to wait for an answer (default 5)" },
    { "time-zone", "NAME", "时区（或 DUBAN_TIME_ZONE；默认 Asia/Shanghai）",
      "zone of the deployment (or DUBAN_TIME_ZONE; default Asia/Shanghai)" },
    { "help", NULL, "说明", "help" },
};

static void print_option(struct cli *cli, const struct command_option *option)
{
    char *name = text_of(&cli->arena, "--%s%s%s", option->name, option->value != NULL ? " " : "",
                         option->value != NULL ? option->value : "");

    fprintf(cli->show.out, "  %-20s  ", name);
    fprintf(cli->show.out, "%s\n", show_label(&cli->show, (struct words){ option->zh, option->en }));
}

static void print_lines(struct cli *cli, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        fprintf(cli->show.out, "  %.*s\n", (int) size, text);
        text += size + (text[size] == '\n' ? 1 : 0);
    }
}

static void print_command(struct cli *cli, const struct command *command)
{
    fprintf(cli->show.out, "duban %s %s\n", command->name, command->arguments);
    show_words(&cli->show, 2, COLOUR_NONE, command->help);
    if (cli->show.language != LANGUAGE_EN)
        print_lines(cli, command->more.zh);
    if (cli->show.language != LANGUAGE_ZH)
        print_lines(cli, command->more.en);
    for (int i = 0; i < COMMAND_MAX_OPTIONS && command->options[i].name != NULL; i++)
        print_option(cli, &command->options[i]);
}

static void print_commands(struct cli *cli)
{
    show_line(&cli->show, "duban 督办：从一次巡查到有人到场复查过的整改",
              "duban: from a field report to a fix that somebody has gone back and seen");
    fputs("\nduban [OPTIONS] COMMAND [ARGUMENTS]\n\n", cli->show.out);
    for (const struct command *command = COMMANDS; command->name != NULL; command++)
        fprintf(cli->show.out, "  %-15s %s\n", command->name, show_label(&cli->show, command->help));
    fputc('\n', cli->show.out);
    for (size_t i = 0; i < sizeof COMMON / sizeof COMMON[0]; i++)
        print_option(cli, &COMMON[i]);
    fputc('\n', cli->show.out);
    show_line(&cli->show, "退出码：0 正常；1 被拒绝或失败；2 用法不对；3 没有应答",
              "exit codes: 0 fine; 1 refused or failed; 2 wrong use; 3 nobody answered");
}

void help_print(struct cli *cli, const struct command *command)
{
    if (command != NULL)
        print_command(cli, command);
    else
        print_commands(cli);
}

static enum exit_code command_of_help(struct cli *cli)
{
    const struct command *command = COMMANDS;

    if (cli->argument_count == 0) {
        help_print(cli, NULL);
        return EXIT_FINE;
    }
    while (command->name != NULL && strcmp(command->name, cli->arguments[0]) != 0)
        command++;
    if (command->name == NULL)
        return cli_wrong_use(cli, "没有“%s”这个命令", "there is no command \"%s\"", cli->arguments[0]);
    help_print(cli, command);
    return EXIT_FINE;
}
