"""A small, honest WinRM listener for tests: NTLM by pyspnego, message encryption, and one fault at a time.

It follows what Windows does on the wire: a 401 without a token closes the connection, NTLM signs in a connection, an
unencrypted body over HTTP gets an empty 500. It prints `PORT n` when it listens and then one line per event, which the
tests read: CONNECTED, ATTEMPT <user> accepted|refused, REQUEST <operation>, SHELL created|deleted, SIGNAL, CLOSED.
"""

import argparse
import asyncio
import base64
import datetime
import hashlib
import ipaddress
import os
import re
import ssl
import struct
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree as ET

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
F = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
NS = {"s": S, "a": A, "w": W, "rsp": RSP, "x": X}
BOUNDARY = b"Encrypted Boundary"
TIMED_OUT, INVALID_SELECTORS, QUOTA_SHELLS = 2150858793, 2150858843, 2150859173

arguments = argparse.ArgumentParser()
arguments.add_argument("--address", default="127.0.0.1")
arguments.add_argument("--users", default="", help="DOMAIN:user:password, several joined by newlines")
arguments.add_argument("--schemes", default="Negotiate,Kerberos,CredSSP")
arguments.add_argument("--certificate", default="", help="good, expired, future, other-name, self-signed")
arguments.add_argument("--signature", default="sha256", help="digest of the certificate's signature")
arguments.add_argument("--binding", default="strict", help="strict or wrong: channel binding over HTTPS")
arguments.add_argument("--old-tls", action="store_true", help="TLS 1.1 at most")
arguments.add_argument("--fault", default="", help="KIND or KIND:OPERATION")
arguments.add_argument("--framing", default="windows", help="windows, omi or exchange")
arguments.add_argument("--poll", type=float, default=60.0, help="longest wait in Receive, seconds")
arguments.add_argument("--own-shell-id", action="store_true", help="ignore the client's shell id")
arguments.add_argument("--lifetime", type=float, default=120.0)
options = arguments.parse_args()
kind, _, where = options.fault.partition(":")


def say(text):
    print(text, flush=True)


def fails(wanted, operation=""):
    return kind == wanted and (not where or where == operation)


# --- Certificates ----------------------------------------------------------------------------------------------------


def make_certificates(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[options.signature]
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)

    def name(text):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    def certificate(subject, key, issuer, issuer_key, first, last, extensions):
        builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(first).not_valid_after(last)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer_key, digest)

    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate(
        "Test CA", authority_key, "Test CA", authority_key, now - 300 * day, now + 300 * day,
        [(x509.BasicConstraints(ca=True, path_length=None), True)])
    names = [x509.DNSName("elsewhere.example")]
    if options.certificate != "other-name":
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    first = now + 5 * day if options.certificate == "future" else now - 10 * day
    last = now - day if options.certificate == "expired" else now + 10 * day
    issuer, issuer_key = ("localhost", key) if options.certificate == "self-signed" else ("Test CA", authority_key)
    leaf = certificate(
        "localhost", key, issuer, issuer_key, first, last, [(x509.SubjectAlternativeName(names), False)])
    pem = serialization.Encoding.PEM
    paths = {part: os.path.join(folder, part + ".pem") for part in ("ca", "leaf")}
    with open(paths["ca"], "wb") as file:
        file.write(authority.public_bytes(pem))
    with open(paths["leaf"], "wb") as file:
        file.write(key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + leaf.public_bytes(pem))
    der = leaf.public_bytes(serialization.Encoding.DER)
    say("CA " + paths["ca"])
    say("PIN " + hashlib.sha256(der).hexdigest())
    return paths, b"tls-server-end-point:" + hashlib.new(options.signature, der).digest()


# --- Messages --------------------------------------------------------------------------------------------------------


class Fault(Exception):
    def __init__(self, code, subcode="w:InternalError", detail=True):
        self.code, self.subcode, self.detail = code, subcode, detail


