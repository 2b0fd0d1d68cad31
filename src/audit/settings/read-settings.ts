/** Settings of the machine, of the user and of the environment, as one. */
import { type Place, SecretsError } from '../../core/errors.ts'
import { type ConfigMap, type ConfigNode, valueOf } from '../../project/config-node.ts'
import { readChoice, readItems, readMap, readNumber, readText, refuseUnknownKeys } from '../../project/config-values.ts'
import { parseConfigYaml } from '../../project/config-yaml.ts'
import { Problems } from '../../project/problems.ts'
import { readFileContent } from '../../project/read-file.ts'
import { parseAddress, type SinkAddress } from './parse-address.ts'
import { readBoolean, readSecretSource } from './setting-values.ts'
import { type SettingsSurroundings, userSettingsPath } from './settings-places.ts'
import { type SinkOptions, sinkSettings } from './sink-of-address.ts'
import type { AuditSettings, SinkSettings } from './sink-settings.ts'
import { settingsOfVariables } from './variable-settings.ts'

/** Where settings are looked for. */
export interface AuditSurroundings extends SettingsSurroundings {
  /** The file of the administrator; undefined where there is none to look for. */
  readonly systemSettings: string | undefined
}

const SINK_KEYS = ['to', 'required', 'rotate', 'keep', 'facility', 'token', 'password', 'table']

/**
 * All sinks: those of the machine, of the user's file and of `SECRETS_AUDIT`. Each place only adds to the others, so that nobody can
 * loosen what the administrator wants. Throws `CONFIG_INVALID` with line and column, `READ_FAILED` and what else reading throws.
 */
export async function readAuditSettings(surroundings: AuditSurroundings): Promise<AuditSettings> {
  const { systemSettings, env } = surroundings
  const named = (env['SECRETS_AUDIT_CONFIG'] ?? '') !== ''
  const all = [
    ...(systemSettings === undefined ? [] : [await readFileIfAny(systemSettings, surroundings)]),
    await readFileIfAny(userSettingsPath(surroundings), surroundings, named),
    settingsOfVariables(surroundings),
  ]
  const sinks = all.flatMap((settings) => settings?.sinks ?? [])
  return { sinks: withoutRepeats(sinks), names: all.every((settings) => settings?.names !== false) }
}

/** A sink that stands twice is one, and required if it is so anywhere. */
function withoutRepeats(sinks: readonly SinkSettings[]): readonly SinkSettings[] {
  const byName = new Map<string, SinkSettings>()
  for (const sink of sinks) {
    const known = byName.get(sink.name)
    byName.set(sink.name, known === undefined ? sink : { ...known, required: known.required || sink.required })
  }
  return [...byName.values()]
}

async function readFileIfAny(
  path: string,
  surroundings: AuditSurroundings,
  mustBe = false,
): Promise<AuditSettings | undefined> {
  try {
    const { bytes } = await readFileContent(path)
    return readSettingsFile(bytes, path, surroundings)
  } catch (error) {
    if (!mustBe && error instanceof SecretsError && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  }
}

/** Reads the text of a settings file. Throws `CONFIG_INVALID` with every problem. */
export function readSettingsFile(bytes: Uint8Array, file: string, surroundings: SettingsSurroundings): AuditSettings {
  const problems = new Problems()
  const root = readMap(parseConfigYaml(bytes, { file, aliases: 'refuse' }), 'the configuration', problems)
  const settings = root === undefined ? NOTHING : readRoot(root, problems, surroundings)
  problems.throwIfAny()
  return settings
}

const NOTHING: AuditSettings = { sinks: [], names: true }

function readRoot(root: ConfigMap, problems: Problems, surroundings: SettingsSurroundings): AuditSettings {
  refuseUnknownKeys(root, 'the configuration', ['version', 'audit'], problems)
  const version = valueOf(root, 'version')
  if (version === undefined || version.kind !== 'text' || version.text !== '1') {
    problems.add(
      'the configuration says no version that is known',
      version?.place ?? root.place,
      'begin it with "version: 1"',
    )
  }
  const node = valueOf(root, 'audit')
  const audit = node === undefined ? undefined : readMap(node, 'audit', problems)
  if (audit === undefined) return NOTHING
  refuseUnknownKeys(audit, 'audit', ['required', 'names', 'sinks'], problems)
  const required = readBoolean(valueOf(audit, 'required'), 'required', problems) ?? false
  const list = valueOf(audit, 'sinks')
  const items = list === undefined ? [] : readItems(list, 'sinks', problems)
  return {
    sinks: items.flatMap((item) => readSink(item, { required, problems, surroundings }) ?? []),
    names: readBoolean(valueOf(audit, 'names'), 'names', problems) ?? true,
  }
}

interface SinkReading {
  readonly required: boolean
  readonly problems: Problems
  readonly surroundings: SettingsSurroundings
}

function readSink(node: ConfigNode, reading: SinkReading): SinkSettings | undefined {
  const { problems, surroundings } = reading
  if (node.kind === 'text') return settingsAt(node.text, node.place, { required: reading.required }, reading)
  const map = readMap(node, 'a sink', problems)
  if (map === undefined) return undefined
  refuseUnknownKeys(map, 'a sink', SINK_KEYS, problems)
  const to = valueOf(map, 'to')
  if (to === undefined) {
    problems.add('a sink says not where to', map.place, 'name its address: to: file:/PATH')
    return undefined
  }
  const address = readText(to, 'to', problems)
  const options = readOptions(map, reading)
  return address === undefined
    ? undefined
    : settingsAt(address.text, address.place, options, { problems, surroundings })
}

function readOptions(map: ConfigMap, { required, problems }: SinkReading): SinkOptions {
  const number = (key: string): number | undefined => {
    const node = valueOf(map, key)
    return node === undefined ? undefined : readNumber(node, key, problems)
  }
  const table = valueOf(map, 'table')
  const facility = valueOf(map, 'facility')
  return {
    required: readBoolean(valueOf(map, 'required'), 'required', problems) ?? required,
    rotate: number('rotate'),
    keep: number('keep'),
    facility: facility === undefined ? undefined : readText(facility, 'facility', problems)?.text,
    token: readSecretSource(valueOf(map, 'token'), 'token', problems),
    password: readSecretSource(valueOf(map, 'password'), 'password', problems),
    table: table === undefined ? undefined : readChoice(table, 'table', ['secretsrc', 'sops', 'both'], problems),
  }
}

function settingsAt(
  text: string,
  place: Place,
  options: SinkOptions,
  { problems, surroundings }: Pick<SinkReading, 'problems' | 'surroundings'>,
): SinkSettings | undefined {
  const address = parseAddress(text, surroundings)
  if ('problem' in address) {
    problems.add(`the address of the sink ${address.problem}`, place, address.hint)
    return undefined
  }
  return checked(address, options, place, problems)
}

function checked(
  address: SinkAddress,
  options: SinkOptions,
  place: Place,
  problems: Problems,
): SinkSettings | undefined {
  const made = sinkSettings(address, options)
  if (!('problem' in made)) return made
  problems.add(made.problem, place, made.hint)
  return undefined
}
