"""Whether the project has what recipes are given. Entry: ``check_uses`` of ``checks``."""
