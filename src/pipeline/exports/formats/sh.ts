import type { ExportFormat } from '../export-format.ts'
import { flatFormat } from '../flat-format.ts'
import { readShellExports, writeShellExports } from '../shell-exports.ts'

/** Statements for `eval` in every shell of POSIX. */
export const format: ExportFormat = flatFormat({
  name: 'sh',
  summary: 'statements for eval in bash, dash, zsh and ksh',
  write: writeShellExports,
  read: readShellExports,
})
