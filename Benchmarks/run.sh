#!/bin/sh
# Makes a throw-away environment with the peers and compares; arguments go to compare.py.
#
#     Benchmarks/run.sh --shape 3b-224 --rounds 3
#
# Needs a C++ compiler and cmake for llama.cpp, 14 GB of disk and 16 GB of memory. Stop other work on the machine first.
set -eu
cd "$(dirname "$0")"
if [ ! -x .venv/bin/python ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet -r requirements.txt
fi
exec .venv/bin/python compare.py "$@"
