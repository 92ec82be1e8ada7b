"""Many users at once, each of whom checks that what comes back is theirs."""
