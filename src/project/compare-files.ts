import type { Keyring } from '../keys/keyring.ts'
import { type ComparedEntry, compareEntries } from './compare-entries.ts'
import { readVersion } from './file-version.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import type { Project } from './model.ts'
import { readTargets } from './read-entry.ts'
import type { SecretFile } from './secret-file.ts'
import type { TargetFile } from './targets.ts'

/** One side of a comparison. */
export interface ComparedSide {
  /** The environment or file, as it was named. */
  readonly name: string
  readonly files: readonly TargetFile[]
}

/** Two files that stand for the same thing on both sides, or one without a counterpart. */
export interface ComparedFiles {
  readonly left: string | undefined
  readonly right: string | undefined
  readonly entries: readonly ComparedEntry[]
  /** Why values could not be read, one line each. */
  readonly unreadable: readonly string[]
}

/** Compares two sides file by file. Files that no key here opens are compared by their paths. Throws what reading files throws. */
export async function compareFiles(
  sides: { readonly left: ComparedSide; readonly right: ComparedSide },
  options: { readonly project: Project | undefined; readonly keyring: Keyring },
): Promise<readonly ComparedFiles[]> {
  const [left, right] = await Promise.all([sides.left, sides.right].map(({ files }) => readTargets(files, options)))
  const pairs = pairFiles({ name: sides.left.name, files: left ?? [] }, { name: sides.right.name, files: right ?? [] })
  return inParallel(pairs, FILES_AT_ONCE, async (pair) => {
    const [one, other] = await Promise.all(
      [pair.left, pair.right].map(async (file) => file && readVersion(file, options.keyring)),
    )
    return {
      left: pair.left?.target.shown,
      right: pair.right?.target.shown,
      entries: compareEntries(one, other),
      unreadable: [one, other].flatMap((version) => {
        return version?.problem === undefined ? [] : [`${version.file.target.shown}: ${version.problem.message}`]
      }),
    }
  })
}

interface ReadSide {
  readonly name: string
  readonly files: readonly SecretFile[]
}

interface Pair {
  readonly left: SecretFile | undefined
  readonly right: SecretFile | undefined
}

/**
 * Files are counterparts when their paths are the same but for the names of the sides (`config/staging.env`,
 * `config/production.env`); where each side has one file only, they are counterparts whatever their names.
 */
function pairFiles(left: ReadSide, right: ReadSide): readonly Pair[] {
  const [first] = left.files
  const [second] = right.files
  if (first !== undefined && left.files.length === 1 && right.files.length === 1)
    return [{ left: first, right: second }]
  const others = new Map(right.files.map((file) => [roleOf(file, right.name), file]))
  const pairs = left.files.map((file): Pair => {
    const role = roleOf(file, left.name)
    const other = others.get(role)
    others.delete(role)
    return { left: file, right: other }
  })
  return [...pairs, ...[...others.values()].map((file) => ({ left: undefined, right: file }))]
}

/** A path with every whole word that is the name of its side taken out. */
function roleOf({ target }: SecretFile, name: string): string {
  return target.relative
    .split(/([^\p{L}\p{N}]+)/u)
    .map((word) => (word === name ? '*' : word))
    .join('')
}
