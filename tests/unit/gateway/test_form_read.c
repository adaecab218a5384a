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
      "\"site\":\"COUR-1\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"answers\":["
      "{\"item\":\"MS-01\",\"result\":\"RESULT_PASS\",\"numberMilli\":\"7500\"},"
      "{\"item\":\"DS-06\",\"result\":\"RESULT_FAIL\",\"note\":\"没有\\n记录\",\"fixedNow\":true}],"
      "\"evidence\":[{\"name\":\"a.jpg\",\"item\":\"MS-01\"},{\"name\":\"b.jpg\"}],"
      "\"position\":{\"latitudeE7\":395000000,\"longitudeE7\":-1162500000,\"accuracyCm\":450},\"text\":\"雪\"}}" },
    { FORM("inspection-GATE", "<stop>GATE-1</stop><site/><outcome>attempted</outcome><i_GT-01><result>pass</result></i_GT-01>"
                              "<volunteers>3</volunteers>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"GATE-1\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_ATTEMPTED\"}}" },
    { FORM("inspection-GATE", "<site>GATE-1</site><outcome>completed</outcome>"
                              "<entrance><name>东门</name><state>problem</state><note>没关</note></entrance><entrance><name/></entrance>"
                              "<gate_post><post>东门岗</post><shift>夜班</shift><manned>unmanned</manned></gate_post><volunteers>0</volunteers>"),
      "{\"report\":{\"reporter\":\"n1\",\"deviceTimeMs\":\"1581298200250\",\"deviceOffsetMinutes\":480,\"startedAtMs\":\"1581296400500\","
      "\"site\":\"GATE-1\",\"purpose\":\"PURPOSE_INSPECTION\",\"outcome\":\"VISIT_OUTCOME_COMPLETED\",\"entrances\":["
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
    { "<data id='urgent-COUR'/>", "id" },
    { FORM("inspection-COUR", "<outcome>maybe</outcome>"), "outcome" },
    { FORM("inspection-COUR", "<i_A><result>good</result></i_A>"), "i_A" },
    { FORM("inspection-COUR", "<i_A><result>pass</result><number>1,5</number></i_A>"), "i_A" },
    { FORM("inspection-COUR", "<i_A><result>pass</result><number>99999999999999999999</number></i_A>"), "i_A" },
    { FORM("inspection-COUR", "<position>91 0</position>"), "position" },
    { FORM("inspection-COUR", "<position>39.9</position>"), "position" },
    { FORM("inspection-COUR", "<volunteers>-1</volunteers>"), "volunteers" },
    { "<data id='inspection-COUR'><end>2020-02-30T00:00:00Z</end></data>", "end" },
    { "<data id='inspection-COUR'><end>2020-02-10T00:00:00</end></data>", "end" },
    { "<data id='inspection-COUR'><start>2020-02-10</start></data>", "start" },
    { FORM("household", ""), "what" },
    { FORM("household", "<what>act</what><kind>sold</kind>"), "kind" },
    { FORM("difficulty", "<quantity>some</quantity>"), "quantity" },
};

static void what_cannot_be_read_names_its_field(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_becomes_the_entry_that_it_says),
        cmocka_unit_test(what_cannot_be_read_names_its_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
