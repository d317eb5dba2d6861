"""Data about Django and its signals: what is sent and which names are common. Imports no Django."""
