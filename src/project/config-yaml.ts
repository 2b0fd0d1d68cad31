import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml'
import { type Place, SecretsError } from '../core/errors.ts'
import { MAX_CONFIG_BYTES } from './config-limits.ts'
import type { ConfigNode } from './config-node.ts'
import { type AliasRule, convertNode } from './config-yaml-nodes.ts'
import { Problems } from './problems.ts'

/** Levels inside each other: the deepest meaningful configuration has eight. */
const MAX_CONFIG_DEPTH = 64

/** How a configuration is to be read. */
export interface ConfigYamlOptions {
  /** Name for places: as the user knows the file. */
  readonly file: string
  readonly aliases: AliasRule
}

/**
 * Parses the bytes of a configuration. Throws `CONFIG_INVALID` with all problems of its syntax, `LIMIT_EXCEEDED`
 * for what is too large or too deep. An empty file is an empty mapping.
 */
export function parseConfigYaml(content: Uint8Array, options: ConfigYamlOptions): ConfigNode {
  const text = decode(content, options.file)
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file: options.file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const document = compose(text, lines, place)
  if (document?.contents == null) return { kind: 'map', entries: [], place: place(0) }
  const problems = new Problems()
  const root = convertNode(document.contents, { document, place, problems, aliases: options.aliases })
  problems.throwIfAny()
  return root
}

function decode(content: Uint8Array, file: string): string {
  if (content.byteLength > MAX_CONFIG_BYTES) {
    throw new SecretsError('LIMIT_EXCEEDED', `a configuration of more than ${MAX_CONFIG_BYTES / 1024} KiB`, {
      place: { file },
      hint: 'check that this is the configuration and not a secret file',
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new SecretsError('CONFIG_INVALID', 'the configuration is not valid UTF-8', { place: { file } })
  }
}

function compose(text: string, lines: LineCounter, place: (offset: number) => Place): Document.Parsed | undefined {
  refuseFlowDepth(text, place)
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  refuseDepth(tokens, place)
  const problems = new Problems()
  const composer = new Composer({ schema: 'failsafe', merge: false, logLevel: 'silent', prettyErrors: false })
  const documents = [...composer.compose(tokens, true, text.length)]
  for (const document of documents) {
    for (const error of document.errors) problems.add(readable(error.message), place(error.pos[0]))
  }
  const second = documents[1]
  if (second !== undefined) problems.add('more than one YAML document', place(second.range[0]))
  problems.throwIfAny()
  return documents[0]
}

function readable(message: string): string {
  const line = message.split('\n', 1)[0] ?? ''
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, '')
}

/** Before parsing, which takes seconds for a megabyte of brackets or dashes. */
function refuseFlowDepth(text: string, place: (offset: number) => Place): void {
  let brackets = 0
  let dashes = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1
    if (token === ']' || token === '}') brackets -= 1
    if (token === '-' || token === '?') dashes += 1
    if (token.startsWith('\n') || token.startsWith('\r')) dashes = 0
    if (Math.max(brackets, dashes) > MAX_CONFIG_DEPTH) throw tooDeep(place(0))
  }
}

function tooDeep(place: Place): SecretsError {
  return new SecretsError('LIMIT_EXCEEDED', `nested more than ${MAX_CONFIG_DEPTH} levels deep`, { place })
}

/** Composing recurses, and Node aborts the whole process when its stack ends in the wrong place. */
function refuseDepth(tokens: readonly CST.Token[], place: (offset: number) => Place): void {
  const open: { readonly token: CST.Token; readonly depth: number }[] = tokens.map((token) => ({ token, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const depth = next.depth + 1
    if (depth > MAX_CONFIG_DEPTH) {
      throw tooDeep('offset' in next.token ? place(next.token.offset) : {})
    }
    for (const token of inner(next.token)) open.push({ token, depth })
  }
}

function inner(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  if (!('items' in token)) return []
  return token.items.flatMap((item) => [item.key, item.value].filter((part) => part != null))
}
