/**
 * Ciphertext of an opened file that is still good for the changed one. Files that sops wrote have random
 * nonces, and spellings that differ from ours; both are kept for what did not change.
 */
import type { Replacement } from './open-text.ts'
import type { Scalar } from './scalar.ts'

/** Finds ciphertext by what it encrypts. */
export class ReusedCiphertext {
  readonly #byText = new Map<string, string[]>()
  readonly #byValue = new Map<string, string>()

  /** `texts`: with the spelling that stood in the file; `tokens`: only what was encrypted, spelled anew. */
  constructor(replacements: readonly Replacement[], keep: 'texts' | 'tokens') {
    for (const replacement of replacements) {
      if (keep === 'texts') this.#keepText(replacement)
      if (replacement.scalar === undefined || replacement.token === undefined) continue
      this.#byValue.set(valueKey(replacement.aad, replacement.scalar), replacement.token)
    }
  }

  #keepText({ aad, plainText, encryptedText }: Replacement): void {
    const key = textKey(aad, plainText)
    const texts = this.#byText.get(key)
    if (texts === undefined) this.#byText.set(key, [encryptedText])
    else texts.push(encryptedText)
  }

  /** The whole encrypted text that stood for this plain text at this path; equal list elements get theirs in order. */
  encryptedText(aad: string, plainText: string): string | undefined {
    const texts = this.#byText.get(textKey(aad, plainText))
    return texts === undefined || texts.length <= 1 ? texts?.[0] : texts.shift()
  }

  /** The token of this value at this path. */
  token(aad: string, scalar: Scalar): string | undefined {
    return this.#byValue.get(valueKey(aad, scalar))
  }
}

function textKey(aad: string, plainText: string): string {
  return `${aad}\n${plainText}`
}

function valueKey(aad: string, scalar: Scalar): string {
  const { type, plaintext } = scalar
  return `${aad}\n${type}\n${typeof plaintext === 'string' ? plaintext : Buffer.from(plaintext).toString('base64')}`
}
