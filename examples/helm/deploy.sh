#!/bin/sh
# Hands the values to Helm by standard input. They are read first: Helm would take an empty input for no values at all.
set -eu
environment=$1
values=$(npx secrets export "$environment" --format helm)
unset SECRETS_AGE_KEY
printf '%s\n' "$values" | helm upgrade --install --namespace "shop-$environment" shop chart --values -
