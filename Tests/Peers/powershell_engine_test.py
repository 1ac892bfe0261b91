"""The engine behaves as reference tables measured in a real PowerShell say, surprises included; and it guesses nothing.

usage: python -m unittest powershell_engine_test
"""

from __future__ import annotations

import io
import json
import sys
import unittest
from contextlib import redirect_stdout
from typing import Any
from unittest.mock import patch

import powershell_peer
from powershell.source import Source
from powershell_engine.machine import Machine
from powershell_engine.registry import write_registry
from powershell_engine.values import NotKnown

VERSIONS = ("2.0", "3.0", "4.0", "5.1", "7")
KEY = {"SOFTWARE\\k": {"s": ["string", "text"], "x[1]": ["dword", 1]}, "SOFTWARE\\k\\below": {}}


class Case(unittest.TestCase):
    def run_it(self, script: str, version: str = "5.1", strict: bool = False, **machine: Any) -> dict[str, Any]:
        machine.setdefault("registry", {"SOFTWARE": {}})
        self.machine = Machine.read(machine)
        arguments = machine.get("arguments", {})
        told = powershell_peer.run(
            Source(script.encode()),
            self.machine,
            {"version": version, "strict": strict, "arguments": arguments},
            self.machine.state(),
        )
        return told

    def said(self, script: str, version: str = "5.1", **machine: Any) -> list[str]:
        told = self.run_it(script, version, **machine)
        self.assertIsNone(told["unknown"], script)
        self.assertEqual(told["errors"], [], script)
        return list(told["said"])

    def fails(self, script: str, version: str = "5.1", **machine: Any) -> str:
        told = self.run_it(script, version, **machine)
        self.assertIsNone(told["unknown"], script)
        self.assertNotEqual(told["errors"], [], script)
        return str(told["errors"][0])

    def unknown(self, script: str, version: str = "5.1", **machine: Any) -> str:
        told = self.run_it(script, version, **machine)
        self.assertIsNotNone(told["unknown"], f"{script}: {told}")
        return str(told["unknown"])

    def registry(self) -> dict[str, Any]:
        return write_registry(self.machine.root)


