# Two keys, two roles for pipelines, and the providers whose tokens the roles take. The roles of people (platform, shop-developer,
# shop-operator) exist before: a key policy that names a role which does not exist is refused.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80, < 7.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

locals {
  environments = toset(["staging", "production"])
}

resource "aws_iam_openid_connect_provider" "pipelines" {
  for_each       = toset(["https://token.actions.githubusercontent.com", "https://gitlab.com"])
  url            = each.key
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deploy" {
  for_each             = local.environments
  name                 = "shop-deploy-${each.key}"
  assume_role_policy   = file("${path.module}/trust-${each.key}.json")
  max_session_duration = 3600
  depends_on           = [aws_iam_openid_connect_provider.pipelines]
}

resource "aws_kms_key" "secrets" {
  for_each                = local.environments
  description             = "secrets of shop, ${each.key}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = file("${path.module}/key-policy-${each.key}.json")
  depends_on              = [aws_iam_role.deploy]
}

resource "aws_kms_alias" "secrets" {
  for_each      = local.environments
  name          = "alias/shop-${each.key}"
  target_key_id = aws_kms_key.secrets[each.key].key_id
}
