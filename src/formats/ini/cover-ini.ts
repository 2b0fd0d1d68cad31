import { type CoveredDocument, coveredValue, SEAL_FIELD } from '../../core/file-seal/covered-tree.ts'
import { IniRoot } from './ini-nodes.ts'
import { type IniSections, METADATA_SECTION } from './read-ini.ts'

/** A text with its metadata in place, as the seal covers it. */
export function coverIni(ini: IniSections): CoveredDocument {
  const root = new IniRoot({ ...ini, sections: ini.all, metadata: undefined })
  return { root, seal: coveredValue(coveredValue(root, METADATA_SECTION), SEAL_FIELD) }
}
