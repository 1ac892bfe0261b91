Item 'activeProfiles' { [int](New-Object -ComObject HNetCfg.FwPolicy2).CurrentProfileTypes }
