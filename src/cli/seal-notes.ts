import { type FileStatus, lacksRequiredSeal } from '../project/file-status.ts'

/** Commits that had the seals of files last, or took them, by absolute path (`lostSeals`). */
export type LostSeals = ReadonlyMap<string, string>

/** What is to be said about the seal of one file; one that sops may have dropped is no fault. */
export function sealLines(status: FileStatus, lost: LostSeals): readonly string[] {
  const { seal, target } = status
  if (seal === 'wrong') return ['the seal is wrong: something but the values was changed by hand']
  if (seal !== 'missing') return []
  const commit = lost.get(target.path)
  if (commit !== undefined) return [`has no seal any more, which it had until commit ${commit.slice(0, 10)}`]
  return lacksRequiredSeal(status) ? ['has no seal, which its environment requires'] : []
}

/** For the summary: how many files have no seal. */
export function countUnsealed(files: readonly FileStatus[]): string {
  const count = files.filter(({ seal }) => seal === 'missing').length
  return count === 0 ? '' : `; ${count} without a seal`
}

/** Files whose seal is to be looked at: those that had one, or must have one. */
export function isToSeal(status: FileStatus, lost: LostSeals): boolean {
  return (
    status.seal === 'wrong' ||
    (status.seal === 'missing' && (lost.has(status.target.path) || lacksRequiredSeal(status)))
  )
}
