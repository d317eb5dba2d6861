"""The pages of the rules say what the docstrings say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_of_the_rules_are_current():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "rule_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [], "run scripts/rule_docs.py"
    assert done.returncode == 0, done.stderr
