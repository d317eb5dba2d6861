"""A tiny Django project that makes Django send every one of its signals; run as ``python -m factsprobe``."""
