terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "5.100.0" } }
}
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
variable "stage" { default = "staging" }

resource "aws_msk_serverless_cluster" "events" {
  cluster_name = "events-${var.stage}"
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"]
    security_group_ids = ["sg-0c1d2e3f405162738"]
  }
  client_authentication {
    sasl {
      iam { enabled = true }
    }
  }
}

resource "aws_s3_bucket" "archive" {
  bucket_prefix = "events-archive-"
}

module "archive" {
  source      = "./connect"
  for_each    = toset(["orders", "payments"])
  name        = "archive-${each.key}"
  topic       = each.key
  cluster_arn = aws_msk_serverless_cluster.events.arn
  bucket      = aws_s3_bucket.archive.bucket
  bucket_arn  = aws_s3_bucket.archive.arn
}
