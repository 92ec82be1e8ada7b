"""Lets ``python -m migrator`` run the command line."""

import sys

from migrator.cli import main

if __name__ == "__main__":
    sys.exit(main())
