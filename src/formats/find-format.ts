import { SecretsError } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { encryptedAs } from './encrypted-as.ts'
import { formats } from './kinds/registry.ts'

/** The format of every file whose name says nothing else, as for sops. */
const FALLBACK = 'binary'

/** What beside the name of a file may decide on its format. */
export interface FormatClues {
  /** A format's name, as `--format` takes it: decides alone. */
  readonly named?: string | undefined
  /** What the file holds at present: an encrypted file of another format is taken as what it is. */
  readonly content?: string | Uint8Array | undefined
}

/** The names of all formats, in the order in which they are offered. */
export function formatNames(): readonly string[] {
  return formats.map(({ name }) => name)
}

/** The format called `name`. Throws `UNKNOWN_FORMAT`, naming the choices. */
export async function formatByName(name: string): Promise<Format> {
  const found = formats.find((format) => format.name === name)
  if (found !== undefined) return found.load()
  throw new SecretsError('UNKNOWN_FORMAT', `there is no format called ${JSON.stringify(name)}`, {
    hint: `use one of: ${formatNames().join(', ')}`,
  })
}

/**
 * The format of a file: the one that is named, else what the content shows to be encrypted already, else by
 * the file's name (`formatNameOf`). Throws `UNKNOWN_FORMAT`.
 */
export async function findFormat(fileName: string, clues: FormatClues = {}): Promise<Format> {
  return formatByName(clues.named ?? formatNameOf(fileName, clues.content))
}

/**
 * The name of the format of `fileName` (a path of any platform): by its suffix, case-sensitively (sops
 * `FormatForPath`), else `binary`.
 *
 * Beyond sops, `.env.local`, `.env.production` and so on are dotenv: that is what such names hold, and as a
 * binary file every one of their values would be lost to diffs and merges. sops reads them with
 * `--input-type dotenv`. Where sops has encrypted such a file by its own rule, as binary, its `content` says so
 * and wins: an encrypted file is never taken for plain text of another format.
 */
export function formatNameOf(fileName: string, content?: string | Uint8Array): string {
  const byName = formatNameBySuffix(fileName)
  return content === undefined ? byName : (encryptedAs(content, byName) ?? byName)
}

function formatNameBySuffix(fileName: string): string {
  const found = formats.find(({ extensions }) => extensions.some((extension) => fileName.endsWith(extension)))
  if (found !== undefined) return found.name
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
  return base.startsWith('.env.') ? 'dotenv' : FALLBACK
}
