"""Traffic that somebody else recorded: read, freed of secrets, and judged like any other."""
