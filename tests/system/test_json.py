"""common/json.c against Google's json_format: the same messages, the same JSON, both ways."""
import json
import os
import pathlib
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build/proto/py"))

# pylint: disable=wrong-import-position
from google.protobuf import json_format  # noqa: E402
from google.protobuf.descriptor import FieldDescriptor as Field  # noqa: E402
import entry_pb2  # noqa: E402
import outbox_pb2  # noqa: E402
import query_pb2  # noqa: E402
import state_pb2  # noqa: E402

BUILD = pathlib.Path(os.environ.get("DUBAN_BUILD", ROOT / "build/asan"))
TYPES = [entry_pb2.Entry, outbox_pb2.OutboxRecord, query_pb2.Query, query_pb2.Reply, state_pb2.Case]

EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True, database=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


class Tool:
    """tool_json, asked line by line."""

    def __init__(self):
        self.process = subprocess.Popen([BUILD / "tests/tool_json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, what, kind, rest):
        self.process.stdin.write(f"{what} {kind.DESCRIPTOR.name} {rest}\n".encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode()
        assert answer.endswith("\n"), "tool_json died"
        verdict, _, text = answer[:-1].partition(" ")
        return verdict == "ok", text

    def json_of(self, message):
        good, text = self.ask("json", type(message), message.SerializeToString().hex())
        assert good, text
        return text

    def message_of(self, kind, text):
        good, answer = self.ask("bytes", kind, text)
        assert good, answer
        return kind.FromString(bytes.fromhex(answer))

    def fault_of(self, kind, text):
        good, answer = self.ask("bytes", kind, text)
        assert not good, f"accepted: {text}"
        return answer.partition(": ")[0]


@pytest.fixture(scope="module", name="tool")
def open_tool():
    tool = Tool()
    yield tool
    tool.process.stdin.close()
    assert tool.process.wait() == 0


# ---------------------------------------------------------------- any message of a type

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
RANGES = {
    Field.TYPE_INT32: (-2**31, 2**31 - 1), Field.TYPE_SINT32: (-2**31, 2**31 - 1), Field.TYPE_UINT32: (0, 2**32 - 1),
    Field.TYPE_INT64: (-2**63, 2**63 - 1), Field.TYPE_SINT64: (-2**63, 2**63 - 1), Field.TYPE_UINT64: (0, 2**64 - 1),
}


def values(field):
    if field.type in RANGES:
        return st.integers(*RANGES[field.type])
    if field.type == Field.TYPE_BOOL:
        return st.booleans()
    if field.type == Field.TYPE_STRING:
        return TEXT
    if field.type == Field.TYPE_BYTES:
        return st.binary(max_size=40)
    if field.type == Field.TYPE_ENUM:
        return st.sampled_from([value.number for value in field.enum_type.values])
    return st.deferred(lambda: messages(field.message_type._concrete_class))  # pylint: disable=protected-access


@st.composite
def messages(draw, kind):
    message = kind()
    fields = list(kind.DESCRIPTOR.fields)
    chosen = draw(st.lists(st.sampled_from(fields), max_size=8, unique_by=lambda field: field.name)) if fields else []
    for field in chosen:
        if field.label == Field.LABEL_REPEATED:
            getattr(message, field.name).extend(draw(st.lists(values(field), max_size=3)))
        elif field.type == Field.TYPE_MESSAGE:
            getattr(message, field.name).CopyFrom(draw(values(field)))
        else:
            setattr(message, field.name, draw(values(field)))
    return message


def with_any_message(function):
    anything = st.one_of([messages(kind) for kind in TYPES])
    return EXAMPLES(given(message=anything)(function))


@with_any_message
def test_our_json_is_googles(tool, message):
    assert json.loads(tool.json_of(message)) == json_format.MessageToDict(message)


@with_any_message
def test_google_reads_our_json(tool, message):
    assert json_format.Parse(tool.json_of(message), type(message)()) == message


@with_any_message
def test_we_read_googles_json(tool, message):
    text = json_format.MessageToJson(message, indent=None)
    assert tool.message_of(type(message), text) == message


@with_any_message
def test_we_read_proto_names_and_enum_numbers(tool, message):
    text = json_format.MessageToJson(message, indent=None, preserving_proto_field_name=True,
                                     use_integers_for_enums=True, including_default_value_fields=True)
    assert tool.message_of(type(message), text) == message


# ---------------------------------------------------------------- the edges, one by one

@pytest.mark.parametrize("text", [
    '{"release":{"sequence":12}}',
    '{"release":{"sequence":"12"}}',
    '{"release":{"sequence":"18446744073709551615"}}',
    '{"release":{"sequence":1.0}}',
    '{"release":{"sequence":1e3}}',
    '{"report":{"deviceTimeMs":-9223372036854775808}}',
    '{"report":{"deviceOffsetMinutes":"-480"}}',
    '{"report":{"position":{"latitudeE7":-2147483648,"accuracyCm":4294967295}}}',
    '{"report":{"site":null,"answers":null,"position":null}}',
    '{"report":null,"tick":{}}',
    '{"tick":{}}',
    '{}',
    '{"report":{"answers":[{"numberMilli":"0"}]}}',
    '{"suspension":{"site":""}}',
    '{"roleHolderChange":{"name":{"token":""},"phone":{"clear":""},"address":{}}}',
    '{"report":{"site":"\\u5357\\ud83d\\ude00"}}',
    '{"evidenceArrival":{"sha256":"-_8"}}',
    '{"evidenceArrival":{"sha256":"+/8="}}',
    '{"evidenceArrival":{"sha256":"+/8"}}',
    '{"evidenceArrival":{"sha256":""}}',
    '{"claim":{"case":{"place":{"site":"S1"}}}}',
    '{"claim":{"case_":{"place":{"site":"S1"}}}}',
])
def test_what_both_accept_means_the_same(tool, text):
    message = json_format.Parse(text, entry_pb2.Entry())
    assert tool.message_of(entry_pb2.Entry, text) == message
    assert json.loads(tool.json_of(message)) == json_format.MessageToDict(message)


@pytest.mark.parametrize("text, field", [
    ('{"report":{"sight":"x"}}', "report.sight"),
    ('{"release":{"sequence":-1}}', "release.sequence"),
    ('{"release":{"sequence":"18446744073709551616"}}', "release.sequence"),
    ('{"release":{"sequence":1.5}}', "release.sequence"),
    ('{"release":{"sequence":"1.5"}}', "release.sequence"),
    ('{"release":{"sequence":true}}', "release.sequence"),
    ('{"release":{"sequence":"0x10"}}', "release.sequence"),
    ('{"release":{"sequence":""}}', "release.sequence"),
    ('{"release":{"sequence":[]}}', "release.sequence"),
    ('{"report":{"deviceOffsetMinutes":2147483648}}', "report.device_offset_minutes"),
    ('{"report":{"position":{"accuracyCm":4294967296}}}', "report.position.accuracy_cm"),
    ('{"report":{"site":5}}', "report.site"),
    ('{"report":{"enteredFor":"true"}}', "report.entered_for"),
    ('{"report":{"enteredFor":1}}', "report.entered_for"),
    ('{"report":{"purpose":"PURPOSE_NONE"}}', "report.purpose"),
    ('{"report":{"answers":{}}}', "report.answers"),
    ('{"report":{"answers":[{},{"item":[]}]}}', "report.answers[1].item"),
    ('{"report":{"answers":[null]}}', "report.answers[0]"),
    ('{"report":{},"claim":{}}', "claim"),
])
def test_what_both_refuse_names_its_field(tool, text, field):
    with pytest.raises(json_format.ParseError):
        json_format.Parse(text, entry_pb2.Entry())
    assert tool.fault_of(entry_pb2.Entry, text) == field


@pytest.mark.parametrize("text, field", [
    ('{"report":{"purpose":99}}', "report.purpose"),                       # enum fields hold declared values
    ('{"evidenceArrival":{"sha256":"a b*"}}', "evidence_arrival.sha256"),  # Python skips what it does not know
    ('{"evidenceArrival":{"sha256":"abcde"}}', "evidence_arrival.sha256"),
    ('{"evidenceArrival":{"sha256":"ab="}}', "evidence_arrival.sha256"),
    ('{"report":[]}', "report"),                                           # Python reads an empty list as {}
    ('[]', ""),
    ('{"claim":{"case":{},"case_":{}}}', "claim.case_"),
    ('{"report":{"site":"a\\u0000b"}}', "1:28"),
    ('{"tick":{}} {}', "1:13"),
    ('{"report":{"site":"a","site":"b"}}', "1:28"),
    ('{"tick":{}', "1:10"),
])
def test_we_are_stricter_where_data_would_be_lost(tool, text, field):
    assert tool.fault_of(entry_pb2.Entry, text) == field
