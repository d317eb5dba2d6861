"""Signals: where they are made and sent, and every registration of a receiver."""
