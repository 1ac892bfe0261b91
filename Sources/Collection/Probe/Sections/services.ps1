# Not Get-Service: it lists all services first, which an account without administrator's rights may not do over the network.
Item 'states' {
  [void][Reflection.Assembly]::LoadWithPartialName('System.ServiceProcess')
  $states=New-Object Collections.Specialized.OrderedDictionary
  foreach ($service in $services) {
    $controller=New-Object ServiceProcess.ServiceController($service)
    try { $states[$service]=[int]$controller.Status } catch { $states[$service]=Problem $_.Exception }
    $controller.Close()
  }
  ,$states
}
