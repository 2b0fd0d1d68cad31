/** One place where identities may be, and what all kinds of places have in common. */
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { type KeyContext, NOT_SET } from '../key-provider.ts'
import type { AgeIdentity } from './identity.ts'

/** Of a place that is not there. */
export const NOT_FOUND = 'not found'

/** Of a place with nothing but blanks and comments in it. */
export const HOLDS_NOTHING = 'holds no identity'

/** One place. */
export interface IdentitySource {
  /** For the reader: `SECRETS_AGE_KEY_FILE (/home/a/keys.txt)`. */
  readonly name: string
  /** Whether what it gives may depend on the recipient that is asked for. */
  readonly perRecipient: boolean
  /** Reads or runs the place, once in a command. Throws only when the user interrupts. */
  load(recipient: string): Promise<LoadedSource>
}

/** What a place gave. */
export interface LoadedSource {
  readonly identities: readonly AgeIdentity[]
  /** Why there is nothing, or not all, to be had: `not set`, `not found`, `line 3 is no age identity`. */
  readonly problem?: string
  /** Advice about the place: a key file that others can read. */
  readonly warnings: readonly string[]
}

/** What makes identities of the output of a command or the content of a variable. */
export type ParseSource = (name: string, content: Uint8Array) => LoadedSource | Promise<LoadedSource>

/** A place that is read at most once in a command. */
export function rememberedSource(name: string, context: KeyContext, make: () => Promise<LoadedSource>): IdentitySource {
  const load = (): Promise<LoadedSource> => context.once(`age identities of ${name}`, () => withProblem(make))
  return { name, perRecipient: false, load }
}

/** The output of a command that a variable names. Asked for each recipient anew, because it is told which one is wanted. */
export function commandSource(variable: string, context: KeyContext, parse: ParseSource): IdentitySource {
  const line = context.env[variable]
  if (!line) return unsetSource(variable, context)
  const load = (recipient: string): Promise<LoadedSource> =>
    context.once(`age identities of ${variable} for ${recipient}`, () =>
      withProblem(async () => {
        const { runKeyCommand } = await import('./key-command.ts')
        return parse(variable, await runKeyCommand({ line, recipient }, context))
      }),
    )
  return { name: variable, perRecipient: true, load }
}

/** The place of a variable that is not set. */
export function unsetSource(variable: string, context: KeyContext): IdentitySource {
  return rememberedSource(variable, context, () => Promise.resolve(missing(NOT_SET)))
}

/** What a place gives that holds nothing, and why. */
export function missing(problem: string): LoadedSource {
  return { identities: [], problem, warnings: [] }
}

/** The bytes of a file and what the system says of it. Throws `IDENTITY_INVALID`. */
export async function readKeyContent(path: string): Promise<{ content: Uint8Array; stats: Stats }> {
  try {
    return { stats: await stat(path), content: await readFile(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SecretsError('IDENTITY_INVALID', code === 'ENOENT' ? NOT_FOUND : `cannot be read (${code})`)
  }
}

/** A path with the home folder as `~`. */
export function shortenedPath(path: string, { home, platform }: KeyContext): string {
  const separator = platform === 'win32' ? '\\' : '/'
  return home !== '' && path.startsWith(home + separator) ? `~${path.slice(home.length)}` : path
}

/** A place that cannot be used is no reason to leave the others out: its error becomes its outcome. */
async function withProblem(make: () => Promise<LoadedSource>): Promise<LoadedSource> {
  try {
    return await make()
  } catch (error) {
    if (isSecretsError(error) && error.code !== 'INTERRUPTED') return missing(error.message)
    throw error
  }
}
