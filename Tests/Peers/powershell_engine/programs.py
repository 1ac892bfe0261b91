"""Programs that scripts start. What they print is their own affair; what they change is simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import registry
from .binding import Arguments
from .conversion import elements, text
from .machine import Descriptor, Machine
from .values import Int32, NotKnown, Thrown, throw

if TYPE_CHECKING:
    from .interpreter import Engine, Sink

Answer = tuple[list[str], list[str], int]  # stdout, stderr, exit code


def run_program(engine: Engine, name: str, given: Arguments, items: list[Any] | None, sink: Sink) -> None:
    if items is not None:
        raise NotKnown(f"a pipeline into {name}")
    words = [text(word) for argument in given.words for word in elements(argument)]
    for word in words:
        # How such words reach a program hangs on the version and on the program.
        if word == "" or '"' in word or word.endswith("\\") and " " in word:
            raise NotKnown(f"the argument {word!r} of {name}")
    redirections = [r for r in given.redirections]
    if set(redirections) - {"2>&1", "2>$null", ">$null"}:
        raise NotKnown(f"the redirection {redirections}")
    if name in engine.machine.broken:
        raise throw(
            "System.Management.Automation.ApplicationFailedException", f"Program '{name}' failed to run.", "NativeCommandFailed"
        )
    out, errors, code = PROGRAMS[name](engine.machine, words)
    engine.scopes.define("lastexitcode", Int32(code), engine.scopes.stack[0])
    is_merged = "2>&1" in redirections
    if errors and (is_merged or "2>$null" in redirections) and engine.version != "7":
        # In Windows PowerShell a program's redirected error stream is errors, which Stop makes fatal.
        problem = throw("System.Management.Automation.RemoteException", errors[0], "NativeCommandError")
        if text(engine.variable_or_none("erroractionpreference")).lower() == "stop":
            problem.stops_script = True
            raise problem
    if ">$null" not in redirections:
        for line in out + (errors if is_merged else []):
            sink.put(line)
    if errors and not redirections:
        engine.errors += errors


_STARTS = {"boot": 0, "system": 1, "auto": 2, "demand": 3, "disabled": 4}


def _sc(machine: Machine, words: list[str]) -> Answer:
    if len(words) != 4 or words[0] != "config" or words[2] != "start=" or words[3] not in _STARTS:
        raise NotKnown(f"sc.exe {' '.join(words)}")
    try:
        found = machine.service(words[1])
    except Thrown:
        return ["[SC] OpenService FAILED 1060:"], [], 1060
    if found.lower() in machine.broken:
        return ["[SC] OpenService FAILED 5:"], [], 5
    machine.set_start_type(found, _STARTS[words[3]])
    return ["[SC] ChangeServiceConfig SUCCESS"], [], 0


def _takeown(machine: Machine, words: list[str]) -> Answer:
    if len(words) != 3 or words[0] != "/f" or words[2] != "/a":
        raise NotKnown(f"takeown.exe {' '.join(words)}")
    name = machine.file(words[1])
    if name is None:
        return [], ["ERROR: The system cannot find the file specified."], 1
    descriptor = Descriptor.parse(machine.files[name])
    descriptor.owner = "BA"
    machine.files[name] = descriptor.text()
    return ["SUCCESS"], [], 0


def _icacls(machine: Machine, words: list[str]) -> Answer:
    if any(c in words[0] for c in "*?"):
        raise NotKnown("icacls.exe of a pattern")
    name = machine.file(words[0])
    if name is None:
        return ["Successfully processed 0 files; Failed processing 1 files"], ["The system cannot find the file."], 2
    descriptor = Descriptor.parse(machine.files[name])
    if len(words) == 1:
        return [descriptor.text()], [], 0
    if any(not word.startswith("*S-1-") for word in words[2:]):
        raise NotKnown(f"icacls.exe {' '.join(words)}")
    sids = [word[1:] for word in words[2:]]
    if words[1] == "/setowner" and len(sids) == 1:
        descriptor.owner = sids[0]
    elif words[1] == "/remove:d" and len(sids) == 1:
        descriptor.remove_refusals(sids[0])
    elif words[1] == "/grant":
        for sid, _, right in (sid.partition(":") for sid in sids):
            descriptor.grant(sid, {"F": "FA", "R": "FR"}[right])
    else:
        raise NotKnown(f"icacls.exe {' '.join(words)}")
    machine.files[name] = descriptor.text()
    return ["Successfully processed 1 files"], [], 0


def _netsh(machine: Machine, words: list[str]) -> Answer:
    if words[:4] == ["advfirewall", "firewall", "show", "rule"]:
        return [], [], 0
    if len(words) != 7 or words[:4] != ["advfirewall", "firewall", "set", "rule"] or words[5] != "new":
        raise NotKnown(f"netsh.exe {' '.join(words)}")
    group, state = words[4].removeprefix("group="), words[6].removeprefix("enable=")
    for value in list(machine.rules().values.values()):
        if f"|embedctxt={group.lower()}|" in registry.text_of(value.data).lower():
            machine.switch_rule(value.name, {"yes": True, "no": False}[state])
    return ["Ok."], [], 0


PROGRAMS: dict[str, Callable[[Machine, list[str]], Answer]] = {
    "sc.exe": _sc,
    "takeown.exe": _takeown,
    "icacls.exe": _icacls,
    "netsh.exe": _netsh,
}
