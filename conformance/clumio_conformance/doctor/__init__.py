"""Checks whether a run is possible here: the installation, the way to a target, and its answers."""
