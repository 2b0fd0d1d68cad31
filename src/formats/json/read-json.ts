import { SecretsError } from '../../core/errors.ts'
import { MAX_DEPTH } from '../../core/limits.ts'
import { type Scalar, stringScalar } from '../../core/scalar.ts'
import type { Span } from '../../core/tree.ts'
import { invalidAt } from '../format-error.ts'
import { textPosition } from '../text-position.ts'
import { JsonList, JsonMap, JsonMember, type JsonNode, JsonScalar } from './json-nodes.ts'
import type { JsonSource } from './json-source.ts'
import { JSON_WORDS, jsonNumber, unescapeJson } from './read-scalar.ts'

const TAB = 9
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const SLASH = 47
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_MAP = 123
const CLOSE_MAP = 125
const BYTE_ORDER_MARK = 0xfeff

/** Up to how many keys an object is searched for duplicates key by key. */
const FEW = 8

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** A parsed text: its root object and what edits need to know of the text. */
export interface JsonDocument {
  readonly source: JsonSource
  readonly root: JsonMap
}

/**
 * Parses a text whose root is an object, in one pass. Stricter than sops where its tolerance would lose
 * something: text behind the root and a key that stands twice in one object are refused.
 * Throws `FORMAT_INVALID` and, deeper than `MAX_DEPTH`, `LIMIT_EXCEEDED`, both with line and column.
 */
export function readJson(text: string): JsonDocument {
  const source: JsonSource = { text, root: undefined, style: undefined }
  const root = new JsonReader(source).readRoot()
  source.root = root
  return { source, root }
}

class JsonReader {
  readonly #source: JsonSource
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(source: JsonSource) {
    this.#source = source
    this.#text = source.text
  }

  readRoot(): JsonMap {
    const first = this.#next()
    if (first === BYTE_ORDER_MARK) throw this.#invalid('a byte order mark in the place of JSON')
    if (Number.isNaN(first)) throw this.#invalid('there is no JSON object', 'an empty file of secrets is written {}')
    if (first !== OPEN_MAP) throw this.#unexpected('the root of a JSON file must be an object')
    const root = this.#readMap(true)
    if (!Number.isNaN(this.#next())) throw this.#unexpected('there is more text behind the root object')
    return root
  }

  #readValue(): JsonNode {
    const code = this.#next()
    const start = this.#at
    if (code === QUOTE) {
      const scalar = stringScalar(this.#readString())
      return new JsonScalar(scalar, start, this.#at)
    }
    if (code === OPEN_MAP) return this.#readMap(false)
    if (code === OPEN_LIST) return this.#readList()
    const scalar = this.#readWord() ?? this.#readNumber()
    return new JsonScalar(scalar, start, this.#at)
  }

  #readMap(isRoot: boolean): JsonMap {
    const start = this.#enter()
    const members: JsonMember[] = []
    while (this.#hasNext(CLOSE_MAP, members.length > 0)) members.push(this.#readMember())
    this.#refuseDuplicates(members)
    return new JsonMap(this.#source, this.#leave(start), members, isRoot)
  }

  /** Few keys are compared with each other, which costs less than a set. */
  #refuseDuplicates(members: readonly JsonMember[]): void {
    if (members.length < 2) return
    const seen = members.length > FEW ? new Set<string>() : undefined
    for (const [index, member] of members.entries()) {
      const again = seen?.has(member.key) ?? members.findIndex(({ key }) => key === member.key) < index
      if (again) throw this.#duplicateAt(member.keySpan)
      seen?.add(member.key)
    }
  }

  #readList(): JsonList {
    const start = this.#enter()
    const elements: JsonNode[] = []
    while (this.#hasNext(CLOSE_LIST, elements.length > 0)) elements.push(this.#readValue())
    return new JsonList(this.#source, this.#leave(start), elements)
  }

  #readMember(): JsonMember {
    if (this.#next() !== QUOTE) throw this.#unexpected('a key in double quotes is expected')
    const start = this.#at
    const key = this.#readString()
    const end = this.#at
    if (this.#next() !== COLON) throw this.#unexpected('a colon is expected behind the key')
    this.#at += 1
    return new JsonMember(key, this.#readValue(), start, end)
  }

  /** Whether another part follows, past the comma that must then stand there. */
  #hasNext(closing: number, afterPart: boolean): boolean {
    const code = this.#next()
    if (code === closing) return false
    if (!afterPart) return true
    if (code !== COMMA) throw this.#unexpected('a comma or a closing bracket is expected')
    this.#at += 1
    if (this.#next() === closing) throw this.#invalid('a comma without anything behind it')
    return true
  }

  #readString(): string {
    const text = this.#text
    const start = this.#at + 1
    let escaped = false
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return escaped ? this.#unescape(start, at) : text.slice(start, at)
      }
      if (code === BACKSLASH) {
        escaped = true
        at += 1
      } else if (code < SPACE) throw invalidAt(text, at, 'a control character or line break in a string')
    }
    throw this.#invalid('a string without its closing quote')
  }

  #unescape(start: number, end: number): string {
    const result = unescapeJson(this.#text.slice(start, end))
    if (typeof result === 'string') return result
    throw invalidAt(this.#text, start + result, 'an escape that JSON does not have')
  }

  #readWord(): Scalar | undefined {
    for (const [word, scalar] of JSON_WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return scalar
      }
    }
    return undefined
  }

  #readNumber(): Scalar {
    NUMBER.lastIndex = this.#at
    const literal = NUMBER.exec(this.#text)?.[0]
    if (literal === undefined) throw this.#unexpected('a value is expected')
    const scalar = jsonNumber(literal)
    if (scalar === undefined) throw this.#invalid('a number out of range')
    this.#at += literal.length
    return scalar
  }

  /** The next character that is no blank; NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== SPACE && code !== LINE_FEED && code !== TAB && code !== CARRIAGE_RETURN) return code
      this.#at += 1
    }
  }

  #enter(): number {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw this.#tooDeep()
    this.#at += 1
    return this.#at - 1
  }

  #leave(start: number): Span {
    this.#depth -= 1
    this.#at += 1
    return { start, end: this.#at }
  }

  #tooDeep(): SecretsError {
    const place = textPosition(this.#text, this.#at)
    return new SecretsError('LIMIT_EXCEEDED', `more than ${MAX_DEPTH} levels of objects and arrays`, { place })
  }

  #duplicateAt(span: Span): SecretsError {
    const hint = 'keep one of the two: readers of JSON disagree on which one counts'
    return invalidAt(this.#text, span.start, 'a key that stands twice in one object', hint)
  }

  #unexpected(expectation: string): SecretsError {
    const code = this.#text.charCodeAt(this.#at)
    if (Number.isNaN(code)) return this.#invalid('the text ends inside the JSON object')
    if (code !== SLASH) return this.#invalid(expectation)
    return this.#invalid('JSON has no comments', 'remove the comment, or keep the file as YAML, which has them')
  }

  #invalid(message: string, hint?: string): SecretsError {
    return invalidAt(this.#text, this.#at, message, hint)
  }
}
