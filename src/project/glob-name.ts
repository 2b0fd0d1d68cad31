import { bracketEnd } from './glob-braces.ts'
import { GlobProblem } from './glob-problem.ts'

/** One piece of a name's pattern: `*`, or a test for one character. */
export type NamePart = 'any text' | ((character: string) => boolean)

/** Parses the pattern of one name (no `/` in it). Throws `GlobProblem` for a malformed bracket. */
export function parseName(pattern: string): readonly NamePart[] {
  const parts: NamePart[] = []
  let position = 0
  while (position < pattern.length) {
    const sign = String.fromCodePoint(pattern.codePointAt(position) ?? 0)
    if (sign === '[') {
      const end = bracketEnd(pattern, position)
      if (end === -1) throw new GlobProblem('a "[" without its "]" in one name', 'write [[] for a real one')
      parts.push(parseBracket(pattern.slice(position + 1, end)))
      position = end + 1
    } else {
      if (sign !== '*' || parts.at(-1) !== 'any text') parts.push(parseSign(sign))
      position += sign.length
    }
  }
  return parts
}

/** Whether a whole name matches. Greedy, going back to the last `*` only. */
export function matchesName(parts: readonly NamePart[], name: string): boolean {
  const characters = Array.from(name)
  let part = 0
  let position = 0
  let retry: { readonly part: number; readonly position: number } | undefined
  while (position < characters.length) {
    const current = parts[part]
    if (current === 'any text') {
      part += 1
      retry = { part, position }
    } else if (current?.(characters[position] ?? '')) {
      part += 1
      position += 1
    } else if (retry === undefined) {
      return false
    } else {
      retry = { part: retry.part, position: retry.position + 1 }
      part = retry.part
      position = retry.position
    }
  }
  return parts.slice(part).every((rest) => rest === 'any text')
}

function parseSign(sign: string): NamePart {
  if (sign === '*') return 'any text'
  if (sign === '?') return () => true
  return (character) => character === sign
}

function parseBracket(content: string): NamePart {
  const negated = content.startsWith('!') || content.startsWith('^')
  const characters = Array.from(negated ? content.slice(1) : content)
  if (/\[[:.=]/.test(content))
    throw new GlobProblem('a named class such as [:alpha:] in a pattern', 'write the range, [a-z]')
  const ranges: { readonly from: number; readonly to: number }[] = []
  for (let index = 0; index < characters.length; index += 1) {
    const from = characters[index] ?? ''
    const isRange = characters[index + 1] === '-' && index + 2 < characters.length
    const to = isRange ? (characters[index + 2] ?? '') : from
    if (codePoint(to) < codePoint(from)) throw new GlobProblem(`the range ${from}-${to} runs backwards`)
    ranges.push({ from: codePoint(from), to: codePoint(to) })
    if (isRange) index += 2
  }
  return (character) => ranges.some(({ from, to }) => inRange(codePoint(character), from, to)) !== negated
}

function inRange(point: number, from: number, to: number): boolean {
  return from <= point && point <= to
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}
