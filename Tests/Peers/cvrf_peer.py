"""Says what ElementTree finds in Microsoft's monthly documents, and writes them in the clothes of the MSRC's CVRF API.

cvrf_peer.py triples FILE.xml.gz…   one line a document: [[product, KB number, FixedBuild], …], vendor fixes with a KB only
cvrf_peer.py releases FILE.xml.gz…  one line: [[OS build, "client" | "server" | "any", version, KB number], …] of all of them
cvrf_peer.py json VERSION FILE.xml.gz   the document as JSON, version 2 (types are numbers) or 3 (types are names)
"""
import gzip
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

CVRF, PROD, VULN = ("{http://www.icasi.org/CVRF/schema/%s/1.1}" % name for name in ("cvrf", "prod", "vuln"))
TYPES = ["Workaround", "Mitigation", "Vendor Fix", "None Available", "Will Not Fix", "Known Issue", "Release Notes"]

# Which build a product is, by names only; nothing of this comes from the catalogue.
PRODUCTS = [
    (r"Windows Server 2008 R2 .*Service Pack 1", 7601, "any"), (r"Windows Server 2008 for .*Service Pack 2", 6003, "any"),
    (r"Windows Server 2012 R2", 9600, "any"), (r"Windows Server 2012", 9200, "any"),
    (r"Windows Server 2016", 14393, "any"), (r"Windows Server 2019", 17763, "any"),
    (r"Windows Server 2022, 23H2 Edition", 25398, "any"), (r"Windows Server 2022", 20348, "any"),
    (r"Windows Server 2025", 26100, "server"),
    (r"Windows 10 for .*", 10240, "any"), (r"Windows 10 Version 1607 .*", 14393, "any"),
    (r"Windows 10 Version 1809 .*", 17763, "any"), (r"Windows 10 Version 21H2 .*", 19044, "any"),
    (r"Windows 10 Version 22H2 .*", 19045, "any"), (r"Windows 11 Version 22H2 .*", 22621, "any"),
    (r"Windows 11 Version 23H2 .*", 22631, "any"), (r"Windows 11 Version 24H2 .*", 26100, "client"),
    (r"Windows 11 Version 25H2 .*", 26200, "any"), (r"Windows 11 version 26H1 .*", 28000, "any"),
]


def load(path):
    with gzip.open(path) as file:
        return ElementTree.parse(file).getroot()


def triples(root):
    names = {item.get("ProductID"): item.text for item in root.iter(PROD + "FullProductName")}
    found = set()
    for remedy in root.iter(VULN + "Remediation"):
        kb = (remedy.findtext(VULN + "Description") or "").strip()
        if remedy.get("Type") != "Vendor Fix" or not re.fullmatch(r"[1-9]\d{5,6}", kb):
            continue
        build = (remedy.findtext(VULN + "FixedBuild") or "").strip()
        for product in remedy.findall(VULN + "ProductID"):
            found.add((names.get(product.text, "?"), int(kb), build))
    return found


def releases(all_triples):
    found = set()
    for name, kb, build in all_triples:
        plain = re.sub(r" \(Server Core installation\)$", "", name)
        line = next(((os, kind) for form, os, kind in PRODUCTS if re.fullmatch(form, plain, re.IGNORECASE)), None)
        numbers = re.fullmatch(r"(10\.0|6\.\d)\.(\d+)\.(\d+)", build)
        if line and numbers and int(numbers[2]) == line[0]:
            found.add((line[0], line[1], build, kb))
    return found


def clothed(root, version):
    def text(element, name):
        return {"Value": element.findtext(name) or ""}

    def kind(name):
        return TYPES.index(name) if version == 2 else name.replace(" ", "")

    def remedy(element):
        found = {
            "Description": text(element, VULN + "Description"), "URL": element.findtext(VULN + "URL") or "",
            "ProductID": [product.text for product in element.findall(VULN + "ProductID")],
            "Type": kind(element.get("Type")), "DateSpecified": False, "AffectedFiles": [],
            "RestartRequired": text(element, VULN + "RestartRequired"),
            "SubType": element.findtext(VULN + "SubType"), "FixedBuild": element.findtext(VULN + "FixedBuild"),
        }
        if element.find(VULN + "Supercedence") is not None:
            found["Supercedence"] = element.findtext(VULN + "Supercedence")
        return found

    tracking = root.find(CVRF + "DocumentTracking")
    tree = root.find(PROD + "ProductTree")
    return {
        "DocumentTitle": text(root, CVRF + "DocumentTitle"), "DocumentType": text(root, CVRF + "DocumentType"),
        "DocumentTracking": {
            "Identification": {
                "ID": text(tracking.find(CVRF + "Identification"), CVRF + "ID"), "Alias": {"Value": ""}},
            "Status": 2, "Version": "1.0",
            "InitialReleaseDate": tracking.findtext(CVRF + "InitialReleaseDate") + "Z",
            "CurrentReleaseDate": tracking.findtext(CVRF + "CurrentReleaseDate") + "Z",
        },
        "Vulnerability": [
            {
                "Title": text(item, VULN + "Title"), "CVE": item.findtext(VULN + "CVE"),
                "Remediations": [remedy(element) for element in item.iter(VULN + "Remediation")],
            } for item in root.iter(VULN + "Vulnerability")],
        # Last, so that nobody relies on its place.
        "ProductTree": {"Branch": [], "FullProductName": [
            {"ProductID": item.get("ProductID"), "Value": item.text} for item in tree.findall(PROD + "FullProductName")]},
    }


def main(mode, *arguments):
    if mode == "triples":
        for path in arguments:
            print(json.dumps(sorted(triples(load(path)))))
    elif mode == "releases":
        print(json.dumps(sorted(releases(set().union(*(triples(load(path)) for path in arguments))))))
    else:
        print(json.dumps(clothed(load(arguments[1]), int(arguments[0]))))


main(*sys.argv[1:])
