"""Tests of powershell_check.py: one good and one bad snippet for every rule, and what the prototype probe rightly has.

usage: python -m unittest powershell_check_test      (with the packages of requirements.txt)
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import powershell_check
from powershell import tables
from powershell.context import Allowed, Context
from powershell.rules import RULES
from powershell.versions import POWERSHELLS, hosts_for
from powershell_check_cases import CASES

FIXTURES = Path(__file__).resolve().parents[1] / "Fixtures"


def check(
    text: str, versions: tuple[str, ...] = POWERSHELLS, allowed: Allowed | None = None, read_only: bool = True
) -> Context:
    raw = text.encode("utf-8", "surrogateescape")
    return powershell_check.check(raw, list(versions), allowed or Allowed(), read_only)


def rules_of(context: Context) -> set[str]:
    return {f.rule for f in context.findings}


class EveryRule(unittest.TestCase):
    def test_every_rule_has_a_good_and_a_bad_snippet(self) -> None:
        self.assertEqual(set(CASES), set(RULES))
        for rule, (good, bad) in CASES.items():
            self.assertTrue(good and bad, rule)

    def test_good_snippets_do_not_break_their_rule(self) -> None:
        for rule, (good, _) in CASES.items():
            for snippet in good:
                with self.subTest(rule=rule, snippet=snippet[:80]):
                    found = [str(f) for f in check(snippet).findings if f.rule == rule]
                    self.assertEqual(found, [])

    def test_bad_snippets_break_their_rule(self) -> None:
        for rule, (_, bad) in CASES.items():
            for snippet in bad:
                with self.subTest(rule=rule, snippet=snippet[:80]):
                    context = check(snippet)
                    self.assertIn(rule, rules_of(context), [str(f) for f in context.findings])


class Versions(unittest.TestCase):
    def test_what_is_newer_is_fine_where_only_newer_ones_are_asked_for(self) -> None:
        newer = ("5.1", "7")
        for snippet in (
            "[ordered]@{a=1}",
            "$x -in 1,2",
            "[Text.StringBuilder]::new()",
            "Get-CimInstance -ClassName x",
            "f *>&1",
            "using namespace System.IO",
            "$x.Where({$_})",
            "class A {}",
        ):
            with self.subTest(snippet):
                context = check(snippet, newer, Allowed(commands={"f"}))
                self.assertEqual([str(f) for f in context.findings if f.severity == "error"], [])

    def test_chain_operators_only_for_7(self) -> None:
        self.assertEqual(rules_of(check("f && g", ("7",), Allowed(commands={"f", "g"}))), set())
        self.assertIn("newer-operator", rules_of(check("f && g", ("5.1",))))

    def test_guards(self) -> None:
        call = "[string]::IsNullOrWhiteSpace('a')"
        major = "$PSVersionTable.PSVersion.Major"
        narrowed = [
            f"if({major} -ge 3){{{call}}}",
            f"if({major} -gt 2){{{call}}}",
            f"if({major} -lt 3){{1}}else{{{call}}}",
            f"if({major} -eq 2){{1}}elseif($x){{{call}}}",
            f"if($x){{1}}elseif({major} -ge 3){{{call}}}",
            f"if($x -and {major} -ge 3){{{call}}}",
            f"if({major} -ge 3 -and {call}){{1}}",
            f"if({major} -lt 3 -or {call}){{1}}",
            f"if(-not ({major} -lt 3)){{{call}}}",
            f"function f{{if({major} -lt 3){{return 1}}\n{call}}}",
            f"$v={major};if($v -ge 3){{{call}}}",
            f"if([Environment]::Version.Major -ge 4){{{call}}}",
            f"if($PSVersionTable.CLRVersion.Major -ge 4){{{call}}}",
            f"if($x){{1}}elseif({major} -lt 3){{1}}else{{{call}}}",
            f"if({major} -lt 3){{throw 'old'}};{call}",
        ]
        for snippet in narrowed:
            with self.subTest(snippet):
                self.assertNotIn("unknown-member", rules_of(check(snippet)))
        not_narrowed = [
            f"if({major} -ge 2){{{call}}}",
            f"if({major} -lt 3){{{call}}}",
            f"if($x -or {major} -ge 3){{{call}}}",
            f"if({major} -lt 3){{1}};{call}",
            f"$v={major};$v=9;if($v -ge 3){{{call}}}",
            f"if({major} -ge $n){{{call}}}",
            f"if({major} -lt 3){{if($x){{return}}}};{call}",
            f"if({major} -lt 3 -or $x){{1}}elseif($y){{1}};{call}",
            f"if($PSVersionTable.CLRVersion.Major -ge 4){{1}}else{{{call}}}",
        ]
        for snippet in not_narrowed:
            with self.subTest(snippet):
                self.assertIn("unknown-member", rules_of(check(snippet)))

    def test_clr_guard_leaves_7_in_the_other_branch(self) -> None:
        self.assertEqual(hosts_for(["7"]), check("$x", ("7",)).hosts)
        self.assertIn(
            "unknown-member",
            rules_of(check("if($PSVersionTable.CLRVersion.Major -ge 4){1}else{[IO.Directory]::GetAccessControl('a')}")),
        )


class Reports(unittest.TestCase):
    def test_line_and_column_count_characters(self) -> None:
        finding = next(f for f in check("$x='a'\r\n  Foo").findings if f.rule == "unknown-command")
        self.assertEqual((finding.line, finding.column), (2, 3))
        finding = next(f for f in check("$x='\u00e9\u00e9'; Foo").findings if f.rule == "unknown-command")
        self.assertEqual((finding.line, finding.column), (1, 10))

    def test_what_cannot_be_told_is_listed(self) -> None:
        for snippet, what in {
            "& $x 1": "what & or . calls: $x",
            "New-Object $x": "what New-Object $x makes",
            "$x.Length": "the type before .Length",
            "$x.$y": "the member $y",
            "$x::Y": "::Y of $x",
        }.items():
            self.assertEqual([said for _, _, said in check(snippet).uninferred], [what])
        for snippet in (
            "& {1}",
            "'a'.Length",
            "[int]::MaxValue",
            "$x.GetType()",
            "New-Object -ComObject x",
            "$x.'a b'",
        ):
            self.assertEqual(check(snippet).uninferred, [])

    def test_a_path_says_what_to_use(self) -> None:
        for snippet, helps in {
            "Get-Item $x": "give it to -LiteralPath",
            "Get-Acl $x": "not in PowerShell 2.0: use .NET",
        }.items():
            message = next(f.message for f in check(snippet).findings if f.rule == "wildcard-path")
            self.assertIn(helps, message)
            self.assertIn("may hold", message)
        self.assertIn("holds a wildcard", next(f.message for f in check("Get-Item 'a*'").findings))

    def test_a_refusal_says_what_helps(self) -> None:
        for snippet, hint in {
            "function f{param($a) $a}": "line end after param",
            "switch($x){ 'a' {1} default {2} }": "before a switch's default",
            "foreach($x in $y){break a}": "with a label",
            "[Environment+SpecialFolder]": "nested types",
            '"$x # y"': "# behind a variable",
            "f $x.y().z": "in parentheses",
        }.items():
            with self.subTest(snippet):
                said = [f.message for f in check(snippet).findings if f.rule == "parse-error"]
                self.assertTrue(any(hint in message for message in said), said)
        self.assertNotIn(";", next(f.message for f in check("$x=").findings if f.rule == "parse-error"))

    def test_curly_quotes_end_a_string_as_in_powershell(self) -> None:
        context = check("$x='a\u2019; Foo; '")
        self.assertIn("unknown-command", rules_of(context))
        self.assertNotIn("unknown-command", rules_of(check("$x='a\u2019\u2019; Foo; '")))
        self.assertIn("unknown-command", rules_of(check('$x="a\u201e; Foo; "')))
        self.assertNotIn("unknown-command", rules_of(check('$x="a\u201f; Foo; "')))

    def test_a_call_in_argument_position_is_checked(self) -> None:
        self.assertIn("argument-count", rules_of(check("$s='a';Write-Output $s.PadLeft()")))
        self.assertNotIn("method-not-called", rules_of(check("$s='a';Write-Output $s.Trim()")))

    def test_allowed_names_are_accepted(self) -> None:
        allowed = Allowed()
        allowed.read("command reg.exe # meant\nmember Frobnicate\n\ntype My.Type\n")
        self.assertEqual(rules_of(check("reg.exe query x; $x.Frobnicate; [My.Type]", allowed=allowed)), set())
        with self.assertRaises(ValueError):
            allowed.read("program x")

    def test_objects_whose_members_are_data_have_any(self) -> None:
        for made in ("New-Object -ComObject HNetCfg.FwPolicy2", "Get-WmiObject Win32_Service", "[wmi]'x'", "[adsi]'y'"):
            context = check(f"$x={made};$x.Frobnicate;$x.Frobnicate(1);({made}).Frob.Nicate", ("2.0",))
            self.assertEqual([str(f) for f in context.findings if f.severity == "error"], [])

    def test_uninferred_members_are_counted(self) -> None:
        self.assertEqual(len(check("$x.Length;'a'.Length;$y.Trim()").uninferred), 2)

    def test_a_long_concatenation_is_no_problem(self) -> None:
        self.assertEqual(rules_of(check("$x=" + "+\n".join(["'a'"] * 20_000))), set())

    def test_deep_nesting_ends(self) -> None:
        check("(" * 5000)
        check("$x=" + "(" * 2000 + "'a'" + ")" * 2000 + ";$x.Length")
        check("$x" + ".a" * 2000)
        check("\n".join(f"$a{n}=$a{n + 1}" for n in range(3000)) + "\n$a0.Length")
        check("$(" * 400 + ")" * 400)
        check('"$(' * 300)


class Command(unittest.TestCase):
    def run_main(self, *arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            try:
                code = powershell_check.main(list(arguments))
            except SystemExit as end:
                code = int(end.code or 0)
        return code, out.getvalue()

    def test_exit_codes_and_json(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            good, bad = Path(folder, "good.ps1"), Path(folder, "bad.ps1")
            good.write_text("$x=1\n$x -eq $null\n")
            bad.write_text("Foo\n")
            self.assertEqual(self.run_main(str(good)), (0, ""))
            self.assertIn("null-on-the-right", self.run_main("--hints", str(good))[1])
            code, text = self.run_main("--json", str(good), str(bad))
            self.assertEqual(code, 1)
            errors = [f["rule"] for f in json.loads(text)["findings"] if f["severity"] == "error"]
            self.assertEqual(errors, ["unknown-command"])
            self.assertEqual(self.run_main("--allow-command", "foo", str(bad))[0], 0)
            prelude = Path(folder, "prelude.ps1")
            prelude.write_text("$l={function Foo($a){$a}}\n")
            self.assertEqual(self.run_main("--with", str(prelude), str(bad))[0], 0)
            bad.write_text("Foo -b 1\n")
            self.assertIn("unknown-parameter", self.run_main("--with", str(prelude), str(bad))[1])
            self.assertEqual(self.run_main("--versions", "6.0", str(bad))[0], 2)
            self.assertEqual(self.run_main(str(Path(folder, "absent.ps1")))[0], 2)
            self.assertEqual(self.run_main()[0], 2)

    def test_rules_are_listed(self) -> None:
        code, text = self.run_main("--rules")
        self.assertEqual((code, len(text.splitlines())), (0, len(RULES)))


class Tables(unittest.TestCase):
    """The tables that were added by hand must fit those that were read from Windows and .NET."""

    def test_accelerators_and_bases_name_known_types_or_are_listed_here(self) -> None:
        unknown = {target for target, _ in tables.accelerators().values() if target.lower() not in tables.types()}
        self.assertEqual(
            unknown,
            {
                "System.Numerics.BigInteger",
                "System.Net.Mail.MailAddress",
                "System.Management.Automation.PSListModifier",
                "System.Management.Automation.PSAliasProperty",
                "System.Management.Automation.PSScriptMethod",
                "System.Management.Automation.PSScriptProperty",
                "System.Management.Automation.PSVariableProperty",
                "System.Management.Automation.SemanticVersion",
                "Microsoft.Management.Infrastructure.CimInstance",
                "Microsoft.Management.Infrastructure.CimClass",
                "Microsoft.Management.Infrastructure.CimType",
                "Microsoft.Management.Infrastructure.CimConverter",
                "Microsoft.Management.Infrastructure.CimSession",
            },
        )

    def test_every_alias_is_no_command_and_stands_for_one(self) -> None:
        for alias, target in tables.aliases().items():
            self.assertNotIn(alias, tables.commands())
            self.assertTrue(target.lower() in tables.commands() or target in _OUTSIDE, f"{alias}: {target}")

    def test_shapes_belong_to_members(self) -> None:
        members = {(r[0], r[1].removesuffix(" static")) for r in tables._rows("dotnet-members.tsv")}
        for row in tables._rows("dotnet-shapes.tsv"):
            self.assertIn((row[0], row[1]), members)

    def test_engine_results_are_known(self) -> None:
        known = {t.name for t in tables.types().values()} | {"dynamic"}
        for row in tables._rows("engine-members.tsv"):
            for name in row[2].split():
                plain = name.removesuffix("[]")
                self.assertTrue(
                    plain in known or plain.rpartition(".")[2].startswith("I") or plain == "System.Enum", row
                )

    def test_dynamic_parameters_are_in_no_other_table(self) -> None:
        listed = {(r[0], p.partition("(")[0]) for r in tables._rows("commands.tsv") for p in r[3].split()}
        for command, parameter, *_ in tables._rows("dynamic-parameters.tsv"):
            self.assertNotIn((command, parameter), listed)


_OUTSIDE = {"Clear-Host", "help", "mkdir", "powershell_ise.exe", "Get-Error", "Get-PSSnapin", "Get-Clipboard"}


class Prototype(unittest.TestCase):
    """The program that proved the contract (Fixtures/probe-lines). It was not written to these rules.

    Errors, all of them right: three sub-expressions in double-quoted strings (`Emit`, the closing line, the total)
    where concatenation would do, and the alias `%`. Hints: `$v -eq $null` where an array would filter; `.ToLower()`
    under the invariant culture of the thread; AddScript makes code of text, here of the program's own blocks.
    """

    def test_its_findings_are_these(self) -> None:
        raw = (FIXTURES / "probe-lines" / "program.ps1").read_bytes()
        context = powershell_check.check(raw, list(POWERSHELLS), Allowed(), read_only=True)
        errors = [(f.line, f.rule) for f in context.findings if f.severity == "error"]
        self.assertEqual(errors, [(41, "interpolation"), (41, "interpolation"), (68, "alias"), (71, "interpolation")])
        hints = sorted({f.rule for f in context.findings if f.severity == "hint"})
        self.assertEqual(hints, ["code-from-text", "culture-of-thread", "null-on-the-right"])

    def test_the_bootstrap_is_clean(self) -> None:
        raw = (FIXTURES / "probe-lines" / "bootstrap.txt").read_bytes()
        context = powershell_check.check(raw, list(POWERSHELLS), Allowed(), read_only=True)
        self.assertEqual([str(f) for f in context.findings if f.severity == "error"], [])


if __name__ == "__main__":
    unittest.main()
