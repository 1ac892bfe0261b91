# A section that was given up may still hang. Nobody's console is closed for that; a process that an agent started ends.
foreach ($run in $script:pending) {
  if ($run['handle'] -and -not $run['handle'].IsCompleted -and -not [Environment]::UserInteractive) { [Environment]::Exit(0) }
}
