# For the pipeline. "update" and not "create": with "create", Vault makes a new key for every misspelt name.
path "transit/decrypt/shop-staging" {
  capabilities = ["update"]
}
