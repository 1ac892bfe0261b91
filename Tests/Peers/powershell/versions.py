"""Which PowerShell a statement must run on, and which .NET stands below it.

A `Host` is one pair of both. A file is checked for a set of hosts; a version test in the script narrows the set for the
code that it guards (`guards.py`), and a table row says for which hosts a name exists.
"""

from __future__ import annotations

from typing import NamedTuple


class Host(NamedTuple):
    powershell: str
    dotnet: str


# 2.0 runs on .NET 2.0/3.5. 3.0 to 5.1 run on any .NET Framework from 4.0 up, so both ends are asked. 7 brings its own.
HOSTS = frozenset(
    {Host("2.0", "3.5"), Host("7", "10")} | {Host(v, net) for v in ("3.0", "4.0", "5.1") for net in ("4.0", "4.8")}
)
POWERSHELLS = ("2.0", "3.0", "4.0", "5.1", "7")
MAJOR = {"2.0": 2, "3.0": 3, "4.0": 4, "5.1": 5, "7": 7}
CLR_MAJOR = {"3.5": 2, "4.0": 4, "4.8": 4, "10": 10}
# commands.tsv was made from lists that end with 6.1: the nearest thing to 7 that it knows, and poorer than 7, so a
# finding for 7 may be too strict and never too lax about what 6.1 had already.
COMMAND_COLUMN = {"6.1": "7"}

Hosts = frozenset[Host]


def hosts_for(powershells: list[str]) -> Hosts:
    return frozenset(h for h in HOSTS if h.powershell in powershells)


def with_powershell(cell: str) -> Hosts:
    """Hosts for a list of PowerShell versions as the tables write it: '2.0 3.0' or '2.0,3.0'."""
    names = {COMMAND_COLUMN.get(v, v) for v in cell.replace(",", " ").split()}
    return frozenset(h for h in HOSTS if h.powershell in names)


def with_dotnet(cell: str) -> Hosts:
    names = set(cell.split())
    return frozenset(h for h in HOSTS if h.dotnet in names)


def since(powershell: str) -> Hosts:
    """Hosts from a version on; any number, such as 3.0, 6.0 or 7.3."""
    return frozenset(h for h in HOSTS if _number(h.powershell) >= _number(powershell))


def described(hosts: Hosts) -> str:
    """'PowerShell 2.0, 7': for what depends on the engine."""
    versions = [v for v in POWERSHELLS if any(h.powershell == v for h in hosts)]
    return f"PowerShell {', '.join(versions)}" if versions else "no PowerShell asked for"


def described_dotnet(hosts: Hosts) -> str:
    """'.NET 3.5 (PowerShell 2.0), .NET 4.0 (PowerShell 3.0, 4.0, 5.1)': for what depends on the class library."""
    nets = sorted({h.dotnet for h in hosts}, key=_number)
    return ", ".join(f".NET {n} ({described(frozenset(h for h in hosts if h.dotnet == n))})" for n in nets)


def _number(version: str) -> tuple[int, ...]:
    # 7 stands for the newest 7, so that nothing introduced in 7.x counts as missing there: the table's column is 7.6.
    return (7, 99) if version == "7" else tuple(int(p) for p in version.split("."))
