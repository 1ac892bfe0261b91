
# --- Firewall rules

$RulesKey = 'SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules'

# A rule without the version of its text and without whether it is on.
function Get-RuleForm([string]$Text) {
    $at = $Text.IndexOf([char]0x7c)
    if ($at -lt 0) { return $Text }
    $pattern = '(?i)\|Active=(TRUE|FALSE)(?=\||$)'
    [regex]::Replace($Text.Substring($at), $pattern, '')
}

function Test-RuleIsOn([string]$Text) { [regex]::IsMatch($Text, '(?i)\|Active=TRUE(\||$)') }

function Get-FirewallRuleState($Step) {
    $now = Read-Value $RulesKey $Step['Rule']
    if ($null -eq $now -or $now['Kind'] -ne 'String') { return @{ Is = 'other'; Text = 'not there' } }
    $isOn = Test-RuleIsOn $now['Data']
    $text = 'off'
    if ($isOn) { $text = 'on' }
    $is = 'observed'
    if ($isOn -eq $Step['On']) { $is = 'wanted' }
    if (-not (Test-Same (Get-RuleForm $now['Data']) (Get-RuleForm $Step['Observed']))) {
        $is = 'other'
        $text = $text + ', and not the rule that the audit saw'
    }
    @{ Is = $is; Text = $text }
}

# The firewall's own command; where Windows comes without it, the text that the firewall reads when it starts.
function Set-Rule($Step, [bool]$On, [string]$Text) {
    $command = 'Disable-NetFirewallRule'
    if ($On) { $command = 'Enable-NetFirewallRule' }
    if (Get-Command -Name $command -ErrorAction SilentlyContinue) {
        $null = & $command -Name $Step['Rule']
        return
    }
    Write-Value $RulesKey $Step['Rule'] @{ Kind = 'String'; Data = $Text }
    $script:Note = '; the firewall reads it when its service MpsSvc starts again'
}

function Set-FirewallRuleWanted($Step) { Set-Rule $Step $Step['On'] $Step['Wanted'] }
function Set-FirewallRuleObserved($Step) { Set-Rule $Step (-not $Step['On']) $Step['Observed'] }
