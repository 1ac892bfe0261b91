"""Members of objects and types: each is looked up in the tables, and simulated here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .conversion import convert, is_collection, text, truth
from .enums import ENUMS, enum_value
from .security import find_certificates
from .statics import STATIC_METHODS, STATIC_PROPERTIES
from .values import (
    NOTHING,
    Array,
    Char,
    CustomObject,
    EnumValue,
    ErrorRecord,
    Exit,
    Hashtable,
    Int32,
    NetException,
    NetList,
    NetObject,
    NotKnown,
    Number,
    Thrown,
    TypeRef,
    net_type,
    throw,
)

if TYPE_CHECKING:
    from .expressions import Expressions


class Version(NetObject):
    net = "System.Version"

    def __init__(self, major: int, minor: int) -> None:
        self.property_major, self.property_minor = Int32(major), Int32(minor)

    def call_tostring(self) -> str:
        return f"{self.property_major}.{self.property_minor}"


class Opaque(NetObject):
    """There, and nothing of it is known."""

    def __init__(self, net: str) -> None:
        self.net = net


class SessionState(NetObject):
    net = "System.Management.Automation.SessionState"

    def __init__(self, engine: Expressions) -> None:
        mode = engine.machine.language_mode
        self.property_languagemode = EnumValue("System.Management.Automation.PSLanguageMode", mode, 0)


class ExecutionContext(NetObject):
    net = "System.Management.Automation.EngineIntrinsics"


class Cmdlet(NetObject):
    """`$PSCmdlet` of the script."""

    net = "System.Management.Automation.PSCmdlet"

    def __init__(self, engine: Any, supports: bool) -> None:
        self._engine, self._supports = engine, supports

    def call_shouldprocess(self, target: str, action: str) -> bool:
        if not self._supports:
            raise NotKnown("ShouldProcess without SupportsShouldProcess")
        return should_process(self._engine, text(target), text(action))


def should_process(engine: Any, target: str, action: str) -> bool:
    """What -WhatIf and -Confirm decide, for the script and for each command in it."""
    if truth(engine.variable_or_none("whatifpreference")):
        engine.told.append(f'What if: Performing the operation "{action}" on target "{target}".')
        return False
    if text(engine.variable_or_none("confirmpreference")).lower() == "low":
        raise throw(
            "System.Management.Automation.PSInvalidOperationException",
            "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
            "InvalidOperation",
        )
    return True


# Properties


def get_property(engine: Any, owner: Any, name: str) -> Any:
    if owner is None:
        if engine.strict:
            raise _missing(name)
        if name.lower() in ("count", "length") and engine.version != "2.0":
            return Int32(0)
        return None
    lower = name.lower()
    if isinstance(owner, Hashtable):
        # A key stands before a member of that name.
        if owner.has(name):
            return owner.get(name)
        if lower == "count":
            return Int32(len(owner))
        if lower == "keys":
            return NetList([key for key, _ in owner.entries()], "System.Collections.ICollection")
        if lower == "values":
            return NetList([value for _, value in owner.entries()], "System.Collections.ICollection")
        return _no_property(engine, owner, name)
    if isinstance(owner, CustomObject):
        if lower in owner.properties:
            return owner.properties[lower][1]
        return _no_property(engine, owner, name)
    if isinstance(owner, (Array, NetList)):
        if lower in ("length", "count"):
            # Arrays have Length; Count is an alias that PowerShell adds. Lists have Count.
            if lower == "length" and isinstance(owner, NetList):
                return _no_property(engine, owner, name)
            return Int32(len(owner.items))
        if engine.version == "2.0":
            return _no_property(engine, owner, name)
        raise NotKnown(f"a property of each element: .{name}")
    if lower in ("count", "length") and not isinstance(owner, str):
        if engine.version == "2.0" or engine.strict:
            return _no_property(engine, owner, name)
        return Int32(1)
    found = _own_property(engine, owner, lower)
    if found is not None:
        engine.require_member(net_type(owner), name, None, is_static=False)
        return found[0]
    from powershell import tables

    if tables.find(net_type(owner), name):
        raise NotKnown(f"{net_type(owner)}.{name} is not simulated")
    return _no_property(engine, owner, name)


def _own_property(engine: Any, owner: Any, lower: str) -> tuple[Any] | None:
    if isinstance(owner, str) and lower == "length":
        return (Int32(len(owner)),)
    if isinstance(owner, ErrorRecord):
        if lower == "exception":
            return (owner.exception,)
        if lower == "fullyqualifiederrorid":
            return (owner.identifier,)
    if isinstance(owner, NetException):
        if lower == "message":
            return (owner.message,)
        if lower == "innerexception":
            return (owner.inner,)
    if isinstance(owner, TypeRef) and lower in ("name", "fullname"):
        return (owner.name if lower == "fullname" else owner.name.rpartition(".")[2],)
    if isinstance(owner, ExecutionContext) and lower == "sessionstate":
        return (SessionState(engine),)
    if isinstance(owner, NetObject):
        missing = object()
        value = getattr(owner, "property_" + lower, missing)
        if value is not missing:
            return (value() if callable(value) else value,)
    return None


def _no_property(engine: Any, owner: Any, name: str) -> Any:
    if engine.strict:
        raise _missing(name)
    return None


def _missing(name: str) -> Thrown:
    return throw(
        "System.Management.Automation.PropertyNotFoundException",
        f"The property '{name}' cannot be found on this object.",
        "PropertyNotFoundStrict",
    )


def set_property(engine: Any, owner: Any, name: str, value: Any) -> None:
    if isinstance(owner, Hashtable):
        owner.set(name, value)
    elif isinstance(owner, CustomObject) and name.lower() in owner.properties:
        owner.properties[name.lower()] = (name, value)
    else:
        raise NotKnown(f"an assignment to {net_type(owner)}.{name}")


# Methods


def call_method(engine: Any, owner: Any, name: str, arguments: list[Any]) -> Any:
    if owner is None:
        raise throw(
            "System.Management.Automation.RuntimeException",
            "You cannot call a method on a null-valued expression.",
            "InvokeMethodOnNull",
        )
    own = net_type(owner)
    engine.require_member(own, name, len(arguments), is_static=False)
    lower = name.lower()
    method = getattr(owner, "call_" + lower, None) if isinstance(owner, NetObject) else None
    if method is None:
        method = _METHODS.get((_kind(owner), lower))
        if method is None:
            raise NotKnown(f"{own}.{name}() is not simulated")
        return _guarded(name, arguments, lambda: method(owner, *arguments))
    return _guarded(name, arguments, lambda: method(*arguments))


def _kind(owner: Any) -> str:
    for kind, name in ((str, "text"), (Array, "list"), (NetList, "list"), (Hashtable, "table"), (Number, "number")):
        if isinstance(owner, kind):
            return name
    return "any"


def _guarded(name: str, arguments: list[Any], call: Any) -> Any:
    """PowerShell wraps what a method throws."""
    try:
        return call()
    except Thrown as thrown:
        message = f'Exception calling "{name}" with "{len(arguments)}" argument(s): "{thrown.error.message}"'
        wrapped = NetException("System.Management.Automation.MethodInvocationException", message, thrown.error)
        raise Thrown(wrapped, thrown.error.net.rpartition(".")[2], thrown.stops_script) from None
    except (TypeError, ValueError) as problem:
        raise NotKnown(f"{name}({', '.join(map(repr, arguments))}): {problem}") from None


def _one_of(value: Any) -> str:
    return value.unit if isinstance(value, Char) else text(value)


def _substring(owner: str, start: Any, length: Any = None) -> str:
    first = int(convert(start, "System.Int32"))
    count = len(owner) - first if length is None else int(convert(length, "System.Int32"))
    if first < 0 or count < 0 or first + count > len(owner):
        raise throw("System.ArgumentOutOfRangeException", "startIndex cannot be larger than length of string.")
    return owner[first : first + count]


def _ordinal_only(owner: str, other: Any) -> str:
    """IndexOf, StartsWith and EndsWith of texts follow the culture; of characters they do not."""
    if not isinstance(other, Char) and not text(other).isascii():
        raise NotKnown("a comparison in the machine's culture")
    return _one_of(other)


_METHODS: dict[tuple[str, str], Any] = {
    ("text", "substring"): _substring,
    ("text", "indexof"): lambda s, t: Int32(s.find(_ordinal_only(s, t))),
    ("text", "lastindexof"): lambda s, t: Int32(s.rfind(_ordinal_only(s, t))),
    ("text", "replace"): lambda s, a, b: s.replace(_one_of(a), _one_of(b)),
    ("text", "startswith"): lambda s, t: s.startswith(_ordinal_only(s, t)),
    ("text", "endswith"): lambda s, t: s.endswith(_ordinal_only(s, t)),
    ("text", "contains"): lambda s, t: text(t) in s,
    ("text", "trim"): lambda s: s.strip(),
    ("text", "toupperinvariant"): lambda s: s.upper(),
    ("text", "tolowerinvariant"): lambda s: s.lower(),
    ("text", "tostring"): lambda s: s,
    ("text", "tochararray"): lambda s: Array([Char(c) for c in s], "System.Char"),
    # Not as -ceq: by units.
    ("text", "equals"): lambda s, t: isinstance(t, str) and s == t,
    ("list", "clone"): lambda a: Array(list(a.items), a.element),
    ("list", "add"): lambda a, item: _add(a, item),
    ("list", "find"): find_certificates,
    ("list", "toarray"): lambda a: Array(list(a.items)),
    ("table", "containskey"): lambda t, key: t.has(key),
    ("table", "contains"): lambda t, key: t.has(key),
    ("table", "remove"): lambda t, key: t.remove(key) or NOTHING,
    ("table", "add"): lambda t, key, value: _add_key(t, key, value),
    ("number", "tostring"): lambda n: text(n),
    ("any", "tostring"): lambda value: text(value),
    ("any", "gettype"): lambda value: TypeRef(net_type(value)),
}
for _kind_name in ("text", "list", "table", "number"):
    _METHODS[(_kind_name, "gettype")] = lambda value: TypeRef(net_type(value))


def _add(many: Any, item: Any) -> Any:
    if isinstance(many, Array):
        raise throw("System.NotSupportedException", "Collection was of a fixed size.")
    many.items.append(item)
    # ArrayList's Add answers with the place, which leaks into the output.
    return Int32(len(many.items) - 1) if many.net.endswith("ArrayList") else NOTHING


def _add_key(table: Hashtable, key: Any, value: Any) -> Any:
    if table.has(key):
        raise throw("System.ArgumentException", "Item has already been added.")
    table.set(key, value)
    return NOTHING


# Static


def static_property(engine: Any, owner: str, name: str) -> Any:
    if owner in ENUMS:
        engine.require_member(owner, name, None, is_static=True)
        return enum_value(owner, name)
    engine.require_member(owner, name, None, is_static=True)
    found = STATIC_PROPERTIES.get((owner, name.lower()))
    if found is None:
        raise NotKnown(f"[{owner}]::{name} is not simulated")
    return found(engine)


def call_static(engine: Any, owner: str, name: str, arguments: list[Any]) -> Any:
    engine.require_member(owner, name, len(arguments), is_static=True)
    found = STATIC_METHODS.get((owner, name.lower()))
    if found is None:
        raise NotKnown(f"[{owner}]::{name}() is not simulated")
    return _guarded(name, arguments, lambda: found(engine, *arguments))


__all__ = ["Cmdlet", "ExecutionContext", "Exit", "Opaque", "Version", "call_method", "call_static", "get_property"]
__all__ += ["is_collection", "set_property", "should_process", "static_property"]
