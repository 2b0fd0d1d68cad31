import { isMap, isNode, isScalar, parseDocument, visit, type YAMLMap, type YAMLSeq } from 'yaml'
import { SecretsError } from '../../core/errors.ts'
import type { Environment, Project } from '../model.ts'
import { readSecretsrc } from '../read-secretsrc.ts'
import { spell } from '../secretsrc-text.ts'
import { addRecipientToEnvironment } from '../write-secretsrc.ts'
import { insertIntoList } from '../yaml-insert.ts'
import { removeItem } from './yaml-remove.ts'

/**
 * Edits of the recipients in a `.secretsrc`. Every one takes the text and gives the new text, in which nothing else differs. The
 * result is read once more; every edit throws `CONFIG_INVALID` when it does not say what was meant, and then the
 * configuration is for its owner to edit.
 */

/** Gives a recipient another name, wherever it is named. Throws `ALREADY_EXISTS`, `UNKNOWN_TARGET`. */
export async function renameRecipient(text: string, from: string, to: string): Promise<string> {
  const project = await read(text)
  if (!project.recipients.has(from)) throw unknownRecipient(from, project)
  if (project.recipients.has(to)) {
    throw new SecretsError('ALREADY_EXISTS', `there is already a recipient called ${to}`, { hint: 'take another name' })
  }
  const { recipients, environments } = sectionsOf(text)
  const named = [recipients, ...environments].flatMap((node) => placesOfName(node, from, node === recipients))
  const edited = named
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end }) => result.slice(0, start) + spell(to) + result.slice(end), text)
  const renamed = (name: string): string => (name === from ? to : name)
  return meant(edited, project.environments, (groups) => groups.map((group) => group.map(renamed)))
}

/** Removes a recipient that no environment names. Throws `UNKNOWN_TARGET`, `USAGE` when one does. */
export async function removeRecipient(text: string, name: string): Promise<string> {
  const project = await read(text)
  if (!project.recipients.has(name)) throw unknownRecipient(name, project)
  const users = project.environments.filter(({ groups }) => groups.flat().includes(name)).map((each) => each.name)
  if (users.length > 0) {
    throw new SecretsError('USAGE', `${name} can still read ${users.join(', ')}`, {
      hint: `take that away first: secrets revoke ${quotedName(name)}`,
    })
  }
  const { recipients } = sectionsOf(text)
  if (!isMap(recipients)) throw unclear()
  const index = recipients.items.findIndex(({ key }) => isScalar(key) && key.value === name)
  return meant(removeItem(text, recipients, index), project.environments, (groups) => groups)
}

/**
 * Removes a name from the recipients of an environment; the same text when it is not there. Throws `UNKNOWN_TARGET`, and
 * `NO_RECIPIENTS` when nobody would be left in a group.
 */
export async function removeFromEnvironment(text: string, environment: string, name: string): Promise<string> {
  const project = await read(text)
  const found = project.environments.find((each) => each.name === environment)
  if (found === undefined) throw new SecretsError('UNKNOWN_TARGET', `there is no environment called ${environment}`)
  if (!found.groups.flat().includes(name)) return text
  refuseEmptied(found, name)
  let edited = text
  // Each removal moves what stands behind it.
  for (let list = listWith(edited, environment, name); list !== undefined; list = listWith(edited, environment, name)) {
    edited = removeItem(edited, list.list, list.index)
  }
  return meant(edited, project.environments, (groups, { name: current }) =>
    current === environment ? groups.map((group) => group.filter((each) => each !== name)) : groups,
  )
}

/**
 * Adds a name to an environment, in the `group` (from 1) of one that has several; the same text when it is there already.
 * Throws `UNKNOWN_TARGET`, and `USAGE` when the environment has several groups and none is named, or has no such group.
 */
