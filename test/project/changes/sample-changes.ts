import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChange } from '../../../src/project/file-change.ts'

/** What the change of a test does: other ciphertexts, or from one side of encryption to the other. */
export type Kind = 'rotate' | 'decrypt' | 'encrypt'

export const KINDS: readonly Kind[] = ['rotate', 'decrypt', 'encrypt']

/** The files that the changes are made of; the last one does not exist before. */
export const NAMES: readonly string[] = ['.secretsrc', 'a.yaml', 'sub/b.yaml', 'sub/c "ü".env']

export function isKind(text: string): text is Kind {
  return KINDS.some((kind) => kind === text)
}

/** Old and new content of the file with a number. */
export function contentOf(kind: Kind, index: number, time: 'old' | 'new'): string {
  const clear = (kind === 'decrypt' && time === 'new') || (kind === 'encrypt' && time === 'old')
  return `${clear ? 'marker-clear' : `sealed ${time}`} ${kind} ${'x'.repeat(index)}\n`
}

/** How many of the files a kind has: only a rotation makes one. */
export function namesOf(kind: Kind): readonly string[] {
  return kind === 'rotate' ? NAMES : NAMES.slice(0, 3)
}

/** Makes the folder as it is before the change. */
export function makeFiles(kind: Kind, folder: string): void {
  mkdirSync(join(folder, 'sub'), { recursive: true })
  for (const [index, name] of NAMES.slice(0, 3).entries()) {
    writeFileSync(join(folder, name), contentOf(kind, index, 'old'), { mode: 0o640 })
  }
}

export function changesOf(kind: Kind, folder: string): readonly FileChange[] {
  return namesOf(kind).map((name, index) => ({
    path: join(folder, name),
    content: Buffer.from(contentOf(kind, index, 'new')),
    expects: index === 3 ? 'nothing' : Buffer.from(contentOf(kind, index, 'old')),
    protection: kind === 'decrypt' ? 'private' : 'shared',
    ...(kind === 'decrypt' ? { clear: 'new' } : kind === 'encrypt' ? { clear: 'old' } : {}),
  }))
}

/** All files of the folder with their content and permissions, but for git's and locks, which the next command removes. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => !/^\.git|\.secrets-lock$/.test(name) && statSync(join(folder, name)).isFile())
  return Object.fromEntries(
    files.sort().map((name) => {
      const mode = process.platform === 'win32' ? '' : `${(statSync(join(folder, name)).mode & 0o777).toString(8)} `
      return [name.replaceAll('\\', '/'), mode + readFileSync(join(folder, name), 'utf8')]
    }),
  )
}

/** What `filesIn` gives before and after a change. */
export function expected(kind: Kind, time: 'old' | 'new'): Readonly<Record<string, string>> {
  const names = time === 'old' ? NAMES.slice(0, 3) : namesOf(kind)
  const mode = (index: number): string => {
    if (process.platform === 'win32') return ''
    return index === 3
      ? `${(0o644 & ~process.umask()).toString(8)} `
      : time === 'new' && kind === 'decrypt'
        ? '600 '
        : '640 '
  }
  const entries = names.map((name, index): [string, string] => [name, mode(index) + contentOf(kind, index, time)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
