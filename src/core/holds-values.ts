import type { Format } from './format.ts'
import { type Scalar, sameScalar } from './scalar.ts'
import { readPlain } from './sealed-text.ts'
import type { Selector } from './selection.ts'
import { walk } from './walk.ts'

/** Whether plain content can be read and holds exactly these values, in this order. */
export function holdsValues(
  format: Format,
  content: Uint8Array,
  selector: Selector,
  values: readonly Scalar[],
): boolean {
  let position = 0
  let differing = 0
  try {
    walk(readPlain(format, content).parsed.documents, selector, {
      value: ({ node }) => {
        const value = values[position]
        if (value === undefined || !sameScalar(value, node.scalar)) differing += 1
        position += 1
      },
    })
  } catch {
    return false
  }
  return differing === 0 && position === values.length
}
