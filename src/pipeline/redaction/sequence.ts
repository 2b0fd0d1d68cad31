/** A secret in one form, as a row of units that a text may show with other signs in between. */
export interface Sequence {
  /** Which secret: an index that the caller gave. */
  readonly secret: number
  /** What the form is called in a report. */
  readonly form: string
  readonly kind: SequenceKind
  /** Code points (`quoted`), characters (`dense`) or bytes (`exact`). */
  readonly units: Units
  /** Where + and / stand for - and _ too: base64. */
  readonly urlSafe?: boolean
  /** From so many units on, a piece of it counts as much as the whole. */
  readonly pieces?: number | undefined
  /** Whether a letter or digit before or after it makes it something else. */
  readonly wordBound?: boolean
}

/**
 * `quoted`: any character may be spelled as programs quote it. `dense`: the same, and the text may have been wrapped anywhere:
 * base64, hexadecimal. `exact`: these bytes and no others.
 */
export type SequenceKind = 'quoted' | 'dense' | 'exact'

/** Small numbers where all are below 256: most secrets are ASCII. */
export type Units = Uint8Array | Uint32Array

/** Units of a text: its code points. */
export function unitsOf(text: string): Units {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) >= 0x100) return Uint32Array.from(text, (sign) => sign.codePointAt(0) ?? 0)
  }
  return Buffer.from(text, 'latin1')
}
