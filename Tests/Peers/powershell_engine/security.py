"""Access lists and certificate stores, as far as scripts use them. How Windows writes a descriptor again is not proven
here: entries are kept in the order and words in which they came."""

from __future__ import annotations

from typing import Any

from .conversion import text
from .enums import enum_value
from .machine import CERTIFICATES, SIDS, Descriptor, Machine
from .values import NOTHING, Array, EnumValue, Int32, NetList, NetObject, NotKnown, TypeRef, throw

_SECTIONS = "System.Security.AccessControl.AccessControlSections"


class Sid(NetObject):
    net = "System.Security.Principal.SecurityIdentifier"

    def __init__(self, sid: str) -> None:
        self.property_value = sid


class AccessRule(NetObject):
    net = "System.Security.AccessControl.FileSystemAccessRule"

    def __init__(self, is_refusal: bool, rights: int, sid: str) -> None:
        self.property_identityreference = Sid(sid)
        signed = rights - (1 << 32) if rights > 0x7FFFFFFF else rights
        self.property_filesystemrights = EnumValue("System.Security.AccessControl.FileSystemRights", str(signed), signed)
        kind = "Deny" if is_refusal else "Allow"
        self.property_accesscontroltype = EnumValue(
            "System.Security.AccessControl.AccessControlType", kind, int(is_refusal)
        )


class FileSecurity(NetObject):
    net = "System.Security.AccessControl.FileSecurity"

    def __init__(self) -> None:
        self._descriptor = Descriptor("", "", "", [])
        self._changed = 0

    @staticmethod
    def of_file(machine: Machine, path: str) -> FileSecurity:
        name = machine.file(path)
        if name is None:
            raise throw("System.IO.FileNotFoundException", "Unable to find the specified file.")
        made = FileSecurity()
        made._descriptor = Descriptor.parse(machine.files[name])
        return made

    def property_sddl(self) -> str:
        return self._descriptor.text()

    def call_getsecuritydescriptorsddlform(self, sections: Any) -> str:
        wanted, whole = enum_value(_SECTIONS, sections).number, self._descriptor
        if not wanted & 2:
            raise NotKnown("a descriptor without its access list")
        owner, group = (whole.owner if wanted & 4 else ""), (whole.group if wanted & 8 else "")
        return Descriptor(owner, group, whole.flags, whole.entries).text()

    def call_setsecuritydescriptorsddlform(self, sddl: Any, sections: Any) -> Any:
        read, wanted = Descriptor.parse(text(sddl)), enum_value(_SECTIONS, sections).number
        if wanted & 2:
            self._descriptor.flags, self._descriptor.entries = read.flags, read.entries
        if wanted & 4:
            self._descriptor.owner = read.owner
        if wanted & 8:
            self._descriptor.group = read.group
        self._changed |= wanted
        return NOTHING

    def call_getaccessrules(self, explicit: Any, inherited: Any, target: Any) -> NetList:
        if not isinstance(target, TypeRef) or target.name != Sid.net:
            raise NotKnown("access rules by name")
        rules = [AccessRule(*rule) for rule in self._descriptor.rules]
        return NetList(list(rules), "System.Security.AccessControl.AuthorizationRuleCollection")

    def call_getowner(self, target: Any) -> Sid:
        return Sid(SIDS.get(self._descriptor.owner, self._descriptor.owner))

    def save(self, machine: Machine, path: str) -> None:
        """Only the parts that were changed are written."""
        name = machine.file(path)
        if name is None:
            raise throw("System.IO.FileNotFoundException", "Unable to find the specified file.")
        now = Descriptor.parse(machine.files[name])
        if self._changed & 2:
            now.flags, now.entries = self._descriptor.flags, self._descriptor.entries
        if self._changed & 4:
            now.owner = self._descriptor.owner
        machine.files[name] = now.text()


class Certificate(NetObject):
    net = "System.Security.Cryptography.X509Certificates.X509Certificate2"

    def __init__(self, thumbprint: str) -> None:
        self.property_thumbprint = thumbprint


class Certificates(NetList):
    def __init__(self, items: list[Any]) -> None:
        super().__init__(items, "System.Security.Cryptography.X509Certificates.X509Certificate2Collection")


class CertificateStore(NetObject):
    """The machine's stores are registry keys."""

    net = "System.Security.Cryptography.X509Certificates.X509Store"

    def __init__(self, machine: Machine, name: Any, location: Any) -> None:
        place = enum_value("System.Security.Cryptography.X509Certificates.StoreLocation", location)
        if place.name != "LocalMachine":
            raise NotKnown("a store of the user")
        self._machine, self._name = machine, text(name)
        self._is_writable: bool | None = None

    def call_open(self, flags: Any) -> Any:
        wanted = enum_value("System.Security.Cryptography.X509Certificates.OpenFlags", flags).number
        if self._machine.root.find(CERTIFICATES.format(self._name)) is None:
            if not wanted & 4:
                raise NotKnown("a store that would be made")
            raise throw("System.Security.Cryptography.CryptographicException", "The system cannot find the file specified.")
        self._is_writable = bool(wanted & 1)
        return NOTHING

    def property_certificates(self) -> Certificates:
        if self._is_writable is None:
            return Certificates([])
        store = self._machine.root.find(CERTIFICATES.format(self._name))
        return Certificates([Certificate(key.name) for key in store.keys.values()] if store else [])

    def call_removerange(self, many: Any) -> Any:
        if not self._is_writable:
            raise throw("System.Security.Cryptography.CryptographicException", "Access is denied.")
        store = self._machine.root.find(CERTIFICATES.format(self._name))
        for one in many.items:
            if store is not None:
                store.keys.pop(one.property_thumbprint.lower(), None)
        return NOTHING

    def call_close(self) -> Any:
        self._is_writable = None
        return NOTHING


def find_certificates(many: Certificates, kind: Any, value: Any, valid_only: Any) -> Certificates:
    wanted = enum_value("System.Security.Cryptography.X509Certificates.X509FindType", kind)
    if wanted.name != "FindByThumbprint" or valid_only is not False:
        raise NotKnown("this search for certificates")
    return Certificates([c for c in many.items if c.property_thumbprint.lower() == text(value).lower()])


__all__ = ["Array", "CertificateStore", "Certificates", "FileSecurity", "Int32", "find_certificates"]
