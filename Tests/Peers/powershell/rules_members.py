"""Rules about types and members: does it exist on every host that the code runs on?"""

from __future__ import annotations

import re

from tree_sitter import Node

from . import tables
from .calls import argument_count, call_arguments, new_object
from .context import Context
from .inference import Inference, Types, is_open_ended
from .known_types import ALWAYS, DYNAMIC
from .source import core
from .tables import Member
from .versions import Hosts, described_dotnet

# Hidden members that PowerShell puts on everything.
_INTRINSIC = frozenset({"psobject", "psbase", "psadapted", "psextended", "pstypenames"})


def check(context: Context, inference: Inference) -> None:
    Members(context, inference).check()


class Members:
    def __init__(self, context: Context, inference: Inference) -> None:
        self._context = context
        self._inference = inference
        self._loads = set(re.findall(r"LoadWithPartialName\(\s*['\"]([\w.]+)['\"]", context.source.text, re.IGNORECASE))

    def check(self) -> None:
        for node in self._context.nodes:
            if node.type == "type_literal":
                self._check_type(node, self._context.of(node)[1:-1])
            elif node.type == "command":
                self._check_new_object(node)
            elif node.type in ("member_access", "invokation_expression") and len(node.children) >= 3:
                self._check_access(node)

    # Types

    def _check_type(self, node: Node, written: str) -> None:
        parsed = tables.parse_type(written)
        for argument in re.findall(r"\[([^\[\]]+)\]", written):
            for one in argument.split(","):
                if one.strip():
                    self._check_type(node, one)
        if parsed.name.lower() in self._context.allowed.types or parsed.name.lower() in ("ordered",):
            return
        found = tables.resolve(written)
        if found is None:
            self._context.report("unknown-type", node, f"no table knows the type [{written}]")
            return
        if missing := self._context.hosts_at(node) - found[1]:
            self._context.report("unknown-type", node, f"[{written}] is not in {described_dotnet(missing)}")
        self._check_assembly(node, found[0].rstrip("[]"))

    def _check_assembly(self, node: Node, name: str) -> None:
        known = tables.types().get(name.lower())
        if known and known.assembly and known.assembly not in tables.LOADED and known.assembly not in self._loads:
            if any(h.powershell != "7" for h in self._context.hosts_at(node)):
                self._context.report("assembly-not-loaded", node, f"{known.name} is in {known.assembly}.dll")

    # New-Object

    def _check_new_object(self, node: Node) -> None:
        made = new_object(self._context.source, node)
        if made is None or made.is_com:
            return
        if made.type_name is None:
            self._context.not_inferred(node, f"what {self._context.of(node)[:60]} makes")
            return
        self._check_type(node, made.type_name)
        found = tables.resolve(made.type_name)
        count = self._list_length(made.constructor) if made.constructor is not None else 0
        if found is not None and count is not None:
            self._check_constructor(node, found[0], count)

    def _check_constructor(self, node: Node, name: str, count: int) -> None:
        known = tables.types().get(name.lower())
        constructors = known.members.get(".ctor", []) if known else []
        if known is None or (not constructors and known.kind != "static") or (count == 0 and known.kind == "struct"):
            return
        self._judge_overloads(node, constructors, count, f"New-Object {name}")

    def _list_length(self, node: Node) -> int | None:
        """How many arguments New-Object hands on; None where a variable may be one or a list of them."""
        if node.type == "argument_list":
            inside = next((c for c in node.children if c.type == "argument_expression_list"), None)
            if inside is None:
                return 0
            only = core(inside)
            return argument_count(node) if argument_count(node) > 1 else self._list_length(only)
        value = core(node)
        while value.type == "parenthesized_expression" and len(value.children) == 3:
            value = core(value.children[1])
        if value.type == "array_literal_expression":
            return sum(1 for c in value.children if c.is_named)
        if value.type == "expression_with_unary_operator" and self._context.of(value.children[0]) == ",":
            return 1
        types = self._inference.of(value)
        if not types or any(t.endswith("[]") or t in (DYNAMIC, "System.Object") for t in types):
            return None
        return 1

    # Members

    def _check_access(self, node: Node) -> None:
        arguments = call_arguments(node)
        owner, operator, name = node.children[:3]
        if arguments is None:
            self._check_member(owner, operator, name, None)
            return
        if arguments.start_byte != name.end_byte:
            self._context.report("parse-error", name, "a blank between a method and its parentheses")
        self._check_member(owner, operator, name, argument_count(arguments))

    def _check_member(self, owner: Node, operator: Node, name: Node, count: int | None) -> None:
        context = self._context
        inner = core(name)
        if inner.type not in ("simple_name",):
            if inner.type not in ("verbatim_string_characters", "expandable_string_literal"):
                context.not_inferred(name, f"the member {context.of(name)}")
            return
        word = context.of(name).strip()
        if word.lower() in context.allowed.members or word.lower() in _INTRINSIC:
            return
        if count is not None and (
            word.lower() in ("where", "foreach") or (word.lower() == "new" and _is_static(operator))
        ):
            return  # language rules speak
        if _is_static(operator):
            self._check_static(name, owner, word, count)
        else:
            self._check_instance(name, owner, word, count)

    def _check_static(self, node: Node, owner: Node, word: str, count: int | None) -> None:
        literal = core(owner)
        if literal.type != "type_literal":
            self._context.not_inferred(node, f"::{word} of {self._context.of(owner)[:40]}")
            return
        found = tables.resolve(self._context.of(literal)[1:-1])
        if found is None:
            return  # unknown-type spoke
        name = found[0]
        members = [m for m in tables.find(name, word) if m.is_static]
        known = tables.types().get(name.lower())
        if not members and known and known.kind == "enum":
            members = [m for m in tables.find(name, word) if m.arity is None]
        if not members and tables.find(name, word):
            self._context.report("static-or-instance", node, f"{word} of {name} is no static member")
            return
        self._judge(node, members, count, f"[{name}]::{word}", is_sure=tables.lineage(name)[1])

    def _check_instance(self, node: Node, owner: Node, word: str, count: int | None) -> None:
        types = self._inference.of(owner)
        literal = core(owner)
        if literal.type == "type_literal":
            self._check_on_type_literal(node, literal, word)
        if types is None or not types or not all(t == DYNAMIC or tables.lineage(t)[0] for t in types):
            self._check_somewhere(node, word, count)
            return
        self._check_known(node, types, word, count)

    def _check_on_type_literal(self, node: Node, literal: Node, word: str) -> None:
        found = tables.resolve(self._context.of(literal)[1:-1])
        if found and not tables.find("System.Type", word) and tables.find(found[0], word):
            self._context.report("static-or-instance", node, f"{word} of [{found[0]}] needs ::")

    def _check_known(self, node: Node, types: Types, word: str, count: int | None) -> None:
        """Of several possible types one that fits everywhere is enough: control flow is not followed."""
        possible = sorted(types or ())
        complaints: list[tuple[str, str]] = []
        for one in possible:
            complaint = self._complaint(node, one, word, count)
            if complaint is None:
                return
            complaints.append(complaint)
        if complaints:
            self._context.report(complaints[0][0], node, complaints[0][1])

    def _complaint(self, node: Node, one: str, word: str, count: int | None) -> tuple[str, str] | None:
        if one == DYNAMIC or (count is None and is_open_ended(one)):
            return None
        if is_open_ended(one) and one.startswith(("System.Management.Management", "System.DirectoryServices.")):
            return None  # WMI and ADSI methods are adapted too
        members = [m for m in tables.find(one, word) if not m.is_static]
        chain, complete = tables.lineage(one)
        if one.endswith("[]") and not members:
            return None if count is None else ("unknown-member", f"{one} has no {word}")  # member-enumeration speaks
        if not members:
            static = any(m.is_static for m in tables.find(one, word))
            if static:
                return "static-or-instance", f"{word} of {one} is static"
            if not complete or self._has_in_subtype(one, word, count, self._context.hosts_at(node)):
                return None
            return "unknown-member", f"{one} has no member {word}"
        return _judged(members, count, self._context.hosts_at(node), f"{one}.{word}")

    def _has_in_subtype(self, one: str, word: str, count: int | None, hosts: Hosts) -> bool:
        """A result declared as a base type is some subtype at run time: `$_.Exception.NativeErrorCode`."""
        for name, members in tables.everywhere().get(word.lower(), []):
            if name != one and tables.is_a(name, one) and _judged(members, count, hosts, word) is None:
                return True
        return False

    def _check_somewhere(self, node: Node, word: str, count: int | None) -> None:
        hosts = self._context.hosts_at(node)
        if word.lower() not in ALWAYS:
            self._context.not_inferred(node, f"the type before .{word}")
        candidates = tables.everywhere().get(word.lower(), [])
        for _, members in candidates:
            if _judged(members, count, hosts, word) is None:
                return
        kind = "method" if count is not None else "property"
        taking = f" with {count} arguments" if count is not None else ""
        known = "" if not candidates else f" (but {candidates[0][0]} has one that does not fit)"
        self._context.report("member-nowhere", node, f"no known type has a {kind} {word}{taking} everywhere{known}")

    def _judge(self, node: Node, members: list[Member], count: int | None, what: str, is_sure: bool) -> None:
        if not members:
            if is_sure:
                self._context.report("unknown-member", node, f"there is no {what}")
            return
        complaint = _judged(members, count, self._context.hosts_at(node), what)
        if complaint:
            self._context.report(complaint[0], node, complaint[1])

    def _judge_overloads(self, node: Node, members: list[Member], count: int, what: str) -> None:
        complaint = _judged(members, count, self._context.hosts_at(node), what)
        if complaint:
            self._context.report(complaint[0], node, complaint[1])


def _is_static(operator: Node) -> bool:
    return operator.type == "::"


def _judged(members: list[Member], count: int | None, hosts: Hosts, what: str) -> tuple[str, str] | None:
    """What is wrong with using these overloads with `count` arguments (None: as a property); None if nothing is."""
    if count is None:
        properties = [m for m in members if m.arity is None]
        if not properties:
            return "method-not-called", f"{what} is a method: it needs ()"
        missing = hosts - tables.union(properties)
        return ("unknown-member", f"{what} is not in {described_dotnet(missing)}") if missing else None
    methods = [m for m in members if m.arity is not None]
    if not methods:
        is_indexer = any(m.name in ("Item", "Chars") for m in members)
        return None if is_indexer else ("property-called", f"{what} is a property, not a method")
    fitting = [m for m in methods if m.takes(count)]
    if not fitting:
        counts = ", ".join(str(n) for n in sorted({m.arity for m in methods if m.arity is not None}))
        return "argument-count", f"{what} takes {counts} arguments, not {count}"
    missing = hosts - tables.union(fitting)
    return (
        ("unknown-member", f"{what} with {count} arguments is not in {described_dotnet(missing)}") if missing else None
    )
