"""What the migrator's analysis and rewrite cost, against parsing alone."""