export async function addToEnvironment(
  text: string,
  environment: string,
  name: string,
  group?: number,
): Promise<string> {
  const project = await read(text)
  const found = project.environments.find((each) => each.name === environment)
  if (found?.groups.flat().includes(name) === true && group === undefined) return text
  if (found === undefined || found.groups.length < 2) return addRecipientToEnvironment(text, environment, name)
  const node = parseDocument(text, { schema: 'failsafe' }).getIn(
    ['environments', environment, 'groups', (group ?? 0) - 1],
    true,
  )
  if (group === undefined || node === undefined) {
    throw new SecretsError('USAGE', `environment ${environment} has ${found.groups.length} groups of recipients`, {
      hint: `say which one with --group 1 to --group ${found.groups.length}`,
    })
  }
  if (found.groups[group - 1]?.includes(name) === true) return text
  return meant(insertIntoList(text, node, spell(name)), project.environments, (groups, { name: current }) =>
    current === environment ? groups.map((each, index) => (index === group - 1 ? [...each, name] : each)) : groups,
  )
}

/** The error for a name that the configuration does not know. */
export function unknownRecipient(name: string, project: Project): SecretsError {
  const names = [...project.recipients.keys()]
  return new SecretsError('UNKNOWN_TARGET', `there is no recipient called ${name}`, {
    hint: names.length === 0 ? 'secrets recipients add NAME KEY' : `there are: ${names.join(', ')}`,
  })
}

function quotedName(name: string): string {
  return /^[\p{L}\p{N}._@+-]+$/u.test(name) ? name : `'${name}'`
}

async function read(text: string): Promise<Project> {
  return readSecretsrc(Buffer.from(text), '/.secretsrc', '.secretsrc')
}

type Groups = readonly (readonly string[])[]

/** The edited text, if it reads as it was meant. */
async function meant(
  text: string,
  before: readonly Environment[],
  wanted: (groups: Groups, environment: Environment) => Groups,
): Promise<string> {
  const after = await read(text)
  const same = before.every((environment, index) => {
    return JSON.stringify(after.environments[index]?.groups) === JSON.stringify(wanted(environment.groups, environment))
  })
  if (!same || after.environments.length !== before.length) throw unclear()
  return text
}

function unclear(): SecretsError {
  return new SecretsError('CONFIG_INVALID', 'this notation of the configuration cannot be changed by the program', {
    hint: 'change it by hand, then run "secrets sync"',
  })
}

function refuseEmptied({ name: environment, groups, place }: Environment, name: string): void {
  if (groups.every((group) => group.some((each) => each !== name))) return
  throw new SecretsError(
    'NO_RECIPIENTS',
    `nobody but ${name} can read ${groups.length > 1 ? 'for a group of ' : ''}environment ${environment}`,
    {
      place,
      hint: `grant somebody else first: secrets grant NAME ${environment}`,
    },
  )
}

interface Sections {
  readonly recipients: unknown
  /** `recipients` and `groups` of every environment. */
  readonly environments: readonly unknown[]
}

function sectionsOf(text: string): Sections {
  const document = parseDocument(text, { schema: 'failsafe' })
  const environments = document.get('environments', true)
  const maps = isMap(environments) ? environments.items.flatMap(({ value }) => (isMap(value) ? [value] : [])) : []
  return {
    recipients: document.get('recipients', true),
    environments: maps.flatMap(listsOf),
  }
}

function listsOf(environment: YAMLMap): readonly unknown[] {
  return [environment.get('recipients', true), environment.get('groups', true)].filter((node) => node !== undefined)
}

/** Keys of a mapping, or all texts below a node, that are a name. */
function placesOfName(node: unknown, name: string, keys: boolean): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = []
  if (!isNode(node)) return places
  const take = (found: unknown): void => {
    if (!isScalar(found) || found.value !== name) return
    const [start = 0, end = 0] = found.range ?? []
    places.push({ start, end })
  }
  if (keys) {
    if (isMap(node)) for (const { key } of node.items) take(key)
  } else visit(node, { Scalar: (_key, found) => take(found) })
  return places
}

interface Listed {
  readonly list: YAMLSeq
  readonly index: number
}

function listWith(text: string, environment: string, name: string): Listed | undefined {
  const map = parseDocument(text, { schema: 'failsafe' }).getIn(['environments', environment])
  const found: Listed[] = []
  const look = (_key: unknown, list: YAMLSeq): void => {
    const index = list.items.findIndex((item) => isScalar(item) && item.value === name)
    if (index !== -1) found.push({ list, index })
  }
  for (const node of isMap(map) ? listsOf(map) : []) {
    if (isNode(node)) visit(node, { Seq: look })
  }
  return found[0]
}