class Values(Case):
    def test_what_expressions_give(self) -> None:
        for script, wanted in [
            ("'10' -lt 9", ["True"]),
            ("10 -lt '9'", ["False"]),
            ("'A' -eq 'a'; 'A' -ceq 'a'", ["True", "False"]),
            ("0xFFFFFFFF", ["-1"]),
            ("[uint32]'0xFFFFFFFF'", ["4294967295"]),
            ("[BitConverter]::ToUInt32([BitConverter]::GetBytes(-1),0)", ["4294967295"]),
            ("[BitConverter]::ToInt32([BitConverter]::GetBytes([uint32]4294967295),0)", ["-1"]),
            ("$null -eq ''; '' -eq $null; $null -eq $null; $null -eq 0", ["False", "False", "True", "False"]),
            ("function f { return @('one') }; $x=f; $x.GetType().Name", ["String"]),
            ("function f { return ,@('one') }; $x=f; $x.GetType().FullName", ["System.Object[]"]),
            ("$x=@('one'); $x.Length", ["1"]),
            ("$x=@{ Count=7 }; $x.Count; $x['Count']", ["7", "7"]),
            ("@{ A=1 }['a']", ["1"]),
            ("$null | ForEach-Object { 'once' }", ["once"]),
            ("@() | ForEach-Object { 'never' }", []),
            ("'it''s'+[char]0x0041+'b'", ["it'sAb"]),
            ("$a='x'; \"$a ${a} $($a.Length)`t\"", ["x x 1\t"]),
            ("2147483647 + 1", ["2147483648"]),
            ("@(1,2,3) -eq 2", ["2"]),
            ("if (@(0)) { 'y' } else { 'n' }; if (@(0,0)) { 'y' } else { 'n' }", ["n", "y"]),
            ("'{0:x2} {1}' -f 255,'b'", ["ff b"]),
            ("-join @('a',1)", ["a1"]),
            ("@('a','b') -contains 'A'", ["True"]),
            ("switch ('b') { 'A' { 1 }\n 'B' { 2 }\n default { 3 } }", ["2"]),
            ("foreach ($i in @(1,2,3)) { if ($i -eq 2) { continue }; $i }", ["1", "3"]),
            ("$i=0; while ($true) { $i++; if ($i -gt 2) { break } }; $i", ["3"]),
            ("[string]@('a','b')", ["a b"]),
            ("$l=New-Object Collections.ArrayList; $l.Add('x')", ["0"]),
            ("'abc'.Equals('abc'); 'a'.Equals('A')", ["True", "False"]),
            ("'%x%'.Length", ["3"]),
        ]:
            for version in VERSIONS:
                with self.subTest(script, version=version):
                    self.assertEqual(self.said(script, version), wanted)

    def test_equality_does_not_see_everything(self) -> None:
        for script in [
            "('a'+[char]0x0000) -ceq 'a'",
            "('a'+[char]0x202e) -ceq 'a'",
            "('e'+[char]0x0301) -ceq ([string][char]0x00e9)",
        ]:
            with self.subTest(script):
                self.assertEqual(self.said(script), ["True"])
        equals = "[string]::Equals('a'+[char]0x0000,'a',[StringComparison]::Ordinal)"
        self.assertEqual(self.said(equals), ["False"])

    def test_versions_differ(self) -> None:
        self.assertEqual(self.said("foreach ($x in $null) { 'once' }", "2.0"), ["once"])
        self.assertEqual(self.said("foreach ($x in $null) { 'once' }", "3.0"), [])
        self.assertEqual(self.said("if ((5).Count) { 'has' } else { 'not' }", "2.0"), ["not"])
        self.assertEqual(self.said("(5).Count", "3.0"), ["1"])

    def test_strict_mode(self) -> None:
        self.assertIn("NotThere", self.fails("Set-StrictMode -Version 2; $x=$NotThere"))
        self.assertIn("Missing", self.fails("Set-StrictMode -Version 2; $x='a'; $x.Missing"))
        self.assertEqual(self.said("$null -eq $NotThere; $null -eq 'a'.Missing"), ["True", "True"])

    def test_order_of_a_hash_table_is_no_promise(self) -> None:
        self.assertNotEqual(self.said("@{ a1=1; b2=2; c1=3 }.Keys | ForEach-Object { $_ }"), ["a1", "b2", "c1"])


