import { isBlank, isBreak, isSpaceOrEnd } from './characters.ts'
import { STANDARD_TAGS } from './resolve-scalar.ts'
import type { YamlReader } from './yaml-reader.ts'
import type { Properties } from './yaml-source.ts'

const ANCHOR = /[&*]([0-9A-Za-z_-]+)/y
/** What may follow an anchor's name (libyaml). */
const AFTER_ANCHOR = '?:,]}%@`'
const TAG = /!(?:<([^>\s]*)>|((?:[0-9A-Za-z_-]*!)?)((?:[0-9A-Za-z\-_;/?:@&=+$.~*'(),[\]!]|%[0-9A-Fa-f]{2})*))/y

/** Handles that `%TAG` gave for one document; `!` and `!!` are known without. */
export type TagHandles = ReadonlyMap<string, string>

/** Whether an anchor or a tag begins here. */
export function atProperties(reader: YamlReader): boolean {
  const code = reader.code()
  return code === 38 || code === 33
}

/**
 * Reads an anchor and a tag, in either order, once each. Stops at the content; where that stands in another line,
 * at the end of the properties (`pos` is behind blanks, comments and line breaks only for the second property).
 */
export function readProperties(reader: YamlReader, handles: TagHandles): Properties {
  const start = reader.pos
  const found = { anchor: undefined as string | undefined, tag: '', tagStart: -1, anchorStart: -1, end: start }
  while (atProperties(reader)) {
    const isAnchor = reader.code() === 38
    if (isAnchor ? found.anchor !== undefined : found.tagStart !== -1) break
    reader.newline = false
    reader.keyAllowed = false
    if (isAnchor) {
      found.anchorStart = reader.pos
      found.anchor = readAnchorName(reader)
    } else {
      found.tagStart = reader.pos
      found.tag = readTag(reader, handles)
    }
    found.end = reader.pos
    skipBlanks(reader)
  }
  return { start, ...found }
}

/** Reads the name behind a `&` or `*`. */
export function readAnchorName(reader: YamlReader): string {
  ANCHOR.lastIndex = reader.pos
  const name = ANCHOR.exec(reader.text)?.[1]
  const next = reader.pos + 1 + (name ?? '').length
  const following = reader.text.charAt(next)
  if (name === undefined || !(isSpaceOrEnd(reader.text.charCodeAt(next)) || AFTER_ANCHOR.includes(following))) {
    throw reader.fail('an anchor or alias without a name of letters, digits, _ and -')
  }
  reader.pos = next
  return name
}

function readTag(reader: YamlReader, handles: TagHandles): string {
  TAG.lastIndex = reader.pos
  const start = reader.pos
  const match = TAG.exec(reader.text)
  const [all = '!', verbatim, handle = '', suffix = ''] = match ?? []
  reader.pos += all.length
  if (reader.code() === 37) throw reader.fail('a tag with an escape that is no byte')
  if (!isSpaceOrEnd(reader.code())) throw reader.fail('a tag without a blank behind it')
  if (verbatim !== undefined) return verbatim
  if (handle !== '' && suffix === '') throw reader.fail('a tag without a name', start)
  const name = `!${handle}`
  if (name === '!') return suffix === '' ? '!' : (handles.get('!') ?? '!') + suffix
  const prefix = handles.get(name) ?? (name === '!!' ? STANDARD_TAGS : undefined)
  if (prefix === undefined) throw reader.fail('a tag whose handle no %TAG line declares', start)
  return prefix + suffix
}

function skipBlanks(reader: YamlReader): void {
  while (isBlank(reader.code())) reader.pos += 1
}

/** The directives before a document. */
export interface Directives {
  readonly handles: TagHandles
  readonly count: number
}

/** Reads the `%` lines here. Throws for a version other than 1.1, as sops does, and for an unknown directive. */
export function readDirectives(reader: YamlReader): Directives {
  const handles = new Map<string, string>()
  let count = 0
  let hasVersion = false
  while (reader.code() === 37 && reader.column === 0) {
    const match = /%(?:YAML[ \t]+(\d+\.\d+)|TAG[ \t]+(!(?:[0-9A-Za-z_-]*!)?)[ \t]+(\S+))[ \t]*(?:#.*)?$/my
    match.lastIndex = reader.pos
    const found = match.exec(reader.text)
    if (found === null) throw reader.fail('a directive that is neither %YAML nor %TAG')
    const [all, version, handle, prefix] = found
    if (version !== undefined) {
      if (hasVersion) throw reader.fail('a second %YAML line')
      if (version !== '1.1') throw reader.fail('a %YAML version other than 1.1', reader.pos, 'remove the %YAML line')
      hasVersion = true
    } else if (handle !== undefined && prefix !== undefined) {
      if (handles.has(handle)) throw reader.fail('a second %TAG line for one handle')
      handles.set(handle, prefix)
    }
    reader.pos += all.length
    if (!reader.isAtEnd() && !isBreak(reader.code())) throw reader.fail('something else behind a directive')
    reader.newline = false
    reader.skipToToken()
    count += 1
  }
  return { handles, count }
}
