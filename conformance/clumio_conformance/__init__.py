"""Judge whether what goes over the wire keeps the vendor's page of *Update Connection Group*."""
