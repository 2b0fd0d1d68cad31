/** What is wrong with the content of one file that git stores, or is about to. */
import { isSecretsError, type SecretsError } from '../core/errors.ts'
import { hasMarkers } from '../core/merge/conflict-markers.ts'
import { readPlain } from '../core/sealed-text.ts'
import { SELECT_ALL } from '../core/selection.ts'
import { walk } from '../core/walk.ts'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { findFormat } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import { differenceProblems } from '../project/check-differences.ts'
import { metadataProblems } from '../project/check-metadata.ts'
import { type CheckProblem, type CheckRule, shellWord } from '../project/check-problem.ts'
import { requires } from '../project/claims.ts'
import type { EntryPlace } from '../project/encryption-state.ts'
import { type FileStatus, fileStatus, lacksRequiredSeal } from '../project/file-status.ts'
import type { Project } from '../project/model.ts'
import type { TargetFile } from '../project/targets.ts'
import { findSecretKey } from './leaked-keys.ts'

type Found = Omit<CheckProblem, 'file'>

/** What judging contents needs. */
export interface ContentOptions {
  readonly project: Project | undefined
  readonly keyring: Keyring
  readonly checkMac: boolean
  /** Whether a file without a seal is a problem wherever the configuration wants one, and not only where it requires one. */
  readonly requireSeal?: boolean
  readonly now: Date
}

/** What was found in one file. */
export interface ContentFindings {
  readonly isSecretFile: boolean
  readonly problems: readonly CheckProblem[]
  /** Whether it has a MAC that no key here could check. */
  readonly macUnchecked: boolean
  /** Whether it has no seal although it should. */
  readonly unsealed: boolean
}

/** Entries of one kind that are told one by one for one file. */
const LISTED = 20

/** Judges one content. Whatever is wrong with it is in the result; throws only what is not about it. */
export async function contentProblems(
  target: TargetFile,
  bytes: Uint8Array,
  options: ContentOptions,
): Promise<ContentFindings> {
  const keys = keyProblems(target, bytes)
  if (!isSecretFile(target, bytes)) {
    return { isSecretFile: false, problems: named(target, keys), macUnchecked: false, unsealed: false }
  }
  if (hasMarkers(Buffer.from(bytes).toString('latin1'))) {
    const problems = [...named(target, [unfinishedMerge(target, bytes)]), ...named(target, keys)]
    return { isSecretFile: true, problems, macUnchecked: true, unsealed: false }
  }
  const status = await fileStatus(target, options, bytes)
  const problems = [...keys, ...(await statusProblems(status, bytes, options))]
  return {
    isSecretFile: true,
    problems: named(target, problems),
    macUnchecked: status.state === 'encrypted' && status.mac === 'not checked' && options.checkMac,
    unsealed: status.seal === 'missing',
  }
}

/** What only a regular expression covers is a secret file once it is encrypted. */
export function isSecretFile({ environment, relative }: TargetFile, bytes: Uint8Array): boolean {
  if (environment !== undefined && requires(environment, relative)) return bytes.length > 0
  return encryptedAs(bytes, 'binary') !== undefined
}

function named({ shown }: TargetFile, problems: readonly Found[]): readonly CheckProblem[] {
  return problems
    .map((problem) => ({ ...problem, file: shown }))
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0))
}

function keyProblems({ shown }: TargetFile, bytes: Uint8Array): readonly Found[] {
  const place = findSecretKey(bytes)
  if (place === undefined) return []
  const hint = `git rm --cached ${shellWord(shown)}, and make a new key if it was ever pushed`
  return [{ rule: 'key-file', message: 'a secret key of age, which belongs in no commit', hint, ...place }]
}

function unfinishedMerge({ shown }: TargetFile, bytes: Uint8Array): Found {
  const line = Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .findIndex((text) => text.startsWith('<<<<<<<'))
  const message = 'the markers of an unfinished merge are left in the file'
  return { rule: 'conflict-markers', message, line: line + 1, hint: `secrets merge ${shellWord(shown)}` }
}

