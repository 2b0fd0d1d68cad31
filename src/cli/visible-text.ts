/**
 * C0 and C1 controls, DEL, line and paragraph separators, and the bidirectional controls of Unicode
 * (UAX #9), with which a name in a hostile repository could rewrite the terminal or read as another name.
 */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** `text` with every character that acts instead of being shown spelled out: `\n`, `\x1b`, `\u202e`. One line. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => SHORT[character] ?? escaped(character.charCodeAt(0)))
}

function escaped(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
