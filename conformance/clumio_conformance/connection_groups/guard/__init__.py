"""The guard of somebody's group: its original state, the journal that keeps it, and the restoration."""
