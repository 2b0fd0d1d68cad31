import type { ChosenEntries } from '../../pipeline/choice/choice.ts'

/** Names that a line takes; who declares more knows what. */
const MAX_NAMES = 40

/** What a command was given, and which entries of the files it was not, in one line. */
export function passedText(command: string, { entries, left }: ChosenEntries, kept: ReadonlySet<string>): string {
  const passed = entries
    .filter(({ name }) => !kept.has(name))
    .map(({ name, asFile }) => `${name}${asFile ? ' (file)' : ''}`)
  const parts = [passed.length === 0 ? `passed nothing to ${command}` : `passed to ${command}: ${listed(passed)}`]
  if (kept.size > 0) parts.push(`set already, and left: ${listed([...kept])}`)
  if (left.length > 0) parts.push(`not declared, and not passed: ${listed(left)}`)
  return parts.join('; ')
}

/** `a, b and 3 more` */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ')
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown
}
