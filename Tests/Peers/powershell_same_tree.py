#!/usr/bin/env python3
"""Prove that values cannot change a generated PowerShell script: the project's injection oracle.

usage: powershell_same_tree.py [--values FILE] [--json] BASE.ps1 OTHER.ps1

BASE was made from harmless values, OTHER from hostile ones. They are the same script when

1. both are printable ASCII (then UTF-8 and the code pages 1252, 1251, 932 … read the same text), parse without an
   error, and the independent scanner and the parser agree on every string and comment;
2. after each value is replaced by a mark, the texts are equal, byte for byte (scanner, no parser involved);
3. the syntax trees are equal, calls and sub-expressions included, except at value positions (parser).

A value is one single-quoted string, or one concatenation `'…'+[char]0x…+'…'` that begins with a single-quoted string,
in parentheses or not; it is written in printable ASCII on one line. Every other literal, also a double-quoted one, must
be the same in both. A value that differs must not stand where text becomes code or a pattern: behind & or ., in
[scriptblock]::Create, AddScript, Invoke-Expression, a type name, a member name, beside -match, -like, -replace, -split
or -f.

--values FILE   JSON: a list of [harmless, hostile] pairs. Each differing value must then be exactly the base's text
                with harmless texts replaced by their hostile ones: the quoting loses and adds nothing.
--json          print {"same": …, "problems": […], "values": [[base, other], …]}

Exit code: 0 the same, 1 not (each reason on its own line), 2 misuse.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tree_sitter import Node  # noqa: E402

from powershell import rules_text  # noqa: E402
from powershell.context import Allowed, Context  # noqa: E402
from powershell.scan import Scanner  # noqa: E402
from powershell.source import Source, core  # noqa: E402
from powershell.versions import HOSTS  # noqa: E402

_CHARACTER = r"\[char\]0x[0-9A-Fa-f]{1,4}"
_VERBATIM = r"'(?:[^']|'')*'"
# What may follow a value's first string: more strings and characters. Blanks, but no line ends, around +.
_CONCATENATION = re.compile(rf"{_VERBATIM}(?:[ \t]*\+[ \t]*(?:{_VERBATIM}|{_CHARACTER}))*", re.IGNORECASE)
_PART = re.compile(rf"{_VERBATIM}|{_CHARACTER}", re.IGNORECASE)
_MARK = "\0VALUE\0"
_ADDITIVE = ("additive_expression", "additive_argument_expression")
_PATTERN_OPERATOR = re.compile(r"-[ci]?(match|notmatch|like|notlike|replace|split|f)|-f", re.IGNORECASE)
_CODE_CALLS = frozenset(
    {"create", "addscript", "addcommand", "invokescript", "newscriptblock", "expandstring", "invoke"}
)


@dataclass(frozen=True)
class Value:
    """One value of a script: where it stands (character offsets) and what it means."""

    start: int
    end: int
    text: str


class Script:
    def __init__(self, raw: bytes, name: str) -> None:
        self.name = name
        self.source = Source(raw, name)
        self.problems = self._own_problems()
        self.values = list(_values(self.source.text))

    def _own_problems(self) -> list[str]:
        context = Context(self.source, HOSTS, Allowed(), read_only=False)
        rules_text.check(context)
        return [str(f) for f in context.findings if f.severity == "error" and f.rule != "line-too-long"]

    def control_characters(self) -> list[str]:
        """A line end in a string is no injection, but what carries the file may change it, and a reader is misled."""
        return [
            f"{self.where(v.start)}: a value holds a control character: write it as [char]0x…"
            for v in self.values
            if not all(" " <= c <= "~" for c in self.source.text[v.start : v.end])
        ]

    def residue(self) -> list[str]:
        """The text between the values."""
        parts, at = [], 0
        for value in self.values:
            parts.append(self.source.text[at : value.start])
            at = value.end
        return [*parts, self.source.text[at:]]

    def where(self, offset: int) -> str:
        line, column = self.source.position(offset)
        return f"{self.name}:{line}:{column}"


def _values(text: str) -> Iterator[Value]:
    """Values in the order of the text, from the scanner's strings alone."""
    at = 0
    for piece in Scanner(text).pieces:
        if piece.kind != "verbatim" or piece.start < at:
            continue
        found = _CONCATENATION.match(text, piece.start)
        if found is None:
            continue
        start, end = piece.start, found.end()
        is_concatenation = end > piece.end
        if is_concatenation and text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            start, end = start - 1, end + 1
        yield Value(start, end, meaning(found[0]))
        at = end


