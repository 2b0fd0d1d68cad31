import type { Metadata } from '../core/metadata-model.ts'

/** Clocks differ; a day is more than they ever do by mistake. */
const TOLERANCE_MS = 24 * 60 * 60 * 1000

/** What is wrong with metadata that can be read, one message each. Nothing of it needs a key. */
export function metadataProblems(metadata: Metadata, now: Date): readonly string[] {
  const { mac, lastModified, groups, shamirThreshold } = metadata
  const entries = groups.flat()
  const problems: string[] = []
  if (mac === '') problems.push('the metadata has no MAC, so that nobody notices a change by hand')
  const changed = Date.parse(lastModified)
  if (Number.isNaN(changed)) problems.push('"lastmodified" of the metadata is no time')
  else if (changed > now.getTime() + TOLERANCE_MS) problems.push('"lastmodified" of the metadata lies in the future')
  if (groups.length > 1 && shamirThreshold > groups.length) {
    problems.push(`the metadata asks for ${shamirThreshold} groups of recipients and has ${groups.length}`)
  }
  const spelled = entries.map(({ kind, fields }) => JSON.stringify([kind, fields]))
  if (groups.length === 1 && new Set(spelled).size < spelled.length) {
    problems.push('the metadata has the same entry of a recipient twice')
  }
  return problems
}
