import { SecretsError } from '../core/errors.ts'
import { type Scalar, stringScalar } from '../core/scalar.ts'
import { isScalar, type PlainValue } from '../core/tree.ts'
import { formatByName } from '../formats/find-format.ts'
import { type JsonStyle, spellJson } from '../formats/json/spell-json.ts'

/** The layout that JSON.stringify has with an indentation of two. */
const JSON_STYLE: JsonStyle = { newline: '\n', unit: '  ', colon: ': ', gap: ' ', multiline: true }

/**
 * A value as programs take it: a text or the content of a binary file to the byte, a number in its author's spelling,
 * `true`, `false`, `null`; a map or list as YAML. Throws `FORMAT_INVALID` for what YAML cannot carry.
 */
export async function rawValue(value: PlainValue): Promise<string | Uint8Array> {
  if (isScalar(value)) return rawScalar(value)
  const yaml = await formatByName('yaml')
  if (value.kind === 'map') return yaml.render([value])
  if (value.elements.length === 0) return '[]\n'
  // The root of a rendered text is a map: the list is its only entry, one level further in.
  const [, ...lines] = yaml.render([{ kind: 'map', entries: [['list', value]] }]).split('\n')
  const indentation = /^ */.exec(lines[0] ?? '')?.[0] ?? ''
  return lines.map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line)).join('\n')
}

/** A value as JSON with a line break at its end, integers beyond 2^53 to the digit. Throws `FORMAT_INVALID` for bytes that are no text. */
export function jsonValue(value: PlainValue): string {
  return `${spellJson(withTexts(value), JSON_STYLE, '')}\n`
}

function rawScalar({ type, canonical, plaintext }: Scalar): string | Uint8Array {
  if (type === 'null') return 'null'
  if (type === 'bool') return canonical === 'True' ? 'true' : 'false'
  return type === 'float' ? plaintext : canonical
}

/** JSON has no bytes; those of a binary file that are a text can be shown as one. */
function withTexts(value: PlainValue): PlainValue {
  if (!isScalar(value) || typeof value.canonical === 'string') return value
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.canonical)
    return stringScalar(text)
  } catch {
    throw new SecretsError('FORMAT_INVALID', 'the content of the file is no text, and JSON has no bytes', {
      hint: 'leave out --json',
    })
  }
}
