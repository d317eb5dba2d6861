"""Writes the signal code of the new project. An exit code other than 0 makes cookiecutter take it all back."""

import json
import subprocess
import sys

# The program, not this Python's module: cookiecutter has an environment of its own.
command = ["signalgen", "new", "orders.yaml", "--format", "json"]
done = subprocess.run(command, capture_output=True, text=True, check=False)
answer = json.loads(done.stdout)
for problem in answer["problems"]:
    print(f"{problem['file']}:{problem['line']}: {problem['message']}", file=sys.stderr)
for step in answer["next_steps"]:
    print(f"- {step}")
sys.exit(done.returncode)
