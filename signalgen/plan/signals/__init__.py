"""The signals that a handler listens to, and the custom signals that a spec defines."""
