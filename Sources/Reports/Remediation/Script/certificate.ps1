
# --- The self-signed certificate of Remote Desktop

function Get-CurrentThumbprint($Step) {
    $current = Read-Value $Step['CurrentPath'] $Step['CurrentName']
    if ($null -eq $current -or $current['Kind'] -ne 'Binary') { return '' }
    [BitConverter]::ToString([byte[]]$current['Data']).Replace('-', '')
}

function Get-CertificateState($Step) {
    $now = Read-Value $Step['Path'] 'Blob'
    $served = Get-CurrentThumbprint $Step
    $isBack = Test-Same (Get-Form (Read-Value $Step['CurrentPath'] $Step['CurrentName'])) (Get-Form $Step['ObservedCurrent'])
    $is = 'other'
    $text = 'replaced by another of its name'
    if ($null -eq $now) {
        $is = 'between'
        $text = 'deleted, and none in its place yet'
        if ($served -ne '' -and $served -ne $Step['Thumbprint'] -and $null -ne (Read-Value ($Step['Store'] + '\' + $served) 'Blob')) {
            $is = 'wanted'
            $text = 'deleted, and in its place: ' + $served
        }
    } elseif (Test-Same (Get-Form $now) (Get-Form $Step['Observed'])) {
        $is = 'between'
        $text = 'there, but another is served'
        if ($isBack) {
            $is = 'observed'
            $text = 'there, and served'
        }
    }
    @{ Is = $is; Text = $text }
}

function Remove-Certificate([string]$Thumbprint) {
    $store = New-Object Security.Cryptography.X509Certificates.X509Store('Remote Desktop', 'LocalMachine')
    # check: allow store-open-flags because a certificate is to be removed here
    [void]$store.Open([Security.Cryptography.X509Certificates.OpenFlags]'ReadWrite, OpenExistingOnly')
    try {
        $kind = [Security.Cryptography.X509Certificates.X509FindType]::FindByThumbprint
        [void]$store.RemoveRange($store.Certificates.Find($kind, $Thumbprint, $false))
    } finally { [void]$store.Close() }
}

# Windows makes and reads the certificate when these start.
function Restart-RemoteDesktop {
    foreach ($name in @('SessionEnv', 'TermService')) {
        $null = Restart-Service -Name $name -Force -WarningAction SilentlyContinue
    }
}

function Set-CertificateWanted($Step) {
    $start = Read-Value 'SYSTEM\CurrentControlSet\Services\SessionEnv' 'Start'
    if ($null -eq $start -or (Test-Same (Get-Form $start) 'DWord 4')) {
        throw 'SessionEnv, which makes the certificate, is disabled: nothing was deleted'
    }
    Remove-Certificate $Step['Thumbprint']
    Restart-RemoteDesktop
    # Windows makes it some seconds later.
    for ($wait = 0; $wait -lt 30; $wait++) {
        if ((Get-CertificateState $Step)['Is'] -eq 'wanted') { return }
        Start-Sleep -Seconds 1
    }
}

function Set-CertificateObserved($Step) {
    $made = Get-CurrentThumbprint $Step
    if ($made -ne '' -and $made -ne $Step['Thumbprint']) { Remove-Certificate $made }
    Write-Value $Step['Path'] 'Blob' $Step['Observed']
    Set-Value $Step['CurrentPath'] $Step['CurrentName'] $Step['ObservedCurrent']
    Restart-RemoteDesktop
}
