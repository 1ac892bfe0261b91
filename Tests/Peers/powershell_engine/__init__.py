"""An engine for the PowerShell that our remediation scripts are written in, on a simulated machine."""
