"""What readers of others make of a JUnit report. stdin: the file. stdout: a JSON object with what junitparser counts
(`tests`, `failures`, `errors`, `skipped`) and lists (`cases`: suite, class, name, result, type, message, text), and
`violations`: what does not fit the form that CI systems agree on (elements, attributes, order and types that Jenkins,
GitLab and Azure DevOps document), or counts that are not what stands there."""
import json
import re
import sys

import lxml.etree
from junitparser import Error, Failure, JUnitXml, Skipped

COUNT = re.compile(r"[0-9]+")
SECONDS = re.compile(r"[0-9]+\.[0-9]{3}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
TEXT = re.compile(r".*", re.DOTALL)
NAME = re.compile(r".+", re.DOTALL)

# element: (required attributes, further attributes, children, may hold text)
FORM = {
    "testsuites": ({"name": NAME, "tests": COUNT, "failures": COUNT, "errors": COUNT}, {}, ["testsuite"], False),
    "testsuite": (
        {"name": TEXT, "tests": COUNT, "failures": COUNT, "errors": COUNT, "skipped": COUNT, "time": SECONDS,
         "timestamp": INSTANT},
        {"hostname": TEXT}, ["properties", "testcase"], False),
    "properties": ({}, {}, ["property"], False),
    "property": ({"name": NAME, "value": NAME}, {}, [], False),
    "testcase": ({"name": NAME, "classname": NAME}, {"time": SECONDS}, ["failure", "error", "skipped"], False),
    "failure": ({"type": NAME, "message": TEXT}, {}, [], True),
    "error": ({"type": NAME, "message": TEXT}, {}, [], True),
    "skipped": ({"type": NAME, "message": TEXT}, {}, [], True),
}

violations = []


def check(element):
    form = FORM.get(element.tag)
    if form is None:
        violations.append(f"{element.sourceline}: unknown element {element.tag}")
        return
    required, optional, children, has_text = form
    for name in required:
        if name not in element.attrib:
            violations.append(f"{element.sourceline}: {element.tag} has no {name}")
    for name, value in element.attrib.items():
        pattern = required.get(name) or optional.get(name)
        if pattern is None or not pattern.fullmatch(value):
            violations.append(f"{element.sourceline}: {element.tag} {name}={value!r}")
    if not has_text and (element.text or "").strip():
        violations.append(f"{element.sourceline}: text in {element.tag}")
    if element.tag == "testcase" and len(element) > 1:
        violations.append(f"{element.sourceline}: a case of {len(element)} results")
    if element.tag in ("testsuite", "testsuites"):
        cases = list(element.iter("testcase"))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            found = sum(1 for case in cases if case.find(tag) is not None)
            if attribute in element.attrib and element.get(attribute) != str(found):
                violations.append(f"{element.sourceline}: {attribute} {element.get(attribute)}, found {found}")
        if element.get("tests") != str(len(cases)):
            violations.append(f"{element.sourceline}: tests {element.get('tests')}, found {len(cases)}")
    last = 0
    for child in element:
        if child.tag not in children:
            violations.append(f"{child.sourceline}: {child.tag} in {element.tag}")
            continue
        place = children.index(child.tag)
        if place < last:
            violations.append(f"{child.sourceline}: {child.tag} comes too late")
        last = place
        check(child)


data = sys.stdin.buffer.read()
parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
root = lxml.etree.fromstring(data, parser)
if root.getroottree().docinfo.doctype:
    violations.append("a document type")
check(root)
if root.tag != "testsuites":
    violations.append(f"the root is {root.tag}")

seen = JUnitXml.fromstring(data)
answer = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0, "cases": [], "violations": violations}
for suite in seen:
    for case in suite:
        kinds = {Failure: "failures", Error: "errors", Skipped: "skipped"}
        result = case.result[0] if case.result else None
        answer["tests"] += 1
        if result is not None:
            answer[kinds[type(result)]] += 1
        answer["cases"].append([
            suite.name, case.classname, case.name, "pass" if result is None else kinds[type(result)],
            getattr(result, "type", None) or "", getattr(result, "message", None) or "",
            getattr(result, "text", None) or ""])
json.dump(answer, sys.stdout)
