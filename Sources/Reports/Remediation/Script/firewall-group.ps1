
# --- The firewall's group of rules, where no command knows a single one

function Get-FirewallGroupState($Step) {
    $on = 0
    $odd = 0
    foreach ($member in $Step['Members']) {
        $state = Get-FirewallRuleState $member
        if ($state['Is'] -eq 'wanted') { $on++ } elseif ($state['Is'] -eq 'other') { $odd++ }
    }
    $is = 'between'
    if ($odd -gt 0) { $is = 'other' } elseif ($on -eq 0) { $is = 'observed' }
    elseif ($on -eq $Step['Members'].Length) { $is = 'wanted' }
    @{ Is = $is; Text = ([string]$on + ' of ' + [string]$Step['Members'].Length + ' rules on') }
}

function Set-Group($Step, [string]$Enable) {
    $null = & netsh.exe advfirewall firewall set rule ('group=' + $Step['Group']) new ('enable=' + $Enable)
}

function Set-FirewallGroupWanted($Step) { Set-Group $Step 'yes' }
function Set-FirewallGroupObserved($Step) { Set-Group $Step 'no' }
