"""What Prometheus' own Python client reads in a text exposition. stdin: the file. stdout: a JSON object with `metrics`
(name: type, help, samples as [labels, value]) and `violations` of the rules that scrapers and textfile collectors keep:
HELP and TYPE before the samples and once, no duplicate series, no time stamps, a line feed at the end."""
import json
import re
import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.buffer.read().decode("utf-8")
violations = []
if not text.endswith("\n") or text.endswith("\n\n"):
    violations.append("the end is not one line feed")
declared = {"HELP": [], "TYPE": []}
for line in text.split("\n")[:-1]:
    comment = re.fullmatch(r"# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) .+", line)
    if comment:
        declared[comment[1]].append(comment[2])
    elif not re.fullmatch(r"[a-z_]+(\{.*\})? -?[0-9]+(\.[0-9]+)?", line):
        violations.append(f"neither comment nor sample: {line!r}")
    elif re.match(r"[a-z_]+", line)[0] != declared["TYPE"][-1]:
        violations.append(f"not below its TYPE: {line!r}")
if declared["HELP"] != declared["TYPE"] or len(set(declared["TYPE"])) != len(declared["TYPE"]):
    violations.append("HELP and TYPE do not stand once each")

metrics = {}
series = set()
for family in text_string_to_metric_families(text):
    samples = []
    for sample in family.samples:
        key = (sample.name, tuple(sorted(sample.labels.items())))
        if key in series:
            violations.append(f"twice: {key}")
        if sample.timestamp is not None:
            violations.append(f"a time stamp: {key}")
        series.add(key)
        samples.append([sample.labels, sample.value])
    if not samples:
        violations.append(f"no sample: {family.name}")
    metrics[family.name] = {"type": family.type, "help": family.documentation, "samples": samples}
json.dump({"metrics": metrics, "violations": violations}, sys.stdout)
