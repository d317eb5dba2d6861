#!/bin/sh
# tree-sitter-python 0.25.0 (the newest release) reads the type parameters of Python 3.12, but not their defaults, which
# Python 3.13 has (PEP 696): the tree has an error, although CPython 3.13 and later compile the text.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$work" tree-sitter==0.26.1 tree-sitter-python==0.25.0
PYTHONPATH="$work" python3 - >"$work/seen" <<'PY'
import tree_sitter_python
from tree_sitter import Language, Parser

parser = Parser(Language(tree_sitter_python.language()))
for text in ("def first[T](rows): ...", "def first[T = int](rows): ...", "type Pair[T = int] = tuple[T, T]"):
    print(text, "| error:", parser.parse(text.encode()).root_node.has_error)
PY
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
def first[T](rows): ... | error: False
def first[T = int](rows): ... | error: True
type Pair[T = int] = tuple[T, T] | error: True
SEEN
