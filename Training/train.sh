#!/bin/sh
# Makes the embedded checkpoint: environment, training (resumes where it stopped), export, figures.
# Arguments go to the trainer, for example: Training/train.sh --minutes 240
set -eu
cd "$(dirname "$0")"
if [ ! -x .venv/bin/python ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet -r requirements.txt
fi
.venv/bin/python -m copyist_training.train "$@"
.venv/bin/python -m copyist_training.export
.venv/bin/python -m copyist_training.evaluate
