"""Says what pandoc made of a document, in the words of markdown_peer.py. stdin: pandoc's JSON. stdout: one JSON object:
`html` (raw HTML), `links`, `images`, `headings`, `rows` (of all tables, header first, cells as text), `widths` (how many
columns each row's table has), `code` (blocks), `spans` (code spans), `lists` (numbered lists)."""
import json
import sys

KEYS = ("html", "links", "images", "headings", "rows", "widths", "code", "spans", "lists")
result = {key: [] for key in KEYS}


def inlines(items):
    """The text, and what stands in it."""
    parts = []
    for item in items:
        kind, content = item["t"], item.get("c")
        if kind == "Str":
            parts.append(content)
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            parts.append(" ")
        elif kind == "Code":
            result["spans"].append(content[1])
            parts.append(content[1])
        elif kind == "RawInline":
            result["html"].append(content[1])
        elif kind == "Link":
            result["links"].append(content[2][0])
            parts.append(inlines(content[1]))
        elif kind == "Image":
            result["images"].append(content[2][0])
        elif kind == "Quoted":
            parts.append(inlines(content[1]))
        elif kind in ("Span", "Cite"):
            parts.append(inlines(content[1]))
        elif isinstance(content, list):
            parts.append(inlines(content))
    return "".join(parts)


def blocks(items):
    parts = []
    for item in items:
        kind, content = item["t"], item.get("c")
        if kind in ("Para", "Plain"):
            parts.append(inlines(content))
        elif kind == "Header":
            result["headings"].append(inlines(content[2]))
        elif kind == "CodeBlock":
            result["code"].append([" ".join(content[0][1]), content[1]])
        elif kind == "RawBlock":
            result["html"].append(content[1])
        elif kind == "BulletList":
            parts += [blocks(entry) for entry in content]
        elif kind == "OrderedList":
            result["lists"].append(content[0][0])
            parts += [blocks(entry) for entry in content[1]]
        elif kind in ("BlockQuote", "Div"):
            parts.append(blocks(content[-1] if kind == "Div" else content))
        elif kind == "Table":
            _, _, columns, head, bodies, foot = content
            rows = head[1] + [row for body in bodies for row in body[2] + body[3]] + foot[1]
            for row in rows:
                result["rows"].append([blocks(cell[4]) for cell in row[1]])
                result["widths"].append(len(columns))
    return "\n".join(parts)


blocks(json.load(sys.stdin)["blocks"])
print(json.dumps(result))
