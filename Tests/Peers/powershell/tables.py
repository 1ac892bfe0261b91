"""The tables of `Tests/Fixtures/powershell-api`: which command, parameter, type and member exists where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .versions import Hosts, with_dotnet, with_powershell

FOLDER = Path(__file__).resolve().parents[2] / "Fixtures" / "powershell-api"

# Assemblies that every Windows PowerShell has loaded before the first line of a script; 7 finds all of its own.
LOADED = frozenset(
    {
        "mscorlib",
        "System",
        "System.Core",
        "System.Xml",
        "System.Management",
        "System.DirectoryServices",
        "System.Configuration.Install",
    }
)

# Bases whose members nobody calls; a type that derives from anything else unknown is not judged by its missing members.
_PLAIN_BASES = frozenset(
    {
        "System.Enum",
        "System.Delegate",
        "System.MulticastDelegate",
        "System.Runtime.ConstrainedExecution.CriticalFinalizerObject",
        "System.Xml.XmlLinkedNode",
        "System.Security.Claims.ClaimsIdentity",
        "System.Security.Claims.ClaimsPrincipal",
    }
)


@dataclass
class Command:
    name: str
    hosts: Hosts
    parameters: dict[str, tuple[str, Hosts]]  # by lower-case name


@dataclass(frozen=True)
class Member:
    """One property, field, event or overload."""

    name: str
    hosts: Hosts
    is_static: bool
    arity: int | None  # None: not a method
    is_variadic: bool
    result: str | None

    def takes(self, count: int) -> bool:
        if self.arity is None:
            return False
        return count == self.arity or (self.is_variadic and count >= self.arity - 1)


@dataclass
class NetType:
    name: str
    hosts: Hosts = frozenset()
    bases: list[str] = field(default_factory=list)
    kind: str = "class"
    assembly: str = ""
    members: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))  # by lower-case name


def _rows(name: str) -> Iterator[list[str]]:
    with open(FOLDER / name, encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#") and line.strip():
                yield line.rstrip("\n").split("\t")


@cache
def commands() -> dict[str, Command]:
    found: dict[str, Command] = {}
    for name, _, present, parameters in _rows("commands.tsv"):
        hosts = with_powershell(present)
        found[name.lower()] = Command(name, hosts, dict(_parameters(parameters, hosts)))
    for name, parameter, _, present in _rows("dynamic-parameters.tsv"):
        found[name.lower()].parameters[parameter.lower()] = (parameter, with_powershell(present))
    return found


def _parameters(cell: str, hosts: Hosts) -> Iterator[tuple[str, tuple[str, Hosts]]]:
    by_name: dict[str, tuple[str, Hosts]] = {}
    for written in cell.split():
        name, _, versions = written.partition("(")
        there = with_powershell(versions.rstrip(")")) if versions else hosts
        # One name in two spellings (UnSecure, Unsecure) is one parameter.
        by_name[name.lower()] = (name, there | by_name.get(name.lower(), ("", frozenset()))[1])
    yield from by_name.items()


@cache
def aliases() -> dict[str, str]:
    return {alias.lower(): target for alias, target in _rows("aliases.tsv")}


@cache
def accelerators() -> dict[str, tuple[str, Hosts]]:
    return {name.lower(): (target, with_powershell(present)) for name, target, present in _rows("accelerators.tsv")}


@cache
def types() -> dict[str, NetType]:
    """Every known type by lower-case full name, with .NET's members and those that PowerShell adds."""
    found: dict[str, NetType] = {}

    def entry(name: str) -> NetType:
        return found.setdefault(name.lower(), NetType(name))

    shapes = {(row[0], row[1]): row for row in _rows("dotnet-shapes.tsv")}
    engine = {(row[0], row[1]): row for row in _rows("engine-members.tsv")}
    for name, member, present in _rows("dotnet-members.tsv"):
        there = entry(name)
        if member:
            bare = member.removesuffix(" static")
            shape = shapes.get((name, bare)) or engine.get((name, bare)) or engine.get((name, member))
            result = shape[2] if shape else (name if bare.startswith(".ctor(") else None)
            note = shape[3] if shape and len(shape) > 3 and (name, bare) in shapes else ""
            _add(there, member, with_dotnet(present), result, note)
        else:
            there.hosts = with_dotnet(present)
    for (name, member), row in shapes.items():
        if not member:
            there = entry(name)
            there.bases = row[2].split()
            there.kind, _, there.assembly = row[3].partition(" ")
    for (name, member), row in engine.items():
        there = entry(name)
        if not member:
            there.hosts = there.hosts or with_powershell(row[3])
            there.bases = there.bases or row[2].split()
        elif not any(_signature(m) == member.lower() for m in there.members[_bare_name(member).lower()]):
            _add(there, member, with_powershell(row[3]), row[2], "variadic" if member.endswith("(Object[])") else "")
    return found


