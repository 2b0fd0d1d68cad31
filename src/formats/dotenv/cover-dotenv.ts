import { type CoveredDocument, coveredValue, SEAL_FIELD } from '../../core/file-seal/covered-tree.ts'
import type { DotenvDocument } from './read-dotenv.ts'
import { METADATA_PREFIX } from './spell-dotenv.ts'

/** A text with its metadata in place, as the seal covers it. */
export function coverDotenv({ lines }: DotenvDocument): CoveredDocument {
  const root = { kind: 'map', items: lines } as const
  return { root, seal: coveredValue(root, METADATA_PREFIX + SEAL_FIELD) }
}
