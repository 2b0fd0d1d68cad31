// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { ExportFormat } from '../export-format.ts'

/** What is known of a format of exports before it is loaded. */
export interface ExportFormatEntry extends Pick<ExportFormat, 'name' | 'summary'> {
  readonly load: () => Promise<ExportFormat>
}

/** Every format of exports, by name. */
export const exportFormats: readonly ExportFormatEntry[] = [
  {
    name: 'cmd',
    summary: 'a batch file for cmd.exe, which cannot hold much',
    load: () => import('./cmd.ts').then((module) => module.format),
  },
  {
    name: 'direnv',
    summary: 'an .envrc for direnv',
    load: () => import('./direnv.ts').then((module) => module.format),
  },
  {
    name: 'docker-secrets',
    summary: 'a folder with a file for each value, for secrets of Docker, Podman and Compose',
    load: () => import('./docker-secrets.ts').then((module) => module.format),
  },
  {
    name: 'dotenv',
    summary: 'an .env file, for one of its readers',
    load: () => import('./dotenv.ts').then((module) => module.format),
  },
  {
    name: 'dotnet',
    summary: 'user secrets of .NET: … | dotnet user-secrets set',
    load: () => import('./dotnet.ts').then((module) => module.format),
  },
  {
    name: 'fish',
    summary: 'statements for source in fish',
    load: () => import('./fish.ts').then((module) => module.format),
  },
  {
    name: 'helm',
    summary: 'values for a Helm chart, as YAML',
    load: () => import('./helm.ts').then((module) => module.format),
  },
  {
    name: 'json',
    summary: 'the tree of values, with types',
    load: () => import('./json.ts').then((module) => module.format),
  },
  {
    name: 'json-flat',
    summary: 'one object of texts, by the names of variables',
    load: () => import('./json-flat.ts').then((module) => module.format),
  },
  {
    name: 'kubernetes',
    summary: 'manifest of a Kubernetes Secret',
    load: () => import('./kubernetes.ts').then((module) => module.format),
  },
  {
    name: 'nushell',
    summary: 'a file for source in nushell',
    load: () => import('./nushell.ts').then((module) => module.format),
  },
  {
    name: 'powershell',
    summary: 'statements for PowerShell: … | Out-String | Invoke-Expression',
    load: () => import('./powershell.ts').then((module) => module.format),
  },
  {
    name: 'properties',
    summary: 'a .properties file of Java: database.hosts[0]',
    load: () => import('./properties.ts').then((module) => module.format),
  },
  {
    name: 'sh',
    summary: 'statements for eval in bash, dash, zsh and ksh',
    load: () => import('./sh.ts').then((module) => module.format),
  },
  {
    name: 'systemd-credentials',
    summary: 'a folder with a file for each value, for LoadCredential= of systemd',
    load: () => import('./systemd-credentials.ts').then((module) => module.format),
  },
  {
    name: 'systemd-environment',
    summary: 'a file for EnvironmentFile= of systemd',
    load: () => import('./systemd-environment.ts').then((module) => module.format),
  },
  {
    name: 'tfvars',
    summary: 'variables of Terraform (.tfvars)',
    load: () => import('./tfvars.ts').then((module) => module.format),
  },
  {
    name: 'tfvars-json',
    summary: 'variables of Terraform, as JSON (.tfvars.json)',
    load: () => import('./tfvars-json.ts').then((module) => module.format),
  },
  {
    name: 'toml',
    summary: 'the tree of values, with types; no null',
    load: () => import('./toml.ts').then((module) => module.format),
  },
  {
    name: 'yaml',
    summary: 'the tree of values, with types',
    load: () => import('./yaml.ts').then((module) => module.format),
  },
]
