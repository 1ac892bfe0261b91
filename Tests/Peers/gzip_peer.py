"""Packs and unpacks by Python's `gzip`. stdin: one JSON object a line, {"pack": base64} or {"unpack": base64}. stdout:
one JSON string a line, the result in base64; null for data that can't be unpacked."""
import base64
import gzip
import json
import sys
import zlib

for line in sys.stdin:
    case = json.loads(line)
    try:
        if "pack" in case:
            result = gzip.compress(base64.b64decode(case["pack"]), case.get("level", 9))
        else:
            result = gzip.decompress(base64.b64decode(case["unpack"]))
    except (EOFError, OSError, zlib.error):
        result = None
    print(json.dumps(None if result is None else base64.b64encode(result).decode()))
