"""The single tests of a receiver: the ways through it, and the cases in which nothing happens."""
