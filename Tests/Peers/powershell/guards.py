"""Version tests that narrow where a piece of code runs.

Accepted forms, with OP one of -ge -gt -le -lt -eq -ne and N a number:

    if ($PSVersionTable.PSVersion.Major OP N) { … } else { … }         # elseif too
    if ($PSVersionTable.CLRVersion.Major OP N) { … }                   # empty (so 0) in 7
    if ([Environment]::Version.Major OP N) { … }
    $major = $PSVersionTable.PSVersion.Major; if ($major OP N) { … }   # assigned once in the file
    if (… -lt 3) { return }                                            # narrows what follows in the same block
    (… -ge 3) -and (what runs only then), -or likewise, -not (…), parentheses

Anything else narrows nothing. For what no version tells (.NET 4.5 inside 4.x) there is the annotation
`# check: allow RULE because REASON`, on the line or alone on the line before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from .source import Source, ancestors, core, walk
from .versions import CLR_MAJOR, MAJOR, Host, Hosts

_OPERATORS = {
    "-ge": lambda a, b: a >= b,
    "-gt": lambda a, b: a > b,
    "-le": lambda a, b: a <= b,
    "-lt": lambda a, b: a < b,
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
}
_LEAVES = frozenset({"return", "throw", "exit", "break", "continue"})

_MEASURES = {
    "$psversiontable.psversion.major": lambda host: MAJOR[host.powershell],
    "$psversiontable.clrversion.major": lambda host: 0 if host.powershell == "7" else CLR_MAJOR[host.dotnet],
    "[environment]::version.major": lambda host: CLR_MAJOR[host.dotnet],
    "[system.environment]::version.major": lambda host: CLR_MAJOR[host.dotnet],
}


class Guards:
    def __init__(self, source: Source, hosts: Hosts) -> None:
        self._source = source
        self._hosts = hosts
        self._measures = dict(_MEASURES)
        self._exits: dict[int, list[tuple[int, Hosts]]] = {}
        self._has_tests = re.search(r"psversiontable|environment\]::version", source.text, re.IGNORECASE) is not None
        self._learn_variables()

    def hosts_at(self, node: Node) -> Hosts:
        hosts = self._hosts
        for child, parent in ancestors(node) if self._has_tests else ():
            if parent.type == "if_statement":
                hosts &= self._in_if(child, parent)
            elif parent.type in ("elseif_clause", "elseif_clauses"):
                hosts &= self._in_elseif(child, parent)
            elif parent.type == "statement_list":
                hosts &= self._after_exits(child, parent)
            elif parent.type == "logical_expression" and len(parent.children) == 3 and parent.children[2] == child:
                hosts &= self._in_right_operand(parent)
        return hosts

    def _learn_variables(self) -> None:
        seen: dict[str, list[str]] = {}
        for node in walk(self._source.root):
            if node.type == "assignment_expression":
                target = self._plain(node.children[0])
                seen.setdefault(target, []).append(self._plain(node.children[-1]))
        for target, values in seen.items():
            if len(values) == 1 and values[0] in _MEASURES and target.startswith("$"):
                self._measures[target] = _MEASURES[values[0]]

    def _plain(self, node: Node) -> str:
        return re.sub(r"\s+", "", self._source.of(core(node))).lower()

    def _in_if(self, child: Node, statement: Node) -> Hosts:
        condition = _condition(statement)
        if condition is None or child == condition:
            return self._hosts
        then, otherwise = self._split(condition)
        if child.type == "statement_block":
            return then
        if child.type == "else_clause":
            for clauses in (c for c in statement.children if c.type == "elseif_clauses"):
                for clause in clauses.children:
                    if (other := _condition(clause)) is not None:
                        otherwise &= self._split(other)[1]
        return otherwise if child.type in ("else_clause", "elseif_clauses") else self._hosts

    def _in_elseif(self, child: Node, parent: Node) -> Hosts:
        if parent.type == "elseif_clause":
            condition = _condition(parent)
            if condition is None or child.type != "statement_block":
                return self._hosts
            return self._split(condition)[0]
        hosts = self._hosts
        for clause in parent.children[: parent.children.index(child)]:
            if (condition := _condition(clause)) is not None:
                hosts &= self._split(condition)[1]
        return hosts

    def _after_exits(self, child: Node, block: Node) -> Hosts:
        if block.id not in self._exits:
            self._exits[block.id] = list(self._exits_of(block))
        hosts = self._hosts
        for end, remaining in self._exits[block.id]:
            hosts &= remaining if end <= child.start_byte else self._hosts
        return hosts

    def _exits_of(self, block: Node) -> Iterator[tuple[int, Hosts]]:
        """Statements of a block that leave it on some hosts: where they end, and on which hosts the block goes on."""
        for statement in block.children:
            if statement.type != "if_statement" or (condition := _condition(statement)) is None:
                continue
            if any(c.type in ("else_clause", "elseif_clauses") for c in statement.children):
                continue
            if self._leaves(statement):
                yield statement.end_byte, self._split(condition)[1]

    def _leaves(self, statement: Node) -> bool:
        body = next((c for c in statement.children if c.type == "statement_block"), None)
        inside = [c for c in body.children if c.type == "statement_list"] if body else []
        statements = [c for c in inside[0].children if c.type != "empty_statement"] if inside else []
        if not statements or statements[-1].type != "flow_control_statement":
            return False
        return self._source.of(statements[-1]).split()[0].strip(";").lower() in _LEAVES

    def _in_right_operand(self, expression: Node) -> Hosts:
        operator = self._source.of(expression.children[1]).lower()
        then, otherwise = self._split(expression.children[0])
        return then if operator == "-and" else otherwise if operator == "-or" else self._hosts

    def _split(self, condition: Node) -> tuple[Hosts, Hosts]:
        """Hosts on which the condition may be true, and on which it may be false."""
        node = core(condition)
        if node.type == "parenthesized_expression" and len(node.children) == 3:
            return self._split(node.children[1])
        if node.type == "expression_with_unary_operator" and self._source.of(node.children[0]).lower() in ("-not", "!"):
            true, false = self._split(node.children[1])
            return false, true
        if node.type == "logical_expression" and len(node.children) == 3:
            return self._split_logical(node)
        if node.type == "comparison_expression" and len(node.children) == 3:
            return self._split_comparison(node)
        return self._hosts, self._hosts

    def _split_logical(self, node: Node) -> tuple[Hosts, Hosts]:
        operator = self._source.of(node.children[1]).lower()
        left, right = self._split(node.children[0]), self._split(node.children[2])
        if operator == "-and":
            return left[0] & right[0], left[1] | right[1]
        if operator == "-or":
            return left[0] | right[0], left[1] & right[1]
        return self._hosts, self._hosts

    def _split_comparison(self, node: Node) -> tuple[Hosts, Hosts]:
        measure = self._measures.get(self._plain(node.children[0]))
        compare = _OPERATORS.get(self._plain(node.children[1]))
        number = self._plain(node.children[2])
        if measure is None or compare is None or not number.isdigit():
            return self._hosts, self._hosts

        def holds(host: Host) -> bool:
            return bool(compare(measure(host), int(number)))

        return frozenset(filter(holds, self._hosts)), frozenset(h for h in self._hosts if not holds(h))


def _condition(statement: Node) -> Node | None:
    return next((c for c in statement.children if c.type == "pipeline"), None)
