import { type ConfigEntry, type ConfigMap, type ConfigNode, valueOf } from './config-node.ts'
import { readItems, readMap, readText, refuseUnknownKeys, shortened, suggestion } from './config-values.ts'
import { readDeclaredPaths, readEntryMap } from './entry-map.ts'
import type { Environment, Job } from './model.ts'
import { nameProblem } from './names.ts'
import type { Problems } from './problems.ts'

const KNOWN_KEYS = ['environments', 'pass', 'map']

/** Reads `jobs`: a mapping from names to what each is given. Notes what is wrong in `problems`. */
export function readJobs(
  node: ConfigNode | undefined,
  environments: readonly Pick<Environment, 'name'>[],
  problems: Problems,
): readonly Job[] {
  if (node === undefined || node.kind === 'nothing') return []
  const names = environments.map(({ name }) => name)
  const entries = readMap(node, 'jobs', problems)?.entries ?? []
  return entries.flatMap((entry) => readJob(entry, names, problems) ?? [])
}

function readJob(entry: ConfigEntry, environments: readonly string[], problems: Problems): Job | undefined {
  const what = `job "${shortened(entry.key)}"`
  const wrong = nameProblem(entry.key)
  if (wrong !== undefined) problems.add(`${what}: ${wrong}`, entry.place)
  const map = readMap(entry.value, what, problems)
  if (map === undefined) return undefined
  refuseUnknownKeys(map, what, KNOWN_KEYS, problems)
  const pass = valueOf(map, 'pass')
  const mapped = valueOf(map, 'map')
  if (pass === undefined && mapped === undefined) {
    problems.add(`${what} is given nothing`, entry.place, 'add "pass: […]" with the paths of the entries that it needs')
  }
  return {
    name: entry.key,
    environments: readEnvironmentNames(map, what, environments, problems),
    pass: pass === undefined ? [] : readDeclaredPaths(pass, `pass of ${what}`, problems),
    map: mapped === undefined ? [] : readEntryMap(mapped, `map of ${what}`, problems),
    place: entry.place,
  }
}

function readEnvironmentNames(
  map: ConfigMap,
  what: string,
  known: readonly string[],
  problems: Problems,
): readonly string[] | undefined {
  const node = valueOf(map, 'environments')
  if (node === undefined) return undefined
  const texts = readItems(node, `environments of ${what}`, problems).flatMap(
    (item) => readText(item, `each of the environments of ${what}`, problems) ?? [],
  )
  for (const { text, place } of texts) {
    if (known.includes(text)) continue
    problems.add(`${what} names an unknown environment "${shortened(text)}"`, place, suggestion(text, known))
  }
  if (node.kind === 'list' && node.items.length === 0) problems.add(`${what} is for no environment`, node.place)
  return texts.map(({ text }) => text)
}
