# For the people who change secrets.
path "transit/encrypt/shop-production" {
  capabilities = ["update"]
}

path "transit/decrypt/shop-production" {
  capabilities = ["update"]
}
