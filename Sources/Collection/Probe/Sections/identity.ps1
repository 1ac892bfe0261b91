Item 'machineSID' {
  # The machine's name is also the name of its own account domain.
  $account=New-Object Security.Principal.NTAccount([Environment]::MachineName)
  $account.Translate([Security.Principal.SecurityIdentifier]).Value
}
