/** The places where SSH private keys may be, in sops's order (sops `loadAgeSSHIdentities`), ours before sops's. */
import { posix, win32 } from 'node:path'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import {
  commandSource,
  type IdentitySource,
  type LoadedSource,
  readKeyContent,
  rememberedSource,
  shortenedPath,
  unsetSource,
} from '../age/identity-source.ts'
import type { KeyContext } from '../key-provider.ts'
import { parsePrivateKey } from './private-key.ts'
import { parsePublicKeyLine, type SshPublicKey } from './public-key.ts'
import { clearIdentity, protectedIdentity, type SshIdentity } from './ssh-identity.ts'

/** What sops looks for in `~/.ssh`. */
const DEFAULT_FILES = ['id_ed25519', 'id_rsa']

/** The places for SSH keys, in order. Nothing is read before `load`. */
export function sshIdentitySources(context: KeyContext): readonly IdentitySource[] {
  const { home, platform } = context
  const found = DEFAULT_FILES.map((file) => {
    const path = (platform === 'win32' ? win32 : posix).join(home, '.ssh', file)
    return keyFile(shortenedPath(path, context), path, context)
  })
  return [...namedSshIdentitySources(context), ...(home === '' ? [] : found)]
}

/** Those of them that variables name. The others may be anything that somebody uses ssh for. */
export function namedSshIdentitySources(context: KeyContext): readonly IdentitySource[] {
  return ['SECRETS', 'SOPS'].flatMap((prefix) => [
    namedFile(`${prefix}_AGE_SSH_PRIVATE_KEY_FILE`, context),
    commandSource(`${prefix}_AGE_SSH_PRIVATE_KEY_CMD`, context, parseOutput),
  ])
}

function namedFile(variable: string, context: KeyContext): IdentitySource {
  const path = context.env[variable]
  return path ? keyFile(`${variable} (${shortenedPath(path, context)})`, path, context) : unsetSource(variable, context)
}

function keyFile(name: string, path: string, context: KeyContext): IdentitySource {
  return rememberedSource(name, context, async () => loaded(await readIdentity(name, path, context)))
}

async function readIdentity(name: string, path: string, context: KeyContext): Promise<SshIdentity> {
  const { content } = await readKeyContent(path)
  const file = parsePrivateKey(content)
  if ('pair' in file) return clearIdentity(file.pair)
  const publicKey = file.publicKey ?? (await publicKeyBeside(path))
  return protectedIdentity(name, { ...file, publicKey }, context)
}

/** A protected PEM does not say whose it is, and nobody is to be asked for a passphrase in vain (as sops has it). */
async function publicKeyBeside(path: string): Promise<SshPublicKey> {
  const content = await readKeyContent(`${path}.pub`).catch((error: unknown) => {
    if (isSecretsError(error)) return undefined
    throw error
  })
  const publicKey = parsePublicKeyLine(Buffer.from(content?.content ?? []).toString('utf8'))
  if (publicKey !== undefined) return publicKey
  throw new SecretsError(
    'IDENTITY_INVALID',
    'is protected by a passphrase, and there is no public key in a .pub beside it',
  )
}

/** Who has a command for a key has no use for a question (sops refuses it too). */
function parseOutput(_name: string, content: Uint8Array): LoadedSource {
  const file = parsePrivateKey(content)
  if ('pair' in file) return loaded(clearIdentity(file.pair))
  throw new SecretsError('IDENTITY_INVALID', 'gave a key under a passphrase, which is supported in files only')
}

function loaded(identity: SshIdentity): LoadedSource {
  return { identities: [identity], warnings: [] }
}
