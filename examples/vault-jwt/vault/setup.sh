#!/bin/sh
# Keys, policies and the roles of pipelines. Run once by an administrator, with VAULT_ADDR and VAULT_TOKEN set.
# GITHUB_ISSUER and GITLAB_ISSUER name other issuers than github.com and gitlab.com.
set -eu
cd "$(dirname "$0")"

vault secrets enable transit
for environment in staging production; do
  vault write -f "transit/keys/shop-$environment"
  vault policy write "shop-open-$environment" "policies/open-$environment.hcl"
  vault policy write "shop-edit-$environment" "policies/edit-$environment.hcl"
done

# pipelines MOUNT ISSUER: lets the jobs of a CI system sign in, each environment in a role of its own.
pipelines() {
  vault auth enable -path="$1" jwt
  vault write "auth/$1/config" oidc_discovery_url="$2" bound_issuer="$2"
  for environment in staging production; do
    vault write "auth/$1/role/shop-$environment" "@roles/$1-$environment.json"
  done
}
pipelines github "${GITHUB_ISSUER:-https://token.actions.githubusercontent.com}"
pipelines gitlab "${GITLAB_ISSUER:-https://gitlab.com}"
