# What the Terminal Services provider says is in force.
Item 'settings' {
  $listed=New-Object Collections.ArrayList
  foreach ($setting in (Instances 'root\cimv2\TerminalServices' 'SELECT * FROM Win32_TSGeneralSetting' 32)) {
    $entry=New-Object Collections.Specialized.OrderedDictionary
    $entry['listener']=Text $setting 'TerminalName'
    $entry['thumbprint']=Text $setting 'SSLCertificateSHA1Hash'
    $entry['SSLCertificateSHA1HashType']=Property $setting 'SSLCertificateSHA1HashType'
    foreach ($number in 'SecurityLayer','UserAuthenticationRequired','MinEncryptionLevel') {
      $entry[$number]=Property $setting $number
      $source='PolicySource'+$number
      $entry[$source]=Property $setting $source
    }
    [void]$listed.Add($entry)
  }
  ,$listed
}
Item 'licensing' {
  $entry=$null
  foreach ($setting in (Instances 'root\cimv2\TerminalServices' 'SELECT * FROM Win32_TerminalServiceSetting' 1)) {
    $entry=New-Object Collections.Specialized.OrderedDictionary
    foreach ($number in 'TerminalServerMode','LicensingType','SessionBrokerDrainMode') {
      $entry[$number]=Property $setting $number
    }
    # Only a session host has a grace period.
    if ($entry['TerminalServerMode'] -eq 1) {
      try {
        # check: allow writing-method because the method only says how many days are left
        $result=$setting.InvokeMethod('GetGracePeriodDays',$null,$null)
        $entry['days']=$result.GetPropertyValue('DaysLeft')
      } catch {
        $failure=New-Object Collections.Specialized.OrderedDictionary
        $failure['error']=Problem $_.Exception
        $entry['days']=$failure
      }
    }
  }
  ,$entry
}
