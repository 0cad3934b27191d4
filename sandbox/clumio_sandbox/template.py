"""The CloudFormation template of a plan.

The parameters and the needed capability are those of the vendor's onboarding scripts [sdk]. The resources are
a guess that agrees with the page: a role with the external id as its condition, and permissions for each
asset type. The role trusts its own account, not the vendor's: the sandbox's template must not open a real
account.
"""

from typing import Any

from clumio_sandbox.group import Group, Plan
from clumio_sandbox.group_document import template_version
from clumio_sandbox.messages import encode

REVISION_OUTPUT = "ClumioTemplateRevision"
"""The stack output with the revision of the deployed plan."""

TOKEN_PARAMETER = "ClumioToken"  # noqa: S105 - the name of a stack parameter; its value is the group's id
"""The stack parameter with the id of the group."""

_ACTIONS: dict[str, tuple[str, ...]] = {
    "EC2/EBS": ("ec2:CreateSnapshot", "ec2:DescribeInstances", "ec2:DescribeVolumes"),
    "EBS": ("ec2:CreateSnapshot", "ec2:DescribeVolumes"),
    "EC2MSSQL": ("ec2:DescribeInstances", "ssm:DescribeInstanceInformation"),
    "RDS": ("rds:CreateDBSnapshot", "rds:DescribeDBClusters", "rds:DescribeDBInstances"),
    "DynamoDB": ("dynamodb:CreateBackup", "dynamodb:DescribeTable", "dynamodb:ListTables"),
    "S3": ("s3:GetBucketLocation", "s3:GetObject", "s3:ListAllMyBuckets", "s3:ListBucket"),
}


def template_body(group: Group, plan: Plan) -> bytes:
    """The template as JSON text."""
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Clumio sandbox: connection group, template {template_version(plan.revision)}",
        "Parameters": {
            TOKEN_PARAMETER: _parameter("The id of the connection group.", Default=group.id),
            "RoleExternalId": _parameter("The external id of the connection group.", NoEcho=True),
            "PermissionModel": _parameter(
                "How the role is managed.",
                Default="SELF_MANAGED",
                AllowedValues=["SELF_MANAGED", "SERVICE_MANAGED"],
            ),
            "PermissionsBoundaryARN": _parameter("A boundary for the role, or nothing.", Default=""),
        },
        "Conditions": {
            "HasBoundary": {"Fn::Not": [{"Fn::Equals": [{"Ref": "PermissionsBoundaryARN"}, ""]}]},
        },
        "Resources": {"ClumioIAMRole": _role(plan)},
        "Outputs": {
            "ClumioIAMRoleArn": {"Value": {"Fn::GetAtt": ["ClumioIAMRole", "Arn"]}},
            REVISION_OUTPUT: {"Value": str(plan.revision)},
        },
    }
    return encode(document)


def _parameter(description: str, **more: Any) -> dict[str, Any]:
    return {"Type": "String", "Description": description, **more}


def _role(plan: Plan) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Fn::Sub": f"ClumioIAMRole-${{{TOKEN_PARAMETER}}}"},
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {
                            "AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
                        },
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "RoleExternalId"}}},
                    }
                ],
            },
            "PermissionsBoundary": {
                "Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundaryARN"}, {"Ref": "AWS::NoValue"}]
            },
            "Policies": [_policy(asset_type) for asset_type in dict.fromkeys(plan.asset_types)],
            "Tags": [
                {"Key": "clumio.token", "Value": {"Ref": TOKEN_PARAMETER}},
                {"Key": "clumio.permission-model", "Value": {"Ref": "PermissionModel"}},
            ],
        },
    }


def _policy(asset_type: str) -> dict[str, Any]:
    return {
        "PolicyName": f"Clumio-{asset_type.replace('/', '-')}",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": list(_ACTIONS[asset_type]), "Resource": "*"}],
        },
    }
