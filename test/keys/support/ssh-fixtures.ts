import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The passphrase of the protected ones. */
export const PASSPHRASE = 'correct horse'

/** The path of a key that ssh-keygen made. */
export function sshFile(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/ssh/${name}`, import.meta.url))
}

/** Its content; that of a public key without the final newline. */
export function sshText(name: string): string {
  return readFileSync(sshFile(name), 'utf8').trim()
}
