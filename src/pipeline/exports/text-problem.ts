import { canonicalText, type Scalar } from '../../core/scalar.ts'
import type { Path } from '../../core/tree.ts'

/** Half of a pair of UTF-16, which no UTF-8 can hold. */
const LONE_SURROGATE = /[\ud800-\udfff]/u

/** Why no variable of any system can hold this value. */
export function variableProblem(path: Path, value: Scalar): string | undefined {
  const notText = textProblem(path, value)
  return (
    notText ?? (canonicalText(value).includes('\0') ? 'it has a NUL character, which no variable holds' : undefined)
  )
}

/** Why no text in UTF-8 can hold this value at this place. */
export function textProblem(path: Path, value: Scalar): string | undefined {
  if (typeof value.canonical !== 'string') return 'it is no text'
  if (LONE_SURROGATE.test(canonicalText(value))) return 'it is no text: half of a character stands alone'
  return path.some((key) => LONE_SURROGATE.test(String(key))) ? 'its key is no text' : undefined
}
