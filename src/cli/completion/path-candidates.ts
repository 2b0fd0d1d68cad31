import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatPath } from '../../core/path-syntax.ts'
import { decodeText } from '../../core/sealed-text.ts'
import type { Path, TreeNode } from '../../core/tree.ts'
import { findFormat } from '../../formats/find-format.ts'
import type { Candidate, ValuePlace } from './proposal.ts'

/** A press of the tab key must not wait for a bigger file to be parsed. */
const MAX_BYTES = 1024 * 1024

/** More than anybody looks through. */
const MAX_CANDIDATES = 2000

/** The paths of the entries of a file; keys are in clear in an encrypted file too, so that no identity is needed. */
export async function pathCandidates({ context, target }: ValuePlace): Promise<readonly Candidate[]> {
  if (target === undefined || target === '-') return []
  const file = resolve(context.cwd, target)
  const { size } = await stat(file)
  if (size > MAX_BYTES) return []
  const content = await readFile(file)
  const format = await findFormat(file, { content })
  const found: Candidate[] = []
  const [document] = format.parse(decodeText(content)).documents
  if (document !== undefined) collect(document, [], found)
  return found
}

function collect(node: TreeNode, path: Path, found: Candidate[]): void {
  if (found.length >= MAX_CANDIDATES) return
  if (path.length > 0) found.push({ value: formatPath(path), description: shape(node) })
  if (node.kind === 'map') {
    for (const item of node.items) if (item.kind === 'item') collect(item.value, [...path, item.key], found)
  }
  if (node.kind === 'list') {
    const elements = node.elements.filter((element) => element.kind !== 'comment')
    for (const [index, element] of elements.entries()) collect(element, [...path, index], found)
  }
}

function shape(node: TreeNode): string {
  return { map: 'map', list: 'list', scalar: 'value', alias: 'alias' }[node.kind]
}
