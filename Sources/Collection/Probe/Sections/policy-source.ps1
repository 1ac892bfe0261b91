# Which group policy object is behind a value, as Windows noted it when policy was applied last. Only for the keys that
# Remote Desktop hangs on; firewall rules of a policy name themselves in its store.
$prefixes=@(
  'software\policies\microsoft\windows nt\terminal services',
  'software\policies\microsoft\windows\credentialsdelegation',
  'software\microsoft\windows\currentversion\policies\system\credssp',
  'software\policies\microsoft\cryptography\configuration\ssl',
  'software\policies\microsoft\windowsfirewall',
  'system\currentcontrolset\control\securityproviders\schannel',
  'system\currentcontrolset\control\terminal server',
  'system\currentcontrolset\control\lsa'
)
Item 'settings' {
  $listed=New-Object Collections.ArrayList
  $query='SELECT registryKey,valueName,GPOID,deleted FROM RSOP_RegistryPolicySetting WHERE precedence=1'
  foreach ($setting in (Instances 'root\rsop\computer' $query 5000)) {
    $path=Text $setting 'registryKey'
    if ($null -eq $path -or $listed.Count -ge 500) { continue }
    $folded=$path.ToLowerInvariant()
    if ($folded.EndsWith('\firewallrules',[StringComparison]::Ordinal)) { continue }
    foreach ($prefix in $prefixes) {
      if ($folded.StartsWith($prefix,[StringComparison]::Ordinal)) {
        $isDeleted=[bool](Property $setting 'deleted')
        [void]$listed.Add(@($path,(Text $setting 'valueName'),(Text $setting 'GPOID'),$isDeleted))
        break
      }
    }
  }
  ,$listed
}
Item 'objects' {
  $listed=New-Object Collections.ArrayList
  foreach ($object in (Instances 'root\rsop\computer' 'SELECT id,guidName,name FROM RSOP_GPO' 500)) {
    [void]$listed.Add(@((Text $object 'id'),(Text $object 'guidName'),(Text $object 'name')))
  }
  ,$listed
}
# Names are turned into identifiers where Windows can tell.
Item 'rights' {
  $listed=New-Object Collections.ArrayList
  $query='SELECT UserRight,AccountList,GPOID FROM RSOP_UserPrivilegeRight WHERE precedence=1'
  $wanted='SeRemoteInteractiveLogonRight','SeDenyRemoteInteractiveLogonRight'
  $wanted+='SeNetworkLogonRight','SeDenyNetworkLogonRight'
  foreach ($right in (Instances 'root\rsop\computer' $query 500)) {
    $privilege=Text $right 'UserRight'
    if ($wanted -notcontains $privilege) { continue }
    $accounts=New-Object Collections.ArrayList
    foreach ($account in (Property $right 'AccountList')) {
      if ($accounts.Count -ge 200) { [void]$accounts.Add($null); break }
      $text=([string]$account).TrimStart('*')
      if ($text -cnotmatch '^S-1-[0-9-]+$') {
        try {
          $named=New-Object Security.Principal.NTAccount($text)
          $text=$named.Translate([Security.Principal.SecurityIdentifier]).Value
        } catch { }
      }
      [void]$accounts.Add($text)
    }
    [void]$listed.Add(@($privilege,(Text $right 'GPOID'),$accounts))
  }
  ,$listed
}
