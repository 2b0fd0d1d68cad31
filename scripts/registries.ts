/** A folder of extensions and the facts of its members that the registry holds as literals. */
export interface Registry {
  readonly folder: string
  /** Name of the export that makes a file a member. */
  readonly exported: string
  /** Name and element type of the list in the registry. */
  readonly variable: string
  readonly type: string
  /** The fact that names a member and sorts the registry. */
  readonly key: string
  /** What is copied; a fact without fallback has to be there. */
  readonly facts: readonly { readonly name: string; readonly fallback?: unknown }[]
  /** Imports and types before the list. */
  readonly header: readonly string[]
}

/** All registries, those that others may need while they are imported first. */
export const registries: readonly Registry[] = [
  {
    folder: 'src/formats/kinds',
    exported: 'format',
    variable: 'formats',
    type: 'FormatEntry',
    key: 'name',
    facts: [{ name: 'name' }, { name: 'summary' }, { name: 'extensions' }],
    header: [
      "import type { Format } from '../../core/format.ts'",
      '',
      '/** What is known of a format before it is loaded. */',
      "export interface FormatEntry extends Pick<Format, 'name' | 'summary' | 'extensions'> {",
      '  readonly load: () => Promise<Format>',
      '}',
      '',
      '/** Every format, by name. */',
    ],
  },
  {
    folder: 'src/keys/providers',
    exported: 'provider',
    variable: 'keyProviders',
    type: 'KeyProviderEntry',
    key: 'id',
    facts: [
      { name: 'id' },
      { name: 'summary' },
      { name: 'list' },
      { name: 'remote' },
      { name: 'pattern' },
      { name: 'credentials', fallback: '' },
    ],
    header: [
      "import type { KeyProvider } from '../key-provider.ts'",
      '',
      '/** What is known of a key provider before it is loaded. */',
      "export interface KeyProviderEntry extends Pick<KeyProvider, 'id' | 'summary' | 'list' | 'remote' | 'pattern' | 'credentials'> {",
      '  readonly load: () => Promise<KeyProvider>',
      '}',
      '',
      '/** Every key provider, by id. */',
    ],
  },
  {
    folder: 'src/pipeline/exports/formats',
    exported: 'format',
    variable: 'exportFormats',
    type: 'ExportFormatEntry',
    key: 'name',
    facts: [{ name: 'name' }, { name: 'summary' }],
    header: [
      "import type { ExportFormat } from '../export-format.ts'",
      '',
      '/** What is known of a format of exports before it is loaded. */',
      "export interface ExportFormatEntry extends Pick<ExportFormat, 'name' | 'summary'> {",
      '  readonly load: () => Promise<ExportFormat>',
      '}',
      '',
      '/** Every format of exports, by name. */',
    ],
  },
  {
    folder: 'src/cli/reports',
    exported: 'report',
    variable: 'reports',
    type: 'ReportEntry',
    key: 'name',
    facts: [{ name: 'name' }, { name: 'summary' }],
    header: [
      "import type { ReportFormat } from '../report-format.ts'",
      '',
      '/** What is known of a format of reports before it is loaded. */',
      "export interface ReportEntry extends Pick<ReportFormat, 'name' | 'summary'> {",
      '  readonly load: () => Promise<ReportFormat>',
      '}',
      '',
      '/** Every format of reports, by name. */',
    ],
  },
  {
    folder: 'src/pipeline/ci/systems',
    exported: 'system',
    variable: 'ciSystems',
    type: 'CiSystemEntry',
    key: 'id',
    facts: [{ name: 'id' }, { name: 'name' }, { name: 'knownBy' }, { name: 'rank' }],
    header: [
      "import type { CiSystem } from '../ci-system.ts'",
      '',
      '/** What is known of a system for pipelines before it is loaded. */',
      "export interface CiSystemEntry extends Pick<CiSystem, 'id' | 'name' | 'knownBy' | 'rank'> {",
      '  readonly load: () => Promise<CiSystem>',
      '}',
      '',
      '/** Every system for pipelines, by id. */',
    ],
  },
  {
    folder: 'src/cli/commands',
    exported: 'command',
    variable: 'commands',
    type: 'CommandEntry',
    key: 'name',
    facts: [{ name: 'name' }, { name: 'summary' }, { name: 'group' }, { name: 'aliases', fallback: [] }],
    header: [
      "import type { Command } from '../command.ts'",
      '',
      '/** What is known of a command before it is loaded. */',
      "export interface CommandEntry extends Pick<Command, 'name' | 'summary' | 'group' | 'aliases'> {",
      '  readonly load: () => Promise<Command>',
      '}',
      '',
      '/** Every command, by name. */',
    ],
  },
]