def seconds(text):
    found = re.fullmatch(r"PT(?:(\d+)M)?(?:([\d.]+)S)?", text or "PT60S")
    return int(found.group(1) or 0) * 60 + float(found.group(2) or 0)


def answer(action, message, body):
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{S}" xmlns:a="{A}" xmlns:w="{W}" xmlns:rsp="{RSP}" xmlns:x="{X}">'
        f"<s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:RelatesTo>{message}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault_body(fault):
    detail = (
        f'<s:Detail><f:WSManFault xmlns:f="{F}" Code="{fault.code}" Machine="localhost"><f:Message>'
        f'<f:ProviderFault><f:WSManFault Code="1"/></f:ProviderFault></f:Message></f:WSManFault></s:Detail>'
    ) if fault.detail else ""
    return (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="de-DE">Das geht nicht. &#228;</s:Text></s:Reason>{detail}</s:Fault>'
    )


class Shell:
    shells = {}
    quota_was_used = False

    def __init__(self, identifier):
        self.id, self.command, self.words = identifier, None, []
        self.input, self.input_ended, self.started = b"", asyncio.Event(), 0.0
        self.queue, self.pending = None, None

    async def output(self, limit):
        """A chunk of (stdout, stderr, exit code or None); None when `limit` seconds bring nothing."""
        if self.queue is None:
            self.queue = self.run()
        if self.pending is None:
            self.pending = asyncio.ensure_future(self.queue.__anext__())
        await asyncio.wait([self.pending], timeout=limit)
        if not self.pending.done():
            return None
        chunk, self.pending = self.pending.result(), None
        return chunk

    async def run(self):
        name, *words = self.words
        if name == "cat":
            await self.input_ended.wait()
            for start in range(0, len(self.input), 60000):
                yield self.input[start:start + 60000], b"", None
            yield b"", b"", 0
        elif name == "count":  # bytes of input
            await self.input_ended.wait()
            yield str(len(self.input)).encode(), b"", 0
        elif name == "echo":
            yield (" ".join(words) + "\r\n").encode(), b"", 0
        elif name == "both":
            yield b"out 1 ", b"err 1 ", None
            yield b"out 2", b"E" * 6000, None
            yield b"", b"", 0xC0000005 if words else 3
        elif name == "bytes":
            left = int(words[0])
            while left > 0:
                yield b"x" * min(left, 90000), b"", None
                left -= 90000
            yield b"", b"", 0
        elif name == "sleep":
            await asyncio.sleep(float(words[0]))
            yield b"awake", b"", 0
        elif name == "endless":
            while True:
                yield b"y" * 90000, b"", None
        elif name == "part-then-sleep":
            yield b"first part", b"", None
            await asyncio.sleep(600)
        elif name == "no-exit-code":
            yield b"done", b"", -1
        else:
            yield b"", f"'{name}' is not recognized".encode(), 1


