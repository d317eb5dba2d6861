"""Checks the values given to recipes against the project. Entry: ``check_uses`` of ``checks``."""
