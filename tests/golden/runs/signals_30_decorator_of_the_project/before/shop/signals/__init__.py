from .jobs import gone  # noqa: F401
