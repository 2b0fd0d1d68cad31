import { type CoveredDocument, coveredValue, SEAL_FIELD } from '../../core/file-seal/covered-tree.ts'
import { METADATA_KEY, type YamlDocument } from './read-stream.ts'

/** A document with its metadata in place, as the seal covers it. */
export function coverYaml({ root: { all, mark } }: YamlDocument): CoveredDocument {
  const root = { kind: 'map', items: all, mark } as const
  return { root, seal: coveredValue(coveredValue(root, METADATA_KEY), SEAL_FIELD) }
}
