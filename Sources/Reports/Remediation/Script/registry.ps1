
# --- Registry values

function Test-EmptyKey([string]$Key) {
    $open = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($Key)
    if ($null -eq $open) { return $false }
    try { return ($open.ValueCount + $open.SubKeyCount) -eq 0 } finally { [void]$open.Close() }
}

# Keys that were made for a value go with it, unless something else stands in them by now.
function Remove-EmptyKeys($Keys) {
    foreach ($key in $Keys) {
        if (-not (Test-EmptyKey $key)) { continue }
        $at = $key.LastIndexOf([char]0x5c)
        $parent = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey($key.Substring(0, $at), $true)
        try { [void]$parent.DeleteSubKey($key.Substring($at + 1), $false) } finally { [void]$parent.Close() }
    }
}

function Get-RegistryState($Step) {
    $now = Read-Value $Step['Path'] $Step['Name']
    $form = Get-Form $now
    $is = 'other'
    if (Test-Same $form (Get-Form $Step['Wanted'])) { $is = 'wanted' }
    elseif (Test-Same $form (Get-Form $Step['Observed'])) {
        $is = 'observed'
        foreach ($key in $Step['MissingKeys']) { if (Test-EmptyKey $key) { $is = 'between' } }
    }
    @{ Is = $is; Text = (Get-ValueText $now) }
}

function Set-RegistryWanted($Step) {
    try { Set-Value $Step['Path'] $Step['Name'] $Step['Wanted'] } catch {
        Remove-EmptyKeys $Step['MissingKeys']
        throw
    }
}

function Set-RegistryObserved($Step) {
    Set-Value $Step['Path'] $Step['Name'] $Step['Observed']
    Remove-EmptyKeys $Step['MissingKeys']
}
