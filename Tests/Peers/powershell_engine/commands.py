"""The commands that scripts use. One that is not here, or not there on the version simulated, is no guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from powershell import tables

from . import registry_provider
from .binding import Arguments, settle_switches
from .conversion import convert, elements, is_collection, text, truth, type_named
from .firewall import FIREWALL
from .members import should_process
from .operators import equal
from .programs import PROGRAMS, run_program
from .security import CertificateStore, FileSecurity
from .values import (
    NOTHING,
    Array,
    CustomObject,
    EnumValue,
    Hashtable,
    Int32,
    NetList,
    NetObject,
    NotKnown,
    ScriptBlock,
    Thrown,
    throw,
)

if TYPE_CHECKING:
    from .interpreter import Engine, Sink

_COMMON = {"erroraction", "warningaction", "verbose", "debug", "errorvariable", "warningvariable", "outvariable"}
_COMMON |= {"outbuffer"}
_SWITCHES = set(
    "force passthru whatif confirm recurse asjob noclobber nonewline unique strict descending casesensitive "
    "verbose debug listimported all".split()
)


class Call:
    """One command with its arguments bound to names."""

    def __init__(self, engine: Engine, name: str, given: Arguments, items: list[Any] | None, sink: Sink) -> None:
        self.engine, self.name, self.items, self.sink = engine, name, items, sink
        settled = settle_switches(given, _SWITCHES)
        self.named = {key.lower(): value for key, value in settled.named.items()}
        self.positional = settled.positional
        self.redirections = settled.redirections
        self.used: set[str] = set()

    def take(self, parameter: str, position: int | None = None, default: Any = None) -> Any:
        lower = parameter.lower()
        if lower in self.named:
            self.used.add(lower)
            return self.named[lower]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return default

    def has(self, parameter: str) -> bool:
        return parameter.lower() in self.named

    def should_process(self, target: str, action: str) -> bool:
        self.used |= {"whatif", "confirm"}
        engine = self.engine
        if self.has("whatif"):
            engine.scopes.stack.append(type(engine.scopes.stack[0])())
            engine.scopes.define("whatifpreference", truth(self.named["whatif"]))
            try:
                return should_process(engine, target, action)
            finally:
                engine.scopes.stack.pop()
        if truth(self.named.get("confirm")) and self.has("confirm"):
            raise NotKnown("-Confirm asks")
        if self.has("confirm"):
            return not truth(engine.variable_or_none("whatifpreference"))
        return should_process(engine, target, action)

    def error(self, thrown: Thrown) -> None:
        """An error that ends the command's work on one thing: ErrorAction and the preference decide."""
        action = text(self.named.get("erroraction") or self.engine.variable_or_none("erroractionpreference")).lower()
        self.used.add("erroraction")
        if action == "stop":
            thrown.stops_script = True
            raise thrown
        if action == "continue":
            self.engine.record(thrown)
        elif action == "silentlycontinue":
            errors = len(self.engine.errors)
            self.engine.record(thrown)
            del self.engine.errors[errors:]
        elif action != "ignore" or self.engine.version == "2.0":
            raise NotKnown(f"-ErrorAction {action}")


def run_command(engine: Engine, name: str, given: Arguments, items: list[Any] | None, sink: Sink) -> None:
    bare = name.lower()
    if bare in PROGRAMS:
        return run_program(engine, bare, given, items, sink)
    if bare in tables.aliases():
        raise NotKnown(f"the alias {name}")
    command = tables.commands().get(bare)
    if command is None:
        if bare.endswith(".exe") or "\\" in bare:
            raise NotKnown(f"the program {name}")
        raise _not_found(name) if "-" in bare else NotKnown(f"the command {name}")
    is_firewall = bare.endswith("-netfirewallrule")
    # The tables end at 6.1; NetSecurity comes with Windows and loads into 7.
    is_there = bool(command.hosts & engine.hosts) or (is_firewall and engine.version == "7")
    if not is_there or (is_firewall and not engine.machine.has_firewall_commands):
        if not is_firewall:
            raise NotKnown(f"{name} is not in PowerShell {engine.version}")
        raise _not_found(name)
    for parameter in given.named:
        _check_parameter(engine, command, parameter, is_firewall)
    handler = COMMANDS.get(bare)
    if handler is None:
        raise NotKnown(f"{name} is not simulated")
    call = Call(engine, command.name, given, items, sink)
    _check_redirections(call)
    try:
        handler(call)
    except Thrown as thrown:
        if call.has("erroraction") and not thrown.stops_script:
            call.error(thrown)
        else:
            raise
    left = set(call.named) - call.used - _COMMON
    if left:
        raise NotKnown(f"-{', -'.join(sorted(left))} of {name}")


