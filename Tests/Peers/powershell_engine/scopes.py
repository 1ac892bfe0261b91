"""Variables and functions by scope: PowerShell's are dynamic, a function sees its caller's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .values import NotKnown, throw

# What the engine sets itself, or what means something to it: a script's own of that name is a fault waiting.
AUTOMATIC = frozenset(
    "args input matches error host home pid pwd profile pshome psversiontable executioncontext myinvocation "
    "psboundparameters pscmdlet this true false null lastexitcode _ ? $ ^ foreach switch stacktrace shellid "
    "nestedpromptlevel psculture psuiculture consolefilename ofs psscriptroot pscommandpath sender event eventargs "
    "eventsubscriber sourceeventargs sourceargs psitem psdebugcontext iswindows islinux ismacos iscoreclr psedition "
    "enabledexperimentalfeatures".split()
)
_SETTABLE = frozenset({"lastexitcode", "ofs"})


@dataclass
class Variable:
    value: Any
    convert: Callable[[Any], Any] | None = None


@dataclass
class Scope:
    variables: dict[str, Variable] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)


class Scopes:
    def __init__(self) -> None:
        self.stack = [Scope(), Scope()]  # the session's, and the script's

    def find(self, name: str) -> Variable | None:
        scope, bare = self._split(name)
        for place in reversed(self.stack) if scope is None else [scope]:
            if bare in place.variables:
                return place.variables[bare]
        return None

    def set(self, name: str, value: Any, convert: Callable[[Any], Any] | None = None) -> None:
        """As a script assigns."""
        scope, bare = self._split(name)
        if bare in AUTOMATIC - _SETTABLE:
            if bare in ("true", "false", "null"):
                raise throw(
                    "System.Management.Automation.SessionStateUnauthorizedAccessException",
                    f"Cannot overwrite variable {bare}.",
                )
            raise NotKnown(f"an assignment to the automatic variable ${bare}")
        self.define(bare, value, scope or self.stack[-1], convert)

    def define(
        self, name: str, value: Any, scope: Scope | None = None, convert: Callable[[Any], Any] | None = None
    ) -> None:
        place = (scope or self.stack[-1]).variables
        before = place.get(name)
        kept = convert or (before.convert if before else None)
        place[name] = Variable(kept(value) if kept else value, kept)

    def function(self, name: str) -> Any:
        for place in reversed(self.stack):
            if name.lower() in place.functions:
                return place.functions[name.lower()]
        return None

    def _split(self, name: str) -> tuple[Scope | None, str]:
        prefix, colon, bare = name.lower().rpartition(":")
        if not colon:
            return None, bare
        scopes = {"global": self.stack[0], "script": self.stack[1], "local": self.stack[-1], "variable": None}
        if prefix not in scopes:
            raise NotKnown(f"the variable ${name}")
        return scopes[prefix], bare
