"""Tests of probe_lines.py: the recorded replies, and every way to damage one.

usage: python -m unittest probe_lines_test
"""

from __future__ import annotations

import base64
import gzip
import json
import unittest
from pathlib import Path
from typing import Any

import probe_lines

FIXTURES = Path(__file__).resolve().parents[1] / "Fixtures"
SECTIONS = ["os", "rdp", "credssp", "certificates", "firewall", "schannel", "services", "machine-keys", "updates"]
KINDS = {
    "REG_NONE": -1,
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_MULTI_SZ": 7,
    "REG_QWORD": 11,
}


def frame(number: int, name: str, reply: Any, packed: bytes | None = None) -> bytes:
    packed = gzip.compress(json.dumps(reply).encode()) if packed is None else packed
    return b"FLEETAUDIT1 %d %s %d %s ;\n" % (number, name.encode(), len(packed), base64.b64encode(packed))


GOOD = frame(1, "os", {"data": 1, "ms": 2}) + frame(2, "rdp", {"failed": {"error": "x"}, "ms": 0})
END = b"FLEETAUDIT1 END 2\n"


class Recorded(unittest.TestCase):
    def test_every_recorded_reply_is_complete(self) -> None:
        files = sorted((FIXTURES / "probe-lines").glob("*.txt"))
        replies = [f for f in files if f.name != "bootstrap.txt"]
        self.assertEqual(len(replies), 6)
        for file in replies:
            with self.subTest(file.name):
                result = probe_lines.decode(file.read_bytes())
                self.assertEqual((result["complete"], result["problems"]), (True, []))
                self.assertEqual([s["name"] for s in result["sections"]], SECTIONS)

    def test_values_are_those_of_the_machines(self) -> None:
        """Four values differ, by Wine: Tcpip's Hostname and Domain of two machines."""
        equal, different = 0, []
        for file in sorted((FIXTURES / "windows-hosts").glob("*.json")):
            host = json.loads(file.read_text(encoding="utf-8"))
            told = _values(probe_lines.decode((FIXTURES / "probe-lines" / f"{file.stem}.txt").read_bytes()))
            for path, key in host["keys"].items():
                for name, value in key["values"].items():
                    here = told.get((path.removeprefix("HKLM\\").lower(), name))
                    if here is not None and "data" in value and value["type"] in KINDS:
                        same = here == [KINDS[value["type"]], _plain(value["data"])]
                        equal += same
                        different += [] if same else [(path.rpartition("\\")[2], name)]
        self.assertGreater(equal, 3000)
        self.assertEqual({d for d in different}, {("Parameters", "Hostname"), ("Parameters", "Domain")})


