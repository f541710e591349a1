#!/bin/sh
# Draws minuet.png: the first of the pieces in Training/copyist_training/tunes.py, by LilyPond. Needs the environment of Training/,
# Debian's lilypond, and a release build of copyist.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$here/../../Training"
"${COPYIST_TRAINING_PYTHON:-.venv/bin/python}" -m copyist_training.outside_music --to "$folder" --tunes --staves 2 --count 1
cp "$folder/000000.png" "$here/minuet.png"