async function statusProblems(status: FileStatus, bytes: Uint8Array, options: ContentOptions): Promise<Found[]> {
  const { target, values, metadata, differences, mac, state } = status
  const file = shellWord(target.shown)
  const encrypt = `secrets encrypt ${file} && git add ${file}`
  const fromErrors = status.problems.map(fromError)
  if (state === 'unusable') return fromErrors
  const found: Found[] = [...fromErrors]
  if (await selectsNothing(status, bytes)) found.push(nothingSelected(status))
  else if (state === 'plain' && (await holdsSecrets(status, bytes))) {
    found.push({ rule: 'plain-file', message: 'the file is not encrypted', hint: encrypt })
  }
  found.push(
    ...listed(values.plainValues, 'plain-value', 'is in clear and should be encrypted', encrypt),
    ...listed(values.plainComments, 'plain-comment', 'a comment is in clear and should be encrypted', encrypt),
    ...listed(values.strayCiphertext, 'stray-ciphertext', 'is encrypted where the selection leaves it in clear'),
  )
  if (metadata === undefined) return found
  const insane = metadataProblems(metadata, options.now)
  found.push(...insane.map((message): Found => ({ rule: 'metadata-invalid', message, hint: restore(file) })))
  if (mac === 'wrong') {
    const message = 'the MAC is wrong: values were changed, added or removed by hand'
    found.push({
      rule: 'mac-mismatch',
      message,
      hint: `after a merge by lines: secrets merge ${file}; after staging a part of it: git restore --staged ${file}; else ${restore(file)}, or look at it with: secrets recover ${file}`,
    })
  }
  found.push(...sealProblems(status, options))
  if (differences !== undefined) {
    found.push(...differenceProblems(differences, target.shown, target.environment?.name ?? ''))
  }
  return found
}

function sealProblems(status: FileStatus, { requireSeal = false }: ContentOptions): readonly Found[] {
  const { seal, target } = status
  const hint = `see what changed, and seal it anew: secrets seal ${shellWord(target.shown)}`
  if (seal === 'wrong') {
    const message = 'the seal is wrong: something that the MAC does not cover was changed by hand'
    return [{ rule: 'seal-mismatch', message, hint }]
  }
  if (seal !== 'missing' || !(requireSeal || lacksRequiredSeal(status))) return []
  return [{ rule: 'missing-seal', message: 'the file has no seal', hint }]
}

function restore(file: string): string {
  return `git checkout HEAD~1 -- ${file} takes back the version before`
}

function listed(places: readonly EntryPlace[], rule: CheckRule, what: string, hint?: string): readonly Found[] {
  const found = places
    .slice(0, LISTED)
    .map((place): Found => ({ rule, message: what, ...place, ...(hint === undefined ? {} : { hint }) }))
  const rest = places.length - found.length
  return rest > 0 ? [...found, { rule, message: `and ${rest} more like it` }] : found
}

async function selectsNothing({ values, state, target }: FileStatus, bytes: Uint8Array): Promise<boolean> {
  const { encrypted, plainValues, plainComments, strayCiphertext } = values
  if (encrypted + plainValues.length + plainComments.length + strayCiphertext.length > 0) return false
  const format = await findFormat(target.path, { content: bytes })
  return format.selectable && (state === 'encrypted' || target.environment !== undefined) && holdsValues(format, bytes)
}

function nothingSelected({ target, state }: FileStatus): Found {
  const of = state === 'encrypted' ? 'its selection' : `the selection of environment ${target.environment?.name ?? ''}`
  const hint = 'look at "encrypt" of the environment in .secretsrc'
  return { rule: 'selects-nothing', message: `${of} encrypts nothing in this file: all of it is in clear`, hint }
}

/** A file without any value is no secret, however little it is encrypted. */
async function holdsSecrets({ target }: FileStatus, bytes: Uint8Array): Promise<boolean> {
  const format = await findFormat(target.path, { content: bytes })
  return !format.selectable || holdsValues(format, bytes)
}

function holdsValues(format: Awaited<ReturnType<typeof findFormat>>, bytes: Uint8Array): boolean {
  const documents =
    encryptedAs(bytes, format.name) === undefined
      ? readPlain(format, bytes).parsed.documents
      : format.parse(Buffer.from(bytes).toString('utf8')).documents
  let found = false
  walk(documents, SELECT_ALL, {
    value: ({ node }) => {
      if (node.scalar.type !== 'null' && node.scalar.canonical.length > 0) found = true
    },
  })
  return found
}

const RULES: ReadonlyMap<string, CheckRule> = new Map([
  ['VALUE_DAMAGED', 'value-damaged'],
  ['METADATA_INVALID', 'metadata-invalid'],
  ['SELECTION_INVALID', 'metadata-invalid'],
  ['CONFIG_INVALID', 'bad-configuration'],
  ['BAD_RECIPIENT', 'bad-configuration'],
  ['NO_RECIPIENTS', 'bad-configuration'],
])

/** An error about a file as a problem of it. Throws what is no error of ours. */
export function fromError(error: unknown): Found {
  if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
  return { rule: RULES.get(error.code) ?? 'file-invalid', ...sayings(error) }
}

function sayings({ message, hint, place }: SecretsError): Omit<Found, 'rule'> {
  const { line, column, path } = place
  return {
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(path === undefined ? {} : { path }),
  }
}
