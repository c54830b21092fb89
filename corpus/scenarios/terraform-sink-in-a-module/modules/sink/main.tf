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

locals {
  topic = replace(var.cluster_arn, ":cluster/", ":topic/")
  group = replace(var.cluster_arn, ":cluster/", ":group/")
  own = [
    { actions = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], resources = [var.cluster_arn] },
    { actions = ["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"], resources = formatlist("%s/%s", local.topic, var.topics) },
  ]
}

data "aws_iam_policy_document" "internal" {
  statement {
    actions   = ["kafka-cluster:CreateTopic", "kafka-cluster:WriteData", "kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"]
    resources = ["${local.topic}/__amazon_msk_connect_*"]
  }

  statement {
    actions   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
    resources = ["${local.group}/__amazon_msk_connect_*", join("/", [local.group, "connect-${var.name}"])]
  }
}

data "aws_iam_policy_document" "all" {
  source_policy_documents = [data.aws_iam_policy_document.internal.json]

  dynamic "statement" {
    for_each = local.own
    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_policy" "this" {
  name   = "${var.name}-kafka"
  policy = data.aws_iam_policy_document.all.json
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

resource "aws_mskconnect_connector" "this" {
  name                       = "${var.name}"
  kafkaconnect_version       = "2.7.1"
  service_execution_role_arn = aws_iam_role.this.arn

  connector_configuration = {
    "connector.class" = "com.example.mill.GrainSinkConnector"
    "tasks.max"       = "1"
    "topics"          = join(",", var.topics)
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

output "role_arn" {
  value = aws_iam_role.this.arn
}
