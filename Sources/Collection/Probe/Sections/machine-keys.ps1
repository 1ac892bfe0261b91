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
function Moment([DateTime]$time) { $time.ToString('yyyy-MM-ddTHH:mm:ssZ',[Globalization.CultureInfo]::InvariantCulture) }
# How many files, how large together, and when the newest was written; what was read of the folder has it all.
function Totals($folder,$files) {
  [int64]$bytes=0; $newest=[DateTime]::MinValue
  foreach ($file in $files) {
    # .NET 2.0 looks again at each file, which may be gone since it was listed.
    try { $bytes+=$file.Length; if ($file.LastWriteTimeUtc -gt $newest) { $newest=$file.LastWriteTimeUtc } } catch { }
  }
  $folder['count']=$files.Length
  $folder['bytes']=$bytes
  if ($files.Length -gt 0) { $folder['newest']=Moment $newest }
}
function Folder([string]$path) {
  $folder=New-Object Collections.Specialized.OrderedDictionary
  $folder['path']=$path
  $files=(New-Object IO.DirectoryInfo($path)).GetFiles()
  $folder['sddl']=Descriptor $path $true
  Totals $folder $files
  $listed=New-Object Collections.ArrayList
  foreach ($file in $files) {
    # The container TSSecKeySet1 of RDP's own certificate has this name on every machine.
    $isRemoteDesktop=$file.Name.StartsWith('f686aace6942fb7f7ceb231212eef4a4',[StringComparison]::OrdinalIgnoreCase)
    if (-not $isRemoteDesktop -and $listed.Count -ge 256) { continue }
    $descriptor=$null
    if ($isRemoteDesktop -or $files.Length -le 64) { $descriptor=Descriptor $file.FullName $false }
    [void]$listed.Add(@($file.Name,$descriptor,$file.Length,(Moment $file.LastWriteTimeUtc)))
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
  $files=(New-Object IO.DirectoryInfo($folder['path'])).GetFiles()
  Totals $folder $files
  $folder['sddl']=Descriptor $folder['path'] $true
  ,$folder
}
