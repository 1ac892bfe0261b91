# For channels that hand back only some KB: each section's line in numbered pieces, of which one run prints one part.
#   FLEETAUDIT1P <section> <piece>/<pieces> <characters> <bytes> <fingerprint> <part of the base64> ;
# A section that did not change gives the same bytes in every run (its milliseconds are left out), so that its pieces may
# come from several runs; the fingerprint, SHA-1's first half of all of them, keeps those of another answer apart.
$script:frames=New-Object Collections.ArrayList
function Emit([string]$section,[string]$json) {
  $packed=Packed ([regex]::Replace($json,'^\{"ms":[0-9]+,','{'))
  $digest=(New-Object Security.Cryptography.SHA1CryptoServiceProvider).ComputeHash($packed)
  $fingerprint=([BitConverter]::ToString($digest,0,8)).Replace('-','').ToLowerInvariant()
  $text=[Convert]::ToBase64String($packed)
  $pieces=New-Object Collections.ArrayList
  for ($at=0; $at -lt $text.Length; $at+=$pieceSize) {
    [void]$pieces.Add($text.Substring($at,[Math]::Min($pieceSize,$text.Length-$at)))
  }
  $number=0
  foreach ($piece in $pieces) {
    $number++
    $head='FLEETAUDIT1P '+$section+' '+$number+'/'+$pieces.Count+' '+$piece.Length+' '+$packed.Length+' '+$fingerprint
    [void]$script:frames.Add($head+' '+$piece+" ;`n")
  }
}
# Whole pieces up to the limit of a part. Their sizes are rounded up, so that a section that grew by some bytes seldom
# moves those behind it into another part.
function WritePart([int]$wanted) {
  $chosen=New-Object Collections.ArrayList
  $count=1
  $used=0
  foreach ($frame in $script:frames) {
    $room=$frame.Length-($frame.Length % 128)+128
    if ($used -gt 0 -and $used+$room -gt $partSize) { $count++; $used=0 }
    $used+=$room
    if ($count -eq $wanted) { [void]$chosen.Add($frame) }
  }
  Announce $wanted $count
  foreach ($frame in $chosen) { [Console]::Out.Write($frame) }
  [Console]::Out.Write('FLEETAUDIT1 END '+$chosen.Count+"`n"); [Console]::Out.Flush()
}
