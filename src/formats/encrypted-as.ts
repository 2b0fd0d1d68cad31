/** How much of either end of a file is looked at: metadata stands at the end, a root's brace at the beginning. */
const HEAD = 4096
const TAIL = 1024 * 1024

/** What tells an encrypted text of each format, by patterns without overlap, each of which must be found. */
const SIGNS: readonly { readonly name: string; readonly head?: RegExp; readonly tail: readonly RegExp[] }[] = [
  { name: 'json', head: /^\s*\{/, tail: [/"sops"\s*:\s*\{/, /"mac"\s*:\s*"ENC\[/] },
  { name: 'dotenv', tail: [/^sops_mac=ENC\[/m, /^sops_version=/m] },
  { name: 'ini', tail: [/^\[sops\][ \t\r]*$/m, /^mac[ \t]*=[ \t]*ENC\[/m] },
  { name: 'yaml', tail: [/^(?:sops|"sops"|'sops'):[ \t\r]*$/m, /^[ \t]+"?mac"?: *["']?ENC\[/m] },
]

/** What stands for the whole of a file of any kind: `{"data": "ENC[…` and the metadata. */
const BINARY_FRAME = /^\s*\{\s*"data"\s*:\s*"(?:ENC\[|")/

/**
 * The name of the format in which `content` is an encrypted file; undefined when it looks like none.
 * `expected`, the format that the file's name says, wins where the content could be that too.
 */
export function encryptedAs(content: string | Uint8Array, expected: string): string | undefined {
  const { head, tail } = endsOf(content)
  const found = SIGNS.filter((sign) => (sign.head?.test(head) ?? true) && sign.tail.every((one) => one.test(tail)))
  const names = found.map(({ name }) => name)
  if (names.includes(expected)) return expected
  if (!names.includes('json')) return names[0]
  // JSON is YAML, and a binary file's frame is JSON: the name of the file tells them apart.
  if (expected === 'yaml') return expected
  return BINARY_FRAME.test(head) ? 'binary' : 'json'
}

function endsOf(content: string | Uint8Array): { readonly head: string; readonly tail: string } {
  if (typeof content === 'string') return { head: withoutMark(content.slice(0, HEAD)), tail: content.slice(-TAIL) }
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const tail = bytes.subarray(Math.max(0, bytes.length - TAIL))
  return { head: withoutMark(bytes.subarray(0, HEAD).toString('utf8')), tail: tail.toString('latin1') }
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
