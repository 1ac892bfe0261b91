# Clients only: the namespace is missing on servers.
Item 'securityCenter' {
  $listed=New-Object Collections.ArrayList
  foreach ($product in (Instances 'root\SecurityCenter2' 'SELECT displayName,productState FROM FirewallProduct' 32)) {
    [void]$listed.Add(@((Text $product 'displayName'),(Property $product 'productState')))
  }
  ,$listed
}
# Products that told Windows' own firewall which of its parts they take over, on servers too.
Item 'registered' {
  $listed=New-Object Collections.ArrayList
  $products=New-Object -ComObject HNetCfg.FwProducts
  $number=[Math]::Min(32,[int]$products.Count)
  for ($index=0; $index -lt $number; $index++) {
    $product=$products.Item($index)
    $categories=New-Object Collections.ArrayList
    foreach ($category in $product.RuleCategories) { [void]$categories.Add([int]$category) }
    [void]$listed.Add(@([string]$product.DisplayName,$categories))
  }
  ,$listed
}
