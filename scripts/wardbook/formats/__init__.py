"""The files that people take away, one module a format; every number leaves as the package has it."""
