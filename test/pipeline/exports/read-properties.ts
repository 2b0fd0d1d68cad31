/** A model of `java.util.Properties.load` (its documentation, "Properties.load(Reader)"). */
export function readProperties(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const logical = line.replace(/^[ \t\f]+/, '')
    if (logical === '' || /^[#!]/.test(logical)) continue
    const [, key = '', rest = ''] = /^((?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(logical) ?? []
    values.set(unescaped(key), unescaped(rest))
  }
  return values
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['f', '\f'],
])

function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})|\\(.)/g, (_whole, code: string | undefined, sign: string) =>
    code === undefined ? (NAMED.get(sign) ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
