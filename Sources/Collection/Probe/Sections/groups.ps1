# Members by identifier. A member that nobody knows any more is listed by its identifier alone, and costs nothing else.
function Members([string]$identifier) {
  $sid=New-Object Security.Principal.SecurityIdentifier($identifier)
  $account=$sid.Translate([Security.Principal.NTAccount]).Value
  $group=[ADSI]('WinNT://./'+$account.Substring($account.IndexOf([char]'\')+1)+',group')
  $listed=New-Object Collections.ArrayList
  foreach ($member in @($group.psbase.Invoke('Members'))) {
    if ($listed.Count -ge 1000) { [void]$listed.Add($null); break }
    $class=$null
    try { $class=[string]$member.GetType().InvokeMember('Class','GetProperty',$null,$member,$null) } catch { }
    try {
      $bytes=[byte[]]$member.GetType().InvokeMember('objectSid','GetProperty',$null,$member,$null)
      $found=(New-Object Security.Principal.SecurityIdentifier($bytes,0)).Value
    } catch {
      $found=$null
      $failure=Problem $_.Exception
      try {
        $text=[string]$member.GetType().InvokeMember('Name','GetProperty',$null,$member,$null)
        if ($text -cmatch '^S-1-[0-9-]+$') { $found=$text }
      } catch { }
    }
    if ($null -ne $found) { [void]$listed.Add(@($found,$class)) } else { [void]$listed.Add(@($null,$class,$failure)) }
  }
  ,$listed
}
Item 'remoteDesktopUsers' { Members 'S-1-5-32-555' }
Item 'administrators' { Members 'S-1-5-32-544' }
