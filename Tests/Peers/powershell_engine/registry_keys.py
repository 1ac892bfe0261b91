"""Microsoft.Win32.RegistryKey, as powershell.md measured it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import registry
from .conversion import convert, text
from .enums import enum_value
from .registry import BINARY, DWORD, EXPAND_SZ, MULTI_SZ, NONE, QWORD, SZ, Key
from .values import NOTHING, Array, Byte, EnumValue, Int32, Int64, NetObject, NotKnown, Thrown, throw

if TYPE_CHECKING:
    from .expressions import Expressions

_KIND = "Microsoft.Win32.RegistryValueKind"
_NUMBERS = {"String": SZ, "ExpandString": EXPAND_SZ, "Binary": BINARY, "DWord": DWORD, "MultiString": MULTI_SZ}
_NUMBERS |= {"QWord": QWORD, "None": NONE, "Unknown": BINARY}
_NAMES = {number: name for name, number in _NUMBERS.items() if name != "Unknown"}


def _denied(message: str) -> Thrown:
    return throw("System.UnauthorizedAccessException", message)


class RegistryKey(NetObject):
    net = "Microsoft.Win32.RegistryKey"

    def __init__(self, engine: Any, key: Key, path: str, is_writable: bool) -> None:
        self._engine, self._key, self._path, self._is_writable = engine, key, path, is_writable
        self._is_open = True

    @staticmethod
    def local_machine(engine: Expressions) -> RegistryKey:
        return RegistryKey(engine, engine.machine.root, "", True)

    def _check(self, writing: bool = False) -> None:
        if not self._is_open:
            raise throw("System.ObjectDisposedException", "Cannot access a closed registry key.")
        if writing and not self._is_writable:
            raise _denied("Cannot write to the registry key.")

    def _full(self, below: Any) -> str:
        parts = registry.parts(self._path) + registry.parts(_c_string(text(below)))
        if any(len(part) > 255 for part in parts):
            raise throw("System.ArgumentException", "Registry key name must not be greater than 255 characters.")
        path = "\\".join(parts)
        return str(self._engine.machine.redirected(path))

    # Keys

    def call_opensubkey(self, name: Any, writable: Any = False) -> RegistryKey | None:
        self._check()
        path = self._full(name)
        key = self._engine.machine.root.find(path)
        if key is None:
            return None
        if key.is_read_denied or (writable is True and key.is_write_denied):
            raise throw("System.Security.SecurityException", "Requested registry access is not allowed.")
        if not isinstance(writable, bool):
            raise NotKnown("OpenSubKey with rights")
        return RegistryKey(self._engine, key, path, writable)

    def call_createsubkey(self, name: Any) -> RegistryKey:
        self._check(writing=True)
        path, here = self._full(name), self._engine.machine.root
        parts = registry.parts(path)
        for at, part in enumerate(parts):
            below = here.keys.get(part.lower())
            if below is None and at == 0:
                raise throw("System.ArgumentException", "A key directly below HKEY_LOCAL_MACHINE cannot be made.")
            if below is None and here.is_write_denied:
                raise _denied(f"Access to the registry key 'HKEY_LOCAL_MACHINE\\{path}' is denied.")
            if below is None:
                below = here.keys.setdefault(part.lower(), Key(part))
            here = below
        if here.is_write_denied or here.is_read_denied:
            raise _denied(f"Access to the registry key 'HKEY_LOCAL_MACHINE\\{path}' is denied.")
        return RegistryKey(self._engine, here, path, True)

    def call_deletesubkey(self, name: Any, throws: Any = True) -> Any:
        self._check(writing=True)
        path = self._full(name)
        found = self._engine.machine.root.find(path)
        parent = self._engine.machine.root.find(path.rpartition("\\")[0])
        if found is None:
            if throws:
                raise throw("System.ArgumentException", "Cannot delete a subkey tree because the subkey does not exist.")
            return NOTHING
        if found.keys:
            raise throw(
                "System.InvalidOperationException",
                "Registry key has subkeys and recursive removes are not supported by this method.",
            )
        if found.is_write_denied or parent is None:
            raise _denied("Cannot write to the registry key.")
        del parent.keys[found.name.lower()]
        return NOTHING

    def call_getsubkeynames(self) -> Array:
        self._check()
        return Array([key.name for key in self._key.keys.values()], "System.String")

    def property_subkeycount(self) -> Int32:
        self._check()
        return Int32(len(self._key.keys))

    def property_valuecount(self) -> Int32:
        self._check()
        return Int32(len(self._key.values))

    def property_name(self) -> str:
        return "HKEY_LOCAL_MACHINE" + ("\\" + self._path if self._path else "")

    def call_close(self) -> Any:
        self._is_open = False
        return NOTHING

    # Values

    def call_getvaluenames(self) -> Array:
        self._check()
        return Array([value.name for value in self._key.values.values()], "System.String")

    def call_getvalue(self, name: Any, default: Any = None, options: Any = None) -> Any:
        self._check()
        keeps = options is not None and enum_value("Microsoft.Win32.RegistryValueOptions", options).number == 1
        found = self._key.value(_c_string(text(name)))
        if found is None:
            return default
        data = found.data
        if found.type == SZ:
            return registry.text_of(data)
        if found.type == EXPAND_SZ:
            from .statics import expand

            written = registry.text_of(data)
            return written if keeps else expand(self._engine.machine.environment, written)
        if found.type == MULTI_SZ:
            return Array(list(registry.many_of(data)), "System.String")
        if found.type == DWORD and len(data) == 4:
            return Int32(int.from_bytes(data, "little", signed=True))
        if found.type == QWORD and len(data) == 8:
            return Int64(int.from_bytes(data, "little", signed=True))
        if found.type in (BINARY, NONE, 5) or found.type in (DWORD, QWORD):
            if found.type in (DWORD, QWORD):
                raise NotKnown(f"a number of {len(data)} bytes")
            return Array([Byte(b) for b in data], "System.Byte")
        # Links, resource lists and types that nobody knows.
        return default

    def call_getvaluekind(self, name: Any) -> EnumValue:
        self._check()
        found = self._key.value(_c_string(text(name)))
        if found is None:
            raise throw("System.IO.IOException", "The specified registry key does not exist.")
        known = _NAMES.get(found.type, "Unknown")
        # .NET before 4.0 has no None: REG_NONE is 0, which was Unknown.
        return enum_value(_KIND, "Unknown" if known == "None" and self._engine.version == "2.0" else known)

    def call_setvalue(self, name: Any, value: Any, kind: Any = None) -> Any:
        self._check(writing=True)
        if value is None:
            raise throw("System.ArgumentNullException", "Value cannot be null.")
        if kind is None:
            raise NotKnown("SetValue without a kind")
        wanted = enum_value(_KIND, kind).name
        if wanted == "None" and self._engine.version == "2.0":
            raise throw("System.ArgumentException", "The specified RegistryValueKind is an invalid value.")
        self._key.set(_c_string(text(name)), _NUMBERS[wanted], _raw(wanted, value))
        return NOTHING

    def call_deletevalue(self, name: Any, throws: Any = True) -> Any:
        self._check(writing=True)
        if self._key.values.pop(_c_string(text(name)).lower(), None) is None and throws:
            raise throw("System.ArgumentException", "No value exists with that name.")
        return NOTHING


def _c_string(name: str) -> str:
    """Windows' calls end a name at NUL."""
    return name.partition("\0")[0]


def _mismatch() -> Thrown:
    return throw(
        "System.ArgumentException",
        "The type of the value object did not match the specified RegistryValueKind or the object could not be "
        "properly converted.",
    )


def _raw(kind: str, value: Any) -> bytes:
    """What SetValue writes: numbers must fit, lists must be of the very type."""
    if kind in ("String", "ExpandString"):
        if kind == "ExpandString" and not isinstance(value, str):
            raise _mismatch()
        return registry.text_bytes(text(value))
    if kind in ("DWord", "QWord"):
        target, size = ("System.Int32", 4) if kind == "DWord" else ("System.Int64", 8)
        try:
            return int(convert(value, target)).to_bytes(size, "little", signed=True)
        except Thrown:
            raise _mismatch() from None
    if not isinstance(value, Array) or value.element != ("System.String" if kind == "MultiString" else "System.Byte"):
        raise _mismatch()
    if kind == "MultiString":
        if any("\0" in item for item in value.items):
            raise NotKnown("a text with NUL in a MultiString")
        return registry.many_bytes(value.items)
    return bytes(int(b) for b in value.items)