class Flow(Case):
    def test_exit_codes(self) -> None:
        for script, code in [
            ("exit 5", 5),
            ("function f { exit 3 }; f; exit 1", 3),
            ("throw 'x'", 1),
            ("'a'", 0),
            ("$ErrorActionPreference='Stop'; $null.x()", 1),
            ("try { exit 4 } finally { 'end' }", 4),
        ]:
            with self.subTest(script):
                self.assertEqual(self.run_it(script)["exit"], code)

    def test_an_error_ends_its_statement_only(self) -> None:
        told = self.run_it("$null.x(); 'goes on'")
        self.assertEqual((told["said"], told["exit"]), (["goes on"], 0))
        told = self.run_it("function f { $null.x(); 'on' }; try { f } catch { 'caught' }")
        self.assertEqual(told["said"], ["caught"])
        told = self.run_it("$ErrorActionPreference='Stop'; $null.x(); 'goes on'")
        self.assertEqual((told["said"], told["exit"]), ([], 1))

    def test_throw_alone_throws_again(self) -> None:
        told = self.run_it("try { try { $null.x() } catch { throw } } catch { $_.Exception.Message }")
        self.assertEqual(told["said"], ["You cannot call a method on a null-valued expression."])

    def test_catch_looks_through_the_wrapping(self) -> None:
        opens = "$k=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE'); "
        script = opens + "try { $k.SetValue('a',1,'DWord') } catch [UnauthorizedAccessException] { 'denied' }"
        self.assertEqual(self.said(script), ["denied"])

    def test_parameters_and_phases(self) -> None:
        script = (
            "[CmdletBinding(SupportsShouldProcess=$true)]\n"
            "param([ValidateSet('Apply','Verify','Rollback')][string]$Phase='Apply')\n"
            "function Change { if ($PSCmdlet.ShouldProcess('t','a')) { 'did ' + $Phase } }\nChange\n"
        )
        self.assertEqual(self.said(script), ["did Apply"])
        self.assertEqual(self.said(script, arguments={"phase": "rollback"}), ["did rollback"])
        self.assertEqual(
            self.said(script, arguments={"WhatIf": True}), ['What if: Performing the operation "a" on target "t".']
        )
        told = self.run_it(script, arguments={"Phase": "Destroy"})
        self.assertEqual((told["exit"], told["said"]), (1, []))
        told = self.run_it(script, arguments={"Nonsense": "x"})
        self.assertEqual((told["exit"], told["said"]), (1, []))
        told = self.run_it(script, arguments={"Confirm": True})
        self.assertEqual((told["exit"], told["said"]), (0, []))
        self.assertIn("NonInteractive", told["errors"][0])

    def test_function_scopes(self) -> None:
        self.assertEqual(self.said("$x=1; function f { $x=2; $x }; f; $x"), ["2", "1"])
        self.assertEqual(self.said("$x=1; function f { $script:x=2 }; f; $x"), ["2"])
        self.assertEqual(self.said("function f($a,[int]$b=3) { \"$a $b\" }; f 'x'; f -b 4 -a 'y'"), ["x 3", "y 4"])


