#!/bin/sh
set -eu

# The volume belongs to root when it is mounted for the first time.
chown -R agent:agent /workspace
exec setpriv --reuid agent --regid agent --init-groups molecule-runtime "$@"
