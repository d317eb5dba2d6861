"""What the usual code gets wrong, tried on the generated receivers."""
