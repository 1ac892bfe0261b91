"""Rules about language features that are newer than the oldest PowerShell asked for."""

from __future__ import annotations

import re

from tree_sitter import Node

from . import tables
from .context import Context
from .inference import Inference
from .source import core
from .versions import since

_OPERATORS = {
    "-in": ("in-operator", "3.0"),
    "-cin": ("in-operator", "3.0"),
    "-iin": ("in-operator", "3.0"),
    "-notin": ("in-operator", "3.0"),
    "-cnotin": ("in-operator", "3.0"),
    "-inotin": ("in-operator", "3.0"),
    "-shl": ("shift-operator", "3.0"),
    "-shr": ("shift-operator", "3.0"),
}
_VARIABLES = {
    "psitem": "3.0",
    "pscommandpath": "3.0",
    "psscriptroot": "3.0",
    "psdefaultparametervalues": "3.0",
    "psedition": "5.1",
    "iswindows": "6.0",
    "islinux": "6.0",
    "ismacos": "6.0",
    "iscoreclr": "6.0",
    "psstyle": "7.2",
    "informationpreference": "5.0",
}
_STATEMENTS = {
    "class_statement": ("class", "5.0"),
    "enum_statement": ("enum", "5.0"),
    "inlinescript_statement": ("inlinescript", "3.0"),
    "parallel_statement": ("parallel", "3.0"),
    "sequence_statement": ("sequence", "3.0"),
}
_ATTRIBUTES = {
    "argumentcompleter": "5.0",
    "validatedrive": "5.0",
    "validateuserdrive": "5.0",
    "outputtype": "3.0",
    "supportswildcards": "5.0",
    "psdefaultvalue": "3.0",
    "validatetrusteddata": "6.1",
    "experimental": "6.1",
    "argumentcompletions": "6.0",
    "pstypename": "3.0",
}


def check(context: Context, inference: Inference) -> None:
    for node in context.nodes:
        handler = _HANDLERS.get(node.type)
        if handler:
            handler(context, node)
        if node.type in ("member_access", "invokation_expression"):
            _check_member(context, node, inference)
        if node.type in _STATEMENTS:
            word, version = _STATEMENTS[node.type]
            _newer(context, "newer-statement", node, f"{word} statements", version)


def _newer(context: Context, rule: str, node: Node, what: str, version: str) -> None:
    if context.hosts_at(node) - since(version):
        context.report(rule, node, f"{what} came with PowerShell {version}")


def _check_operator(context: Context, node: Node) -> None:
    rule, version = _OPERATORS.get(context.of(node).strip().lower(), ("", ""))
    if rule:
        _newer(context, rule, node, f"'{context.of(node).strip()}'", version)


def _check_variable(context: Context, node: Node) -> None:
    name = context.of(node).lower().lstrip("$@").strip("{}")
    if name in _VARIABLES:
        _newer(context, "newer-variable", node, f"${name}", _VARIABLES[name])
    if name.startswith("using:"):
        _newer(context, "using-scope", node, "$using:", "3.0")


def _check_cast(context: Context, node: Node) -> None:
    written = re.sub(r"\s", "", context.of(node.children[0])).lower()
    if written == "[ordered]":
        _newer(context, "ordered-literal", node, "[ordered]", "3.0")
    elif written == "[pscustomobject]" and core(node.children[-1]).type == "hash_literal_expression":
        _newer(context, "ordered-literal", node, "[pscustomobject]@{…}", "3.0")


def _check_member(context: Context, node: Node, inference: Inference) -> None:
    if len(node.children) < 3:
        return
    name, operator = context.of(node.children[2]).lower(), context.of(node.children[1])
    if node.type == "invokation_expression" and operator == "::" and name == "new":
        _newer(context, "new-method", node, "::new()", "5.0")
        return
    if node.type == "invokation_expression" and name in ("where", "foreach"):
        _newer(context, "collection-method", node, f".{name}()", "4.0")
        return
    if node.type == "member_access" and operator == "." and core(node.children[2]).type == "simple_name":
        _check_enumeration(context, node, name, inference)


def _check_enumeration(context: Context, node: Node, name: str, inference: Inference) -> None:
    types = inference.of(node.children[0])
    is_array = bool(types) and all(t.endswith("[]") or t == "System.Array" for t in types or ())
    if is_array and not tables.find("System.Object[]", name):
        _newer(context, "member-enumeration", node, f".{name} of each element of an array", "3.0")


