"""`python -m siea` is the same as the command `siea`."""

from siea.cli import main

main()
