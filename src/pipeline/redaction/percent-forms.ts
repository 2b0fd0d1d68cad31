/** What `encodeURIComponent`, RFC 3986 and HTML's forms leave as it is. */
const UNESCAPED = [/[A-Za-z0-9\-_.~!'()*]/, /[A-Za-z0-9\-_.~]/, /[A-Za-z0-9\-_.*]/]

/** Bytes that are no text, percent-encoded by each of the three rules, in capitals and small letters. */
export function percentForms(bytes: Uint8Array): readonly string[] {
  const forms = UNESCAPED.flatMap((kept, index) => {
    const table = Array.from({ length: 256 }, (_, byte) => percentSign(byte, kept, index === 2))
    const form = Array.from(bytes, (byte) => table[byte] ?? '')
    return [form.join(''), form.map((sign) => (sign.length === 3 ? sign.toLowerCase() : sign)).join('')]
  })
  return [...new Set(forms)]
}

function percentSign(byte: number, kept: RegExp, isForm: boolean): string {
  const sign = String.fromCharCode(byte)
  if (kept.test(sign)) return sign
  if (isForm && sign === ' ') return '+'
  return `%${byte.toString(16).padStart(2, '0').toUpperCase()}`
}
