"""Runs one WinRM conversation with a client library and prints what came back as JSON.

usage: winrm_conversation.py JSON

JSON: {"client": "pypsrp" | "pywinrm", "url": ..., "user": ..., "password-file": ..., "auth": "ntlm" | "negotiate" | "basic",
       "ca": path or null, "command": ..., "stdin": bytes or null, "operation-timeout": s,
       "binding": "right" | "missing" | "wrong", "encryption": "auto" | "never" (pywinrm)}
The answer: {"out-bytes": n, "out-sum": FNV-1a, "out-head": text, "err": text, "code": n} or {"error": class, "message":
text}.
"""
import json
import sys
from urllib.parse import urlsplit

plan = json.loads(sys.argv[1])
password = open(plan["password-file"]).read()
url = urlsplit(plan["url"])
https = url.scheme == "https"
command, *arguments = plan["command"].split(" ")
stdin = None if plan.get("stdin") is None else bytes((i * 7 + i // 251) % 256 for i in range(plan["stdin"]))
timeout = plan.get("operation-timeout", 20)
binding = plan.get("binding", "right")


def fnv1a(data):
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def with_pypsrp():
    from pypsrp.shell import Process, WinRS
    from pypsrp.wsman import WSMan
    from pypsrp.negotiate import HTTPNegotiateAuth

    if binding == "wrong":
        HTTPNegotiateAuth._get_cbt_data = staticmethod(lambda response: b"tls-server-end-point:" + 32 * b"x")
    wsman = WSMan(
        url.hostname, port=url.port, username=plan["user"], password=password, ssl=https, auth=plan["auth"],
        cert_validation=plan.get("ca") or False, operation_timeout=timeout, read_timeout=timeout + 10, no_proxy=True,
        negotiate_send_cbt=binding != "missing")
    with wsman, WinRS(wsman, no_profile=True, codepage=65001) as shell:
        process = Process(shell, command, arguments)
        process.begin_invoke()
        if stdin is not None:
            size = wsman.max_payload_size * 3 // 4 - 4096
            for start in range(0, max(1, len(stdin)), size):
                process.send(stdin[start:start + size], end=start + size >= len(stdin))
        process.end_invoke()
        result = process.stdout, process.stderr, process.rc
        process.signal("http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/ctrl_c")
    return result


def with_pywinrm():
    from winrm.protocol import Protocol

    protocol = Protocol(
        plan["url"], transport=plan["auth"], username=plan["user"], password=password,
        server_cert_validation="validate" if plan.get("ca") else "ignore", ca_trust_path=plan.get("ca"),
        operation_timeout_sec=timeout, read_timeout_sec=timeout + 10, message_encryption=plan.get("encryption", "auto"),
        send_cbt=binding != "missing", proxy=None)
    shell = protocol.open_shell(noprofile=True, codepage=65001)
    try:
        running = protocol.run_command(shell, command, arguments, console_mode_stdin=stdin is None)
        if stdin is not None:
            size = 75000
            for start in range(0, max(1, len(stdin)), size):
                protocol.send_command_input(
                    shell, running, stdin[start:start + size], end=start + size >= len(stdin))
        result = protocol.get_command_output(shell, running)
        protocol.cleanup_command(shell, running)
    finally:
        protocol.close_shell(shell)
    return result


try:
    out, err, code = {"pypsrp": with_pypsrp, "pywinrm": with_pywinrm}[plan["client"]]()
    answer = {
        "out-bytes": len(out), "out-sum": fnv1a(out), "out-head": out[:1000].decode("utf-8", "replace"),
        "err": err[:2000].decode("utf-8", "replace"), "code": code}
except Exception as error:
    answer = {"error": type(error).__name__, "message": str(error)[:500]}
print(json.dumps(answer))
