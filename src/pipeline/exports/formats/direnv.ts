import type { ExportFormat } from '../export-format.ts'
import { flatFormat } from '../flat-format.ts'
import { readShellExports, writeShellExports } from '../shell-exports.ts'

/** An `.envrc`, which direnv gives to bash; its own variables would confuse it. */
export const format: ExportFormat = flatFormat({
  name: 'direnv',
  summary: 'an .envrc for direnv',
  write: writeShellExports,
  read: readShellExports,
  limit: ({ name }) => (name.startsWith('DIRENV_') ? 'direnv keeps names with DIRENV_ for itself' : undefined),
})
