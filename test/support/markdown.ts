/** What tests ask of a Markdown text: its links, its headings, and the command lines of `secrets` in it. */

/** Something in a line, from 1, of a text. */
export interface DocumentLine {
  readonly line: number
  readonly text: string
  /** Of a command line or a mention of one, what stands behind `secrets`; else empty. */
  readonly words: readonly string[]
}

/** A fenced block of code. */
export interface CodeBlock {
  /** Of its first line, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
}

interface TextLine {
  readonly line: number
  readonly text: string
  /** The language of the code block that the line is in; undefined outside of one. */
  readonly code: string | undefined
}

/** Targets of links that are no addresses of other sites. */
export function relativeLinks(text: string): readonly DocumentLine[] {
  return proseOf(text).flatMap(({ line, text: prose }) =>
    [...withoutCode(prose).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => ({ line, text: match[1] ?? '', words: [] }))
      .filter((link) => !/^[a-z]+:/.test(link.text)),
  )
}

/** What GitHub calls the headings of a text in addresses: lower case, without punctuation, blanks as dashes. */
export function headingSlugs(text: string): ReadonlySet<string> {
  const headings = proseOf(text).flatMap((line) => /^#{1,6} +(.*)$/.exec(line.text)?.[1] ?? [])
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

/** Command lines of `secrets` in blocks of shell and YAML, also behind a prompt, variables, `npx` and `run:`. */
export function commandLines(text: string): readonly DocumentLine[] {
  return linesOf(text)
    .filter(({ code }) => code === 'sh' || code === 'yaml')
    .flatMap(({ line, text: source }) => {
      const start = /^\s*(?:- )?(?:run: |script: |\$ )?(?:\w+=(?:"[^"]*"|'[^']*'|\S*) )*(?:npx )?secrets(?= |$)/.exec(
        source,
      )
      // A synopsis of what a command takes is no command line.
      return start === null || source.includes('[OPTIONS]')
        ? []
        : [{ line, text: source.trim(), words: shellWords(source.slice(start[0].length)) }]
    })
}

/** Mentions of command lines in running text: code spans that begin with `secrets` and a blank. */
export function commandSpans(text: string): readonly DocumentLine[] {
  return proseOf(text).flatMap(({ line, text: prose }) =>
    [...prose.matchAll(/`secrets ([^`]+)`/g)].map((match) => {
      return { line, text: `secrets ${match[1] ?? ''}`, words: shellWords(match[1] ?? '') }
    }),
  )
}

/** All fenced blocks of code. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = []
  let previous = -1
  for (const { line, text: source, code } of linesOf(text)) {
    if (code === undefined) continue
    const last = blocks.at(-1)
    if (last !== undefined && line === previous + 1) {
      blocks[blocks.length - 1] = { ...last, text: `${last.text}\n${source}` }
    } else blocks.push({ line, language: code, text: source })
    previous = line
  }
  return blocks
}

/** Words up to a comment, a pipe or the end of the command; redirections are left out. */
function shellWords(source: string): readonly string[] {
  const words: string[] = []
  for (const match of source.matchAll(/\s*(?:(#.*|[|;&].*)|([<>]+)\s*\S+|((?:"[^"]*"|'[^']*'|[^\s"'])+))/g)) {
    if (match[1] !== undefined) break
    if (match[3] !== undefined) words.push(match[3].replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return words
}

function proseOf(text: string): readonly TextLine[] {
  return linesOf(text).filter(({ code }) => code === undefined)
}

function linesOf(text: string): readonly TextLine[] {
  let code: string | undefined
  return text.split(/\r?\n/).flatMap((source, index): TextLine[] => {
    const fence = /^\s*```(\w*)/.exec(source)
    if (fence === null) return [{ line: index + 1, text: source, code }]
    code = code === undefined ? (fence[1] ?? '') : undefined
    return []
  })
}

function withoutCode(prose: string): string {
  return prose.replace(/`[^`]*`/g, '``')
}
