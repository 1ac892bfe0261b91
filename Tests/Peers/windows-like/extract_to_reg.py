#!/usr/bin/env python3
"""Turn a machine extract (Tests/Fixtures/windows-hosts/*.json) into .reg files for `wine reg import`.

usage: extract_to_reg.py EXTRACT.json OUT.reg LATE.reg

LATE.reg is for when the host runs; it is only written when there is something in it. NT 4 keeps services in
services.exe, and Wine would start its own services.exe once more, and wait for it for 10 to 50 s: such a service's
`Start` must not be there when Wine looks for what to start.

Writes UTF-16LE with a byte order mark, registry editor format 5. Every value keeps its type. Values whose data the
extract does not hold (MSLicensing keeps length and hash only) are left out.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TYPES = {
    "REG_NONE": 0,
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_DWORD_BIG_ENDIAN": 5,
    "REG_LINK": 6,
    "REG_MULTI_SZ": 7,
    "REG_RESOURCE_LIST": 8,
    "REG_FULL_RESOURCE_DESCRIPTOR": 9,
    "REG_RESOURCE_REQUIREMENTS_LIST": 10,
    "REG_QWORD": 11,
}
PACKAGES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def hexed(kind: int, raw: bytes) -> str:
    head = "hex:" if kind == TYPES["REG_BINARY"] else f"hex({kind:x}):"
    return head + ",".join(f"{byte:02x}" for byte in raw)


def utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def rendered(value: dict[str, Any]) -> str:
    """The right side of a line `"name"=…`."""
    kind, data = TYPES.get(value["type"], TYPES["REG_BINARY"]), value["data"]
    if isinstance(data, dict):
        return hexed(kind, base64.b64decode(data["base64"]))
    if kind == TYPES["REG_DWORD"]:
        return f"dword:{data & 0xFFFFFFFF:08x}"
    if kind == TYPES["REG_QWORD"]:
        return hexed(kind, (data & (2**64 - 1)).to_bytes(8, "little"))
    if kind == TYPES["REG_MULTI_SZ"]:
        return hexed(kind, b"".join(map(utf16, data)) + b"\0\0")
    # Control characters would end the line that they stand in.
    if kind == TYPES["REG_SZ"] and not any(ord(c) < 32 for c in data):
        return quoted(data)
    return hexed(kind, utf16(data))


def key_lines(host: dict[str, Any], late: bool) -> Iterator[str]:
    for path, key in host["keys"].items():
        values = [(n, v) for n, v in key["values"].items() if isinstance(v, dict) and "data" in v]
        chosen = [(n, v) for n, v in values if is_late(n, key["values"]) == late]
        if late and not chosen:
            continue
        yield "[" + path.replace("HKLM\\", "HKEY_LOCAL_MACHINE\\", 1) + "]"
        for name, value in chosen:
            yield (quoted(name) if name else "@") + "=" + rendered(value)
        yield ""


def is_late(name: str, values: dict[str, Any]) -> bool:
    image = values.get("ImagePath", {})
    return name == "Start" and "\\services.exe" in str(image.get("data", "")).lower()


def write(target: str, lines: list[str]) -> None:
    text = "\r\n".join(["Windows Registry Editor Version 5.00", "", *lines, ""])
    Path(target).write_bytes(b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass"))


def package_lines(host: dict[str, Any]) -> Iterator[str]:
    for name, state, installed, client, visibility in host.get("packages") or []:
        yield f"[{PACKAGES}\\{name}]"
        if state is not None:
            yield f'"CurrentState"=dword:{state:08x}'
        if installed is not None:
            yield f'"InstallTimeHigh"=dword:{installed >> 32:08x}'
            yield f'"InstallTimeLow"=dword:{installed & 0xFFFFFFFF:08x}'
        if client:
            yield f'"InstallClient"={quoted(client)}'
        if visibility is not None:
            yield f'"Visibility"=dword:{visibility:08x}'
        yield ""


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    host = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    write(arguments[1], [*key_lines(host, late=False), *package_lines(host)])
    if late := list(key_lines(host, late=True)):
        write(arguments[2], late)
    print(f"{len(host['keys'])} keys, {len(host.get('packages') or [])} packages -> {arguments[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
