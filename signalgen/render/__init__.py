"""Plan -> fragments of Python text: ``render_app(plan)``. Recipes use Jinja2 too."""

from signalgen.render.fragments import render_app

__all__ = ["render_app"]
