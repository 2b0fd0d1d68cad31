/** What the vendors' programs read from what we write, by their sources and published rules; not by ours. */

/**
 * The file of `GITHUB_ENV`: actions/runner, `FileCommandManager.cs` (`EnvFileKeyValuePairs`). Throws where the runner fails the
 * step. On Windows CR LF ends a line as well.
 */
export function readGithubFile(text: string, platform: 'linux' | 'windows' = 'linux'): ReadonlyMap<string, string> {
  const reader = new LineReader(text, platform)
  const variables = new Map<string, string>()
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (line.text === '') continue
    const [equals, heredoc] = [line.text.indexOf('='), line.text.indexOf('<<')]
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const [name, delimiter] = [line.text.slice(0, heredoc), line.text.slice(heredoc + 2)]
      if (name === '' || delimiter === '') throw new Error('name and delimiter must not be empty')
      variables.set(name, heredocText(reader, delimiter))
    } else if (equals >= 0) {
      if (equals === 0) throw new Error('name must not be empty')
      variables.set(line.text.slice(0, equals), line.text.slice(equals + 1))
    } else throw new Error('invalid format')
  }
  return variables
}

function heredocText(reader: LineReader, delimiter: string): string {
  const start = reader.position
  let end = start
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (line.text === delimiter) return reader.text.slice(start, Math.max(start, end))
    end = reader.position - line.ending
  }
  throw new Error('matching delimiter not found')
}

class LineReader {
  readonly text: string
  position = 0
  readonly #platform: 'linux' | 'windows'

  constructor(text: string, platform: 'linux' | 'windows') {
    this.text = text
    this.#platform = platform
  }

  next(): { readonly text: string; readonly ending: number } | undefined {
    if (this.position >= this.text.length) return undefined
    const start = this.position
    const found = this.text.indexOf('\n', start)
    this.position = found < 0 ? this.text.length : found + 1
    if (found < 0) return { text: this.text.slice(start), ending: 0 }
    const isPair = this.#platform === 'windows' && found > start && this.text[found - 1] === '\r'
    return { text: this.text.slice(start, isPair ? found - 1 : found), ending: isPair ? 2 : 1 }
  }
}

/** A line of standard output as a command of GitHub: `ActionCommand.cs` (`TryParseV2`). */
export function readGithubCommand(line: string): { readonly command: string; readonly data: string } | undefined {
  const trimmed = line.trimStart()
  if (!trimmed.startsWith('::')) return undefined
  const end = trimmed.indexOf('::', 2)
  if (end < 0) return undefined
  const [command = ''] = trimmed.slice(2, end).split(' ')
  const data = trimmed.slice(end + 2)
  return { command, data: data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%') }
}

/** What Azure's agent makes of a line: azure-pipelines-agent, `Command.cs` (`TryParse`, `Unescape`). */
export function readAzureCommand(line: string): AzureCommand | undefined {
  const start = line.indexOf('##vso[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return undefined
  const [head = '', ...rest] = line.slice(start + 6, end).split(' ')
  const pairs = rest
    .join(' ')
    .split(';')
    .filter((pair) => pair.includes('='))
  const properties = new Map(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), azureText(pair.slice(pair.indexOf('=') + 1))]),
  )
  return { command: head, properties, data: azureText(line.slice(end + 1)) }
}

/** A command of Azure's agent. */
export interface AzureCommand {
  readonly command: string
  readonly properties: ReadonlyMap<string, string>
  readonly data: string
}

function azureText(text: string): string {
  const mappings = [
    ['%3B', ';'],
    ['%0D', '\r'],
    ['%0A', '\n'],
    ['%5D', ']'],
    ['%AZP25', '%'],
  ] as const
  return mappings.reduce((all, [written, meant]) => all.replaceAll(written, meant), text)
}

/** A service message of TeamCity, by its documentation: `##teamcity[NAME a='…' b='…']`, with `|` before what is not meant literally. */
export function readTeamcityMessage(line: string): ReadonlyMap<string, string> {
  const match = /^##teamcity\[(\w+)((?: \w+='(?:[^'|\n\r[\]]|\|0x[0-9A-F]{4}|\|[nrxlp|'[\]])*')+)\]$/.exec(line)
  if (match === null) throw new Error('no service message')
  const attributes = [...(match[2] ?? '').matchAll(/ (\w+)='((?:[^'|]|\|.)*)'/g)]
  return new Map([
    ['', match[1] ?? ''],
    ...attributes.map(([, name = '', text = '']) => [name, teamcityText(text)] as const),
  ])
}

function teamcityText(text: string): string {
  const signs: Readonly<Record<string, string>> = { n: '\n', r: '\r', x: '\u0085', l: '\u2028', p: '\u2029' }
  return text.replaceAll(/\|(?:0x([0-9A-F]{4})|(.))/g, (_, unit: string | undefined, sign: string | undefined) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16))
    return signs[sign ?? ''] ?? sign ?? ''
  })
}

/** Lines `export NAME='…'` as a POSIX shell reads them: single quotes hold everything, a backslash outside of them one sign. */
export function readShellExports(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    const head = /^export ([A-Za-z_]\w*)=/.exec(text.slice(at))
    if (head === null) throw new Error(`no export at ${at}`)
    at += head[0].length
    let value = ''
    while (at < text.length && text[at] !== '\n') {
      const end = text[at] === "'" ? text.indexOf("'", at + 1) : at + 1
      if (text[at] !== "'" && text[at] !== '\\') throw new Error(`outside of quotes at ${at}`)
      if (end < 0) throw new Error('open quote')
      value += text[at] === "'" ? text.slice(at + 1, end) : (text[at + 1] ?? '')
      at = end + 1
    }
    variables.set(head[1] ?? '', value)
    at += 1
  }
  return variables
}
