"""What a daemon did to its files and sockets, and how to make that fail: the Python side of
preload_flush.c and preload_fault.c.

    environment(libraries, log=path)               every flush, write, arrival and answer is noted
    environment(libraries, fault="flush:7:EIO")    the seventh flush of that process fails
"""
import bisect
import collections
import os
import struct

import link_pb2
import wire

NOTE = struct.Struct("=IBBHQQ")

Event = collections.namedtuple("Event", "thread kind synchronous path offset data")
Message = collections.namedtuple("Message", "begun ended kind body")


def environment(libraries, log=None, fault=None):
    """Variables for Township.spawn; libraries is the fixture `preloads`."""
    wanted = [libraries["flush"]] if log else []
    variables = {"DUBAN_FLUSH_LOG": str(log)} if log else {}
    if fault:
        wanted.append(libraries["fault"])
        variables["DUBAN_FAULT"] = fault
    # The sanitizers like to come first, but work as well behind us.
    sanitizer = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    return dict(variables, LD_PRELOAD=":".join(map(str, wanted)), ASAN_OPTIONS=sanitizer)


def events(path):
    """All that was noted, in order. Of a process that was killed the last record may be torn."""
    content, at, found = path.read_bytes(), 0, []
    while at + NOTE.size <= len(content):
        thread, kind, synchronous, path_size, offset, size = NOTE.unpack_from(content, at)
        data_at = at + NOTE.size + path_size
        if data_at + size > len(content):
            break
        name = content[at + NOTE.size:data_at].decode()
        found.append(Event(thread, chr(kind), bool(synchronous), name, offset, content[data_at:data_at + size]))
        at = data_at + size
    return found


def is_flush(event, name):
    return event.kind == "f" and event.path.endswith(name)


def flushes(path, name):
    """How many times a file of that name was flushed."""
    return sum(is_flush(event, name) for event in events(path))


# ---------------------------------------------------------------- what went over a socket

def _streams(noted, kind):
    """{socket: (bytes, their offsets, at which event each chunk was seen)}; of what was sent that is
    the event at which the sending began."""
    streams = collections.defaultdict(lambda: (bytearray(), [], []))
    sending = {}
    for number, event in enumerate(noted):
        if event.kind == "s":
            sending[event.thread] = number
        if event.kind == kind and event.data and event.path.startswith("socket:"):
            data, offsets, numbers = streams[event.path]
            offsets.append(len(data))
            numbers.append(sending[event.thread] if kind == "S" else number)
            data += event.data
    return streams.values()


def _frames(data):
    """(begin, end, more, is command, content) of ZMTP 3 after its greeting."""
    at = 64
    while at < len(data):
        flags, head = data[at], 9 if data[at] & 2 else 2
        size = int.from_bytes(data[at + 1:at + head], "big")
        if at + head + size > len(data):
            return
        yield at, at + head + size, bool(flags & 1), bool(flags & 4), bytes(data[at + head:at + head + size])
        at += head + size


def messages(noted, kind):
    """Our messages received ("r") or sent ("S"): numbers of the events in which each begins and ends,
    frame type and body."""
    found = []
    for data, offsets, numbers in _streams(noted, kind):
        begin, parts = None, []
        for start, end, more, command, content in _frames(data):
            if command:
                continue
            begin = start if begin is None else begin
            parts.append(content)
            if more:
                continue
            if len(parts) == 2 and parts[0][:2] == b"DB":
                found.append(Message(numbers[bisect.bisect_right(offsets, begin) - 1],
                                     numbers[bisect.bisect_right(offsets, end - 1) - 1], parts[0][3], parts[1]))
            begin, parts = None, []
    return sorted(found)


def submissions(noted):
    """[(event at which it had arrived, Submit)]"""
    return [(message.ended, link_pb2.Submit.FromString(message.body)) for message in messages(noted, "r")
            if message.kind == wire.SUBMIT]


def receipts(noted):
    """[(event at which sending it began, Receipt)]"""
    return [(message.begun, link_pb2.Receipt.FromString(message.body)) for message in messages(noted, "S")
            if message.kind == wire.RECEIPT]
