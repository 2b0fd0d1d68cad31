// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { ExportFormat } from '../export-format.ts'

/** What is known of a format of exports before it is loaded. */
export interface ExportFormatEntry extends Pick<ExportFormat, 'name' | 'summary'> {
  readonly load: () => Promise<ExportFormat>
}

/** Every format of exports, by name. */
export const exportFormats: readonly ExportFormatEntry[] = [
  {
    name: 'docker-secrets',
    summary: 'a folder with a file for each value, for secrets of Docker, Podman and Compose',
    load: () => import('./docker-secrets.ts').then((module) => module.format),
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
    name: 'kubernetes',
    summary: 'manifest of a Kubernetes Secret',
    load: () => import('./kubernetes.ts').then((module) => module.format),
  },
  {
    name: 'systemd-credentials',
    summary: 'a folder with a file for each value, for LoadCredential= of systemd',
    load: () => import('./systemd-credentials.ts').then((module) => module.format),
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
]
