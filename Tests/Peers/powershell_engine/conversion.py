"""How PowerShell turns one type into another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from powershell import tables

from .enums import ENUMS, enum_value
from .values import (
    NOTHING,
    NUMBERS,
    Array,
    Char,
    EnumValue,
    Hashtable,
    Int32,
    Int64,
    NetException,
    NetList,
    NetObject,
    NotKnown,
    Number,
    Thrown,
    TypeRef,
    UInt64,
    net_type,
    throw,
)

_DECIMAL = re.compile(r"\s*[+-]?\d+\s*")
_HEX = re.compile(r"\s*0x([0-9a-f]+)\s*", re.IGNORECASE)


def null_of(value: Any) -> Any:
    return None if value is NOTHING else value


def elements(value: Any) -> Iterator[Any]:
    """What a pipeline or `foreach` makes of a value."""
    if isinstance(value, (Array, NetList)):
        yield from list(value.items)
    elif value is not NOTHING:
        yield value


def is_collection(value: Any) -> bool:
    return isinstance(value, (Array, NetList))


def truth(value: Any) -> bool:
    value = null_of(value)
    if value is None:
        return False
    if isinstance(value, (Array, NetList)):
        items = value.items
        return truth(items[0]) if len(items) == 1 else len(items) > 1
    if isinstance(value, str):
        return value != ""
    if isinstance(value, (bool, Number, float)):
        return value != 0
    if isinstance(value, Char):
        return value.unit != "\0"
    if isinstance(value, EnumValue):
        return value.number != 0
    return True


def text(value: Any) -> str:
    """[string]$value, in the invariant culture."""
    value = null_of(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, Number):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, Char):
        return value.unit
    if isinstance(value, EnumValue):
        return value.name
    if isinstance(value, TypeRef):
        return _short_type(value.name)
    if isinstance(value, (Array, NetList)):
        return " ".join(text(item) for item in value.items)
    if isinstance(value, NetException):
        return f"{value.net}: {value.message}"
    if isinstance(value, Hashtable):
        return value.net
    if isinstance(value, NetObject):
        shown = getattr(value, "call_tostring", None)
        return shown() if shown else value.net
    said = getattr(value, "exception", None)
    if isinstance(said, NetException):
        return said.message
    raise NotKnown(f"{net_type(value)} as text")


def _short_type(name: str) -> str:
    shorts = {target: short for short, (target, _) in tables.accelerators().items()}
    return {"System.String": "string", "System.Int32": "int"}.get(name, shorts.get(name, name))


def number(value: Any) -> Number | float:
    """An operand of arithmetic."""
    value = null_of(value)
    if value is None:
        return Int32(0)
    if isinstance(value, bool):
        return Int32(int(value))
    if isinstance(value, (Number, float)):
        return value
    if isinstance(value, Char):
        return Int32(ord(value.unit))
    if isinstance(value, EnumValue):
        return Int32(value.number)
    if isinstance(value, str):
        return parse_number(value)
    raise throw("System.InvalidCastException", f"{net_type(value)} is no number", "InvalidCast")


def parse_number(written: str) -> Number | float:
    if not written.strip():
        return Int32(0)
    if hexadecimal := _HEX.fullmatch(written):
        return hex_literal(hexadecimal[1])
    if _DECIMAL.fullmatch(written):
        return sized(int(written))
    try:
        return float(written)
    except ValueError:
        raise throw(
            "System.Management.Automation.PSInvalidCastException",
            f'Cannot convert value "{written}" to type "System.Int32".',
            "InvalidCastFromStringToInteger",
        ) from None


def hex_literal(digits: str) -> Number:
    """0xFFFFFFFF is -1: eight digits fill an Int32, sixteen an Int64."""
    plain = int(digits, 16)
    if plain <= 0xFFFFFFFF:
        return Int32(plain - (1 << 32) if plain > 0x7FFFFFFF else plain)
    if plain <= 0xFFFFFFFFFFFFFFFF:
        return Int64(plain - (1 << 64) if plain > 0x7FFFFFFFFFFFFFFF else plain)
    raise NotKnown("a hexadecimal number of more than sixteen digits")


def sized(plain: int) -> Number | float:
    for kind in (Int32, Int64):
        if kind.low <= plain <= kind.high:
            return kind(plain)
    raise NotKnown(f"the number {plain}, a decimal")


def convert(value: Any, target: str) -> Any:
    """[target]$value; the target is a full .NET name."""
    value = null_of(value)
    if target.endswith("[]"):
        return _to_array(value, target[:-2])
    kind = NUMBERS.get(target)
    if kind is not None:
        return _to_whole(value, kind)
    plain = _PLAIN.get(target)
    if plain is not None:
        return plain(value)
    if target in ENUMS:
        return enum_value(target, value)
    if target in ("System.Object", "System.Management.Automation.PSObject"):
        return value
    if value is None:
        return None
    if tables.is_a(net_type(value), target):
        return value
    if target == "System.Type":
        return type_named(text(value))
    raise NotKnown(f"a cast of {net_type(value)} to {target}")


def _to_array(value: Any, element: str) -> Any:
    if value is None:
        return None
    items = value.items if isinstance(value, (Array, NetList)) else [value]
    return Array([convert(item, element) for item in items], element)


def _to_whole(value: Any, kind: type[Number]) -> Number:
    if isinstance(value, str) and (hexadecimal := _HEX.fullmatch(value)):
        # [uint32]'0xFFFFFFFF' is 4294967295, though 0xFFFFFFFF is -1.
        plain = int(hexadecimal[1], 16)
        if kind.low < 0 and plain > kind.high:
            plain -= 1 << (32 if kind is Int32 else 64)
        return _fitting(plain, kind, value)
    if isinstance(value, (Array, NetList)):
        if len(value.items) != 1:
            raise throw("System.InvalidCastException", f"a list is no {kind.net}", "ConvertToFinalInvalidCastException")
        value = value.items[0]
    plain = number(value)
    return _fitting(round(plain), kind, value)


def _fitting(plain: int, kind: type[Number], value: Any) -> Number:
    if not kind.low <= plain <= kind.high:
        raise throw(
            "System.Management.Automation.PSInvalidCastException",
            f'Cannot convert value "{text(value)}" to type "{kind.net}".',
            "InvalidCastIConvertible",
        )
    return kind(plain)


def _to_char(value: Any) -> Char:
    if isinstance(value, Char):
        return value
    if isinstance(value, str) and len(value) == 1:
        return Char(value)
    if isinstance(value, Number) and 0 <= value <= 0xFFFF:
        return Char(chr(value))
    raise throw("System.InvalidCastException", "no single character", "InvalidCast")


def _to_hashtable(value: Any) -> Any:
    if value is None or isinstance(value, Hashtable):
        return value
    raise throw("System.InvalidCastException", f"{net_type(value)} is no Hashtable", "ConvertToFinalInvalidCastException")


def _to_switch(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise NotKnown(f"a switch from {net_type(value)}")


_PLAIN = {
    "System.String": text,
    "System.Boolean": truth,
    "System.Char": _to_char,
    "System.Void": lambda value: NOTHING,
    "System.Double": lambda value: float(number(value)),
    "System.Collections.Hashtable": _to_hashtable,
    "System.Management.Automation.SwitchParameter": _to_switch,
    "System.Array": lambda value: value if isinstance(value, Array) else Array([value]),
}


def type_named(written: str) -> TypeRef:
    found = tables.resolve(written)
    if found is None:
        raise throw("System.Management.Automation.RuntimeException", f"Unable to find type [{written}].", "TypeNotFound")
    return TypeRef(found[0])


def is_type(value: Any, target: str) -> bool:
    value = null_of(value)
    if value is None:
        return False
    if target == "System.Management.Automation.PSObject":
        raise NotKnown("-is [psobject]")
    own = net_type(value)
    if own == target or target == "System.Object":
        return True
    if target == "System.Array":
        return own.endswith("[]")
    if target in ("System.Collections.IEnumerable", "System.Collections.IList", "System.Collections.ICollection"):
        return own.endswith("[]") or isinstance(value, NetList) or (isinstance(value, Hashtable) and "IList" not in target)
    if target == "System.Collections.IDictionary":
        return isinstance(value, Hashtable)
    if isinstance(value, EnumValue):
        return target == "System.Enum"
    return tables.is_a(own, target)


# Texts are compared as the invariant culture does, which does not see these.
_IGNORED = re.compile("[\0\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]")


def same_text(left: str, right: str, folds_case: bool) -> bool:
    """`-eq` and `-ceq` of texts: not by units, as `Equals` does. NUL and direction marks count for nothing, and letters
    with marks equal their parts."""
    pair = [unicodedata.normalize("NFC", _IGNORED.sub("", t)) for t in (left, right)]
    return pair[0].lower() == pair[1].lower() if folds_case else pair[0] == pair[1]


def to_unsigned_64(value: int) -> UInt64:
    return UInt64(value & 0xFFFFFFFFFFFFFFFF)


__all__ = [
    "Thrown",
    "convert",
    "elements",
    "hex_literal",
    "is_collection",
    "is_type",
    "null_of",
    "number",
    "parse_number",
    "same_text",
    "sized",
    "text",
    "to_unsigned_64",
    "truth",
    "type_named",
]
