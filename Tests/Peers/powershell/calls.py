"""How a call is written: its arguments, and what New-Object is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from .source import Source, core


def argument_count(arguments: Node) -> int:
    """How many arguments stand in an argument list."""
    inside = next((c for c in arguments.children if c.type == "argument_expression_list"), None)
    return sum(1 for c in inside.children if c.type == "argument_expression") if inside else 0


def call_arguments(access: Node) -> Node | None:
    """The argument list of a call: in argument position (`f $x.y(1)`) the parser leaves it beside the member."""
    if access.type == "invokation_expression":
        return access.children[3] if len(access.children) > 3 and access.children[3].type == "argument_list" else None
    follower, parent = access.next_sibling, access.parent
    while parent is not None and follower is None and parent.end_byte == access.end_byte:
        follower, parent = parent.next_sibling, parent.parent
    is_call = follower is not None and follower.type == "argument_list" and follower.start_byte == access.end_byte
    return follower if is_call else None


@dataclass
class Argument:
    """One argument of a command: the parameter it was given to (None: by position), and its value if it has one."""

    parameter: Node | None
    value: Node | None


# Parameters that take no value, where the tables do not say so.
SWITCHES = frozenset(
    "force recurse passthru wait raw list asjob unique descending casesensitive notypeinformation quiet allmatches "
    "simplematch notmatch resolve isvalid leaf parent qualifier noqualifier isabsolute verbose debug whatif confirm "
    "append noclobber oldest stream audit directory file hidden readonly system noelement strict".split()
)


def arguments(source: Source, command: Node) -> Iterator[Argument]:
    """The arguments of a command, in the order of the text."""
    elements = next((e.children for e in command.children if e.type == "command_elements"), [])
    waiting: Node | None = None
    is_bound = False
    for element in elements:
        if element.type == "command_argument_sep":
            is_bound = is_bound or source.of(element).strip() == ":"
        elif element.type == "command_parameter":
            if waiting is not None:
                yield Argument(waiting, None)
            waiting, is_bound = element, source.of(element).endswith(":")
        elif element.type not in ("redirection", "stop_parsing"):
            if waiting is not None and not is_bound and parameter_name(source, waiting) in SWITCHES:
                yield Argument(waiting, None)
                waiting = None
            yield Argument(waiting, element)
            waiting, is_bound = None, False
    if waiting is not None:
        yield Argument(waiting, None)


def parameter_name(source: Source, parameter: Node) -> str:
    """`-Name:` -> `name`."""
    return source.of(parameter).strip().lstrip("-").rstrip(":").lower()


@dataclass
class NewObject:
    """What `New-Object` is asked for."""

    type_name: str | None  # None: it is not written there
    constructor: Node | None  # the argument list
    is_com: bool


def new_object(source: Source, command: Node) -> NewObject | None:
    """None: the command is not New-Object."""
    if source.of(command.children[0]).strip().lower() != "new-object":
        return None
    by_name: dict[str, Node] = {}
    by_position: list[Node] = []
    for argument in arguments(source, command):
        if argument.parameter is None and argument.value is not None:
            by_position.append(argument.value)
        elif argument.parameter is not None and argument.value is not None:
            written = parameter_name(source, argument.parameter)
            full = next(
                (p for p in ("typename", "argumentlist", "comobject", "property") if p.startswith(written)), written
            )
            by_name[full] = argument.value
    is_com = "comobject" in by_name
    named = by_name.get("typename") or (by_position.pop(0) if by_position and not is_com else None)
    constructor = by_name.get("argumentlist") or (by_position[0] if by_position else None)
    return NewObject(_written_name(source, named) if named is not None else None, constructor, is_com)


def _written_name(source: Source, node: Node) -> str | None:
    """A bare word (`Collections.Generic.List[string]` is one) or a string without variables."""
    inner = core(node)
    if inner.type == "expandable_string_literal" and "$" in source.of(inner):
        return None
    if inner.type not in ("generic_token", "verbatim_string_characters", "expandable_string_literal"):
        return None
    return source.of(inner).strip("'\"")
