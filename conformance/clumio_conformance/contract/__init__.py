"""The one reader of `openapi/`: files with their lines, resolved nodes, sources, operations, schemas and requirements."""