async def operate(operation, root, message, timeout):
    """The body of an answer, or a Fault."""
    selector = root.find(f".//w:Selector[@Name='ShellId']", NS)
    body = root.find("s:Body", NS)
    if operation == "Create":
        if fails("quota-once") and not Shell.quota_was_used:
            Shell.quota_was_used = True
            raise Fault(QUOTA_SHELLS)
        if fails("access-denied"):
            raise Fault(5, "w:AccessDenied")
        wanted = body.find("rsp:Shell", NS).get("ShellId")
        shell = Shell(wanted if wanted and not options.own_shell_id else str(uuid.uuid4()).upper())
        Shell.shells[shell.id] = shell
        say(f"SHELL created {shell.id}")
        return (
            f"<x:ResourceCreated><a:Address>http://localhost/wsman</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{RSP}/cmd</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ShellId\">{shell.id}"
            f"</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>")
    if selector is None or selector.text not in Shell.shells:
        raise Fault(INVALID_SELECTORS, "w:InvalidSelectors")
    shell = Shell.shells[selector.text]
    if operation == "Command":
        line = body.find("rsp:CommandLine", NS)
        shell.words = [line.find("rsp:Command", NS).text] + [e.text or "" for e in line.findall("rsp:Arguments", NS)]
        shell.words = " ".join(shell.words).split(" ")
        shell.command = str(uuid.uuid4()).upper()
        return f"<rsp:CommandResponse><rsp:CommandId>{shell.command}</rsp:CommandId></rsp:CommandResponse>"
    if operation == "Send":
        stream = body.find(".//rsp:Stream", NS)
        shell.input += base64.b64decode(stream.text or "", validate=True)
        if stream.get("End") == "true":
            shell.input_ended.set()
        return "<rsp:SendResponse/>"
    if operation == "Receive":
        got = await shell.output(min(timeout, options.poll))
        if got is None:
            raise Fault(TIMED_OUT, "w:TimedOut", detail=not fails("bare-timeout"))
        out, err, code = got
        text = ""
        for name, data in (("stdout", out), ("stderr", err)):
            encoded = base64.b64encode(data).decode()
            if fails("broken-base64"):
                encoded = encoded[:-1]
            if data:
                text += f'<rsp:Stream Name="{name}" CommandId="{shell.command.lower()}">{encoded}</rsp:Stream>'
        if code is None:
            text += f'<rsp:CommandState CommandId="{shell.command}" State="{RSP}/CommandState/Running"/>'
        else:
            exit_code = "" if code == -1 else f"<rsp:ExitCode>{code}</rsp:ExitCode>"
            text += (
                f'<rsp:Stream Name="stdout" CommandId="{shell.command}" End="true"></rsp:Stream>'
                f'<rsp:CommandState CommandId="{shell.command}" State="{RSP}/CommandState/Done">{exit_code}'
                "</rsp:CommandState>")
        return f"<rsp:ReceiveResponse>{text}</rsp:ReceiveResponse>"
    if operation == "Signal":
        return "<rsp:SignalResponse/>"
    if operation == "Delete":
        say(f"SHELL deleted {shell.id}")
        del Shell.shells[shell.id]
        return ""
    raise Fault(2150858752, "w:ActionNotSupported")


# --- One connection --------------------------------------------------------------------------------------------------


class Closed(Exception):
    pass


