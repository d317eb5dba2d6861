"""The expressions of a body in the form for a test. Entry: ``terms.term``."""
