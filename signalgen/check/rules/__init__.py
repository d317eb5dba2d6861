"""The rules: modules ``sgNNN_name.py`` that export ``RULE``, found when a run asks for them."""
