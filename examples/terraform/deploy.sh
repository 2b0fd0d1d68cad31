#!/bin/sh
# Hands the values to Terraform by standard input: they are in no file, in no variable of its environment, and on no command line.
set -eu
environment=$1
values=$(npx secrets export "$environment" --format tfvars)
unset SECRETS_AGE_KEY
terraform init -input=false
printf '%s\n' "$values" | terraform apply -input=false -auto-approve -var "environment=$environment" -var-file=/dev/stdin
