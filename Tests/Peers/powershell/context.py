"""One check of one file: what is asked for, what is allowed, and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tree_sitter import Node

from . import guards
from .rules import RULES, Finding
from .source import Source, core, walk
from .versions import Hosts

_ANNOTATION = re.compile(r"#\s*check:\s*(.*)$", re.IGNORECASE)
_ALLOWS = re.compile(r"allow\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s+because\s+\S.*", re.IGNORECASE)


@dataclass
class Allowed:
    """Names that the caller vouches for, lower case."""

    commands: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)

    def read(self, text: str) -> None:
        """Lines `command NAME`, `member NAME`, `type NAME`; `#` begins a comment."""
        for number, line in enumerate(text.splitlines(), 1):
            words = line.partition("#")[0].split()
            if not words:
                continue
            names = {"command": self.commands, "member": self.members, "type": self.types}.get(words[0])
            if names is None or len(words) != 2:
                raise ValueError(f"line {number}: expected 'command NAME', 'member NAME' or 'type NAME'")
            names.add(words[1].lower())


@dataclass
class _Annotation:
    offset: int
    lines: range
    rules: set[str]
    used: set[str] = field(default_factory=set)


class Context:
    def __init__(self, source: Source, hosts: Hosts, allowed: Allowed, read_only: bool) -> None:
        self.source = source
        self.hosts = hosts
        self.allowed = allowed
        self.read_only = read_only
        # Functions of other files that run before this one: name -> parameter names.
        self.elsewhere: dict[str, set[str] | None] = {}
        self.findings: list[Finding] = []
        self._seen: set[Finding] = set()
        self.uninferred: list[tuple[int, int, str]] = []
        # Without the wrappers: an expression of one operand is just that operand.
        self.nodes = [n for n in walk(source.root) if not n.type.endswith("_expression") or core(n) == n]
        self._guards = guards.Guards(source, hosts)
        self._annotations = self._read_annotations()

    def of(self, node: Node) -> str:
        return self.source.of(node)

    def hosts_at(self, node: Node) -> Hosts:
        """The hosts on which this node can run at all."""
        return self._guards.hosts_at(node)

    def report(self, rule: str, node: Node, message: str) -> None:
        self.report_at(rule, self.source.offset(node.start_byte), message)

    def report_at(self, rule: str, offset: int, message: str) -> None:
        line, column = self.source.position(offset)
        for annotation in self._annotations:
            if line in annotation.lines and rule in annotation.rules:
                annotation.used.add(rule)
                return
        finding = Finding(self.source.name, line, column, rule, RULES[rule].severity, message)
        if finding not in self._seen:
            self._seen.add(finding)
            self.findings.append(finding)

    def not_inferred(self, node: Node, what: str) -> None:
        line, column = self.source.position(self.source.offset(node.start_byte))
        self.uninferred.append((line, column, what))

    def report_unused_annotations(self) -> None:
        for annotation in self._annotations:
            for rule in sorted(annotation.rules - annotation.used):
                self.report_at("unused-annotation", annotation.offset, f"nothing here breaks {rule}")

    def _read_annotations(self) -> list[_Annotation]:
        found: list[_Annotation] = []
        for node in self.nodes:
            if node.type != "comment" or not (said := _ANNOTATION.match(self.of(node))):
                continue
            offset = self.source.offset(node.start_byte)
            line, column = self.source.position(offset)
            allows = _ALLOWS.fullmatch(said[1].strip())
            rules = set(re.split(r"\s*,\s*", allows[1].lower())) if allows else set()
            self._refuse_unknown(rules, offset, bool(allows))
            # Alone on its line it speaks of the next one.
            alone = not self.source.line(line)[: column - 1].strip()
            found.append(_Annotation(offset, range(line, line + (2 if alone else 1)), rules & RULES.keys()))
        return found

    def _refuse_unknown(self, rules: Iterable[str], offset: int, is_complete: bool) -> None:
        line, column = self.source.position(offset)
        problems = [f"no rule is called {r}" for r in rules if r not in RULES]
        if not is_complete:
            problems.append("write '# check: allow RULE because REASON'")
        for problem in problems:
            self.findings.append(Finding(self.source.name, line, column, "bad-annotation", "error", problem))
