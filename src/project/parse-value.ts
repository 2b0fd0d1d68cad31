import { isSecretsError, SecretsError } from '../core/errors.ts'
import { plainValueOf } from '../core/plain-value.ts'
import { boolScalar, floatScalar, formatFloat, intScalar, NULL, type Scalar, stringScalar } from '../core/scalar.ts'
import type { PlainValue, TreeNode } from '../core/tree.ts'
import { formatByName } from '../formats/find-format.ts'

/** How a text is read as a value. */
export const VALUE_TYPES = ['str', 'int', 'float', 'bool', 'null', 'json', 'yaml'] as const

/** A way to read a text as a value. */
export type ValueType = (typeof VALUE_TYPES)[number]

const INTEGER = /^[+-]?\d+$/

/** JSON's and sops's decimal forms. */
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The name under which a JSON or YAML text is read: their roots are maps here. */
const HOLDER = 'value'

/**
 * Reads a text as a value. Blanks around numbers, truths and null do not count. Throws `FORMAT_INVALID` for a text that
 * is none of that type, with line and column in JSON and YAML, never with a part of it.
 */
export async function parseValue(text: string, type: ValueType): Promise<PlainValue> {
  if (type === 'str') return stringScalar(text)
  if (type === 'json') return parseJson(text)
  if (type === 'yaml') return parseYaml(text)
  const scalar = scalarOf(text.trim(), type)
  if (scalar !== undefined) return scalar
  const names = { int: 'a whole number', float: 'a number', bool: 'true or false', null: 'null or empty' }
  throw new SecretsError('FORMAT_INVALID', `the value is not ${names[type]}`, {
    hint: 'choose another --type, or leave it out for a text',
  })
}

/**
 * Reads a text for the place of `current`: as a number or a truth where that is one and the text can be one, so that a
 * port stays a number; else as a text.
 */
export function valueInPlaceOf(text: string, current: TreeNode | undefined): Scalar {
  const type = current?.kind === 'scalar' ? current.scalar.type : 'str'
  const typed = type === 'int' || type === 'float' || type === 'bool' ? scalarOf(text, type) : undefined
  // A number that would be spelled differently may be no number: a PIN with leading zeros, a telephone number.
  return typed !== undefined && keepsSpelling(typed, text) ? typed : stringScalar(text)
}

function keepsSpelling({ type, canonical, plaintext }: Scalar, text: string): boolean {
  return plaintext === text || (type === 'float' && canonical === text) || type === 'bool'
}

function scalarOf(text: string, type: 'int' | 'float' | 'bool' | 'null'): Scalar | undefined {
  if (type === 'null') return text === '' || text === 'null' ? NULL : undefined
  if (type === 'int') return INTEGER.test(text) ? intScalar(BigInt(text.replace('+', ''))) : undefined
  if (type === 'bool')
    return /^(?:true|false)$/i.test(text) ? boolScalar(text.toLowerCase() === 'true', text) : undefined
  const number = FLOAT.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? floatOf(number, text) : undefined
}

/** `8` for a float keeps its spelling in the ciphertext; the plain spelling of a whole float is the format's affair. */
function floatOf(number: number, text: string): Scalar {
  return text === formatFloat(number) ? floatScalar(number) : floatScalar(number, text)
}

async function parseJson(text: string): Promise<PlainValue> {
  const format = await formatByName('json')
  return heldValue(() => format.parse(`{"${HOLDER}":\n${text}\n}`).documents, 1)
}

async function parseYaml(text: string): Promise<PlainValue> {
  const format = await formatByName('yaml')
  const body = text.replace(/^\uFEFF?(?:---[ \t]*\r?\n)?/, '')
  const indented = body.replace(/^(?=.)/gm, ' ')
  return heldValue(() => format.parse(`${HOLDER}:\n${indented}`).documents, 1)
}

/** One line stands above the user's text: places are given without it. */
function heldValue(parse: () => readonly TreeNode[], linesAbove: number): PlainValue {
  const [root, ...others] = withoutLines(parse, linesAbove)
  const value = root === undefined ? undefined : plainValueOf(root)
  if (value !== undefined && others.length === 0 && 'kind' in value && value.kind === 'map') {
    const [entry, ...more] = value.entries
    if (entry !== undefined && more.length === 0) return entry[1]
  }
  throw new SecretsError('FORMAT_INVALID', 'the value is more than one value')
}

function withoutLines(parse: () => readonly TreeNode[], linesAbove: number): readonly TreeNode[] {
  try {
    return parse()
  } catch (error) {
    if (!isSecretsError(error)) throw error
    const { line = linesAbove + 1, column = 1 } = error.place
    const where = `line ${Math.max(1, line - linesAbove)}, column ${column}`
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw new SecretsError(error.code, `the value, ${where}: ${error.message}`, hint)
  }
}
