"""The guard of somebody's group: how it was found, the journal that keeps it, and the way to restore it."""
