"""The edits with which ``check --fix`` repairs what a rule found."""
