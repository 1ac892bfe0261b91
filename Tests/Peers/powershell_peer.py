#!/usr/bin/env python3
"""Run our remediation scripts on a simulated machine: an independent reading of what they do.

usage: powershell_peer.py < CASES.json > OUTCOMES.json

CASES     {"scripts": {NAME: TEXT}, "keys": [VALUES], "cases": [{"machine": MACHINE, "runs": [RUN]}]}
          In a machine's registry a number stands for an element of "keys": most hosts share most of their keys.
MACHINE   {"registry": {"KEY below HKLM": {"value's name": [TYPE, DATA]}}, "services": {NAME: "Running"},
          "files": {PATH: SDDL}, "environment": {}, "wow64": false, "languageMode": "FullLanguage",
          "broken": [NAME], "firewallCommands": true, "writeDenied": [KEY], "readDenied": [KEY]}
          TYPE is the product's word (dword, string, …) or the type's number; bytes are base64.
RUN       {"script": NAME, "arguments": {"Phase": "Apply", "WhatIf": true}, "version": "5.1", "strict": false,
           "set": {KEY: {NAME: [TYPE, DATA]}}, "remove": [[KEY, NAME]], "environment": {}, "deny": [KEY], "allow": [KEY],
           "show": false}
          What stands in "set", "remove", "environment", "deny" and "allow" happens before the run.
OUTCOMES  [[{"exit": 0, "said": [LINE], "errors": [LINE], "events": [WORDS], "unknown": null, "changed": false,
             "asAtFirst": true, "machine": {…}}]]
          "changed": the run changed something. "asAtFirst": all is as the machine was given. "machine": where asked to show.

The machine goes from run to run. "unknown" names, with its line, what the engine does not know or the tables of
Tests/Fixtures/powershell-api do not have for that version; such a run proves nothing, and a test must fail over it.
Everything is PowerShell's grammar by tree-sitter-powershell and its meaning by powershell_engine/, held against what
was measured in a real engine. Not proven: what Windows itself makes of access lists, services and firewall rules.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from powershell.source import Source  # noqa: E402
from powershell_engine.interpreter import Engine  # noqa: E402
from powershell_engine.machine import Machine  # noqa: E402
from powershell_engine.registry import read_values  # noqa: E402
from powershell_engine.values import NotKnown, python_text, units  # noqa: E402

sys.setrecursionlimit(20_000)


def run(source: Source, machine: Machine, wanted: dict[str, Any], first: tuple[Any, ...]) -> dict[str, Any]:
    if source.root.has_error:
        raise NotKnown("the parser refuses the script")
    if not source.original.isascii():
        raise NotKnown("the script is not ASCII")
    engine = Engine(source, machine, wanted.get("version", "5.1"), wanted.get("strict", False))
    arguments = {name: units(v) if isinstance(v, str) else v for name, v in wanted.get("arguments", {}).items()}
    before = machine.state()
    unknown, code = None, -1
    try:
        code = engine.run(arguments)
    except NotKnown as problem:
        unknown = str(problem)
    after = machine.state()
    told = {
        "exit": code,
        "said": [python_text(line) for line in engine.told],
        "errors": [python_text(line) for line in engine.errors],
        "events": machine.events,
        "unknown": unknown,
        "changed": after != before,
        "asAtFirst": after == first,
    }
    return told | ({"machine": machine.write()} if wanted.get("show") else {})


def change(machine: Machine, wanted: dict[str, Any]) -> None:
    for key, values in wanted.get("set", {}).items():
        for value in read_values(values).values():
            machine.root.make(units(key)).set(value.name, value.type, value.data)
    for key, name in wanted.get("remove", []):
        found = machine.root.find(units(key))
        if found is not None:
            found.values.pop(units(name).lower(), None)
    for path in wanted.get("deny", []):
        machine.deny(path, reading=False)
    for path in wanted.get("allow", []):
        found = machine.root.find(units(path))
        if found is not None:
            found.is_write_denied = found.is_read_denied = False
    machine.environment |= {k.lower(): units(v) for k, v in wanted.get("environment", {}).items()}


def main() -> int:
    asked = json.load(sys.stdin)
    sources = {name: Source(text.encode("utf-8", "surrogatepass"), name) for name, text in asked["scripts"].items()}
    shared = [read_values(values) for values in asked.get("keys", [])]
    outcomes = []
    for case in asked["cases"]:
        machine = Machine.read(case["machine"], shared)
        first = machine.state()
        told = []
        for wanted in case["runs"]:
            machine.events = []
            change(machine, wanted)
            told.append(run(sources[wanted["script"]], machine, wanted, first))
        outcomes.append(told)
    json.dump(outcomes, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
