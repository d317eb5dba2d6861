"""A run of the rules over an index: which rules run, what they find, what is silenced."""
