# It reads and prints; it changes nothing, writes no file, and leaves nothing running.
# Windows PowerShell 2.0 to 5.1 and PowerShell 7. ASCII only. Every answer is one line:
#   FLEETAUDIT1 <number> <section> <bytes> <base64 of gzip of JSON> ;
$ErrorActionPreference='Stop'
$ProgressPreference='SilentlyContinue'
$WarningPreference='SilentlyContinue'
try { [Diagnostics.Process]::GetCurrentProcess().PriorityClass=[Diagnostics.ProcessPriorityClass]::BelowNormal } catch { }

# What sections need in a runspace of their own, too.
$library={
[Threading.Thread]::CurrentThread.CurrentCulture=[Globalization.CultureInfo]::InvariantCulture
$rawValue=[Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames

# What went wrong, without the wrappings.
function Innermost($exception) {
  while ($exception.InnerException) { $exception=$exception.InnerException }
  $exception
}
function Number($exception) {
  $number=[Runtime.InteropServices.Marshal]::GetHRForException($exception)
  # .NET Framework gives all errors of the Windows API one number; the real one stands beside it.
  if ($exception -is [ComponentModel.Win32Exception]) { $number=-2147024896 -bor $exception.NativeErrorCode }
  # So it is with those of WMI, whose type is loaded only where it is used.
  if ($exception.GetType().FullName -eq 'System.Management.ManagementException') { $number=[int]$exception.ErrorCode }
  '{0:x8}' -f $number
}
# An error as a number and a type; its text is in the host's language.
function Problem($exception) {
  $exception=Innermost $exception
  (Number $exception)+' '+$exception.GetType().FullName
}

# -cmatch: ignoring case would fold the Kelvin sign and others into ASCII.
$halfPair='[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]'
function Quoted([string]$text) {
  $escaped=$text.Replace('\','\\').Replace('"','\"')
  if ($text -cmatch '[^\x20-\x7e]') {
    $escaped=[regex]::Replace($escaped,'[^\x20-\x7e]',{ param($match) '\u{0:x4}' -f [int][char]$match.Value })
  }
  '"'+$escaped+'"'
}

# Half a surrogate pair is no JSON text: such a value goes as its UTF-16 units, such a name with U+FFFD.
function WriteName([string]$text,$json) {
  if ($text -cmatch $halfPair) { $text=[regex]::Replace($text,$halfPair,[string][char]0xfffd) }
  [void]$json.Append((Quoted $text))
}
function WriteText([string]$text,$json) {
  if ($text -cmatch '[\ud800-\udfff]' -and $text -cmatch $halfPair) {
    $characters=$text.ToCharArray()
    $units=New-Object byte[] ($characters.Length*2)
    [Buffer]::BlockCopy($characters,0,$units,0,$units.Length)
    [void]$json.Append('{"utf16":"').Append([Convert]::ToBase64String($units)).Append('"}')
  } else { [void]$json.Append((Quoted $text)) }
}

function WriteJson($value,$json) {
  if ($null -eq $value) { [void]$json.Append('null') }
  elseif ($value -is [string]) { WriteText $value $json }
  elseif ($value -is [bool]) { if ($value) { [void]$json.Append('true') } else { [void]$json.Append('false') } }
  elseif ($value -is [Collections.IDictionary]) {
    [void]$json.Append('{'); $isFirst=$true
    # Not $value.Keys and $value.Count: a key of that name, which a host may hold, would stand in their place.
    foreach ($entry in $value.GetEnumerator()) {
      if ($isFirst) { $isFirst=$false } else { [void]$json.Append(',') }
      WriteName $entry.Key $json; [void]$json.Append(':'); WriteJson $entry.Value $json
    }
    [void]$json.Append('}')
  }
  elseif ($value -is [Collections.IEnumerable]) {
    [void]$json.Append('['); $isFirst=$true
    foreach ($element in $value) {
      if ($isFirst) { $isFirst=$false } else { [void]$json.Append(',') }
      WriteJson $element $json
    }
    [void]$json.Append(']')
  }
  else { [void]$json.Append([string]::Format([Globalization.CultureInfo]::InvariantCulture,'{0}',$value)) }
}

# Runs a section's body and gives its line's JSON. The body fills $answer.
function Answer([scriptblock]$body) {
  $watch=[Diagnostics.Stopwatch]::StartNew()
  $script:answer=New-Object Collections.Specialized.OrderedDictionary
  $json=New-Object Text.StringBuilder
  try {
    [void](& $body)
    $milliseconds=[int64]$watch.ElapsedMilliseconds
    [void]$json.Append('{"ms":').Append($milliseconds).Append(',"data":')
    WriteJson $script:answer $json
    [void]$json.Append('}')
    $json.ToString()
  } catch { FailedBy $watch $_.Exception }
}
function Failed($watch,[string]$kind,[string]$number,[string]$message) {
  $json=New-Object Text.StringBuilder
  [void]$json.Append('{"ms":').Append([int64]$watch.ElapsedMilliseconds).Append(',"failed":')
  $failure=New-Object Collections.Specialized.OrderedDictionary
  $failure['error']=$kind; $failure['hresult']=$number; $failure['message']=$message
  WriteJson $failure $json
  $json.Append('}').ToString()
}
function FailedBy($watch,$exception) {
  $exception=Innermost $exception
  $kind=$exception.GetType().FullName
  Failed $watch $kind (Number $exception) ([string]$exception.Message)
}

# One further member of the answer; its failure costs only itself.
function Item([string]$name,[scriptblock]$body) {
  try { $script:answer[$name]=& $body }
  catch { $failure=New-Object Collections.Specialized.OrderedDictionary; $failure['error']=Problem $_.Exception; $script:answer[$name]=$failure }
}

function Part([string]$name) {
  if (-not $script:answer.Contains($name)) { $script:answer[$name]=New-Object Collections.Specialized.OrderedDictionary }
  ,$script:answer[$name]
}

# [kind, value]; kinds are numbered as .NET's RegistryValueKind, DWORD and QWORD are unsigned, bytes are base64.
function Value($key,[string]$name) {
  $value=$key.GetValue($name,$null,$rawValue)
  if ($value -is [byte[]]) { $value=[Convert]::ToBase64String($value) }
  elseif ($value -is [int]) { $value=[BitConverter]::ToUInt32([BitConverter]::GetBytes($value),0) }
  elseif ($value -is [long]) { $value=[BitConverter]::ToUInt64([BitConverter]::GetBytes($value),0) }
  ,@([int]$key.GetValueKind($name),$value)
}

# The named values of one key. null: the key is not there; a text: why it could not be read; a value of null: not there.
function Values([string]$path,[string[]]$names) {
  $keys=Part 'keys'
  try {
    $key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path)
    if ($null -eq $key) { $keys[$path]=$null; return }
    try {
      $present=@{}
      foreach ($name in $key.GetValueNames()) { $present[$name]=$true }
      $values=New-Object Collections.Specialized.OrderedDictionary
      foreach ($name in $names) { if ($present.ContainsKey($name)) { $values[$name]=Value $key $name } else { $values[$name]=$null } }
      $keys[$path]=$values
    } finally { $key.Close() }
  } catch { $keys[$path]=Problem $_.Exception }
}

# Only whether a key is there; nothing of it is read.
function Presence([string]$path) {
  $keys=Part 'keys'
  try {
    $key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path)
    if ($null -eq $key) { $keys[$path]=$null; return }
    $key.Close()
    $keys[$path]=New-Object Collections.Specialized.OrderedDictionary
  } catch { $keys[$path]=Problem $_.Exception }
}

# Every value of one key, for keys whose list is the fact.
function List([string]$path,[int]$limit) {
  $lists=Part 'lists'
  try {
    $key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path)
    if ($null -eq $key) { $lists[$path]=$null; return }
    try {
      $values=New-Object Collections.Specialized.OrderedDictionary
      $listed=0
      foreach ($name in $key.GetValueNames()) {
        if ($listed -ge $limit) { $capped=Part 'capped'; $capped[$path]=[int]$key.ValueCount; break }
        $values[$name]=Value $key $name
        $listed++
      }
      $lists[$path]=$values
    } finally { $key.Close() }
  } catch { $lists[$path]=Problem $_.Exception }
}

