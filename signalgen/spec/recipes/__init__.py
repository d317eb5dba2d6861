"""Recipes: ready patterns that expand into entries a person would otherwise write.

``expand.expand`` is the entry. A recipe is a YAML file: its parameters, and entries whose scalars
are Jinja2 templates. The readers of all other entries read what it expands to, so that planning,
rendering, tests and merging know nothing of recipes.
"""
