"""Machine metadata: each module tells one vocabulary or interface what is published."""
