import type { Unwrapped } from '../../../src/keys/key-provider.ts'

/** The key that was opened; fails with what was tried. */
export function opened(result: Unwrapped): Uint8Array {
  if ('opened' in result) return result.opened
  throw new Error(`not opened: ${result.failed} ${JSON.stringify(result.tried)}`)
}

/** Why it was not opened, all lines; fails when it was. */
export function refused(result: Unwrapped): string {
  if ('failed' in result)
    return [result.failed, ...result.tried.map((one) => `${one.source}: ${one.outcome}`)].join('\n')
  throw new Error('was opened')
}

/** What an action throws, as its code, its message and all else that a reader sees. */
export async function thrown(action: () => unknown): Promise<{ readonly code: string; readonly text: string }> {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    const { hint, details } = error as { readonly hint?: string; readonly details?: readonly string[] }
    return { code: String(error.code), text: [error.message, hint ?? '', ...(details ?? [])].join('\n') }
  }
  throw new Error('did not throw')
}
