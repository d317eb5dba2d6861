"""What one function says by itself: its guards, branches, loops, parameters, and what its names mean."""
