Item 'engine' {
  $engine=New-Object Collections.Specialized.OrderedDictionary
  $engine['version']=[string]$PSVersionTable.PSVersion
  $engine['bits']=[IntPtr]::Size*8
  $identity=[Security.Principal.WindowsIdentity]::GetCurrent()
  $principal=New-Object Security.Principal.WindowsPrincipal($identity)
  $engine['elevated']=$principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
  $engine['clock']=[DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ',[Globalization.CultureInfo]::InvariantCulture)
  ,$engine
}
