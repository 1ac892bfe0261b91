"""Says which cells of a table a spreadsheet would take for a formula. stdin: the file. stdout: a JSON object: `rows` as
Python's csv reads them, and `formulas`, the dangerous cells under any of the separators that spreadsheets use, also
several at once as LibreOffice offers them. Quotes count at a cell's start only."""
import csv
import io
import json
import sys

SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def cells(content, separators):
    at, size = 0, len(content)
    while at <= size:
        cell = []
        if at < size and content[at] == '"':
            at += 1
            while at < size:
                if content[at] == '"':
                    if content[at + 1 : at + 2] != '"':
                        at += 1
                        break
                    at += 1
                cell.append(content[at])
                at += 1
        while at < size and content[at] not in separators and content[at] not in "\r\n":
            cell.append(content[at])
            at += 1
        yield "".join(cell)
        at += 1


content = sys.stdin.buffer.read().decode("utf-8-sig")
formulas = []
for separators in (",", ";", "\t", ",;\t"):
    for cell in cells(content, separators):
        # Spreadsheets trim white space, and some quotes, before they look.
        if cell.strip().lstrip("\" ").startswith(SIGNS):
            formulas.append([separators, cell])
rows = list(csv.reader(io.StringIO(content, newline=""), strict=True))
print(json.dumps({"rows": rows, "formulas": formulas}))
