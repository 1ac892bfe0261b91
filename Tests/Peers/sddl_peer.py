"""Says what Samba reads in security descriptors (Debian's python3-samba, so this runs in the system's python3).

stdin: one JSON object a line, {"sddl": text}. stdout: one JSON object a line: {"refused": why}, or {"owner": SID or null,
"group": SID or null, "protected": true/false, "entries": null (no list) or [[type, flags, rights, trustee]…]}: type and
flags as numbers of [MS-DTYP] 2.4.4.1, rights as the number of the mask with generic rights as they stand.
Aliases that hang on a domain are resolved in S-1-5-21-1-2-3.
"""
import json
import sys

from samba.dcerpc import security

DOMAIN = security.dom_sid("S-1-5-21-1-2-3")


def read(text):
    try:
        descriptor = security.descriptor.from_sddl(text, DOMAIN)
    except Exception as error:  # TypeError, ValueError, and its own kinds
        return {"refused": str(error)}
    entries = None
    if descriptor.type & security.SEC_DESC_DACL_PRESENT and descriptor.dacl is not None:
        entries = [[int(ace.type), int(ace.flags), int(ace.access_mask), str(ace.trustee)]
                   for ace in descriptor.dacl.aces]
    return {
        "owner": descriptor.owner_sid and str(descriptor.owner_sid),
        "group": descriptor.group_sid and str(descriptor.group_sid),
        "protected": bool(descriptor.type & security.SEC_DESC_DACL_PROTECTED),
        "entries": entries,
    }


def main():
    for line in sys.stdin:
        print(json.dumps(read(json.loads(line)["sddl"])))


main()
