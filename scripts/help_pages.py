"""Write the help pages in signalgen/cli/pages from the declaration of the command line."""

import contextlib
import io
import os
from pathlib import Path

from signalgen.cli import app, plain

if __name__ == "__main__":
    os.environ["COLUMNS"] = str(plain.PAGE_WIDTH)
    for name in (plain.TOP, *app.COMMANDS):
        with contextlib.redirect_stdout(io.StringIO()) as shown:
            app.run(["--help"] if name == plain.TOP else [name, "--help"])
        Path(plain.PAGES, f"{name}.txt").write_text(shown.getvalue(), encoding="utf-8")
