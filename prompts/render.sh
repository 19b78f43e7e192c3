#!/usr/bin/env bash
# Renders every prompt and every piece of music anew; names after it render those prompts alone.
# It needs python3 with venv, a C compiler and opusenc (Debian: opus-tools), and reaches PyPI once.
set -euo pipefail
cd "$(dirname "$0")"

command -v opusenc >/dev/null || {
    echo "opusenc is missing; it makes the .opus files. Run: apt-get install -y opus-tools" >&2
    exit 1
}
venv="${XDG_CACHE_HOME:-$HOME/.cache}/conclave-prompts"
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    # ttspico 0.3.2 builds with the setuptools of before 81 only.
    "$venv/bin/pip" install --quiet 'setuptools<81' wheel
    "$venv/bin/pip" install --quiet --no-build-isolation 'ttspico==0.3.2'
fi
"$venv/bin/python" render.py "$@"
if [ $# -eq 0 ]; then
    "$venv/bin/python" music/compose.py
fi
