/** What git shows of a secret file in diffs. */
import { DEFAULT_SELECTION, type Metadata } from '../core/metadata-model.ts'
import { type OpenSealState, openSealed } from '../core/open-text.ts'
import type { SealedText } from '../core/sealed-text.ts'
import { sameSelection } from '../core/selection.ts'
import { applyEdits } from '../core/tree.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openingSubject } from '../project/opening-subject.ts'
import { secretFileOf } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'

/**
 * The content of a version as it is to be read: in clear where a key is there, else with its ciphertext. Who can open the file
 * and what is encrypted stands at the end, since a change of it must not go unseen; the rest of the metadata is left out. Whatever cannot
 * be understood is given as it is. Never throws.
 */
export async function readableContent(
  path: string,
  bytes: Uint8Array,
  keyring: () => Promise<Keyring>,
): Promise<Uint8Array> {
  try {
    const target = { path, shown: path, relative: path, environment: undefined }
    const { sealed } = await secretFileOf(target, bytes)
    if (sealed === undefined) return bytes
    return await shown(target, sealed, await keyring())
  } catch {
    return bytes
  }
}

/**
 * Whether git wants the bytes for a program and not for a person: it runs a hook (then it names the index), or the user says so.
 * Linters that save and restore what is not staged as patches would write plain text into files otherwise.
 */
export function wantsRaw(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env['GIT_INDEX_FILE'] ?? '') !== '' || env['SECRETS_TEXTCONV'] === 'raw'
}

async function shown(target: TargetFile, sealed: SealedText, keyring: Keyring): Promise<Uint8Array> {
  const access = Buffer.from(await accessLines(sealed.metadata, keyring), 'utf8')
  const { content, seal } = await plainContent(target, sealed, keyring)
  const lineBreak = content.at(-1) === 0x0a || content.length === 0 ? '' : '\n'
  return Buffer.concat([content, Buffer.from(lineBreak), access, Buffer.from(sealLine(seal))])
}

async function plainContent(
  target: TargetFile,
  sealed: SealedText,
  keyring: Keyring,
): Promise<{ readonly content: Uint8Array; readonly seal: OpenSealState }> {
  try {
    return await openSealed(sealed, await keyring.open(sealed.metadata, openingSubject(target, sealed)), {
      acceptBrokenSeal: true,
    })
  } catch {
    const content = Buffer.from(applyEdits(sealed.parsed.text, sealed.parsed.removeMetadata()), 'utf8')
    return { content, seal: sealed.metadata.seal === '' ? 'missing' : 'unchecked' }
  }
}

/** Nothing while all is well: a seal that goes or breaks is a line of the difference. */
function sealLine(seal: OpenSealState): string {
  if (seal === 'wrong') return '# seal: wrong, something but the values was changed by hand\n'
  return seal === 'missing' ? '# seal: none\n' : ''
}

async function accessLines(
  { groups, shamirThreshold, selection, macOnlyEncrypted }: Metadata,
  keyring: Keyring,
): Promise<string> {
  const references = await keyring.references(groups)
  const lines = references.flatMap((group, index) => {
    const name = references.length === 1 ? 'recipient' : `recipient of group ${index + 1}`
    return [...group].sort((a, b) => (a < b ? -1 : 1)).map((reference) => `${name}: ${reference}`)
  })
  if (shamirThreshold !== 0) lines.push(`shamir_threshold: ${shamirThreshold}`)
  if (selection.by !== 'none' && !sameSelection(selection, DEFAULT_SELECTION))
    lines.push(`${selection.by}: ${selection.pattern}`)
  if (macOnlyEncrypted) lines.push('mac_only_encrypted: true')
  return lines.map((line) => `# ${line}\n`).join('')
}
