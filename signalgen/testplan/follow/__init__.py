"""Follows a body statement by statement, to say which calls it must make: ``trace.trace``."""
