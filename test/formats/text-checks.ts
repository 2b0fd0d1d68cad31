/** What every format must hold to, as checks of one text. */
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import type { Format, ParsedText } from '../../src/core/format.ts'
import { type Scalar, stringScalar } from '../../src/core/scalar.ts'
import {
  applyEdits,
  type CommentNode,
  isScalar,
  type PlainValue,
  type ScalarNode,
  type TreeNode,
} from '../../src/core/tree.ts'

/** How often a property is tried. */
export const RUNS: number = 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

/** Metadata with all shapes that sops writes. */
export const METADATA: PlainValue = map({
  age: list([map({ enc: stringScalar('-----BEGIN-----\nab+/=\n-----END-----\n'), recipient: stringScalar('age1q') })]),
  lastmodified: stringScalar('2024-01-02T03:04:05Z'),
  mac: stringScalar('ENC[AES256_GCM,data:a+/=,iv:b=,tag:c==,type:str]'),
  version: stringScalar('3.13.2'),
})

export interface Leaf {
  readonly path: string
  readonly node: ScalarNode
}

export function map(entries: Readonly<Record<string, PlainValue>>): PlainValue {
  return { kind: 'map', entries: Object.entries(entries) }
}

export function list(elements: readonly PlainValue[]): PlainValue {
  return { kind: 'list', elements }
}

/** All leaves with their paths, in order. */
export function leaves(parsed: ParsedText): Leaf[] {
  return parsed.documents.flatMap((root) => nodesOf(root, '').filter((one): one is Leaf => one.node.kind === 'scalar'))
}

/** All comments, in order. */
export function comments(parsed: ParsedText): CommentNode[] {
  return parsed.documents
    .flatMap((root) => nodesOf(root, ''))
    .map(({ node }) => node)
    .filter((node) => node.kind === 'comment')
}

/** The leaves as `path type value`. */
export function shown(parsed: ParsedText): string[] {
  return leaves(parsed).map(({ path, node }) => `${path} ${node.scalar.type} ${String(node.scalar.canonical)}`)
}

/** Values and comments as a plain object of texts, for comparisons. */
export function plain(value: PlainValue): unknown {
  if (isScalar(value)) return String(value.canonical)
  if (value.kind === 'list') return value.elements.map(plain)
  return Object.fromEntries(value.entries.map(([key, child]) => [key, plain(child)]))
}

/** Every leaf spelled anew gives the text back. */
export function checkSpelling(format: Format, text: string): void {
  const parsed = format.parse(text)
  const edits = leaves(parsed).map(({ node }) => ({ ...node.span, text: node.spell(node.scalar) }))
  const again = comments(parsed).map((node) => ({ ...node.span, text: node.spell(node.text) }))
  assert.is(applyEdits(text, edits), text)
  assert.is(applyEdits(text, again), text)
}

/** Every leaf replaced by a token is read as that token, and the values put back give the text back. */
export function checkTokens(format: Format, text: string): void {
  const parsed = format.parse(text)
  const values = leaves(parsed).filter(({ node }) => String(node.scalar.canonical) !== '')
  const edits = values.map(({ node }, index) => ({ ...node.span, text: node.spellToken(token(index)) }))
  const sealed = applyEdits(text, edits)
  const opened = format.parse(sealed)
  const tokens = leaves(opened).filter(({ node }) => String(node.scalar.canonical) !== '')
  assert.equal(
    tokens.map(({ path, node }) => `${path} ${String(node.scalar.canonical)}`),
    values.map(({ path }, index) => `${path} ${token(index)}`),
  )
  const back = tokens.map(({ node }, index) => ({ ...node.span, text: node.spell(scalarAt(values, index)) }))
  assert.is(applyEdits(sealed, back), text)
}

/** Metadata that is written and removed again leaves the text as it was, and is read as it was written. */
export function checkMetadata(format: Format, text: string): void {
  const written = applyEdits(text, format.parse(text).writeMetadata(METADATA))
  const parsed = format.parse(written)
  assert.equal(parsed.metadata && plain(parsed.metadata), plain(METADATA))
  assert.equal(shown(parsed), shown(format.parse(text)))
  assert.equal(parsed.writeMetadata(METADATA), [])
  assert.is(applyEdits(written, parsed.removeMetadata()), text)
}

/** The error that `action` throws, which must be one of ours. */
export function errorOf(action: () => unknown): SecretsError {
  try {
    action()
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Which lines of the second text are not in the first. */
export function newLines(before: string, after: string): string[] {
  const old = new Set(before.split('\n'))
  return after.split('\n').filter((line) => !old.has(line))
}

function token(index: number): string {
  return `ENC[AES256_GCM,data:a+/${index}=,iv:b,tag:c==,type:str]`
}

function scalarAt(values: readonly Leaf[], index: number): Scalar {
  return values[index]?.node.scalar ?? stringScalar('')
}

interface Visited {
  readonly path: string
  readonly node: TreeNode | CommentNode
}

function nodesOf(node: TreeNode | CommentNode, path: string): Visited[] {
  if (node.kind === 'map') {
    return node.items.flatMap((item) =>
      item.kind === 'comment'
        ? [{ path, node: item }]
        : nodesOf(item.value, path === '' ? item.key : `${path}.${item.key}`),
    )
  }
  if (node.kind === 'list') return node.elements.flatMap((element, index) => nodesOf(element, `${path}[${index}]`))
  return [{ path, node }]
}
