"""Says what PyYAML reads, with its own scanner and with libyaml's; they differ in a few corners.

stdin: one JSON string a line: a file's bytes in base64. stdout: one line each, {"python": answer, "libyaml": answer};
an answer is {"error": text} or {"tree": node, "value": tagged}.

A node is [kind, tag, line, column, content] as written, before merge keys are resolved; tag is "" when none is written.
Tagged values are what SafeLoader makes: ["null"], ["bool", true], ["int", "digits"], ["float", hex], ["string", text],
["time", text], ["list", […]], ["map", [[tagged, tagged], …]]; null when the file uses tags that it does not know.
"""
import base64
import datetime
import json
import sys

import yaml


def write_tags(node, tags, seen):
    """Sets `written` on every node: nodes come in the order of their events, an alias has none of its own."""
    if id(node) in seen:
        return
    seen.add(id(node))
    node.written = next(tags) or ""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            write_tags(child, tags, seen)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            write_tags(key, tags, seen)
            write_tags(value, tags, seen)


def tree(node, depth=0):
    if depth > 64:
        raise ValueError("too deep")
    place = [node.written, node.start_mark.line + 1, node.start_mark.column + 1]
    if isinstance(node, yaml.ScalarNode):
        return [{None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}[node.style]] + place + [
            node.value]
    if isinstance(node, yaml.SequenceNode):
        return ["list"] + place + [[tree(child, depth + 1) for child in node.value]]
    return ["map"] + place + [[[tree(key, depth + 1), tree(value, depth + 1)] for key, value in node.value]]


def tagged(value):
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", value.hex()]
    if isinstance(value, str):
        return ["string", value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return ["time"]
    if isinstance(value, list):
        return ["list", [tagged(inner) for inner in value]]
    if isinstance(value, dict):
        return ["map", [[tagged(key), tagged(inner)] for key, inner in value.items()]]
    raise ValueError(type(value).__name__)


def answer(data, loader):
    try:
        node = yaml.compose(data, loader)
        if node is None:
            return {"tree": None, "value": None}
        tags = (event.tag for event in yaml.parse(data, loader)
                if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent))
        write_tags(node, tags, set())
        found = {"tree": tree(node), "value": None}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {"error": str(error)}
    try:
        found["value"] = tagged(yaml.load(data, loader))
    except Exception:  # tags that do not fit, dates that do not exist: it has no value to compare
        pass
    return found


for line in sys.stdin:
    try:
        text = base64.b64decode(json.loads(line)).decode("utf-8")
        print(json.dumps({"python": answer(text, yaml.SafeLoader), "libyaml": answer(text, yaml.CSafeLoader)}))
    except UnicodeDecodeError as error:
        print(json.dumps({"python": {"error": str(error)}, "libyaml": {"error": str(error)}}))
