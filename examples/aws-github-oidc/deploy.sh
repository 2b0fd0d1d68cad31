#!/bin/sh
# Stands for what deploys: it gets the values as environment variables, and prints none of them.
set -eu
: "${DATABASE_USER:?is not set}" "${DATABASE_PASSWORD:?is not set}"
echo "deployed: the password has ${#DATABASE_PASSWORD} characters"
