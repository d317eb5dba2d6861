"""Signals: where they are defined and sent, and every registration of a receiver."""
