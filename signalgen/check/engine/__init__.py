"""A run of the rules over an index: which rules, which findings, which of them are silenced."""
