Item 'tspkg' {
  $path=[IO.Path]::Combine([Environment]::SystemDirectory,'TSpkg.dll')
  $version=[Diagnostics.FileVersionInfo]::GetVersionInfo($path)
  ,@($version.ProductMajorPart,$version.ProductMinorPart,$version.ProductBuildPart,$version.ProductPrivatePart)
}
