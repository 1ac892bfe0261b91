"""Decides by brute force whether packets pass a Windows Firewall: each packet is held against each rule.

Built from the description of the rule grammar and of what decides ([MS-GPFAS] 2.2.2, [MS-FASP] 2.2.34), not from our
code, and differently: no sets of addresses, no rule is looked at twice, and a doubt is a third truth value.

stdin: one JSON object a line, {"rules": [[store, id, text]…], "settings": {…}, "version": [major, minor],
"packets": [{"protocol", "port", "program", "service", "address"}…]}; settings: "enabled", "noExceptions",
"defaultAllow", "localMerge" (true/false) and "profile".
stdout: one JSON object a line, {"answers": [[verdict, [ids of the rules that may concern the packet]]…]}, where the
verdict is "in", "out" or "unknown".
"""
import ipaddress
import json
import sys

# True, False, or None for "cannot be told from here"
PROFILES = {"domain", "private", "public"}
# What each keyword can stand for: protocol, first and last port, whether it always does.
PORT_KEYWORDS = {
    "rpc-epmap": (6, 135, 135, True), "mdns": (17, 5353, 5353, True), "rpc": (6, 49152, 65535, False),
    "teredo": (17, 49152, 65535, False), "iptlsin": (6, 443, 443, False), "iphttpsin": (6, 443, 443, False),
    "ply2disc": (17, 1900, 1900, False),
}
WITHOUT_EFFECT = {"name", "desc", "embedctxt", "edge", "defer", "lom", "lsm", "icmp4", "icmp6", "luown", "skipver"}
OTHER_TRAFFIC = {"apppkgid", "luauth", "luauth2_24", "ttk", "ttk2_22", "ttk2_27", "ttk2_28", "pfn"}
UNDECIDABLE = {"rmauth", "ruauth", "if", "iftype", "nnm", "authbypassout"}
PORTS = {"lport", "lport2_10", "lport2_20", "lport2_24", "lport2_29"}
REMOTE_PORTS = {"rport", "rport2_10", "rport2_25"}
LOCAL = {"la4": 4, "la6": 6}
REMOTE = {"ra4": 4, "ra42": 4, "ra6": 6, "ra62": 6}


class Unreadable(Exception):
    pass


def parse(text):
    """The fields in their order, names in small letters."""
    version, *fields = text.split("|")
    if not version.lower().startswith("v") or not fields or fields[-1] != "":
        raise Unreadable
    pairs = []
    for field in fields[:-1]:
        if "=" not in field:
            raise Unreadable
        name, value = field.split("=", 1)
        pairs.append((name.lower(), value))
    if not any(n == "action" for n, _ in pairs) or not any(n == "dir" for n, _ in pairs):
        raise Unreadable
    return pairs


def last(pairs, name):
    found = [value for other, value in pairs if other == name]
    return found[-1] if found else None


def all_of(truths):
    truths = list(truths)
    return False if False in truths else None if None in truths else True


def any_of(truths):
    truths = list(truths)
    return True if True in truths else None if None in truths else False


def fits_port(value, packet):
    if value.isdigit():
        return int(value) == packet["port"]
    low, dash, high = value.partition("-")
    if dash and low.isdigit() and high.isdigit():
        return int(low) <= packet["port"] <= int(high)
    known = PORT_KEYWORDS.get(value.lower())
    if known is None:
        return None
    protocol, low, high, is_sure = known
    if packet["protocol"] != protocol or not low <= packet["port"] <= high:
        return False
    return True if is_sure else None


def fits_address(value, address):
    try:
        if "-" in value:
            low, high = (ipaddress.ip_address(end) for end in value.split("-"))
            return low <= address <= high
        return address in ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None  # a keyword


def fits_addresses(pairs, fields, address):
    """Only addresses of the kinds that are named; without any name, every address."""
    named = [(fields[name], value) for name, value in pairs if name in fields]
    if not named:
        return True
    return any_of(fits_address(item, address) for kind, value in named if kind == address.version
                  for item in value.split(",") if item)


def fits_local_addresses(pairs, address):
    """We do not know under which of its addresses the host is asked, only that both ends are of one kind."""
    kinds = {LOCAL[name] for name, _ in pairs if name in LOCAL}
    return True if not kinds else None if address.version in kinds else False


