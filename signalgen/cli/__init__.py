"""The command line: the only room that prints, prompts or chooses an exit code.

``plain.run`` is the entry of every call. ``app`` needs typer and ``stages`` needs everything else
(YAML, tree-sitter, Jinja2, black): both are imported by the function that needs them, so that
``--help`` and a wrong option do not pay for the rest.
"""
