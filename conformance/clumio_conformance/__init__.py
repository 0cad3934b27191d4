"""Check recorded or live HTTP exchanges against the vendor's page of *Update Connection Group*."""
