/** The forms in which programs print a secret: what a log shows of it. */

/** A way to print a text: what it is called, and what it makes of it. */
export type LeakForm = readonly [name: string, print: (secret: string) => string | Buffer]

const ansi = (secret: string, every: number): string =>
  Array.from(secret, (sign, index) => (index % every === 0 ? `\u001b[3${index % 8}m${sign}` : sign)).join('')

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
  ['base64', (secret) => Buffer.from(secret).toString('base64')],
  ['base64 behind one byte', (secret) => Buffer.from(`x${secret}`).toString('base64')],
  ['base64 behind two bytes', (secret) => Buffer.from(`u:${secret}`).toString('base64')],
  ['base64 before more', (secret) => Buffer.from(`${secret} and more`).toString('base64')],
  ['base64url', (secret) => Buffer.from(secret).toString('base64url')],
  [
    'base64 in lines of 76',
    (secret) =>
      Buffer.from(secret)
        .toString('base64')
        .replace(/(.{76})/g, '$1\n'),
  ],
  ['hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
  ['hexadecimal in capitals', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['encodeURIComponent', (secret) => encodeURIComponent(secret)],
  ['percent, every sign', (secret) => perSign(secret, (sign) => bytesOf(sign, (byte) => `%${hex(byte)}`))],
  ['percent, twice', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['a form', (secret) => new URLSearchParams({ k: secret }).toString().slice(2)],
  ['JSON', (secret) => JSON.stringify(secret)],
  ['JSON in ASCII', (secret) => nonAscii(JSON.stringify(secret))],
  ['JSON with slashes escaped', (secret) => JSON.stringify(secret).replaceAll('/', '\\/')],
  ['JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret))],
  ['JSON in JSON in JSON', (secret) => JSON.stringify(JSON.stringify(JSON.stringify(secret)))],
  ['XML', xml],
  ['XML in XML', (secret) => xml(xml(secret))],
  ['entities by number', (secret) => perSign(secret, (sign) => `&#${sign.codePointAt(0) ?? 0};`)],
  ['entities in hexadecimal', (secret) => perSign(secret, (sign) => `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`)],
  ['shell, single quotes', (secret) => `'${secret.replaceAll("'", "'\\''")}'`],
  ['shell, single quotes in double', (secret) => `'${secret.replaceAll("'", `'"'"'`)}'`],
  ['shell, double quotes', (secret) => `"${secret.replace(/[\\"$`]/g, '\\$&')}"`],
  ['shell, backslashes', (secret) => secret.replace(/[^\w@%+=:,./\n-]/gu, '\\$&')],
  ["shell, $'…'", (secret) => `$'${printfQ(secret)}'`],
  ['SQL', (secret) => secret.replaceAll("'", "''")],
  ['CSV', (secret) => secret.replaceAll('"', '""')],
  ['PowerShell', (secret) => secret.replace(/[`"$]/g, '`$&')],
  ['Go', (secret) => `"${goQuote(secret)}"`],
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
  ['UTF-16', (secret) => Buffer.from(secret, 'utf16le')],
  ['UTF-16, big end first', (secret) => Buffer.from(secret, 'utf16le').swap16()],
  ['a colour before every sign', (secret) => ansi(secret, 1)],
  ['a colour within', (secret) => ansi(secret, 5)],
  ['in a URL', (secret) => `https://user:${encodeURIComponent(secret)}@host/`],
  ['in an object', (secret) => JSON.stringify({ key: [secret] })],
]

/** Further ones for secrets of several lines. */
export const LINE_FORMS: readonly LeakForm[] = [
  ['indented', (secret) => secret.replaceAll('\n', '\n    ')],
  ['with Windows line breaks', (secret) => secret.replaceAll('\n', '\r\n')],
  ['echo without quotes', (secret) => secret.replaceAll('\n', ' ')],
  ['without line breaks', (secret) => secret.replaceAll('\n', '')],
]
