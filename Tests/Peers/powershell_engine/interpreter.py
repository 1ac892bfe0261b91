"""Runs a script: statements, commands, functions. Expressions are in expressions.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tree_sitter import Node

from powershell.source import Source, core
from powershell.versions import Hosts, hosts_for

from .binding import Arguments, Parameter, bind, declared, read_arguments
from .conversion import convert, elements, null_of, text, truth
from .expressions import Expressions
from .machine import Machine
from .scopes import Scope, Scopes
from .values import (
    NOTHING,
    Array,
    ErrorRecord,
    Exit,
    Int32,
    NetException,
    NotKnown,
    ScriptBlock,
    Thrown,
    throw,
)


class Jump(Exception):
    """break, continue."""


class Break(Jump):
    pass


class Continue(Jump):
    pass


class Return(Exception):
    pass


@dataclass
class Function:
    name: str
    parameters: list[Parameter]
    is_advanced: bool
    body: list[Node]


_STATEMENT_WRAPPERS = ("statement_list", "script_block_body", "script_block", "program")
_TEXTLESS = frozenset({"comment", "empty_statement", ";", "{", "}", "param_block"})
_DEPTH = 60


class Engine(Expressions):
    """One run of one script on one machine."""

    def __init__(self, source: Source, machine: Machine, version: str, strict: bool = False) -> None:
        self.source = source
        self.machine = machine
        self.version = version
        self.hosts: Hosts = hosts_for([version])
        self.strict = strict
        self.scopes = Scopes()
        self.out: list[Any] = []
        self.told: list[str] = []  # what a person sees: output and host, in order
        self.errors: list[str] = []  # what goes to stderr
        self.error_list: list[ErrorRecord] = []
        self._tries = 0
        self._depth = 0
        self.line = 0
        self._define_automatic()

    # The script

    def run(self, arguments: dict[str, Any]) -> int:
        """As `-File script.ps1 …`: the exit code."""
        try:
            self._run(arguments)
        except Exit as end:
            return end.code
        except Thrown as thrown:
            self.record(thrown)
            return 1
        return 0

    def _run(self, arguments: dict[str, Any]) -> None:
        block = next((c for c in self.source.root.children if c.type == "param_block"), None)
        parameters, advanced = declared(self, block) if block is not None else ([], None)
        given = Arguments([], dict(arguments))
        with_common = advanced is not None
        if with_common:
            self._take_common(given, advanced or {})
        bind(self, "the script", parameters, given, with_common)
        try:
            self.statements(self.source.root, Sink(self.tell))
        except Return:
            pass

    def _take_common(self, given: Arguments, cmdlet: dict[str, Any]) -> None:
        """-WhatIf and -Confirm become preferences that every cmdlet below sees."""
        supports = truth(cmdlet.get("supportsshouldprocess"))
        for name, preference in (("whatif", "whatifpreference"), ("confirm", "confirmpreference")):
            found = next((k for k in given.named if k.lower() == name), None)
            if found is None:
                continue
            if not supports:
                raise throw(
                    "System.Management.Automation.ParameterBindingException",
                    f"A parameter cannot be found that matches parameter name '{found}'.",
                    "NamedParameterNotFound",
                )
            value = truth(given.named.pop(found))
            if name == "confirm":
                if value:
                    self.scopes.define(preference, "Low", self.scopes.stack[1])
                else:
                    self.scopes.define(preference, "None", self.scopes.stack[1])
            else:
                self.scopes.define(preference, value, self.scopes.stack[1])
        self.scopes.define("pscmdlet", self.new_cmdlet(supports), self.scopes.stack[1])

    def tell(self, value: Any) -> None:
        self.told.append(text(value))

    def record(self, thrown: Thrown) -> ErrorRecord:
        record = ErrorRecord(thrown.error, thrown.identifier, self.line)
        self.error_list.insert(0, record)
        self.errors.append(f"line {self.line}: {thrown.error.message}")
        return record

    # Statements

    def statements(self, node: Node, sink: Sink) -> None:
        """The statements of a program, a block, or a statement list."""
        for child in node.children:
            if child.type in _STATEMENT_WRAPPERS:
                self.statements(child, sink)
            elif child.type in _TEXTLESS:
                continue
            elif child.type == "function_statement":
                self._define_function(child)
            else:
                self.statement(child, sink)

    def statement(self, node: Node, sink: Sink) -> None:
        node = core(node)
        self.line = self.source.position(self.source.offset(node.start_byte))[0]
        line = self.line
        try:
            self._statement(node, sink)
        except Thrown as thrown:
            # Outside of any try an error ends its statement only, unless it was meant to end more.
            preference = text(self.variable_or_none("erroractionpreference")).lower()
            if thrown.stops_script or self._tries or preference == "stop":
                raise
            self.line = line
            self.record(thrown)
        except NotKnown as problem:
            raise self.placed(problem, line) from None
        except RecursionError:
            raise NotKnown(f"line {line}: too deep") from None

    def placed(self, problem: NotKnown, line: int) -> NotKnown:
        said = str(problem)
        return problem if said.startswith("line ") else NotKnown(f"line {line}: {said}")

    def _statement(self, node: Node, sink: Sink) -> None:
        handler: Callable[[Node, Sink], None] | None = getattr(self, "do_" + node.type, None)
        if handler is not None:
            handler(node, sink)
        elif node.type in ("pipeline_chain", "command", "command_name"):
            self.pipeline(node, sink)
        elif node.type in ("assignment_expression", *self.SILENT):
            self.expression(node)
        else:
            sink.emit(self.expression(node))

    def block(self, node: Node, sink: Sink) -> None:
        if node.type != "statement_block":
            raise NotKnown(f"{node.type} as a block")
        self.statements(node, sink)

    def condition(self, node: Node) -> bool:
        return truth(self.value(node))

    def value(self, node: Node) -> Any:
        """What a statement gives as a value: an expression's own, of a pipeline nothing, its one item, or a list."""
        node = core(node)
        if not self.is_statement(node):
            return self.expression(node)
        sink = Sink()
        self._statement(node, sink)
        return collapsed(sink.items)

    def is_statement(self, node: Node) -> bool:
        return hasattr(self, "do_" + node.type) or node.type in ("pipeline_chain", "command", "command_name")

    def do_if_statement(self, node: Node, sink: Sink) -> None:
        children = [c for c in node.children if c.type != "comment"]
        if self.condition(children[2]):
            return self.block(children[4], sink)
        for clause in children[5:]:
            if clause.type == "elseif_clauses":
                clauses = clause.children
            else:
                clauses = [clause]
            for one in clauses:
                if one.type == "elseif_clause":
                    inside = [c for c in one.children if c.type != "comment"]
                    if self.condition(inside[2]):
                        return self.block(inside[4], sink)
                elif one.type == "else_clause":
                    return self.block([c for c in one.children if c.type != "comment"][1], sink)
                elif one.type != "comment":
                    raise NotKnown(one.type)
        return None

    def do_foreach_statement(self, node: Node, sink: Sink) -> None:
        children = [c for c in node.children if c.type != "comment"]
        name, many, block = children[2], children[4], children[6]
        value = self.value(many)
        if null_of(value) is None:
            # Since 3.0 not at all.
            items = [None] if self.version == "2.0" and value is None else []
        else:
            items = list(elements(value))
        for item in items:
            self.assign(name, item)
            if not self._once(block, sink):
                return

    def _once(self, block: Node, sink: Sink) -> bool:
        try:
            self.block(block, sink)
        except Break:
            return False
        except Continue:
            pass
        return True

    def do_for_statement(self, node: Node, sink: Sink) -> None:
        children = [c for c in node.children if c.type != "comment"]
        separators = [i for i, c in enumerate(children) if c.type == ";"]
        if len(separators) != 2 or [separators[0], separators[1]] != [3, 5] or len(children) != 9:
            raise NotKnown("this form of for")
        self.statement(children[2], Sink())
        while self.condition(children[4]):
            if not self._once(children[8], sink):
                return
            self.statement(children[6], Sink())

    def do_while_statement(self, node: Node, sink: Sink) -> None:
        children = [c for c in node.children if c.type != "comment"]
        while self.condition(children[2]):
            if not self._once(children[4], sink):
                return

    def do_switch_statement(self, node: Node, sink: Sink) -> None:
        condition = next(c for c in node.children if c.type == "switch_condition")
        body = next(c for c in node.children if c.type == "switch_body")
        if any(c.type == "switch_parameters" for c in node.children):
            raise NotKnown("a parameter of switch")
        subject = self.value(next(c for c in condition.children if c.is_named))
        clauses = [c for part in body.children if part.type == "switch_clauses" for c in part.children]
        items = list(elements(subject))
        try:
            for item in items:
                self._switch(clauses, item, sink)
        except Break:
            return

    def _switch(self, clauses: list[Node], item: Any, sink: Sink) -> None:
        is_met = False
        default = None
        for clause in clauses:
            label, block = clause.children[0], clause.children[1]
            if self.source.of(label).lower() == "default":
                default = block
                continue
            wanted = core(label)
            if wanted.type not in ("verbatim_string_characters", "decimal_integer_literal", "switch_clause_condition"):
                raise NotKnown(f"switch over {wanted.type}")
            if wanted.type == "switch_clause_condition":
                raise NotKnown("a bare word in switch")
            from .operators import equal

            if equal(text(item) if isinstance(item, str) else item, self.expression(wanted), True):
                is_met = True
                try:
                    self.block(block, sink)
                except Continue:
                    return
        if not is_met and default is not None:
            try:
                self.block(default, sink)
            except Continue:
                return

    def do_flow_control_statement(self, node: Node, sink: Sink) -> None:
        word = node.children[0].type
        rest = [c for c in node.children[1:] if c.is_named and c.type != "comment"]
        if word == "return":
            if rest:
                inner = core(rest[0])
                if self.is_statement(inner):
                    self._statement(inner, sink)
                else:
                    sink.emit(self.expression(inner))
            raise Return
        if word == "exit":
            code = self.value(rest[0]) if rest else Int32(0)
            raise Exit(int(convert(code, "System.Int32")))
        if word == "throw":
            if not rest:
                # In a catch: the error that was caught, once more.
                caught = self.variable_or_none("_")
                if not isinstance(caught, ErrorRecord):
                    raise NotKnown("throw without a value")
                raise self._thrown(caught)
            raise self._thrown(self.value(rest[0]))
        if rest:
            raise NotKnown(f"{word} with a label")
        raise {"break": Break, "continue": Continue}[word]

    def _thrown(self, value: Any) -> Thrown:
        if isinstance(value, ErrorRecord):
            return Thrown(value.exception, value.identifier, True)
        if isinstance(value, NetException):
            return Thrown(value, "", True)
        return throw("System.Management.Automation.RuntimeException", text(value), text(value), True)

    def do_try_statement(self, node: Node, sink: Sink) -> None:
        children = [c for c in node.children if c.type != "comment"]
        clauses = [c for part in children[2:] for c in (part.children if part.type == "catch_clauses" else [part])]
        last = next((c for c in clauses if c.type == "finally_clause"), None)
        catches = [c for c in clauses if c.type == "catch_clause"]
        try:
            self._try(children[1], catches, sink)
        finally:
            if last is not None:
                self.block(next(c for c in last.children if c.type == "statement_block"), sink)

    def _try(self, block: Node, catches: list[Node], sink: Sink) -> None:
        if not catches:
            return self.block(block, sink)
        self._tries += 1
        try:
            try:
                self.block(block, sink)
            finally:
                self._tries -= 1
        except Thrown as thrown:
            handler = next((c for c in catches if self._catches(c, thrown.error)), None)
            if handler is None:
                raise
            record = ErrorRecord(thrown.error, thrown.identifier, self.line)
            self.error_list.insert(0, record)
            before = self.scopes.stack[-1].variables.get("_")
            self.scopes.define("_", record)
            try:
                self.block(next(c for c in handler.children if c.type == "statement_block"), sink)
            finally:
                if before is None:
                    self.scopes.stack[-1].variables.pop("_", None)
                else:
                    self.scopes.stack[-1].variables["_"] = before
        return None

    def _catches(self, clause: Node, error: NetException) -> bool:
        wanted = [self.type_of(n).name for n in _type_literals(clause)]
        if not wanted:
            return True
        from .conversion import is_type

        # The wrapping of a method's exception is looked through.
        current: NetException | None = error
        while current is not None:
            if any(is_type(current, name) for name in wanted):
                return True
            current = current.inner
        return False

    # Commands

    def pipeline(self, node: Node, sink: Sink) -> None:
        stages = [c for c in node.children if c.type not in ("|", "comment")] if node.type == "pipeline_chain" else [node]
        items: list[Any] | None = None
        for at, stage in enumerate(stages):
            target = sink if at == len(stages) - 1 else Sink()
            stage = core(stage)
            if stage.type in ("command", "command_name"):
                self.command(stage, items, target)
            elif at == 0:
                target.emit(self.expression(stage))
            else:
                raise NotKnown(f"{stage.type} in a pipeline")
            items = target.items

    def command(self, node: Node, items: list[Any] | None, sink: Sink) -> None:
        from .commands import run_command

        parts = list(node.children) if node.type == "command" else [node]
        operator = ""
        if parts[0].type == "command_invokation_operator":
            operator = self.source.of(parts[0])
            parts = parts[1:]
        head = core(parts[0])
        arguments = read_arguments(self, parts[1:])
        if head.type in ("command_name", "generic_token", "path_command_name", "path_command_name_token"):
            name = self.source.of(head)
        elif operator:
            called = self.expression(head)
            if isinstance(called, ScriptBlock):
                return self.call_block(called, arguments, items, sink, own_scope=operator == "&")
            name = text(called)
        else:
            raise NotKnown(f"{head.type} as a command")
        if operator == ".":
            raise NotKnown("a dot-sourced command")
        function = self.scopes.function(name)
        if function is not None:
            return self.call(function, arguments, items, sink)
        return run_command(self, name, arguments, items, sink)

    def call(self, function: Function, arguments: Arguments, items: list[Any] | None, sink: Sink) -> None:
        if items is not None:
            raise NotKnown(f"a pipeline into the function {function.name}")
        if arguments.redirections:
            raise NotKnown(f"a redirection of the function {function.name}")
        self._enter(function.name)
        line = self.line
        try:
            bind(self, function.name, function.parameters, arguments, function.is_advanced)
            if function.is_advanced:
                self.scopes.define("pscmdlet", None)
            for part in function.body:
                self.statements(part, sink)
        except Return:
            pass
        except Jump:
            raise NotKnown(f"break or continue leaves the function {function.name}") from None
        finally:
            self._leave()
            self.line = line

    def call_block(
        self, block: ScriptBlock, arguments: Arguments, items: list[Any] | None, sink: Sink, own_scope: bool
    ) -> None:
        if arguments.positional or arguments.named or items is not None:
            raise NotKnown("arguments of a script block")
        self._enter("a script block") if own_scope else None
        try:
            self.run_block(block, sink)
        except Return:
            pass
        finally:
            if own_scope:
                self._leave()

    def run_block(self, block: ScriptBlock, sink: Sink) -> None:
        for child in block.node.children:
            if child.type == "param_block":
                raise NotKnown("parameters of a script block")
        self.statements(block.node, sink)

    def _enter(self, name: str) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise NotKnown(f"{name} calls itself too often")
        self.scopes.stack.append(Scope())

    def _leave(self) -> None:
        self._depth -= 1
        self.scopes.stack.pop()

    def _define_function(self, node: Node) -> None:
        name = next(self.source.of(c) for c in node.children if c.type == "function_name")
        if ":" in name or self.source.of(node.children[0]).lower() != "function":
            raise NotKnown(f"the function {name}")
        parameters: list[Parameter] = []
        advanced: dict[str, Any] | None = None
        body: list[Node] = []
        for child in node.children:
            if child.type == "function_parameter_declaration":
                parameters, _ = declared(self, child)
            elif child.type in ("script_block", "statement_list", "script_block_body"):
                for part in child.children if child.type == "script_block" else [child]:
                    if part.type == "param_block":
                        parameters, advanced = declared(self, part)
                    elif part.type not in ("comment", ";", "empty_statement"):
                        body.append(part)
        wrapped = [b for b in body if b.type in _STATEMENT_WRAPPERS]
        if len(wrapped) != len(body):
            raise NotKnown(f"the body of {name}: {[b.type for b in body]}")
        self.scopes.stack[-1].functions[name.lower()] = Function(name, parameters, advanced is not None, body)


class Sink:
    """Where a statement's output goes."""

    def __init__(self, told: Callable[[Any], None] | None = None) -> None:
        self.items: list[Any] = []
        self._told = told

    def emit(self, value: Any) -> None:
        for item in elements(value):
            self.put(item)

    def put(self, item: Any) -> None:
        if item is NOTHING:
            return
        self.items.append(item)
        if self._told is not None:
            self._told(item)


def collapsed(items: list[Any]) -> Any:
    if not items:
        return NOTHING
    return items[0] if len(items) == 1 else Array(list(items))


def _type_literals(node: Node) -> list[Node]:
    found = []
    for child in node.children:
        if child.type == "statement_block":
            continue
        if child.type == "type_literal":
            found.append(child)
        else:
            found += _type_literals(child)
    return found
