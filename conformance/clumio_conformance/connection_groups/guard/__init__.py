"""The guard of somebody's group: its original state, the journal that stores it, and the restoration."""