def _check_redirections(call: Call) -> None:
    for redirection in call.redirections:
        if redirection != "2>$null":
            raise NotKnown(f"the redirection {redirection}")


def _check_parameter(engine: Engine, command: tables.Command, written: str, is_firewall: bool) -> None:
    lower = written.lower()
    if lower in command.parameters:
        hosts = command.parameters[lower][1]
        if hosts & engine.hosts or (is_firewall and engine.version == "7"):
            return
        raise NotKnown(f"{command.name} -{written} is not in PowerShell {engine.version}")
    if lower not in _COMMON:
        raise NotKnown(f"{command.name} has no parameter -{written}")


def _not_found(name: str) -> Thrown:
    return throw(
        "System.Management.Automation.CommandNotFoundException",
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
        "CommandNotFoundException",
    )


# Output


def _write_output(call: Call) -> None:
    values = call.items if call.items is not None else call.positional
    values = [call.take("InputObject")] if call.has("inputobject") else values
    for value in values:
        call.sink.emit(value)


def _write_host(call: Call) -> None:
    call.engine.told.append(" ".join(text(v) for v in call.positional))


def _write_warning(call: Call) -> None:
    call.engine.told.append("WARNING: " + text(call.take("Message", 0)))


def _write_error(call: Call) -> None:
    call.error(throw("Microsoft.PowerShell.Commands.WriteErrorException", text(call.take("Message", 0))))


def _out_null(call: Call) -> None:
    pass


# Pipelines


def _for_each(call: Call) -> None:
    _each(call, lambda item, found: [call.sink.put(one) for one in found])


def _where(call: Call) -> None:
    def keep(item: Any, found: list[Any]) -> None:
        if truth(found[0] if len(found) == 1 else Array(found)):
            call.sink.put(item)

    _each(call, keep)


def _each(call: Call, then: Callable[[Any, list[Any]], Any]) -> None:
    from .interpreter import Sink

    block = call.take("Process", 0) if call.name == "ForEach-Object" else call.take("FilterScript", 0)
    if not isinstance(block, ScriptBlock):
        raise NotKnown(f"{call.name} without a script block")
    scope = call.engine.scopes.stack[-1]
    before = scope.variables.get("_")
    for item in call.items or []:
        call.engine.scopes.define("_", item)
        sink = Sink()
        call.engine.run_block(block, sink)
        then(item, sink.items)
    if before is None:
        scope.variables.pop("_", None)
    else:
        scope.variables["_"] = before


def _sort(call: Call) -> None:
    if call.positional or call.named or any(not isinstance(i, str) or not i.isascii() for i in call.items or []):
        raise NotKnown("this Sort-Object")
    for item in sorted(call.items or [], key=lambda one: one.lower()):
        call.sink.put(item)


# Objects


def _new_object(call: Call) -> None:
    written = call.take("TypeName", 0)
    arguments = call.take("ArgumentList", 1)
    call.used |= {"property"}
    if not isinstance(written, str):
        raise NotKnown("New-Object without a written type")
    found = tables.resolve(written)
    if found is None or not found[1] & call.engine.hosts:
        raise NotKnown(f"New-Object {written}")
    name = type_named(written).name
    values = list(arguments.items) if is_collection(arguments) else [] if arguments is None else [arguments]
    if name.endswith(("PSObject", "PSCustomObject")):
        table = call.take("Property")
        made = CustomObject()
        for key, value in table.entries() if isinstance(table, Hashtable) else []:
            made.properties[text(key).lower()] = (text(key), value)
        call.sink.put(made)
        return
    maker = _MAKERS.get(name)
    if maker is None or call.has("property"):
        raise NotKnown(f"New-Object {written} is not simulated")
    call.engine.require_member(name, ".ctor", len(values), is_static=False)
    call.sink.put(maker(call.engine, *values))


_MAKERS: dict[str, Callable[..., Any]] = {
    FileSecurity.net: lambda engine: FileSecurity(),
    CertificateStore.net: lambda engine, name, location: CertificateStore(engine.machine, name, location),
    "System.Collections.ArrayList": lambda engine: NetList(),
}


def _set_strict_mode(call: Call) -> None:
    call.take("Version")
    call.engine.strict = True


