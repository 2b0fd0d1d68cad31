/** Three-way merge of contents that nothing is known about: by lines where they are text, as git does it. */
import { type Chunk, joinLines, mergeLines } from './merge-lines.ts'
import type { ThreeWay } from './merge-sequences.ts'

const LINES = { commas: false } as const

/** Two contents that differ where both sides changed the same or neighbouring lines; bytes that are no text differ as a whole. */
export function mergeContents({ base, ours, theirs }: ThreeWay<Uint8Array>): {
  readonly ours: Uint8Array
  readonly theirs: Uint8Array
} {
  const [baseText, oursText, theirsText] = [textOf(base), textOf(ours), textOf(theirs)]
  if (baseText === undefined || oursText === undefined || theirsText === undefined) return { ours, theirs }
  const chunks = apart(mergeLines({ base: baseText, ours: oursText, theirs: theirsText }, LINES))
  return {
    ours: Buffer.from(
      joinLines(chunks, () => 'ours', LINES),
      'utf8',
    ),
    theirs: Buffer.from(
      joinLines(chunks, () => 'theirs', LINES),
      'utf8',
    ),
  }
}

/** Nothing checks whether neighbouring changes fit together here, so that they are conflicts. */
function apart(chunks: readonly Chunk[]): readonly Chunk[] {
  const result: Chunk[] = []
  for (const chunk of chunks) {
    const last = result.at(-1)
    if (last === undefined || last.kind === 'kept' || chunk.kind === 'kept') result.push(chunk)
    else result[result.length - 1] = together(last, chunk)
  }
  return result
}

function together(first: Chunk, second: Chunk): Chunk {
  return {
    kind: first.kind === second.kind && first.kind !== 'inserts' ? first.kind : 'conflict',
    base: [...first.base, ...second.base],
    ours: [...first.ours, ...second.ours],
    theirs: [...first.theirs, ...second.theirs],
    at: first.at,
  }
}

function textOf(content: Uint8Array): string | undefined {
  const text = Buffer.from(content).toString('utf8')
  return Buffer.compare(Buffer.from(text, 'utf8'), content) === 0 ? text : undefined
}
