#!/bin/sh
# Applies the Secret and what needs it. The manifest is never a file; a key that is missing ends this before kubectl starts.
set -eu
environment=$1
secret=$(npx secrets export "$environment" --format kubernetes --name shop --namespace "shop-$environment")
unset SECRETS_AGE_KEY
printf '%s\n' "$secret" | kubectl apply --server-side --filename -
kubectl apply --server-side --kustomize "overlays/$environment"
