
# --- Services

function Get-ServiceStart([string]$Name) {
    $value = Read-Value ('SYSTEM\CurrentControlSet\Services\' + $Name) 'Start'
    if ($null -ne $value -and $value['Kind'] -eq 'DWord') { return [int]$value['Data'] }
    return -1
}

function Get-ServiceStatus([string]$Name) {
    try { return [string](Get-Service -Name $Name).Status } catch { return 'in a state that cannot be told' }
}

function Get-ServiceState($Step, [string]$Goal) {
    $start = Get-ServiceStart $Step['Service']
    $status = Get-ServiceStatus $Step['Service']
    $runs = $status -eq 'Running'
    # Where nobody could tell whether it ran, it may run or not.
    $isAsBefore = ($Step['WasRunning'] -eq 'not told') -or ($runs -eq ($Step['WasRunning'] -eq 'yes'))
    $isObserved = ($start -eq $Step['ObservedStart']) -and $isAsBefore
    $isWanted = ($start -eq $Step['WantedStart']) -and $runs
    $is = 'other'
    if ($isObserved -and $Goal -eq 'observed') { $is = 'observed' }
    elseif ($isWanted) { $is = 'wanted' }
    elseif ($isObserved) { $is = 'observed' }
    elseif ($start -eq $Step['ObservedStart'] -or $start -eq $Step['WantedStart']) { $is = 'between' }
    @{ Is = $is; Text = ('start type ' + [string]$start + ', ' + $status) }
}

# sc.exe knows every start type on every Windows; what counts is what stands there afterwards.
function Set-ServiceStart([string]$Name, [int]$Start) {
    if ((Get-ServiceStart $Name) -eq $Start) { return }
    $words = @('boot', 'system', 'auto', 'demand', 'disabled')
    # sc.exe takes the delay away with auto; a service that had it while it was disabled keeps it.
    $delay = Read-Value ('SYSTEM\CurrentControlSet\Services\' + $Name) 'DelayedAutostart'
    if ($null -ne $delay -and (Test-Same (Get-Form $delay) 'DWord 1')) { $words[2] = 'delayed-auto' }
    try { $null = & sc.exe config $Name start= $words[$Start] } catch { $script:Note = '; sc.exe could not be run' }
    if ((Get-ServiceStart $Name) -eq $Start) { return }
    $types = @('Boot', 'System', 'Automatic', 'Manual', 'Disabled')
    try { $null = Set-Service -Name $Name -StartupType $types[$Start] } catch {
        # Some services let nobody but Windows change them by its own commands.
        Write-Value ('SYSTEM\CurrentControlSet\Services\' + $Name) 'Start' @{ Kind = 'DWord'; Data = $Start }
        $script:Note = '; it counts from the next restart of the host on'
    }
}

function Set-ServiceWanted($Step) {
    Set-ServiceStart $Step['Service'] $Step['WantedStart']
    if ((Get-ServiceStatus $Step['Service']) -ne 'Running') {
        $null = Start-Service -Name $Step['Service'] -WarningAction SilentlyContinue
    }
}

function Set-ServiceObserved($Step) {
    if ($Step['WasRunning'] -eq 'no' -and (Get-ServiceStatus $Step['Service']) -eq 'Running') {
        $null = Stop-Service -Name $Step['Service'] -Force -WarningAction SilentlyContinue
    }
    Set-ServiceStart $Step['Service'] $Step['ObservedStart']
}
