"""Arguments as they are written, parameters as they are declared, and how the one becomes the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from powershell.source import core, walk

from .conversion import convert, text, truth
from .values import NOTHING, Array, NotKnown, throw

if TYPE_CHECKING:
    from .interpreter import Engine


@dataclass
class Arguments:
    positional: list[Any]
    named: dict[str, Any] = field(default_factory=dict)
    redirections: list[str] = field(default_factory=list)
    # As a program gets them, in the order of the text.
    words: list[Any] = field(default_factory=list)


@dataclass
class Parameter:
    name: str
    type: str | None = None
    default: Node | None = None
    allowed: list[str] | None = None
    is_mandatory: bool = False
    attributes: list[str] = field(default_factory=list)

    @property
    def is_switch(self) -> bool:
        return self.type == "System.Management.Automation.SwitchParameter"


_KNOWN_ATTRIBUTES = frozenset({"validateset", "parameter", "cmdletbinding", "allowemptystring", "allownull", "alias"})
_KNOWN_ATTRIBUTES |= {"allowemptycollection"}


def declared(engine: Engine, block: Node) -> tuple[list[Parameter], dict[str, Any] | None]:
    """The parameters of a param block or of `function f(…)`, and what CmdletBinding says (None: nothing does)."""
    cmdlet: dict[str, Any] | None = None
    parameters: list[Parameter] = []
    for child in block.children:
        if child.type == "attribute_list" or child.type == "attribute":
            for name, values in _attributes(engine, child):
                if name == "cmdletbinding":
                    cmdlet = values
                elif name not in ("suppressmessage",):
                    raise NotKnown(f"the attribute [{name}]")
    for node in _parameter_nodes(block):
        parameters.append(_parameter(engine, node))
    return parameters, cmdlet


def _parameter_nodes(block: Node) -> list[Node]:
    found: list[Node] = []
    for child in block.children:
        if child.type == "script_parameter":
            found.append(child)
        elif child.type == "parameter_list":
            found += _parameter_nodes(child)
        elif child.type == "variable":
            found.append(child)
    return found


def _parameter(engine: Engine, node: Node) -> Parameter:
    if node.type == "variable":
        return Parameter(engine.source.of(node)[1:].lower())
    parameter = Parameter("")
    for child in node.children:
        if child.type == "variable":
            parameter.name = engine.source.of(child)[1:].lower()
        elif child.type == "script_parameter_default":
            parameter.default = child.children[-1]
        elif child.type in ("attribute_list", "attribute", "type_literal"):
            for literal in [child] if child.type == "type_literal" else _own_types(child):
                parameter.type = engine.type_of(literal).name
            for name, values in _attributes(engine, child):
                if name not in _KNOWN_ATTRIBUTES:
                    raise NotKnown(f"the attribute [{name}]")
                parameter.attributes.append(name)
                if name == "validateset":
                    parameter.allowed = [text(v) for v in values[""]]
                elif name == "parameter":
                    parameter.is_mandatory = truth(values.get("mandatory"))
                    if set(values) - {"mandatory", "", "position"}:
                        raise NotKnown(f"[Parameter({', '.join(values)})]")
        elif child.type != "comment":
            raise NotKnown(f"{child.type} in a parameter")
    return parameter


def _own_types(node: Node) -> list[Node]:
    found = []
    for child in node.children:
        if child.type == "type_literal":
            found.append(child)
        elif child.type == "attribute":
            found += [c for c in child.children if c.type == "type_literal"]
    if node.type == "attribute":
        return [c for c in node.children if c.type == "type_literal"]
    return found


def _attributes(engine: Engine, node: Node) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for part in walk(node):
        if part.type != "attribute" or any(c.type == "type_literal" for c in part.children):
            continue
        name = next(engine.source.of(c) for c in part.children if c.type in ("attribute_name", "type_identifier"))
        values: dict[str, Any] = {"": []}
        for argument in walk(part):
            if argument.type != "attribute_argument":
                continue
            children = [c for c in argument.children if c.type != "comment"]
            if len(children) == 3 and children[1].type == "=":
                values[engine.source.of(children[0]).lower()] = engine.expression(core(children[2]))
            elif len(children) == 1 and children[0].type == "simple_name":
                if engine.version == "2.0":
                    raise NotKnown(f"[{name}({engine.source.of(children[0])})] without =$true in 2.0")
                values[engine.source.of(children[0]).lower()] = True
            else:
                values[""].append(engine.expression(core(children[0])))
        found.append((name.lower(), values))
    return found


# Arguments


def read_arguments(engine: Engine, parts: list[Node]) -> Arguments:
    found = Arguments([])
    elements = [e for part in parts for e in (part.children if part.type == "command_elements" else [part])]
    waiting: str | None = None
    is_bound = False
    for element in elements:
        inner = core(element)
        if element.type in ("comment",):
            continue
        if element.type == "command_argument_sep":
            if engine.source.of(element).strip() == ":":
                is_bound = True
            continue
        if inner.type in ("merging_redirection_operator", "redirection"):
            found.redirections.append(engine.source.of(inner).replace(" ", ""))
            continue
        if inner.type == "command_parameter":
            if waiting is not None:
                found.named[waiting] = NOTHING
            written = engine.source.of(inner)
            found.words.append(written)
            waiting, is_bound = written.lstrip("-").rstrip(":"), written.endswith(":")
            if waiting.lower() in (n.lower() for n in found.named):
                raise NotKnown(f"-{waiting} twice")
            continue
        value = _argument(engine, inner)
        found.words.append(value)
        if waiting is not None:
            found.named[waiting] = Bound(value) if is_bound else value
            waiting, is_bound = None, False
        else:
            found.positional.append(value)
    if waiting is not None:
        found.named[waiting] = NOTHING
    return found


@dataclass
class Bound:
    """A value given as `-Name:value`, which belongs to the parameter even when that is a switch."""

    value: Any


def _argument(engine: Engine, node: Node) -> Any:
    if node.type == "generic_token":
        word = engine.source.of(node)
        if any(c in word for c in "$`'\"(){};|&<>@#"):
            raise NotKnown(f"the bare word {word}")
        return word
    if node.type == "stop_parsing":
        raise NotKnown("--%")
    if node.type == "argument_list":
        # New-Object Type('a', 'b'): the parentheses touch the name, and hold a list.
        values = [c for part in node.children if part.type == "argument_expression_list" for c in part.children]
        return Array([engine.expression(c) for c in values if c.is_named and c.type != "comment"])
    return engine.expression(node)


def settle_switches(arguments: Arguments, switches: set[str]) -> Arguments:
    """A switch takes no value unless it stands behind a colon: what followed it is positional."""
    settled = Arguments([], {}, arguments.redirections, arguments.words)
    leftovers: list[Any] = []
    for name, value in arguments.named.items():
        if isinstance(value, Bound):
            settled.named[name] = value.value
        elif name.lower() in switches:
            settled.named[name] = True
            if value is not NOTHING:
                leftovers.append(value)
        elif value is NOTHING:
            raise throw(
                "System.Management.Automation.ParameterBindingException",
                f"Missing an argument for parameter '{name}'.",
                "MissingArgument",
            )
        else:
            settled.named[name] = value
    if leftovers and arguments.positional:
        raise NotKnown("positional arguments on both sides of a switch")
    settled.positional = [*leftovers, *arguments.positional]
    return settled


def bind(engine: Engine, name: str, parameters: list[Parameter], given: Arguments, is_advanced: bool) -> None:
    """Defines the parameters as variables of the current scope."""
    given = settle_switches(given, {p.name for p in parameters if p.is_switch})
    by_name = {p.name: p for p in parameters}
    values: dict[str, Any] = {}
    for written, value in given.named.items():
        parameter = by_name.get(written.lower())
        if parameter is None:
            if is_advanced or not any(p.startswith(written.lower()) for p in by_name):
                raise _refused(f"A parameter cannot be found that matches parameter name '{written}'.")
            raise NotKnown(f"the abbreviated parameter -{written} of {name}")
        values[parameter.name] = value
    waiting = list(given.positional)
    for parameter in parameters:
        if waiting and parameter.name not in values and not parameter.is_switch:
            values[parameter.name] = waiting.pop(0)
    if waiting and is_advanced:
        raise _refused(f"A positional parameter cannot be found that accepts argument '{text(waiting[0])}'.")
    for parameter in parameters:
        _define(engine, parameter, values)
    if not is_advanced:
        engine.scopes.define("args", Array(waiting))
    elif engine.scopes.stack[-1] is not engine.scopes.stack[1]:
        engine.scopes.define("args", None)


def _define(engine: Engine, parameter: Parameter, values: dict[str, Any]) -> None:
    kind = parameter.type

    def fit(value: Any) -> Any:
        made = convert(value, kind) if kind is not None else value
        if parameter.allowed is not None and text(made).lower() not in (a.lower() for a in parameter.allowed):
            raise _refused(f"Cannot validate argument on parameter '{parameter.name}': it is not in the set.")
        return made

    if parameter.name in values:
        value = values[parameter.name]
        if parameter.is_mandatory and (value is None or value == "" and "allowemptystring" not in parameter.attributes):
            raise _refused(f"Cannot bind argument to parameter '{parameter.name}': it is null or empty.")
        try:
            made = fit(value)
        except NotKnown:
            raise
        engine.scopes.define(parameter.name, made, convert=fit if kind or parameter.allowed else None)
        return
    if parameter.is_mandatory:
        raise _refused(f"the parameter {parameter.name} is mandatory")
    if parameter.default is not None:
        value = engine.value(parameter.default)
        made = convert(value, kind) if kind else value
    else:
        made = convert(None, kind) if kind else None
    engine.scopes.define(parameter.name, made, convert=fit if kind or parameter.allowed else None)


def _refused(message: str) -> Exception:
    return throw("System.Management.Automation.ParameterBindingException", message, "ParameterArgumentValidationError", True)
