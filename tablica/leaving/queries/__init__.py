"""Reading what hangs on somebody who leaves, and who could take it."""
