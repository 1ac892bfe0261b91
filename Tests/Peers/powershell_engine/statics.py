"""Static members of .NET types."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from .conversion import convert, text
from .enums import enum_value
from .registry_keys import RegistryKey
from .security import FileSecurity
from .values import (
    NOTHING,
    Array,
    Byte,
    Char,
    Int32,
    Int64,
    NotKnown,
    Number,
    UInt32,
    UInt64,
    throw,
)

_FITTING = {Int32: 4, UInt32: 4, Int64: 8, UInt64: 8}


def byte_array(data: bytes) -> Array:
    return Array([Byte(b) for b in data], "System.Byte")


def bytes_of(value: Any) -> bytes:
    if value is None:
        raise throw("System.ArgumentNullException", "Value cannot be null.")
    return bytes(int(b) for b in convert(value, "System.Byte[]").items)


def _get_bytes(engine: Any, value: Any) -> Array:
    if not isinstance(value, Number) or type(value) not in _FITTING:
        raise NotKnown(f"BitConverter.GetBytes of {value!r}: which overload?")
    size = _FITTING[type(value)]
    return byte_array(int(value).to_bytes(size, "little", signed=type(value).low < 0))


def _from_bytes(kind: type[Number]) -> Callable[..., Number]:
    def read(engine: Any, data: Any, start: Any) -> Number:
        size, at = _FITTING[kind], int(start)
        raw = bytes_of(data)[at : at + size]
        if len(raw) < size:
            raise throw("System.ArgumentException", "Destination array is not long enough.")
        return kind(int.from_bytes(raw, "little", signed=kind.low < 0))

    return read


def _hex_pairs(engine: Any, data: Any) -> str:
    return "-".join(f"{b:02X}" for b in bytes_of(data))


def _from_base64(engine: Any, written: Any) -> Array:
    try:
        return byte_array(base64.b64decode(text(written), validate=True))
    except ValueError:
        raise throw("System.FormatException", "The input is not a valid Base-64 string.") from None


def _string_equals(engine: Any, left: Any, right: Any, how: Any = None) -> bool:
    rule = enum_value("System.StringComparison", how).name if how is not None else "Ordinal"
    a, b = (None if v is None else text(v) for v in (left, right))
    if a is None or b is None:
        return a is b
    if rule == "Ordinal":
        return a == b
    if rule == "OrdinalIgnoreCase":
        return [c.upper() if len(c.upper()) == 1 else c for c in a] == [c.upper() if len(c.upper()) == 1 else c for c in b]
    raise NotKnown(f"a comparison of texts by {rule}")


def _join(engine: Any, separator: Any, many: Any) -> str:
    return text(separator).join(text(item) for item in convert(many, "System.String[]").items)


# Patterns that mean the same to .NET and Python, one by one.
_PATTERNS = {
    r"[^\x20-\x7e]+",
    r"[^\x20-\x7e]",
    r"(?i)\|Active=(TRUE|FALSE)(?=\||$)",
    r"(?i)\|Active=TRUE(\||$)",
}


def _pattern(written: Any) -> str:
    if text(written) not in _PATTERNS:
        raise NotKnown(f"the pattern {written}")
    return text(written)


def _regex_replace(engine: Any, value: Any, pattern: Any, new: Any) -> str:
    if "$" in text(new) or "\\" in text(new):
        raise NotKnown("a substitution with $")
    return re.sub(_pattern(pattern), text(new), text(value))


def _reverse(engine: Any, many: Any) -> Any:
    if not isinstance(many, Array):
        raise NotKnown("Array.Reverse of something that is no array reverses a copy")
    many.items.reverse()
    return NOTHING


def _split_root(path: str) -> str:
    root, _, rest = path.partition("\\")
    if root.upper() != "HKEY_LOCAL_MACHINE":
        raise NotKnown(f"the root {root}")
    return rest


def _registry_get(engine: Any, path: Any, name: Any, default: Any) -> Any:
    key = RegistryKey.local_machine(engine).call_opensubkey(_split_root(text(path)))
    return None if key is None else key.call_getvalue(name, default)


def _registry_set(engine: Any, path: Any, name: Any, value: Any, kind: Any) -> Any:
    key = RegistryKey.local_machine(engine).call_createsubkey(_split_root(text(path)))
    return key.call_setvalue(name, value, kind)


def _expand(engine: Any, written: Any) -> str:
    return expand(engine.machine.environment, text(written))


def expand(environment: dict[str, str], written: str) -> str:
    return re.sub(r"%([^%]+)%", lambda found: environment.get(found[1].lower(), found[0]), written)


def _array_reverse_guard(engine: Any) -> Any:
    raise NotKnown("unused")


def _file_exists(engine: Any, path: Any) -> bool:
    return path is not None and engine.machine.file(text(path)) is not None


def _get_access_control(engine: Any, path: Any, sections: Any = None) -> FileSecurity:
    return FileSecurity.of_file(engine.machine, text(path))


def _set_access_control(engine: Any, path: Any, security: Any) -> Any:
    security.save(engine.machine, text(path))
    return NOTHING


STATIC_PROPERTIES: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("Microsoft.Win32.Registry", "localmachine"): RegistryKey.local_machine,
    ("System.Int64", "minvalue"): lambda engine: Int64(Int64.low),
    ("System.Environment", "machinename"): lambda engine: engine.machine.environment.get("computername", "HOST"),
    ("System.IntPtr", "size"): lambda engine: Int32(4 if engine.machine.is_wow64 else 8),
}

STATIC_METHODS: dict[tuple[str, str], Callable[..., Any]] = {
    ("Microsoft.Win32.Registry", "getvalue"): _registry_get,
    ("Microsoft.Win32.Registry", "setvalue"): _registry_set,
    ("System.Array", "reverse"): _reverse,
    ("System.BitConverter", "getbytes"): _get_bytes,
    ("System.BitConverter", "toint32"): _from_bytes(Int32),
    ("System.BitConverter", "toint64"): _from_bytes(Int64),
    ("System.BitConverter", "touint32"): _from_bytes(UInt32),
    ("System.BitConverter", "touint64"): _from_bytes(UInt64),
    ("System.BitConverter", "tostring"): _hex_pairs,
    ("System.Convert", "frombase64string"): _from_base64,
    ("System.Convert", "tobase64string"): lambda engine, data: base64.b64encode(bytes_of(data)).decode(),
    ("System.Environment", "expandenvironmentvariables"): _expand,
    ("System.Environment", "getenvironmentvariable"): lambda engine, name: engine.machine.environment.get(
        text(name).lower()
    ),
    ("System.IO.File", "exists"): _file_exists,
    ("System.IO.File", "getaccesscontrol"): _get_access_control,
    ("System.IO.File", "setaccesscontrol"): _set_access_control,
    ("System.String", "equals"): _string_equals,
    ("System.String", "join"): _join,
    ("System.String", "isnullorempty"): lambda engine, value: value is None or text(value) == "",
    ("System.Text.RegularExpressions.Regex", "replace"): _regex_replace,
    ("System.Text.RegularExpressions.Regex", "ismatch"): lambda engine, value, pattern: (
        re.search(_pattern(pattern), text(value)) is not None
    ),
}

__all__ = ["STATIC_METHODS", "STATIC_PROPERTIES", "Char", "byte_array", "bytes_of", "expand"]
