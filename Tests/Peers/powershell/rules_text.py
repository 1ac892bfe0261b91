"""Rules about the text itself, and about what the parser lets pass though PowerShell refuses it."""

from __future__ import annotations

import re

from tree_sitter import Node

from .context import Context
from .scan import Piece, Scanner
from .source import core

LONGEST_LINE = 8000
_STRINGS = {
    "verbatim_string_characters": "verbatim",
    "expandable_string_literal": "expandable",
    "verbatim_here_string_characters": "verbatim here",
    "expandable_here_string_literal": "expandable here",
    "comment": "comment",
}
_KINDS = {
    "verbatim": "a single-quoted string",
    "expandable": "a double-quoted string",
    "verbatim here": "a single-quoted here-string",
    "expandable here": "a double-quoted here-string",
    "comment": "a comment",
}
RESERVED = frozenset(
    "begin break catch continue data define do dynamicparam else elseif end exit filter finally for foreach from "
    "function if in param process return switch throw trap try until var while".split()
)
_RANGE = re.compile(r"-?\d+\.\.-?\d+")
_ASSIGNABLE = frozenset(
    {
        "variable",
        "member_access",
        "element_access",
        "cast_expression",
        "array_literal_expression",
        "parenthesized_expression",
        "braced_variable",
    }
)


def check(context: Context) -> None:
    _check_bytes(context)
    _check_parse(context)
    _check_borders(context)
    for node in context.nodes:
        _check_syntax(context, node)


def _check_bytes(context: Context) -> None:
    original = context.source.original
    for offset, character in enumerate(original):
        if character not in "\t\r\n" and not " " <= character <= "~":
            written = f"U+{ord(character):04X}" if not 0xDC80 <= ord(character) <= 0xDCFF else "no UTF-8"
            context.report_at("not-ascii", offset, f"{written} is not printable ASCII")
    for number in range(1, context.source.line_count + 1):
        length = len(context.source.line(number))
        if length > LONGEST_LINE:
            context.report_at(
                "line-too-long", context.source.line_start(number), f"{length} characters; {LONGEST_LINE} is the limit"
            )


def _check_parse(context: Context) -> None:
    for node in context.nodes:
        if node.is_missing:
            context.report("parse-error", node, f"'{node.type}' is missing here{_call_hint(context, node)}")
        elif node.is_error and not (node.parent and node.parent.is_error):
            context.report(
                "parse-error", node, f"no PowerShell: {_excerpt(context.of(node))}{_parse_hint(context, node)}"
            )


def _excerpt(text: str) -> str:
    first = " ".join(text.split())
    return repr(first if len(first) <= 60 else first[:57] + "...")


def _parse_hint(context: Context, node: Node) -> str:
    """What helps when it is PowerShell after all, and only the parser does not know it."""
    text = context.of(node)
    if re.match(r"\s*param\b", text, re.I):
        return "; the parser wants a line end after param(…)"
    if re.search(r"\bdefault\b", text, re.I):
        return "; the parser wants a line end or ; before a switch's default clause"
    if re.search(r"\b(break|continue)\s+\w", text, re.I):
        return "; the parser does not know break and continue with a label"
    if text.startswith("+"):
        return "; the parser does not know nested types [A+B]"
    if any(c.type == "comment" and '"' in context.of(c) for c in node.children):
        return "; the parser takes # behind a variable or escape in a double-quoted string for a comment"
    return _call_hint(context, node)


def _call_hint(context: Context, node: Node) -> str:
    line, _ = context.source.position(context.source.offset(node.start_byte))
    if re.search(r"\s\$[\w:.]+\([^()]*\)[.\[]", context.source.line(line)):
        return "; the parser wants a call that is an argument, and goes on, in parentheses: f ($x.y().z)"
    return ""


