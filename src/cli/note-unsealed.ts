import type { FileChange } from '../project/file-change.ts'
import { shownPath } from '../project/paths.ts'
import type { CommandContext } from './context.ts'

/** Says which files were written without a seal: none is made in passing, since it would vouch for what nobody looked at. */
export function noteUnsealed(
  changes: readonly FileChange[],
  { cwd, terminal }: Pick<CommandContext, 'cwd' | 'terminal'>,
): void {
  const files = changes.filter(({ unsealed }) => unsealed === true).map(({ path }) => shownPath(cwd, path))
  if (files.length === 0) return
  const names = files.length === 1 ? files.join('') : `${files.length} files`
  const [has, shows] = files.length === 1 ? ['has', 'since it had one'] : ['have', 'since they had one']
  terminal.note(`${names} ${has} no seal: "secrets seal ${files.join(' ')}" shows what changed ${shows}, and makes it`)
}
