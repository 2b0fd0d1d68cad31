import { isSecretsError, SecretsError, withPlace } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { parseMetadata } from '../core/metadata.ts'
import { type Recovered, recoverSealed } from '../core/recover.ts'
import { readSealed, type SealedText } from '../core/sealed-text.ts'
import { findFormat } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Project } from './model.ts'
import { openingSubject } from './opening-subject.ts'
import { readFileContent } from './read-file.ts'
import { salvageText } from './salvage-text.ts'
import type { TargetFile } from './targets.ts'

/** What reading a damaged file needs. */
export interface RecoverOptions {
  readonly project: Project | undefined
  readonly keyring: Keyring
  /** Name of the format, where name and content do not say it. */
  readonly format?: string | undefined
  /** An older copy of the file whose metadata are still whole. */
  readonly metadataFrom?: TargetFile | undefined
}

/** What could be read of a file. */
export interface RecoveredFile extends Recovered {
  /** The line in which what can be read ends. */
  readonly lostFrom: number | undefined
}

/**
 * Reads what can be read of a damaged file, without regard to its MAC. Throws `NOT_ENCRYPTED` or `METADATA_INVALID` when its
 * metadata are gone and no copy of them is given, `CANNOT_OPEN`, `FORMAT_INVALID` when nothing of the text can be understood.
 */
export async function recoverFile(target: TargetFile, options: RecoverOptions): Promise<RecoveredFile> {
  return withPlace({ file: target.shown }, async () => {
    const { bytes } = await readFileContent(target.path, { root: options.project?.root })
    const format = await findFormat(target.path, { named: options.format, content: bytes })
    const { parsed, lostFrom } = salvageText(format, bytes)
    const known = await metadataOf(target, { format, parsed }, options)
    const dataKey = await options.keyring.open(known.metadata, openingSubject(target, { content: bytes, parsed }))
    const recovered = await recoverSealed({ format, content: bytes, parsed, ...known }, dataKey)
    return { ...recovered, lostFrom, intact: recovered.intact && lostFrom === undefined }
  })
}

type KnownMetadata = Pick<SealedText, 'metadata' | 'source'>

async function metadataOf(
  target: TargetFile,
  { format, parsed }: Pick<SealedText, 'format' | 'parsed'>,
  { metadataFrom, project }: RecoverOptions,
): Promise<KnownMetadata> {
  if (metadataFrom !== undefined) return readMetadata(metadataFrom, format, project)
  try {
    if (parsed.metadata === undefined) throw new SecretsError('NOT_ENCRYPTED', 'nothing is left of its metadata')
    return { metadata: parseMetadata(parsed.metadata), source: parsed.metadata }
  } catch (error) {
    if (!isSecretsError(error)) throw error
    throw new SecretsError(error.code, error.message, {
      place: error.place,
      hint:
        'take them from an older copy: ' +
        `git show HEAD:${target.relative} > older, then secrets recover --metadata-from older ${target.shown}`,
    })
  }
}

async function readMetadata(copy: TargetFile, format: Format, project: Project | undefined): Promise<KnownMetadata> {
  return withPlace({ file: copy.shown }, async () => {
    const { bytes } = await readFileContent(copy.path, { root: project?.root })
    const { metadata, source } = readSealed(format, bytes)
    return { metadata, source }
  })
}
