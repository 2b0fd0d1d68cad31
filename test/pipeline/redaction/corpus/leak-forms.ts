/** The forms in which programs print a secret: what a log shows of it. */

/** A way to print a text: what it is called, what it makes of it, and how many bytes of that are not the secret: before, after. */
export type LeakForm = readonly [
  name: string,
  print: (secret: string) => string | Buffer,
  around?: readonly [before: number, after: number],
]

const ansi = (secret: string, every: number): string =>
  Array.from(secret, (sign, index) => (index % every === 0 ? `\u001b[3${index % 8}m${sign}` : sign)).join('')

const inLines = (text: string, columns: number): string => text.replace(new RegExp(`(.{${columns}})`, 'g'), '$1\n')

const nonAscii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

const perSign = (secret: string, spell: (sign: string) => string): string =>
  Array.from(secret, (sign) => (/[A-Za-z0-9_]/.test(sign) ? sign : spell(sign))).join('')

const bytesOf = (sign: string, spell: (byte: number) => string): string =>
  Array.from(Buffer.from(sign, 'utf8'), spell).join('')

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

const isPrintable = (sign: string): boolean => sign >= ' ' && sign <= '~'

const BASH: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', "'": "\\'", '\\': '\\\\' }

const printfQ = (secret: string): string =>
  perSign(
    secret,
    (sign) =>
      BASH[sign] ?? (isPrintable(sign) ? sign : bytesOf(sign, (byte) => `\\${byte.toString(8).padStart(3, '0')}`)),
  )

const goQuote = (secret: string): string =>
  perSign(secret, (sign) =>
    sign === '"' || sign === '\\' ? `\\${sign}` : sign === '\n' ? '\\n' : sign === '\t' ? '\\t' : sign,
  )

const xml = (secret: string): string =>
  secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Each is to be found whatever the secret is. */