def _check_borders(context: Context) -> None:
    """Strings and comments of the parser against those of the scanner."""
    scanner = Scanner(context.source.text)
    for doubt in scanner.doubts:
        context.report_at("string-border", doubt.offset, doubt.reason)
    offset = context.source.offset
    parsed = {
        Piece(_STRINGS[n.type], _skip_blanks(context, offset(n.start_byte)), offset(n.end_byte))
        for n in context.nodes
        if n.type in _STRINGS and not n.is_missing
    }
    extents = {(offset(n.start_byte), offset(n.end_byte)) for n in context.nodes}
    for piece in scanner.pieces:
        # A switch clause's condition is one leaf: its extent must do.
        if piece not in parsed and (piece.start, piece.end) not in extents:
            context.report_at("string-border", piece.start, f"only the scanner sees {_KINDS[piece.kind]} here")
    scanned = set(scanner.pieces)
    for piece in parsed - scanned:
        context.report_at("string-border", piece.start, f"only the parser sees {_KINDS[piece.kind]} here")


def _skip_blanks(context: Context, at: int) -> int:
    """The parser counts blanks before some tokens as part of them."""
    while at < len(context.source.text) and context.source.text[at] in " \t\r\n":
        at += 1
    return at


def _check_syntax(context: Context, node: Node) -> None:
    if node.type == "command_name":
        _check_command_word(context, node)
    elif node.type == "assignment_expression":
        _check_assignment(context, node)
    elif node.type == "try_statement":
        if not any(c.type in ("catch_clauses", "finally_clause") for c in node.children):
            context.report("dangling-try", node, "try needs catch or finally")
    elif node.type == "redirection":
        _check_redirection(context, node)
    elif node.type == "hash_literal_body":
        _check_keys(context, node)


def _check_command_word(context: Context, node: Node) -> None:
    word = context.of(node).strip()
    if word.lower() in RESERVED and word.lower() != "foreach":
        context.report("reserved-word", node, f"'{word}' is a reserved word, not a command")
    elif word in ("=", "==", "!=") or word.startswith("="):
        context.report("stray-operator", node, f"'{word}' is read as a command")
    elif word[:1].isdigit() and not _RANGE.fullmatch(word):
        context.report(
            "number-as-command",
            node,
            f"the parser takes '{word}' for a command and sees nothing inside: a for loop, or [long]1 for 1L",
        )


def _check_assignment(context: Context, node: Node) -> None:
    operator = context.of(node.children[1]).strip()
    if operator not in ("=", "+=", "-=", "*=", "/=", "%="):
        context.report("stray-operator", node.children[1], f"'{operator}' is read as an assignment")
        return
    pending = [core(node.children[0])]
    while pending:
        target = pending.pop()
        if target.type not in _ASSIGNABLE:
            context.report("bad-assignment", target, f"{_excerpt(context.of(target))} cannot be assigned to")
        elif target.type == "array_literal_expression":
            pending += [core(c) for c in target.children if c.is_named]
        elif target.type in ("cast_expression", "parenthesized_expression"):
            pending += [core(c) for c in target.children if c.is_named and c.type != "type_literal"]


def _check_redirection(context: Context, node: Node) -> None:
    target = next((c for c in node.children if c.type == "redirected_file_name"), None)
    if target is not None and not context.of(target).strip():
        context.report("empty-redirection", node, "the redirection has no target")
    if context.of(node).lstrip().startswith("<"):
        context.report("empty-redirection", node, "'<' is reserved and does nothing")


def _check_keys(context: Context, node: Node) -> None:
    seen: set[str] = set()
    for entry in (c for c in node.children if c.type == "hash_entry"):
        key = core(entry.children[0])
        if key.type not in ("simple_name", "verbatim_string_characters", "decimal_integer_literal"):
            if key.type != "expandable_string_literal" or "$" in context.of(key):
                continue
        name = context.of(key).strip("'\"").lower()
        if name in seen:
            context.report("duplicate-key", entry, f"the key '{name}' stands twice")
        seen.add(name)
