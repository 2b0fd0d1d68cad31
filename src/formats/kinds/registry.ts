// Written by `npm run generate` from the files of this folder. Changes are made there.
import type { Format } from '../../core/format.ts'

/** What is known of a format before it is loaded. */
export interface FormatEntry extends Pick<Format, 'name' | 'summary' | 'extensions'> {
  readonly load: () => Promise<Format>
}

/** Every format, by name. */
export const formats: readonly FormatEntry[] = [
  {
    name: 'binary',
    summary: 'any file, encrypted as one value',
    extensions: [],
    load: () => import('./binary.ts').then((module) => module.format),
  },
  {
    name: 'dotenv',
    summary: 'lines of KEY=value',
    extensions: ['.env'],
    load: () => import('./dotenv.ts').then((module) => module.format),
  },
  {
    name: 'ini',
    summary: 'sections of key = value',
    extensions: ['.ini'],
    load: () => import('./ini.ts').then((module) => module.format),
  },
  {
    name: 'json',
    summary: 'JSON: one object, values of every type',
    extensions: ['.json'],
    load: () => import('./json.ts').then((module) => module.format),
  },
  {
    name: 'yaml',
    summary: 'YAML, one or several documents',
    extensions: ['.yaml', '.yml'],
    load: () => import('./yaml.ts').then((module) => module.format),
  },
]
