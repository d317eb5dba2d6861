#!/usr/bin/env bash
# Installs signalgen for a CI job, into an environment of its own: SIGNALGEN_HOME. What the project needs is not touched.
# SIGNALGEN_VERSION: a release; empty: the source in SIGNALGEN_SOURCE.
set -euo pipefail

if [[ -n ${SIGNALGEN_VERSION:-} ]]; then
    [[ $SIGNALGEN_VERSION =~ ^[0-9][0-9A-Za-z.]*$ ]] || { echo "no version: $SIGNALGEN_VERSION" >&2; exit 2; }
    wanted="signalgen==$SIGNALGEN_VERSION"
else
    wanted=$SIGNALGEN_SOURCE
fi
python3 -m venv "$SIGNALGEN_HOME"
"$SIGNALGEN_HOME/bin/python" -m pip install --quiet --disable-pip-version-check "$wanted"
"$SIGNALGEN_HOME/bin/signalgen" --version
# The next steps of the job find the program.
if [[ -n ${GITHUB_PATH:-} ]]; then
    echo "$SIGNALGEN_HOME/bin" >> "$GITHUB_PATH"
fi