def meaning(written: str) -> str:
    """The text that a value stands for."""
    parts = []
    for part in _PART.findall(written):
        parts.append(part[1:-1].replace("''", "'") if part.startswith("'") else chr(int(part[8:], 16)))
    # Two halves of one character beyond the BMP are written as two [char]s.
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


# The second proof: by the parser.


def shape(source: Source, root: Node) -> list[str]:
    """The tree as a list of tokens: node kinds in brackets, leaf texts, the text between nodes; values are marks."""
    tokens: list[str] = []
    waiting: list[Node | str] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            tokens.append(item)
            continue
        node = core(item)
        if is_value(source, node):
            tokens.append(_MARK)
        elif not node.children:
            tokens.append(f"{node.type} {source.of(node)}")
        else:
            tokens.append(f"<{node.type}")
            waiting.append(f"{node.type}>")
            waiting.extend(reversed(_with_gaps(source, node)))
    return tokens


def _with_gaps(source: Source, node: Node) -> list[Node | str]:
    """The children and, where the parser made no node of it, the text between them (a string's own text)."""
    items: list[Node | str] = []
    at = node.start_byte
    for child in node.children:
        if child.start_byte > at:
            items.append("gap " + source.data[at : child.start_byte].decode("utf-8", "surrogateescape"))
        items.append(child)
        at = child.end_byte
    if node.end_byte > at:
        items.append("gap " + source.data[at : node.end_byte].decode("utf-8", "surrogateescape"))
    return items


def is_value(source: Source, node: Node) -> bool:
    """A single-quoted string, or a concatenation that begins with one and holds nothing but strings and characters."""
    if node.type == "verbatim_string_characters":
        return True
    if node.type == "parenthesized_expression" and len(node.children) == 3:
        inside = core(node.children[1])
        return inside.type in _ADDITIVE and is_value(source, inside)
    return node.type in _ADDITIVE and _CONCATENATION.fullmatch(source.of(node).strip()) is not None


# Values where text becomes code or a pattern.


def danger_at(source: Source, byte: int) -> str | None:
    """Why a host's text must not be the value whose first string begins at this byte; None: it may."""
    literal = source.root.descendant_for_byte_range(byte, byte + 1)
    return _danger(source, literal) if literal is not None else None


def _danger(source: Source, literal: Node) -> str | None:
    child, parent = literal, literal.parent
    while parent is not None and parent.type not in ("statement_list", "script_block", "statement_block"):
        reason = _danger_in(source, child, parent)
        if reason:
            return reason
        if parent.type in ("command", "argument_list", "hash_entry"):
            return None
        child, parent = parent, parent.parent
    return None


def _danger_in(source: Source, child: Node, parent: Node) -> str | None:
    kind = parent.type
    if kind in ("command_name_expr", "command_name", "path_command_name"):
        return "names a command"
    if kind == "command" and source.of(parent.children[0]).strip().lower() in ("invoke-expression", "iex"):
        return "is run as code"
    if kind == "command" and source.of(parent.children[0]).strip().lower() in ("new-object", "add-type"):
        return "may name a type" if _is_first_argument(child, parent) else None
    if kind == "member_name":
        return "names a member"
    if kind == "cast_expression" and "scriptblock" in source.of(parent.children[0]).lower():
        return "becomes a script block"
    if kind == "argument_list" and parent.parent is not None and parent.parent.type == "invokation_expression":
        name = source.of(parent.parent.children[2]).lower()
        is_code = name in _CODE_CALLS and not (
            name == "create" and "scriptblock" not in source.of(parent.parent).lower()
        )
        return f"is an argument of {name}()" if is_code else None
    if len(parent.children) == 3 and _PATTERN_OPERATOR.fullmatch(source.of(parent.children[1]).strip()):
        is_left_format = source.of(parent.children[1]).strip().lower() == "-f" and child == parent.children[0]
        is_right_pattern = source.of(parent.children[1]).strip().lower() != "-f" and child == parent.children[2]
        return (
            f"is a pattern of {source.of(parent.children[1]).strip()}" if is_left_format or is_right_pattern else None
        )
    return None


