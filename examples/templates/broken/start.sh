#!/bin/sh
# exec molecule-runtime
molecule-runtime "$@"
