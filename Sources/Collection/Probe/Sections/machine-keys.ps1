# The descriptor as SDDL: identifiers, no names. .NET Framework has it on File and Directory, PowerShell 7 in Get-Acl.
function Descriptor([string]$path,[bool]$isFolder) {
  try {
    $parts=[Security.AccessControl.AccessControlSections]'Owner, Group, Access'
    if ($PSVersionTable.PSVersion.Major -ge 6) { $security=Get-Acl -LiteralPath $path }
    elseif ($isFolder) { $security=[IO.Directory]::GetAccessControl($path,$parts) }
    else { $security=[IO.File]::GetAccessControl($path,$parts) }
    $security.GetSecurityDescriptorSddlForm($parts)
  } catch {
    $failure=New-Object Collections.Specialized.OrderedDictionary
    $failure['error']=Problem $_.Exception
    ,$failure
  }
}
function Folder([string]$path) {
  $folder=New-Object Collections.Specialized.OrderedDictionary
  $folder['path']=$path
  $files=[IO.Directory]::GetFiles($path)
  $folder['sddl']=Descriptor $path $true
  $folder['count']=$files.Length
  $listed=New-Object Collections.ArrayList
  foreach ($file in $files) {
    $name=[IO.Path]::GetFileName($file)
    # The container TSSecKeySet1 of RDP's own certificate has this name on every machine.
    $isRemoteDesktop=$name.StartsWith('f686aace6942fb7f7ceb231212eef4a4',[StringComparison]::OrdinalIgnoreCase)
    if (-not $isRemoteDesktop -and $listed.Count -ge 256) { continue }
    $descriptor=$null
    if ($isRemoteDesktop -or $files.Length -le 64) { $descriptor=Descriptor $file $false }
    [void]$listed.Add(@($name,$descriptor))
  }
  $folder['files']=$listed
  ,$folder
}
$crypto=[IO.Path]::Combine([Environment]::GetFolderPath('CommonApplicationData'),'Microsoft\Crypto')
Item 'rsa' { Folder ($crypto+'\RSA\MachineKeys') }
Item 'siblings' {
  $names=New-Object Collections.ArrayList
  foreach ($path in [IO.Directory]::GetDirectories($crypto+'\RSA')) { [void]$names.Add([IO.Path]::GetFileName($path)) }
  ,$names
}
Item 'cng' {
  $folder=New-Object Collections.Specialized.OrderedDictionary
  $folder['path']=$crypto+'\Keys'
  $folder['count']=[IO.Directory]::GetFiles($folder['path']).Length
  $folder['sddl']=Descriptor $folder['path'] $true
  ,$folder
}
