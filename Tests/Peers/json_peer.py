"""Says what Python's `json` reads, made as strict as RFC 8259 and our own rules.

stdin: one JSON string a line: a document's bytes in base64. stdout: one line each, {"value": tagged} or {"error": text}.
Tagged: ["null"], ["bool", true], ["int", "digits"], ["double", hex], ["string", text], ["array", […]],
["object", [[key, tagged], …]]. A whole number beyond 64 bits counts as a double.
"""
import base64
import json
import math
import sys

sys.setrecursionlimit(10_000)


class Members(list):
    pass


def members(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key twice")
    return Members(pairs)


def no_constant(name):
    raise ValueError(name)


def tagged(value):
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        if -(1 << 63) <= value < 1 << 64:
            return ["int", str(value)]
        return tagged(float(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("out of range")
        return ["double", value.hex()]
    if isinstance(value, str):
        value.encode("utf-8")  # refuses half of a surrogate pair
        return ["string", value]
    if isinstance(value, Members):
        return ["object", [[tagged(key)[1], tagged(inner)] for key, inner in value]]
    return ["array", [tagged(inner) for inner in value]]


for line in sys.stdin:
    try:
        text = base64.b64decode(json.loads(line)).decode("utf-8")
        value = json.loads(text, object_pairs_hook=members, parse_constant=no_constant)
        answer = {"value": tagged(value)}
    except (ValueError, OverflowError, RecursionError) as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))
