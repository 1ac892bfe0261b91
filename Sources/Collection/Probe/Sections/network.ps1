Item 'listeners' {
  $ports=@{}
  $properties=[Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
  foreach ($endpoint in $properties.GetActiveTcpListeners()) { $ports[[int]$endpoint.Port]=$true }
  $sorted=New-Object Collections.ArrayList
  foreach ($port in $ports.Keys) { [void]$sorted.Add($port) }
  $sorted.Sort()
  ,$sorted
}
Item 'udpListeners' {
  $ports=@{}
  $properties=[Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
  foreach ($endpoint in $properties.GetActiveUdpListeners()) {
    if ($endpoint.Port -lt 49152) { $ports[[int]$endpoint.Port]=$true }
  }
  $sorted=New-Object Collections.ArrayList
  foreach ($port in $ports.Keys) { [void]$sorted.Add($port) }
  $sorted.Sort()
  ,$sorted
}
# [type, MTU of IPv4] of each interface that is up; 24 is the loopback.
Item 'interfaces' {
  $listed=New-Object Collections.ArrayList
  foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    if ($listed.Count -ge 64) { break }
    $type=[int]$interface.NetworkInterfaceType
    if ([int]$interface.OperationalStatus -ne 1 -or $type -eq 24) { continue }
    $mtu=$null
    try { $mtu=[int]$interface.GetIPProperties().GetIPv4Properties().Mtu } catch { }
    [void]$listed.Add(@($type,$mtu))
  }
  ,$listed
}
