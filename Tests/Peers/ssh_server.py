"""An SSH server for what the system's sshd cannot be made to do: prompts, odd endings, hostile hosts. By asyncssh.

It prints `PORT n` and `HOSTKEY <line>` when it listens, then one line per event: ATTEMPT <method> accepted|refused,
EXEC <command>, CLOSED.
"""

import argparse
import asyncio
import os
import sys
import time

import asyncssh
from asyncssh import auth
from asyncssh.packet import Boolean, String, UInt32

arguments = argparse.ArgumentParser()
arguments.add_argument("--password", default="")
arguments.add_argument("--methods", default="password", help="password, kbdint, none: comma separated")
arguments.add_argument("--prompts", default="1", help="0, 1, 2, echo, again, hostile")
arguments.add_argument("--key", default="", help="an authorized public key's line")
arguments.add_argument("--fault", default="")
arguments.add_argument("--host-key", default="ssh-ed25519")
arguments.add_argument("--macs", default="")
arguments.add_argument("--ciphers", default="")
arguments.add_argument("--lifetime", type=float, default=120.0)
options = arguments.parse_args()
methods = options.methods.split(",")


def say(text):
    print(text, flush=True)


class Server(asyncssh.SSHServer):
    def connection_made(self, connection):
        self.connection, self.rounds = connection, 0
        say("CONNECTED")

    def connection_lost(self, error):
        say("CLOSED")

    def begin_auth(self, user):
        return "none" not in methods

    def password_auth_supported(self):
        return "password" in methods

    async def validate_password(self, user, password):
        if options.fault == "change-password":
            say("ATTEMPT password expired")
            raise asyncssh.PasswordChangeRequired("Choose another one")
        is_right = password == options.password
        if options.fault == "drop-after-password":
            say("ATTEMPT password dropped")
            self.connection.abort()
            return False
        if options.fault == "hang-after-password":
            say("ATTEMPT password hanging")
            await asyncio.sleep(600)
        say(f"ATTEMPT password {'accepted' if is_right else 'refused'}")
        return is_right

    def public_key_auth_supported(self):
        return bool(options.key)

    def validate_public_key(self, user, key):
        wanted = asyncssh.import_public_key(options.key)
        say(f"OFFER {'known' if key == wanted else 'unknown'}")
        return key == wanted

    def kbdint_auth_supported(self):
        return "kbdint" in methods

    def get_kbdint_challenge(self, user, language, submethods):
        prompts = {
            "0": [], "1": [("Password: ", False)], "again": [("Password: ", False)], "hostile": [("P", False)],
            "2": [("Password: ", False), ("Token: ", False)], "echo": [("User: ", True)],
        }[options.prompts]
        return "Sign in", "Please", "en", prompts

    def validate_kbdint_response(self, user, responses):
        self.rounds += 1
        if options.prompts == "again" and self.rounds == 1:
            say("ATTEMPT kbdint asked-again")
            return "Sign in", "Once more", "en", [("Password: ", False)]
        if options.prompts == "0" and self.rounds == 1:
            return "Sign in", "Now really", "en", [("Password: ", False)]
        is_right = list(responses) == [options.password]
        say(f"ATTEMPT kbdint {'accepted' if is_right else 'refused'} {len(responses)}")
        return is_right


if options.prompts == "hostile":
    async def hostile(self, challenge):
        self.send_packet(
            auth.MSG_USERAUTH_INFO_REQUEST, String(""), String(""), String(""), UInt32(1), UInt32(0x7FFFFFF0))
    auth._ServerKbdIntAuth._send_challenge = hostile


async def handle(process):
    command = process.command or ""
    say(f"EXEC {command}")
    name, *words = command.split(" ")
    process.stdout._chan.set_encoding(None)
    if name == "cat":
        process.stdout.write(await process.stdin.read())
        process.exit(0)
    elif name == "exit":
        # exit() keeps only eight bits of it.
        process.channel._send_request(b"exit-status", UInt32(int(words[0])))
        process.close()
    elif name == "signal":
        process.stdout.write(b"before")
        process.exit_with_signal(words[0])
    elif name == "no-status":
        process.stdout.write(b"before")
        process.close()
    elif name == "drop":
        process.stdout.write(b"before")
        await process.stdout.drain()
        process.channel.get_connection()._transport.close()
    elif name == "reset":
        process.stdout.write(b"before")
        await process.stdout.drain()
        await asyncio.sleep(0.3)
        process.channel.get_connection().abort()
    elif name == "bytes":
        process.stdout.write(b"x" * int(words[0]))
        process.exit(0)
    elif name == "errors":
        process.stderr.write(b"E" * int(words[0]))
        process.stdout.write(b"done")
        process.exit(0)
    elif name == "endless":
        while True:
            process.stdout.write(b"y" * 65536)
            await process.stdout.drain()
    elif name == "endless-errors":
        while True:
            process.stderr.write(b"e" * 65536)
            await process.stderr.drain()
    elif name == "deaf":  # never reads
        await asyncio.sleep(600)
    elif name == "ends-early":
        process.stdout.write(b"enough")
        process.exit(0)
    elif name == "drip":
        for _ in range(100):
            process.stdout.write(b".")
            await process.stdout.drain()
            await asyncio.sleep(0.1)
            say("DRIPPED")
        process.exit(0)
    elif name == "flood":
        connection = process.channel.get_connection()
        while True:
            for _ in range(50):
                connection.send_packet(asyncssh.constants.MSG_IGNORE, String(b"i" * 30000))
            await asyncio.sleep(0)
    elif name == "silence":
        await asyncio.sleep(600)
    else:
        process.exit(127)


async def main():
    key = asyncssh.generate_private_key(options.host_key)
    choices = {}
    if options.macs:
        choices["mac_algs"] = options.macs.split(",")
    if options.ciphers:
        choices["encryption_algs"] = options.ciphers.split(",")
    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[key], process_factory=handle, encoding=None, gss_host=None,
        backlog=500, login_timeout=600, **choices)
    port = server.sockets[0].getsockname()[1]
    say(f"HOSTKEY [127.0.0.1]:{port} " + key.export_public_key().decode().strip())
    say(f"PORT {port}")
    parent, end = os.getppid(), time.monotonic() + options.lifetime
    while os.getppid() == parent and time.monotonic() < end:
        await asyncio.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
