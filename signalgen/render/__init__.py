"""Plan -> Fragments of Python text; the only user of Jinja2."""

from signalgen.render.environment import template_folder
from signalgen.render.fragments import render_app

__all__ = ["render_app", "template_folder"]
