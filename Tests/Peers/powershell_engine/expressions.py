"""Evaluates expressions."""

from __future__ import annotations

import re
from typing import Any

from tree_sitter import Node

from powershell import tables
from powershell.source import Source, core
from powershell.versions import Hosts, described, described_dotnet

from . import members
from .conversion import convert, hex_literal, is_collection, null_of, number, sized, text, truth, type_named
from .machine import Machine
from .operators import add, arithmetic, compare, format_text
from .scopes import Scopes
from .values import (
    NOTHING,
    Array,
    Char,
    Hashtable,
    Int32,
    NetList,
    NotKnown,
    Number,
    ScriptBlock,
    TypeRef,
    net_type,
    throw,
)

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_KEYWORDS_SET_BY_ENGINE = ("pscmdlet", "args", "_")


class Expressions:
    source: Source
    machine: Machine
    version: str
    hosts: Hosts
    strict: bool
    scopes: Scopes
    SILENT = ("post_increment_expression", "pre_increment_expression", "post_decrement_expression")
    SILENT = (*SILENT, "pre_decrement_expression")

    def value(self, node: Node) -> Any:
        raise NotImplementedError

    def _define_automatic(self) -> None:
        session = self.scopes.stack[0]
        major = {"2.0": 2, "3.0": 3, "4.0": 4, "5.1": 5, "7": 7}[self.version]
        versions = Hashtable()
        versions.set("PSVersion", members.Version(major, {"5.1": 1, "7": 6}.get(self.version, 0)))
        if self.version in ("5.1", "7"):
            versions.set("PSEdition", "Core" if self.version == "7" else "Desktop")
        for name, value in {
            "psversiontable": versions,
            "true": True,
            "false": False,
            "null": None,
            "erroractionpreference": "Continue",
            "warningpreference": "Continue",
            "progresspreference": "Continue",
            "verbosepreference": "SilentlyContinue",
            "confirmpreference": "High",
            "whatifpreference": False,
            "executioncontext": members.ExecutionContext(),
            "host": members.Opaque("System.Management.Automation.Host.PSHost"),
            "error": NetList(),
            "pshome": "C:\\Windows\\System32\\WindowsPowerShell\\v1.0",
            "home": "C:\\Users\\admin",
            "pid": Int32(4711),
        }.items():
            self.scopes.define(name, value, session)

    def new_cmdlet(self, supports: bool) -> Any:
        return members.Cmdlet(self, supports)

    # Variables

    def variable_or_none(self, name: str) -> Any:
        found = self.scopes.find(name)
        return null_of(found.value) if found else None

    def variable(self, written: str) -> Any:
        name = written.lower()
        if name.startswith("env:"):
            return self.machine.environment.get(name[4:])
        found = self.scopes.find(name)
        if found is None:
            if name in ("psscriptroot", "pscommandpath", "myinvocation", "matches", "input"):
                raise NotKnown(f"${written}")
            if self.strict:
                raise throw(
                    "System.Management.Automation.RuntimeException",
                    f"The variable '${written}' cannot be retrieved because it has not been set.",
                    "VariableIsUndefined",
                )
            return None
        return found.value

    def _variable_name(self, node: Node) -> str:
        written = self.source.of(node)
        if written.startswith("@"):
            raise NotKnown(f"splatting: {written}")
        return written[2:-1] if written.startswith("${") else written[1:]

    def assign(self, target: Node, value: Any) -> None:
        target = core(target)
        if target.type in ("variable", "braced_variable"):
            name = self._variable_name(target)
            if name.lower().startswith("env:"):
                raise NotKnown(f"an assignment to ${name}")
            if name.lower() == "null":
                return
            self.scopes.set(name, null_of(value))
        elif target.type == "element_access":
            owner = self.expression(core(target.children[0]))
            self._set_element(owner, self.expression(core(target.children[2])), null_of(value))
        elif target.type == "member_access":
            self._set_member(target, null_of(value))
        elif target.type == "cast_expression":
            kind = self.type_of(target.children[0]).name
            name = self._variable_name(core(target.children[1]))
            self.scopes.set(name, null_of(value), convert=lambda new: convert(new, kind))
        elif target.type == "left_assignment_expression":
            self.assign(target.children[0], value)
        else:
            raise NotKnown(f"an assignment to {target.type}")

    def _set_element(self, owner: Any, index: Any, value: Any) -> None:
        if isinstance(owner, Hashtable):
            owner.set(index, value)
        elif isinstance(owner, (Array, NetList)):
            at = self._index(owner.items, index)
            if at is None:
                raise throw("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
            owner.items[at] = convert(value, owner.element) if isinstance(owner, Array) else value
        else:
            raise NotKnown(f"an assignment to an element of {net_type(owner)}")

    def _set_member(self, target: Node, value: Any) -> None:
        owner = self.expression(core(target.children[0]))
        name = self._member_name(target.children[2])
        if target.children[1].type == "::":
            raise NotKnown(f"an assignment to a static member {name}")
        members.set_property(self, owner, name, value)

    # Expressions

    def expression(self, node: Node) -> Any:
        node = core(node)
        kind = node.type.replace("_argument_expression", "_expression")
        handler = getattr(self, "on_" + kind, None)
        if handler is None:
            raise NotKnown(f"{node.type}: {self.source.of(node)[:60]}")
        return handler(node)

    def on_variable(self, node: Node) -> Any:
        return self.variable(self._variable_name(node))

    on_braced_variable = on_variable

    def on_verbatim_string_characters(self, node: Node) -> str:
        return self.source.of(node)[1:-1].replace("''", "'")

    def on_string_literal(self, node: Node) -> Any:
        return self.expression(node.children[0])

    def on_expandable_string_literal(self, node: Node) -> str:
        # Without wrappers: the parts' own extents.
        parts, at = [], node.start_byte + 1
        for child in node.children:
            if child.type not in ("variable", "braced_variable", "sub_expression"):
                continue
            parts.append(self._plain(at, child.start_byte))
            value = self.expression(child)
            parts.append(text(value))
            at = child.end_byte
        parts.append(self._plain(at, node.start_byte + len(self.source.of(node).rstrip().encode()) - 1))
        return "".join(parts)

    def _plain(self, start: int, end: int) -> str:
        written = self.source.data[start:end].decode().replace('""', '"')
        if "$" in re.sub(r"`.", "", written):
            raise NotKnown("a dollar sign in a double-quoted string")
        return re.sub(r"`(.)", lambda found: _ESCAPES.get(found[1], found[1]), written, flags=re.DOTALL)

    def on_decimal_integer_literal(self, node: Node) -> Any:
        written = self.source.of(node).lower()
        if written.endswith("l"):
            return convert(written[:-1], "System.Int64")
        if not written.isdigit():
            raise NotKnown(f"the number {written}")
        return sized(int(written))

    def on_hexadecimal_integer_literal(self, node: Node) -> Any:
        written = self.source.of(node).lower()
        if written.endswith("l"):
            raise NotKnown(f"the number {written}")
        return hex_literal(written[2:])

    def on_integer_literal(self, node: Node) -> Any:
        return self.expression(node.children[0])

    def on_parenthesized_expression(self, node: Node) -> Any:
        inside = [c for c in node.children if c.is_named and c.type != "comment"]
        if len(inside) != 1:
            raise NotKnown("these parentheses")
        inner = core(inside[0])
        if inner.type in self.SILENT:
            return self.expression(inner)
        return self.value(inner)

    def on_sub_expression(self, node: Node) -> Any:
        from .interpreter import Sink, collapsed

        sink = Sink()
        self._inside(node, sink)
        return collapsed(sink.items)

    def on_array_expression(self, node: Node) -> Any:
        from .interpreter import Sink

        inside = [c for c in node.children if c.is_named and c.type != "comment"]
        if len(inside) == 1 and core(inside[0]).type not in ("statement_list",):
            inner = core(inside[0])
            if not self.is_statement(inner):
                value = self.expression(inner)
                if isinstance(value, Array):
                    # @( ) around an array is that array, its element type apart.
                    return Array(list(value.items))
        sink = Sink()
        self._inside(node, sink)
        return Array(sink.items)

    def _inside(self, node: Node, sink: Any) -> None:
        for child in node.children:
            if child.type in ("statement_list", "script_block_body"):
                self.statements(child, sink)  # type: ignore[attr-defined]
            elif child.is_named and child.type not in ("comment", "empty_statement"):
                self.statement(child, sink)  # type: ignore[attr-defined]

    def is_statement(self, node: Node) -> bool:
        raise NotImplementedError

    def on_array_literal_expression(self, node: Node) -> Array:
        return Array([null_of(self.expression(c)) for c in node.children if c.is_named and c.type != "comment"])

    def on_hash_literal_expression(self, node: Node) -> Hashtable:
        table = Hashtable()
        for body in node.children:
            for entry in body.children if body.type == "hash_literal_body" else []:
                if entry.type != "hash_entry":
                    continue
                children = [c for c in entry.children if c.type not in ("comment", ";", "empty_statement")]
                key_node = core(children[0])
                key = self.source.of(key_node) if key_node.type == "simple_name" else self.expression(key_node)
                if table.has(key):
                    raise NotKnown(f"the key {key} twice in a hash literal")
                table.set(key, null_of(self.value(children[2])))
        return table

    def on_script_block_expression(self, node: Node) -> ScriptBlock:
        return ScriptBlock(node)

    def on_type_literal(self, node: Node) -> TypeRef:
        return self.type_of(node)

    def type_of(self, node: Node) -> TypeRef:
        written = self.source.of(node).strip()[1:-1].strip()
        found = tables.resolve(written)
        if found is None:
            raise NotKnown(f"the type [{written}]")
        if not found[1] & self.hosts:
            raise NotKnown(f"[{written}] is not in {described_dotnet(self.hosts)}")
        return TypeRef(found[0])

    def on_cast_expression(self, node: Node) -> Any:
        target = self.type_of(node.children[0]).name
        operand = core(node.children[1])
        if operand.type == "hash_literal_expression" and target.endswith("PSObject"):
            raise NotKnown("[pscustomobject]@{}: not in 2.0")
        return convert(self.expression(operand), target)

    # Operators

    def _sides(self, node: Node) -> tuple[Node, str, Node]:
        children = [c for c in node.children if c.type != "comment"]
        if len(children) != 3:
            raise NotKnown(f"{node.type} of {len(children)} parts")
        return core(children[0]), self.source.of(children[1]).strip(), core(children[2])

    def on_comparison_expression(self, node: Node) -> Any:
        left, operator, right = self._sides(node)
        return compare(operator, self.expression(left), self.expression(right))

    def on_bitwise_expression(self, node: Node) -> Any:
        return self.on_comparison_expression(node)

    def on_logical_expression(self, node: Node) -> bool:
        left, operator, right = self._sides(node)
        first, word = truth(self.expression(left)), operator.lower()
        if word == "-and":
            return first and truth(self.expression(right))
        if word == "-or":
            return first or truth(self.expression(right))
        if word == "-xor":
            return first != truth(self.expression(right))
        return bool(self.on_comparison_expression(node))

    def on_additive_expression(self, node: Node) -> Any:
        # A long concatenation is as deep as it is long.
        waiting: list[tuple[str, Node]] = []
        while node.type in ("additive_expression", "additive_argument_expression"):
            left, operator, right = self._sides(node)
            waiting.append((operator, right))
            node = left
        total = self.expression(node)
        for operator, right in reversed(waiting):
            value = self.expression(right)
            total = add(total, value) if operator == "+" else arithmetic("-", total, value)
        return total

    def on_multiplicative_expression(self, node: Node) -> Any:
        left, operator, right = self._sides(node)
        return arithmetic(operator, self.expression(left), self.expression(right))

    def on_format_expression(self, node: Node) -> str:
        left, _, right = self._sides(node)
        value = self.expression(right)
        return format_text(text(self.expression(left)), value.items if is_collection(value) else [null_of(value)])

    def on_range_expression(self, node: Node) -> Array:
        left, _, right = self._sides(node)
        first, last = int(number(self.expression(left))), int(number(self.expression(right)))
        step = 1 if last >= first else -1
        return Array([Int32(n) for n in range(first, last + step, step)])

    def on_expression_with_unary_operator(self, node: Node) -> Any:
        children = [c for c in node.children if c.type != "comment"]
        operator, operand = self.source.of(children[0]).lower(), core(children[1])
        if operator in ("!", "-not"):
            return not truth(self.expression(operand))
        if operator == ",":
            return Array([null_of(self.expression(operand))])
        if operator == "-":
            value = number(self.expression(operand))
            return -value if isinstance(value, float) else sized(-int(value))
        if operator == "-bnot":
            value = number(self.expression(operand))
            if not isinstance(value, Number) or type(value).low == 0:
                raise NotKnown("-bnot of an unsigned number")
            return type(value)(~int(value))
        if operator == "-join":
            value = self.expression(operand)
            return "".join(text(item) for item in (value.items if is_collection(value) else [value]))
        raise NotKnown(f"the operator {operator}")

    def _step(self, node: Node, by: int) -> Any:
        target = core(next(c for c in node.children if c.is_named))
        before = self.expression(target)
        if null_of(before) is not None and not isinstance(before, (Number, float)):
            raise throw("System.Management.Automation.RuntimeException", "++ works on numbers only")
        self.assign(target, arithmetic("+", number(before), Int32(by)))
        return before

    def on_post_increment_expression(self, node: Node) -> Any:
        return self._step(node, 1)

    def on_post_decrement_expression(self, node: Node) -> Any:
        return self._step(node, -1)

    def on_assignment_expression(self, node: Node) -> Any:
        children = [c for c in node.children if c.type != "comment"]
        target, operator = core(children[0]), self.source.of(children[1]).strip()
        value = self.value(children[2])
        if operator == "=":
            self.assign(target, value)
        elif operator == "+=":
            self.assign(target, add(self.expression(target), value))
        elif operator == "-=":
            self.assign(target, arithmetic("-", self.expression(target), value))
        else:
            raise NotKnown(f"the assignment {operator}")
        return self.expression(target)

    # Members and elements

    def on_element_access(self, node: Node) -> Any:
        children = [c for c in node.children if c.type != "comment"]
        owner, index = null_of(self.expression(core(children[0]))), self.expression(core(children[2]))
        if owner is None:
            raise throw("System.Management.Automation.RuntimeException", "Cannot index into a null array.", "NullArray")
        if isinstance(owner, Hashtable):
            if is_collection(index):
                raise NotKnown("several keys at once")
            return owner.get(index)
        if isinstance(owner, str):
            at = self._index(list(owner), index)
            return Char(owner[at]) if at is not None else None
        if not isinstance(owner, (Array, NetList)):
            if isinstance(owner, (Number, bool)):
                raise throw("System.Management.Automation.RuntimeException", f"Unable to index into {net_type(owner)}.")
            raise NotKnown(f"an element of {net_type(owner)}")
        if is_collection(index):
            found = [self._index(owner.items, one) for one in index.items]
            return Array([owner.items[at] for at in found if at is not None])
        at = self._index(owner.items, index)
        if at is None and self.strict and self.version != "2.0":
            raise throw("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
        return owner.items[at] if at is not None else None

    def _index(self, items: list[Any], index: Any) -> int | None:
        at = int(convert(index, "System.Int32"))
        at += len(items) if at < 0 else 0
        return at if 0 <= at < len(items) else None

    def _member_name(self, node: Node) -> str:
        inner = core(node)
        if inner.type != "simple_name":
            raise NotKnown(f"a computed member: {self.source.of(node)}")
        return self.source.of(inner)

    def on_member_access(self, node: Node) -> Any:
        owner_node, operator, name_node = [c for c in node.children if c.type != "comment"][:3]
        name = self._member_name(name_node)
        if operator.type == "::":
            return members.static_property(self, self._owner_type(owner_node), name)
        return members.get_property(self, null_of(self.expression(core(owner_node))), name)

    def on_invokation_expression(self, node: Node) -> Any:
        children = [c for c in node.children if c.type != "comment"]
        if len(children) != 4 or children[3].type != "argument_list":
            raise NotKnown(f"this call: {self.source.of(node)[:60]}")
        owner_node, operator, name_node, argument_list = children
        name = self._member_name(name_node)
        arguments: list[Any] = []
        for part in argument_list.children:
            if part.type == "argument_expression_list":
                arguments += [null_of(self.expression(c)) for c in part.children if c.is_named and c.type != "comment"]
            elif part.is_named and part.type != "comment":
                arguments.append(null_of(self.expression(part)))
        if operator.type == "::":
            return members.call_static(self, self._owner_type(owner_node), name, arguments)
        return members.call_method(self, null_of(self.expression(core(owner_node))), name, arguments)

    def _owner_type(self, node: Node) -> str:
        inner = core(node)
        if inner.type != "type_literal":
            raise NotKnown(f":: behind {inner.type}")
        return self.type_of(inner).name

    # The tables

    def require_member(self, owner: str, name: str, count: int | None, is_static: bool) -> None:
        """The member must be there, as a property (count None) or with so many arguments, where the script runs."""
        found = [m for m in tables.find(owner, name) if m.is_static == is_static or owner in tables_enums(owner)]
        fitting = [m for m in found if (m.arity is None if count is None else m.takes(count))]
        what = f"{owner}{'::' if is_static else '.'}{name}" + ("" if count is None else f" with {count} arguments")
        if not fitting:
            raise NotKnown(f"no table knows {what}")
        if not tables.union(fitting) & self.hosts:
            raise NotKnown(f"{what} is not in {described_dotnet(self.hosts)}")
        if self.hosts - tables.union(fitting):
            raise NotKnown(f"{what} is not in every {described(self.hosts)}")


def tables_enums(owner: str) -> list[str]:
    known = tables.types().get(owner.lower())
    return [owner] if known and known.kind == "enum" else []


def named_type(written: str) -> str:
    return type_named(written).name


__all__ = ["NOTHING", "Expressions", "named_type"]
