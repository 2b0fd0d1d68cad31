/** Putting noted texts back in the place of decrypted values. */
import type { Notation } from './notation.ts'
import type { Edit } from './tree.ts'
import type { Trail } from './walk.ts'

/** The edit that decrypts a value, and what text stood there before, if that was noted. */
export interface NotedEdit {
  readonly edit: Edit
  readonly notation: Notation | undefined
  /** Where the value stands, for notations of a container above it. */
  readonly trail: Trail | undefined
}

/** Edits in which the texts of the notations stand, for containers in the place of all that was in them. */
export function withNotations(opened: readonly NotedEdit[]): Edit[] {
  const whole = opened.flatMap((value) => containerEdit(value))
  const inside = (edit: Edit): boolean => whole.some((outer) => edit.start >= outer.start && edit.end <= outer.end)
  const single = opened
    .filter((value) => (value.notation?.levels ?? 0) === 0)
    .map(({ edit, notation }) => (notation === undefined ? edit : { ...edit, text: notation.text }))
  return whole.length === 0 ? single : [...whole, ...single.filter((edit) => !inside(edit))]
}

function containerEdit({ notation, trail }: NotedEdit): Edit[] {
  if (notation === undefined || notation.levels === 0) return []
  let place = trail
  for (let level = 0; level < notation.levels; level += 1) place = place?.parent
  return place === undefined ? [] : [{ ...place.node.span, text: notation.text }]
}
