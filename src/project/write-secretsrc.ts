import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { SecretsError } from '../core/errors.ts'
import { readSecretsrc } from './read-secretsrc.ts'
import {
  environmentFlow,
  environmentLines,
  type NewEnvironment,
  type NewRecipient,
  recipientLines,
  spell,
} from './secretsrc-text.ts'
import { insertIntoList, insertIntoMap, type NewItem } from './yaml-insert.ts'

/**
 * Edits of a `.secretsrc` by the program. Every one takes the text and gives the new text, in which nothing but the
 * addition differs: comments, order, quotes and line endings stay. The result is read once more; every edit throws
 * `CONFIG_INVALID` when it, or what was there before, breaks a rule.
 */

/** Adds a recipient. Throws `ALREADY_EXISTS` when the name is taken. */
export async function addRecipient(text: string, recipient: NewRecipient): Promise<string> {
  await check(text)
  const [line = ''] = recipientLines(recipient)
  return checked(addToSection(text, 'recipients', recipient.name, { lines: [line], flow: line }))
}

/** Adds an environment. Throws `ALREADY_EXISTS` when the name is taken. */
export async function addEnvironment(text: string, environment: NewEnvironment): Promise<string> {
  await check(text)
  const item = { lines: environmentLines(environment), flow: environmentFlow(environment) }
  return checked(addToSection(text, 'environments', environment.name, item))
}

/**
 * Adds a recipient's name to an environment; the same text when it is there already. Throws `UNKNOWN_TARGET` for an unknown
 * environment, `USAGE` when it has several groups: which one is for its owner to say.
 */
export async function addRecipientToEnvironment(text: string, environment: string, name: string): Promise<string> {
  await check(text)
  const map = environmentMap(text, environment)
  if (map.has('groups')) {
    throw new SecretsError('USAGE', `environment ${environment} has groups of recipients`, {
      hint: `add ${name} to one of them in the configuration`,
    })
  }
  return checked(addToList(text, map, 'recipients', name))
}

/** Adds a pattern to an environment; the same text when it is there already. Throws `UNKNOWN_TARGET`. */
export async function addFilesToEnvironment(text: string, environment: string, pattern: string): Promise<string> {
  await check(text)
  return checked(addToList(text, environmentMap(text, environment), 'files', pattern))
}

async function check(text: string): Promise<void> {
  await readSecretsrc(Buffer.from(text), '/.secretsrc', '.secretsrc')
}

async function checked(text: string): Promise<string> {
  await check(text)
  return text
}

function addToSection(text: string, section: string, name: string, item: NewItem): string {
  const root = parseDocument(text, { schema: 'failsafe' }).contents
  if (!isMap(root)) throw new Error('a configuration that was read is no mapping')
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === section)
  const map = pair?.value
  if (isMap(map) && map.has(name)) {
    throw new SecretsError('ALREADY_EXISTS', `there is already one called ${name} in ${section}`, {
      hint: 'take another name',
    })
  }
  return insertIntoMap(text, { root, section, pair }, item)
}

function environmentMap(text: string, name: string): YAMLMap {
  const map = parseDocument(text, { schema: 'failsafe' }).getIn(['environments', name])
  if (isMap(map)) return map
  throw new SecretsError('UNKNOWN_TARGET', `there is no environment called ${name}`)
}

function addToList(text: string, map: YAMLMap, key: string, value: string): string {
  const node = map.get(key, true)
  const present = isSeq(node) ? node.items : [node]
  if (present.some((item) => isScalar(item) && item.value === value)) return text
  return insertIntoList(text, node, spell(value))
}
