
# --- One key file

$Parts = [Security.AccessControl.AccessControlSections]'Owner, Group, Access'

function Get-FileSecurity([string]$Path) {
    if ($PSVersionTable.PSVersion.Major -ge 6) { return Get-Acl -LiteralPath $Path }
    return [IO.File]::GetAccessControl($Path, $Parts)
}

function Get-AccessForm($Security) {
    $Security.GetSecurityDescriptorSddlForm([Security.AccessControl.AccessControlSections]'Group, Access')
}

function Get-ObservedSecurity($Step) {
    $observed = New-Object Security.AccessControl.FileSecurity
    [void]$observed.SetSecurityDescriptorSddlForm($Step['Observed'], $Parts)
    $observed
}

function Get-KeyFileState($Step) {
    if (-not [IO.File]::Exists($Step['Path'])) { return @{ Is = 'other'; Text = 'not there' } }
    $security = Get-FileSecurity $Step['Path']
    $sddl = $security.GetSecurityDescriptorSddlForm($Parts)
    $is = 'other'
    if (Test-Same $sddl $Step['Observed']) { $is = 'observed' }
    elseif (Test-Same (Get-AccessForm $security) (Get-AccessForm (Get-ObservedSecurity $Step))) {
        # Only the owner is another one: an earlier run was broken off.
        $is = 'between'
    } else {
        $isGranted = $false
        $isRefused = $false
        foreach ($rule in $security.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier])) {
            $sid = $rule.IdentityReference.Value
            # The right to read data, by its bit.
            if (([int]$rule.FileSystemRights -band 1) -eq 0) { continue }
            if ([string]$rule.AccessControlType -eq 'Deny') { if ($Step['Refused'] -contains $sid) { $isRefused = $true } }
            elseif ($sid -eq 'S-1-5-20') { $isGranted = $true }
        }
        if ($isGranted -and -not $isRefused) { $is = 'wanted' }
    }
    @{ Is = $is; Text = (Get-Shown $sddl) }
}

function Set-Owner($Step) {
    if (-not $Step['HasOwner']) { return }
    $sid = $Step['Owner']
    if ($sid -eq '') {
        # A name of two letters stands for an account of this very machine.
        $owner = New-Object Security.AccessControl.FileSecurity
        [void]$owner.SetSecurityDescriptorSddlForm($Step['Observed'], [Security.AccessControl.AccessControlSections]'Owner')
        $sid = $owner.GetOwner([Security.Principal.SecurityIdentifier]).Value
    }
    $null = & icacls.exe $Step['Path'] /setowner ('*' + $sid)
}

function Set-KeyFileWanted($Step) {
    $null = & takeown.exe /f $Step['Path'] /a
    foreach ($sid in $Step['Refused']) { $null = & icacls.exe $Step['Path'] /remove:d ('*' + $sid) }
    $null = & icacls.exe $Step['Path'] /grant '*S-1-5-18:F' '*S-1-5-20:R'
    Set-Owner $Step
}

function Set-KeyFileObserved($Step) {
    $null = & takeown.exe /f $Step['Path'] /a
    $security = New-Object Security.AccessControl.FileSecurity
    [void]$security.SetSecurityDescriptorSddlForm($Step['Observed'], [Security.AccessControl.AccessControlSections]'Access')
    if ($PSVersionTable.PSVersion.Major -ge 6) { $null = Set-Acl -LiteralPath $Step['Path'] -AclObject $security }
    else { [void][IO.File]::SetAccessControl($Step['Path'], $security) }
    Set-Owner $Step
}
