"""Tests of windows-like/: real registries come back out of a host as they went in, and nothing is left of a host.

usage: python -m unittest windows_like_test      (skipped without wine and openssh-server; about 60 s, 80 at first)

Hosts are cached in the folder FLEETAUDIT_WINDOWS_LIKE, or else in .build-peers/windows-like of the repository.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXTRACTS = HERE.parent / "Fixtures" / "windows-hosts"
CACHE = Path(os.environ.get("FLEETAUDIT_WINDOWS_LIKE") or HERE.parents[1] / ".build-peers" / "windows-like")
HAS_WINE = all(shutil.which(p) for p in ("wine", "wineserver", "ssh")) and bool(
    shutil.which("sshd") or Path("/usr/sbin/sshd").exists()
)


# Values that Wine sets at each start, from the machine that it runs on.
WINES_OWN = {"PROCESSOR_ARCHITECTURE", "StandardName", "TimeZoneKeyName", "Domain", "Hostname"}


def made(extract: Path) -> Path:
    """The cached host of an extract."""
    prefix = CACHE / extract.stem
    command = [str(HERE / "windows-like" / "make-host"), "--base", str(CACHE / "base"), str(prefix), str(extract)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=240)
    return prefix


class Host:
    """A running host; a context manager that also ends it."""

    def __init__(self, prefix: Path, *options: str) -> None:
        self.state = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
        command = [str(HERE / "windows-like" / "ssh-host"), "--with-parent", "--seconds", "300", *options]
        self.process = subprocess.Popen(
            [*command, str(prefix), "0", str(self.state)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline().split()
        assert ready[:1] == ["ready"], ready
        self.port = ready[1]

    def run(self, command: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
        done = subprocess.run(self.ssh(command), input=stdin, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def ssh(self, command: str) -> list[str]:
        options = [
            "-i",
            str(self.state / "id"),
            "-o",
            f"UserKnownHostsFile={self.state}/known_hosts",
            "-o",
            "BatchMode=yes",
        ]
        return ["ssh", "-q", "-F", "none", "-p", self.port, *options, f"{_user()}@127.0.0.1", command]

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def leftovers(self) -> list[str]:
        """What still exists of the host: its folder, and processes that know it."""
        found = [str(self.state)] if self.state.exists() else []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) != os.getpid():
                for part in ("cmdline", "environ"):
                    try:
                        known = str(self.state).encode() in (folder / part).read_bytes()
                    except OSError:
                        known = False
                    if known:
                        found.append(f"process {folder.name}")
        return found


def _user() -> str:
    return subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()


def told(output: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """(key, value name), both lower case, -> (type, data) of `reg query /s`; values over several lines are left out."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    key = ""
    for line in output.decode("cp437").split("\r\n"):
        if line.startswith("HKEY_LOCAL_MACHINE\\"):
            key = "HKLM\\" + line.removeprefix("HKEY_LOCAL_MACHINE\\")
        elif value := re.fullmatch(r"    (.*?)    (REG_[A-Z_]+)    (.*)", line):
            name = "" if value[1] == "(Default)" else value[1]
            found[key.lower(), name.lower()] = (value[2], value[3])
    return found


def expected(value: dict[str, Any]) -> str | None:
    """How reg.exe prints a value; None where Wine's cannot."""
    kind, data = value["type"], value.get("data")
    if data is None or kind == "REG_QWORD":
        return None
    if isinstance(data, dict):
        return base64.b64decode(data["base64"]).hex().upper() if kind in ("REG_BINARY", "REG_NONE") else None
    if kind == "REG_DWORD":
        return f"0x{data & 0xFFFFFFFF:x}"
    text = "\\0".join(data) if kind == "REG_MULTI_SZ" else data
    is_plain = kind in ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ") and text.isascii() and text.isprintable()
    return text if is_plain else None


@unittest.skipUnless(HAS_WINE, "needs wine, wine64 and openssh-server (apt-get install --no-install-recommends …)")
class Registries(unittest.TestCase):
    def test_every_extract_comes_back(self) -> None:
        extracts = sorted(EXTRACTS.glob("*.json"))
        self.assertEqual(len(extracts), 6)
        for extract in extracts:
            with self.subTest(extract.stem), Host(made(extract)) as host:
                values = told(host.run("reg query HKLM\\SYSTEM /s")[1]) | told(
                    host.run("reg query HKLM\\SOFTWARE /s")[1]
                )
                machine = json.loads(extract.read_text(encoding="utf-8"))
                equal, different = self._compare(machine, values)
                self.assertLessEqual(different, WINES_OWN)
                self.assertGreater(equal, 40)

    def _compare(self, machine: dict[str, Any], values: dict[tuple[str, str], tuple[str, str]]) -> tuple[int, set[str]]:
        equal, different = 0, set()
        for path, key in machine["keys"].items():
            for name, value in key["values"].items():
                printed = expected(value)
                if printed is None or "    " in name:
                    continue
                if values.get((path.lower(), name.lower())) == (value["type"], printed):
                    equal += 1
                else:
                    different.add(name)
        return equal, different


