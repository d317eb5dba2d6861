"""The calls of a function, in its own body and in the helpers below it."""
