"""What a function calls, in its own body and in the helpers below it."""
