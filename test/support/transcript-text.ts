/** One line of a transcript that does something. */
export interface TranscriptStep {
  /** From 1. */
  readonly line: number
  readonly source: string
  /** Whether the line begins with `!`: what it says must not be so. */
  readonly negated: boolean
  /** `windows` or `!windows` of a leading `[windows]`, else undefined. */
  readonly condition: string | undefined
  readonly words: readonly Word[]
}

/** A word of a line; variables are replaced in the parts that were not quoted. */
export type Word = readonly { readonly text: string; readonly quoted: boolean }[]

/** A transcript: steps, then the files that lie in the folder when the first step runs. */
export interface Transcript {
  readonly steps: readonly TranscriptStep[]
  readonly files: Readonly<Record<string, string>>
}

const FILE_HEADER = /^-- (.+) --$/

/**
 * Reads the notation of Go's testscript: lines of words (`'…'` quotes, `''` inside is one quote), `#` comments, then
 * `-- NAME --` and the content of a file, as often as needed. Throws for a quote that is not closed.
 */
export function parseTranscript(text: string): Transcript {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const end = lines.findIndex((line) => FILE_HEADER.test(line))
  const steps = lines.slice(0, end < 0 ? undefined : end).flatMap((source, index) => parseStep(source, index + 1))
  return { steps, files: end < 0 ? {} : parseFiles(lines.slice(end)) }
}

function parseStep(source: string, line: number): readonly TranscriptStep[] {
  const match = /^\s*(?:\[(!?\w+)\]\s*)?(!\s*)?(.*?)\s*$/.exec(source)
  const rest = match?.[3] ?? ''
  if (rest === '' || rest.startsWith('#')) return []
  const words = splitWords(rest, line)
  return [{ line, source: source.trim(), negated: match?.[2] !== undefined, condition: match?.[1], words }]
}

function splitWords(text: string, line: number): readonly Word[] {
  const tokens = /\s+|'((?:[^']|'')*)'|([^\s']+)|(')/g
  const words: { text: string; quoted: boolean }[][] = [[]]
  for (const [token, quoted, bare, stray] of text.matchAll(tokens)) {
    if (stray !== undefined) throw new Error(`line ${line}: a quote is not closed`)
    if (quoted !== undefined) words.at(-1)?.push({ text: quoted.replaceAll("''", "'"), quoted: true })
    else if (bare !== undefined) words.at(-1)?.push({ text: bare, quoted: false })
    else if (token !== '') words.push([])
  }
  return words
}

function parseFiles(lines: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {}
  let name = ''
  for (const line of lines) {
    const header = FILE_HEADER.exec(line)?.[1]
    if (header !== undefined) {
      name = header
      files[name] = ''
    } else {
      files[name] = `${files[name] ?? ''}${line}\n`
    }
  }
  // The last line break of the transcript is that of its own last line.
  if (name !== '') files[name] = (files[name] ?? '').replace(/\n$/, '')
  return files
}

/** The word with `$NAME` and `${NAME}` replaced where it was not quoted. Throws for a name that has no value. */
export function expandWord(word: Word, variables: Readonly<Record<string, string>>): string {
  return word.map((part) => (part.quoted ? part.text : expand(part.text, variables))).join('')
}

function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? ''
    const value = variables[name]
    if (value === undefined) throw new Error(`$${name} has no value`)
    return value
  })
}
