# For the people who change secrets.
path "transit/encrypt/shop-staging" {
  capabilities = ["update"]
}

path "transit/decrypt/shop-staging" {
  capabilities = ["update"]
}
