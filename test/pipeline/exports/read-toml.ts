/** A model of a reader of TOML 1.0, of what an export may hold: tables, basic strings, numbers, booleans, times, lists, inline tables. */
export function readToml(text: string): unknown {
  const root = emptyTable()
  let table = root
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const cursor = { text: line, at: 0 }
    if (line.startsWith('[')) {
      cursor.at = 1
      table = dottedKey(cursor).reduce(below, root)
      take(cursor, /\]$/y)
    } else {
      const key = keyOf(cursor)
      take(cursor, / = /y)
      put(table, key, valueOf(cursor))
      if (cursor.at !== line.length) throw new Error('something stands behind a value')
    }
  }
  return root
}

interface Cursor {
  readonly text: string
  at: number
}

interface Table {
  [key: string]: unknown
}

function emptyTable(): Table {
  return Object.defineProperty({}, '__proto__', {
    value: undefined,
    writable: true,
    enumerable: false,
    configurable: true,
  })
}

function put(table: Table, key: string, value: unknown): void {
  if (Object.hasOwn(table, key) && table[key] !== undefined) throw new Error('a key stands twice')
  Object.defineProperty(table, key, { value, writable: true, enumerable: true, configurable: true })
}

function below(table: Table, key: string): Table {
  const own: unknown = Object.hasOwn(table, key) ? table[key] : undefined
  if (own === undefined) put(table, key, emptyTable())
  // A table that was put there.
  return table[key] as Table
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0]
  if (found === undefined) throw new Error(`${pattern.source} expected at ${cursor.at}`)
  cursor.at += found.length
  return found
}

function dottedKey(cursor: Cursor): readonly string[] {
  const keys = [keyOf(cursor)]
  while (cursor.text[cursor.at] === '.') {
    cursor.at += 1
    keys.push(keyOf(cursor))
  }
  return keys
}

function keyOf(cursor: Cursor): string {
  return cursor.text[cursor.at] === '"' ? stringOf(cursor) : take(cursor, /[A-Za-z0-9_-]+/y)
}

function stringOf(cursor: Cursor): string {
  // TOML 1.0: tab and everything from U+0080 on may stand as it is; JSON does not take a tab.
  const text = take(cursor, /"(?:[^"\\\0-\x08\x0a-\x1f\x7f]|\\["\\btnfr]|\\u[0-9a-f]{4})*"/y)
  return String(JSON.parse(text.replaceAll('\t', '\\t')))
}

function valueOf(cursor: Cursor): unknown {
  const sign = cursor.text[cursor.at]
  if (sign === '"') return stringOf(cursor)
  if (sign === '[') return listOf(cursor)
  if (sign === '{') return inlineTable(cursor)
  const word = take(cursor, /[^\s,\]}]+/y)
  if (word === 'true' || word === 'false') return word === 'true'
  if (/^\d{4}-\d\d-\d\dT/.test(word)) return word
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(word)) throw new Error('no number of TOML')
  return Number(word) === 0 ? 0 : Number(word)
}

function listOf(cursor: Cursor): readonly unknown[] {
  const elements: unknown[] = []
  take(cursor, /\[/y)
  do elements.push(valueOf(cursor))
  while (take(cursor, /, |\]/y) === ', ')
  return elements
}

function inlineTable(cursor: Cursor): Table {
  const table = emptyTable()
  take(cursor, /\{ /y)
  do {
    const key = keyOf(cursor)
    take(cursor, / = /y)
    put(table, key, valueOf(cursor))
  } while (take(cursor, /, | \}/y) === ', ')
  return table
}
