"""The parts of `generate.py` and `spec_diff.py`: the specification, its differences, the generated tree."""
