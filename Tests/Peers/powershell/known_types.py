"""Types that need no inference: of automatic variables, of a few commands, of members that everything has."""

from __future__ import annotations

SMA = "System.Management.Automation."

# Whose properties are made of data: any name may be one.
DYNAMIC = "dynamic"
OPEN_ENDED = frozenset(
    {
        "System.Collections.IDictionary",
        "System.Xml.XmlNode",
        "System.DirectoryServices.DirectoryEntry",
        "System.Management.ManagementBaseObject",
        "System.Management.Automation.PSObject",
    }
)

AUTOMATIC = {
    "true": "System.Boolean",
    "false": "System.Boolean",
    "args": "System.Object[]",
    "pid": "System.Int32",
    "psversiontable": "System.Collections.Hashtable",
    "matches": "System.Collections.Hashtable",
    "executioncontext": SMA + "EngineIntrinsics",
    "host": SMA + "Host.PSHost",
    "pscmdlet": SMA + "PSCmdlet",
    "myinvocation": SMA + "InvocationInfo",
    "error": "System.Collections.ArrayList",
    "home": "System.String",
    "lastexitcode": "System.Int32",
    "pshome": "System.String",
    "psboundparameters": DYNAMIC,
    "pwd": DYNAMIC,
    "foreach": "System.Collections.IEnumerator",
    "input": "System.Collections.IEnumerator",
    "erroractionpreference": SMA + "ActionPreference",
    "ofs": "System.String",
}

# Results of commands that give one type whatever they are asked.
COMMANDS = {
    "get-date": "System.DateTime",
    "get-wmiobject": DYNAMIC,
    "get-ciminstance": DYNAMIC,
    "join-path": "System.String",
    "split-path": "System.String",
    "test-path": "System.Boolean",
    "get-host": SMA + "Host.PSHost",
}

ALWAYS = {"gettype": "System.Type", "tostring": "System.String", "gethashcode": "System.Int32"}
