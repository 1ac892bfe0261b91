#!/usr/bin/env python3
"""Read the reply of a probe, independently of the product: `FLEETAUDIT1` lines in, one JSON document out.

usage: probe_lines.py [--limit BYTES] [FILE]        (without FILE, or with '-': standard input)

    FLEETAUDIT1 <number> <section> <bytes> <base64(gzip(json))> ;      bytes: length of the gzip stream
    FLEETAUDIT1 END <count>
    FLEETAUDIT1 BLOCKED <language mode>

Everything else is noise (banners, CLIXML, byte order marks), also before a frame on its line. A damaged frame costs its
section and is named in "problems"; nothing half-read comes out. Prints

    {"complete": …, "blocked": null, "end": 9, "sections": [{"number": 1, "name": "os", "bytes": 644, "json": 812,
     "reply": {"data": …, "ms": …}}], "problems": […]}

Exit code: 0 complete (all sections that END counts, no problem), 1 not, 2 misuse.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any

LIMIT = 64 * 1024 * 1024
_FRAME = re.compile(rb"FLEETAUDIT1 ([1-9][0-9]{0,8}) ([a-z][a-z0-9-]*) ([0-9]{1,9}) ([A-Za-z0-9+/]*={0,2}) ;[ \r]*$")
_END = re.compile(rb"FLEETAUDIT1 END ([0-9]{1,9})[ \r]*$")
_BLOCKED = re.compile(rb"FLEETAUDIT1 BLOCKED ([A-Za-z]+)[ \r]*$")


class DamagedError(Exception):
    """Why a frame is not believed."""


def decode(raw: bytes, limit: int = LIMIT) -> dict[str, Any]:
    """Everything that a reply says. `limit` bounds the JSON of one section, in bytes."""
    sections: dict[int, dict[str, Any]] = {}
    problems: list[str] = []
    end: int | None = None
    blocked: str | None = None
    for place, line in enumerate(raw.split(b"\n"), 1):
        if found := _END.search(line):
            problems += [f"line {place}: a second END"] if end is not None else []
            end = int(found[1]) if end is None else end
        elif found := _BLOCKED.search(line):
            blocked = found[1].decode()
        elif found := _FRAME.search(line):
            try:
                _add(sections, _section(found, limit), end)
            except DamagedError as damage:
                problems.append(f"line {place}: section {found[1].decode()} {found[2].decode()}: {damage}")
        elif b"FLEETAUDIT1 " in line:
            problems.append(f"line {place}: not a frame: {line[line.index(b'FLEETAUDIT1 ') :][:60]!r}")
    problems += _missing(sections, end, blocked)
    ordered = [sections[n] for n in sorted(sections)]
    complete = not problems and blocked is None and end is not None
    return {"complete": complete, "blocked": blocked, "end": end, "sections": ordered, "problems": problems}


def _add(sections: dict[int, dict[str, Any]], section: dict[str, Any], end: int | None) -> None:
    if section["number"] in sections:
        raise DamagedError("this number was there already")
    if any(s["name"] == section["name"] for s in sections.values()):
        raise DamagedError("this name was there already")
    if end is not None:
        raise DamagedError("stands behind END")
    sections[section["number"]] = section


def _missing(sections: dict[int, dict[str, Any]], end: int | None, blocked: str | None) -> list[str]:
    if blocked is not None:
        return []
    if end is None:
        return ["no END line: the reply was cut off"]
    absent = [n for n in range(1, min(end, 10_000) + 1) if n not in sections]
    extra = [n for n in sections if n > end]
    problems = [f"missing sections: {', '.join(map(str, absent))}"] if absent else []
    return problems + ([f"sections above END: {', '.join(map(str, extra))}"] if extra else [])


def _section(found: re.Match[bytes], limit: int) -> dict[str, Any]:
    try:
        packed = base64.b64decode(found[4], validate=True)
    except binascii.Error as problem:
        raise DamagedError(f"base64: {problem}") from problem
    if base64.b64encode(packed) != found[4]:
        raise DamagedError("base64: padding bits are set")
    if len(packed) != int(found[3]):
        raise DamagedError(f"{len(packed)} bytes, {int(found[3])} announced")
    text = _unpacked(packed, limit)
    return {
        "number": int(found[1]),
        "name": found[2].decode(),
        "bytes": len(packed),
        "json": len(text),
        "reply": _reply(text),
    }


def _unpacked(packed: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)  # gzip, nothing else
    try:
        text = unpacker.decompress(packed, limit + 1)
    except zlib.error as problem:
        raise DamagedError(f"gzip: {problem}") from problem
    if len(text) > limit:
        raise DamagedError(f"more than {limit} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise DamagedError("gzip: the stream is cut off or something follows it")
    return text


def _reply(text: bytes) -> Any:
    try:
        reply = json.loads(text.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise DamagedError(f"JSON: {problem}") from problem
    if not isinstance(reply, dict) or not isinstance(reply.get("ms"), int | float) or isinstance(reply["ms"], bool):
        raise DamagedError('JSON: an object with "ms" is wanted')
    if ("data" in reply) == ("failed" in reply):
        raise DamagedError('JSON: either "data" or "failed" is wanted')
    return reply


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="probe_lines.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("file", nargs="?", default="-")
    options = parser.parse_args(arguments)
    try:
        raw = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    except OSError as problem:
        print(f"probe_lines: {problem}", file=sys.stderr)
        return 2
    result = decode(raw, options.limit)
    print(json.dumps(result, indent=1))
    return 0 if result["complete"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
