"""The firewall's commands on rules that stand in the registry. How Windows writes a rule's text again is not proven here:
only `Active` changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import registry
from .conversion import elements, text
from .operators import like
from .values import EnumValue, NetObject, Thrown, throw

if TYPE_CHECKING:
    from .commands import Call


class Rule(NetObject):
    net = "Microsoft.Management.Infrastructure.CimInstance"

    def __init__(self, name: str, is_on: bool) -> None:
        self.property_name = self.property_instanceid = name
        self.property_enabled = EnumValue("Microsoft.PowerShell.Cmdletization.Enabled", str(is_on), 1 if is_on else 2)


def _named(call: Call) -> list[tuple[str, str]]:
    """-Name is a pattern, whatever it looks like."""
    found: list[tuple[str, str]] = []
    rules = call.engine.machine.rules().values.values()
    for pattern in [text(n) for n in elements(call.take("Name"))]:
        fitting = [(v.name, registry.text_of(v.data)) for v in rules if like(v.name, pattern)]
        if not fitting and not any(c in pattern for c in "*?["):
            call.error(_no_rule(pattern))
        found += fitting
    return found


def _no_rule(name: str) -> Thrown:
    return throw(
        "Microsoft.PowerShell.Cmdletization.Cim.CimJobException",
        f"No MSFT_NetFirewallRule objects found with property 'InstanceID' equal to '{name}'.",
        "CmdletizationQuery_NotFound_InstanceID",
    )


def _switch(on: bool) -> Callable[[Call], None]:
    def run(call: Call) -> None:
        for name, _ in _named(call):
            if call.should_process(name, call.name):
                if name.lower() in call.engine.machine.broken:
                    call.error(throw("Microsoft.Management.Infrastructure.CimException", "Access is denied."))
                else:
                    call.engine.machine.switch_rule(name, on)

    return run


def _get(call: Call) -> None:
    for name, written in _named(call):
        call.sink.put(Rule(name, "|active=true|" in written.lower()))


FIREWALL: dict[str, Callable[[Any], None]] = {
    "enable-netfirewallrule": _switch(True),
    "disable-netfirewallrule": _switch(False),
    "get-netfirewallrule": _get,
}
