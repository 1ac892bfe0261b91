"""What the PowerShell checkers share: reading, an independent scanner, tables of what exists where, and the rules."""
