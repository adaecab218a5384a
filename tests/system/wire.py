"""The wire between the daemons, written a second time from proto/link.proto and the two
headers common/frame.h and common/record.h, so that the tests do not trust the code they test.

    Frames    header and body, packed and unpacked
    Asker     a DEALER: submits entries, asks queries, many in flight
    Reader    a link consumer: HELLO, CREDIT, BATCH, CURSOR, with all of its checks
"""
import hashlib
import struct
import time

import zmq

import entry_pb2
import link_pb2
import outbox_pb2
import query_pb2

HEADER = struct.Struct(">2sBBHHQIIQ")
BATCH_RECORD = struct.Struct(">IIQQ")
RECORD = struct.Struct(">BBBBQQQ16s32sI")

(HELLO, HELLO_OK, REFUSE, CREDIT, BATCH, CURSOR, WAKE, TAIL, BYE) = range(1, 10)
(SUBMIT, RECEIPT, REFUSAL) = range(32, 35)
(QUERY, REPLY) = range(48, 50)

PATIENCE_MS = 60_000   # an answer that takes longer is a failure; nobody waits that long in a good run


# ---------------------------------------------------------------- checksums

def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_CRC = _crc_table()


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    table = _CRC
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def chain(previous, *parts):
    return hashlib.blake2b(previous + b"".join(parts), digest_size=32).digest()


# ---------------------------------------------------------------- frames

def header(kind, lineage=0, epoch=0, value=0, magic=b"DB", version=1, flags=0, reserved=0, stream=0):
    return HEADER.pack(magic, version, kind, flags, reserved, lineage, epoch, stream, value)


class Frame:
    def __init__(self, parts):
        assert len(parts) == 2, f"a message has two frames, this one {len(parts)}"
        (magic, version, self.kind, flags, reserved, self.lineage, self.epoch, stream,
         self.value) = HEADER.unpack(parts[0])
        assert (magic, version, flags, reserved, stream) == (b"DB", 1, 0, 0, 0), parts[0].hex()
        self.body = parts[1]


# ---------------------------------------------------------------- asking

class Refused(Exception):
    """A submission was refused; the Refusal is in .refusal."""

    def __init__(self, refusal):
        super().__init__(f"{link_pb2.RefusalCode.Name(refusal.code)} {refusal.field}: {refusal.en}")
        self.refusal = refusal
        self.field = refusal.field
        self.code = refusal.code


class Fault(Exception):
    """A query was answered with a Fault; it is in .fault."""

    def __init__(self, fault):
        super().__init__(f"{fault.field}: {fault.en}")
        self.fault = fault
        self.field = fault.field
        self.later = fault.later


class Silence(Exception):
    """Nobody answered in time. The answer is unknown, never no."""


class Asker:
    """One DEALER. Requests may overlap; answers are matched by request id."""

    def __init__(self, context, endpoint):
        self.endpoint = endpoint
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(endpoint)
        self.last = 0
        self.early = {}

    def close(self):
        self.socket.close()

    def send(self, kind, message):
        self.socket.send_multipart([header(kind), message.SerializeToString()])

    def submit(self, account, client_id, entry):
        """Send; returns the request id."""
        self.last += 1
        payload = entry if isinstance(entry, bytes) else entry.SerializeToString()
        self.send(SUBMIT, link_pb2.Submit(request_id=self.last, account=account, client_id=client_id, entry=payload))
        return self.last

    def query(self, query):
        self.last += 1
        query.request_id = self.last
        self.send(QUERY, query)
        return self.last

    def _take(self, timeout_ms):
        if not self.socket.poll(timeout_ms):
            raise Silence(f"no answer from {self.endpoint} in {timeout_ms} ms")
        frame = Frame(self.socket.recv_multipart())
        kinds = {RECEIPT: link_pb2.Receipt, REFUSAL: link_pb2.Refusal, REPLY: query_pb2.Reply}
        message = kinds[frame.kind].FromString(frame.body)
        return message.request_id, message

    def next_answer(self, timeout_ms=PATIENCE_MS):
        """Whatever comes first: (request id, Receipt or Refusal or Reply)."""
        if self.early:
            return self.early.popitem()
        return self._take(timeout_ms)

    def listen(self):
        """Keep an answer that has come for its turn; False when there is none."""
        if not self.socket.poll(0):
            return False
        number, message = self._take(0)
        self.early[number] = message
        return True

    def answer(self, request_id, timeout_ms=PATIENCE_MS):
        """The answer to that request; others are kept for their turn."""
        until = time.monotonic() + timeout_ms / 1000
        while request_id not in self.early:
            number, message = self._take(max(0, int((until - time.monotonic()) * 1000)))
            self.early[number] = message
        return self.early.pop(request_id)

    def receipt(self, request_id, timeout_ms=PATIENCE_MS):
        answer = self.answer(request_id, timeout_ms)
        if isinstance(answer, link_pb2.Refusal):
            raise Refused(answer)
        return answer

    def reply(self, request_id, timeout_ms=PATIENCE_MS):
        answer = self.answer(request_id, timeout_ms)
        if answer.WhichOneof("body") == "fault":
            raise Fault(answer.fault)
        return answer


