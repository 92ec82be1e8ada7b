"""Results as figures with limits, and as reports for people, tools and CI."""
