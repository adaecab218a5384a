/* Filled-in forms: what each becomes, and what is refused. */
#include "forms.h"
#include "json.h"
#include "test.h"

#define META "<meta><instanceID>uuid:1</instanceID></meta>"
#define TIMES "<start>2020-02-10T09:00:00.5+08:00</start><end>2020-02-10T09:30:00.250+08:00</end>"
#define FORM(id, body) "<data id=\"" id "\" version=\"7\">" TIMES body META "</data>"

static const struct {
    const char *form, *entry;
} READ[] = {
    { FORM("inspection-COUR", "<site>COUR-1</site><outcome>completed</outcome><position>39.5 -116.25 12 4.5</position>"
                              "<i_MS-01><result>pass</result><number>7.5</number><photo_1>a.jpg</photo_1></i_MS-01>"
                              "<i_DS-06><result>fail</result><note> 没有\n记录 </note><fixed_now>yes</fixed_now></i_DS-06>"
                              "<i_EP-01><result/></i_EP-01><text>雪</text><photo_1>b.jpg</photo_1><photo_2/>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"COUR-1\",\"siteKind\":\"COUR\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":["
      "{\"item\":\"MS-01\",\"result\":\"RESULT_PASS\",\"numberMilli\":\"7500\"},"
      "{\"item\":\"DS-06\",\"result\":\"RESULT_FAIL\",\"note\":\"没有\\n记录\",\"fixedNow\":true}],"
      "\"evidence\":[{\"name\":\"a.jpg\",\"item\":\"MS-01\"},{\"name\":\"b.jpg\"}],"
      "\"position\":{\"latitudeE7\":395000000,\"longitudeE7\":-1162500000,\"accuracyCm\":450},\"text\":\"雪\"}}" },
    { FORM("inspection-GATE", "<stop>GATE-1</stop><site/><outcome>attempted</outcome><i_GT-01><result>pass</result></i_GT-01>"
                              "<volunteers>3</volunteers>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"GATE-1\",\"siteKind\":\"GATE\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_ATTEMPTED\"}}" },
    { FORM("inspection-GATE", "<site>GATE-1</site><outcome>completed</outcome>"
                              "<entrance><name>东门</name><state>problem</state><note>没关</note></entrance><entrance><name/></entrance>"
                              "<gate_post><post>东门岗</post><shift>夜班</shift><manned>unmanned</manned></gate_post><volunteers>0</volunteers>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"GATE-1\",\"siteKind\":\"GATE\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"entrances\":["
      "{\"name\":\"东门\",\"state\":\"ENTRANCE_STATE_PROBLEM\",\"note\":\"没关\"}],\"posts\":[{\"post\":\"东门岗\",\"shift\":\"夜班\","
      "\"manned\":\"MANNING_UNMANNED\"}],\"volunteers\":0}}" },
    { FORM("revisit", "<case>DB-0012</case><site>COUR-1</site><item>MS-01</item><photos>1</photos><measured>yes</measured>"
                      "<outcome>completed</outcome><result>pass</result><number>-0.0019</number><photo_1>c.jpg</photo_1>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"COUR-1\",\"purpose\":\"PURPOSE_REVISIT\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":[{\"item\":\"MS-01\","
      "\"result\":\"RESULT_PASS\",\"numberMilli\":\"-1\"}],\"evidence\":[{\"name\":\"c.jpg\",\"item\":\"MS-01\"}]}}" },
    { FORM("observation", "<complaint>TS-0001</complaint><site>GATE-1</site><item>GT-01</item><from>2020-02-10T01:00:00Z</from>"
                          "<until>2020-02-10T09:25:00+08:00</until><result>fail</result><note>无人</note>"
                          "<answer><item>GT-02</item><result>pass</result><photo_1>d.jpg</photo_1></answer>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581297900000\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400000\","
      "\"site\":\"GATE-1\",\"purpose\":\"PURPOSE_OBSERVATION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":[{\"item\":\"GT-01\","
      "\"result\":\"RESULT_FAIL\",\"note\":\"无人\"},{\"item\":\"GT-02\",\"result\":\"RESULT_PASS\"}],"
      "\"evidence\":[{\"name\":\"d.jpg\",\"item\":\"GT-02\"}]}}" },
    { FORM("guidance", "<site>GATE-1</site><guidance>怎样登记</guidance><text>还要再来</text>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"GATE-1\",\"purpose\":\"PURPOSE_GUIDANCE\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"text\":\"怎样登记\\n还要再来\"}}" },
    { FORM("check-in", "<site>COUR-1</site><outcome>completed</outcome><first><item>DS-01</item><result>pass</result></first>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"COUR-1\",\"purpose\":\"PURPOSE_CHECK_IN\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":[{\"item\":\"DS-01\","
      "\"result\":\"RESULT_PASS\"}]}}" },
    { FORM("urgent", "<position>1 2</position><place>东门外</place>"),
      "{\"urgentReport\":{\"place\":\"东门外\",\"position\":{\"latitudeE7\":10000000,\"longitudeE7\":20000000}}}" },
    { FORM("urgent", "<item>UR-01</item><site>GATE-1</site><text>发热</text>"),
      "{\"urgentReport\":{\"item\":\"UR-01\",\"site\":\"GATE-1\",\"text\":\"发热\"}}" },
    { FORM("household", "<what>act</what><household>h-7</household><kind>notice</kind><manner>at_door</manner>"),
      "{\"householdAct\":{\"household\":\"h-7\",\"kind\":\"HOUSEHOLD_ACT_KIND_NOTICE\",\"manner\":\"HOUSEHOLD_MANNER_AT_DOOR\","
      "\"atMs\":\"1581298200250\"}}" },
    { FORM("household", "<what>check</what><household>h-7</household><finding>vacant</finding><text>锁着</text>"),
      "{\"householdCheck\":{\"household\":\"h-7\",\"finding\":\"HOUSEHOLD_FINDING_VACANT\",\"atMs\":\"1581298200250\",\"text\":\"锁着\"}}" },
    { FORM("isolation", "<isolation>GL-0001</isolation><abnormal>no</abnormal><went_out>yes</went_out><at_door/>"),
      "{\"isolationContact\":{\"isolation\":{\"number\":\"GL-0001\"},\"atMs\":\"1581298200250\",\"wentOut\":true}}" },
    { FORM("difficulty", "<site>GATE-1</site><matter>GT-01</matter><supply>围挡</supply><quantity>3</quantity><measure>个</measure>"
                         "<needed_by>2020-02-12T00:00:00+08:00</needed_by>"),
      "{\"difficulty\":{\"site\":\"GATE-1\",\"matter\":\"GT-01\",\"supply\":\"围挡\",\"quantity\":3,\"measure\":\"个\","
      "\"neededByMs\":\"1581436800000\"}}" },
    { FORM("complaint", "<source>12345</source><where>area</where><area>c1</area><matter>GT-01</matter><complaint>没有人</complaint>"
                        "<danger>yes</danger><complainant>热心居民</complainant>"),
      "{\"complaint\":{\"source\":\"12345\",\"area\":\"c1\",\"matter\":\"GT-01\",\"text\":\"没有人\",\"danger\":true,"
      "\"complainant\":{\"clear\":\"热心居民\"}}}" },
    { "<x:data xmlns:x=\"urn:x\" id=\"urgent\"><x:place>桥&#x5934;</x:place><orx:meta xmlns:orx=\"http://openrosa.org/xforms\">"
      "<orx:instanceID>uuid:1</orx:instanceID></orx:meta></x:data>",
      "{\"urgentReport\":{\"place\":\"桥头\"}}" },
};

static bool read_it(struct arena *arena, const char *form, Duban__Entry *entry, struct fault *fault)
{
    struct instance instance;

    return instance_read(arena, bytes_of_text(form), &instance, fault) && forms_read(arena, &instance, "n1", entry, fault);
}

static void each_form_becomes_the_entry_that_it_says(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof READ / sizeof READ[0]; i++) {
        struct arena arena = { 0 };
        struct fault fault = { .field = "" };
        Duban__Entry entry;
        json_t *made, *expected = json_loads(READ[i].entry, 0, NULL);

        arena_open(&arena, 8 << 20);
        assert_non_null(expected);
        if (!read_it(&arena, READ[i].form, &entry, &fault))
            fail_msg("%s: %s", fault.field, fault.en);
        made = json_of_message(&entry.base);
        if (!json_equal(made, expected))
            fail_msg("%s", json_dumps(made, JSON_COMPACT));
        json_decref(made);
        json_decref(expected);
        arena_close(&arena);
    }
}

static const struct {
    const char *form, *field;
} REFUSED[] = {
    { "", "xml_submission_file" },
    { "<data", "xml_submission_file" },
    { "<data id='urgent'/><more/>", "xml_submission_file" },
    { "<!DOCTYPE x [<!ENTITY a 'aa'>]><data id='urgent'><place>&a;</place></data>", "xml_submission_file" },
    { "<data id='urgent'><a><b><c><d><e><f><g><h/></g></f></e></d></c></b></a></data>", "xml_submission_file" },
    { "<data id='urgent'><place>\xff</place></data>", "xml_submission_file" },
    { "<data id='urgent'><place>&nothing;</place></data>", "xml_submission_file" },
    { "<data/>", "id" },
    { "<data id='inspection'/>", "id" },
    { "<data id='inspection-'/>", "id" },
    { "<data id='urgent-COUR'/>", "id" },
    { FORM("inspection-COUR", "<outcome>maybe</outcome>"), "outcome" },
    { FORM("inspection-COUR", "<i_A><result>good</result></i_A>"), "i_A/result" },
    { FORM("inspection-COUR", "<i_A><result>pass</result><number>1,5</number></i_A>"), "i_A/number" },
    { FORM("inspection-COUR", "<i_A><result>pass</result><number>99999999999999999999</number></i_A>"), "i_A/number" },
    { FORM("inspection-COUR", "<position>91 0</position>"), "position" },
    { FORM("inspection-COUR", "<position>39.9</position>"), "position" },
    { FORM("inspection-COUR", "<volunteers>-1</volunteers>"), "volunteers" },
    { "<data id='inspection-COUR'><end>2020-02-30T00:00:00Z</end></data>", "end" },
    { "<data id='inspection-COUR'><end>2020-02-10T00:00:00</end></data>", "end" },
    { "<data id='inspection-COUR'><start>2020-02-10</start></data>", "start" },
    { FORM("inspection-COUR", "<entrance><name>东门</name><state>ajar</state></entrance>"), "entrance/state" },
    { FORM("inspection-COUR", "<gate_post><post>东门岗</post><manned>half</manned></gate_post>"), "gate_post/manned" },
    { FORM("revisit", "<item>MS-01</item><result>good</result>"), "result" },
    { FORM("household", ""), "what" },
    { FORM("household", "<what>act</what><kind>sold</kind>"), "kind" },
    { FORM("difficulty", "<quantity>some</quantity>"), "quantity" },
};

static void what_cannot_be_read_names_its_question(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct arena arena = { 0 };
        struct fault fault = { .field = "" };
        Duban__Entry entry;

        arena_open(&arena, 8 << 20);
        if (read_it(&arena, REFUSED[i].form, &entry, &fault) || strcmp(fault.field, REFUSED[i].field) != 0 || fault.zh[0] == '\0')
            fail_msg("%s: %s %s", REFUSED[i].form, fault.field, fault.en);
        arena_close(&arena);
    }
}

static const struct {
    const char *form, *field, *path, *zh, *en;
} QUESTIONS[] = {
    { FORM("inspection-COUR", "<site/>"), "report.site", "site", "点位", "site" },
    { FORM("inspection-COUR", "<i_EP-01><result/></i_EP-01><i_MS-01><result>pass</result></i_MS-01><i_DS-06><result>fail</result>"
                              "</i_DS-06>"), "report.answers[1].note", "i_DS-06/note", "DS-06 消杀记录 · 看到什么", "DS-06 disinfection log · what was seen" },
    { FORM("inspection-COUR", "<i_MS-01><result>pass</result><number>3</number></i_MS-01>"), "report.answers[0].numberMilli", "i_MS-01/number",
      "MS-01 物资 · 数值", "MS-01 物资 · number" },
    { FORM("inspection-COUR", "<i_DS-06><result>fail</result></i_DS-06>"), "report.answers[0].item", "i_DS-06", "DS-06 消杀记录",
      "DS-06 disinfection log" },
    { FORM("inspection-COUR", "<i_ZZ-01><result>fail</result></i_ZZ-01>"), "report.answers[0].note", "i_ZZ-01/note", "检查项 ZZ-01",
      "check item ZZ-01" },
    { FORM("inspection-COUR", "<i_DS-06><result>fail</result><photo_1>a.jpg</photo_1></i_DS-06><photo_1>b.jpg</photo_1><photo_2>b.jpg</photo_2>"),
      "report.evidence[2].name", "photo_2", "再一张（可不拍）", "one more (optional)" },
    { FORM("inspection-COUR", "<i_DS-06><result>fail</result><photo_1>a.jpg</photo_1></i_DS-06>"), "report.evidence[0].name", "i_DS-06/photo_1",
      "DS-06 消杀记录 · 照片（可不拍）", "DS-06 disinfection log · photo (optional)" },
    { FORM("check-in", "<outcome>completed</outcome><first><item>DS-01</item><result>pass</result></first>"
                       "<answer><item>DS-01</item><result>pass</result></answer>"), "report.answers[1].item", "answer/item",
      "还查了一项 · 检查项", "one more item · check item" },
    { FORM("revisit", "<site>COUR-1</site><item>DS-06</item><result>fail</result><note>脏</note>"), "report.answers[0].note", "note",
      "还有什么没改好", "what is still wrong" },
    { FORM("observation", "<site>GATE-1</site><until>2020-02-10T09:25:00+08:00</until>"), "report.deviceTimeMs", "until", "看到几点",
      "watched until" },
    { FORM("inspection-COUR", ""), "report.deviceTimeMs", "until", "", "" },
    { FORM("guidance", "<guidance>长</guidance>"), "report.text", "guidance", "示范、指导了什么", "what was shown and explained" },
    { FORM("complaint", "<where>area</where><complaint/>"), "complaint.text", "complaint", "反映的内容", "what is said to be wrong" },
    { FORM("difficulty", "<quantity>0</quantity>"), "difficulty.quantity", "quantity", "缺多少", "how many" },
    { FORM("isolation", "<isolation/>"), "isolationContact.isolation.number", "isolation", "联系了谁", "who was spoken with" },
    { FORM("inspection-COUR", "<outcome>completed</outcome>"), "report.answers[7].note", "", "", "" },
    { FORM("urgent", "<text>发热</text>"), "account", "", "", "" },
};

static void a_field_of_an_entry_is_a_question_of_its_form(void **state)
{
    Duban__Text texts[] = { DUBAN__TEXT__INIT, DUBAN__TEXT__INIT };
    Duban__ItemRow rows[] = { DUBAN__ITEM_ROW__INIT, DUBAN__ITEM_ROW__INIT }, *items[] = { &rows[0], &rows[1] };

    (void) state;
    texts[0].zh = "消杀记录";
    texts[0].en = "disinfection log";
    texts[1].zh = "物资";
    rows[0].code = "DS-06";
    rows[0].text = &texts[0];
    rows[1].code = "MS-01";
    rows[1].text = &texts[1];
    rows[1].minimum_presence_case = DUBAN__ITEM_ROW__MINIMUM_PRESENCE_MINIMUM_MILLI;
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof QUESTIONS[0]; i++) {
        struct arena arena = { 0 };
        struct fault fault = { .field = "" };
        struct instance instance;
        struct form_label label;
        char path[FORM_PATH_BYTES];
        Duban__Entry entry;

        arena_open(&arena, 8 << 20);
        assert_true(instance_read(&arena, bytes_of_text(QUESTIONS[i].form), &instance, &fault));
        if (!forms_read(&arena, &instance, "n1", &entry, &fault))
            fail_msg("%s: %s", fault.field, fault.en);
        forms_path(&instance, &entry, QUESTIONS[i].field, path);
        assert_string_equal(path, QUESTIONS[i].path);
        forms_label(&arena, instance.form, path, items, 2, &label);
        assert_string_equal(label.zh, QUESTIONS[i].zh);
        assert_string_equal(label.en, QUESTIONS[i].en);
        arena_close(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_becomes_the_entry_that_it_says),
        cmocka_unit_test(what_cannot_be_read_names_its_question),
        cmocka_unit_test(a_field_of_an_entry_is_a_question_of_its_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
