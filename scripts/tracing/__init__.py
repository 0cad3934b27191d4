"""The links between requirements, spec nodes, rules, tests and the vendor's page."""
