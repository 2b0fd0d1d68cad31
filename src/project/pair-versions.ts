import type { SecretFile } from './secret-file.ts'

/** The two versions of one file; one of them is missing where it was added or removed. */
export interface VersionPair {
  readonly before: SecretFile | undefined
  readonly after: SecretFile | undefined
}

/** Share of ciphertexts that two files must have in common to be one file under two names; git's share for lines is the same. */
const SIMILAR = 0.5

/**
 * Pairs files by path, and what is left by content: a removed and an added file that are the same, or have most of
 * their ciphertexts in common, are one file with a new name. Equal pairs are left out. Sorted by name.
 */
export function pairVersions(before: readonly SecretFile[], after: readonly SecretFile[]): readonly VersionPair[] {
  const old = new Map(before.map((file) => [file.target.path, file]))
  const now = new Set(after.map((file) => file.target.path))
  const kept = after.flatMap((file): VersionPair[] => {
    const earlier = old.get(file.target.path)
    return earlier === undefined ? [] : [{ before: earlier, after: file }]
  })
  const removed = before.filter((file) => !now.has(file.target.path))
  const added = after.filter((file) => !old.has(file.target.path))
  const changed = kept.filter((pair) => !sameBytes(pair))
  return [...changed, ...pairRenamed(removed, added)].sort(byName)
}

function pairRenamed(removed: readonly SecretFile[], added: readonly SecretFile[]): readonly VersionPair[] {
  const left = new Set(removed)
  const pairs = added.map((after): VersionPair => {
    const before = mostSimilar(after, [...left])
    if (before !== undefined) left.delete(before)
    return { before, after }
  })
  return [...pairs, ...[...left].map((before) => ({ before, after: undefined }))]
}

function mostSimilar(file: SecretFile, candidates: readonly SecretFile[]): SecretFile | undefined {
  const own = ciphertexts(file)
  let best: { readonly candidate: SecretFile; readonly similarity: number } | undefined
  for (const candidate of candidates) {
    const similarity = sameBytes({ before: candidate, after: file }) ? 1 : sharedPart(own, ciphertexts(candidate))
    if (similarity >= SIMILAR && similarity > (best?.similarity ?? 0)) best = { candidate, similarity }
  }
  return best?.candidate
}

/** Ciphertexts depend on data key and path, never on the name of the file. */
function ciphertexts({ bytes }: SecretFile): ReadonlySet<string> {
  const text = Buffer.from(bytes).toString('latin1')
  return new Set(text.match(/ENC\[AES256_GCM,data:[^\]]{1,4096}\]/g))
}

function sharedPart(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const most = Math.max(a.size, b.size)
  return most === 0 ? 0 : [...a].filter((text) => b.has(text)).length / most
}

function sameBytes({ before, after }: VersionPair): boolean {
  return before !== undefined && after !== undefined && Buffer.compare(before.bytes, after.bytes) === 0
}

function byName(a: VersionPair, b: VersionPair): number {
  const [left, right] = [a, b].map(({ before, after }) => (after ?? before)?.target.shown ?? '')
  return (left ?? '') < (right ?? '') ? -1 : 1
}
