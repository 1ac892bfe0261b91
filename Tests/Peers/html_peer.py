"""Says what a strict HTML reader makes of documents. stdin: a document as a JSON string on each line. stdout: for each one
JSON object: `errors` (html5lib in strict mode; none is what is wanted), `tree` (the digest of all elements and attributes,
in order, without texts and without the values in which texts may stand), `values` (those values), `texts` (every text),
`styles` (elements with a style attribute), `handlers` (attributes that begin with on), `links` (every href), `tags` (how
often which element), `ids` (those that stand twice), `data` (the text of the data element)."""
import collections
import hashlib
import io
import json
import sys

import html5lib

VALUES = {"href", "id", "for", "content", "aria-label", "value", "x", "y", "d", "width", "height", "viewbox", "viewBox"}


def read(document):
    errors = []
    try:
        html5lib.HTMLParser(strict=True).parse(io.BytesIO(document), transport_encoding="utf-8")
    except html5lib.html5parser.ParseError as error:
        errors.append(str(error))
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(io.BytesIO(document), transport_encoding="utf-8")
    errors += [f"{where}: {name} {what}" for where, name, what in parser.errors]
    result = {key: [] for key in ("texts", "values", "styles", "handlers", "links")}
    shape = hashlib.sha256()
    tags = collections.Counter()
    ids = collections.Counter()
    data = ""
    for element in root.iter():
        name = element.tag if isinstance(element.tag, str) else "comment"
        tags[name] += 1
        shape.update(f"<{name}".encode())
        for key, value in sorted(element.attrib.items(), key=str):
            key = str(key)
            if key == "style":
                result["styles"].append(name)
            if key.startswith("on"):
                result["handlers"].append(f"{name} {key}")
            if key.endswith("href"):
                result["links"].append(value)
            if key == "id":
                ids[value] += 1
            if key in VALUES:
                result["values"].append(value)
            shape.update(f" {key}".encode() if key in VALUES else f" {key}={value}".encode())
        if name == "script" and element.attrib.get("id") == "data":
            data = element.text or ""
        elif name not in ("script", "style") and element.text:
            result["texts"].append(element.text)
        if element.tail:
            result["texts"].append(element.tail)
        shape.update(b">")
    return {"errors": errors, "tree": shape.hexdigest(), "tags": tags, "data": data, **result,
            "ids": [key for key, count in ids.items() if count > 1]}


for line in sys.stdin:
    print(json.dumps(read(json.loads(line).encode("utf-8"))))