def _values(result: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """(key in lower case, value name) -> [type, value], of all sections that tell keys."""
    found: dict[tuple[str, str], Any] = {}
    for section in result["sections"]:
        data = section["reply"].get("data")
        for path, values in data.items() if isinstance(data, dict) else ():
            for name, value in values.items() if isinstance(values, dict) else ():
                found[path.lower(), name] = value
    return found


def _plain(data: Any) -> Any:
    return data["base64"] if isinstance(data, dict) else data


class Noise(unittest.TestCase):
    def assert_complete(self, raw: bytes) -> None:
        result = probe_lines.decode(raw)
        self.assertEqual((result["complete"], result["problems"]), (True, []))

    def test_noise_around_frames_is_no_problem(self) -> None:
        self.assert_complete(GOOD + END)
        self.assert_complete(b"\xef\xbb\xbf" + (GOOD + END).replace(b"\n", b"\r\n"))
        self.assert_complete(b"Welcome\n#< CLIXML\n<Objs>" + GOOD + b"\0\xff noise\n" + END + b"bye")
        self.assert_complete((GOOD + END)[:-1])
        self.assert_complete(b"FLEETAUDIT1 END 0")

    def test_order_does_not_matter(self) -> None:
        lines = GOOD.splitlines(keepends=True)
        self.assert_complete(lines[1] + lines[0] + END)

    def test_blocked(self) -> None:
        result = probe_lines.decode(b"FLEETAUDIT1 BLOCKED ConstrainedLanguage\r\n")
        self.assertEqual(
            (result["blocked"], result["complete"], result["problems"]), ("ConstrainedLanguage", False, [])
        )


class Damage(unittest.TestCase):
    def assert_only_second(self, raw: bytes) -> None:
        result = probe_lines.decode(raw + END)
        self.assertFalse(result["complete"])
        self.assertEqual([s["number"] for s in result["sections"]], [2])
        self.assertTrue(result["problems"])

    def test_a_damaged_frame_costs_its_section(self) -> None:
        second = GOOD.splitlines(keepends=True)[1]
        packed = gzip.compress(b'{"data":1,"ms":2}')
        wrong = bytearray(packed)
        wrong[-6] ^= 1
        for name, first in {
            "crc": frame(1, "os", None, bytes(wrong)),
            "cut": frame(1, "os", None, packed[:-1]),
            "more": frame(1, "os", None, packed + b"x"),
            "two members": frame(1, "os", None, packed * 2),
            "zlib": frame(1, "os", None, __import__("zlib").compress(b'{"data":1,"ms":2}')),
            "empty": frame(1, "os", None, b""),
            "length": frame(1, "os", {"data": 1, "ms": 2}).replace(b" os ", b" os 1"),
            "base64": frame(1, "os", {"data": 1, "ms": 2}).replace(b" ;", b"= ;"),
            "no end mark": frame(1, "os", {"data": 1, "ms": 2}).replace(b" ;", b""),
            "no ms": frame(1, "os", {"data": 1}),
            "both": frame(1, "os", {"data": 1, "failed": {}, "ms": 1}),
            "neither": frame(1, "os", {"ms": 1}),
            "list": frame(1, "os", [1]),
            "double": frame(1, "os", None, gzip.compress(b'{"data":1,"data":2,"ms":2}')),
            "nan": frame(1, "os", None, gzip.compress(b'{"data":NaN,"ms":2}')),
            "trailing": frame(1, "os", None, gzip.compress(b'{"data":1,"ms":2} x')),
            "utf-8": frame(1, "os", None, gzip.compress(b'{"data":"\xff","ms":2}')),
            "deep": frame(1, "os", None, gzip.compress(b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b',"ms":2}')),
            "bomb": frame(1, "os", None, gzip.compress(b'{"ms":1,"data":"' + b" " * (65 << 20) + b'"}')),
        }.items():
            with self.subTest(name):
                self.assert_only_second(first + second)

    def test_doubled_and_missing_sections(self) -> None:
        first, second = GOOD.splitlines(keepends=True)
        for raw in (first + END, first + first + second + END, GOOD, GOOD + END + END, GOOD + END + first):
            self.assertFalse(probe_lines.decode(raw)["complete"])
        self.assertFalse(probe_lines.decode(GOOD + b"FLEETAUDIT1 END 1\n")["complete"])
        self.assertFalse(probe_lines.decode(first + second.replace(b" rdp ", b" os ") + END)["complete"])

    def test_any_cut_is_noticed(self) -> None:
        raw = GOOD + END
        for at in range(len(raw) - 1):
            self.assertFalse(probe_lines.decode(raw[:at])["complete"], at)

    def test_any_changed_byte_of_a_payload_is_noticed_or_harmless(self) -> None:
        raw = frame(1, "os", {"data": ["abc", 1], "ms": 2}) + b"FLEETAUDIT1 END 1\n"
        good = probe_lines.decode(raw)["sections"]
        for at in range(raw.index(b" ;")):
            for change in (b"A", b"!", b" "):
                result = probe_lines.decode(raw[:at] + change + raw[at + 1 :])
                # gzip's header carries a time and a system that no check covers: the content stays right.
                self.assertTrue(not result["complete"] or result["sections"][0]["reply"] == good[0]["reply"], at)


if __name__ == "__main__":
    unittest.main()
