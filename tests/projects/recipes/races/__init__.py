"""Many threads at once on the generated receivers: nothing is lost, and totals are right afterwards."""
