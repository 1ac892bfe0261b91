# What kept the script from running at all; nothing when it may.
function Get-Obstacle {
    if ([Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {
        return 'this is the 32-bit PowerShell, which sees another registry: start the 64-bit one'
    }
    foreach ($mark in $Identity) {
        $now = Read-Value $mark['Path'] $mark['Name']
        $text = 'absent'
        if ($null -ne $now) { $text = [string]$now['Data'] }
        if (-not [string]::Equals($text, $mark['Text'], [StringComparison]::OrdinalIgnoreCase)) {
            return 'this is another machine: its ' + $mark['Name'] + ' is ' + (Get-Shown $text) + ', and the audited one has ' + (Get-Shown $mark['Text'])
        }
    }
    return ''
}

# Brings one thing to where the phase wants it, and says in one sentence what was and what is.
function Invoke-Step($Step, [string]$Phase) {
    $script:Note = ''
    $goal = 'wanted'
    if ($Phase -eq 'Rollback') { $goal = 'observed' }
    try { $before = Get-State $Step $goal } catch {
        $script:Failures++
        return 'FAILED, it could not be read: ' + (Get-Shown $_.Exception.Message)
    }
    $wanted = Get-Shown $Step['WantedText']
    $observed = Get-Shown $Step['ObservedText']
    if ($Phase -eq 'Verify') {
        if ($before['Is'] -eq $goal) { return 'holds, is ' + $before['Text'] }
        $script:Failures++
        return 'DOES NOT HOLD, is ' + $before['Text'] + ', should be ' + $wanted
    }
    if ($before['Is'] -eq $goal) { return 'nothing to do, is ' + $before['Text'] }
    if ($before['Is'] -eq 'other') {
        $script:Failures++
        return 'REFUSED, is ' + $before['Text'] + ': neither what the audit saw (' + $observed + ') nor what it wants (' + $wanted + ')'
    }
    $text = $wanted
    if ($goal -eq 'observed') { $text = $observed }
    if ($WhatIfPreference) {
        $risk = ''
        if ($Step['Risk'] -ne '') { $risk = '; risk: ' + (Get-Plain $Step['Risk']) }
        return 'would change, is ' + $before['Text'] + ', would be ' + $text + $Step['Effect'] + $risk
    }
    if (-not $PSCmdlet.ShouldProcess($Step['Control'] + ': ' + $Step['Does'], $Phase)) {
        $script:Failures++
        return 'left alone, is ' + $before['Text']
    }
    $problem = ''
    try { $null = Set-State $Step $goal } catch { $problem = ' (' + (Get-Shown $_.Exception.Message) + ')' }
    try { $after = Get-State $Step $goal } catch {
        $script:Failures++
        return 'FAILED, was ' + $before['Text'] + ', and cannot be read now: ' + (Get-Shown $_.Exception.Message)
    }
    if ($after['Is'] -ne $goal -or $problem -ne '') {
        $script:Failures++
        return 'FAILED, was ' + $before['Text'] + ', is ' + $after['Text'] + $problem + $script:Note
    }
    if ($Step['Restart'] -eq 'host' -or $script:Restart -eq '') { $script:Restart = $Step['Restart'] }
    return 'done, was ' + $before['Text'] + ', is ' + $after['Text'] + $Step['Effect'] + $script:Note
}

$obstacle = Get-Obstacle
if ($obstacle -ne '') {
    Write-Output ('REFUSED: ' + $obstacle + '. Nothing was changed.')
    exit 2
}
Write-Output (Get-Plain ($Phase + ' on ' + $HostName + ', as seen by run ' + $Run))
foreach ($controls in $LeftOut) {
    $script:Failures++
    Write-Output ($controls + ': left out, they want different things of one value')
}
# Undone in the other direction than done.
if ($Phase -eq 'Rollback') { [Array]::Reverse($Steps) }
foreach ($step in $Steps) {
    $said = Invoke-Step $step $Phase
    Write-Output ((Get-Plain ($step['Control'] + ' ' + $step['Does'])) + ': ' + $said)
}
if ($script:Restart -eq 'TermService') {
    Write-Output 'Not in force yet: restart TermService in your window (Restart-Service -Name TermService -Force), which ends all sessions.'
} elseif ($script:Restart -eq 'host') { Write-Output 'Not in force yet: restart the host in your window.' }
if ($script:Failures -gt 0) { exit 1 }
exit 0
