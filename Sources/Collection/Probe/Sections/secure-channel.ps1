Item 'membership' {
  $script:domain=$null
  $entry=$null
  foreach ($system in (Instances 'root\cimv2' 'SELECT DomainRole,PartOfDomain,Domain FROM Win32_ComputerSystem' 1)) {
    $entry=New-Object Collections.Specialized.OrderedDictionary
    $entry['role']=Property $system 'DomainRole'
    $entry['member']=[bool](Property $system 'PartOfDomain')
    $entry['domain']=Text $system 'Domain'
    # A domain controller (4, 5) has no channel to itself.
    if ($entry['member'] -and $entry['role'] -lt 4) { $script:domain=$entry['domain'] }
  }
  ,$entry
}
# What Netlogon knows of its channel, without trying it: [exit code, status, domain controller]. The line with the
# status has the number twice, decimal and hexadecimal, in every language.
Item 'channel' {
  if ($script:domain -cmatch '^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$') {
    $printed=Printed 'nltest.exe' ('/sc_query:'+$script:domain) 5000
    $status=$null
    foreach ($match in [regex]::Matches($printed[1],'= ([0-9]{1,10}) 0x([0-9a-fA-F]{1,8})')) {
      $number=[int64]$match.Groups[1].Value
      if ([Convert]::ToInt64($match.Groups[2].Value,16) -eq $number) { $status=$number }
    }
    $controller=$null
    if ($printed[1] -cmatch '\\\\([A-Za-z0-9._-]{1,255})') { $controller=$matches[1] }
    ,@([int]$printed[0],$status,$controller)
  }
}
