"""What the program's values are, who calls its functions from outside, and what blocks."""
