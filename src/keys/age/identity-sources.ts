/**
 * The places where age identities may be, in the order in which they are looked at. `SECRETS_*` comes before
 * sops's variables of the same meaning, and what is named before what is found (sops `loadIdentities`).
 */
import { type KeyContext, NOT_SET } from '../key-provider.ts'
import {
  commandSource,
  HOLDS_NOTHING,
  type IdentitySource,
  type LoadedSource,
  missing,
  readKeyContent,
  rememberedSource,
  shortenedPath,
  unsetSource,
} from './identity-source.ts'
import { defaultKeyFile, isProtectedKeyFile, parseKeyFile } from './key-file.ts'

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
    commandSource(`${prefix}_AGE_KEY_CMD`, context, (name, content) => parse({ name, content, words: false }, context)),
  ])
  const path = defaultKeyFile(context)
  if (path === undefined) return named
  const name = shortenedPath(path, context)
  return [...named, rememberedSource(name, context, () => readKeyFile({ path, name }, context))]
}

function valueSource(variable: string, context: KeyContext): IdentitySource {
  return rememberedSource(variable, context, async () => {
    const value = context.env[variable]
    if (!value) return missing(NOT_SET)
    return parse({ name: variable, content: Buffer.from(value, 'utf8'), words: true }, context)
  })
}

function fileSource(variable: string, context: KeyContext): IdentitySource {
  const path = context.env[variable]
  if (!path) return unsetSource(variable, context)
  const name = `${variable} (${shortenedPath(path, context)})`
  return rememberedSource(name, context, () => readKeyFile({ path, name }, context))
}

async function readKeyFile(file: { path: string; name: string }, context: KeyContext): Promise<LoadedSource> {
  const { content, stats } = await readKeyContent(file.path)
  const loaded = await parse({ name: file.name, content, words: false }, context)
  const exposed = context.platform !== 'win32' && stats.isFile() && (stats.mode & 0o077) !== 0
  const warning = `${file.name} can be read by other users: chmod 600 ${shortenedPath(file.path, context)}`
  return exposed ? { ...loaded, warnings: [...loaded.warnings, warning] } : loaded
}

async function parse(read: ReadSource, context: KeyContext): Promise<LoadedSource> {
  const clear = isProtectedKeyFile(read.content) ? await withoutPassphrase(read, context) : read.content
  const { identities, plugins } = parseKeyFile(Buffer.from(clear).toString('utf8'), read.words)
  if (identities.length + plugins.length === 0) return missing(HOLDS_NOTHING)
  if (plugins.length === 0) return { identities, warnings: [] }
  const { PluginIdentity } = await import('../plugin/plugin-identity.ts')
  // Last, because a plugin may ask for a touch or a PIN.
  return { identities: [...identities, ...plugins.map((line) => new PluginIdentity(line, context))], warnings: [] }
}

/** Loaded for such key files alone, as are key commands: both are rare, and start-up is what people feel. */
async function withoutPassphrase({ name, content }: ReadSource, context: KeyContext): Promise<Uint8Array> {
  const { openProtectedKeyFile } = await import('./protected-key-file.ts')
  return openProtectedKeyFile(name, content, context)
}
