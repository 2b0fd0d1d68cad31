/** What a configuration says about seals, applied to one file. */
import { SecretsError } from '../../core/errors.ts'
import type { OpenText } from '../../core/open-text.ts'
import type { TargetFile } from '../targets.ts'

/** What becomes of the seal of a file that is written again (`ResealOptions`): none is ever made in passing. */
export function keptSeal({ environment }: TargetFile): 'keep' | 'drop' {
  return environment?.seal === 'off' ? 'drop' : 'keep'
}

/** Whether a file stays without a seal when it is written again, although it should have one. */
export function staysUnsealed({ environment }: TargetFile, { seal }: Pick<OpenText, 'seal'>): boolean {
  return environment?.seal !== 'off' && seal !== 'right'
}

/** Throws `SEAL_MISSING` for a file without a seal whose environment requires one. */
export function refuseUnsealed({ environment, shown }: TargetFile, { seal }: Pick<OpenText, 'seal'>): void {
  if (environment?.seal !== 'required' || seal !== 'missing') return
  throw new SecretsError('SEAL_MISSING', 'the file has no seal, which its environment requires', {
    hint: `see what changed since it had one, and seal it anew: secrets seal ${shown}`,
  })
}
