"""Receivers."""

from .handlers import on_saved, on_deleted  # noqa: F401
