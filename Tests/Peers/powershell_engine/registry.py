"""A registry as Windows keeps it: names fold case and keep it, a value is a type number and bytes."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from .values import python_text, units

SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ, QWORD, NONE = 1, 2, 3, 4, 7, 11, 0
# The product's name for .NET's RegistryValueKind.None.
_NAMED = {"none": NONE, "string": SZ, "expandString": EXPAND_SZ, "binary": BINARY, "dword": DWORD, "multiString": MULTI_SZ}
_NAMED["qword"] = QWORD


def text_bytes(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def many_bytes(texts: list[str]) -> bytes:
    return "".join([t + "\0" for t in texts] + ["\0"]).encode("utf-16-le", "surrogatepass")


def text_of(data: bytes) -> str:
    text = data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    text = units(text)
    return text[:-1] if text.endswith("\0") else text


def many_of(data: bytes) -> list[str]:
    """As .NET reads REG_MULTI_SZ: an empty text at the very end is only the closing NUL."""
    text = units(data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass"))
    if text and not text.endswith("\0"):
        text += "\0"
    found, at = [], 0
    while at < len(text):
        end = text.index("\0", at)
        if end > at or end != len(text) - 1:
            found.append(text[at:end])
        at = end + 1
    return found


@dataclass
class Value:
    name: str
    type: int
    data: bytes


@dataclass
class Key:
    name: str
    values: dict[str, Value] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    # Nobody but SYSTEM may write here, or even look.
    is_write_denied: bool = False
    is_read_denied: bool = False

    def find(self, path: str) -> Key | None:
        here: Key | None = self
        for part in parts(path):
            here = here.keys.get(part.lower()) if here else None
        return here

    def value(self, name: str) -> Value | None:
        return self.values.get(name.lower())

    def set(self, name: str, type: int, data: bytes) -> None:
        before = self.values.get(name.lower())
        self.values[name.lower()] = Value(before.name if before else name, type, data)

    def make(self, path: str) -> Key:
        here = self
        for part in parts(path):
            here = here.keys.setdefault(part.lower(), Key(part))
        return here


def parts(path: str) -> list[str]:
    """.NET drops doubled and closing backslashes."""
    return [p for p in path.split("\\") if p]


# As JSON: {"KEY\\PATH": {"name": ["dword", 1]}}; texts that are no Unicode as {"utf16": base64}.


def read_text(json: Any) -> str:
    if isinstance(json, str):
        return units(json)
    return units(base64.b64decode(json["utf16"]).decode("utf-16-le", "surrogatepass"))


def write_text(text: str) -> Any:
    joined = python_text(text)
    if any("\ud800" <= c <= "\udfff" for c in joined):
        return {"utf16": base64.b64encode(joined.encode("utf-16-le", "surrogatepass")).decode()}
    return joined


def read_values(json: dict[str, Any]) -> dict[str, Value]:
    """The values of one key. Keys may share them: a change puts a new value in the place of the old."""
    key = Key("")
    for name, (kind, data) in json.items():
        key.set(units(name), *_raw(kind, data))
    return key.values


def read_registry(json: dict[str, Any], shared: list[dict[str, Value]] | None = None) -> Key:
    """A number in the place of a key's values is their place among those that are shared."""
    root = Key("HKEY_LOCAL_MACHINE")
    for path, values in json.items():
        read = dict((shared or [])[values]) if isinstance(values, int) else read_values(values)
        root.make(units(path)).values = read
    return root


def state(root: Key) -> dict[str, Any]:
    """All of it, to be compared."""
    found: dict[str, Any] = {}

    def visit(key: Key, path: str) -> None:
        found[path] = {name: (value.name, value.type, value.data) for name, value in key.values.items()}
        for name, below in key.keys.items():
            visit(below, path + "\\" + name)

    visit(root, "")
    return found


def _raw(kind: Any, data: Any) -> tuple[int, bytes]:
    number = _NAMED[kind] if isinstance(kind, str) else int(kind)
    if kind in ("string", "expandString"):
        return number, text_bytes(read_text(data))
    if kind == "multiString":
        return number, many_bytes([read_text(t) for t in data])
    if kind == "dword":
        return number, int(data).to_bytes(4, "little")
    if kind == "qword":
        return number, int(data).to_bytes(8, "little")
    return number, base64.b64decode(data)


def write_registry(root: Key) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def visit(key: Key, path: str) -> None:
        if path:
            found[python_text(path)] = {python_text(v.name): _written(v) for v in key.values.values()}
        for child in key.keys.values():
            visit(child, f"{path}\\{child.name}" if path else child.name)

    visit(root, "")
    return found


def _written(value: Value) -> list[Any]:
    """The product's words where writing them again gives the same bytes; else the number and the bytes."""
    data = value.data
    if value.type in (SZ, EXPAND_SZ) and text_bytes(text_of(data)) == data:
        return ["string" if value.type == SZ else "expandString", write_text(text_of(data))]
    if value.type == MULTI_SZ and many_bytes(many_of(data)) == data:
        return ["multiString", [write_text(t) for t in many_of(data)]]
    if value.type == DWORD and len(data) == 4:
        return ["dword", int.from_bytes(data, "little")]
    if value.type == QWORD and len(data) == 8:
        return ["qword", int.from_bytes(data, "little")]
    encoded = base64.b64encode(data).decode()
    return [{BINARY: "binary", NONE: "none"}.get(value.type, value.type), encoded]
