"""Recipes: ready patterns that expand into entries a person would otherwise write.

``expand.expand`` is the entry. A recipe is a YAML file: its parameters, and entries whose scalars
are Jinja2 templates. The ordinary readers read the expanded entries, so that planning, rendering,
tests and merging do not depend on recipes.
"""
