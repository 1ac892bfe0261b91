# Looks before any .NET call whether this PowerShell may run programs at all.
$mode=$ExecutionContext.SessionState.LanguageMode
if ("$mode" -ne 'FullLanguage') { "FLEETAUDIT1 BLOCKED $mode"; exit 3 }
# A 32-bit engine on 64-bit Windows sees another registry: the same file runs in the 64-bit one.
$native="$env:SystemRoot\Sysnative\WindowsPowerShell\v1.0\powershell.exe"
if ([IO.File]::Exists($native)) {
  $file=$MyInvocation.MyCommand.Path
  if (-not $file) { 'FLEETAUDIT1 BLOCKED 32-bit'; exit 3 }
  & $native -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $file $partArgument
  exit $LASTEXITCODE
}
