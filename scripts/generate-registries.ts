/**
 * Writes the `registry.ts` of every folder of extensions from what lies in the folder.
 *
 *   npm run generate              writes what changed
 *   npm run generate -- --check   writes nothing, exits 1 when a registry is stale
 *
 * A member is a file of the folder that exports a value of the folder's contract. Its cheap facts become literals,
 * so that help and look-ups load no member; the member itself stays behind a dynamic import with a literal path.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Registry, registries } from './registries.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const outcomes: boolean[] = []
// One after the other: a command may read the registry of the formats while it is imported.
for (const registry of registries) outcomes.push(await bringUpToDate(registry))
process.exitCode = outcomes.every(Boolean) ? 0 : 1

/** Whether the registry is, or now is, what its folder says. */
async function bringUpToDate(registry: Registry): Promise<boolean> {
  const file = join(root, registry.folder, 'registry.ts')
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  // Members may import the registry of their own folder, which has to exist for that.
  if (before === undefined && existsSync(join(root, registry.folder)) && !check)
    writeFileSync(file, render(registry, []))
  const members = await Promise.all(memberFiles(registry).map((name) => describe(registry, name)))
  const loaded = members.filter((member) => member !== undefined)
  const after = render(registry, loaded)
  const complete = loaded.length === members.length
  if (after === before) return complete
  if (check) return say(`${registry.folder}/registry.ts is stale: run npm run generate`)
  if (existsSync(join(root, registry.folder))) writeFileSync(file, after)
  return complete
}

/** One member as the lines of its registry entry. */
interface Member {
  readonly key: string
  readonly lines: readonly string[]
}

function memberFiles(registry: Registry): readonly string[] {
  const folder = join(root, registry.folder)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('registry.ts') && !name.endsWith('.d.ts'))
    .sort()
}

async function describe(registry: Registry, name: string): Promise<Member | undefined> {
  const place = `${registry.folder}/${name}`
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(join(root, place)).href)
    return entryOf(registry, name, module[registry.exported])
  } catch (error) {
    say(`${place}: ${error instanceof Error ? error.message : 'cannot be loaded'}`)
    return undefined
  }
}

function entryOf(registry: Registry, name: string, member: unknown): Member {
  if (typeof member !== 'object' || member === null) throw new Error(`exports no ${registry.exported}`)
  const facts = new Map(Object.entries(member))
  const lines = registry.facts.map(({ name: fact, fallback }) => {
    const value: unknown = facts.get(fact) ?? fallback
    if (value === undefined) throw new Error(`${registry.exported} has no ${fact}`)
    return `    ${fact}: ${literal(value)},`
  })
  const key: unknown = facts.get(registry.key)
  if (typeof key !== 'string') throw new Error(`${registry.exported} has no ${registry.key}`)
  return {
    key,
    lines: [...lines, `    load: () => import('./${name}').then((module) => module.${registry.exported}),`],
  }
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'string') return JSON.stringify(value)
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

function render(registry: Registry, members: readonly Member[]): string {
  const sorted = [...members].sort((left, right) => (left.key < right.key ? -1 : 1))
  const clash = sorted.find((member, index) => member.key === sorted[index + 1]?.key)
  if (clash !== undefined) throw new Error(`${registry.folder}: two members are called ${clash.key}`)
  const entries = sorted.flatMap((member) => ['  {', ...member.lines, '  },'])
  return [
    '// Written by `npm run generate` from the files of this folder. Changes are made there.',
    ...registry.header,
    `export const ${registry.variable}: readonly ${registry.type}[] = [`,
    ...entries,
    ']',
    '',
  ].join('\n')
}

function say(message: string): false {
  process.stderr.write(`${message}\n`)
  return false
}
