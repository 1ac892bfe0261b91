"""Says what a CommonMark parser with GitHub's tables makes of a document. stdin: the document. stdout: one JSON object:
`html` (every piece of raw HTML), `links`, `images`, `headings`, `rows` (of all tables, header first, cells as text),
`code` (blocks), `spans` (code spans), `text` (paragraphs and list items), `lists` (numbered lists)."""
import json
import sys

from markdown_it import MarkdownIt

parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
result = {key: [] for key in ("html", "links", "images", "headings", "rows", "code", "spans", "text", "lists")}


def text(inline):
    parts = []
    for token in inline.children or []:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "html_inline":
            result["html"].append(token.content)
        elif token.type == "link_open":
            result["links"].append(token.attrs["href"])
        elif token.type == "image":
            result["images"].append(token.attrs["src"])
        if token.type == "code_inline":
            result["spans"].append(token.content)
    return "".join(parts)


within = []
for token in parser.parse(sys.stdin.buffer.read().decode("utf-8")):
    if token.type == "tr_open":
        result["rows"].append([])
    if token.type == "html_block":
        result["html"].append(token.content)
    elif token.type in ("fence", "code_block"):
        result["code"].append([token.type, token.info, token.content])
    elif token.type == "ordered_list_open":
        result["lists"].append(token.map)
    elif token.type == "inline":
        kind = within[-1] if within else ""
        content = text(token)
        if kind in ("td_open", "th_open"):
            result["rows"][-1].append(content)
        elif kind == "heading_open":
            result["headings"].append(content)
        else:
            result["text"].append(content)
    if token.type.endswith("_open"):
        within.append(token.type)
    elif token.type.endswith("_close"):
        within.pop()
print(json.dumps(result))
