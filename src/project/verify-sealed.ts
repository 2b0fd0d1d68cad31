import { SecretsError } from '../core/errors.ts'
import type { Format, ParsedText } from '../core/format.ts'
import { holdsValues } from '../core/holds-values.ts'
import { type OpenText, openSealed } from '../core/open-text.ts'
import { readSealed, sealedOf } from '../core/sealed-text.ts'
import { SELECT_ALL } from '../core/selection.ts'
import type { ValueCipher } from '../core/value-cipher.ts'
import { differentLines, type LineRange } from './different-lines.ts'

/** A content and what it was encrypted to. */
export interface Sealing {
  readonly format: Format
  readonly plain: Uint8Array
  readonly sealed: Uint8Array
  readonly dataKey: Uint8Array
  /** What encrypted it, if it is at hand: it remembers, which saves a second round. */
  readonly cipher?: ValueCipher | undefined
  /** The sealed content before its seal was put in, parsed, if it is at hand. */
  readonly written?: ParsedText | undefined
}

/**
 * Decrypts what was just encrypted, in memory, before the plain text is given up for it. Gives the lines that come back
 * spelled differently (with the same values): none where the bytes are the same. Throws `INTERNAL` when a value does not
 * come back, which is a defect of ours, and nothing must be written then.
 */
export async function verifySealed(sealing: Sealing): Promise<readonly LineRange[]> {
  const { format, plain } = sealing
  const open = await opened(sealing)
  if (Buffer.compare(open.content, plain) === 0) return []
  const values = open.entries.map((entry) => entry.scalar)
  if (format.parsePlain !== undefined || !holdsValues(format, plain, SELECT_ALL, values)) {
    throw new SecretsError(
      'INTERNAL',
      'the encrypted text does not decrypt to what it was made of; nothing was written',
      {
        hint: 'please report this, with a file like it that holds no secret',
      },
    )
  }
  return differentLines(plain, open.content)
}

async function opened({ format, sealed, dataKey, cipher, written }: Sealing): Promise<OpenText> {
  const memory = cipher === undefined ? {} : { cipher }
  if (written === undefined) return openSealed(readSealed(format, sealed), dataKey, memory)
  // Its seal is still to come: all else is what the sealed content has, at the same places.
  return openSealed(sealedOf(format, sealed, written), dataKey, { ...memory, ignoreSeal: true })
}
