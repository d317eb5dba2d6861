"""What one function says by itself: guards, branches, loops, parameters, what names mean."""
