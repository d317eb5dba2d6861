"""One module for each rule, ``sgNNN_name.py``, that exports ``RULE``; found when a run asks for the rules."""
