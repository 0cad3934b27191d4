"""Judges exchanges while they happen, in the process that sends or answers them."""
