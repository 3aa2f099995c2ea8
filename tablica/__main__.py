"""`python -m tablica`: the command line."""

import sys

from tablica.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
