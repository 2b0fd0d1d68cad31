import { isSecretsError } from '../core/errors.ts'
import { namesFor } from './known-references.ts'
import type { OpenedGroup } from './open-groups.ts'
import type { OpeningKey, OpeningLog, OpeningSubject } from './opening-log.ts'
import type { KeyProviderEntry } from './providers/registry.ts'

/** A data key, and what became of the groups that it was in. */
export interface OpenedKey {
  readonly key: Uint8Array
  readonly groups: readonly OpenedGroup[]
}

/** What writing an opening down needs. */
export interface Recording {
  readonly log: OpeningLog | undefined
  readonly subject: OpeningSubject
  readonly names: () => Promise<ReadonlyMap<string, string>>
  readonly providers: readonly KeyProviderEntry[]
}

/**
 * The data key that `open` gives: the log knows of it before it is opened, and by which key before anybody has it. Throws what
 * `open` and the log throw.
 */
export async function recorded(recording: Recording, open: () => Promise<OpenedKey>): Promise<Uint8Array> {
  const note = await recording.log?.begin(recording.subject)
  if (note === undefined) return (await open()).key
  const opened = await open().catch(async (error: unknown) => {
    // Whoever asked learns why it did not open, whatever became of the record.
    await note.failed(isSecretsError(error) ? error.code : 'INTERNAL').catch(() => undefined)
    throw error
  })
  await note.opened(await keysOf(opened.groups, recording))
  return opened.key
}

async function keysOf(groups: readonly OpenedGroup[], { names, providers }: Recording): Promise<readonly OpeningKey[]> {
  const nameOf = await namesFor(groups, await names().catch(() => new Map()), providers)
  return groups.flatMap(({ openedBy }) => {
    if (openedBy === undefined) return []
    const name = openedBy.recipient === undefined ? undefined : nameOf(openedBy.recipient)
    return [{ ...(name === undefined ? {} : { name }), ...openedBy }]
  })
}
