"""Facts within one function: guards, branches, loops, parameters, the meaning of names."""
