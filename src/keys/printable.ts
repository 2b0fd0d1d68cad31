/** As much of what another program says as fits into an error. */
const LONGEST = 300

/** What another program says, as one line without anything that a terminal would act on, cut where it is long. */
export function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
