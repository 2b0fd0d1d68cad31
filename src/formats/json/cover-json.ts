import { type CoveredDocument, coveredValue, SEAL_FIELD } from '../../core/file-seal/covered-tree.ts'
import { METADATA_KEY } from './json-nodes.ts'
import type { JsonDocument } from './read-json.ts'

/** A text with its metadata in place, as the seal covers it. */
export function coverJson({ root: { members } }: JsonDocument): CoveredDocument {
  const root = { kind: 'map', items: members } as const
  return { root, seal: coveredValue(coveredValue(root, METADATA_KEY), SEAL_FIELD) }
}
