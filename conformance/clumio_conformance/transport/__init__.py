"""The transport to a target: what may be sent, how fast, and which secrets are taken out."""
