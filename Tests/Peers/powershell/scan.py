"""A second opinion on where strings and comments begin and end, written without the parser.

Everything else that is checked rests on these borders: a quote that PowerShell sees and the parser does not is an
injection. The scanner follows PowerShell's own rules for quotes (about_Quoting_Rules) and refuses, instead of guessing,
where the answer depends on the parse mode: a quote or `#` that touches a bare word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEEPEST = 200
_CLOSERS = {"(": ")", "{": "}", "[": "]"}
_VARIABLE = re.compile(r"\$(?:[A-Za-z0-9_?^$:](?:[A-Za-z0-9_?]|:(?!:))*)")
_MEMBER = re.compile(r"(?:\.|::)[A-Za-z_][A-Za-z0-9_]*")
_HERE_END = {"'": re.compile(r"\r?\n'@"), '"': re.compile(r'\r?\n"@')}
_LINE_END = re.compile(r"[\r\n]")
_HERE_HEAD = re.compile(r"@(['\"])[ \t]*(?=\r?\n)")
_BEFORE_QUOTE = frozenset(" \t\r\n([{,;=|&!+:)}]@\0")
_BEFORE_COMMENT = frozenset(" \t\r\n(){},;|&\0")


@dataclass(frozen=True)
class Piece:
    """A string or comment, borders included; offsets are characters, `end` is exclusive."""

    kind: str  # "verbatim", "expandable", "verbatim here", "expandable here", "comment"
    start: int
    end: int


@dataclass(frozen=True)
class Doubt:
    """A place where the scanner cannot tell, or where the text is not PowerShell."""

    offset: int
    reason: str


class Scanner:
    """Scans a whole text at once; the results are `pieces` (in order of their start) and `doubts`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[Piece] = []
        self.doubts: list[Doubt] = []
        end = self._code(0, "", 0)
        if end < len(text):
            self.doubts.append(Doubt(end, "nested too deep"))
        self.pieces.sort(key=lambda p: p.start)

    def _code(self, at: int, closer: str, depth: int) -> int:
        """Scans code up to its closer; returns the offset after it."""
        start, chained = max(at - 1, 0), False
        if depth > DEEPEST:
            return at
        while at < len(self.text):
            if self.text[at] == closer:
                return at + 1
            at, chained = self._token(at, chained, depth)
        if closer:
            self.doubts.append(Doubt(start, f"never closed with '{closer}'"))
        return at

    def _token(self, at: int, chained: bool, depth: int) -> tuple[int, bool]:
        """One token: the offset after it, and whether a member may follow (`$x` and `.name` and `)` chain)."""
        text, here, before = self.text, self.text[at], self.text[at - 1] if at else "\0"
        if here == "`":
            return at + 2, False
        if here == "#" or text.startswith("<#", at):
            return self._comment(at, before), False
        if head := _HERE_HEAD.match(text, at):
            return self._here(at, head[1], head.end(), depth), True
        if here in "'\"":
            if before not in _BEFORE_QUOTE and not (before == "." and chained):
                self.doubts.append(Doubt(at, "a quote touches a bare word: put a blank before it"))
            return self._verbatim(at) if here == "'" else self._expandable(at, depth), True
        if here == "$":
            return self._dollar(at, depth), True
        if here in _CLOSERS:
            return self._code(at + 1, _CLOSERS[here], depth + 1), here != "{"
        if here in ")}]":
            self.doubts.append(Doubt(at, f"'{here}' closes nothing"))
        if chained and (member := _MEMBER.match(text, at)):
            return member.end(), True
        return at + 1, chained and here == "."

    def _dollar(self, at: int, depth: int) -> int:
        following = self.text[at + 1 : at + 2]
        if following == "(":
            return self._code(at + 2, ")", depth + 1)
        if following == "{":
            end = self.text.find("}", at)
            if end < 0 or '"' in self.text[at:end] or "`" in self.text[at:end]:
                self.doubts.append(Doubt(at, "a braced variable that is not closed or holds a quote or backtick"))
            return at + 2 if end < 0 else end + 1
        name = _VARIABLE.match(self.text, at)
        return name.end() if name else at + 1

    def _verbatim(self, at: int) -> int:
        close = at + 1
        while True:
            close = self.text.find("'", close)
            if close < 0:
                return self._unfinished(at, "verbatim")
            if self.text[close + 1 : close + 2] != "'":
                return self._finished("verbatim", at, close + 1)
            close += 2

    def _expandable(self, at: int, depth: int) -> int:
        close = at + 1
        while close < len(self.text):
            here = self.text[close]
            if here == "`":
                close += 2
            elif here == "$" and self.text[close + 1 : close + 2] in ("(", "{"):
                close = self._dollar(close, depth)
            elif here == '"' and self.text[close + 1 : close + 2] == '"':
                close += 2
            elif here == '"':
                return self._finished("expandable", at, close + 1)
            else:
                close += 1
        return self._unfinished(at, "expandable")

    def _here(self, at: int, quote: str, body: int, depth: int) -> int:
        kind = "verbatim here" if quote == "'" else "expandable here"
        end = _HERE_END[quote].search(self.text, body)
        if not end:
            return self._unfinished(at, kind)
        for found in re.finditer(r"\$[({]", self.text[body : end.start()]) if quote == '"' else ():
            self._dollar(body + found.start(), depth)
        return self._finished(kind, at, end.end())

    def _comment(self, at: int, before: str) -> int:
        is_block = self.text.startswith("<#", at)
        if before not in _BEFORE_COMMENT:
            self.doubts.append(Doubt(at, "'#' touches a bare word: put a blank before it"))
            return at + 1
        if is_block:
            end = self.text.find("#>", at + 2)
            return self._unfinished(at, "comment") if end < 0 else self._finished("comment", at, end + 2)
        line_end = _LINE_END.search(self.text, at)
        return self._finished("comment", at, line_end.start() if line_end else len(self.text))

    def _finished(self, kind: str, start: int, end: int) -> int:
        self.pieces.append(Piece(kind, start, end))
        return end

    def _unfinished(self, at: int, kind: str) -> int:
        self.doubts.append(Doubt(at, f"{kind} never ends"))
        self.pieces.append(Piece(kind, at, len(self.text)))
        return len(self.text)
