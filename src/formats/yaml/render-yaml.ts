import { isScalar, type PlainValue } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'
import { collectionAt, isEmpty, type Style } from './write-value.ts'

const SOPS_STYLE: Style = { eol: '\n', step: 4, indentsLists: true, writesKeep: true, writesBlocks: true }

/** A new YAML text with these documents, written as sops writes it. Throws `FORMAT_INVALID` for a root that is no map. */
export function renderYaml(documents: readonly PlainValue[]): string {
  return documents.map(renderDocument).join('---\n')
}

function renderDocument(root: PlainValue): string {
  if (isScalar(root) || root.kind !== 'map') throw cannotCarry('', 'the root of a YAML document has to be a map')
  return isEmpty(root) ? '{}\n' : `${collectionAt(root, 0, SOPS_STYLE)}\n`
}
