terraform {
  required_version = ">= 1.4"
}

variable "environment" {
  type = string
}

# Comes from secrets/, by deploy.sh. From Terraform 1.10 on, `ephemeral = true` keeps a value out of plans and states for good.
variable "database" {
  type = object({
    host     = string
    port     = number
    password = string
  })
  sensitive = true
}

# Stands for what needs the values: a provider, or a resource that takes them write-only. The state holds what a resource holds, so
# this one holds no password.
resource "terraform_data" "database" {
  input = {
    environment = var.environment
    address     = nonsensitive("${var.database.host}:${var.database.port}")
    characters  = nonsensitive(length(var.database.password))
  }
}

output "database" {
  value = terraform_data.database.output
}