def without_windows(path):
    path = path.lower()
    for root in ("%systemroot%", "%windir%", "c:\\windows"):
        if path.startswith(root):
            return path[len(root):]
    return path


def fits_program(program, packet):
    if program is None:
        return True
    rule, listener = without_windows(program), without_windows(packet["program"])
    if rule == listener:
        return True
    # Another folder, the same file: who knows where Windows lies there.
    return None if "\\" in listener and rule.split("\\")[-1] == listener.split("\\")[-1] else False


def fits_service(service, packet):
    if service is None:
        return True
    return packet["service"] is not None and (service == "*" or service.lower() == packet["service"].lower())


def fits_platform(pairs, version):
    platform = last(pairs, "platform")
    if platform is None:
        return True
    wanted = [int(number) for number in platform.split(":")][1:]
    or_later = (last(pairs, "platform2") or "").lower() == "gteq"
    return version >= wanted if or_later else version == wanted


def concerns(pairs, packet, address, version):
    """Whether a rule that is in force is for this packet."""
    protocol = last(pairs, "protocol")
    number = {"tcp": 6, "udp": 17}.get((protocol or "256").lower()) or int(protocol or 256)
    ports = [item for name, value in pairs if name in PORTS for item in value.split(",") if item]
    names = {name for name, _ in pairs}
    known = (WITHOUT_EFFECT | OTHER_TRAFFIC | UNDECIDABLE | PORTS | REMOTE_PORTS | set(LOCAL) | set(REMOTE)
             | {"action", "active", "dir", "protocol", "profile", "app", "svc", "platform", "platform2", "security",
                "security2", "security2_9"})
    security = [value.lower() for name, value in pairs if name.startswith("security")]
    return all_of([
        number in (256, packet["protocol"]),
        any_of(fits_port(item, packet) for item in ports) if names & PORTS else True,
        fits_addresses(pairs, REMOTE, address),
        fits_local_addresses(pairs, address),
        fits_program(last(pairs, "app"), packet),
        fits_service(last(pairs, "svc"), packet),
        fits_platform(pairs, version),
        False if names & OTHER_TRAFFIC else True,
        None if names & UNDECIDABLE or names & REMOTE_PORTS or names - known else True,
        None if any(value != "none" for value in security) else True,
    ])


def in_force(store, pairs, settings):
    profiles = {value.lower() for name, value in pairs if name == "profile"}
    return ((last(pairs, "active") or "").lower() == "true" and last(pairs, "dir").lower() == "in"
            and (not profiles or settings["profile"] in profiles)
            and (store != "local" or settings["localMerge"]))


def decide(rules, settings, version, packet):
    if not settings["enabled"]:
        return ["in", []]
    address = ipaddress.ip_address(packet["address"])
    truths = {"allow": [], "block": [], "bypass": []}
    ids = []
    for store, identity, text in rules:
        pairs = parse(text)
        action = last(pairs, "action").lower()
        # Shields up: what would let it in is not looked at.
        if not in_force(store, pairs, settings) or settings["noExceptions"] and action != "block":
            continue
        truth = concerns(pairs, packet, address, version)
        truths[action].append(truth)
        if truth is not False:
            ids.append(identity)
    # A bypass is only for those whom IPsec has authenticated, which is not ours to know.
    may_bypass = any_of(truths["bypass"]) is not False
    blocked = any_of(truths["block"])
    allowed = any_of(truths["allow"] + [settings["defaultAllow"]])
    if blocked is False and allowed is True:
        return ["in", ids]
    if (blocked is True or allowed is False) and not may_bypass:
        return ["out", ids]
    return ["unknown", ids]


def main():
    for line in sys.stdin:
        case = json.loads(line)
        try:
            for _, _, text in case["rules"]:
                parse(text)
            answers = [decide(case["rules"], case["settings"], case["version"], packet) for packet in case["packets"]]
        except Unreadable:
            # A rule that nobody can read may decide anything, unless the firewall is off.
            answers = [["unknown" if case["settings"]["enabled"] else "in", []] for _ in case["packets"]]
        print(json.dumps({"answers": answers}))


main()
