resource "aws_iam_role" "sink" {
  name               = "mill-sink"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["kafkaconnect.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["604918273345"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:kafkaconnect:eu-central-1:604918273345:connector/*"]
    }
  }
}

resource "aws_iam_role_policy" "kafka" {
  name   = "kafka"
  role   = aws_iam_role.sink.id
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"],
         "Resource": "${var.cluster}"},
        {"Effect": "Allow", "Action": ["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"],
         "Resource": "${local.topic}/${var.topic}"},
        {"Effect": "Allow",
         "Action": ["kafka-cluster:CreateTopic", "kafka-cluster:WriteData", "kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"],
         "Resource": "${local.topic}/__amazon_msk_connect_*"},
        {"Effect": "Allow", "Action": ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
         "Resource": "${local.group}/*"}
      ]
    }
  EOT
}

locals {
  topic = replace(var.cluster, ":cluster/", ":topic/")
  group = replace(var.cluster, ":cluster/", ":group/")
}

variable "topic" {}

variable "cluster" {
  type = string
}

resource "aws_mskconnect_connector" "sink" {
  name                       = "mill-sink"
  kafkaconnect_version       = "2.7.1"
  service_execution_role_arn = aws_iam_role.sink.arn

  connector_configuration = {
    "connector.class" = "com.example.mill.GrainSinkConnector"
    "tasks.max"       = "1"
    "topics"          = "husks"
  }

  capacity {
    provisioned_capacity {
      mcu_count    = 1
      worker_count = 1
    }
  }

  kafka_cluster {
    apache_kafka_cluster {
      bootstrap_servers = "b-1.mill.q1w2e3.c4.kafka.eu-central-1.amazonaws.com:9098"
      vpc {
        security_groups = ["sg-04c1a2b3d4e5f6071"]
        subnets         = ["subnet-0aa1bb2cc3dd4ee5f", "subnet-0bb2cc3dd4ee5ff6a"]
      }
    }
  }

  kafka_cluster_client_authentication {
    authentication_type = "IAM"
  }

  kafka_cluster_encryption_in_transit {
    encryption_type = "TLS"
  }

  plugin {
    custom_plugin {
      arn      = "arn:aws:kafkaconnect:eu-central-1:604918273345:custom-plugin/grain/1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f-2"
      revision = 1
    }
  }
}
