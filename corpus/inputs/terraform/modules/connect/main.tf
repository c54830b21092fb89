variable "name" {}
variable "topic" {}
variable "cluster_arn" {}
variable "bucket" {}
variable "bucket_arn" {}

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
      values   = ["482019375561"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:kafkaconnect:eu-central-1:482019375561:connector/${var.name}/*"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "kafka" {
  statement {
    actions   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"]
    resources = [var.cluster_arn]
  }
  statement {
    actions   = ["kafka-cluster:ReadData", "kafka-cluster:DescribeTopic"]
    resources = [replace("${var.cluster_arn}/${var.topic}", ":cluster/", ":topic/")]
  }
}

resource "aws_iam_policy" "kafka" {
  name   = "${var.name}-kafka"
  policy = data.aws_iam_policy_document.kafka.json
}

resource "aws_iam_role_policy_attachment" "kafka" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.kafka.arn
}

resource "aws_iam_role_policy" "archive" {
  name = "archive"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:PutObject"], Resource = "${var.bucket_arn}/*" }]
  })
}

resource "aws_mskconnect_custom_plugin" "this" {
  name         = var.name
  content_type = "ZIP"
  location {
    s3 {
      bucket_arn = var.bucket_arn
      file_key   = "plugins/s3.zip"
    }
  }
}

resource "aws_mskconnect_connector" "this" {
  name                 = var.name
  kafkaconnect_version = "3.7.x"
  capacity {
    provisioned_capacity {
      mcu_count    = 1
      worker_count = 1
    }
  }
  connector_configuration = {
    "connector.class" = "io.confluent.connect.s3.S3SinkConnector"
    "tasks.max"       = "1"
    "topics"          = var.topic
    "s3.bucket.name"  = var.bucket
    "s3.region"       = "eu-central-1"
    "flush.size"      = "1000"
  }
  kafka_cluster {
    apache_kafka_cluster {
      bootstrap_servers = "boot-0a1b2c3d.c2.kafka-serverless.eu-central-1.amazonaws.com:9098"
      vpc {
        security_groups = ["sg-0c1d2e3f405162738"]
        subnets         = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"]
      }
    }
  }
  kafka_cluster_client_authentication { authentication_type = "IAM" }
  kafka_cluster_encryption_in_transit { encryption_type = "TLS" }
  plugin {
    custom_plugin {
      arn      = aws_mskconnect_custom_plugin.this.arn
      revision = aws_mskconnect_custom_plugin.this.latest_revision
    }
  }
  service_execution_role_arn = aws_iam_role.this.arn
}
