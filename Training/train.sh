#!/bin/sh
# Makes a checkpoint: environment, training (resumes where it stopped), export, figures on held-out images.
#
#     Training/train.sh                         everything in one checkpoint, from nothing
#     Training/train.sh molecule --start DIR    one recipe; further arguments go to the trainer
#     Training/train.sh molecule,radiography    one after the other
#
# State, log and the exported folder lie in $COPYIST_TRAINING_STATE/RECIPE (default Training/state/RECIPE).
# COPYIST_TRAINING_NICE=1 runs it on what the machine has left over.
set -eu
export COPYIST_CALLED_FROM="$PWD"  # a relative --start is meant from here
cd "$(dirname "$0")"
recipes=all
case "${1:-}" in "" | -*) ;; *) recipes=$1; shift ;; esac
python=${COPYIST_TRAINING_PYTHON:-.venv/bin/python}
if [ ! -x "$python" ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet -r requirements.txt
fi
# Linux shares the processor between sessions first (autogroup), whatever the niceness within them: so a session of its own.
run() {
  if [ -z "${COPYIST_TRAINING_NICE:-}" ]; then "$@"; return; fi
  setsid --wait sh -c 'echo 19 2>/dev/null >/proc/self/autogroup || true; exec nice -n 19 chrt --idle 0 "$@"' sh "$@"
}

for recipe in $(echo "$recipes" | tr , ' '); do
  state=${COPYIST_TRAINING_STATE:-state}/$recipe
  mkdir -p "$state"
  run "$python" -m copyist_training.train --state "$state" --recipe "$recipe" "$@"
  [ ! -e "$state/stopped" ] || exit 0  # told to stop before the end: the same command goes on
  run "$python" -m copyist_training.export --state "$state" --recipe "$recipe" --to "$state/model"
  tasks=$("$python" -c "import json, sys; print(*json.load(open(sys.argv[1]))['tasks'])" "$state/model/copyist.json")
  for task in $tasks; do
    run "$python" -m copyist_training.evaluate --model "$state/model" --task "$task" | tee -a "$state/figures.jsonl"
  done
done
