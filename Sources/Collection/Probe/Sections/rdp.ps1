# The gateway that policy sets is a user's; only loaded profiles can be asked, and only one's own without rights.
Item 'userGateways' {
  $gateways=New-Object Collections.ArrayList
  foreach ($user in [Microsoft.Win32.Registry]::Users.GetSubKeyNames()) {
    if ($user -notlike 'S-1-5-21-*' -or $user -like '*_Classes') { continue }
    if ($gateways.Count -ge 1000) { break }
    try {
      $key=[Microsoft.Win32.Registry]::Users.OpenSubKey($user+'\Software\Policies\Microsoft\Windows NT\Terminal Services')
      if ($null -eq $key) { continue }
      try {
        $present=@{}
        foreach ($name in $key.GetValueNames()) { $present[$name]=$true }
        $isUsed=$null; $gateway=$null
        if ($present.ContainsKey('UseProxy')) { $isUsed=Value $key 'UseProxy' }
        if ($present.ContainsKey('ProxyName')) { $gateway=Value $key 'ProxyName' }
        if ($null -ne $isUsed -or $null -ne $gateway) { [void]$gateways.Add(@($user,$isUsed,$gateway)) }
      } finally { $key.Close() }
    } catch { [void]$gateways.Add(@($user,(Problem $_.Exception))) }
  }
  ,$gateways
}
