"""Tests of powershell/inference.py: what type the last `$here` of a snippet has.

usage: python -m unittest powershell_inference_test      (with the packages of requirements.txt)
"""

from __future__ import annotations

import unittest

from powershell.inference import Inference
from powershell.known_types import DYNAMIC, SMA
from powershell.source import Source, walk

# A snippet -> the types of its last `$here`, without "System."; None: cannot be told.
CASES: dict[str, set[str] | None] = {
    # literals and operators
    "$here='a'": {"String"},
    '$here="a$b"': {"String"},
    "$here=@'\na\n'@": {"String"},
    "$here=1": {"Int32"},
    "$here=10000000000": {"Int64"},
    "$here=1l": {"Int64"},
    "$here=0x10": {"Int32"},
    "$here=0x1000000000": {"Int64"},
    "$here=1.5": {"Double"},
    "$here=-1": {"Int32"},
    "$here=@{a=1}": {"Collections.Hashtable"},
    "$here=@(1,2)": {"Object[]"},
    "$here=1,2": {"Object[]"},
    "$here=,1": {"Object[]"},
    "$here={1}": {SMA + "ScriptBlock"},
    "$here=[int]": {"Type"},
    "$here=('a')": {"String"},
    "$here='a'+$b+1": {"String"},
    "$here=$b+'a'": None,
    "$here=$b,1+1": {"Object[]"},
    "$here='{0}' -f 1": {"String"},
    "$here=$a -and $b": {"Boolean"},
    "$here=!$a": {"Boolean"},
    "$here=-not $a": {"Boolean"},
    "$here='a' -eq $b": {"Boolean"},
    "$here=$a -eq 'b'": None,
    "$here=@('a') -eq 'b'": None,
    "$here='a' -replace 'b','c'": {"String"},
    "$here=$a -replace 'b','c'": None,
    "$here='a' -match 'b'": {"Boolean"},
    "$here=$a -is [int]": {"Boolean"},
    "$here=$a -as [int]": {"Int32"},
    "$here=$a -as $b": None,
    "$here=$a -split ','": {"String[]"},
    "$here=$a -join ','": {"String"},
    "$here=-join $a": {"String"},
    "$here=-split $a": {"String[]"},
    "$here='a' -bxor 1": None,
    # casts, commands
    "$here=[int]$a": {"Int32"},
    "$here=[byte[]]$a": {"Byte[]"},
    "$here=[xml]$a": {"Xml.XmlDocument"},
    "$here=[psobject]$a": {DYNAMIC},
    "$here=[Nope]$a": None,
    "$here=New-Object Text.StringBuilder": {"Text.StringBuilder"},
    "$here=New-Object 'Collections.Generic.List[string]'": {"Collections.Generic.List`1"},
    "$here=New-Object $a": None,
    "$here=New-Object -ComObject a": {DYNAMIC},
    "$here=Get-Date": {"DateTime"},
    "$here=Get-Date -Format s": {"String"},
    "$here=Join-Path a b": {"String"},
    "$here=Get-Item a": None,
    "$here=f|g": None,
    # members
    "$here='a'.Length": {"Int32"},
    "$here='a'.Trim()": {"String"},
    "$here='a'.Split(',')": {"String[]"},
    "$here='a'.Split(',')[0]": {"String"},
    "$here='a'.Split(',')[0,1]": {"String[]"},
    "$here='a'[0]": {"Char"},
    "$here=@(1)[0]": None,
    "$here=@{a=1}.a": {DYNAMIC},
    "$here=@{a=1}['a']": None,
    "$here=@{a=1}.Count": {"Int32"},
    "$here=$a.GetType()": {"Type"},
    "$here=$a.Trim()": None,
    "$here='a'.Nope": None,
    "$here=[IO.Path]::GetFileName('a')": {"String"},
    "$here=[IO.Path]::$a": None,
    "$here=[Microsoft.Win32.Registry]::LocalMachine": {"Microsoft.Win32.RegistryKey"},
    "$here=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('a').GetValueNames()": {"String[]"},
    "$here=[Microsoft.Win32.Registry]::LocalMachine.GetValue('a')": None,
    "$here=[Environment]::MachineName": {"String"},
    "$here=[regex]::Matches('a','b')[0]": {"Text.RegularExpressions.Match"},
    "$here=[powershell]::Create().AddScript('a')": {SMA + "PowerShell"},
    "$here=(New-Object Collections.ArrayList)[0]": None,
    # variables
    "$a='x';$here=$a": {"String"},
    "$a='x';$a=1;$here=$a": {"String", "Int32"},
    "$a=$null;$a='x';$here=$a": {"String"},
    "$a='x';$a+='y';$here=$a": {"String"},
    "$a='x';$a-=1;$here=$a": None,
    "$a='x';$a=f;$here=$a": None,
    "$a=$a.Trim();$here=$a": None,
    "$a='x';$a=$a.Trim();$here=$a": {"String"},
    "$a='x';$b=$a;$a=$b;$here=$b": {"String"},
    "[string]$a=f;$a=g;$here=$a": {"String"},
    "$a,$b='x','y';$here=$a": None,
    "$i=0;$i++;$here=$i": {"Int32"},
    "${a}='x';$here=$a": {"String"},
    "$script:a='x';function f{$here=$script:a}": {"String"},
    "$a='x';function f{$here=$a}": {"String"},
    "function f{$a='x'};$here=$a": None,
    "function f{$script:a='x'};$here=$a": {"String"},
    "function f{$a=1};$a='x';$here=$a": {"String"},
    "$a='x';& {$a=1;$here=$a}": {"Int32"},
    "function f([string]$a){$here=$a}": {"String"},
    "function f($a){$here=$a}": None,
    "function f{param([int[]]$a)\n$here=$a}": {"Int32[]"},
    "foreach($a in 'x'.Split(',')){$here=$a}": {"String"},
    "foreach($a in @(1)){$here=$a}": None,
    "foreach($a in [regex]::Matches('a','b')){$here=$a}": {"Text.RegularExpressions.Match"},
    "foreach($a in @{}.Keys){$here=$a}": None,
    "$here=$env:PATH": {"String"},
    "$here=$PSVersionTable": {"Collections.Hashtable"},
    "$here=$true": {"Boolean"},
    "$here=$unknown": None,
    "try{1}catch{$here=$_}": {SMA + "ErrorRecord"},
    "try{1}catch{$here=$_.Exception}": {"Exception"},
    "trap{$here=$_;continue}": {SMA + "ErrorRecord"},
    "'a'.Split(',')|ForEach-Object {$here=$_}": {"String"},
    "'a'.Split(',')|Sort-Object|ForEach-Object {$here=$_}": None,
    "f|ForEach-Object {$here=$_}": None,
    "try{1}catch{'a'.Split(',')|ForEach-Object {$here=$_}}": {"String"},
    "$here=$_": None,
}


def types_of_here(snippet: str) -> set[str] | None:
    source = Source(snippet.encode())
    nodes = list(walk(source.root))
    here = [n for n in nodes if n.type == "variable" and source.of(n) == "$here"][-1]
    types = Inference(source, nodes).of(here)
    return None if types is None else set(types)


class EveryCase(unittest.TestCase):
    def test_types(self) -> None:
        for snippet, short in CASES.items():
            with self.subTest(snippet):
                full = {t if t.startswith((SMA, "Microsoft.")) or t == DYNAMIC else "System." + t for t in short or ()}
                self.assertEqual(types_of_here(snippet), full if short is not None else None)

    def test_an_answer_does_not_depend_on_the_order_of_asking(self) -> None:
        snippet = "$a='x';$b=$a.Trim();$a=$b;$here=$b+$a"
        source = Source(snippet.encode())
        nodes = list(walk(source.root))
        variables = [n for n in nodes if n.type == "variable"]
        for order in (variables, variables[::-1]):
            inference = Inference(source, nodes)
            self.assertEqual({inference.of(n) for n in order}, {frozenset({"System.String"})})


if __name__ == "__main__":
    unittest.main()
