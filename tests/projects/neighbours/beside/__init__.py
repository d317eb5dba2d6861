"""Real packages beside the generated receivers."""
