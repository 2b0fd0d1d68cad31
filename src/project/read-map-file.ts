import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { MAX_CONFIG_BYTES } from './config-limits.ts'
import { parseConfigYaml } from './config-yaml.ts'
import { type MappedEntry, readEntryMap } from './entry-map.ts'
import { Problems } from './problems.ts'

/**
 * Reads a file that maps names to paths of entries (YAML). `file` is relative to `cwd`. Throws `CONFIG_INVALID` with every problem and
 * its place, `LIMIT_EXCEEDED`, `FILE_NOT_FOUND`, `READ_FAILED`.
 */
export async function readMapFile(file: string, cwd: string): Promise<readonly MappedEntry[]> {
  const root = parseConfigYaml(await contentOf(file, cwd), { file, aliases: 'refuse' })
  const problems = new Problems()
  const entries = readEntryMap(root, 'the mapping', problems)
  if (entries.length === 0)
    problems.add('the mapping names no entry', root.place, 'write lines such as DATABASE_URL: database.url')
  problems.throwIfAny()
  return entries
}

async function contentOf(file: string, cwd: string): Promise<Uint8Array> {
  const path = resolve(cwd, file)
  try {
    const { size } = await stat(path)
    // One byte more than allowed is enough for the parser to refuse.
    return size > MAX_CONFIG_BYTES ? new Uint8Array(MAX_CONFIG_BYTES + 1) : await readFile(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing) throw new SecretsError('FILE_NOT_FOUND', 'there is no such mapping', { place: { file } })
    throw new SecretsError('READ_FAILED', 'the mapping cannot be read', { place: { file }, cause: error })
  }
}
