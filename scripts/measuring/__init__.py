"""What scripts/bench.py measures with some effort."""
