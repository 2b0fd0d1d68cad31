import type { Unwrapped } from '../../../src/keys/key-provider.ts'

/** The key that was opened; fails with what was tried. */
export function opened(result: Unwrapped): Uint8Array {
  if ('opened' in result) return result.opened
  throw new Error(`not opened: ${result.failed} ${JSON.stringify(result.tried)}`)
}

/** Why it was not opened; fails when it was. */
export function refused(result: Unwrapped): string {
  if ('failed' in result)
    return [result.failed, ...result.tried.map((one) => `${one.source}: ${one.outcome}`)].join('\n')
  throw new Error('was opened')
}
