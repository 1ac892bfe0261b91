#!/usr/bin/env python3
"""Hold JSON against a schema with `jsonschema`, a validator that is not ours.

usage: schema_peer.py SCHEMA FILE...      a FILE.gz is unpacked; each line is a document (--whole: each file is one)

Prints `FILE:LINE: where: what` for every violation. Exit code: 0 none, 1 some, 2 misuse; a file without a document is a
violation, since nothing would have been checked.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema


def unpacked(path: Path) -> bytes:
    """What a file holds."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def documents(path: Path, whole: bool) -> Iterator[tuple[int, str]]:
    """The JSON texts of a file, with their line numbers."""
    text = unpacked(path).decode("utf-8")
    yield from [(1, text)] if whole else enumerate(text.splitlines(), 1)


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--whole", action="store_true", help="each file is one document")
    parser.add_argument("schema", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    schema = json.loads(unpacked(options.schema).decode("utf-8"))
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    kind.check_schema(schema)
    validator = kind(schema)
    violations = 0
    for path in options.files:
        count = 0
        for line, text in documents(path, options.whole):
            count += 1
            for error in validator.iter_errors(json.loads(text)):
                violations += 1
                where = "/".join(str(part) for part in error.absolute_path)
                deepest = jsonschema.exceptions.best_match([error])
                print(f"{path}:{line}: {where}: {(deepest or error).message[:300]}")
        if count == 0:
            violations += 1
            print(f"{path}: holds nothing")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