# The names of the subkeys, all or those that fit a pattern, and the named values of each.
function Children([string]$path,[string[]]$names,[string[]]$patterns) {
  $children=Part 'children'
  try {
    $key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path)
    if ($null -eq $key) { $children[$path]=$null; return }
    try { $all=$key.GetSubKeyNames() } finally { $key.Close() }
    $chosen=New-Object Collections.ArrayList
    foreach ($name in $all) {
      if (-not $patterns) { [void]$chosen.Add($name); continue }
      foreach ($pattern in $patterns) { if ($name -like $pattern) { [void]$chosen.Add($name); break } }
    }
    $children[$path]=$chosen
  } catch { $children[$path]=Problem $_.Exception; return }
  foreach ($name in $chosen) { Values ($path+'\'+$name) $names }
}

# A key and its subkeys down to four levels.
function Tree([string]$path,[string[]]$names,[int]$depth) {
  Values $path $names
  Children $path $names
  if ($depth -ge 4) { return }
  $below=$script:answer['children'][$path]
  if ($below -is [Collections.ArrayList]) { foreach ($name in $below) { Tree ($path+'\'+$name) $names ($depth+1) } }
}

# Only how many values a key has.
function Count([string]$path) {
  $counts=Part 'counts'
  try {
    $key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($path)
    if ($null -eq $key) { $counts[$path]=$null; return }
    try { $counts[$path]=[int]$key.ValueCount } finally { $key.Close() }
  } catch { $counts[$path]=Problem $_.Exception }
}

# What WMI answers on this machine, at most so many objects. PacketPrivacy: the Terminal Services provider insists.
function Instances([string]$namespace,[string]$query,[int]$limit) {
  [void][Reflection.Assembly]::LoadWithPartialName('System.Management')
  $connection=New-Object Management.ConnectionOptions
  $connection.Authentication=[Management.AuthenticationLevel]::PacketPrivacy
  $scope=New-Object Management.ManagementScope(('\\.\'+$namespace),$connection)
  $options=New-Object Management.EnumerationOptions
  $options.ReturnImmediately=$true; $options.Rewindable=$false
  $options.Timeout=[TimeSpan]::FromSeconds(10)
  $searcher=New-Object Management.ManagementObjectSearcher($scope,(New-Object Management.ObjectQuery($query)),$options)
  $found=New-Object Collections.ArrayList
  foreach ($object in $searcher.Get()) {
    [void]$found.Add($object)
    if ($found.Count -ge $limit) { break }
  }
  ,$found
}
# A property of such an object; null also where this Windows has no such property.
function Property($object,[string]$property) { try { $object.GetPropertyValue($property) } catch { $null } }
function Text($object,[string]$property) {
  $value=Property $object $property
  if ($null -eq $value) { $null } else { [string]$value }
}

# [exit code, text] of one of Windows' own programs, at most 4 MB. It is ended when it takes too long.
function Printed([string]$program,[string]$arguments,[int]$limit) {
  $watch=[Diagnostics.Stopwatch]::StartNew()
  $start=New-Object Diagnostics.ProcessStartInfo
  $start.FileName=[IO.Path]::Combine([Environment]::SystemDirectory,$program)
  $start.Arguments=$arguments
  $start.UseShellExecute=$false; $start.CreateNoWindow=$true
  $start.RedirectStandardInput=$true; $start.RedirectStandardOutput=$true
  # check: allow writing-method because the programs named in the sections only print
  $process=[Diagnostics.Process]::Start($start)
  try {
    $process.StandardInput.Close()
    $stream=$process.StandardOutput.BaseStream
    $buffer=New-Object byte[] 65536
    $text=New-Object Text.StringBuilder
    while ($text.Length -lt 4000000) {
      # Not ReadLine: it would wait for ever.
      $reading=$stream.BeginRead($buffer,0,$buffer.Length,$null,$null)
      $left=[int][Math]::Max(0,$limit-$watch.ElapsedMilliseconds)
      if (-not $reading.AsyncWaitHandle.WaitOne($left,$false)) { throw (New-Object TimeoutException) }
      $count=$stream.EndRead($reading)
      if ($count -le 0) { break }
      [void]$text.Append([Text.Encoding]::ASCII.GetString($buffer,0,$count))
    }
    [void]$process.WaitForExit([int][Math]::Max(100,$limit-$watch.ElapsedMilliseconds))
    ,@($process.ExitCode,$text.ToString())
  } finally {
    # check: allow writing-method because it is the process started above
    try { if (-not $process.HasExited) { $process.Kill() } } catch { }
    $process.Close()
  }
}
}
. $library

$script:lines=0
function Emit([string]$section,[string]$json) {
  $bytes=[Text.Encoding]::ASCII.GetBytes($json)
  $memory=New-Object IO.MemoryStream
  $gzip=New-Object IO.Compression.GZipStream($memory,[IO.Compression.CompressionMode]::Compress)
  $gzip.Write($bytes,0,$bytes.Length); $gzip.Close()
  $packed=$memory.ToArray()
  $script:lines++
  $line='FLEETAUDIT1 '+$script:lines+' '+$section+' '+$packed.Length+' '+[Convert]::ToBase64String($packed)+" ;`n"
  [Console]::Out.Write($line); [Console]::Out.Flush()
}
function Section([string]$name,[scriptblock]$body) { Emit $name (Answer $body) }

# Sections that can block (COM, name look-up, slow folders) run beside the others, each in a runspace of its own, four at a
# time: a runspace takes some megabytes, and Windows ends shells above 150. One that passes its limit is abandoned: a
# blocking call cannot be stopped, and the process ends without waiting for it.
$script:pending=New-Object Collections.ArrayList
$script:atOnce=4
function StartSection([string]$name,[int]$limit,[scriptblock]$body) {
  $run=@{ name=$name; limit=$limit; body=$body }
  [void]$script:pending.Add($run)
  if ($script:pending.Count -le $script:atOnce) { Launch $run }
}
function Launch($run) {
  $run['watch']=[Diagnostics.Stopwatch]::StartNew()
  try {
    $run['shell']=[Management.Automation.PowerShell]::Create()
    $text="`$ErrorActionPreference='Stop'`n"+$library.ToString()+"`nAnswer {`n"+$run['body'].ToString()+"`n}"
    [void]$run['shell'].AddScript($text)
    $run['handle']=$run['shell'].BeginInvoke()
  } catch { $run['error']=$_.Exception }
}
function Finish($run) {
  try {
    if ($run['error']) { throw $run['error'] }
    $left=[int][Math]::Max(0,$run['limit']-$run['watch'].ElapsedMilliseconds)
    if ($run['handle'].AsyncWaitHandle.WaitOne($left,$false)) {
      $output=$run['shell'].EndInvoke($run['handle'])
      $run['shell'].Dispose()
      Emit $run['name'] ([string]$output[$output.Count-1])
    } else {
      [void]$run['shell'].BeginStop($null,$null)
      Emit $run['name'] (Failed $run['watch'] 'timeout' '' ('no answer within '+$run['limit']+' ms'))
    }
  } catch { Emit $run['name'] (FailedBy $run['watch'] $_.Exception) }
}
function FinishSections {
  for ($place=0; $place -lt $script:pending.Count; $place++) {
    Finish $script:pending[$place]
    if ($place+$script:atOnce -lt $script:pending.Count) { Launch $script:pending[$place+$script:atOnce] }
  }
}
