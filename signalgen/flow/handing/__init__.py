"""The arguments that calls pass to tasks and functions, and whether these accept them."""
