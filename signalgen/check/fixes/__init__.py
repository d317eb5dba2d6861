"""The edits by which ``check --fix`` mends what a rule found."""
