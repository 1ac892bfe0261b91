"""Says what LibreOffice Calc makes of a CSV file, as flat OpenDocument. stdin: the document. stdout: a JSON object: `rows`,
the text of every cell as it is shown; `formulas`, those that are one; `types`, how often each type of value occurs."""
import json
import sys
from xml.etree import ElementTree

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def text(element):
    """The text of a paragraph: blanks, tabs and line ends are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == TEXT + "s":
            parts.append(" " * int(child.get(TEXT + "c", "1")))
        elif child.tag == TEXT + "tab":
            parts.append("\t")
        elif child.tag == TEXT + "line-break":
            parts.append("\n")
        else:
            parts.append(text(child))
        parts.append(child.tail or "")
    return "".join(parts)


rows, formulas, types = [], [], {}
for row in ElementTree.parse(sys.stdin.buffer).getroot().iter(TABLE + "table-row"):
    cells = []
    for cell in row:
        if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            continue
        shown = "\n".join(text(part) for part in cell.findall(TEXT + "p"))
        if cell.get(TABLE + "formula") is not None:
            formulas.append([cell.get(TABLE + "formula"), shown])
        kind = cell.get(OFFICE + "value-type")
        if kind:
            types[kind] = types.get(kind, 0) + 1
        # The empty rest of a row is one cell, repeated as often as the sheet is wide.
        count = int(cell.get(TABLE + "number-columns-repeated", "1"))
        cells += [shown] * (count if shown or count < 1000 else 0)
    count = int(row.get(TABLE + "number-rows-repeated", "1"))
    rows += [cells] * (count if any(cells) else 0)
print(json.dumps({"rows": rows, "formulas": formulas, "types": types}))
