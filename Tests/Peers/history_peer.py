"""Reads a history with Python's own SQLite and gzip, by docs/history.md alone: counts, checks, and content by hash.

    history_peer.py DATABASE
"""
import hashlib
import json
import sqlite3
import sys
import zlib

database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)


def one(sql):
    return database.execute(sql).fetchone()[0]


def content(packed):
    return packed[1:] if packed[0] == 0 else zlib.decompress(packed[1:], 31)


wrong = []
for table in ("document", "finding", "fact_group"):
    for row, name, packed in database.execute(f"SELECT id, hash, bytes FROM {table}"):
        if hashlib.sha256(content(packed)).digest()[:20] != name:
            wrong.append(f"{table} {row}")

tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
print(json.dumps({
    "application": one("PRAGMA application_id"),
    "version": one("PRAGMA user_version"),
    "journal": one("PRAGMA journal_mode"),
    "integrity": one("PRAGMA integrity_check"),
    "foreign": len(database.execute("PRAGMA foreign_key_check").fetchall()),
    "wrong": wrong,
    "rows": {table: one(f"SELECT count(*) FROM {table}") for table in tables},
    "judged": one("SELECT judged FROM run ORDER BY moment DESC LIMIT 1"),
    "audited": one("SELECT count(*) FROM run_host WHERE state < 2 AND run = "
                   "(SELECT id FROM run ORDER BY moment DESC LIMIT 1)"),
    "open": one("SELECT count(*) FROM failure_span WHERE ended IS NULL"),
}))
