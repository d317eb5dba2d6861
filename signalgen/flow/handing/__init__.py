"""What calls hand on to tasks and functions, and whether these can take it."""
