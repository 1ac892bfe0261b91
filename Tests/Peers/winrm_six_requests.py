"""WinRM by GSSAPI and http.client alone, in the fewest round trips: NEGOTIATE; AUTHENTICATE with the encrypted Create; Command;
Send; Receive (as many as it takes); Delete. All on one connection.

usage: winrm_six_requests.py JSON

JSON: {"urls": [...], "user": ..., "password-file": ..., "command": ..., "stdin": bytes, "times": n, "threads": n,
       "mechanism": "ntlm" | "spnego"}
Prints {"conversations": n, "requests": most per conversation, "out-bytes": of the last, "code": of the last, "seconds": s}.
"""
import base64
import concurrent.futures
import http.client
import itertools
import json
import re
import struct
import sys
import time
import uuid
from urllib.parse import urlsplit

import gssapi

plan = json.loads(sys.argv[1])
password = open(plan["password-file"], "rb").read()
stdin = base64.b64encode(bytes(plan.get("stdin", 0))).decode()
NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
mechanism = SPNEGO if plan.get("mechanism") == "spnego" else NTLM
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
HEAD = "--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n" \
    "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n--Encrypted Boundary\r\n" \
    "\tContent-Type: application/octet-stream\r\n"
SEALED = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'


def credential():
    made = gssapi.raw.acquire_cred_with_password(
        gssapi.Name(plan["user"], gssapi.NameType.user), password, usage="initiate", mechs=[mechanism]).creds
    if mechanism is SPNEGO:
        gssapi.raw.set_neg_mechs(made, [NTLM])
    return made


def envelope(action, shell, body):
    selector = f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>' if shell else ""
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
        f'xmlns:r="{RSP}"><s:Header><a:To>http://lab/wsman</a:To><a:ReplyTo><a:Address s:mustUnderstand="true">'
        'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>'
        f'<a:Action s:mustUnderstand="true">{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>'
        f'<w:ResourceURI s:mustUnderstand="true">{RSP}/cmd</w:ResourceURI>'
        '<w:MaxEnvelopeSize s:mustUnderstand="true">153600</w:MaxEnvelopeSize>'
        f'<w:OperationTimeout>PT20S</w:OperationTimeout>{selector}</s:Header><s:Body>{body}</s:Body></s:Envelope>').encode()


class Conversation:
    def __init__(self, url):
        place = urlsplit(url)
        self.http = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        flags = gssapi.RequirementFlag
        self.context = gssapi.SecurityContext(
            name=gssapi.Name("HTTP@" + place.hostname, gssapi.NameType.hostbased_service), creds=credential(), mech=mechanism,
            usage="initiate", flags=flags.integrity | flags.confidentiality | flags.replay_detection
            | flags.out_of_sequence_detection)
        self.requests = 0

    def post(self, body, headers):
        self.requests += 1
        self.http.request("POST", "/wsman", body, headers)
        answer = self.http.getresponse()
        return answer, answer.read()

    def call(self, soap, token=None):
        sealed = self.context.wrap(soap, True).message
        body = (HEAD % len(soap)).encode() + struct.pack("<I", 16) + sealed + b"--Encrypted Boundary--\r\n"
        headers = {"Content-Type": SEALED}
        if token:
            headers["Authorization"] = "Negotiate " + base64.b64encode(token).decode()
        answer, text = self.post(body, headers)
        assert answer.status == 200, (answer.status, text[:200])
        last = re.match("Negotiate (.+)", answer.getheader("WWW-Authenticate") or "")
        if last and not self.context.complete:
            self.context.step(base64.b64decode(last.group(1)))
        start = text.index(b"octet-stream\r\n") + 14
        end = text.rindex(b"--Encrypted Boundary--")
        return self.context.unwrap(text[start + 4:end]).message.decode()

    def run(self):
        answer, _ = self.post(b"", {"Authorization": "Negotiate " + base64.b64encode(self.context.step()).decode()})
        challenge = re.match("Negotiate (.+)", answer.getheader("WWW-Authenticate") or "")
        assert answer.status == 401 and challenge
        token = self.context.step(base64.b64decode(challenge.group(1)))
        created = self.call(envelope(
            TRANSFER + "/Create", None,
            "<r:Shell><r:InputStreams>stdin</r:InputStreams><r:OutputStreams>stdout stderr</r:OutputStreams></r:Shell>"),
            token)
        shell = re.search('Name="ShellId">([^<]+)<', created).group(1)
        started = self.call(envelope(
            RSP + "/Command", shell, f"<r:CommandLine><r:Command>{plan['command']}</r:Command></r:CommandLine>"))
        command = re.search("CommandId>([^<]+)<", started).group(1)
        self.call(envelope(
            RSP + "/Send", shell,
            f'<r:Send><r:Stream Name="stdin" CommandId="{command}" End="true">{stdin}</r:Stream></r:Send>'))
        out, code = b"", None
        while code is None:
            got = self.call(envelope(
                RSP + "/Receive", shell,
                f'<r:Receive><r:DesiredStream CommandId="{command}">stdout stderr</r:DesiredStream></r:Receive>'))
            for text in re.findall('Stream Name="stdout"[^>]*>([^<]*)<', got):
                out += base64.b64decode(text)
            done = re.search("ExitCode>([0-9]+)<", got)
            code = done and int(done.group(1))
        self.call(envelope(TRANSFER + "/Delete", shell, ""))
        self.http.close()
        return self.requests, len(out), code


urls = itertools.cycle(plan["urls"])
started = time.monotonic()
with concurrent.futures.ThreadPoolExecutor(plan.get("threads", 1)) as pool:
    results = list(pool.map(lambda url: Conversation(url).run(), [next(urls) for _ in range(plan.get("times", 1))]))
print(json.dumps({
    "conversations": len(results), "requests": max(result[0] for result in results), "out-bytes": results[-1][1],
    "code": results[-1][2], "seconds": round(time.monotonic() - started, 2)}))
