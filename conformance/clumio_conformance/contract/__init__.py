"""The reader of `openapi/`: files with line numbers, nodes, sources, operations, schemas, requirements."""
