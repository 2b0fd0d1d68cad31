#!/bin/sh
# Sends the site to its host. curl reads the token from standard input: a command line is for all to see.
set -eu
tar --create --gzip --file site.tar.gz --directory dist .
printf 'header = "Authorization: Bearer %s"\n' "$UPLOAD_TOKEN" |
  curl --config - --fail --silent --show-error --upload-file site.tar.gz "${UPLOAD_URL:-https://upload.example/site}"
