"""What code does and when: what a function reaches, its effects, its rows, what waits for the commit."""