def _get_command(call: Call) -> None:
    name = text(call.take("Name", 0))
    command = tables.commands().get(name.lower())
    is_firewall = name.lower().endswith("-netfirewallrule")
    is_there = command is not None and bool(command.hosts & call.engine.hosts)
    if is_firewall:
        is_there = call.engine.machine.has_firewall_commands and call.engine.version != "2.0"
    if name.lower() in PROGRAMS or is_there:
        call.sink.put(Named("System.Management.Automation.CommandInfo", name))
    else:
        call.error(_not_found(name))


class Named(NetObject):
    def __init__(self, net: str, name: str) -> None:
        self.net, self.property_name = net, name


# Services


class Service(NetObject):
    net = "System.ServiceProcess.ServiceController"

    def __init__(self, engine: Engine, name: str) -> None:
        self.property_name = self.property_servicename = name
        numbers = {"Stopped": 1, "StartPending": 2, "StopPending": 3, "Running": 4, "Paused": 7}
        state = engine.machine.services[name]
        self.property_status = EnumValue("System.ServiceProcess.ServiceControllerStatus", state, numbers[state])


def _service_names(call: Call) -> list[str]:
    names = call.take("Name", 0)
    found = [text(n) for n in elements(names)]
    if not found or any(c in n for n in found for c in "*?["):
        raise NotKnown(f"{call.name} of a pattern")
    return found


def _get_service(call: Call) -> None:
    for name in _service_names(call):
        try:
            call.sink.put(Service(call.engine, call.engine.machine.service(name)))
        except Thrown as thrown:
            call.error(thrown)


def _change_service(action: str, *changes: str) -> Callable[[Call], None]:
    def run(call: Call) -> None:
        call.take("Force")
        for name in _service_names(call):
            try:
                found = call.engine.machine.service(name)
                if call.should_process(f"{found} ({found})", action):
                    for change in changes:
                        getattr(call.engine.machine, change)(found)
            except Thrown as thrown:
                call.error(thrown)

    return run


_START_TYPES = {"boot": 0, "system": 1, "automatic": 2, "manual": 3, "disabled": 4}


def _set_service(call: Call) -> None:
    (name,) = _service_names(call)
    start = text(call.take("StartupType"))
    # Boot and System are in its list and refused by what it calls.
    if start.lower() not in ("automatic", "manual", "disabled"):
        raise NotKnown(f"Set-Service -StartupType {start}")
    try:
        found = call.engine.machine.service(name)
        if call.should_process(f"{found} ({found})", "Set-Service"):
            if found.lower() in call.engine.machine.broken:
                raise throw("Microsoft.PowerShell.Commands.ServiceCommandException", "Access is denied.")
            call.engine.machine.set_start_type(found, _START_TYPES[start.lower()])
    except Thrown as thrown:
        call.error(thrown)


# Access lists


def _get_acl(call: Call) -> None:
    path = call.take("LiteralPath", None)
    if path is None:
        path = call.take("Path", 0)
        if any(c in text(path) for c in "*?["):
            raise NotKnown("Get-Acl of a pattern")
    call.sink.put(FileSecurity.of_file(call.engine.machine, text(path)))


def _set_acl(call: Call) -> None:
    path, security = text(call.take("LiteralPath")), call.take("AclObject")
    if call.should_process(path, "Set-Acl"):
        security.save(call.engine.machine, path)


def _start_sleep(call: Call) -> None:
    convert(call.take("Seconds", 0) or call.take("Milliseconds") or Int32(0), "System.Int32")


COMMANDS: dict[str, Callable[[Call], None]] = {
    "write-output": _write_output,
    "write-host": _write_host,
    "write-warning": _write_warning,
    "write-error": _write_error,
    "out-null": _out_null,
    "foreach-object": _for_each,
    "where-object": _where,
    "sort-object": _sort,
    "new-object": _new_object,
    "set-strictmode": _set_strict_mode,
    "get-command": _get_command,
    "get-service": _get_service,
    "start-service": _change_service("Start-Service", "start_service"),
    "stop-service": _change_service("Stop-Service", "stop_service"),
    "restart-service": _change_service("Restart-Service", "stop_service", "start_service"),
    "set-service": _set_service,
    "get-acl": _get_acl,
    "set-acl": _set_acl,
    "start-sleep": _start_sleep,
    **FIREWALL,
    **registry_provider.COMMANDS,
}

__all__ = ["COMMANDS", "NOTHING", "Call", "equal", "run_command"]
