function Packed([string]$json) {
  $bytes=[Text.Encoding]::ASCII.GetBytes($json)
  $memory=New-Object IO.MemoryStream
  $gzip=New-Object IO.Compression.GZipStream($memory,[IO.Compression.CompressionMode]::Compress)
  $gzip.Write($bytes,0,$bytes.Length); $gzip.Close()
  ,$memory.ToArray()
}
# Which machine, which program, when, and which part: what binds lines to one host, also those of several runs.
#   FLEETAUDIT1 RUN <bytes> <base64 of gzip of JSON> ;
function Announce([int]$number,[int]$count) {
  $run=New-Object Collections.Specialized.OrderedDictionary
  $run['computer']=[Environment]::MachineName
  $run['machine']=$null
  try {
    $key=[Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\Microsoft\Cryptography')
    if ($null -ne $key) { try { $run['machine']=[string]$key.GetValue('MachineGuid') } finally { $key.Close() } }
  } catch { }
  $run['clock']=[DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ',[Globalization.CultureInfo]::InvariantCulture)
  $run['probe']=$fingerprint
  $run['sections']=$asked
  $run['part']=$number
  $run['parts']=$count
  $json=New-Object Text.StringBuilder
  WriteJson $run $json
  $packed=Packed ($json.ToString())
  [Console]::Out.Write('FLEETAUDIT1 RUN '+$packed.Length+' '+[Convert]::ToBase64String($packed)+" ;`n")
}
