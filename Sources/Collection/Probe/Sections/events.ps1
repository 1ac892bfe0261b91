# Counted by provider and id, never read by text. Each source is asked for 14 days (1,209,600,000 ms), newest first, at
# most 2,000 events and 12 s in all: what is older than "since" was not counted.
[void][Reflection.Assembly]::LoadWithPartialName('System.Core')
[void][Reflection.Assembly]::LoadWithPartialName('System.Diagnostics.EventLog')
$eventWatch=[Diagnostics.Stopwatch]::StartNew()
function Moment($time) {
  if ($null -eq $time) { $null; return }
  ([DateTime]$time).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ',[Globalization.CultureInfo]::InvariantCulture)
}
# The event's values where they are numbers, null in the place of any other.
function Numbers($record) {
  $numbers=New-Object Collections.ArrayList
  foreach ($property in $record.Properties) {
    if ($numbers.Count -ge 8) { break }
    $text=[string]$property.Value
    if ($text -cnotmatch '^(0x[0-9a-fA-F]{1,16}|-?[0-9]{1,20})$') { $text=$null }
    [void]$numbers.Add($text)
  }
  ,$numbers
}
function Events([string]$source,[string]$log,[string]$provider,[string]$ids) {
  Item $source {
    $path="*[System[Provider[@Name='"+$provider+"'] and ("+$ids+')'
    $path+=' and TimeCreated[timediff(@SystemTime) <= 1209600000]]]'
    $query=New-Object Diagnostics.Eventing.Reader.EventLogQuery($log,'LogName',$path)
    $query.ReverseDirection=$true
    $reader=New-Object Diagnostics.Eventing.Reader.EventLogReader($query)
    $counts=New-Object Collections.Specialized.OrderedDictionary
    # Not an ordered one: that takes a number for a place.
    $found=@{}
    $read=0; $oldest=$null
    try {
      while ($true) {
        # A log may hold damaged records: what was read before them counts.
        try { $record=$reader.ReadEvent() }
        catch { $counts['stopped']=Problem $_.Exception; $counts['since']=$oldest; break }
        if ($null -eq $record) { break }
        if ($read -ge 2000 -or $eventWatch.ElapsedMilliseconds -gt 12000) {
          $counts['since']=$oldest
          $record.Dispose()
          break
        }
        $read++
        $key=[string][int]$record.Id
        $time=Moment $record.TimeCreated
        $oldest=$time
        $numbers=$null
        if ($source -eq 'schannel') {
          $numbers=Numbers $record
          # From Windows 10 on such an event names the process first, and has five values or more.
          if ($numbers.Count -ge 5 -and $numbers[0] -cmatch '^[0-9]{1,9}$') { $key=$key+':'+$numbers[0] }
        }
        if ($found.Contains($key)) { $entry=$found[$key]; $entry[0]=$entry[0]+1 }
        else { $found[$key]=@(1,$time,$numbers) }
        $record.Dispose()
      }
    } finally { $reader.Dispose() }
    $counts['read']=$read
    $counts['ids']=$found
    ,$counts
  }
}
# Whether a log is written, and how far back it reaches.
Item 'logs' {
  $states=New-Object Collections.Specialized.OrderedDictionary
  foreach ($log in $logs) {
    try {
      $state=New-Object Collections.Specialized.OrderedDictionary
      $configuration=New-Object Diagnostics.Eventing.Reader.EventLogConfiguration($log)
      $state['enabled']=[bool]$configuration.IsEnabled
      $configuration.Dispose()
      $state['oldest']=$null
      $reader=New-Object Diagnostics.Eventing.Reader.EventLogReader($log)
      try {
        $record=$reader.ReadEvent()
        if ($null -ne $record) { $state['oldest']=Moment $record.TimeCreated; $record.Dispose() }
      } finally { $reader.Dispose() }
      $states[$log]=$state
    } catch { $states[$log]=Problem $_.Exception }
  }
  ,$states
}
