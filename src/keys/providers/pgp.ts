import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { createdAt } from '../created-at.ts'
import { unknownReference } from '../find-provider.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { fingerprintOf, parseFingerprint } from '../pgp/fingerprint.ts'
import { messageProblem } from '../pgp/pgp-message.ts'
import { encOf } from '../wrapped-blob.ts'

/** Short key IDs too, so that they are told as what they are. */
const PATTERN = '^(?:0[xX])?(?:[0-9A-Fa-f]\\s*){8,64}!?$'
/** The digits of a long key ID, which sops gives to `--trusted-key` (sops `shortenFingerprint`). */
const KEY_ID_LENGTH = 16

/** PGP keys by their fingerprints, through the gpg of the machine. */
export const provider: KeyProvider = {
  id: 'pgp',
  summary: 'PGP keys, by gpg',
  list: 'pgp',
  remote: false,
  pattern: PATTERN,
  canonical: fingerprintOf,
  referenceOf,
  wrap,
  unwrap,
}

function referenceOf(entry: KeyEntry): string | undefined {
  if (entry.kind !== 'pgp') return undefined
  const { fp } = entry.fields
  return (typeof fp === 'string' ? parseFingerprint(fp) : undefined) ?? unknownReference(entry)
}

/** The arguments are sops's (sops `encryptWithGnuPG`), and that no key server is asked. */
async function wrap(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<KeyEntry> {
  const fingerprint = fingerprintOf(reference)
  const { runGpg } = await import('../pgp/run-gpg.ts')
  const trusted = fingerprint.replace('!', '').slice(-KEY_ID_LENGTH)
  const recipient = ['--no-default-recipient', '-r', fingerprint, '--trusted-key', trusted, '--no-encrypt-to']
  const args = ['--no-auto-key-locate', '--yes', ...recipient, '-a', '--encrypt']
  const result = await runGpg({ args, input: dataKey }, context)
  const message = Buffer.from(result?.output ?? [])
    .toString('latin1')
    .trim()
  if (result?.status === 0 && messageProblem(message) === undefined) {
    return { kind: 'pgp', fields: { created_at: createdAt(context.now()), enc: message, fp: fingerprint } }
  }
  const { gpgFailure } = await import('../pgp/gpg-failure.ts')
  const { what, advice } = gpgFailure(result)
  throw new SecretsError('PROVIDER_FAILED', `PGP key ${fingerprint}: ${what}`, { hint: advice })
}

async function unwrap(entry: KeyEntry, context: KeyContext): Promise<Unwrapped> {
  const message = encOf(entry)
  const problem = message === undefined ? 'the entry holds no PGP message' : messageProblem(message)
  if (message === undefined || problem !== undefined) return { failed: `is damaged: ${problem}`, tried: [] }
  const { runGpg } = await import('../pgp/run-gpg.ts')
  const result = await runGpg({ args: ['-d'], input: Buffer.from(message, 'latin1') }, context)
  // Without this line what came out was not encrypted, or does not authenticate.
  const authentic = result?.statusLines.includes('DECRYPTION_OKAY') === true
  if (result?.status === 0 && authentic && result.output.length > 0) {
    return { opened: new Uint8Array(result.output), by: `gpg (${referenceOf(entry)})` }
  }
  const { gpgFailure } = await import('../pgp/gpg-failure.ts')
  const { what, advice } = gpgFailure(result)
  return { failed: `${what}: ${advice}`, tried: [] }
}
