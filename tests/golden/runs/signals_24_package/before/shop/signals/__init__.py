from .jobs import own  # noqa: F401
