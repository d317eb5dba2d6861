"""The tests of one receiver, one per path through it. Entry: ``told.Told``."""
