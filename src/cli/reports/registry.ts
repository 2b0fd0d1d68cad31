// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { ReportFormat } from '../report-format.ts'

/** What is known of a format of reports before it is loaded. */
export interface ReportEntry extends Pick<ReportFormat, 'name' | 'summary'> {
  readonly load: () => Promise<ReportFormat>
}

/** Every format of reports, by name. */
export const reports: readonly ReportEntry[] = [
  {
    name: 'github',
    summary: 'annotations of GitHub Actions',
    load: () => import('./github.ts').then((module) => module.report),
  },
  {
    name: 'json',
    summary: 'for programs; the same as --json',
    load: () => import('./json.ts').then((module) => module.report),
  },
  {
    name: 'junit',
    summary: 'XML of JUnit, for test reports',
    load: () => import('./junit.ts').then((module) => module.report),
  },
  {
    name: 'sarif',
    summary: 'SARIF 2.1.0, for code scanning',
    load: () => import('./sarif.ts').then((module) => module.report),
  },
  {
    name: 'text',
    summary: 'for people',
    load: () => import('./text.ts').then((module) => module.report),
  },
]
