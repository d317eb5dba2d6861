"""Plan -> Fragments of Python text; with the recipes of ``spec`` the only user of Jinja2."""

from signalgen.render.fragments import render_app

__all__ = ["render_app"]