export const LEAK_FORMS: readonly LeakForm[] = [
  ['as it is', (secret) => secret],
  ['in capitals', (secret) => secret.toUpperCase()],
  ['in small letters', (secret) => secret.toLowerCase()],
  ['base64', (secret) => Buffer.from(secret).toString('base64'), [0, 3]],
  ['base64 behind one byte', (secret) => Buffer.from(`x${secret}`).toString('base64'), [2, 3]],
  ['base64 behind two bytes', (secret) => Buffer.from(`u:${secret}`).toString('base64'), [3, 3]],
  ['base64 before more', (secret) => Buffer.from(`${secret} and more`).toString('base64'), [0, 14]],
  ['base64url', (secret) => Buffer.from(secret).toString('base64url'), [0, 1]],
  ['base64 in lines of 76', (secret) => inLines(Buffer.from(secret).toString('base64'), 76), [0, 3]],
  ['base64 in lines of 64', (secret) => inLines(Buffer.from(secret).toString('base64'), 64), [0, 3]],
  ['base64 in lines, in JSON', (secret) => JSON.stringify(inLines(Buffer.from(secret).toString('base64'), 76)), [1, 4]],
  ['base64url behind one byte', (secret) => Buffer.from(`:${secret}`).toString('base64url'), [2, 1]],
  ['Basic', (secret) => `Basic ${Buffer.from(`alice:${secret}`).toString('base64')}`, [14, 3]],
  ['hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
  ['hexadecimal in capitals', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['hexadecimal in lines', (secret) => inLines(Buffer.from(secret).toString('hex'), 60)],
  ['encodeURIComponent', (secret) => encodeURIComponent(secret)],
  ['percent, every sign', (secret) => perSign(secret, (sign) => bytesOf(sign, (byte) => `%${hex(byte)}`))],
  ['percent, twice', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['a form', (secret) => new URLSearchParams({ k: secret }).toString().slice(2)],
  ['JSON', (secret) => JSON.stringify(secret), [1, 1]],
  ['JSON in ASCII', (secret) => nonAscii(JSON.stringify(secret)), [1, 1]],
  ['JSON with slashes escaped', (secret) => JSON.stringify(secret).replaceAll('/', '\\/'), [1, 1]],
  ['JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret)), [3, 3]],
  ['JSON in JSON in JSON', (secret) => JSON.stringify(JSON.stringify(JSON.stringify(secret))), [7, 7]],
  ['XML', xml],
  ['XML in XML', (secret) => xml(xml(secret))],
  ['entities by number', (secret) => perSign(secret, (sign) => `&#${sign.codePointAt(0) ?? 0};`)],
  ['entities in hexadecimal', (secret) => perSign(secret, (sign) => `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`)],
  ['shell, single quotes', (secret) => `'${secret.replaceAll("'", "'\\''")}'`, [1, 1]],
  ['shell, single quotes in double', (secret) => `'${secret.replaceAll("'", `'"'"'`)}'`, [1, 1]],
  ['shell, double quotes', (secret) => `"${secret.replace(/[\\"$`]/g, '\\$&')}"`, [1, 1]],
  ['shell, backslashes', (secret) => secret.replace(/[^\w@%+=:,./\n-]/gu, '\\$&')],
  ["shell, $'…'", (secret) => `$'${printfQ(secret)}'`, [2, 1]],
  ['SQL', (secret) => secret.replaceAll("'", "''")],
  ['CSV', (secret) => secret.replaceAll('"', '""')],
  ['PowerShell', (secret) => secret.replace(/[`"$]/g, '`$&')],
  ['Go', (secret) => `"${goQuote(secret)}"`, [1, 1]],
  [
    'Python bytes',
    (secret) =>
      perSign(secret, (sign) => BASH[sign] ?? (isPrintable(sign) ? sign : bytesOf(sign, (byte) => `\\x${hex(byte)}`))),
  ],
  [
    'Ruby',
    (secret) =>
      perSign(secret, (sign) =>
        sign === '#' ? '\\#' : isPrintable(sign) ? sign : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
      ),
  ],
  ['YAML, single quotes', (secret) => `'${secret.replaceAll("'", "''")}'`, [1, 1]],
  ['a batch file', (secret) => secret.replace(/[&<>^|]/g, '^$&').replaceAll('%', '%%')],
  ['JavaScript, code points', (secret) => perSign(secret, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)],
  ['JavaScript, bytes', (secret) => perSign(secret, (sign) => bytesOf(sign, (byte) => `\\x${hex(byte)}`))],
  [
    'C, octal',
    (secret) => perSign(secret, (sign) => bytesOf(sign, (byte) => `\\${byte.toString(8).padStart(3, '0')}`)),
  ],
  [
    'C# and Go, 8 digits',
    (secret) => perSign(secret, (sign) => `\\U${(sign.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`),
  ],
  ['JSON in a shell', (secret) => `'${JSON.stringify(secret).replaceAll("'", "'\\''")}'`, [2, 2]],
  ['JSON in a URL', (secret) => encodeURIComponent(JSON.stringify(secret)), [3, 3]],
  ['XML in JSON', (secret) => JSON.stringify(xml(secret)), [1, 1]],
  ['capitals in JSON', (secret) => JSON.stringify(secret.toUpperCase()), [1, 1]],
  ['UTF-16', (secret) => Buffer.from(secret, 'utf16le')],
  ['UTF-16, big end first', (secret) => Buffer.from(secret, 'utf16le').swap16()],
  ['a colour before every sign', (secret) => ansi(secret, 1)],
  ['a colour within', (secret) => ansi(secret, 5)],
  ['in a URL', (secret) => `https://user:${encodeURIComponent(secret)}@host/`, [13, 6]],
  ['in an object', (secret) => JSON.stringify({ key: [secret] }), [9, 3]],
]

/** Further ones for keys, line by line. */
export const LINE_FORMS: readonly LeakForm[] = [
  ['indented', (secret) => secret.replaceAll('\n', '\n    ')],
  ['with Windows line breaks', (secret) => secret.replaceAll('\n', '\r\n')],
  ['echo without quotes', (secret) => secret.replaceAll('\n', ' ')],
  ['without line breaks', (secret) => secret.replaceAll('\n', '')],
  ['line breaks as \\n', (secret) => secret.replaceAll('\n', '\\n')],
  ['a quoted block', (secret) => `> ${secret.trim().replaceAll('\n', '\n> ')}`, [30, 28]],
  ['its lines, numbered', (secret) => numbered(secret), [31, 29]],
  ['its longest line', (secret) => longest(secret)],
]

/** Further ones for keys: what stands between the lines that begin and end one. */
export const BODY_FORMS: readonly LeakForm[] = [
  ['body in one line', body],
  ['body in lines of 76', (secret) => inLines(body(secret), 76)],
  ['body in lines of 40, indented', (secret) => inLines(body(secret), 40).replaceAll('\n', '\n      ')],
  ['body in lines of 8', (secret) => inLines(body(secret), 8)],
  ['body in JSON', (secret) => JSON.stringify(inLines(body(secret), 60)), [1, 1]],
  ['a piece of the body', (secret) => body(secret).slice(50, 120)],
]

const longest = (secret: string): string =>
  secret.split('\n').reduce((best, line) => (line.length > best.length ? line : best))

const numbered = (secret: string): string =>
  secret
    .trim()
    .split('\n')
    .map((line, index) => `${index + 1}: ${line}`)
    .join('\n')

function body(secret: string): string {
  return secret.replaceAll(/-----[A-Z ]+-----|\n/g, '')
}
