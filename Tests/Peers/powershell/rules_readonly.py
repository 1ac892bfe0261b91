"""Rules for a file that must only look (`--read-only`): nothing may be written, started or stopped."""

from __future__ import annotations

import re

from tree_sitter import Node

from . import tables
from .calls import argument_count, call_arguments, new_object
from .context import Context
from .inference import Inference
from .rules_commands import name_of
from .source import core, walk

_VERBS = frozenset(
    "add clear copy move rename remove set new out export import install uninstall start stop restart resume suspend "
    "enable disable register unregister save update write send invoke tee limit checkpoint restore reset block unblock "
    "grant revoke publish unpublish connect disconnect enter exit complete undo use backup dismount mount repair "
    "switch convert protect unprotect close approve deny sync debug trace".split()
)
# These touch nothing but the running script.
_HARMLESS = frozenset(
    "add-member clear-variable new-object new-variable set-variable remove-variable set-strictmode set-location "
    "new-timespan out-null out-string write-output write-error write-verbose write-warning write-debug "
    "write-progress write-host write-information out-default out-host invoke-command import-module start-sleep "
    "set-psdebug new-guid convert-path import-csv import-clixml import-localizeddata use-transaction new-alias "
    "set-alias push-location pop-location import-powershelldatafile new-event update-list trace-command "
    "remove-module export-modulemember new-module new-cimsession new-cimsessionoption remove-cimsession".split()
)
_METHODS = frozenset(
    "setvalue createsubkey deletevalue deletesubkey deletesubkeytree delete writealltext writeallbytes writealllines "
    "appendalltext appendalllines appendtext createtext openwrite createdirectory createsymboliclink moveto copyto "
    "encrypt decrypt kill start stop pause executecommand put invokemethod "
    "setaccesscontrol commitchanges setinfo writeentry createeventsource deleteeventsource "
    "deleteeventlog setenvironmentvariable removerange setcreationtime setlastwritetime "
    "setlastaccesstime setattributes savechanges clearlog exportlog startservice stopservice changestartmode reboot "
    "shutdown win32shutdown rename".split()
)
# Methods whose name is harmless on most types; they write on these.
_BY_TYPE = {
    "add": ("System.Security.Cryptography.X509Certificates.X509Store",),
    "remove": ("System.Security.Cryptography.X509Certificates.X509Store",),
    "save": ("System.Xml.XmlDocument",),
    "clear": ("System.Diagnostics.EventLog",),
    "start": ("System.ServiceProcess.ServiceController", "System.Diagnostics.Process"),
    "continue": ("System.ServiceProcess.ServiceController",),
}
# `start` and `stop` of these change nothing on the host.
_HARMLESS_OWNERS = frozenset(
    {
        "System.Diagnostics.Stopwatch",
        "System.Management.Automation.PowerShell",
        "System.Management.Automation.Runspaces.Pipeline",
        "System.Threading.Thread",
        "System.Threading.Timer",
    }
)
_STATIC = {
    "System.IO.File": frozenset(
        "create copy move replace open openwrite appendtext createtext delete encrypt decrypt".split()
    ),
    "System.IO.Directory": frozenset("createdirectory delete move".split()),
    "System.Diagnostics.Process": frozenset({"start"}),
    "Microsoft.Win32.Registry": frozenset({"setvalue"}),
    "System.Environment": frozenset({"setenvironmentvariable"}),
}
# Mode Open and access Read, as text or as [IO.FileMode]::Open; a share mode may follow.
_OPEN_TO_READ = re.compile(r"open['\"]?\s*,\s*(\[[\w.]+\]::)?['\"]?read['\"]?\s*(,|\)|$)", re.IGNORECASE | re.MULTILINE)


def check(context: Context, inference: Inference) -> None:
    for node in context.nodes:
        if node.type == "command":
            _check_command(context, node)
            _check_made(context, node, inference)
        elif node.type == "redirection":
            _check_redirection(context, node)
        elif node.type == "generic_token":
            _check_word(context, node)
        elif node.type in ("invokation_expression", "member_access"):
            if (arguments := call_arguments(node)) is not None:
                _check_call(context, node, arguments, inference)


