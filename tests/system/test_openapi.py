"""What the API says of itself (OpenAPI 3.1) against what it does: prism stands between these tests and the gateway and answers
500, with a list, whatever the document does not know.

A `Proxy` that lets requests through unchecked shows how wrong ones are answered; one that checks them shows that right ones
are described as such.
"""
import json
import pathlib
import random
import re
import socket
import subprocess

import acts
import entry_pb2 as entry
import pytest
import query_pb2 as query
import test_gateway
from acts import report
from door import Door, submission
from township import Township

BEGINNING = test_gateway.BEGINNING


def free_port():
    """Below those that the system gives to whoever asks for any."""
    while True:
        port = random.randint(10240, 32000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class Proxy:
    """prism before whatever gateway listens at self.behind."""

    def __init__(self, node_tools, document, behind, log, checks_requests):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(["node", node_tools / "node_modules/.bin/prism", "proxy", document, f"http://127.0.0.1:{behind}",
                                             "--port", "0", "--errors", "--validate-request", str(checks_requests).lower()],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=out)
        for line in iter(self.process.stdout.readline, b""):
            found = re.search(rb"listening on http://127.0.0.1:(\d+)", line)
            if found:
                self.address = ("127.0.0.1", int(found[1]))
                return
        raise AssertionError(f"prism ended:\n{log.read_text()}")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class CheckedDoor(Door):
    """Asks through prism."""

    def __init__(self, town, proxy, behind, **settings):
        super().__init__(town, listen=f"127.0.0.1:{behind}", **settings)
        self.address = proxy.address

    def look_up(self, method, path, answer, content):
        """Prism does, and answers by itself what it finds wrong."""


@pytest.fixture(scope="module")
def document(build, scratch):
    """(port that the gateways of this module listen at, path of what one of them says)"""
    port = free_port()
    town = Township(scratch / "openapi", build)
    try:
        status, headers, said = Door(town, listen=f"127.0.0.1:{port}").get("/v1/openapi.json")
        town.stop("gateway")
    finally:
        town.close()
    assert (status, headers["Content-Type"]) == (200, "application/json")
    path = pathlib.Path(scratch) / "openapi/openapi.json"
    path.write_text(json.dumps(said, ensure_ascii=False))
    return port, path


@pytest.fixture(scope="module")
def proxies(document, node_tools):
    port, path = document
    said = json.loads(path.read_text())
    for item in said["paths"].values():
        for operation in item.values():
            operation["security"] = []   # prism would refuse by itself who has not signed in
    open_path = path.parent / "open.json"
    open_path.write_text(json.dumps(said, ensure_ascii=False))
    both = {checks: Proxy(node_tools, path if checks else open_path, port, path.parent / f"prism-{checks}.txt", checks)
            for checks in (False, True)}
    yield both
    for proxy in both.values():
        proxy.close()


@pytest.fixture
def checked_door(make_town, template, document, proxies):
    """checked_door(checks_requests, **settings)"""
    doors = []

    def make(checks_requests=False, **settings):
        town = make_town(template, rehearsal=BEGINNING)
        town.start()
        doors.append(CheckedDoor(town, proxies[checks_requests], document[0], **settings))
        return doors[-1]

    yield make
    for door in doors:
        if door.town.is_running("gateway"):
            door.town.stop("gateway")


def paths_of(document):
    return json.loads(document[1].read_text())["paths"]


# ---------------------------------------------------------------- the document

def test_the_document_has_nothing_that_a_linter_would_mend(document, node_tools):
    """But for the licence, which is not the API's to say, and forms of pages whose only good answer is another page (303)."""
    done = subprocess.run(["node", node_tools / "node_modules/.bin/redocly", "lint", document[1], "--format", "json", "--skip-rule", "info-license",
                           "--skip-rule", "operation-2xx-response"],
                          capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "REDOCLY_TELEMETRY": "off", "HOME": str(document[1].parent)})
    assert done.returncode == 0, done
    assert json.loads(done.stdout[done.stdout.index("{"):])["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, done.stdout


def test_each_operation_says_what_it_is_for_in_both_languages(document):
    for path, item in paths_of(document).items():
        for operation in item.values():
            chinese, english = operation["summary"].split(" / ")
            assert re.search(r"[一-鿿]", chinese) and english.isascii(), (path, operation["summary"])


def test_who_has_signed_in_with_a_browser_is_described(document):
    """The session shows a cookie, and with what it posts a token against forgery; a page sends whoever has shown nothing to /login."""
    paths, schemes = paths_of(document), json.loads(document[1].read_text())["components"]["securitySchemes"]
    assert (schemes["session"]["in"], schemes["csrf"]["in"], schemes["csrf"]["name"]) == ("cookie", "header", "X-CSRF-Token")
    assert {"session": []} in paths["/v1/cases"]["get"]["security"] and {"session": []} in paths["/"]["get"]["security"]
    assert {"session": [], "csrf": []} in paths["/v1/entries"]["post"]["security"]
    assert {"session": []} not in paths["/v1/entries"]["post"]["security"]
    assert {"303", "401", "429"} <= set(paths["/"]["get"]["responses"]) and "303" not in paths["/v1/cases"]["get"]["responses"]
    assert {"303", "401", "403", "429"} <= set(paths["/t/{task}"]["post"]["responses"])


def each_schema_field(schemas, type_name):
    """Of a message: (JSON name, descriptor); its schema has the same, and no other."""
    descriptor = query.DESCRIPTOR.pool.FindMessageTypeByName("duban." + type_name)
    properties = schemas[type_name]["properties"]
    assert set(properties) == {field.json_name for field in descriptor.fields}, type_name
    return [(field, properties[field.json_name]) for field in descriptor.fields]


def test_each_message_is_described_as_google_has_it(document):
    """The names of Google's own descriptors, and its types."""
    schemas = json.loads(document[1].read_text())["components"]["schemas"]
    kinds = {"INT32": "integer", "SINT32": "integer", "UINT32": "integer", "BOOL": "boolean", "STRING": "string", "BYTES": "string",
             "INT64": "string", "SINT64": "string", "UINT64": "string", "FIXED64": "string"}
    types = type(query.Query.DESCRIPTOR.fields[0])
    numbers = {getattr(types, "TYPE_" + name): kind for name, kind in kinds.items()}
    assert len(schemas) > 150
    for name, schema in schemas.items():
        if "enum" in schema:
            named = query.DESCRIPTOR.pool.FindEnumTypeByName("duban." + name)
            assert set(schema["enum"]) == {value.name for value in named.values}
            continue
        for field, said in each_schema_field(schemas, name):
            one = said["items"] if field.label == field.LABEL_REPEATED else said
            assert (said.get("type") == "array") == (field.label == field.LABEL_REPEATED), (name, field.name)
            if field.message_type or field.enum_type:
                assert one["$ref"].rsplit("/", 1)[1] == (field.message_type or field.enum_type).name
            else:
                assert one["type"] == numbers[field.type], (name, field.name)


def test_prism_sees_what_the_document_does_not_say(make_town, template, document, node_tools, tmp_path):
    """Else all that follows could not fail."""
    said = json.loads(document[1].read_text())
    del said["components"]["schemas"]["Site"]["properties"]["area"]
    (tmp_path / "wrong.json").write_text(json.dumps(said))
    proxy = Proxy(node_tools, tmp_path / "wrong.json", document[0], tmp_path / "prism.txt", False)
    town = make_town(template, rehearsal=BEGINNING)
    try:
        door = CheckedDoor(town.start(), proxy, document[0])
        who = door.token("lead")
        status, _, violations = door.get("/v1/sites", who)
        assert status == 500 and "must NOT have additional properties" in json.dumps(violations), violations
        assert door.get("/v1/areas", who)[0] == 200
        town.stop("gateway")
    finally:
        proxy.close()


# ---------------------------------------------------------------- the tests of the gateway, seen by prism

ANSWERS = ["a_report_is_taken_once_and_its_progress_can_be_asked_for", "another_content_under_a_known_id_is_a_conflict",
           "what_rules_objects_to_is_told_with_its_field", "several_at_a_time_are_taken_or_refused_each_by_itself",
           "without_credentials_nothing_is_said", "a_password_counts_until_it_is_changed", "a_token_ends_when_it_says",
           "each_post_sees_what_is_its_own", "a_site_sees_its_notices_alone",
           "who_complained_is_known_to_the_clerk_and_not_to_the_group", "an_argument_that_is_none_is_named",
           "the_past_is_told_by_what_is_kept_as_facts", "what_has_not_changed_is_not_sent_again", "the_description_of_the_api_is_not_sent_again_either", "metrics_of_all_daemons"]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answers_are_those_of_the_document(checked_door, name):
    getattr(test_gateway, "test_" + name)(checked_door())


BAD = [mark.args for mark in test_gateway.test_bad_content_is_refused_in_both_languages.pytestmark if mark.name == "parametrize"]


def is_sent_on(body):
    """Prism refuses by itself what is no JSON, and writes anew what is."""
    try:
        return json.dumps(json.loads(body), separators=(",", ":")).encode() == body
    except ValueError:
        return False


def test_refusals_of_bad_content_are_those_of_the_document(checked_door):
    door = checked_door()
    for parameters in BAD[0][1]:
        body, status, field = getattr(parameters, "values", parameters)
        if is_sent_on(body):
            test_gateway.test_bad_content_is_refused_in_both_languages(door, body, status, field)


def test_later_is_an_answer_of_the_document(checked_door):
    door = checked_door(answer_within="1s")
    town, who = door.town, door.token("insp-n")
    assert door.get("/readyz")[0] == 200
    sent = submission(test_gateway.entry_of(town))
    town.stop("ingest")
    assert door.get("/readyz")[0] == 503
    status, headers, problem = door.post("/v1/entries", sent, who)
    assert (status, problem["type"]) == (503, "urn:duban:problem:unknown-outcome") and headers["Retry-After"]
    town.stop("rules")
    status, headers, problem = door.get("/v1/sites", who)
    assert (status, problem["type"]) == (503, "urn:duban:problem:later") and headers["Retry-After"]
    town.start("ingest", "rules")


def test_too_large_and_too_many_guesses_are_answers_of_the_document(checked_door):
    door = checked_door(body_bytes="64K")
    assert door.post("/v1/entries", {"x": "y" * 70000}, door.token("insp-n"))[0] == 413
    answers = []
    while 429 not in answers:
        answers.append(door.get("/v1/cases", test_gateway.basic("lead", f"guess {len(answers)}"))[0])
    assert set(answers) <= {401, 429, 503} and answers[0] == 401, answers   # 503: a slow machine checks no more for now


# ---------------------------------------------------------------- every reading

@pytest.fixture
def lively(checked_door):
    """A township with something of most kinds in it, behind a proxy that checks requests too."""
    door = checked_door(checks_requests=True)
    town = door.town
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    town.enter(acts.complaint("SHOP-1", complainant="某居民 13800000000"), by="clerk")
    town.enter(report("nowhere", "insp-n", town.now, passes=["DS-06"]), by="insp-n")
    town.until("2020-01-20 09:00")
    return door


def readings(document):
    return [path for path, item in paths_of(document).items()
            if item.get("get", {}).get("operationId") == path.rsplit("/", 1)[1]]


def test_every_reading_is_as_the_document_says(lively, document):
    who = {account: lively.token(account) for account in ("lead", "insp-n")}
    all_paths = readings(document)
    assert len(all_paths) >= 23
    for path in all_paths:
        name = path.rsplit("/", 1)[1]
        wanted = {"calendar": "?account=insp-n", "whyNot": "?account=insp-n", "meeting": "?kind=MEETING_KIND_MORNING"}.get(name, "?limit=3")
        status, headers, answer = lively.get(path + wanted, who["lead"])
        assert status == 200, (path, answer)
        assert int(answer["asOfMs"]) > 0 and int(answer["appliedSequence"]) > 0 and headers["X-Request-Id"], answer
        assert lively.get(path, who["insp-n"])[0] in (200, 403), path


def test_every_argument_of_a_reading_is_one_of_the_document(lively, document):
    """And what no question has is none of it: prism would let it through, the gateway refuses it."""
    who = lively.token("lead")
    for path in readings(document):
        named = {parameter["name"] for parameter in paths_of(document)[path]["get"]["parameters"] if parameter["in"] == "query"}
        field = query.Query.DESCRIPTOR.fields_by_camelcase_name[path.rsplit("/", 1)[1]]
        assert {one.json_name for one in field.message_type.fields if one.message_type is None} | {"limit", "after", "minSequence", "waitMs"} <= named
        status, _, answer = lively.get(path + "?asOfS=1", who)
        assert ("asOfS" in named) == (answer.get("field") not in ("asOfS", "figures.asOfS")), (path, answer)
        status, _, problem = lively.get(path + "?noSuchArgument=1", who)
        assert (status, problem["field"]) == (400, "noSuchArgument")


def filled(message, depth=0):
    """With something in each of its fields; of a oneof, in the last."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type:
            if depth < 6:
                part = getattr(message, field.name)
                filled(part.add() if field.label == field.LABEL_REPEATED else part, depth + 1)
                if field.label != field.LABEL_REPEATED:
                    part.SetInParent()
            continue
        value = {field.CPPTYPE_STRING: b"\x01" * 16 if field.type == field.TYPE_BYTES else "x", field.CPPTYPE_BOOL: True,
                 field.CPPTYPE_ENUM: field.enum_type.values[-1].number if field.enum_type else 0}.get(field.cpp_type, 1)
        if field.label == field.LABEL_REPEATED:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    return message


def test_an_entry_of_every_kind_is_one_of_the_document(lively):
    """Google writes it, prism lets it through: it is ingest or rules that says what is wrong with it, or takes it."""
    who = lively.token("lead")
    for kind in entry.Entry.DESCRIPTOR.oneofs_by_name["body"].fields:
        one = entry.Entry()
        filled(getattr(one, kind.name)).SetInParent()
        status, _, answer = lively.post("/v1/entries", submission(one), who)
        assert status == 201 or answer["type"].startswith("urn:duban:"), (kind.name, answer)
    status, _, answer = lively.post("/v1/entries", {"submissions": [submission(one)] * 2}, who)
    assert status == 200 and len(answer["submitted"]) == 2
    status, _, answer = lively.post("/v1/entries", {"submissions": [{"entry": {"report": {"sight": "x"}}}]}, who)
    assert not answer["type"].startswith("urn:duban:"), "prism looks at requests"
