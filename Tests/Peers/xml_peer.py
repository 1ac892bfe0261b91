"""Says what lxml (libxml2) and expat read.

stdin: one JSON string a line: a document's bytes in base64. stdout: one line each,
{"lxml": element or null, "expat": element or null, "refused": true when it holds what SOAP forbids};
an element is [name, [[attribute, value], …], text, [element, …]] with names as {namespace}local, attributes sorted.
"""
import base64
import json
import re
import sys
import xml.parsers.expat

from lxml import etree


def by_lxml(document):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None

    def element(node):
        children = [child for child in node if isinstance(child.tag, str)]
        text = (node.text or "") + "".join(child.tail or "" for child in node)
        return [node.tag, sorted([name, value] for name, value in node.attrib.items()), text,
                [element(child) for child in children]]

    return element(root)


SEPARATOR = "\x1f"  # stands in no document


def by_expat(document):
    parser = xml.parsers.expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    open_elements, roots = [], []

    def name(text):
        namespace, separator, local = text.rpartition(SEPARATOR)
        return f"{{{namespace}}}{local}" if separator else text

    def start(tag, attributes):
        open_elements.append([name(tag), sorted([name(key), value] for key, value in attributes.items()), "", []])

    def end(_):
        element = open_elements.pop()
        (open_elements[-1][3] if open_elements else roots).append(element)

    def text(characters):
        open_elements[-1][2] += characters

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(document, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError):
        return None
    return roots[0]


def is_forbidden(document):
    """A document type, a processing instruction, another encoding: outside of comments and CDATA."""
    rest = re.sub(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", b"", document, flags=re.S)
    rest = re.sub(rb"^(\xef\xbb\xbf)?<\?xml\s[^?]*\?>", b"", rest)
    encoding = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^?]*encoding\s*=\s*[\"']([^\"']*)", document)
    return b"<!DOCTYPE" in rest or b"<?" in rest or (
        encoding is not None and encoding.group(1).lower() not in (b"utf-8", b"us-ascii"))


for line in sys.stdin:
    document = base64.b64decode(json.loads(line))
    answer = {"lxml": by_lxml(document), "expat": by_expat(document), "refused": is_forbidden(document)}
    print(json.dumps(answer))