def _check_command(context: Context, node: Node) -> None:
    name = (name_of(context, node) or "").lower().rpartition("\\")[2]
    name = tables.aliases().get(name, name).lower()
    if name in context.allowed.commands or name in _HARMLESS or name not in tables.commands():
        return  # what no table knows is reported as unknown anyway
    if name.partition("-")[0] in _VERBS:
        context.report("writing-command", node, f"{name} changes something")


def _check_made(context: Context, node: Node, inference: Inference) -> None:
    """New-Object of a stream or writer that opens a file by its name."""
    made = new_object(context.source, node)
    found = tables.resolve(made.type_name) if made and made.type_name else None
    if made is None or found is None:
        return
    if found[0] == "System.IO.FileStream" and not _OPEN_TO_READ.search(context.of(node)):
        context.report("writing-method", node, "a FileStream of a file that is only read says 'Open','Read'")
    elif found[0] in ("System.IO.StreamWriter", "System.IO.BinaryWriter"):
        given = walk(made.constructor) if made.constructor is not None else ()
        if not any(tables.is_a(t, "System.IO.Stream") for n in given for t in inference.of(n) or ()):
            context.report("writing-method", node, f"{found[0]} may write a file")


def _check_redirection(context: Context, node: Node) -> None:
    text = context.of(node)
    target = next((c for c in node.children if c.type == "redirected_file_name"), None)
    if target is not None and context.of(target).strip().lower() != "$null" and ">" in text:
        context.report("writing-redirection", node, f"{text.strip()[:40]} writes a file")


def _check_word(context: Context, node: Node) -> None:
    """`f >a`: without a blank the parser takes a redirection for a word."""
    redirection = re.search(r">>?(.*)", context.of(node))
    if redirection and not redirection[1].startswith("&") and redirection[1].lower() != "$null":
        context.report("writing-redirection", node, f"{context.of(node)[:40]} writes a file")


def _check_call(context: Context, node: Node, arguments: Node, inference: Inference) -> None:
    if core(node.children[2]).type != "simple_name":
        return
    name = context.of(node.children[2]).lower()
    if name in context.allowed.members:
        return
    if node.children[1].type == "::":
        _check_static(context, node, arguments, name)
        return
    types = inference.of(node.children[0]) or frozenset()
    if name == "opensubkey":
        _check_open_key(context, node, arguments)
    if types and types <= _HARMLESS_OWNERS:
        return
    if name in _BY_TYPE:
        if any(tables.is_a(one, base) for one in types for base in _BY_TYPE[name]):
            context.report("writing-method", node, f".{name}() changes something")
        elif name != "start" or types:
            return
    if name in _METHODS and not (types and all(_is_collection(t) for t in types)):
        context.report("writing-method", node, f".{name}() changes something")


def _is_collection(name: str) -> bool:
    return name.endswith("[]") or name.startswith("System.Collections.") or name == "System.Array"


def _check_static(context: Context, node: Node, arguments: Node, name: str) -> None:
    found = tables.resolve(context.of(core(node.children[0]))[1:-1])
    full = found[0] if found else ""
    text = context.of(arguments)
    if full == "System.IO.File" and name == "open" and _OPEN_TO_READ.search(text):
        return
    if name in _STATIC.get(full, frozenset()) or (name in _METHODS and full != "System.Array"):
        context.report("writing-method", node, f"[{full}]::{name}() changes something")


def _check_open_key(context: Context, node: Node, arguments: Node) -> None:
    """OpenSubKey(name, $true) opens for writing; only a plain $false may stand there."""
    if argument_count(arguments) < 2:
        return
    inside = next(c for c in arguments.children if c.type == "argument_expression_list")
    given = [context.of(c).strip().lower() for c in inside.children if c.type == "argument_expression"]
    is_reading = given[1] == "$false" or re.fullmatch(
        r"['\"]?(.*::)?readsubtree['\"]?|['\"]?(.*::)?default['\"]?", given[1]
    )
    if not is_reading:
        context.report("writing-method", node, f"OpenSubKey(…,{given[1]}) opens for writing")
