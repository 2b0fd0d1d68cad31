import type { ExportOptions } from '../../pipeline/exports/export-format.ts'
import { exportFormatNames } from '../../pipeline/exports/find-export-format.ts'
import type { FlagOption, TextOption } from '../command.ts'

/** The options that say how values are written, and where. */
export const exportOptions: {
  readonly format: TextOption
  readonly dialect: TextOption
  readonly portable: FlagOption
  readonly name: TextOption
  readonly namespace: TextOption
  readonly type: TextOption
  readonly output: TextOption
  readonly allowTracked: FlagOption
} = {
  format: { type: 'string', alias: 'f', choices: exportFormatNames(), description: 'how the values are written' },
  dialect: { type: 'string', value: 'READER', description: 'the reader that it is for, of a format that has several' },
  portable: {
    type: 'boolean',
    description: 'only what all readers of the format read alike',
    conflicts: ['dialect'],
  },
  name: { type: 'string', description: 'of the object that holds the values' },
  namespace: { type: 'string', description: 'of that object' },
  type: { type: 'string', description: 'kind of that object' },
  output: {
    type: 'string',
    alias: 'o',
    value: 'FILE|FOLDER',
    description: 'where to, readable by its owner alone; - prints, on a terminal too',
    complete: 'file',
  },
  allowTracked: { type: 'boolean', description: 'write a file that git tracks, or would add' },
}

/** What these options give. */
export interface ExportArguments {
  readonly format: string | undefined
  readonly dialect: string | undefined
  readonly portable: boolean
  readonly name: string | undefined
  readonly namespace: string | undefined
  readonly type: string | undefined
  readonly output: string | undefined
  readonly allowTracked: boolean
}

/** What is asked of the format itself. `--portable` is a dialect. */
export function formatOptions({ dialect, portable, name, namespace, type }: ExportArguments): ExportOptions {
  const chosen = portable ? 'portable' : dialect
  return {
    ...(chosen === undefined ? {} : { dialect: chosen }),
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(type === undefined ? {} : { type }),
  }
}
