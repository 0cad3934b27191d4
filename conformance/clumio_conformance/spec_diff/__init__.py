"""What changed from one OpenAPI description to another, and whom it breaks."""
