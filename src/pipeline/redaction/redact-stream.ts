import type { Redactor } from './redactor.ts'

/** Passes a stream on with its secrets masked, as fast as `write` takes it. Rejects with what either throws. */
export async function redactStream(
  source: AsyncIterable<Uint8Array>,
  redactor: Redactor,
  write: (content: Uint8Array) => Promise<void>,
): Promise<void> {
  for await (const chunk of source) {
    const ready = redactor.push(chunk)
    if (ready.length > 0) await write(ready)
  }
  const rest = redactor.end()
  if (rest.length > 0) await write(rest)
}
