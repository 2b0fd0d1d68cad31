/**
 * What a command loads before it does anything is what people feel. Held on the bundle itself: a static import
 * anywhere on the way would bring a package back into the start of every command.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as assert from 'uvu/assert'
import { filesBelow, projectRoot } from './support/imports.ts'
import { runProgram } from './support/run-program.ts'
import { suite, type TestContext } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

interface Chunk {
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[]
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>
  readonly entryPoint?: string
  readonly bytes: number
}

type Chunks = Readonly<Record<string, Chunk>>

const ENTRY = 'dist/cli/main.js'
const metafile = join(projectRoot, 'dist', 'cli.meta.json')

function readChunks({ skip }: Pick<TestContext, 'skip'>): Chunks {
  if (!existsSync(metafile)) skip('dist is missing: npm run build')
  const { outputs }: { outputs: Chunks } = JSON.parse(readFileSync(metafile, 'utf8'))
  return outputs
}

/** The chunk and all that its static imports load with it. */
function closure(chunks: Chunks, name: string, found: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  if (found.has(name)) return found
  const chunk = chunks[name]
  if (chunk === undefined) throw new Error(`no chunk ${name}`)
  const next = chunk.imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true)
  return next.reduce<ReadonlySet<string>>((all, { path }) => closure(chunks, path, all), new Set([...found, name]))
}

function sourcesOf(chunks: Chunks, names: ReadonlySet<string>): readonly string[] {
  return [...names].flatMap((name) =>
    Object.entries(chunks[name]?.inputs ?? {}).flatMap(([source, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [source] : [],
    ),
  )
}

function packagesOf(sources: readonly string[]): readonly string[] {
  return [...new Set(sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []))]
}

function chunkOf(chunks: Chunks, source: string): string {
  const [name] = Object.entries(chunks).find(([, { entryPoint }]) => entryPoint === source) ?? []
  if (name === undefined) throw new Error(`${source} is no chunk of its own`)
  return name
}

suite('start-up', (test) => {
  test('the bundle holds packages, and the test can see them', (context) => {
    const chunks = readChunks(context)
    const all = packagesOf(sourcesOf(chunks, new Set(Object.keys(chunks))))
    assert.ok(all.includes('inquirer') || all.some((name) => name.startsWith('@inquirer/')), all.join(', '))
  })

  test('the version loads nothing of the bundle', async (context) => {
    const folder = temporaryFolder(context)
    const listing = join(folder, 'list-modules.cjs')
    writeFileSync(listing, "process.on('exit', () => console.log(Object.keys(require.cache).join('\\n')))\n")
    const { stdout } = await runProgram(
      process.execPath,
      ['-r', listing, join(projectRoot, 'bin', 'secrets.js'), '--version'],
      { cwd: folder, env: {} },
    )
    const loaded = stdout.trim().split('\n').slice(1)
    assert.equal(
      loaded.map((path) => basename(path)),
      ['list-modules.cjs', 'secrets.js', 'package.json'],
    )
  })

  test('what every other command loads is one chunk of our own code and the parser of arguments', (context) => {
    const chunks = readChunks(context)
    const loaded = closure(chunks, ENTRY)
    assert.equal(packagesOf(sourcesOf(chunks, loaded)), [])
    const bytes = [...loaded].reduce((total, name) => total + (chunks[name]?.bytes ?? 0), 0)
    // 353 kB when it was made; what only writes, what is only said of errors, and what filters ahead are chunks of their own since. A
    // step up wants a look at what became hot.
    assert.ok(bytes < 420_000, `${bytes} bytes`)
  })

  test('the frame of the command line loads no cipher, format, prompt or git library', (context) => {
    const chunks = readChunks(context)
    const loaded = packagesOf(sourcesOf(chunks, closure(chunks, chunkOf(chunks, 'src/cli/command-line.ts'))))
    const heavy = loaded.filter((name) =>
      /^(yaml|age-encryption|simple-git|re2js|inquirer|@inquirer\/.*|@noble\/.*)$/.test(name),
    )
    assert.equal(heavy, [])
  })

  test('the log of openings is loaded where one is kept, and not before', (context) => {
    const chunks = readChunks(context)
    const loaded = sourcesOf(chunks, closure(chunks, ENTRY))
    const known = ['src/audit/settings/settings-places.ts']
    assert.equal(
      loaded.filter((source) => /^src\/audit\/|node_modules\/pg/.test(source) && !known.includes(source)),
      [],
    )
    const log = Object.keys(chunks).filter((name) =>
      sourcesOf(chunks, new Set([name])).includes('src/audit/open-audit.ts'),
    )
    assert.is(log.length, 1)
    const withLog = packagesOf(sourcesOf(chunks, closure(chunks, log[0] ?? '')))
    assert.not.ok(
      withLog.some((name) => name.startsWith('pg')),
      withLog.join(', '),
    )
  })

  test('every command, format and key provider is a chunk of its own', (context) => {
    const chunks = readChunks(context)
    const folders = ['src/cli/commands', 'src/formats/kinds', 'src/keys/providers']
    const members = folders
      .flatMap((folder) => filesBelow(folder, '.ts'))
      .filter((file) => !file.endsWith('registry.ts'))
    assert.ok(members.length > 0)
    for (const member of members) chunkOf(chunks, member)
  })

  test('no command brings in the questions before somebody is there to answer', (context) => {
    const chunks = readChunks(context)
    const commands = filesBelow('src/cli/commands', '.ts').filter((file) => !file.endsWith('registry.ts'))
    const asking = commands.filter((file) =>
      packagesOf(sourcesOf(chunks, closure(chunks, chunkOf(chunks, file)))).some((name) => name.includes('inquirer')),
    )
    assert.equal(asking, [])
  })
})
