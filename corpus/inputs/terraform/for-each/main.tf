terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "5.100.0" } }
}
provider "aws" {
  region                      = var.region
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
variable "region" { default = "eu-north-1" }
variable "cluster_arn" {
  default = "arn:aws:kafka:eu-north-1:730651928443:cluster/ledger/5f0c2b7e-91d4-4a6f-8e33-c07be1d2a946-7"
}
locals {
  topics = replace(var.cluster_arn, ":cluster/", ":topic/")
  groups = replace(var.cluster_arn, ":cluster/", ":group/")
  sinks = {
    entries = ["entries"]
    refunds = ["refunds", "chargebacks"]
  }
}

resource "aws_iam_role" "sink" {
  for_each = local.sinks
  name     = "ledger-${each.key}"
  path     = "/connect/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "kafkaconnect.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = "730651928443" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:kafkaconnect:eu-north-1:730651928443:connector/ledger-${each.key}/*" }
      }
    }]
  })
}

data "aws_iam_policy_document" "sink" {
  for_each = local.sinks
  statement {
    actions   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"]
    resources = [var.cluster_arn]
  }
  statement {
    actions   = ["kafka-cluster:CreateTopic", "kafka-cluster:WriteData", "kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"]
    resources = ["${local.topics}/__amazon_msk_connect_*"]
  }
  statement {
    actions   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
    resources = ["${local.groups}/__amazon_msk_connect_*", "${local.groups}/connect-*"]
  }
  statement {
    actions   = ["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"]
    resources = ["${local.topics}/${each.value[0]}"]
  }
}

resource "aws_iam_policy" "sink" {
  for_each = local.sinks
  name     = "ledger-${each.key}-kafka"
  policy   = data.aws_iam_policy_document.sink[each.key].json
}

resource "aws_iam_role_policy_attachment" "sink" {
  for_each   = local.sinks
  role       = aws_iam_role.sink[each.key].name
  policy_arn = aws_iam_policy.sink[each.key].arn
}

resource "aws_mskconnect_connector" "sink" {
  for_each             = local.sinks
  name                 = "ledger-${each.key}"
  kafkaconnect_version = "3.7.x"
  capacity {
    autoscaling {
      min_worker_count = 1
      max_worker_count = 2
      scale_in_policy { cpu_utilization_percentage = 20 }
      scale_out_policy { cpu_utilization_percentage = 80 }
    }
  }
  connector_configuration = {
    "connector.class" = "org.apache.kafka.connect.file.FileStreamSinkConnector"
    "tasks.max"       = "2"
    "topics"          = join(",", each.value)
    "file"            = "/tmp/ledger"
  }
  kafka_cluster {
    apache_kafka_cluster {
      bootstrap_servers = "b-1.ledger.4fk2ap.c7.kafka.eu-north-1.amazonaws.com:9098"
      vpc {
        security_groups = ["sg-06e2f18b3a7c94d50"]
        subnets         = ["subnet-03c1b7d9e5f240a86", "subnet-0a47e6c9b812d3f50"]
      }
    }
  }
  kafka_cluster_client_authentication { authentication_type = "IAM" }
  kafka_cluster_encryption_in_transit { encryption_type = "TLS" }
  plugin {
    custom_plugin {
      arn      = "arn:aws:kafkaconnect:eu-north-1:730651928443:custom-plugin/files/7b1d0c52-6e3f-4a98-b0c7-25d4f8e1936a-7"
      revision = 1
    }
  }
  service_execution_role_arn = aws_iam_role.sink[each.key].arn
}
