Item 'states' {
  $states=New-Object Collections.Specialized.OrderedDictionary
  foreach ($service in $services) {
    try { $states[$service]=[int](Get-Service -Name $service -ErrorAction Stop).Status }
    catch { $states[$service]=[string]$_.FullyQualifiedErrorId }
  }
  ,$states
}