class Registry(Case):
    def test_the_provider_has_surprises(self) -> None:
        k = "'HKLM:\\SOFTWARE\\k'"
        self.said(f"$null=New-Item {k} -Force", registry=KEY)
        self.assertEqual(self.registry(), {"SOFTWARE": {}, "SOFTWARE\\k": {}})
        self.assertIn("parent", self.fails("New-Item 'HKLM:\\SOFTWARE\\a\\b\\c'"))
        self.said("$null=New-Item 'HKLM:\\SOFTWARE\\a\\b\\c' -Force")
        self.assertIn("SOFTWARE\\a\\b\\c", self.registry())
        self.assertIn("Cannot find path", self.fails("Set-ItemProperty 'HKLM:\\SOFTWARE\\no' -Name a -Value 1"))
        self.said(f"Set-ItemProperty {k} -Name 's' -Value 1 -Type DWord", registry=KEY)
        self.assertEqual(self.registry()["SOFTWARE\\k"]["s"], ["dword", 1])
        self.said(f"Set-ItemProperty {k} -Name 's' -Value 1", registry=KEY)
        self.assertEqual(self.registry()["SOFTWARE\\k"]["s"], ["string", "1"])
        self.said(f"Remove-ItemProperty {k} -Name 'x[1]'", registry=KEY)
        self.assertIn("x[1]", self.registry()["SOFTWARE\\k"])
        self.said(f"Remove-ItemProperty -LiteralPath {k} -Name 'x[1]'", registry=KEY)
        self.assertNotIn("x[1]", self.registry()["SOFTWARE\\k"])
        self.assertIn("does not exist", self.fails(f"Remove-ItemProperty {k} -Name 'no'", registry=KEY))
        brackets = {"SOFTWARE\\k[1]": {}}
        self.assertEqual(self.said("Test-Path 'HKLM:\\SOFTWARE\\k[1]'", registry=brackets), ["False"])
        self.assertEqual(self.said("Test-Path -LiteralPath 'HKLM:\\SOFTWARE\\k[1]'", registry=brackets), ["True"])
        self.said("$null=New-Item 'HKLM:\\SOFTWARE\\AES 128/128' -Force")
        self.assertIn("SOFTWARE\\AES 128\\128", self.registry())
        large = f"Set-ItemProperty {k} -Name 'd' -Value 4294967295 -Type DWord"
        self.said(large, "7", registry=KEY)
        self.assertEqual(self.registry()["SOFTWARE\\k"]["d"], ["dword", 4294967295])
        self.assertIn("too large", self.fails(large, "5.1", registry=KEY))
        self.said(f"Set-ItemProperty {k} -Name '(default)' -Value 'd' -Type String", registry=KEY)
        self.assertEqual(self.registry()["SOFTWARE\\k"][""], ["string", "d"])
        before = KEY
        self.said(f"Set-ItemProperty {k} -Name 's' -Value 1 -Type DWord -WhatIf", registry=KEY)
        self.assertEqual(self.registry()["SOFTWARE\\k"], before["SOFTWARE\\k"])

    def test_expansion(self) -> None:
        registry = {"SOFTWARE\\k": {"e": ["expandString", "%SystemRoot%\\x"]}}
        opens = "$k=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\\k'); "
        self.assertEqual(
            self.said("(Get-ItemProperty 'HKLM:\\SOFTWARE\\k' -Name 'e').e", registry=registry), ["C:\\Windows\\x"]
        )
        self.assertEqual(self.said(opens + "$k.GetValue('E')", registry=registry), ["C:\\Windows\\x"])
        raw = opens + "$k.GetValue('e',$null,'DoNotExpandEnvironmentNames'); $k.GetValueKind('e')"
        self.assertEqual(self.said(raw, registry=registry), ["%SystemRoot%\\x", "ExpandString"])

    def test_dotnet_behaves(self) -> None:
        make = "$k=[Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\\k\\AES [*]/1'); "
        for version in VERSIONS:
            self.said(make + "$k.SetValue('n',-1,'DWord')", version, registry=KEY)
            self.assertEqual(self.registry()["SOFTWARE\\k\\AES [*]/1"], {"n": ["dword", 4294967295]})
            self.assertEqual(self.registry()["SOFTWARE\\k"], KEY["SOFTWARE\\k"])
            self.assertIn("did not match", self.fails(make + "$k.SetValue('n',4294967295,'DWord')", version))
            self.said(make + "$k.SetValue('n',[string[]]@('a','','b'),'MultiString')", version)
            self.assertEqual(self.registry()["SOFTWARE\\k\\AES [*]/1"]["n"], ["multiString", ["a", "", "b"]])
            self.said(make + "$k.SetValue('n',[string[]]@(),'MultiString')", version)
            self.assertEqual(self.registry()["SOFTWARE\\k\\AES [*]/1"]["n"], ["multiString", []])
            self.said(make + "$k.SetValue('n',[byte[]]@(0x1,0xff),'Binary')", version)
            self.assertEqual(self.registry()["SOFTWARE\\k\\AES [*]/1"]["n"], ["binary", "Af8="])
            # A list of objects is no list of bytes.
            self.assertIn("did not match", self.fails(make + "$k.SetValue('n',@(1,2),'Binary')", version))
            self.said(make + "$k.DeleteValue('n',$false)", version)
            self.assertIn("No value", self.fails(make + "$k.DeleteValue('n')", version))
        self.said(make + "$k.SetValue('n',[byte[]]@(1),'None')", "7")
        self.assertEqual(self.registry()["SOFTWARE\\k\\AES [*]/1"]["n"], ["none", "AQ=="])
        self.fails(make + "$k.SetValue('n',[byte[]]@(1),'None')", "2.0")

    def test_keys_that_may_not_be_changed(self) -> None:
        opens = "$k=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\\k'); "
        self.assertIn("Cannot write", self.fails(opens + "$k.SetValue('a',1,'DWord')", registry=KEY))
        delete = "[Microsoft.Win32.Registry]::LocalMachine.DeleteSubKey('SOFTWARE\\k')"
        self.assertIn("has subkeys", self.fails(delete, registry=KEY))
        # Not one that has values.
        self.said(delete, registry={"SOFTWARE\\k": {"a": ["dword", 1]}})
        self.assertEqual(self.registry(), {"SOFTWARE": {}})
        denied = {"registry": KEY, "writeDenied": ["SOFTWARE\\k"]}
        wants = "[Microsoft.Win32.Registry]::LocalMachine.{}"
        self.assertIn("not allowed", self.fails(wants.format("OpenSubKey('SOFTWARE\\k',$true)"), **denied))
        self.assertIn("is denied", self.fails(wants.format("CreateSubKey('SOFTWARE\\k')"), **denied))
        self.assertEqual(self.said(wants.format("OpenSubKey('SOFTWARE\\k').ValueCount"), **denied), ["2"])

    def test_a_32_bit_process_sees_another_registry(self) -> None:
        self.said("$null=[Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\\k\\a')", wow64=True)
        self.assertIn("SOFTWARE\\WOW6432Node\\k\\a", self.registry())
        script = "$null=[Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\\Policies\\a')"
        self.said(script, wow64=True)
        self.assertIn("SOFTWARE\\Policies\\a", self.registry())

    def test_every_kind_goes_in_and_out(self) -> None:
        values: dict[str, Any] = {
            "a": ["dword", 0xFFFFFFFF],
            "b": ["qword", 0xFFFFFFFFFFFFFFFF],
            "c": ["string", "nul\0in"],
            "d": ["multiString", ["a", "", "b"]],
            "e": ["multiString", [""]],
            "f": ["binary", ""],
            "g": ["none", "AQ=="],
            "h": [8, "AQID"],
            "i": ["string", {"utf16": "ANg="}],
            "j": [4, "AQI="],
            "k": [1, "QQ=="],
        }
        self.said("'x'", registry={"SOFTWARE": values})
        self.assertEqual(self.registry(), {"SOFTWARE": values})


