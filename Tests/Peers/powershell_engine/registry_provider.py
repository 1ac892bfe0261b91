"""The registry provider's commands with the surprises of powershell.md section 6."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import registry
from .conversion import convert, text, truth
from .operators import _wildcard as wildcard
from .registry_keys import RegistryKey
from .values import Array, CustomObject, Int32, NotKnown, Number, Thrown, throw

if TYPE_CHECKING:
    from .commands import Call


def _path(call: Call, position: int = 0) -> tuple[str, bool]:
    """Below HKLM, and whether it is taken as it is (-LiteralPath)."""
    literal = call.take("LiteralPath")
    if literal is not None and call.engine.version == "2.0" and call.name in ("New-Item",):
        raise NotKnown("-LiteralPath")
    written = text(literal if literal is not None else call.take("Path", position))
    for root in ("HKLM:\\", "Registry::HKEY_LOCAL_MACHINE\\", "HKLM:"):
        if written.lower().startswith(root.lower()):
            # The provider takes a slash for a backslash.
            return written[len(root) :].replace("/", "\\"), literal is not None
    raise NotKnown(f"the path {written}")


def _find(call: Call, path: str, is_literal: bool) -> registry.Key | None:
    if not is_literal and any(c in path for c in "[*?"):
        parts, here = registry.parts(path), [call.engine.machine.root]
        for part in parts:
            fits = wildcard(part)
            here = [below for key in here for below in key.keys.values() if fits.fullmatch(below.name)]
        if len(here) > 1:
            raise NotKnown("a pattern that fits several keys")
        return here[0] if here else None
    return call.engine.machine.root.find(path)


def _missing(path: str) -> Thrown:
    return throw(
        "System.Management.Automation.ItemNotFoundException",
        f"Cannot find path 'HKLM:\\{path}' because it does not exist.",
        "PathNotFound",
    )


def _test_path(call: Call) -> None:
    path, is_literal = _path(call)
    call.sink.put(_find(call, path, is_literal) is not None)


def _new_item(call: Call) -> None:
    path, _ = _path(call)
    force = truth(call.take("Force"))
    root, parts = call.engine.machine.root, registry.parts(path)
    found = root.find(path)
    if not call.should_process(path, "New Item"):
        return
    if found is not None:
        if not force:
            call.error(throw("System.IO.IOException", "A key in this path already exists.", "System.IO.IOException"))
            return
        # -Force on a key that is there: everything in it is gone.
        found.values.clear()
        found.keys.clear()
    elif root.find("\\".join(parts[:-1])) is None and not force:
        call.error(throw("System.ArgumentException", "The parent key does not exist.", "System.ArgumentException"))
        return
    root.make(path)
    call.sink.put(RegistryKey(call.engine, root.make(path), path, False))


def _name(call: Call, position: int | None = 1) -> str:
    name = text(call.take("Name", position))
    return "" if name.lower() == "(default)" else name


_TYPES = {"string": registry.SZ, "expandstring": registry.EXPAND_SZ, "binary": registry.BINARY, "dword": registry.DWORD}
_TYPES |= {"multistring": registry.MULTI_SZ, "qword": registry.QWORD}


def _set_item_property(call: Call) -> None:
    path, is_literal = _path(call)
    key, name, value, kind = _find(call, path, is_literal), _name(call), call.take("Value", 2), call.take("Type")
    if key is None:
        call.error(_missing(path))
        return
    if not call.should_process(path, "Set Property"):
        return
    if key.is_write_denied:
        call.error(throw("System.Security.SecurityException", "Requested registry access is not allowed."))
        return
    before = key.value(name)
    if kind is not None:
        number = _TYPES[text(kind).lower()]
    elif before is not None:
        # Without -Type a string stays a string.
        number = before.type
    else:
        number = registry.DWORD if isinstance(value, Int32) else registry.SZ
    key.set(name, number, _encoded(call, number, value))


def _encoded(call: Call, number: int, value: Any) -> bytes:
    if number in (registry.SZ, registry.EXPAND_SZ):
        return registry.text_bytes(text(value))
    if number == registry.DWORD:
        plain = int(value) if isinstance(value, Number) else int(convert(value, "System.Int64"))
        if plain > 0x7FFFFFFF and call.engine.version != "7":
            raise throw("System.Management.Automation.PSInvalidCastException", "Value was too large for an Int32.")
        return (plain & 0xFFFFFFFF).to_bytes(4, "little")
    if number == registry.QWORD:
        return (int(convert(value, "System.Int64")) & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")
    if number == registry.MULTI_SZ:
        return registry.many_bytes(convert(value, "System.String[]").items)
    return bytes(int(b) for b in convert(value, "System.Byte[]").items)


def _get_item_property(call: Call) -> None:
    path, is_literal = _path(call)
    key, name = _find(call, path, is_literal), call.take("Name", 1)
    if key is None:
        call.error(_missing(path))
        return
    if name is None:
        raise NotKnown("Get-ItemProperty of a whole key")
    bare = "" if text(name).lower() == "(default)" else text(name)
    if key.value(bare) is None:
        call.error(throw("System.Management.Automation.PSArgumentException", f"Property {bare} does not exist."))
        return
    # It expands what is stored as ExpandString.
    value = RegistryKey(call.engine, key, path, False).call_getvalue(bare)
    call.sink.put(CustomObject({text(name).lower(): (text(name), value)}))


def _remove_item_property(call: Call) -> None:
    path, is_literal = _path(call)
    key, name = _find(call, path, is_literal), _name(call)
    if key is None:
        call.error(_missing(path))
        return
    if not call.should_process(path, "Remove Property"):
        return
    # With -Path the name is a pattern too: [ ] fit nothing, and nobody says so.
    if not is_literal and any(c in name for c in "[*?"):
        fits = wildcard(name)
        for value in [v for v in key.values.values() if fits.fullmatch(v.name)]:
            del key.values[value.name.lower()]
        return
    if key.values.pop(name.lower(), None) is None:
        call.error(throw("System.Management.Automation.PSArgumentException", f"Property {name} does not exist."))


def _remove_item(call: Call) -> None:
    path, is_literal = _path(call)
    key = _find(call, path, is_literal)
    if key is None:
        call.error(_missing(path))
        return
    if not call.should_process(path, "Remove Key"):
        return
    if key.keys and not truth(call.take("Recurse")):
        raise NotKnown("Remove-Item asks")
    call.take("Force")
    parent = call.engine.machine.root.find(path.rpartition("\\")[0])
    if parent is not None:
        del parent.keys[key.name.lower()]


COMMANDS: dict[str, Callable[[Any], None]] = {
    "test-path": _test_path,
    "new-item": _new_item,
    "set-itemproperty": _set_item_property,
    "get-itemproperty": _get_item_property,
    "remove-itemproperty": _remove_item_property,
    "remove-item": _remove_item,
}

__all__ = ["COMMANDS", "Array"]
