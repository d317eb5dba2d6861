"""Plan -> fragments of Python text: ``render_app(plan)``. Recipes aside, only this uses Jinja2."""

from signalgen.render.fragments import render_app

__all__ = ["render_app"]
