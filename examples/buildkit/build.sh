#!/bin/sh
# The token reaches the builder in the environment of that one process: it is no argument, and no file is written.
set -eu
exec secrets run --redact --upper-case --only npm_token "${1:-staging}" -- \
  "${DOCKER:-docker}" build --secret id=npm_token,env=NPM_TOKEN --tag shop .
