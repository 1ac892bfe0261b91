"""The simulated machine: registry, services, firewall, certificates, files."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from . import registry
from .registry import Key
from .values import throw, units

SERVICES = "SYSTEM\\CurrentControlSet\\Services\\"
FIREWALL = SERVICES + "SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
CERTIFICATES = "SOFTWARE\\Microsoft\\SystemCertificates\\{}\\Certificates"
WIN_STATIONS = "SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations"

# Keys of the 64-bit HKLM\SOFTWARE that a 32-bit process sees as they are.
_SHARED = (
    "policies",
    "microsoft\\systemcertificates",
    "microsoft\\enterprisecertificates",
    "microsoft\\windows nt\\currentversion\\fonts",
    "microsoft\\windows nt\\currentversion\\perflib",
    "microsoft\\windows nt\\currentversion\\time zones",
    "clients",
)
_ALIASES = {
    "S-1-5-18": "SY",
    "S-1-5-19": "LS",
    "S-1-5-20": "NS",
    "S-1-5-32-544": "BA",
    "S-1-5-32-545": "BU",
    "S-1-1-0": "WD",
    "S-1-5-11": "AU",
    # The account with the number 500 of this very machine.
    "S-1-5-21-1-2-3-500": "LA",
}
SIDS = {alias: sid for sid, alias in _ALIASES.items()}


@dataclass
class Machine:
    root: Key
    services: dict[str, str] = field(default_factory=dict)  # name -> Running, Stopped, …
    files: dict[str, str] = field(default_factory=dict)  # path -> SDDL
    environment: dict[str, str] = field(default_factory=dict)  # by lower-case name
    is_wow64: bool = False
    language_mode: str = "FullLanguage"
    # Programs and services that fail, by lower-case name, as a hostile or broken machine has them.
    broken: set[str] = field(default_factory=set)
    has_firewall_commands: bool = True
    # A machine whose TermService makes a certificate when it starts without one.
    makes_certificates: bool = True
    events: list[str] = field(default_factory=list)

    @staticmethod
    def read(json: dict[str, Any], shared: list[dict[str, registry.Value]] | None = None) -> Machine:
        machine = Machine(registry.read_registry(json.get("registry", {}), shared))
        machine.services = dict(json.get("services", {}))
        machine.files = dict(json.get("files", {}))
        machine.environment = {"systemroot": "C:\\Windows", "programdata": "C:\\ProgramData", "temp": "C:\\Temp"}
        machine.environment |= {k.lower(): units(v) for k, v in json.get("environment", {}).items()}
        machine.is_wow64 = json.get("wow64", False)
        if machine.is_wow64:
            machine.environment["processor_architew6432"] = "AMD64"
        machine.language_mode = json.get("languageMode", "FullLanguage")
        machine.broken = {name.lower() for name in json.get("broken", [])}
        machine.has_firewall_commands = json.get("firewallCommands", True)
        for path in json.get("writeDenied", []):
            machine.deny(path, reading=False)
        for path in json.get("readDenied", []):
            machine.deny(path, reading=True)
        return machine

    def deny(self, path: str, reading: bool) -> None:
        key = self.root.find(units(path))
        if key is None:
            raise ValueError(f"no key {path} to deny")
        key.is_write_denied, key.is_read_denied = True, reading

    def write(self) -> dict[str, Any]:
        written = registry.write_registry(self.root)
        return {"registry": written, "services": dict(self.services), "files": dict(self.files)}

    def state(self) -> tuple[Any, ...]:
        """All that a script can change, to be compared."""
        return registry.state(self.root), dict(self.services), dict(self.files)

    def redirected(self, path: str) -> str:
        """Where a process finds a key below HKLM."""
        parts = registry.parts(path)
        if not self.is_wow64 or not parts or parts[0].lower() != "software":
            return path
        rest = "\\".join(parts[1:])
        if any((rest.lower() + "\\").startswith(shared + "\\") for shared in (*_SHARED, "wow6432node")):
            return path
        return "SOFTWARE\\WOW6432Node" + ("\\" + rest if rest else "")

    # Services

    def service(self, name: str) -> str:
        found = next((n for n in self.services if n.lower() == name.lower()), None)
        if found is None:
            raise throw(
                "Microsoft.PowerShell.Commands.ServiceCommandException",
                f"Cannot find any service with service name '{name}'.",
                "NoServiceFoundForGivenName",
            )
        return found

    def start_type(self, name: str) -> int:
        key = self.root.find(SERVICES + name)
        value = key.value("Start") if key else None
        return int.from_bytes(value.data, "little") if value else -1

    def set_start_type(self, name: str, start: int) -> None:
        key = self.root.make(SERVICES + name)
        key.set("Start", registry.DWORD, start.to_bytes(4, "little"))

    def start_service(self, name: str) -> None:
        found = self.service(name)
        if found.lower() in self.broken or self.start_type(found) == 4:
            raise throw(
                "Microsoft.PowerShell.Commands.ServiceCommandException",
                f"Failed to start service '{name} ({name})'.",
                "StartServiceFailed",
            )
        if self.services[found] != "Running":
            self.events.append(f"started {found}")
            self.services[found] = "Running"
            if found.lower() == "termservice":
                self._make_certificate()

    def stop_service(self, name: str) -> None:
        found = self.service(name)
        if found.lower() in self.broken:
            raise throw(
                "Microsoft.PowerShell.Commands.ServiceCommandException",
                f"Service '{name}' cannot be stopped.",
                "StopServiceFailed",
            )
        if self.services[found] != "Stopped":
            self.events.append(f"stopped {found}")
            self.services[found] = "Stopped"

    def _make_certificate(self) -> None:
        """TermService makes a certificate when it starts and finds none."""
        if not self.makes_certificates:
            return
        stations = self.root.find(WIN_STATIONS)
        store = self.root.find(CERTIFICATES.format("Remote Desktop"))
        if stations is None or store is None:
            return
        current = stations.value("SelfSignedCertificate")
        if current is not None and current.data.hex() in store.keys:
            return
        made = hashlib.sha1(b"a new certificate").digest()
        store.make(made.hex().upper()).set("Blob", registry.BINARY, b"the certificate " + made)
        stations.set("SelfSignedCertificate", registry.BINARY, made)

    # Firewall

    def rules(self) -> Key:
        found = self.root.find(FIREWALL)
        if found is None:
            raise throw("Microsoft.Management.Infrastructure.CimException", "No rules.", "ObjectNotFound")
        return found

    def switch_rule(self, name: str, on: bool) -> None:
        value = self.rules().value(name)
        if value is None:
            raise throw("Microsoft.Management.Infrastructure.CimException", f"No rule {name}.", "ObjectNotFound")
        written = registry.text_of(value.data)
        changed = re.sub(r"\|Active=(TRUE|FALSE)\|", f"|Active={'TRUE' if on else 'FALSE'}|", written, count=1, flags=re.I)
        if changed != written:
            self.events.append(f"rule {value.name} {'on' if on else 'off'}")
            self.rules().set(value.name, registry.SZ, registry.text_bytes(changed))

    # Files

    def file(self, path: str) -> str | None:
        return next((name for name in self.files if name.lower() == path.lower()), None)


@dataclass
class Descriptor:
    """What the engine needs of an SDDL text: owner, group, flags and entries of the access list."""

    owner: str
    group: str
    flags: str
    entries: list[str]

    @staticmethod
    def parse(sddl: str) -> Descriptor:
        found = re.fullmatch(r"(?:O:([A-Z]{2}|S-[\d-]+))?(?:G:([A-Z]{2}|S-[\d-]+))?(?:D:([A-Z]*)((?:\([^()]*\))*))?", sddl)
        if found is None:
            raise throw("System.ArgumentException", "The SDDL string contains an invalid sid or a sid that cannot be translated.")
        return Descriptor(found[1] or "", found[2] or "", found[3] or "", re.findall(r"\(([^()]*)\)", found[4] or ""))

    def text(self) -> str:
        owner = f"O:{_short(self.owner)}" if self.owner else ""
        group = f"G:{_short(self.group)}" if self.group else ""
        return f"{owner}{group}D:{self.flags}" + "".join(f"({entry})" for entry in self.entries)

    @property
    def rules(self) -> list[tuple[bool, int, str]]:
        """(is a refusal, rights, SID) of each entry."""
        found = []
        for entry in self.entries:
            kind, _, rights, _, _, sid = entry.split(";")
            found.append((kind == "D", _rights(rights), SIDS.get(sid, sid)))
        return found

    def grant(self, sid: str, rights: str) -> None:
        new = f"A;;{rights};;;{_short(sid)}"
        if new not in self.entries:
            self.entries.append(new)

    def remove_refusals(self, sid: str) -> None:
        self.entries = [e for e in self.entries if not (e.startswith("D;") and SIDS.get(e.split(";")[5], e.split(";")[5]) == sid)]


def _short(sid: str) -> str:
    return _ALIASES.get(sid, sid)


_RIGHTS = {"FA": 0x1F01FF, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200A0, "GA": 0x10000000, "GR": 0x80000000}
_RIGHTS |= {"RC": 0x20000, "SD": 0x10000, "WD": 0x40000, "WO": 0x80000, "CC": 1, "DC": 2, "LC": 4, "SW": 8, "RP": 16}


def _rights(written: str) -> int:
    if written.lower().startswith("0x"):
        return int(written, 16)
    total = 0
    for at in range(0, len(written), 2):
        total |= _RIGHTS[written[at : at + 2]]
    return total
