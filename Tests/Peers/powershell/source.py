"""One PowerShell source file: its text as PowerShell reads it, its syntax tree, and positions a person can find."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

# PowerShell takes these characters as quotes and dashes (measured over the whole BMP); the parser does not know them.
# U+201F looks like a quote and is none.
QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
    | dict.fromkeys("\u201c\u201d\u201e", '"')
    | dict.fromkeys("\u2013\u2014\u2015", "-")
)

_LANGUAGE = Language(tree_sitter_powershell.language())


class Source:
    """Text with one character per character of the file, so that columns are those an editor shows."""

    def __init__(self, raw: bytes, name: str = "-") -> None:
        self.name = name
        self.original = raw.decode("utf-8", "surrogateescape")
        self.text = self.original.translate(QUOTES)
        self.data = self.text.encode("utf-8", "surrogateescape")
        self.root = Parser(_LANGUAGE).parse(self.data).root_node
        self._line_starts = [0] + [i + 1 for i, c in enumerate(self.text) if c == "\n"]
        self._is_ascii = len(self.data) == len(self.text)

    def of(self, node: Node) -> str:
        """The text that a node covers."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")

    def offset(self, byte: int) -> int:
        """The character offset of a byte offset."""
        return byte if self._is_ascii else len(self.data[:byte].decode("utf-8", "surrogateescape"))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (1-based, in characters) of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A line without its end (1-based)."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def line_start(self, number: int) -> int:
        """The character offset of a line (1-based)."""
        return self._line_starts[number - 1]

    @property
    def line_count(self) -> int:
        return len(self._line_starts)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text; without recursion, so that no input is too deep."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def core(node: Node) -> Node:
    """The node that says something: the grammar wraps each expression in a dozen single-child nodes of equal extent."""
    while node.child_count == 1:
        child = node.children[0]
        if not child.is_named or child.start_byte != node.start_byte or child.end_byte != node.end_byte:
            return node
        node = child
    return node


def ancestors(node: Node) -> Iterator[tuple[Node, Node]]:
    """(child, parent) from the node up to the root."""
    parent = node.parent
    while parent is not None:
        yield node, parent
        node, parent = parent, parent.parent
