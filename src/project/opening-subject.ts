import { encryptedPaths } from '../core/encrypted-paths.ts'
import type { SealedText } from '../core/sealed-text.ts'
import type { OpeningSubject } from '../keys/opening-log.ts'
import type { TargetFile } from './targets.ts'

/** The part of a target that a log of openings names. */
export type SubjectTarget = Pick<TargetFile, 'relative' | 'environment'>

/** What a log says of the file whose data key is opened. `sealed` may lack the text where only its metadata are known. */
export function openingSubject(
  { relative, environment }: SubjectTarget,
  { content, parsed }: Partial<Pick<SealedText, 'content' | 'parsed'>>,
): OpeningSubject {
  return {
    file: relative,
    environment: environment?.name,
    names: () => (parsed === undefined ? [] : encryptedPaths(parsed.documents)),
    ...(content === undefined ? {} : { content }),
  }
}
