import { SecretsError, withPlace } from '../core/errors.ts'
import type { OpenText } from '../core/open-text.ts'
import { formatPath } from '../core/path-syntax.ts'
import { reseal } from '../core/reseal.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { LineRange } from './different-lines.ts'
import { type EncryptionState, encryptionState } from './encryption-state.ts'
import { refuseUnexpectedRecipients } from './expected-recipients.ts'
import type { FileChange } from './file-change.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import type { Project } from './model.ts'
import { keptSeal, staysUnsealed } from './seal/seal-policy.ts'
import { type SealingRule, sealingRule, sealNewFile } from './seal-new-file.ts'
import { changeOf, openSecretFile, readSecretFile, type SecretFile } from './secret-file.ts'
import type { TargetFile } from './targets.ts'
import { verifySealed } from './verify-sealed.ts'

/** What encrypting files needs. */
export interface EncryptOptions {
  readonly project: Project | undefined
  readonly keyring: () => Promise<Keyring>
  readonly now: () => Date
  /** Name of the format, where the files' names do not say it. */
  readonly format?: string | undefined
  /** For files outside any environment; a file of an environment is refused with it. */
  readonly rule?: SealingRule | undefined
  /** Called when a file is ready. */
  readonly onDone?: () => void
}

/** A file as it should be. Nothing is written yet. */
export interface EncryptedFile {
  readonly target: TargetFile
  /** `completed`: it was encrypted before, and had new values in clear. */
  readonly outcome: 'encrypted' | 'completed' | 'unchanged'
  readonly content: Uint8Array
  /** How many values and comments were encrypted now. */
  readonly encrypted: number
  /**
   * Lines that will be spelled differently when they are decrypted, with the same values. Not looked for in a new
   * encryption of more than `MOST_VERIFIED_VALUES`.
   */
  readonly normalized: readonly LineRange[]
  /** Paths of values that took the place of encrypted ones by hand, so that the MAC could not be checked. */
  readonly replaced: readonly string[]
  /** What writes it; undefined when nothing changes. */
  readonly change: FileChange | undefined
}

/**
 * Encrypts files, or what is new and in clear in files that are encrypted already; what did not change keeps its bytes. Writes
 * nothing: the changes are for `writeFiles`, all of them or none. Throws `NO_RECIPIENTS` for a file that no
 * environment claims (without `rule`), `USAGE` for one that an environment claims (with it), `ALREADY_ENCRYPTED`,
 * `UNEXPECTED_RECIPIENT`, `CANNOT_OPEN`, and what reading, sealing and opening throw, with the file as place.
 */
export async function encryptFiles(
  targets: readonly TargetFile[],
  options: EncryptOptions,
): Promise<readonly EncryptedFile[]> {
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const file = await readSecretFile(target, options)
    const encrypted = await encryptFile(file, options)
    options.onDone?.()
    return encrypted
  })
}

/** Encrypts one file that was read. Throws as `encryptFiles`. */
export async function encryptFile(file: SecretFile, options: EncryptOptions): Promise<EncryptedFile> {
  return withPlace({ file: file.target.shown }, () =>
    file.sealed === undefined ? encryptPlain(file, options) : complete(file, options),
  )
}

/**
 * A new encryption of more values is not decrypted again before it is written: the check costs half as much as the
 * encryption, which for a file of secrets is nothing and for ten thousand values is 0.2 s.
 */
const MOST_VERIFIED_VALUES = 2_000

async function encryptPlain(file: SecretFile, options: EncryptOptions): Promise<EncryptedFile> {
  const rule = ruleFor(file.target, options)
  const keyring = await options.keyring()
  const { format, bytes, target } = file
  const sealed = await sealNewFile(format, bytes, { rule, keyring, now: options.now(), shown: target.shown })
  const { content, encrypted } = sealed
  const verified = encrypted <= MOST_VERIFIED_VALUES
  const normalized = verified ? await verifySealed({ ...sealed, format, plain: bytes, sealed: content }) : []
  return {
    target,
    outcome: 'encrypted',
    content,
    encrypted,
    normalized,
    replaced: [],
    change: changeInClear(file, content),
  }
}

function ruleFor({ environment, shown }: TargetFile, { project, rule }: EncryptOptions): SealingRule {
  if (environment === undefined || project === undefined) {
    if (rule !== undefined) return rule
    throw new SecretsError('NO_RECIPIENTS', 'the file belongs to no environment', {
      hint: `add it to the files of one in .secretsrc, or name recipients: secrets encrypt --recipient age1… ${shown}`,
    })
  }
  if (rule === undefined) return sealingRule(project, environment)
  throw new SecretsError(
    'USAGE',
    `the file belongs to environment ${environment.name}, which says how it is encrypted`,
    {
      hint: 'leave out --recipient, --mac and the selection',
    },
  )
}

async function complete(file: SecretFile, options: EncryptOptions): Promise<EncryptedFile> {
  if (options.rule !== undefined) {
    throw new SecretsError('ALREADY_ENCRYPTED', 'the file is encrypted already; its recipients and selection stay', {
      hint: 'leave out --recipient, --mac and the selection',
    })
  }
  const found = file.sealed === undefined ? undefined : await encryptionState(file.sealed)
  const count = found === undefined ? 0 : found.plainValues.length + found.plainComments.length
  if (found === undefined || count === 0) return unchanged(file)
  const keyring = await options.keyring()
  await refuseUnexpectedRecipients(file, { project: options.project, keyring })
  const open = await openToComplete(file, keyring, found)
  // Without changed metadata a file whose comments alone are in clear would be taken for finished.
  const content = await reseal(open, open.content, { now: options.now(), metadata: {}, seal: keptSeal(file.target) })
  const { format } = file
  const normalized = await verifySealed({ format, plain: open.content, sealed: content, dataKey: open.dataKey })
  const replaced = open.verified ? [] : open.entries.filter((entry) => entry.unprotected)
  return {
    target: file.target,
    outcome: 'completed',
    content,
    encrypted: count,
    normalized,
    replaced: replaced.map((entry) => formatPath(entry.path)),
    change: { ...changeInClear(file, content), unsealed: staysUnsealed(file.target, open) },
  }
}

/** What is encrypted held values in clear until now. */
function changeInClear(file: SecretFile, content: Uint8Array): FileChange {
  return { ...changeOf(file, content), clear: 'old' }
}

function unchanged({ target, bytes }: SecretFile): EncryptedFile {
  return {
    target,
    outcome: 'unchanged',
    content: bytes,
    encrypted: 0,
    normalized: [],
    replaced: [],
    change: undefined,
  }
}

/** Who has no key can encrypt a new file, but not add to one: that is not obvious, so the error says it. */
async function openToComplete(file: SecretFile, keyring: Keyring, found: EncryptionState): Promise<OpenText> {
  try {
    return await openSecretFile(file, keyring, { acceptPlain: true })
  } catch (error) {
    if (!(error instanceof SecretsError) || error.code !== 'CANNOT_OPEN') throw error
    const [first] = [...found.plainValues, ...found.plainComments]
    throw new SecretsError(
      'CANNOT_OPEN',
      `what is new in clear can only be added with the file's key: ${error.message}`,
      {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        place: { ...first, ...error.place },
        details: error.details,
      },
    )
  }
}