def _is_first_argument(child: Node, command: Node) -> bool:
    elements = next((c for c in command.children if c.type == "command_elements"), None)
    return elements is not None and child == elements and child.start_byte == elements.start_byte


# Comparing


def problems(base: Script, other: Script, pairs: list[tuple[str, str]] | None = None) -> list[str]:
    found = base.problems + other.problems + other.control_characters()
    found += _compare_texts(base, other)
    found += _compare_trees(base, other)
    if len(base.values) == len(other.values):
        found += _compare_values(base, other, pairs)
    return found


def _compare_texts(base: Script, other: Script) -> list[str]:
    ours, theirs = base.residue(), other.residue()
    for number, (one, two) in enumerate(zip(ours, theirs, strict=False)):
        if one != two:
            at = len(os.path.commonprefix([one, two]))
            start = other.values[number - 1].end if number else 0
            return [f"{other.where(start + at)}: the text differs outside the values: {two[at : at + 40]!r}"]
    if len(ours) != len(theirs):
        return [f"{other.name}: {len(other.values)} values, {base.name} has {len(base.values)}"]
    return []


def _compare_trees(base: Script, other: Script) -> list[str]:
    ours, theirs = shape(base.source, base.source.root), shape(other.source, other.source.root)
    for one, two in zip(ours, theirs, strict=False):
        if one != two:
            return [f"{other.name}: the tree has {two[:60]!r} where {base.name} has {one[:60]!r}"]
    if len(ours) != len(theirs):
        return [f"{other.name}: the tree has {len(theirs)} tokens, {base.name} has {len(ours)}"]
    return []


def _compare_values(base: Script, other: Script, pairs: list[tuple[str, str]] | None) -> list[str]:
    found = []
    for one, two in zip(base.values, other.values, strict=True):
        if one.text == two.text:
            continue
        first = other.source.text.index("'", two.start)
        byte = len(other.source.text[:first].encode("utf-8", "surrogateescape"))
        if reason := danger_at(other.source, byte):
            found.append(f"{other.where(two.start)}: a value {reason}")
        if pairs is not None and _replaced(one.text, pairs) != two.text:
            found.append(f"{other.where(two.start)}: {two.text!r} is not what was put in for {one.text!r}")
    return found


def _replaced(text: str, pairs: list[tuple[str, str]]) -> str:
    """All harmless texts at once, longest first, so that no replacement is replaced again."""
    table = dict(pairs)
    pattern = "|".join(re.escape(k) for k in sorted(table, key=len, reverse=True))
    return re.sub(pattern, lambda m: table[m[0]], text) if pattern else text


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="powershell_same_tree.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--values")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("base")
    parser.add_argument("other")
    options = parser.parse_args(arguments)
    try:
        pairs = _pairs(options.values) if options.values else None
        base, other = (Script(Path(name).read_bytes(), name) for name in (options.base, options.other))
    except (OSError, ValueError) as problem:
        print(f"powershell_same_tree: {problem}", file=sys.stderr)
        return 2
    found = problems(base, other, pairs)
    if options.json:
        differing = [[a.text, b.text] for a, b in zip(base.values, other.values, strict=False) if a.text != b.text]
        print(json.dumps({"same": not found, "problems": found, "values": differing}, indent=1))
    else:
        print("\n".join(found) or f"the same, {len(other.values)} values")
    return 1 if found else 0


def _pairs(name: str) -> list[tuple[str, str]]:
    read = json.loads(Path(name).read_text(encoding="utf-8"))
    if not isinstance(read, list) or not all(
        isinstance(p, list) and len(p) == 2 and all(isinstance(t, str) for t in p) for p in read
    ):
        raise ValueError(f"{name}: a list of [harmless, hostile] texts is wanted")
    return [(harmless, hostile) for harmless, hostile in read]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
