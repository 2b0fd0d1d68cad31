import type { LineRange } from '../project/different-lines.ts'
import type { EncryptedFile } from '../project/encrypt-files.ts'
import type { Terminal } from './terminal.ts'

/** Ranges of lines that are listed before the rest is counted. */
const LISTED = 10

/** Warns of what the user should know of files before they are written or printed. */
export function warnOfEncrypted(files: readonly EncryptedFile[], terminal: Terminal): void {
  for (const { target, outcome, encrypted, replaced } of files) {
    if (outcome === 'encrypted' && encrypted === 0) {
      const whose = target.environment === undefined ? 'the selection' : `the selection of ${target.environment.name}`
      terminal.warn(
        `${target.shown}: nothing in it is encrypted: ${whose} selects no value here`,
        `all of it stays readable; change "encrypt" of its environment, or remove the file from it`,
      )
    }
    if (replaced.length > 0) {
      terminal.warn(
        `${target.shown}: the MAC was made anew without a check, because values in clear stood in the place of encrypted ones: ${replaced.join(', ')}`,
        'compare the file with the one in git if somebody else may have changed it',
      )
    }
  }
}

/** Says what was done, file by file. */
export function noteEncrypted(files: readonly EncryptedFile[], terminal: Terminal): void {
  for (const file of files) {
    if (file.outcome === 'unchanged') continue
    const verb = file.outcome === 'encrypted' ? 'encrypted' : 'encrypted what was new in'
    const where = file.target.environment === undefined ? '' : ` for ${file.target.environment.name}`
    terminal.note(`${verb} ${file.target.shown}${where}`)
    noteNormalized(file, terminal)
  }
  const unchanged = files.filter(({ outcome }) => outcome === 'unchanged')
  const [only] = unchanged
  if (only === undefined) return
  const which = unchanged.length === 1 ? `${only.target.shown} is` : `${unchanged.length} files are`
  terminal.note(`${which} encrypted already, with nothing new in clear`)
}

/** What programs read of the same. */
export function encryptedJson(files: readonly EncryptedFile[]): unknown {
  return files.map(({ target, outcome, encrypted, normalized, replaced }) => ({
    file: target.shown,
    environment: target.environment?.name ?? null,
    outcome,
    encrypted,
    normalized,
    replaced,
  }))
}

function noteNormalized({ target, normalized }: EncryptedFile, terminal: Terminal): void {
  for (const range of normalized.slice(0, LISTED)) {
    terminal.note(`${target.shown}:${lines(range)}: the value stays, but will be spelled in another way when decrypted`)
  }
  if (normalized.length > LISTED) {
    terminal.note(`${target.shown}: the same holds for ${counted(normalized.length - LISTED, 'place')} more`)
  }
}

function lines({ first, last }: LineRange): string {
  return first === last ? `${first}` : `${first}-${last}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
