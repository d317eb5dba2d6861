"""What code does and when: what a function reaches, its effects and rows, what is deferred."""