class Connection:
    def __init__(self, reader, writer, binding):
        self.reader, self.writer, self.binding = reader, writer, binding
        self.context, self.is_signed_in, self.user = None, False, ""

    async def serve(self):
        say("CONNECTED")
        try:
            while True:
                await self.request()
        except (Closed, asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            self.writer.close()
            say("CLOSED")

    async def request(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers.setdefault(name.strip().lower(), value.strip())
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        if fails("silent"):
            await asyncio.sleep(600)
        if fails("status-503"):
            return await self.reply(503)
        if fails("status-404"):
            return await self.reply(404, [("Content-Type", "text/html")], b"<html>not here</html>")
        if fails("endless-headers"):
            await self.endless_headers()
        if fails("chunked"):
            await self.endless_chunks()
        if fails("garbage"):
            self.writer.write(b"220 mail.example ESMTP\r\n")
            await self.writer.drain()
            raise Closed()
        if not self.is_signed_in and not self.basic(headers):
            return await self.sign_in(headers, body)
        await self.work(headers, body)

    # Signing in

    def basic(self, headers):
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic" or "Basic" not in options.schemes:
            return False
        user, _, password = base64.b64decode(value).decode().partition(":")
        known = [line.split(":", 2) for line in options.users.split("\n") if line]
        is_known = any(user in (u, f"{d}\\{u}") and password == p for d, u, p in known)
        if self.user != user:
            say(f"ATTEMPT {user} {'accepted' if is_known else 'refused'}")
        if is_known:
            self.user = user
        return is_known

    async def sign_in(self, headers, body):
        import spnego
        from spnego.exceptions import SpnegoError
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "negotiate" or "Negotiate" not in options.schemes or fails("no-token"):
            await self.unauthorized()
            raise Closed()
        token = base64.b64decode(token)
        if self.context is None:
            if fails("drop", "negotiate"):
                raise Closed()
            bindings = self.binding and spnego.channel_bindings.GssChannelBindings(application_data=self.binding)
            self.context = spnego.server(
                "localhost", "HTTP", channel_bindings=bindings, protocol="ntlm",
                options=spnego.NegotiateOptions.use_ntlm)
            challenge = self.context.step(token)
            if fails("bad-challenge"):
                challenge = challenge[:20]
            return await self.unauthorized(challenge)
        if fails("hang", "authenticate"):
            say("ATTEMPT ? hanging")
            await asyncio.sleep(600)
        user, is_bound = self.peek(token)
        if fails("drop", "authenticate"):
            say(f"ATTEMPT {user} dropped")
            raise Closed()
        try:
            self.context.step(token)
            is_accepted = is_bound
        except SpnegoError:
            is_accepted = False
        say(f"ATTEMPT {user} {'accepted' if is_accepted else 'refused'}")
        if not is_accepted:
            await self.unauthorized()
            raise Closed()
        self.is_signed_in = True
        if not body:
            return await self.reply(200)
        if fails("no-combined"):
            self.is_signed_in = False
            return await self.reply(500)
        await self.work(headers, body)

    def peek(self, token):
        """The user, and whether the sign-in is bound to a channel when it must be (pyspnego lets a zero one pass)."""
        from spnego._ntlm_raw.messages import Authenticate, AvId, NTClientChallengeV2
        message = Authenticate.unpack(token)
        pairs = NTClientChallengeV2.unpack(message.nt_challenge_response[16:]).av_pairs
        is_bound = not self.binding or pairs.get(AvId.channel_bindings, b"\0" * 16) != b"\0" * 16
        return f"{message.domain_name or ''}\\{message.user_name}", is_bound

    async def unauthorized(self, token=None):
        headers = []
        for scheme in filter(None, options.schemes.split(",")):
            value = scheme
            if scheme == "Negotiate" and token is not None:
                value += " " + base64.b64encode(token).decode()
            if scheme == "Basic":
                value += ' realm="WSMAN, or so"'
            headers.append(("WWW-Authenticate", value))
        if fails("joined-schemes"):
            headers = [("www-authenticate", ", ".join(value for _, value in headers))]
        if token is None:
            headers.append(("Connection", "close"))
        await self.reply(401, headers)

    # Working

    async def work(self, headers, body):
        is_encrypted = self.context is not None and self.binding is None
        if is_encrypted:
            if not headers.get("content-type", "").startswith("multipart/encrypted"):
                return await self.reply(500)
            try:
                body = self.unseal(body)
            except Exception as error:
                say(f"UNREADABLE {type(error).__name__} {error}")
                return await self.reply(500)
        root = ET.fromstring(body)
        operation = root.find("s:Header/a:Action", NS).text.rsplit("/", 1)[1]
        message = root.find("s:Header/a:MessageID", NS).text
        timeout = seconds(root.findtext("s:Header/w:OperationTimeout", None, NS))
        say(f"REQUEST {operation}")
        if operation == "Signal":
            say("SIGNAL")
        if fails("drop", operation):
            raise Closed()
        if fails("hang", operation):
            await asyncio.sleep(600)
        if fails("close-after", operation):
            self.close_next = True
        if fails("status-413", operation):
            return await self.reply(413)
        if fails("relates", operation):
            message = "uuid:00000000-0000-0000-0000-000000000000"
        status = 200
        try:
            if kind.isdigit() and where == operation:
                raise Fault(int(kind))
            text = await operate(operation, root, message, timeout)
            soap = answer("urn:response", message, text)
        except Fault as fault:
            status, soap = 500, answer("urn:fault", message, fault_body(fault))
        if fails("not-xml", operation):
            soap = b"<s:Envelope>"
        if fails("empty-200", operation):
            return await self.reply(200)
        if fails("plain", operation) or not is_encrypted:
            return await self.reply(status, [("Content-Type", "application/soap+xml;charset=UTF-8")], soap)
        sealed = self.seal(soap, operation)
        await self.reply(
            status, [("Content-Type", 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";'
                      'boundary="Encrypted Boundary"')], sealed, fails("trickle", operation))
        if getattr(self, "close_next", False):
            raise Closed()

    def unseal(self, body):
        head, _, rest = body.partition(b"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n")
        prefix = (
            b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=")
        assert head.startswith(prefix), "head"
        assert rest.endswith(b"--Encrypted Boundary--\r\n"), "tail"
        data = rest[:-len(b"--Encrypted Boundary--\r\n")]
        length = struct.unpack("<I", data[:4])[0]
        plain = self.context.unwrap_winrm(data[4:4 + length], data[4 + length:])
        assert len(plain) == int(head[len(prefix):]), "length"
        return plain

    def seal(self, soap, operation):
        sealed = self.context.wrap_winrm(soap)
        signature, data, length = bytearray(sealed.header), sealed.data, len(soap)
        if fails("wrong-mic", operation):
            signature[5] ^= 1
        if fails("wrong-length", operation):
            length += 1
        tab, delimiter, tail = b"\t", b"--Encrypted Boundary", b""
        if options.framing == "omi":
            tab, tail = b"", b"\r\n"
        if options.framing == "exchange":
            delimiter = b"-- Encrypted Boundary"
        if fails("truncated", operation):
            data = data[:len(data) // 2]
        return (
            delimiter + b"\r\n" + tab + b"Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n" + tab
            + b"OriginalContent: type=application/soap+xml;charset=UTF-8;Length=" + str(length).encode() + b"\r\n"
            + delimiter + b"\r\n" + tab + b"Content-Type: application/octet-stream\r\n"
            + struct.pack("<I", len(signature)) + bytes(signature) + data + delimiter + b"--" + tail + b"\r\n")

    async def reply(self, status, headers=(), body=b"", trickles=False):
        lines = [f"HTTP/1.1 {status} ", "Server: Microsoft-HTTPAPI/2.0"]
        lines += [f"{name}: {value}" for name, value in headers]
        if fails("twice"):
            lines += [f"{name}: {value}" for name, value in headers if name == "Content-Type"]
        data = ("\r\n".join(lines + [f"Content-Length: {len(body)}"]) + "\r\n\r\n").encode() + body
        if trickles:
            for byte in data:
                self.writer.write(bytes([byte]))
                await self.writer.drain()
                await asyncio.sleep(0.05)
        self.writer.write(data)
        await self.writer.drain()

    async def endless_headers(self):
        self.writer.write(b"HTTP/1.1 200 \r\n")
        while True:
            self.writer.write(b"X-More: " + b"z" * 1000 + b"\r\n")
            await self.writer.drain()

    async def endless_chunks(self):
        self.writer.write(
            b"HTTP/1.1 401 \r\nWWW-Authenticate: Negotiate\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            self.writer.write(b"10000\r\n" + b"z" * 65536 + b"\r\n")
            await self.writer.drain()


async def main():
    folder = tempfile.TemporaryDirectory()
    users = os.path.join(folder.name, "users")
    with open(users, "w") as file:
        file.write(options.users + "\n")
    os.environ["NTLM_USER_FILE"] = users
    context, binding = None, None
    if options.certificate:
        paths, binding = make_certificates(folder.name)
        if options.binding == "wrong":
            binding = b"tls-server-end-point:" + b"\x01" * 32
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(paths["leaf"])
        if options.old_tls:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    async def accept(reader, writer):
        await Connection(reader, writer, binding).serve()

    server = await asyncio.start_server(accept, options.address, 0, ssl=context, limit=1 << 20, backlog=1024)
    import spnego  # before the first client has to wait for it
    say(f"PORT {server.sockets[0].getsockname()[1]}")
    parent, end = os.getppid(), time.monotonic() + options.lifetime
    while os.getppid() == parent and time.monotonic() < end:
        await asyncio.sleep(1)
    folder.cleanup()
    os._exit(0)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
