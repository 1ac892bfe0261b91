"""Every rule by id: what it says, and whether it fails the check (`error`) or is only shown on request (`hint`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Rule:
    id: str
    severity: str
    says: str


@dataclass(frozen=True)
class Finding:
    file: str
    line: int
    column: int
    rule: str
    severity: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.rule}]"

    def json(self) -> dict[str, object]:
        return asdict(self)


_ERRORS = {
    # the text
    "parse-error": "the parser finds no PowerShell here (its blind spots: README, 'What the parser does not know')",
    "string-border": "the parser and the independent scanner disagree on where a string or comment begins or ends",
    "not-ascii": "a byte that is not printable ASCII, tab or line end: Windows PowerShell reads it in the code page",
    "line-too-long": "a line over 8,000 characters: cmd.exe ends at 8,191",
    # what the parser lets pass and PowerShell does not
    "reserved-word": "a reserved word used as a command",
    "bad-assignment": "the left side of an assignment is no variable, property, element or list of those",
    "dangling-try": "try without catch and finally",
    "empty-redirection": "a redirection without a target, or from a file",
    "duplicate-key": "a hash literal has one key twice: PowerShell refuses the whole file",
    "number-as-command": "a statement begins with a number that the parser took for a command: put it in parentheses",
    "stray-operator": "an operator of another language (==, !=) reads as a command or an assignment",
    # the language
    "ordered-literal": "[ordered] is not in 2.0",
    "in-operator": "-in and -notin are not in 2.0",
    "shift-operator": "-shl and -shr are not in 2.0",
    "newer-variable": "an automatic variable that came later than the oldest PowerShell asked for",
    "member-enumeration": "a property of each element of an array: 2.0 looks at the array only",
    "collection-method": ".Where() and .ForEach() are not in 2.0 and 3.0",
    "new-method": "[Type]::new() is not in 2.0 to 4.0",
    "newer-statement": "class, enum, using, workflow words and clean are not in 2.0",
    "newer-operator": "?:, ??, ?., && and || are not in Windows PowerShell",
    "simplified-filter": "Where-Object and ForEach-Object without a script block are not in 2.0",
    "using-scope": "$using: is not in 2.0",
    "newer-redirection": "redirection of streams 3 to 6 and * is not in 2.0",
    "requires-comment": "#requires has no effect in a program read from stdin, and refuses in one that is a file",
    "stop-parsing": "--% is not in 2.0",
    "newer-literal": "a number or escape that came later than the oldest PowerShell asked for",
    "attribute-shorthand": "an attribute argument without =$true, or an attribute, that is not in 2.0",
    # what exists
    "unknown-command": "a command that is not there on some PowerShell asked for",
    "native-command": "a program: allow it by name if it is meant",
    "unknown-parameter": "a parameter that the command does not have on some PowerShell asked for",
    "abbreviated-parameter": "an abbreviated parameter: the next version may have a second one that begins alike",
    "alias": "an alias: a user's profile or module can redefine it",
    "parenthesised-call": "f(a,b) hands ONE list to a command or function: write f a b",
    "unknown-type": "a type that is not there on some host asked for",
    "unknown-member": "a member that the type does not have on some host asked for",
    "argument-count": "no overload takes this many arguments on some host asked for",
    "static-or-instance": ":: on an instance member, or . on a static one of a type literal",
    "method-not-called": "a method without parentheses is a PSMethod object, not its result",
    "property-called": "a property called like a method",
    "member-nowhere": "the type cannot be told, and no known type has such a member on all hosts asked for",
    # what is dangerous
    "invoke-expression": "Invoke-Expression runs text",
    "forbidden-command": "Add-Type, jobs, secedit, Get-EventLog, ConvertTo-Json and the like: see the message",
    "interpolation": "a double-quoted string holds an expression: only simple variables may stand there",
    "wildcard-path": "a path that may hold [ ] * ? is given without -LiteralPath",
    "fips-hash": "a hash class that FIPS mode refuses, or whose Create() may give one",
    "culture": "text made or read in the host's culture",
    "store-open-flags": "an X509Store must be opened with ReadOnly and OpenExistingOnly",
    # a file that must only read (--read-only)
    "writing-command": "a command that changes something",
    "writing-method": "a method that changes something",
    "writing-redirection": "a redirection writes a file",
    # the annotations themselves
    "bad-annotation": "an annotation names no known rule, or gives no reason",
    "unused-annotation": "an annotation allows what does not happen",
}

_HINTS = {
    "null-on-the-right": "x -eq $null filters when x is an array: write $null -eq x",
    "interpolated-member": 'in "$x.y" only $x is expanded, and .y stays text',
    "code-from-text": "text becomes code: no rule can look inside",
    "split-overload": ".Split with a text longer than one character means another overload in 7",
    "negative-hex": "a hex literal with the highest bit set is negative: [uint32]'0x…' is not",
    "assembly-not-loaded": "the type's assembly may not be loaded: [Reflection.Assembly]::LoadWithPartialName first",
    "culture-compare": "text is compared in the host's culture: add a StringComparison",
    "culture-of-thread": "culture-dependent, but the file sets the invariant culture (not in runspaces it opens)",
}

RULES: dict[str, Rule] = {
    **{i: Rule(i, "error", says) for i, says in _ERRORS.items()},
    **{i: Rule(i, "hint", says) for i, says in _HINTS.items()},
}
