#!/bin/sh
# For a swarm, or for podman: a secret for each value. A secret never changes there, so its name ends in a version.
# Values pass through a folder in memory, and reach docker by standard input.
set -eu
environment=$1 version=$2
folder=$(mktemp -d /dev/shm/shop.XXXXXX)
trap 'rm -rf "$folder"' EXIT
npx secrets export "$environment" --format docker-secrets --output "$folder/values/"
unset SECRETS_AGE_KEY
for file in "$folder"/values/*; do
  docker secret create "$(basename "$file")_$version" - < "$file"
done
