"""Says what Python's `csv` reads. stdin: one JSON string a line, a table's bytes in base64. stdout: its rows, one line
each."""
import base64
import csv
import io
import json
import sys

csv.field_size_limit(1 << 30)
for line in sys.stdin:
    text = base64.b64decode(json.loads(line)).decode("utf-8-sig")
    print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), strict=True))))