# ---------------------------------------------------------------- a link consumer

class Record:
    """A journal record, verified on its own: sizes, CRC; the chain is the Reader's."""

    def __init__(self, data):
        (self.version, self.flags, size, zero, self.lineage, self.sequence, self.stamp_ms, self.client_id,
         self.digest, crc) = RECORD.unpack_from(data)
        assert (self.version, zero) == (1, 0)
        assert crc == crc32c(data[RECORD.size:], crc32c(data[:76])), f"CRC of record {self.sequence}"
        self.account = data[80:80 + size].decode()
        self.payload = data[80 + size:]
        self.chained = (data[:44], data[80:])
        self.entry = entry_pb2.Entry.FromString(self.payload)

    @property
    def kind(self):
        return self.entry.WhichOneof("body")

    def __repr__(self):
        return f"<{self.sequence} {self.kind} of {self.account} at {self.stamp_ms}>"


class OutboxRecord:
    """A shipped outbox record: version, chain digest, packed OutboxRecord."""

    def __init__(self, data):
        assert data[0] == 1
        self.digest = data[1:33]
        self.chained = (data[33:],)
        self.record = outbox_pb2.OutboxRecord.FromString(data[33:])

    @property
    def kind(self):
        return self.record.WhichOneof("body")


class LinkRefused(Exception):
    def __init__(self, refuse):
        super().__init__(f"{link_pb2.RefuseReason.Name(refuse.reason)}: {refuse.detail}")
        self.reason = refuse.reason


class Reader:
    """Consumes ingest.log (Record) or rules.outbox (OutboxRecord) from nothing or a cursor."""

    def __init__(self, context, endpoint, kind=Record, consumer="test", lineage=0, cursor=0, digest=b""):
        self.kind = kind
        self.cursor = cursor
        self.digest = digest or bytes(32)
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(endpoint)
        self.socket.send_multipart([header(HELLO, lineage), link_pb2.Hello(
            consumer=consumer, lineage=lineage, cursor=cursor, digest=digest).SerializeToString()])
        frame = self.take((HELLO_OK, REFUSE))
        if frame.kind == REFUSE:
            self.close()
            raise LinkRefused(link_pb2.Refuse.FromString(frame.body))
        self.greeting = link_pb2.HelloOk.FromString(frame.body)
        self.lineage, self.epoch = self.greeting.lineage, self.greeting.epoch
        assert (frame.lineage, frame.epoch) == (self.lineage, self.epoch)

    def close(self):
        self.socket.close()

    def take(self, kinds, timeout_ms=PATIENCE_MS):
        until = time.monotonic() + timeout_ms / 1000
        while True:
            if not self.socket.poll(max(0, int((until - time.monotonic()) * 1000))):
                raise Silence("the producer says nothing")
            frame = Frame(self.socket.recv_multipart())
            if frame.kind in kinds:
                return frame

    def say(self, kind, message, lineage=None, epoch=None):
        self.socket.send_multipart([header(kind, self.lineage if lineage is None else lineage,
                                           self.epoch if epoch is None else epoch), message.SerializeToString()])

    def credit(self, records=1024, size=1024 * 1024):
        self.say(CREDIT, link_pb2.Credit(records=records, bytes=size))

    def unpack(self, frame):
        """The records of a BATCH, every one checked: gap-free, CRC, lineage, chain."""
        assert (frame.lineage, frame.epoch) == (self.lineage, self.epoch)
        assert frame.value == self.cursor + 1, f"batch begins at {frame.value}, cursor is {self.cursor}"
        records, at = [], 0
        while at < len(frame.body):
            size, crc, sequence, stamp_ms = BATCH_RECORD.unpack_from(frame.body, at)
            at += BATCH_RECORD.size
            data = frame.body[at:at + size]
            assert len(data) == size and crc32c(data) == crc and sequence == self.cursor + 1
            record = self.kind(data)
            if self.kind is Record:
                assert (record.sequence, record.stamp_ms, record.lineage) == (sequence, stamp_ms, self.lineage)
            record.sequence = sequence
            self.digest = chain(self.digest, *record.chained)
            assert self.digest == record.digest, f"chain broken at {sequence}"
            self.cursor = sequence
            records.append(record)
            at += size
        return records

    def read(self, up_to=None):
        """Everything up to a sequence, by default the last one at the greeting."""
        up_to = self.greeting.last_sequence if up_to is None else up_to
        records = []
        while self.cursor < up_to:
            self.credit(512, 1024 * 1024)
            records += self.unpack(self.take((BATCH,)))
            self.say(CURSOR, link_pb2.Cursor(sequence=self.cursor))
        return records
