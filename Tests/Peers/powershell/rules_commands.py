"""Rules about commands and their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from . import tables
from .calls import Argument, arguments, parameter_name
from .context import Context
from .inference import Inference
from .rules_text import RESERVED
from .source import Source, core, walk
from .versions import Hosts, described, since

# Every command with [CmdletBinding()] takes these; the versions that have them.
COMMON = {
    **{
        p: since("2.0")
        for p in (
            "verbose",
            "debug",
            "erroraction",
            "warningaction",
            "errorvariable",
            "warningvariable",
            "outvariable",
            "outbuffer",
            "whatif",
            "confirm",
        )
    },
    "pipelinevariable": since("4.0"),
    "informationaction": since("5.0"),
    "informationvariable": since("5.0"),
    "progressaction": since("7.4"),
}
_COMMON_ALIASES = {"ea", "wa", "ev", "wv", "ov", "ob", "vb", "db", "wi", "cf", "pv", "infa", "iv"}
_FORBIDDEN = {
    "add-type": "compiles C# on the host and leaves files behind; FIPS and AppLocker hosts refuse it",
    "start-job": "starts a second process that outlives a lost connection: use a runspace",
    "receive-job": "belongs to Start-Job: use a runspace",
    "wait-job": "belongs to Start-Job: use a runspace",
    "get-eventlog": "reads localised text, slowly, and is not in 7: use Diagnostics.Eventing.Reader.EventLogReader",
    "convertto-json": "is not in 2.0, and cuts at depth 2",
    "convertfrom-json": "is not in 2.0",
    "get-hotfix": "asks WMI, slowly, and gives localised dates",
    "read-host": "waits for a person",
    "get-credential": "waits for a person",
    "out-gridview": "opens a window",
    "get-random": "makes two runs differ",
    "start-transcript": "writes a file",
    "set-executionpolicy": "changes the host's policy",
}
_PROGRAMS = {
    "secedit": "exports the policy to a file and locks its database",
    "gpresult": "slow and localised",
    "netsh": "prints localised text",
    "systeminfo": "slow and localised",
}
_NEWER_WORDS = frozenset({"using", "class", "enum", "configuration", "clean"})
_WILDCARDS = re.compile(r"[\[\]*?]")
# Commands whose path is not the first positional argument.
_PATH_POSITION = {"select-string": 1, "select-xml": 1}


# Functions by lower-case name -> parameter names (None: it takes anything, as $args).
Functions = dict[str, set[str] | None]


def check(context: Context, inference: Inference) -> None:
    functions = context.elsewhere | functions_of(context.source, context.nodes)
    for node in context.nodes:
        if node.type == "command":
            _check_command(context, node, functions, inference)


def functions_of(source: Source, nodes: Iterable[Node]) -> Functions:
    functions: Functions = {}
    for node in nodes:
        if node.type == "function_statement":
            name = next((source.of(c).lower() for c in node.children if c.type == "function_name"), "")
            functions[name.rpartition(":")[2]] = _parameters(source, node)
    return functions


def _parameters(source: Source, function: Node) -> set[str] | None:
    """The names of a function's parameters; a nested function's are its own."""
    names: set[str] = set()
    for node in walk(function):
        if node.type == "script_parameter" and _owner(node) == function:
            names |= {source.of(c).lower().lstrip("$") for c in node.children if c.type == "variable"}
    takes_anything = any(source.of(n).lower() == "$args" for n in walk(function) if n.type == "variable")
    return None if takes_anything and not names else names


def _owner(node: Node) -> Node | None:
    while node is not None and node.type not in ("function_statement", "script_block_expression"):
        node = node.parent  # type: ignore[assignment]
    return node


def name_of(context: Context, command: Node) -> str | None:
    """The command's name if it is written there: `name`, `& 'name'`, `Module\\name`."""
    first = command.children[0]
    if first.type == "command_invokation_operator":
        first = core(command.children[1])
        if first.type not in ("verbatim_string_characters", "expandable_string_literal", "path_command_name_token"):
            return None
        if "$" in context.of(first) and first.type != "verbatim_string_characters":
            return None
    return context.of(first).strip().strip("'\"")


def _check_command(context: Context, node: Node, functions: Functions, inference: Inference) -> None:
    name = name_of(context, node)
    if name is None:
        target = node.children[1] if len(node.children) > 1 else node
        if core(target).type != "script_block_expression":
            context.not_inferred(node, f"what & or . calls: {context.of(target).strip()}")
        return
    bare = name.lower().rpartition("\\")[2] if not name.lower().endswith(".exe") else name.lower()
    if (bare in RESERVED or bare in _NEWER_WORDS) and bare != "foreach" or not re.match(r"[a-z%?]", bare):
        return  # other rules speak
    given = list(arguments(context.source, node))
    _check_danger(context, node, bare)
    if bare in functions:
        _check_call(context, node, name)
        _check_function_parameters(context, name, functions[bare], given)
        return
    if bare in tables.aliases():
        context.report("alias", node, f"'{name}' is an alias of {tables.aliases()[bare]}")
        bare = tables.aliases()[bare].lower()
        _check_danger(context, node, bare)
    command = tables.commands().get(bare)
    if bare in context.allowed.commands:
        return
    if command is None:
        _report_unknown(context, node, name)
        return
    _check_call(context, node, name)
    if missing := context.hosts_at(node) - command.hosts:
        context.report("unknown-command", node, f"{command.name} is not in {described(missing)}")
    _check_parameters(context, command, given)
    _check_paths(context, command, given, inference)