def _bare_name(member: str) -> str:
    return member.removesuffix(" static").partition("(")[0]


def _signature(member: Member) -> str:
    return member.name.lower() if member.arity is None else f"{member.name.lower()}/{member.arity}"


def _add(there: NetType, written: str, hosts: Hosts, result: str | None, note: str) -> None:
    bare = written.removesuffix(" static")
    name, paren, arguments = bare.partition("(")
    arguments = arguments.removesuffix(")")
    arity = None if not paren else (arguments.count(",") + 1 if arguments else 0)
    member = Member(name, hosts, bare != written, arity, note == "variadic", result)
    there.members[name.lower()].append(member)


@dataclass(frozen=True)
class TypeName:
    """A type as a script names it: full name (generic arity as in reflection), array ranks, arguments."""

    name: str
    ranks: int = 0

    def text(self) -> str:
        return self.name + "[]" * self.ranks


def parse_type(written: str) -> TypeName:
    """'Collections.Generic.List[string]' -> 'Collections.Generic.List`1'; 'byte[]' -> 'byte' with one rank."""
    name, ranks = written.strip().strip("'\""), 0
    while array := re.search(r"\[[,\s]*\]$", name):
        name, ranks = name[: array.start()], ranks + 1
    if (open_at := name.find("[")) > 0 and name.endswith("]"):
        inside, depth, count = name[open_at + 1 : -1], 0, 1
        for c in inside:
            depth += (c == "[") - (c == "]")
            count += c == "," and depth == 0
        base = name[:open_at]
        name = base if "`" in base else f"{base}`{count}"
    return TypeName(name.strip(), ranks)


@cache
def resolve(written: str) -> tuple[str, Hosts] | None:
    """The full name ([] for arrays) and where it exists, in PowerShell's order: accelerator, full name, System.X."""
    parsed = parse_type(written)
    lower, suffix = parsed.name.lower(), "[]" * parsed.ranks
    if lower in accelerators():
        target, hosts = accelerators()[lower]
        known = types().get(target.lower())
        return target + suffix, hosts & known.hosts if known else hosts
    for full in (lower, "system." + lower):
        if (known := types().get(full)) and known.hosts:
            # [Void], [DateTime] and the like: an accelerator that came later changes nothing.
            return known.name + suffix, known.hosts
    return None


@cache
def lineage(name: str) -> tuple[list[NetType], bool]:
    """The type and its bases, and whether all of them are known."""
    if name.endswith("[]"):
        return [types()["system.array"], *lineage("System.Array")[0][1:]], True
    start = types().get(name.lower())
    if start is None:
        return [], False
    chain, complete = [start], True
    for base in start.bases or ["System.Object"]:
        known = types().get(base.lower())
        if known:
            chain.append(known)
        elif base not in _PLAIN_BASES and not base.rpartition(".")[2].startswith(("I", "_")):
            complete = False
    if all(t.name != "System.Object" for t in chain):
        chain.append(types()["system.object"])
    return chain, complete


def find(name: str, member: str) -> list[Member]:
    """Every overload of a member that the type has or inherits."""
    return [m for t in lineage(name)[0] for m in t.members.get(member.lower(), [])]


def is_a(name: str, base: str) -> bool:
    return any(t.name == base for t in lineage(name)[0]) or name == base


@cache
def everywhere() -> dict[str, list[tuple[str, list[Member]]]]:
    """Member name -> the types that have it: for members of things whose type cannot be told."""
    found: dict[str, list[tuple[str, list[Member]]]] = defaultdict(list)
    for there in types().values():
        for name, members in there.members.items():
            found[name].append((there.name, members))
    return found


def union(members: list[Member]) -> Hosts:
    return frozenset().union(*(m.hosts for m in members)) if members else frozenset()
