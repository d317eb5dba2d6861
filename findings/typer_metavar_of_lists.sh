#!/bin/sh
# typer 0.29: the metavar of an argument that takes several values is written into another pair of brackets with three dots
# behind it, and its Python type follows it in the list of arguments. 0.28 prints the metavar as it was given.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/show.py" <<'PY'
from typing import Annotated, Optional

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def show(paths: Annotated[Optional[list[str]], typer.Argument(metavar="[PATH]...")] = None) -> None:
    pass


app(prog_name="show")
PY
for version in 0.28.0 0.29.2; do
    python3 -m pip install --quiet --disable-pip-version-check --target "$work/$version" "typer==$version"
    PYTHONPATH="$work/$version" COLUMNS=80 python3 "$work/show.py" --help |
        grep PATH | sed "s/^ */$version: /" >>"$work/seen"
done
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
0.28.0: Usage: show [OPTIONS] [PATH]...
0.28.0: [PATH]...
0.29.2: Usage: show [OPTIONS] [[PATH]...]...
0.29.2: [PATH]... <list[str]>
SEEN
