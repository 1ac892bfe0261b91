Item 'listeners' {
  $ports=@{}
  $properties=[Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
  foreach ($endpoint in $properties.GetActiveTcpListeners()) { $ports[[int]$endpoint.Port]=$true }
  $sorted=New-Object Collections.ArrayList
  foreach ($port in $ports.Keys) { [void]$sorted.Add($port) }
  $sorted.Sort()
  ,$sorted
}
