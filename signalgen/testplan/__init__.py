"""Plan -> the tests that show it: which calls to make, what must happen then and what must not."""