def _check_foreach_method(context: Context, node: Node) -> None:
    _newer(context, "collection-method", node, ".ForEach{}", "4.0")


def _check_chain(context: Context, node: Node) -> None:
    _newer(context, "newer-operator", node, f"'{context.of(node)[:2]}'", "7.0")


def _check_error(context: Context, node: Node) -> None:
    """The parser has no rule for ?:, ?? and ?. : they end as errors, which may as well say what they are."""
    found = re.search(r"\?\?=?|\?\.|\?\[|\s\?\s", context.of(node))
    if found:
        _newer(context, "newer-operator", node, f"'{found[0].strip()}'", "7.0")


def _check_command(context: Context, node: Node) -> None:
    name = context.of(node.children[0]).strip().lower()
    if name in ("using", "class", "enum", "configuration", "clean"):
        _newer(context, "newer-statement", node, f"{name} statements", "7.3" if name == "clean" else "5.0")
    elif name in ("where-object", "where", "?", "foreach-object", "%"):
        _check_filter(context, node, name)


def _check_filter(context: Context, node: Node, name: str) -> None:
    elements = [c for e in node.children if e.type == "command_elements" for c in e.children]
    words = [c for c in elements if c.type not in ("command_argument_sep", "redirection")]
    first = words[0] if words else None
    if first is None:
        return
    if first.type == "command_parameter":
        parameter = context.of(first).lower().rstrip(":")
        if parameter not in ("-property", "-membername", "-value") and not parameter.startswith(("-eq", "-ne")):
            return
    elif core(first).type != "generic_token" and core(first).type not in (
        "verbatim_string_characters",
        "expandable_string_literal",
    ):
        return
    _newer(context, "simplified-filter", node, f"{name} without a script block", "3.0")


def _check_redirection(context: Context, node: Node) -> None:
    if re.match(r"\s*[3-6*]>", context.of(node)):
        _newer(context, "newer-redirection", node, f"'{context.of(node).strip()}'", "3.0")


def _check_comment(context: Context, node: Node) -> None:
    if re.match(r"#requires\b", context.of(node), re.I):
        context.report("requires-comment", node, "say it by a version test: what is read from stdin ignores #requires")


def _check_stop_parsing(context: Context, node: Node) -> None:
    _newer(context, "stop-parsing", node, "--%", "3.0")


def _check_text(context: Context, node: Node) -> None:
    for found in re.finditer(r"`(u\{|e)", re.sub(r"``", "  ", context.of(node))):
        _newer(context, "newer-literal", node, f"the escape `{found[1]}", "6.0")


def _check_word(context: Context, node: Node) -> None:
    word = context.of(node).strip().lower()
    if re.fullmatch(r"0b[01]+[a-z]*|\d+(u|y|us|uy|ul|s|n)", word):
        _newer(context, "newer-literal", node, f"the number {word}", "6.2")


def _check_attribute(context: Context, node: Node) -> None:
    name = next((context.of(c).strip().lower() for c in node.children if c.type == "attribute_name"), "")
    if name in _ATTRIBUTES:
        _newer(context, "attribute-shorthand", node, f"[{name}()]", _ATTRIBUTES[name])
    if name not in ("parameter", "cmdletbinding"):
        return
    for arguments in (c for c in node.children if c.type == "attribute_arguments"):
        for argument in (c for c in arguments.children if c.type == "attribute_argument"):
            if core(argument).type in ("simple_name", "attribute_argument") and "=" not in context.of(argument):
                _newer(context, "attribute-shorthand", argument, f"{context.of(argument)} without =$true", "3.0")


_HANDLERS = {
    "comparison_operator": _check_operator,
    "variable": _check_variable,
    "cast_expression": _check_cast,
    "invokation_foreach_expression": _check_foreach_method,
    "pipeline_chain_tail": _check_chain,
    "ERROR": _check_error,
    "command": _check_command,
    "redirection": _check_redirection,
    "comment": _check_comment,
    "stop_parsing": _check_stop_parsing,
    "expandable_string_literal": _check_text,
    "expandable_here_string_literal": _check_text,
    "generic_token": _check_redirection,
    "command_name": _check_word,
    "attribute": _check_attribute,
}
