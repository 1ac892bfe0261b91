"""Tests of powershell_same_tree.py: what the injection oracle must catch, and what it must let pass.

usage: python -m unittest powershell_same_tree_test      (with the packages of requirements.txt)
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

import powershell_same_tree as oracle

TEMPLATE = """[CmdletBinding(SupportsShouldProcess=$true)]
param([ValidateSet('Apply','Verify')][string]$Phase='Apply')
# the value was seen by the audit
$k=[Microsoft.Win32.Registry]::LocalMachine.CreateSubKey(%KEY%)
if($k.GetValue(%NAME%) -ne %DATA%){ throw "$Phase: not what the audit saw" }
$h=@{name=%NAME%; data=(%DATA%)}
function Put([string]$n,$v){ $k.SetValue($n,$v,'String') }
Put %NAME% %DATA%
Set-ItemProperty -LiteralPath %KEY% -Name %NAME% -Value %DATA% -Type String
Write-Output ("done`n" + 'with ' + $h.Count)
"""


def script(quote: Callable[[str], str], key: str = "SOFTWARE\\a", name: str = "n", data: str = "d") -> bytes:
    text = TEMPLATE.replace('"$Phase:', '"${Phase}:')
    return text.replace("%KEY%", quote(key)).replace("%NAME%", quote(name)).replace("%DATA%", quote(data)).encode()


def rightly(value: str) -> str:
    """How the product is to quote: doubled quotes, everything that is not printable ASCII as [char]."""
    units = _units(value)
    if all(len(u) == 1 for u in units):
        return "'" + "".join(units).replace("'", "''") + "'"
    parts: list[str] = []
    text = ""
    for unit in units:
        if len(unit) == 1:
            text += unit.replace("'", "''")
        else:
            parts += [f"'{text}'", unit] if text or not parts else [unit]
            text = ""
    return "(" + "+".join(parts + ([f"'{text}'"] if text else [])) + ")"


def _units(value: str) -> list[str]:
    raw = value.encode("utf-16-le", "surrogatepass")
    codes = [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]
    return [chr(c) if 0x20 <= c <= 0x7E else f"[char]0x{c:04x}" for c in codes]


def wrongly(value: str) -> str:
    return "'" + value + "'"


def compare(base: bytes, other: bytes, pairs: list[tuple[str, str]] | None = None) -> list[str]:
    return oracle.problems(oracle.Script(base, "base"), oracle.Script(other, "other"), pairs)


HOSTILE = [
    "it's",
    "'; Remove-Item C:\\ -Recurse; '",
    "a\u2019; Remove-Item x; \u2018",
    "\u201a\u201b",
    "$(Remove-Item x)",
    "`$x",
    "a\nRemove-Item x\n",
    "a\r\n'@\r\n",
    "\0",
    "\u2013Force",
    "a\u2028b",
    "'+(Remove-Item x)+'",
    "\\",
    "\\'",
    "''",
    "'",
    '"',
    '"; Remove-Item x; "',
    "<# x",
    "#>",
    "# x",
    "$env:PATH",
    "@'",
    "'@",
    "\u00d2 in a code page",
    "\U0001f600",
    "\ud800",
    "%PATH%",
    "%1",
    "^&|<>",
    "a" * 5000,
    "",
    " ",
    "\t",
    "[char]0x41",
    "'+[char]0x41+'",
    "-Name",
    "--%",
    "${x}",
    "{0}",
    "*?[a]",
    "\ufeff",
    "\u201e\u201c\u201d",
    "x`",
    "x`'",
    "\u0085\u00a0",
]


class LetsPass(unittest.TestCase):
    def test_harmless_texts_differ_only_in_values(self) -> None:
        self.assertEqual(compare(script(rightly), script(rightly, "SYSTEM\\b c", "Name", "data")), [])

    def test_hostile_texts_rightly_quoted(self) -> None:
        base = script(rightly, "KEY", "NAME", "DATA")
        for value in HOSTILE:
            with self.subTest(value=value[:30]):
                other = script(rightly, "k" + value, "n" + value, "d" + value)
                pairs = [("KEY", "k" + value), ("NAME", "n" + value), ("DATA", "d" + value)]
                shown = [(h, o.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")) for h, o in pairs]
                self.assertEqual(compare(base, other, shown), [])

    def test_every_character_rightly_quoted(self) -> None:
        base = b"f 'KEY'"
        for start in range(0, 0x10000, 0x400):
            value = "".join(map(chr, range(start, start + 0x400)))
            shown = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            with self.subTest(start=hex(start)):
                self.assertEqual(compare(base, b"f " + rightly(value).encode(), [("KEY", shown)]), [])

    def test_random_texts_rightly_quoted(self) -> None:
        chance = random.Random(4)
        alphabet = "'\"`$(){}[];|&<>#@,+-\n\r\t\0 ab\u2018\u2019\u201c\u2013\u00e9"
        base = script(rightly, "KEY", "NAME", "DATA")
        for _ in range(200):
            value = "".join(chance.choice(alphabet) for _ in range(chance.randrange(12)))
            with self.subTest(value=value):
                self.assertEqual(
                    compare(base, script(rightly, value, value, value), [(k, value) for k in ("KEY", "NAME", "DATA")]),
                    [],
                )


class Catches(unittest.TestCase):
    def assert_caught(self, other: bytes, base: bytes | None = None) -> None:
        self.assertNotEqual(compare(base or script(rightly), other), [])

    def test_unquoted_injections(self) -> None:
        for value in [
            "'; Remove-Item x; '",
            "a\u2019; Remove-Item x; \u2018",
            "a\u201ab",
            "x' + (Remove-Item x) + 'y",
            "it's",
            "a\nb",
            "\u00e9",
            "'+[char]0x41+$x+'",
            "' -Force '",
            "a'#",
            "x'\r\nRemove-Item x #",
            "a\0b",
        ]:
            for at in ("key", "name", "data"):
                with self.subTest(value=value, at=at):
                    self.assert_caught(script(wrongly, **{at: value}))

    def test_double_quoted_values(self) -> None:
        def double(value: str) -> str:
            return '"' + value + '"'

        for value in ["$(Remove-Item x)", "`", "$x", 'a"; Remove-Item x; "', "b"]:
            with self.subTest(value=value):
                self.assert_caught(script(double, data=value), script(double))

    def test_bare_values(self) -> None:
        self.assert_caught(script(str, data="e"), script(str))

    def test_a_value_in_a_comment(self) -> None:
        base, other = b"# host a\n$x='a'", b"# host b\n$x='a'"
        self.assert_caught(other, base)

    def test_changes_elsewhere(self) -> None:
        base = b"$x.f('a',1); if($x){ Get-Item -LiteralPath 'a' }"
        for other in [
            b"$x.g('a',1); if($x){ Get-Item -LiteralPath 'a' }",
            b"$x.f('a',2); if($x){ Get-Item -LiteralPath 'a' }",
            b"$x.f('a',1); if($y){ Get-Item -LiteralPath 'a' }",
            b"$x.f('a',1); if($x){ Get-Item -LiteralPath 'a','b' }",
            b"$x.f('a',1); if($x){ Get-Item -Path 'a' }",
            b"$x.f('a',1); if($x){ Get-Item  -LiteralPath 'a' }",
            b"$x.f('a',1); if($x){ Get-Item -LiteralPath 'a' };",
            b"$x.f('a').g('a',1); if($x){ Get-Item -LiteralPath 'a' }",
            b"$x.f('a'*9,1); if($x){ Get-Item -LiteralPath 'a' }",
            b"$x.f(('a'+$y),1); if($x){ Get-Item -LiteralPath 'a' }",
            b"$x.f([char]0x41+'a',1); if($x){ Get-Item -LiteralPath 'a' }",
        ]:
            with self.subTest(other):
                self.assert_caught(other, base)

    def test_a_missing_bracket_of_a_concatenation(self) -> None:
        # As a command's argument an open concatenation is three arguments.
        self.assert_caught(b"f 'a'+[char]0x41", b"f 'a'")

    def test_values_where_text_is_code(self) -> None:
        for form in [
            "& {0} 1",
            ". {0}",
            "Invoke-Expression {0}",
            "iex {0}",
            "[scriptblock]::Create({0})",
            "$p.AddScript({0})",
            "$x.{0}",
            "$x -match {0}",
            "$x -replace {0},'b'",
            "{0} -f 1",
            "$x -like {0}",
            "[scriptblock]{0}",
            "New-Object {0}",
            "$x -replace 'b',{0}",
            "$p.AddScript(({0}))",
        ]:
            with self.subTest(form):
                base, other = form.replace("{0}", "'a'").encode(), form.replace("{0}", "'c'").encode()
                self.assert_caught(other, base)

    def test_values_that_are_only_data_are_no_code(self) -> None:
        for form in [
            "f {0}",
            "$x -eq {0}",
            "'{{0}}' -f {0}",
            "$x.f({0})",
            "@{a={0}}",
            "$x={0}",
            "f -a:{0}",
            "if($x -ne {0}){1}",
        ]:
            with self.subTest(form):
                base = form.replace("{0}", "'a'", 1) if "{{0}}" not in form else "'{0}' -f 'a'"
                other = base.replace("'a'", "('c'+[char]0x0a)")
                self.assertEqual(compare(base.encode(), other.encode()), [])

    def test_a_wrong_round_trip(self) -> None:
        pairs = [("d", "it's")]
        self.assertEqual(compare(b"f 'd'", b"f 'it''s'", pairs), [])
        self.assert_caught_with_pairs(b"f 'd'", b"f 'it''''s'", pairs)
        self.assert_caught_with_pairs(b"f 'd'", b"f 'its'", pairs)

    def assert_caught_with_pairs(self, base: bytes, other: bytes, pairs: list[tuple[str, str]]) -> None:
        self.assertEqual(compare(base, other), [])
        self.assertNotEqual(compare(base, other, pairs), [])

    def test_a_base_that_is_no_powershell(self) -> None:
        self.assert_caught(b"f ('a'", b"f ('a'")


class Meaning(unittest.TestCase):
    def test_values_mean_what_they_say(self) -> None:
        for written, text in [
            ("'a'", "a"),
            ("''", ""),
            ("'it''s'", "it's"),
            ("'a'+[char]0x0a+'b'", "a\nb"),
            ("'' + [char]0xd83d+[char]0xde00", "\U0001f600"),
            ("''''", "'"),
        ]:
            self.assertEqual(oracle.meaning(written), text)


class Command(unittest.TestCase):
    def test_exit_codes(self) -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            contextlib.redirect_stdout(io.StringIO()) as out,
            contextlib.redirect_stderr(io.StringIO()),
        ):
            base, same, other, pairs = (Path(folder, n) for n in ("base.ps1", "same.ps1", "other.ps1", "pairs.json"))
            base.write_text("f 'a'")
            same.write_text("f 'b'")
            other.write_text("g 'b'")
            pairs.write_text(json.dumps([["a", "b"]]))
            self.assertEqual(oracle.main([str(base), str(same)]), 0)
            self.assertEqual(oracle.main([str(base), str(other)]), 1)
            self.assertEqual(oracle.main([str(base), str(Path(folder, "absent"))]), 2)
            out.truncate(0)
            out.seek(0)
            self.assertEqual(oracle.main(["--json", "--values", str(pairs), str(base), str(same)]), 0)
            self.assertEqual(json.loads(out.getvalue())["values"], [["a", "b"]])
            pairs.write_text("{}")
            self.assertEqual(oracle.main(["--values", str(pairs), str(base), str(same)]), 2)


if __name__ == "__main__":
    unittest.main()
