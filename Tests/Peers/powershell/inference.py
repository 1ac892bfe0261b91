"""Local type inference: what type an expression has, where the script itself makes it plain.

A type is a full .NET name (`System.Byte[]` for arrays). The answer is a set of possible types, or None when it
cannot be told. Sources: literals, casts, `New-Object T`, results of known members, typed parameters, `foreach` over
typed arrays, automatic variables, and variables all of whose assignments in their scope are known. Not followed:
control flow, results of functions, dynamic scopes, `Set-Variable`.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from . import tables
from .calls import argument_count, new_object
from .known_types import ALWAYS, AUTOMATIC, COMMANDS, DYNAMIC, OPEN_ENDED, SMA
from .source import Source, core

Types = frozenset[str] | None

# Expressions nested deeper than this are not followed: no input may exhaust the interpreter's stack.
DEEPEST = 500

_TEXT = frozenset({"System.String"})
_TRUTH = frozenset({"System.Boolean"})
_LIST = frozenset({"System.Object[]"})
_COMPARISONS = re.compile(r"-[ci]?(eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|in|notin)", re.I)
_VARIABLES = ("variable", "braced_variable")
_SCOPES = ("function_statement", "script_block_expression", "program")


class Inference:
    def __init__(self, source: Source, nodes: list[Node]) -> None:
        self._source = source
        self._cache: dict[int, Types] = {}
        self._depth = 0
        self._known: dict[tuple[int, str], Types] = {}
        # Variables being asked about, and those of them that were asked about again: a cycle, cut there.
        self._busy: set[tuple[int, str]] = set()
        self._cut: set[tuple[int, str]] = set()
        self._assigned: dict[tuple[int, str], list[tuple[str, Node | None]]] = {}
        for node in nodes:
            self._learn(node)

    # Learning who is assigned what

    def _learn(self, node: Node) -> None:
        if node.type == "assignment_expression":
            self._learn_assignment(node)
        elif node.type == "foreach_statement":
            variable = next((c for c in node.children if c.type == "variable"), None)
            over = next((c for c in node.children if c.type == "pipeline"), None)
            if variable and over:
                self._note(node, variable, ("element", over))
        elif node.type == "script_parameter":
            self._learn_parameter(node)
        elif node.type in (
            "post_increment_expression",
            "post_decrement_expression",
            "pre_increment_expression",
            "pre_decrement_expression",
        ):
            for variable in (c for c in node.children if c.type == "variable"):
                self._note(node, variable, ("type:System.Int32", None))

    def _learn_assignment(self, node: Node) -> None:
        left, operator, right = core(node.children[0]), self._of(node.children[1]), node.children[-1]
        if left.type == "cast_expression":
            target = core(left.children[-1])
            kind = f"cast:{self._of(left.children[0])}"
        else:
            target, kind = left, "value" if operator == "=" else f"changed:{operator}"
        if target.type in _VARIABLES:
            self._note(node, target, (kind, right))
        elif target.type == "array_literal_expression":
            for item in (core(c) for c in target.children):
                if item.type in _VARIABLES:
                    self._note(node, item, ("unknown", None))

    def _learn_parameter(self, node: Node) -> None:
        variable = next((c for c in node.children if c.type == "variable"), None)
        if variable is None:
            return
        literals = [
            core(a) for c in node.children if c.type == "attribute_list" for a in c.children if a.type == "attribute"
        ]
        written = [self._of(t) for t in literals if t.type == "type_literal"]
        self._note(node, variable, (f"cast:{written[-1]}" if written else "unknown", None))

    def _note(self, at: Node, variable: Node, how: tuple[str, Node | None]) -> None:
        name, is_shared = self._variable(variable)
        scope = self._scopes(at)[-1 if is_shared else 0]
        self._assigned.setdefault((scope.id, name), []).append(how)

    def _variable(self, node: Node) -> tuple[str, bool]:
        """Its name without scope, and whether it names the script's or global scope."""
        name = self._of(node).lower().lstrip("$@").strip("{}")
        scope, colon, rest = name.rpartition(":")
        return (rest if scope in ("script", "global", "local", "private") else name), scope in ("script", "global")

    def _scopes(self, node: Node) -> list[Node]:
        """The scopes around a node, innermost first; a parameter belongs to its function."""
        found: list[Node] = []
        current: Node | None = node
        while current is not None:
            if current.type in _SCOPES:
                found.append(current)
            current = current.parent
        return found

    # Asking

    def of(self, node: Node) -> Types:
        node = core(node)
        if node.id not in self._cache:
            if self._depth > DEEPEST:
                return None
            self._depth += 1
            answer = self._infer(node)
            self._depth -= 1
            if self._cut:
                return answer  # rests on a guess made while a cycle was cut: not for others
            self._cache[node.id] = answer
        return self._cache[node.id]

    def _infer(self, node: Node) -> Types:
        method = getattr(self, f"on_{node.type}", None)
        return method(node) if method else None

    def _of(self, node: Node) -> str:
        return self._source.of(node)

    def _written_type(self, text: str) -> Types:
        found = tables.resolve(text[1:-1] if text.startswith("[") else text)
        if found is None:
            return None
        return frozenset({DYNAMIC}) if found[0] == SMA + "PSObject" else frozenset({found[0]})

    # Literals

    def on_verbatim_string_characters(self, node: Node) -> Types:
        return _TEXT

    on_string_literal = on_expandable_string_literal = on_verbatim_string_characters
    on_verbatim_here_string_characters = on_expandable_here_string_literal = on_verbatim_string_characters

    def on_decimal_integer_literal(self, node: Node) -> Types:
        text = self._of(node).lower().rstrip("bkmgtp")
        return frozenset({"System.Int64" if text.endswith("l") or len(text) > 9 else "System.Int32"})

    def on_hexadecimal_integer_literal(self, node: Node) -> Types:
        return frozenset({"System.Int64" if len(self._of(node)) > 10 else "System.Int32"})

    def on_real_literal(self, node: Node) -> Types:
        return frozenset({"System.Double"})

    def on_hash_literal_expression(self, node: Node) -> Types:
        return frozenset({"System.Collections.Hashtable"})

    def on_script_block_expression(self, node: Node) -> Types:
        return frozenset({SMA + "ScriptBlock"})

    def on_array_expression(self, node: Node) -> Types:
        return _LIST

    on_range_expression = on_array_literal_expression = on_array_expression
    on_range_argument_expression = on_array_expression

    def on_type_literal(self, node: Node) -> Types:
        return frozenset({"System.Type"})

    # Operators

    def on_format_expression(self, node: Node) -> Types:
        return _TEXT

    on_format_argument_expression = on_format_expression

    def on_logical_expression(self, node: Node) -> Types:
        return _TRUTH

    on_logical_argument_expression = on_logical_expression

    def on_comparison_expression(self, node: Node) -> Types:
        operator, left = self._of(node.children[1]).lower(), self.of(node.children[0])
        if operator in ("-is", "-isnot"):
            return _TRUTH
        if operator == "-as":
            right = core(node.children[2])
            return self._written_type(self._of(right)) if right.type == "type_literal" else None
        if operator.endswith("split"):
            return frozenset({"System.String[]"})
        if operator == "-join":
            return _TEXT
        if left is None or any(t.endswith("[]") or t == DYNAMIC for t in left):
            return None
        if operator.endswith("replace"):
            return _TEXT
        return _TRUTH if _COMPARISONS.fullmatch(operator) else None

    on_comparison_argument_expression = on_comparison_expression

    def on_additive_expression(self, node: Node) -> Types:
        # The leftmost operand decides; a long concatenation is as deep as it is long.
        while node.type in ("additive_expression", "additive_argument_expression"):
            node = core(node.children[0])
        left = self.of(node)
        return left if left is not None and len(left) == 1 and DYNAMIC not in left else None

    on_additive_argument_expression = on_additive_expression

    def on_expression_with_unary_operator(self, node: Node) -> Types:
        operator = self._of(node.children[0]).lower()
        if operator in ("!", "-not"):
            return _TRUTH
        if operator == ",":
            return _LIST
        if operator == "-join":
            return _TEXT
        if operator == "-split":
            return frozenset({"System.String[]"})
        return self.of(node.children[1]) if operator in ("-", "+") else None

    def on_cast_expression(self, node: Node) -> Types:
        return self._written_type(self._of(node.children[0]))

    def on_parenthesized_expression(self, node: Node) -> Types:
        inside = [c for c in node.children if c.is_named]
        return self.of(inside[0]) if len(inside) == 1 else None

    def on_assignment_expression(self, node: Node) -> Types:
        return self.of(node.children[-1])

    # Commands

    def on_command(self, node: Node) -> Types:
        made = new_object(self._source, node) if node.type == "command" else None
        if made is not None:
            return frozenset({DYNAMIC}) if made.is_com else self._written_type(made.type_name or "")
        name = self._of(node.children[0] if node.type == "command" else node).strip().lower()
        if name == "get-date" and re.search(r"-u?f", self._of(node), re.I):
            return _TEXT
        return frozenset({COMMANDS[name]}) if name in COMMANDS else None

    on_command_name = on_command

    # Variables and members

    def on_variable(self, node: Node) -> Types:
        name, _ = self._variable(node)
        if name.startswith("env:"):
            return _TEXT
        if name == "_":
            return self._current_item(node)
        for scope in self._scopes(node):
            if (scope.id, name) in self._assigned:
                return self._assigned_types(scope, name)
        return frozenset({AUTOMATIC[name]}) if name in AUTOMATIC else None

    on_braced_variable = on_variable

    def _current_item(self, node: Node) -> Types:
        """`$_` is an ErrorRecord in catch and trap; elsewhere it is an item of a pipeline."""
        current: Node | None = node
        while current is not None:
            if current.type in ("catch_clause", "trap_statement"):
                return frozenset({SMA + "ErrorRecord"})
            if current.type == "script_block_expression":
                return self._piped_item(current)
            current = current.parent
        return None

    def _piped_item(self, block: Node) -> Types:
        command = block.parent
        while command is not None and command.type not in ("command", "statement_list"):
            command = command.parent
        if command is None or command.type != "command" or command.parent is None:
            return None
        stages = [c for c in command.parent.children if c.is_named]
        at = stages.index(command) if command in stages else 0
        return self._elements(self.of(stages[0])) if at == 1 else None

    def _assigned_types(self, scope: Node, name: str) -> Types:
        key = (scope.id, name)
        if key in self._known:
            return self._known[key]
        if key in self._busy:
            self._cut.add(key)
            return frozenset()
        self._busy.add(key)
        answer = self._together(key)
        self._busy.discard(key)
        self._cut.discard(key)
        if not self._cut:
            self._known[key] = answer
        return answer

    def _together(self, key: tuple[int, str]) -> Types:
        together: frozenset[str] = frozenset()
        # A typed variable keeps its type whatever is assigned later.
        casts = [how for how in self._assigned[key] if how[0].startswith("cast:")]
        for how, value in casts or self._assigned[key]:
            one = self._from(how, value)
            if one is None:
                return None
            together |= one
        # Nothing known because a cycle was cut is less than nothing known: the others decide.
        return together if together or self._cut else None

    def _from(self, how: str, value: Node | None) -> Types:
        kind, _, written = how.partition(":")
        if kind == "cast":
            return self._written_type(written)
        if kind == "type":
            return frozenset({written})
        if value is None or kind == "unknown":
            return None
        if kind == "element":
            return self._elements(self.of(value))
        if kind == "changed":
            return frozenset() if written == "+=" else None
        if self._of(core(value)).lower() == "$null":
            return frozenset()
        return self.of(value)

    def _elements(self, many: Types) -> Types:
        if not many:
            return None
        found: set[str] = set()
        for one in many:
            if one.endswith("[]"):
                element = one[:-2]
            else:
                items = [m for m in tables.find(one, "Item") if m.result]
                element = items[0].result or "" if items and not tables.is_a(one, _IDICTIONARY) else ""
            if element in ("", "System.Object"):
                return None
            found.add(element)
        return frozenset(found)

    def on_element_access(self, node: Node) -> Types:
        owner = self.of(node.children[0])
        if owner == _TEXT:
            return frozenset({"System.Char"})
        index = core(node.children[2])
        if index.type in ("range_expression", "array_literal_expression"):
            return owner
        return self._elements(owner)

    def on_member_access(self, node: Node) -> Types:
        return self.member_result(node.children[0], self._of(node.children[1]), node.children[2], None)

    def on_invokation_expression(self, node: Node) -> Types:
        if len(node.children) < 4:
            return None
        return self.member_result(
            node.children[0], self._of(node.children[1]), node.children[2], argument_count(node.children[3])
        )

    def member_result(self, owner: Node, operator: str, name: Node, count: int | None) -> Types:
        """The type of `owner.name` or of `owner.name(count arguments)`."""
        if core(name).type != "simple_name":
            return None
        if operator == "." and count == 0 and (result := ALWAYS.get(self._of(name).lower())):
            return frozenset({result})
        owners = self._written_type(self._of(core(owner))) if operator == "::" else self.of(owner)
        if not owners:
            return owners
        found: set[str] = set()
        for one in owners:
            if one == DYNAMIC:
                return frozenset({DYNAMIC})
            members = tables.find(one, self._of(name))
            fitting = [m for m in members if (m.arity is None if count is None else m.takes(count) or m.arity is None)]
            results = {m.result for m in fitting if m.result}
            if not results and count is None and is_open_ended(one):
                return frozenset({DYNAMIC})
            if not results or "System.Object" in results or any("`" in r and "Collection" not in r for r in results):
                return None
            found |= {DYNAMIC if r == SMA + "PSObject" else r for r in results if r}
        return frozenset(found)


_IDICTIONARY = "System.Collections.IDictionary"


def is_open_ended(name: str) -> bool:
    """Hash tables, XML nodes, directory entries and WMI objects have their data as properties."""
    return name == DYNAMIC or any(tables.is_a(name, base) for base in OPEN_ENDED)
