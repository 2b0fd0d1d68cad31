/**
 * Where comments say what is encrypted, they must say the same once it is. A few do not: those in the target of an
 * alias that has to be written out, and behind the last entry of a flow map that takes the metadata.
 */
import { SecretsError } from './errors.ts'
import type { ParsedText } from './format.ts'
import type { Selector } from './selection.ts'
import { walk } from './walk.ts'

/** Throws `FORMAT_INVALID` with the place in `plain` of the first value that is selected in only one of the two texts. */
export function checkSelected(plain: ParsedText, sealed: ParsedText, selector: Selector): void {
  const selected: boolean[] = []
  walk(sealed.documents, selector, { value: (visited) => selected.push(visited.selected) })
  let position = 0
  walk(plain.documents, selector, {
    value: (visited) => {
      const same = selected[position] === visited.selected
      position += 1
      if (same) return
      throw new SecretsError('FORMAT_INVALID', 'a comment that says what is encrypted cannot stay at its place', {
        place: plain.position((visited.alias ?? visited.node).span.start),
        hint: 'write the map in lines of its own and aliases out, or select what is encrypted by keys',
      })
    },
  })
}
