"""Tables of what Django sends and which names its developers use. Data only; nothing here imports Django."""
