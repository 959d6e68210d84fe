# Installs rcc-oci for Windows, for the user who runs this:
#   irm https://github.com/joshyorko/rcc-oci/releases/latest/download/install.ps1 | iex
# RCC_OCI_VERSION chooses a version, RCC_OCI_INSTALL another folder, RCC_OCI_RELEASES another place.
# The program is checked against SHA256SUMS and started once, and then put in place by a rename.
function Install-RccOci {
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'
  [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
  $asset = 'rcc-oci-windows-x86_64.zip'
  $releases = $env:RCC_OCI_RELEASES
  if (-not $releases) { $releases = 'https://github.com/joshyorko/rcc-oci/releases' }
  $folder = $env:RCC_OCI_INSTALL
  if (-not $folder) { $folder = Join-Path $env:LOCALAPPDATA 'Programs\rcc-oci' }
  $base = "$releases/latest/download"
  if ($env:RCC_OCI_VERSION -and $env:RCC_OCI_VERSION -ne 'latest') {
    $base = "$releases/download/v$($env:RCC_OCI_VERSION -replace '^v', '')"
  }
  if (-not [Environment]::Is64BitOperatingSystem) {
    throw 'failed to find rcc-oci for this Windows: it is for 64 bits'
  }

  if (Test-Path -PathType Container (Join-Path $folder 'rcc-oci.exe')) {
    throw "failed to install into ${folder}: rcc-oci.exe is a folder there, remove it"
  }
  New-Item -ItemType Directory -Force -Path $folder | Out-Null
  $part = Join-Path $folder ('.rcc-oci.' + [IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory -Path $part | Out-Null
  try {
    foreach ($name in 'SHA256SUMS', $asset) {
      Invoke-WebRequest -UseBasicParsing -Uri "$base/$name" -OutFile (Join-Path $part $name)
    }
    $line = Get-Content (Join-Path $part 'SHA256SUMS') |
      Where-Object { $_ -match "^[0-9a-f]{64}  $([regex]::Escape($asset))$" } |
      Select-Object -First 1
    $hash = (Get-FileHash -Algorithm SHA256 -Path (Join-Path $part $asset)).Hash
    if (-not $line -or $line.Substring(0, 64) -ne $hash) {
      throw "failed to install ${asset}: its SHA-256 is not the one in SHA256SUMS"
    }
    Expand-Archive -Path (Join-Path $part $asset) -DestinationPath $part
    $program = Join-Path $part 'rcc-oci\rcc-oci.exe'
    $version = & $program --version
    if ($LASTEXITCODE -ne 0) { throw 'failed to run the rcc-oci that was downloaded' }
    Move-Item -Force -Path $program -Destination (Join-Path $folder 'rcc-oci.exe')
  } finally {
    Remove-Item -Recurse -Force -Path $part
  }
  Write-Output "Installed $version as $(Join-Path $folder 'rcc-oci.exe')"
  if (($env:PATH -split ';') -notcontains $folder) { Write-Output "Add $folder to your PATH" }
}

Install-RccOci
