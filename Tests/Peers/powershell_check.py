#!/usr/bin/env python3
"""Check PowerShell source without a Windows machine: does everything in it exist on every PowerShell it must run on?

usage: powershell_check.py [options] FILE...          ('-' is standard input)

  --versions LIST       PowerShells that must run it: any of 2.0,3.0,4.0,5.1,7 (default: all)
  --read-only           the file must only look: refuse what writes, starts or stops
  --allow FILE          names to accept: lines 'command NAME', 'member NAME', 'type NAME'
  --allow-command NAME  one command to accept (may be repeated)
  --with FILE           functions of this file are known (it is not checked): a prelude (may be repeated)
  --hints               show hints too (they never fail the check)
  --uninferred          list the members and calls whose type could not be told
  --json                one JSON object on standard output
  --rules               list every rule and end

Exit code: 0 no errors, 1 errors found, 2 misuse. The dialect is PowerShell 2.0. Version tests and annotations that
narrow a check: powershell/guards.py. What the parser does not know, and how to write instead: README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from powershell import (  # noqa: E402
    rules_commands,
    rules_danger,
    rules_language,
    rules_members,
    rules_readonly,
    rules_text,
)
from powershell.context import Allowed, Context  # noqa: E402
from powershell.inference import Inference  # noqa: E402
from powershell.rules import RULES  # noqa: E402
from powershell.source import Source, walk  # noqa: E402
from powershell.versions import POWERSHELLS, hosts_for  # noqa: E402

# Inference follows expressions 500 deep, with a few calls a level.
sys.setrecursionlimit(10_000)


def check(
    raw: bytes,
    versions: list[str],
    allowed: Allowed,
    read_only: bool = False,
    name: str = "-",
    preludes: Iterable[bytes] = (),
) -> Context:
    """Everything found in one file."""
    source = Source(raw, name)
    context = Context(source, hosts_for(versions), allowed, read_only)
    for prelude in map(Source, preludes):
        context.elsewhere |= rules_commands.functions_of(prelude, walk(prelude.root))
    rules_text.check(context)
    inference = Inference(source, context.nodes)
    rules_language.check(context, inference)
    rules_commands.check(context, inference)
    rules_members.check(context, inference)
    rules_danger.check(context, inference)
    if read_only:
        rules_readonly.check(context, inference)
    context.report_unused_annotations()
    context.uninferred.sort()
    context.findings.sort(key=lambda f: (f.line, f.column, f.rule))
    return context


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    if options.rules:
        for rule in RULES.values():
            print(f"{rule.id:22} {rule.severity:6} {rule.says}")
        return 0
    try:
        allowed = _allowed(options)
        preludes = [Path(name).read_bytes() for name in options.preludes]
        contexts = [check(_read(f), options.versions, allowed, options.read_only, f, preludes) for f in options.files]
    except (OSError, ValueError) as problem:
        print(f"powershell_check: {problem}", file=sys.stderr)
        return 2
    _print(contexts, options)
    return 1 if any(f.severity == "error" for c in contexts for f in c.findings) else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="powershell_check.py", description=(__doc__ or "").partition("\n")[0], add_help=True
    )
    parser.add_argument("--versions", type=_versions, default=list(POWERSHELLS))
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--allow", action="append", default=[])
    parser.add_argument("--allow-command", action="append", default=[])
    parser.add_argument("--with", action="append", default=[], dest="preludes")
    for flag in ("--hints", "--uninferred", "--json", "--rules"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(arguments)
    if not options.files and not options.rules:
        parser.error("no file given")
    return options


def _versions(text: str) -> list[str]:
    versions = text.split(",")
    if unknown := [v for v in versions if v not in POWERSHELLS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: choose from {', '.join(POWERSHELLS)}")
    return versions


def _allowed(options: argparse.Namespace) -> Allowed:
    allowed = Allowed(commands={name.lower() for name in options.allow_command})
    for name in options.allow:
        try:
            allowed.read(Path(name).read_text(encoding="utf-8"))
        except ValueError as problem:
            raise ValueError(f"{name}: {problem}") from problem
    return allowed


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _print(contexts: list[Context], options: argparse.Namespace) -> None:
    findings = [f for c in contexts for f in c.findings if options.hints or options.json or f.severity == "error"]
    if options.json:
        uninferred = {
            c.source.name: [{"line": n, "column": m, "what": what} for n, m, what in c.uninferred] for c in contexts
        }
        print(json.dumps({"findings": [f.json() for f in findings], "uninferred": uninferred}, indent=1))
        return
    for finding in findings:
        print(finding)
    for context in contexts:
        if options.uninferred:
            for line, column, what in context.uninferred:
                print(f"{context.source.name}:{line}:{column}: not inferred: {what}")
        errors = sum(f.severity == "error" for f in context.findings)
        hints = len(context.findings) - errors
        print(
            f"{context.source.name}: {errors} errors, {hints} hints, {len(context.uninferred)} not inferred",
            file=sys.stderr,
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
