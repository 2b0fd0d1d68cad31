import { resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import { NULL, Scalar, stringScalar } from '../core/scalar.ts'
import type { Path, PlainValue } from '../core/tree.ts'
import { type GeneratedKind, generateValue } from '../project/generate-value.ts'
import { parseValue, type ValueType, valueInPlaceOf } from '../project/parse-value.ts'
import type { ValuePlace } from '../project/plan-entry.ts'
import { readFileContent } from '../project/read-file.ts'
import type { CommandContext } from './context.ts'

/** Where a value comes from: the first of these that is given, else standard input or a question. */
export interface ValueSource {
  readonly path: Path
  readonly fromFile?: string | undefined
  readonly generate?: GeneratedKind | undefined
  readonly alphabet?: string | undefined
  readonly length?: number | undefined
  readonly plainValue?: string | undefined
  readonly type?: ValueType | undefined
  readonly keepNewline?: boolean
}

/**
 * What gives the value when it is needed. Throws at once `USAGE` for options that make no sense together; the function throws
 * `FORMAT_INVALID` for what is no UTF-8 or none of the type, `USAGE` for an empty standard input, `NOT_INTERACTIVE`, and what reading a
 * file throws.
 */
export function givenValue(source: ValueSource, context: CommandContext): (place: ValuePlace) => Promise<PlainValue> {
  refuseSenseless(source)
  return async ({ current, isContent }) => {
    if (source.type === 'null') return NULL
    const content = await contentOf(source, isContent, context)
    if (isContent) return new Scalar('str', Buffer.from(content))
    const text = textOf(content)
    if (source.type !== undefined) return parseValue(text, source.type)
    return isTyped(source) ? valueInPlaceOf(text, current) : stringScalar(text)
  }
}

/** The same for a value that is always asked for. Throws `NOT_INTERACTIVE`, `USAGE` for an empty answer. */
export function askedValue(path: Path, context: CommandContext): (place: ValuePlace) => Promise<PlainValue> {
  return async ({ current, isContent }) => {
    const text = await askFor(path, context)
    return isContent ? new Scalar('str', Buffer.from(text)) : valueInPlaceOf(text, current)
  }
}

function refuseSenseless({ generate, alphabet, length, type, ...source }: ValueSource): void {
  if (length !== undefined && generate === undefined && alphabet === undefined) {
    throw new SecretsError('USAGE', '--length is for values that are made', { hint: 'add --generate alnum' })
  }
  const given = [generate, alphabet, source.fromFile, source.plainValue].some((one) => one !== undefined)
  if (type === 'null' && given) throw new SecretsError('CONFLICTING_OPTIONS', '--type null is the value itself')
}

/** A random text of digits alone is no number. */
function isTyped({ generate, alphabet, fromFile }: ValueSource): boolean {
  return generate === undefined && alphabet === undefined && fromFile === undefined
}

async function contentOf(
  source: ValueSource,
  isContent: boolean,
  context: CommandContext,
): Promise<string | Uint8Array> {
  const { plainValue, fromFile, generate, alphabet, length } = source
  if (plainValue !== undefined) return plainValue
  if (fromFile !== undefined) return (await readFileContent(resolve(context.cwd, fromFile))).bytes
  if (alphabet !== undefined) return generateValue({ alphabet, length })
  if (generate !== undefined) return generateValue({ kind: generate, length })
  if (context.terminal.isTerminal('stdin')) return askFor(source.path, context)
  return inputOf(await context.readInput(), isContent || source.keepNewline === true)
}

/** One line break at the end of standard input is the shell's or the editor's. */
function inputOf(input: Buffer, whole: boolean): Buffer {
  if (input.length === 0) {
    throw new SecretsError('USAGE', 'standard input is empty', {
      hint: "pipe the value in; --plain-value '' sets an empty one",
    })
  }
  if (whole || input.at(-1) !== 0x0a) return input
  return input.subarray(0, input.at(-2) === 0x0d ? -2 : -1)
}

/** Nothing is shown while it is typed or pasted, so its length tells whether all of it arrived. */
async function askFor(path: Path, { questions }: CommandContext): Promise<string> {
  const instead = 'give the value on standard input, or use --from-file or --generate'
  const name = formatPath(path)
  const value = await questions.hidden({ message: name === '' ? 'new content' : `new value of ${name}`, instead })
  if (value === '') {
    throw new SecretsError('USAGE', 'no value was entered', { hint: "--plain-value '' sets an empty one" })
  }
  const count = Array.from(value).length
  const message = `store this value of ${count} ${count === 1 ? 'character' : 'characters'}?`
  if (await questions.confirm({ message, instead, suggestion: true })) return value
  throw new SecretsError('INTERRUPTED', 'not stored; nothing was written')
}

function textOf(content: string | Uint8Array): string {
  if (typeof content === 'string') return content
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    throw new SecretsError('FORMAT_INVALID', 'the value is not valid UTF-8', {
      hint: 'encrypt such a file as a whole, or encode it first: base64 FILE | secrets set …',
    })
  }
}
