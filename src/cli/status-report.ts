import { basename } from 'node:path'
import type { SecretsError } from '../core/errors.ts'
import type { Selection } from '../core/metadata-model.ts'
import { type Differences, differs } from '../project/differences.ts'
import type { EntryPlace } from '../project/encryption-state.ts'
import { type FileStatus, isInOrder, lacksRequiredSeal } from '../project/file-status.ts'
import type { MissingFiles } from '../project/missing-files.ts'
import { countUnsealed, isToSeal, type LostSeals, sealLines } from './seal-notes.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible-text.ts'

/** All that `secrets status` found. */
export interface StatusFindings {
  readonly files: readonly FileStatus[]
  readonly missing: readonly MissingFiles[]
  /** Of files without a seal, where they had one. */
  readonly lostSeals: LostSeals
}

/** Entries of one kind that are listed for one file before the rest is counted. */
const LISTED = 10

/** The findings for a person: a line for each file, what is wrong below it, a summary, and the commands that mend it. */
export function statusLines(
  { files, missing, lostSeals }: StatusFindings,
  paint: (style: Parameters<Terminal['paint']>[0], text: string) => string,
): readonly string[] {
  const width = Math.max(0, ...files.map(({ target }) => visible(target.shown).length))
  const lines = files.flatMap((status) => {
    const { target } = status
    const fine = isInOrder(status)
    const word = paint(fine ? 'added' : 'error', wordFor(status).padEnd(9))
    const notes = `${workTreeNote(status)}${status.state === 'encrypted' && status.mac === 'not checked' ? ', MAC not checked' : ''}`
    const environment = paint('faint', visible(`${target.environment?.name ?? '(no environment)'}${notes}`))
    const name = visible(target.shown).padEnd(width)
    return [
      `${word} ${name}  ${environment}`,
      ...[...problemsOf(status), ...sealLines(status, lostSeals)].map((line) => `${' '.repeat(10)}${visible(line)}`),
    ]
  })
  const absent = missing.map(({ environment, pattern, isFile }) => {
    const what = isFile ? 'there is no such file' : 'no file matches'
    return `${paint('warning', (isFile ? 'missing' : 'none').padEnd(9))} ${visible(`${pattern.text}  ${environment.name}: ${what}`)}`
  })
  return [
    ...lines,
    ...absent,
    summary({ files, missing }),
    ...remedies(files, lostSeals).map((line) => `  ${visible(line)}`),
  ]
}

/** The findings for programs. */
export function statusJson({ files, missing, lostSeals }: StatusFindings): {
  readonly files: unknown
  readonly missing: unknown
} {
  return {
    files: files.map((status) => ({
      file: status.target.shown,
      environment: status.target.environment?.name ?? null,
      state: status.state,
      workTree: status.workTree,
      inOrder: isInOrder(status),
      encrypted: status.values.encrypted,
      plainValues: status.values.plainValues,
      plainComments: status.values.plainComments,
      strayCiphertext: status.values.strayCiphertext,
      mac: status.mac,
      seal: status.seal,
      sealedUntil: lostSeals.get(status.target.path) ?? null,
      differences: status.differences ?? null,
      problems: status.problems.map(({ code, message, hint, place }) => ({ code, message, hint, place })),
    })),
    missing: missing.map(({ environment, pattern, isFile }) => ({
      environment: environment.name,
      pattern: pattern.text,
      isFile,
    })),
  }
}

/** What was meant to be a file of sops and is none any more. Other problems are not those of the file. */
const DAMAGE: ReadonlySet<string> = new Set(['VALUE_DAMAGED', 'METADATA_INVALID'])

function wordFor(status: FileStatus): string {
  const { state, workTree, mac, problems } = status
  if (isInOrder(status)) return state === 'new' ? 'new' : 'ok'
  if (workTree === 'unprotected') return 'plain'
  if (state !== 'encrypted') return state
  if (mac === 'wrong' || problems.some(({ code }) => DAMAGE.has(code))) return 'damaged'
  if (status.seal === 'wrong') return 'tampered'
  if (lacksRequiredSeal(status)) return 'unsealed'
  return problems.length > 0 ? 'unclear' : 'differs'
}

/** What the file on the disk does not show. */
function workTreeNote({ state, workTree }: FileStatus): string {
  if (workTree !== 'in clear') return ''
  return state === 'new' ? ', not in git yet: "git add" encrypts it' : ', in clear here, encrypted in git'
}

