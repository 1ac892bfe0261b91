[CmdletBinding(SupportsShouldProcess=$true)]
param([ValidateSet('Apply','Verify','Rollback')][string]$Phase='Apply')

$ErrorActionPreference = 'Stop'
# Windows' own programs are judged by what stands there afterwards.
$PSNativeCommandUseErrorActionPreference = $false
if ([string]$ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    Write-Output 'REFUSED: this PowerShell runs in a constrained language mode, which allows none of it. Nothing was changed.'
    exit 2
}
$script:Failures = 0
$script:Note = ''
$script:Restart = ''

# What comes from the registry and from Windows' messages is shown without characters that could disturb a terminal.
function Get-Plain([string]$Text) { [regex]::Replace($Text, '[^\x20-\x7e]+', '?') }

function Get-Shown([string]$Text) {
    $shown = Get-Plain $Text
    if ($shown.Length -gt 120) { $shown = $shown.Substring(0, 117) + '...' }
    $shown
}

# Texts are the same when every character is: -eq leaves out what cannot be seen.
function Test-Same($One, $Other) { [string]::Equals([string]$One, [string]$Other, [StringComparison]::Ordinal) }

# A registry value below HKEY_LOCAL_MACHINE with its kind, as it is stored; nothing when it is not there.
function Read-Value([string]$Key, [string]$Name) {
    $open = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($Key)
    if ($null -eq $open) { return $null }
    try {
        foreach ($found in $open.GetValueNames()) {
            if (-not [string]::Equals($found, $Name, [StringComparison]::OrdinalIgnoreCase)) { continue }
            $data = $open.GetValue($found, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
            return @{ Kind = [string]$open.GetValueKind($found); Data = $data }
        }
        return $null
    } finally { $open.Close() }
}

# A value as one text, in which any difference of type, data or order shows.
function Get-Form($Value) {
    if ($null -eq $Value) { return 'absent' }
    $kind = $Value['Kind']
    switch ($kind) {
        'DWord' { return 'DWord ' + [string][int]$Value['Data'] }
        'QWord' { return 'QWord ' + [string][long]$Value['Data'] }
        'String' { return 'String ' + $Value['Data'] }
        'ExpandString' { return 'ExpandString ' + $Value['Data'] }
        'MultiString' {
            $texts = [string[]]$Value['Data']
            return 'MultiString ' + [string]$texts.Length + ' ' + [string]::Join([string][char]0, $texts)
        }
        'Binary' { return 'Binary ' + [Convert]::ToBase64String([byte[]]$Value['Data']) }
        'None' { return 'None ' + [Convert]::ToBase64String([byte[]]$Value['Data']) }
        default { return 'of another kind' }
    }
}

# A value as people read it.
function Get-ValueText($Value) {
    if ($null -eq $Value) { return 'absent' }
    $kind = $Value['Kind']
    switch ($kind) {
        'DWord' { return [string][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$Value['Data']), 0) + ' (DWord)' }
        'QWord' { return [string][BitConverter]::ToUInt64([BitConverter]::GetBytes([long]$Value['Data']), 0) + ' (QWord)' }
        'MultiString' { return (Get-Shown ([string]::Join(' | ', [string[]]$Value['Data']))) + ' (MultiString)' }
        'Binary' { return (Get-Shown ([BitConverter]::ToString([byte[]]$Value['Data']))) + ' (Binary)' }
        'None' { return (Get-Shown ([BitConverter]::ToString([byte[]]$Value['Data']))) + ' (None)' }
        default { return "'" + (Get-Shown $Value['Data']) + "' (" + $kind + ')' }
    }
}

# Makes the key where it is missing and touches nothing else in it.
function Write-Value([string]$Key, [string]$Name, $Value) {
    $kind = [Microsoft.Win32.RegistryValueKind]$Value['Kind']
    switch ($Value['Kind']) {
        'DWord' { $data = [int]$Value['Data'] }
        'QWord' { $data = [long]$Value['Data'] }
        'MultiString' { $data = [string[]]$Value['Data'] }
        'Binary' { $data = [byte[]]$Value['Data'] }
        'None' { $data = [byte[]]$Value['Data'] }
        default { $data = [string]$Value['Data'] }
    }
    $open = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey($Key)
    try { [void]$open.SetValue($Name, $data, $kind) } finally { [void]$open.Close() }
}

function Remove-Value([string]$Key, [string]$Name) {
    $open = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($Key, $true)
    if ($null -eq $open) { return }
    try { [void]$open.DeleteValue($Name, $false) } finally { [void]$open.Close() }
}

# A value as it shall be, or its absence.
function Set-Value([string]$Key, [string]$Name, $Value) {
    if ($null -eq $Value) { Remove-Value $Key $Name } else { Write-Value $Key $Name $Value }
}
