import type { NamedText } from './flat-format.ts'
import { shellQuoted, unquotedShell } from './shell-quoting.ts'

/** `export` statements, one for each value; a value may have several lines. */
export function writeShellExports(values: readonly NamedText[]): string {
  return values.map(({ name, text }) => `export ${name}=${shellQuoted(text)}\n`).join('')
}

/** The model of a shell for them. */
export function readShellExports(text: string): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>()
  const start = /export ([A-Za-z_][A-Za-z0-9_]*)=/y
  while (start.lastIndex < text.length) {
    const name = start.exec(text)?.[1]
    const word = unquotedShell(text, start.lastIndex)
    if (name === undefined || word === undefined || text[word.end] !== '\n') return undefined
    values.set(name, word.value)
    start.lastIndex = word.end + 1
  }
  return values
}
