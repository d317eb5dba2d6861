"""The expressions of a body as a test may write them. Entry: ``terms.term``."""
