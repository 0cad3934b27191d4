"""What the scripts beside this package are made of: the specification, its differences, and the generated tree."""