@unittest.skipUnless(HAS_WINE, "needs wine, wine64 and openssh-server (apt-get install --no-install-recommends …)")
class CommandLines(unittest.TestCase):
    """What our command lines meet in cmd.exe: README.md tells it in words."""

    host: Host

    @classmethod
    def setUpClass(cls) -> None:
        cls.host = Host(made(EXTRACTS / "win7-x86-lab.json"))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.host.__exit__()

    def test_an_encoded_command_is_taken_and_answered_with_nothing(self) -> None:
        for length in (416, 1000, 8000):
            line = "powershell.exe -NoLogo -NoProfile -NonInteractive -EncodedCommand " + "A" * length
            self.assertEqual(self.host.run(line, b"x" * 300_000), (0, b"", b""))

    def test_long_lines_arrive_whole(self) -> None:
        code, out, _ = self.host.run("echo " + "A" * 8000)
        self.assertEqual((code, out), (0, b"A" * 8000 + b"\r\n"))

    def test_too_long_a_line_fails(self) -> None:
        code, _, err = self.host.run("echo " + "A" * 8300)
        self.assertEqual(code, 49)
        self.assertIn(b"truncated", err)

    def test_exit_codes_and_stdin(self) -> None:
        self.assertEqual(self.host.run("exit 5")[0], 5)
        self.assertEqual(self.host.run("cmd /c exit 9")[0], 9)
        self.assertEqual(self.host.run("nosuchprogram")[0], 49)
        self.assertEqual(self.host.run("reg query HKLM\\Nope")[0], 1)
        self.assertEqual(self.host.run("more", b"hello\n")[1].split(), [b"hello"])

    def test_a_key_with_a_blank(self) -> None:
        code, out, _ = self.host.run(
            'reg query "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server" /v fDenyTSConnections'
        )
        self.assertEqual(code, 0)
        self.assertIn(b"    fDenyTSConnections    REG_DWORD    0x0\r\n", out)


@unittest.skipUnless(HAS_WINE, "needs wine, wine64 and openssh-server (apt-get install --no-install-recommends …)")
class Ending(unittest.TestCase):
    def setUp(self) -> None:
        self.prefix = made(EXTRACTS / "winnt4-server.json")

    def test_nothing_is_left_whatever_ends_a_host(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(number.name):
                host = Host(self.prefix)
                busy = subprocess.Popen(
                    host.ssh("ping -n 60 127.0.0.1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
                time.sleep(1)
                host.process.send_signal(number)
                host.process.wait(timeout=30)
                assert host.process.stdout is not None
                host.process.stdout.close()
                end = time.monotonic() + 15
                while host.leftovers() and time.monotonic() < end:
                    time.sleep(0.1)
                busy.wait(timeout=10)
                self.assertEqual(host.leftovers(), [])

    def test_two_hosts_of_one_machine_do_not_meet(self) -> None:
        with Host(self.prefix) as one, Host(self.prefix) as two:
            self.assertEqual(one.run("reg add HKLM\\SOFTWARE\\Meeting /v a /d b /f")[0], 0)
            self.assertEqual(one.run("reg query HKLM\\SOFTWARE\\Meeting")[0], 0)
            self.assertEqual(two.run("reg query HKLM\\SOFTWARE\\Meeting")[0], 1)
        with Host(self.prefix) as three:
            self.assertEqual(three.run("reg query HKLM\\SOFTWARE\\Meeting")[0], 1)

    def test_it_ends_by_itself(self) -> None:
        host = Host(self.prefix, "--seconds", "1")
        host.process.wait(timeout=15)
        host.__exit__()
        self.assertEqual(host.leftovers(), [])

    def test_misuse(self) -> None:
        ssh_host = str(HERE / "windows-like" / "ssh-host")
        for arguments in ([], ["/nonexistent", "0", "/nonexistent/x"], [str(self.prefix), "0", str(HERE)]):
            done = subprocess.run([ssh_host, *arguments], capture_output=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 64, arguments)


if __name__ == "__main__":
    unittest.main()
