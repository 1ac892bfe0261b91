"""The enumerations that scripts name, and how text and numbers become their members."""

from __future__ import annotations

from typing import Any

from .values import EnumValue, NotKnown, Number, net_type, throw

_ACCESS = {"None": 0, "Audit": 1, "Access": 2, "Owner": 4, "Group": 8, "All": 15}
ENUMS: dict[str, dict[str, int]] = {
    "Microsoft.Win32.RegistryValueKind": {
        "Unknown": 0,
        "String": 1,
        "ExpandString": 2,
        "Binary": 3,
        "DWord": 4,
        "MultiString": 7,
        "QWord": 11,
        "None": -1,
    },
    "Microsoft.Win32.RegistryValueOptions": {"None": 0, "DoNotExpandEnvironmentNames": 1},
    "System.ServiceProcess.ServiceControllerStatus": {
        "Stopped": 1,
        "StartPending": 2,
        "StopPending": 3,
        "Running": 4,
        "ContinuePending": 5,
        "PausePending": 6,
        "Paused": 7,
    },
    "System.StringComparison": {
        "CurrentCulture": 0,
        "CurrentCultureIgnoreCase": 1,
        "InvariantCulture": 2,
        "InvariantCultureIgnoreCase": 3,
        "Ordinal": 4,
        "OrdinalIgnoreCase": 5,
    },
    "System.Security.AccessControl.AccessControlSections": _ACCESS,
    "System.Security.Cryptography.X509Certificates.OpenFlags": {
        "ReadOnly": 0,
        "ReadWrite": 1,
        "MaxAllowed": 2,
        "OpenExistingOnly": 4,
        "IncludeArchived": 8,
    },
    "System.Security.Cryptography.X509Certificates.X509FindType": {"FindByThumbprint": 0, "FindBySubjectName": 1},
    "System.Security.Cryptography.X509Certificates.StoreLocation": {"CurrentUser": 1, "LocalMachine": 2},
    "System.Base64FormattingOptions": {"None": 0, "InsertLineBreaks": 1},
}
_FLAGS = {
    "System.Security.AccessControl.AccessControlSections",
    "System.Security.Cryptography.X509Certificates.OpenFlags",
}


def enum_value(net: str, value: Any) -> EnumValue:
    members = ENUMS[net]
    if isinstance(value, EnumValue):
        if value.net == net:
            return value
        raise throw("System.InvalidCastException", f"{value.net} is no {net}", "InvalidCast")
    if isinstance(value, str):
        return _named(net, value)
    if isinstance(value, Number):
        name = next((n for n, number in members.items() if number == value), None)
        if name is None and net not in _FLAGS:
            raise throw("System.InvalidCastException", f"{net} has no member {value}", "InvalidCast")
        return EnumValue(net, name or str(value), int(value))
    raise NotKnown(f"{net_type(value) if value is not None else '$null'} as {net}")


def _named(net: str, written: str) -> EnumValue:
    by_name = {name.lower(): (name, number) for name, number in ENUMS[net].items()}
    words = [word.strip().lower() for word in written.split(",")]
    if any(word not in by_name for word in words) or (len(words) > 1 and net not in _FLAGS):
        raise throw(
            "System.Management.Automation.PSInvalidCastException",
            f'Cannot convert value "{written}" to type "{net}".',
            "InvalidCastFromStringToEnumeration",
        )
    number = 0
    for word in words:
        number |= by_name[word][1]
    return EnumValue(net, ", ".join(by_name[word][0] for word in words), number)