def _report_unknown(context: Context, node: Node, name: str) -> None:
    if name.lower().endswith((".exe", ".com", ".cmd", ".bat")) or "\\" in name:
        context.report("native-command", node, f"{name} is a program")
    else:
        context.report("unknown-command", node, f"no command or function of this file is called {name}")


def _check_danger(context: Context, node: Node, bare: str) -> None:
    program = bare.removesuffix(".exe")
    if bare == "invoke-expression":
        context.report("invoke-expression", node, "Invoke-Expression runs text as code")
    elif bare in _FORBIDDEN:
        context.report("forbidden-command", node, f"{bare} {_FORBIDDEN[bare]}")
    elif program in _PROGRAMS:
        context.report("forbidden-command", node, f"{program} {_PROGRAMS[program]}")


def _check_call(context: Context, node: Node, name: str) -> None:
    """f(1,2): the parentheses touch the name."""
    elements = next((c for c in node.children if c.type == "command_elements"), None)
    if elements is None or elements.start_byte != node.children[0].end_byte or name.lower() == "new-object":
        return
    paren = core(elements.children[0])
    if paren.type == "(":
        paren = core(elements)
    if paren.type == "parenthesized_expression" and core(paren.children[1]).type == "array_literal_expression":
        context.report("parenthesised-call", node, f"{name} gets one list, not several arguments")


def _check_function_parameters(context: Context, name: str, known: set[str] | None, given: list[Argument]) -> None:
    if known is None:
        return
    for argument in given:
        if argument.parameter is None:
            continue
        written = parameter_name(context.source, argument.parameter)
        if written in known or written in COMMON or written in _COMMON_ALIASES:
            continue
        if sum(p.startswith(written) for p in known) == 1:
            context.report("abbreviated-parameter", argument.parameter, f"-{written} of {name} is abbreviated")
        else:
            context.report("unknown-parameter", argument.parameter, f"the function {name} has no parameter -{written}")


def _check_parameters(context: Context, command: tables.Command, given: list[Argument]) -> None:
    for argument in given:
        if argument.parameter is None:
            continue
        written = parameter_name(context.source, argument.parameter)
        if written in command.parameters:
            name, hosts = command.parameters[written]
            # Where the command itself is missing, that is said once.
            there = hosts | (context.hosts - command.hosts)
            _require(context, argument.parameter, f"{command.name} -{name}", there)
        elif written in COMMON:
            _require(context, argument.parameter, f"-{written}", COMMON[written])
        elif written in _COMMON_ALIASES:
            context.report("abbreviated-parameter", argument.parameter, f"-{written} is an alias of a common parameter")
        else:
            _report_parameter(context, command, argument.parameter, written)


def _require(context: Context, node: Node, what: str, hosts: Hosts) -> None:
    if missing := context.hosts_at(node) - hosts:
        context.report("unknown-parameter", node, f"{what} is not in {described(missing)}")


def _report_parameter(context: Context, command: tables.Command, node: Node, written: str) -> None:
    begins = [name for lower, (name, _) in command.parameters.items() if lower.startswith(written)]
    begins += [p for p in COMMON if p.startswith(written)]
    if not begins:
        context.report("unknown-parameter", node, f"{command.name} has no parameter -{written} (an alias of one?)")
    else:
        context.report("abbreviated-parameter", node, f"-{written} stands for -{', -'.join(sorted(begins))}")


def _check_paths(context: Context, command: tables.Command, given: list[Argument], inference: Inference) -> None:
    """-Path reads [ ] * ? as wildcards: a value that may hold them belongs to -LiteralPath, where that exists."""
    if "path" not in command.parameters or "literalpath" not in command.parameters:
        return
    path = _path_argument(context, command, given)
    if path is None:
        return
    value = core(path)
    text = context.of(path).strip()
    is_constant = value.type in ("verbatim_string_characters", "generic_token") or (
        value.type == "expandable_string_literal" and "$" not in text
    )
    if is_constant and not _WILDCARDS.search(text):
        return
    what = "holds a wildcard" if is_constant else "may hold wildcards"
    lacks = context.hosts_at(path) - command.parameters["literalpath"][1]
    helps = f"-LiteralPath is not in {described(lacks)}: use .NET" if lacks else "give it to -LiteralPath"
    context.report("wildcard-path", path, f"{text[:60]} {what}; {helps}")


def _path_argument(context: Context, command: tables.Command, given: list[Argument]) -> Node | None:
    names = [parameter_name(context.source, a.parameter) if a.parameter else "" for a in given]
    if any(n and ("literalpath".startswith(n) and len(n) > 1 or n == "pspath") for n in names):
        return None
    for name, argument in zip(names, given, strict=True):
        if name == "path":
            return argument.value
    positional = [a.value for a in given if a.parameter is None and a.value is not None]
    at = _PATH_POSITION.get(command.name.lower(), 0)
    return positional[at] if len(positional) > at else None
