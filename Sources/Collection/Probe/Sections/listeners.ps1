# [port, process] of everything that listens on TCP.
Item 'owners' {
  $owners=New-Object Collections.Specialized.OrderedDictionary
  try {
    # State 2 is Listen. The class is there since Windows 8.
    $query='SELECT LocalPort,OwningProcess FROM MSFT_NetTCPConnection WHERE State=2'
    foreach ($connection in (Instances 'root\StandardCimv2' $query 5000)) {
      $port=[int](Property $connection 'LocalPort'); $process=[int64](Property $connection 'OwningProcess')
      $owners[[string]$port+' '+$process]=@($port,$process)
    }
  } catch {
    # Windows 7: a row that listens has the foreign port 0; words are in the host's language.
    $pattern='^\s*TCP\s+\S+:([0-9]{1,5})\s+\S+:0\s(?:.*\s)?([0-9]{1,10})\s*$'
    foreach ($protocol in 'TCP','TCPv6') {
      $printed=Printed 'netstat.exe' ('-ano -p '+$protocol) 6000
      if ($printed[0] -ne 0) { throw }
      foreach ($row in $printed[1].Split([char]10)) {
        if ($row -cmatch $pattern) { $owners[$matches[1]+' '+$matches[2]]=@([int]$matches[1],[int64]$matches[2]) }
      }
    }
  }
  $listed=New-Object Collections.ArrayList
  foreach ($entry in $owners.Values) { [void]$listed.Add($entry) }
  ,$listed
}
Item 'termService' {
  $entry=$null
  foreach ($service in (Instances 'root\cimv2' "SELECT ProcessId FROM Win32_Service WHERE Name='TermService'" 1)) {
    $entry=New-Object Collections.Specialized.OrderedDictionary
    $number=[int64](Property $service 'ProcessId')
    $entry['process']=$number
    $entry['started']=$null
    # 0: it does not run.
    if ($number -gt 0) {
      $query='SELECT CreationDate FROM Win32_Process WHERE ProcessId='+$number
      foreach ($process in (Instances 'root\cimv2' $query 1)) {
        $entry['started']=Text $process 'CreationDate'
      }
    }
  }
  ,$entry
}
