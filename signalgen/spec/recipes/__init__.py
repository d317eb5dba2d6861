"""Recipes: ready patterns that expand into the entries of a spec that a person would otherwise write.

A recipe is a YAML file: its parameters, and entries whose scalars are Jinja2 templates. What an expansion yields is read
by the readers of every other entry, so that planning, rendering, tests and merging know nothing of recipes.
"""