class Machinery(Case):
    def test_services(self) -> None:
        registry = {"SYSTEM\\CurrentControlSet\\Services\\A": {"Start": ["dword", 4]}}
        services = {"A": "Stopped"}
        self.assertIn("Failed to start", self.fails("Start-Service -Name A", registry=registry, services=services))
        script = "$null = & sc.exe config A start= demand; Start-Service -Name 'A'; [string](Get-Service -Name A).Status"
        self.assertEqual(self.said(script, registry=registry, services=services), ["Running"])
        self.assertEqual(self.registry()["SYSTEM\\CurrentControlSet\\Services\\A"]["Start"], ["dword", 3])
        self.assertIn("Cannot find any service", self.fails("Get-Service -Name B", services=services))
        self.assertEqual(self.said("try { Get-Service -Name B -ErrorAction Stop } catch { 'no' }"), ["no"])
        what_if = "Start-Service -Name A -WhatIf"
        self.said(what_if, registry=registry, services=services)
        self.assertEqual(self.machine.services["A"], "Stopped")

    def test_rules(self) -> None:
        key = "SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
        registry = {key: {"r1": ["string", "v2.30|Active=FALSE|x|"], "r2": ["string", "v2.30|Active=FALSE|y|"]}}
        self.said("Enable-NetFirewallRule -Name 'r1'", registry=registry)
        self.assertEqual(self.registry()[key]["r1"], ["string", "v2.30|Active=TRUE|x|"])
        self.assertEqual(self.registry()[key]["r2"], registry[key]["r2"])
        self.said("Enable-NetFirewallRule -Name 'r*'", registry=registry)
        self.assertEqual(self.registry()[key]["r2"], ["string", "v2.30|Active=TRUE|y|"])
        self.assertIn("not recognized", self.fails("Enable-NetFirewallRule -Name 'r1'", "2.0", registry=registry))
        self.assertIn("No MSFT", self.fails("Enable-NetFirewallRule -Name 'no'", registry=registry))

    def test_a_programs_errors_under_stop(self) -> None:
        script = "$ErrorActionPreference='Stop'; & icacls.exe 'C:\\no' 2>&1 | Out-Null; 'on'"
        self.assertEqual(self.run_it(script, "5.1")["said"], [])
        self.assertEqual(self.run_it(script, "7")["said"], ["on"])

    def test_file_descriptors(self) -> None:
        files = {"C:\\k": "O:SYG:SYD:PAI(A;;FA;;;SY)(D;;FR;;;NS)"}
        script = (
            "$null = & takeown.exe /f 'C:\\k' /a; $null = & icacls.exe 'C:\\k' /remove:d '*S-1-5-20'; "
            "$null = & icacls.exe 'C:\\k' /grant '*S-1-5-20:R'; $null = & icacls.exe 'C:\\k' /setowner '*S-1-5-18'"
        )
        self.said(script, files=files)
        self.assertEqual(self.machine.files, {"C:\\k": "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"})