function problemsOf(status: FileStatus): readonly string[] {
  const { state, workTree, values, differences, mac, problems, target } = status
  const inClear = state === 'plain' ? 'is in clear' : 'is in clear and should be encrypted'
  return [
    ...(workTree === 'unprotected' ? ['git would store it in clear: it is not set up to encrypt this file here'] : []),
    ...(state === 'plain' ? [workTree === 'as stored' ? 'is not encrypted' : 'git has it in clear'] : []),
    ...problems.map((problem) => problemLine(problem, target.shown)),
    ...(mac === 'wrong' ? ['the MAC is wrong: values were changed, added or removed by hand'] : []),
    ...(mac === 'replaced' ? ['the MAC cannot be checked before it is encrypted again'] : []),
    ...listed(values.plainValues, inClear),
    ...listed(values.plainComments, 'a comment is in clear and should be encrypted'),
    ...listed(values.strayCiphertext, 'is encrypted where the selection leaves everything in clear'),
    ...(differences === undefined ? [] : differenceLines(differences)),
  ]
}

function problemLine({ message, place: { file, line, column, path } }: SecretsError, shown: string): string {
  // The configuration may be what is wrong.
  const other = file === undefined || file === shown ? '' : basename(file)
  const where = [other, line === undefined ? '' : `line ${line}${column === undefined ? '' : `:${column}`}`, path ?? '']
  return [...where.filter((part) => part !== ''), message].join(': ')
}

function listed(places: readonly EntryPlace[], what: string): readonly string[] {
  const lines = places
    .slice(0, LISTED)
    .map(({ path, line }) => `${path === '' ? `line ${line}` : path} (line ${line}): ${what}`)
  return places.length > LISTED ? [...lines, `and ${places.length - LISTED} more like it`] : lines
}

function differenceLines(found: Differences): readonly string[] {
  const { missing, extra, regrouped, threshold, selection, macOnlyEncrypted } = found
  return [
    ...missing.map((name) => `+ ${name}: in the configuration, cannot read the file`),
    ...extra.map(({ reference, name }) => `- ${name ?? reference}: can read the file, not in the configuration`),
    ...(regrouped ? ['its recipients stand in other groups than in the configuration'] : []),
    ...(threshold === undefined
      ? []
      : [`groups needed: ${threshold.file}, and ${threshold.wanted} by the configuration`]),
    ...(selection === undefined
      ? []
      : [`selection: ${selectionText(selection.file)}, and ${selectionText(selection.wanted)} by the configuration`]),
    ...(macOnlyEncrypted === undefined
      ? []
      : [
          `MAC over ${covers(macOnlyEncrypted.file)}, and over ${covers(macOnlyEncrypted.wanted)} by the configuration`,
        ]),
  ]
}

function covers(onlyEncrypted: boolean): string {
  return onlyEncrypted ? 'encrypted values alone' : 'all values'
}

function selectionText(selection: Selection): string {
  return selection.by === 'none' ? 'everything' : `${selection.by} ${selection.pattern}`
}

function summary({ files, missing }: Omit<StatusFindings, 'lostSeals'>): string {
  const fine = files.filter(isInOrder).length
  const absent = missing.filter(({ isFile }) => isFile).length
  const parts = [`${files.length} file${files.length === 1 ? '' : 's'}`, `${fine} in order`]
  if (fine < files.length) parts.push(`${files.length - fine} not`)
  if (absent > 0) parts.push(`${absent} missing`)
  const unchecked = files.filter(({ state, mac }) => state === 'encrypted' && mac === 'not checked').length
  return `${parts.join(', ')}${unchecked === 0 ? '' : `; ${unchecked} without a check of the MAC, which takes a key`}${countUnsealed(files)}`
}

function isStored({ workTree }: FileStatus): boolean {
  return workTree === 'as stored'
}

/** The commands that mend what was found; a damaged file is for its history to mend. */
function remedies(files: readonly FileStatus[], lostSeals: LostSeals): readonly string[] {
  const named = (wanted: (status: FileStatus) => boolean): string =>
    files
      .filter(wanted)
      .map(({ target }) => quoted(target.shown))
      .join(' ')
  const plain = named(
    (file) =>
      isStored(file) &&
      (file.state === 'plain' || file.values.plainValues.length + file.values.plainComments.length > 0),
  )
  const unprotected = files.some(({ workTree }) => workTree === 'unprotected')
  const plainInGit = named((file) => file.workTree === 'in clear' && file.state === 'plain')
  const different = named(({ differences: found }) => found !== undefined && differs(found))
  const damaged = named((file) => isStored(file) && wordFor(file) === 'damaged')
  const damagedInGit = named((file) => !isStored(file) && wordFor(file) === 'damaged')
  const toSeal = named((file) => isToSeal(file, lostSeals))
  return [
    ...(unprotected ? ['secrets install'] : []),
    ...(plain === '' ? [] : [`secrets encrypt ${plain}`]),
    ...(different === '' ? [] : [`secrets sync ${different}`]),
    ...(plainInGit === '' ? [] : [`git add --renormalize ${plainInGit}`]),
    ...(damaged === '' ? [] : [`git checkout -- ${damaged}`]),
    ...(toSeal === '' ? [] : [`secrets seal ${toSeal}`]),
    ...(damagedInGit === '' ? [] : [`git restore --staged ${damagedInGit}`]),
  ]
}

function quoted(name: string): string {
  return /^[\p{L}\p{N}._/@+-]+$/u.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
