/**
 * Key files: their syntax (that of age-keygen and of sops `parseIdentities`) and where sops keeps its own.
 */
import { posix, win32 } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import type { KeyContext } from '../key-provider.ts'
import { pluginOfIdentity } from '../plugin/plugin-name.ts'
import { parseHybridIdentity } from './hybrid.ts'
import type { AgeIdentity } from './identity.ts'
import { parseX25519Identity } from './x25519.ts'

/** What a key file holds. */
export interface KeyFileContent {
  readonly identities: readonly AgeIdentity[]
  readonly plugins: readonly PluginLine[]
}

/** An identity of a plugin, which prints nothing secret. */
export class PluginLine {
  /** The plugin, in lower case. */
  readonly plugin: string
  readonly #text: string

  constructor(plugin: string, text: string) {
    this.plugin = plugin
    this.#text = text
  }

  /** The `AGE-PLUGIN-NAME-1…` as written, for the plugin alone. */
  reveal(): string {
    return this.#text
  }
}

/**
 * The key file that sops reads without being told to (sops `getUserConfigDir`); undefined where
 * Windows names no folder for application data.
 */
export function defaultKeyFile(context: KeyContext): string | undefined {
  const folder = configFolder(context)
  const path = context.platform === 'win32' ? win32 : posix
  return folder === undefined ? undefined : path.join(folder, 'sops', 'age', 'keys.txt')
}

/**
 * Reads the text of a key file: one identity in a line, blank lines and lines that begin with `#` ignored.
 * With `words`, a line may hold several identities apart by blanks (sops 3.13 in `SOPS_AGE_KEY`).
 * Throws `IDENTITY_INVALID` with the number of the first line that is none of these, never with its text.
 */
export function parseKeyFile(text: string, words = false): KeyFileContent {
  const identities: AgeIdentity[] = []
  const plugins: PluginLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    for (const word of words ? trimmed.split(/\s+/) : [trimmed]) {
      const plugin = pluginOfIdentity(word)
      if (plugin === undefined) identities.push(parseIdentity(word, index + 1))
      else plugins.push(new PluginLine(plugin, word))
    }
  }
  return { identities, plugins }
}

/** Whether the content is an age file, to be opened with a passphrase before it is a key file. */
export function isProtectedKeyFile(content: Uint8Array): boolean {
  const start = Buffer.from(content.subarray(0, 64)).toString('latin1').trimStart()
  return start.startsWith('age-encryption.org/') || start.startsWith('-----BEGIN AGE')
}

function parseIdentity(word: string, line: number): AgeIdentity {
  const identity = parseX25519Identity(word) ?? parseHybridIdentity(word)
  if (identity !== undefined) return identity
  throw new SecretsError('IDENTITY_INVALID', `line ${line} is no age identity`, {
    place: { line },
    hint: 'each line must be one AGE-SECRET-KEY-1…, complete and in upper case, or a comment that begins with #',
  })
}

function configFolder({ env, platform, home }: KeyContext): string | undefined {
  if (platform === 'win32') return nonEmpty(env['AppData']) ?? nonEmpty(env['APPDATA'])
  const named = nonEmpty(env['XDG_CONFIG_HOME'])
  if (named !== undefined) return named
  return posix.join(home, ...(platform === 'darwin' ? ['Library', 'Application Support'] : ['.config']))
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