class Refuses(Case):
    """What the engine does not know it says, with the line, and no script can catch it."""

    def test_unknown_things(self) -> None:
        for script, version in [
            ("\n\nGet-Process", "5.1"),
            ("\n\nls", "5.1"),
            ("\n\nTest-Path -Nonsense 1", "5.1"),
            ("\n\n'a'.Nonsense()", "5.1"),
            ("\n\n[Nonsense]::x", "5.1"),
            ("\n\n[Math]::Pow(1,2)", "5.1"),
            ("\n\n$x = $MyInvocation", "5.1"),
            ("\n\n$input = 1", "5.1"),
            ("\n\n$matches = 1", "5.1"),
            ("\n\n[Microsoft.Win32.Registry]::LocalMachine.Dispose()", "2.0"),
            ("\n\nGet-Acl -LiteralPath 'x'", "2.0"),
            ("\n\n[ordered]@{}", "5.1"),
            ("\n\ncalc.exe", "5.1"),
            ("\n\n'a' -in @('a')", "5.1"),
            ("\n\n. 'x.ps1'", "5.1"),
            ("\n\n'a' > x", "5.1"),
            ("\n\ntry { Get-Process } catch { 'caught' }", "5.1"),
            ("\n\nf @args", "5.1"),
            ("\n\nInvoke-Expression 'x'", "5.1"),
        ]:
            with self.subTest(script):
                self.assertTrue(self.unknown(script, version).startswith("line 3"), script)

    def test_text_that_is_no_powershell(self) -> None:
        for script in ["if (", "'a", "\u2019"]:
            with self.subTest(script), self.assertRaises(NotKnown):
                self.run_it(script)


class Command(unittest.TestCase):
    def test_a_machine_goes_from_run_to_run(self) -> None:
        set_it = "$k=[Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\\a'); $k.SetValue('n','v','String')"
        asked = {
            "scripts": {"set": set_it, "look": "[Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\\SOFTWARE\\a','n',$null)"},
            "cases": [
                {
                    "machine": {"registry": {"SOFTWARE": {}}},
                    "runs": [
                        {"script": "set", "show": True},
                        {"script": "look"},
                        {"script": "look", "set": {"SOFTWARE\\a": {"n": ["string", "w"]}}},
                        {"script": "set", "deny": ["SOFTWARE\\a"]},
                    ],
                }
            ],
        }
        out = io.StringIO()
        with patch.object(sys, "stdin", io.StringIO(json.dumps(asked))), redirect_stdout(out):
            self.assertEqual(powershell_peer.main(), 0)
        (told,) = json.loads(out.getvalue())
        self.assertEqual([t["said"] for t in told], [[], ["v"], ["w"], []])
        self.assertEqual([bool(t["errors"]) for t in told], [False, False, False, True])
        self.assertEqual(told[0]["machine"]["registry"]["SOFTWARE\\a"], {"n": ["string", "v"]})
        self.assertEqual([t["changed"] for t in told], [True, False, False, False])
        self.assertEqual([t["asAtFirst"] for t in told], [False] * 4)


if __name__ == "__main__":
    unittest.main()
