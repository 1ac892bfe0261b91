Item 'fixes' {
  $listed=New-Object Collections.ArrayList
  foreach ($fix in (Instances 'root\cimv2' 'SELECT HotFixID FROM Win32_QuickFixEngineering' 2000)) {
    $identifier=Text $fix 'HotFixID'
    if ($identifier -cmatch '^KB[0-9]{4,9}$') { [void]$listed.Add($identifier) }
  }
  ,$listed
}
