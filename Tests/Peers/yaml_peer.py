"""Says what PyYAML reads, by its own scanner and parser (not libyaml's).

stdin: one JSON string a line: a file's bytes in base64. stdout: one line each, {"error": text} or
{"tree": node, "value": tagged}.

A node is [kind, tag, line, column, content] as written, before merge keys are resolved; tag is "" when none is written.
Tagged values are what SafeLoader makes: ["null"], ["bool", true], ["int", "digits"], ["float", hex], ["string", text],
["time", text], ["list", […]], ["map", [[tagged, tagged], …]]; null when the file uses tags that it does not know.
"""
import base64
import datetime
import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Nodes with the tags that are written, and "" where the tag was guessed."""

    def compose_node(self, parent, index):
        event = self.peek_event()
        node = super().compose_node(parent, index)
        if not isinstance(event, yaml.AliasEvent):
            node.written = "" if event.tag is None else event.tag
        return node


def tree(node, depth=0):
    if depth > 64:
        raise ValueError("too deep")
    place = [node.written, node.start_mark.line + 1, node.start_mark.column + 1]
    if isinstance(node, yaml.ScalarNode):
        return [{None: "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}[node.style]] + place + [
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


for line in sys.stdin:
    try:
        data = base64.b64decode(json.loads(line)).decode("utf-8")
        node = Loader(data).get_single_node()
        answer = {"tree": None if node is None else tree(node), "value": None}
        try:
            answer["value"] = tagged(yaml.load(data, Loader))
        except (yaml.constructor.ConstructorError, ValueError):
            pass
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))
