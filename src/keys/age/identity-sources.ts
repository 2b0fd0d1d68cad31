/**
 * The places where age identities may be, in the order in which they are looked at. `SECRETS_*` comes before
 * sops's variables of the same meaning, and what is named before what is found (sops `loadIdentities`).
 */
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { type KeyContext, NOT_SET } from '../key-provider.ts'
import type { AgeIdentity } from './identity.ts'
import { defaultKeyFile, isProtectedKeyFile, parseKeyFile } from './key-file.ts'

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

/** The content of a place; with `words`, several identities may stand in one line. */
interface ReadSource {
  readonly name: string
  readonly content: Uint8Array
  readonly words: boolean
}

/** The places for age identities, in order. Nothing is read before `load`. */
export function ageIdentitySources(context: KeyContext): readonly IdentitySource[] {
  const named = ['SECRETS', 'SOPS'].flatMap((prefix) => [
    valueSource(`${prefix}_AGE_KEY`, context),
    fileSource(`${prefix}_AGE_KEY_FILE`, context),
    commandSource(`${prefix}_AGE_KEY_CMD`, context),
  ])
  const path = defaultKeyFile(context)
  if (path === undefined) return named
  const name = shortened(path, context)
  return [...named, source(name, context, () => readKeyFile({ path, name }, context))]
}

function valueSource(variable: string, context: KeyContext): IdentitySource {
  return source(variable, context, async () => {
    const value = context.env[variable]
    if (!value) return missing(NOT_SET)
    return parse({ name: variable, content: Buffer.from(value, 'utf8'), words: true }, context)
  })
}

function fileSource(variable: string, context: KeyContext): IdentitySource {
  const path = context.env[variable]
  if (!path) return source(variable, context, () => Promise.resolve(missing(NOT_SET)))
  const name = `${variable} (${shortened(path, context)})`
  return source(name, context, () => readKeyFile({ path, name }, context))
}

/** Asked for each recipient anew, because the command is told which one is wanted. */
function commandSource(variable: string, context: KeyContext): IdentitySource {
  const line = context.env[variable]
  if (!line) return source(variable, context, () => Promise.resolve(missing(NOT_SET)))
  const load = (recipient: string): Promise<LoadedSource> =>
    context.once(`age identities of ${variable} for ${recipient}`, () =>
      withProblem(async () => {
        const { runKeyCommand } = await import('./key-command.ts')
        const content = await runKeyCommand({ line, recipient }, context)
        return parse({ name: variable, content, words: false }, context)
      }),
    )
  return { name: variable, perRecipient: true, load }
}

function source(name: string, context: KeyContext, make: () => Promise<LoadedSource>): IdentitySource {
  const load = (): Promise<LoadedSource> => context.once(`age identities of ${name}`, () => withProblem(make))
  return { name, perRecipient: false, load }
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

async function readKeyFile(file: { path: string; name: string }, context: KeyContext): Promise<LoadedSource> {
  const { content, stats } = await readContent(file.path)
  const loaded = await parse({ name: file.name, content, words: false }, context)
  const exposed = context.platform !== 'win32' && stats.isFile() && (stats.mode & 0o077) !== 0
  const warning = `${file.name} can be read by other users: chmod 600 ${shortened(file.path, context)}`
  return exposed ? { ...loaded, warnings: [...loaded.warnings, warning] } : loaded
}

async function readContent(path: string): Promise<{ content: Uint8Array; stats: Stats }> {
  try {
    return { stats: await stat(path), content: await readFile(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SecretsError('IDENTITY_INVALID', code === 'ENOENT' ? 'not found' : `cannot be read (${code})`)
  }
}

async function parse(read: ReadSource, context: KeyContext): Promise<LoadedSource> {
  const clear = isProtectedKeyFile(read.content) ? await withoutPassphrase(read, context) : read.content
  const { identities, pluginLines } = parseKeyFile(Buffer.from(clear).toString('utf8'), read.words)
  const problem = problemOf(identities.length, pluginLines)
  return { identities, warnings: [], ...(problem === undefined ? {} : { problem }) }
}

/** Loaded for such key files alone, as are key commands: both are rare, and start-up is what people feel. */
async function withoutPassphrase({ name, content }: ReadSource, context: KeyContext): Promise<Uint8Array> {
  const { openProtectedKeyFile } = await import('./protected-key-file.ts')
  return openProtectedKeyFile(name, content, context)
}

function problemOf(count: number, pluginLines: readonly number[]): string | undefined {
  if (pluginLines.length > 0) return `line ${pluginLines.join(', ')}: identities of age plugins are not supported`
  return count === 0 ? 'holds no identity' : undefined
}

function missing(problem: string): LoadedSource {
  return { identities: [], problem, warnings: [] }
}

/** A path with the home folder as `~`. */
function shortened(path: string, { home, platform }: KeyContext): string {
  const separator = platform === 'win32' ? '\\' : '/'
  return home !== '' && path.startsWith(home + separator) ? `~${path.slice(home.length)}` : path
}
