"""PowerShell's values, as far as our scripts use them.

Text is a Python str with one character per UTF-16 unit, as in .NET: half a surrogate pair is a character like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class NotKnown(Exception):
    """The engine does not know this construct, command, member or parameter, or it is not there on the version that is
    simulated. No script can catch it: a proof must not rest on a guess."""


class Exit(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


class Thrown(Exception):
    """An error that a script can catch."""

    def __init__(self, error: NetException, identifier: str = "", stops_script: bool = False) -> None:
        super().__init__(error.message)
        self.error = error
        self.identifier = identifier
        # `throw`, or an error under ErrorActionPreference Stop: ends the script where nothing catches it.
        self.stops_script = stops_script


class Nothing:
    """What a command without output gives: `$null` in an expression, no item in a pipeline."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


class Number(int):
    """A whole number with its .NET type."""

    net = ""
    low = 0
    high = 0


def _number(net: str, low: int, high: int) -> type[Number]:
    return type(net, (Number,), {"net": "System." + net, "low": low, "high": high})


Byte = _number("Byte", 0, 0xFF)
Int16 = _number("Int16", -0x8000, 0x7FFF)
UInt16 = _number("UInt16", 0, 0xFFFF)
Int32 = _number("Int32", -0x80000000, 0x7FFFFFFF)
UInt32 = _number("UInt32", 0, 0xFFFFFFFF)
Int64 = _number("Int64", -0x8000000000000000, 0x7FFFFFFFFFFFFFFF)
UInt64 = _number("UInt64", 0, 0xFFFFFFFFFFFFFFFF)
NUMBERS = {kind.net: kind for kind in (Byte, Int16, UInt16, Int32, UInt32, Int64, UInt64)}


@dataclass(frozen=True)
class Char:
    unit: str
    net = "System.Char"


@dataclass(eq=False)
class Array:
    items: list[Any] = field(default_factory=list)
    element: str = "System.Object"

    @property
    def net(self) -> str:
        return self.element + "[]"


@dataclass(eq=False)
class NetList:
    """ArrayList, List<T> and the collections that .NET members return."""

    items: list[Any] = field(default_factory=list)
    net: str = "System.Collections.ArrayList"


class Hashtable:
    """`@{}`: keys fold case, and come back in no order that a script may rest on."""

    net = "System.Collections.Hashtable"

    def __init__(self) -> None:
        self._entries: dict[Any, tuple[Any, Any]] = {}

    @staticmethod
    def _key(key: Any) -> Any:
        return ("text", key.lower()) if isinstance(key, str) else (type(key).__name__, key)

    def get(self, key: Any) -> Any:
        return self._entries.get(self._key(key), (None, None))[1]

    def has(self, key: Any) -> bool:
        return self._key(key) in self._entries

    def set(self, key: Any, value: Any) -> None:
        folded = self._key(key)
        before = self._entries.get(folded)
        self._entries[folded] = (before[0] if before else key, value)

    def remove(self, key: Any) -> None:
        self._entries.pop(self._key(key), None)

    def entries(self) -> Iterator[tuple[Any, Any]]:
        # Neither the order written nor a sorted one.
        yield from sorted(self._entries.values(), key=lambda entry: str(entry[0])[::-1])

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True)
class TypeRef:
    """A type as a value: `[int]`."""

    name: str
    net = "System.Type"


@dataclass(frozen=True)
class EnumValue:
    net: str
    name: str
    number: int


@dataclass(eq=False)
class NetException:
    net: str
    message: str
    inner: NetException | None = None


@dataclass(eq=False)
class ErrorRecord:
    exception: NetException
    identifier: str
    line: int
    net = "System.Management.Automation.ErrorRecord"


@dataclass(eq=False)
class ScriptBlock:
    node: Any
    net = "System.Management.Automation.ScriptBlock"


@dataclass(eq=False)
class CustomObject:
    """`New-Object PSObject -Property @{…}`."""

    properties: dict[str, tuple[str, Any]] = field(default_factory=dict)
    net = "System.Management.Automation.PSCustomObject"


class NetObject:
    """A .NET object that the engine simulates: `property_x` and `call_x` methods, by lower-case member name."""

    net = ""


def net_type(value: Any) -> str:
    """The full name of a value's .NET type."""
    if isinstance(value, bool):
        return "System.Boolean"
    if isinstance(value, str):
        return "System.String"
    if isinstance(value, float):
        return "System.Double"
    name = getattr(value, "net", "")
    if not name:
        raise NotKnown(f"the type of {value!r}")
    return str(name)


def throw(net: str, message: str, identifier: str = "", stops_script: bool = False) -> Thrown:
    return Thrown(NetException(net, message), identifier, stops_script)


def units(text: str) -> str:
    """A Python text with one character per UTF-16 unit."""
    if all(c < "\U00010000" for c in text):
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(int.from_bytes(raw[i : i + 2], "little")) for i in range(0, len(raw), 2))


def python_text(text: str) -> str:
    """The way back: pairs joined, a lone half stays."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
