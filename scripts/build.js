/**
 * Builds `dist`: the library with its types (tsc, one file for each source file) and the command line (esbuild, split
 * into chunks so that a command loads only what it needs). Says nothing unless something is wrong.
 *
 *   node scripts/build.js              both, from nothing
 *   node scripts/build.js --if-stale   what is older than the sources; safe beside processes that run the old build
 *   node scripts/build.js --cli        the command line alone
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const metafile = join(dist, 'cli.meta.json')
const libraryEntry = join(dist, 'lib', 'index.js')
const onlyStale = process.argv.includes('--if-stale')

// The parser is all that we import of yargs. What its other helpers stand on (columns, translations) would be
// loaded at every start: it has no side effects, and says so here because its package does not.
const parserOfYargsAlone = {
  name: 'parser-of-yargs-alone',
  setup(build) {
    build.onResolve({ filter: /platform-shims\/esm\.mjs$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }))
  },
}

/** The oldest supported Node, so that no newer syntax is written. */
const TARGET = 'node20.19'

/** What people wait for: the daily commands, the formats and keys that they use, what git starts. */
const HOT_ENTRIES = [
  'src/cli/main.ts',
  'src/cli/command-line.ts',
  'src/cli/run-git-filter.ts',
  'src/git/clean.ts',
  'src/git/smudge.ts',
  ...['decrypt', 'encrypt', 'get', 'textconv'].map((name) => `src/cli/commands/${name}.ts`),
  ...['yaml', 'json', 'dotenv'].map((name) => `src/formats/kinds/${name}.ts`),
  'src/keys/open-keyring.ts',
  'src/keys/providers/age.ts',
]

if (!onlyStale) rmSync(dist, { recursive: true, force: true })
if (isStale(metafile)) await bundleCommandLine()
if (!process.argv.includes('--cli') && isStale(libraryEntry)) compileLibrary()

function isStale(product) {
  if (!existsSync(product)) return true
  const built = statSync(product).mtimeMs
  const sources = ['package.json', 'tsconfig.json', 'scripts/build.js', 'bin/code-cache.js', ...filesBelow('src')]
  return sources.some((source) => statSync(join(root, source)).mtimeMs > built)
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts'))
}

async function bundleCommandLine() {
  const { build } = await import('esbuild')
  const options = bundleOptions()
  const first = await build(options).catch(() => process.exit(1))
  const result = await build({ ...options, plugins: [...options.plugins, inOneChunk(hotFiles(first.metafile))] })
  // The entry goes last: until then whoever starts runs the old chunks, which have other names.
  const files = [...result.outputFiles].sort((left, right) => depth(right.path) - depth(left.path))
  for (const file of files) replaceFile(file.path, await asCommonJs(file))
  replaceFile(join(dist, 'cli', 'package.json'), '{ "type": "commonjs" }\n')
  replaceFile(metafile, JSON.stringify(result.metafile))
  warmCodeCache()
}

/** Not worth failing a build for: without it commands start as they do under another Node. */
function warmCodeCache() {
  if (typeof module.enableCompileCache === 'function') return
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'warm-code-cache.cjs')], {
    encoding: 'utf8',
  })
  if (status !== 0) process.stderr.write(`the code cache was not made\n${stderr}`)
}

function isLight(path) {
  return path.startsWith('src/') || path.startsWith('node_modules/yargs')
}

/**
 * What the commands of every day load: their files and all that these import statically, but for those that bring in
 * a package.
 */
function hotFiles({ inputs }) {
  const staticImports = (file) =>
    (inputs[file]?.imports ?? [])
      .filter(({ kind, external }) => kind === 'import-statement' && !external)
      .map(({ path }) => path)
  const closure = (file, found = new Set()) => {
    if (found.has(file)) return found
    found.add(file)
    for (const path of staticImports(file)) closure(path, found)
    return found
  }
  const hot = HOT_ENTRIES.filter((file) => inputs[file] !== undefined).flatMap((file) => [...closure(file)])
  return [...new Set(hot)].filter((file) => file.startsWith('src/') && [...closure(file)].every(isLight))
}

/**
 * esbuild puts files that the same entries reach into one chunk, so shared files end up in dozens of small ones, each
 * of which costs a Node start about a millisecond. Where every entry reaches all of the hot files there is one.
 */
function inOneChunk(files) {
  const name = 'hot-files'
  return {
    name,
    setup(build) {
      build.onResolve({ filter: /^hot-files$/ }, () => ({ path: name, namespace: name }))
      build.onLoad({ filter: /./, namespace: name }, () => ({
        contents: files.map((file) => `import ${JSON.stringify(`./${file}`)}`).join('\n'),
        resolveDir: root,
      }))
      build.onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => ({
        contents: `import 'hot-files'\n${readFileSync(path, 'utf8')}`,
        loader: 'ts',
      }))
    },
  }
}

function bundleOptions() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outdir: join(dist, 'cli'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    chunkNames: 'chunks/[name]-[hash]',
    // Every node of a file is an object, and setting its fields twice takes a tenth of the time that filtering takes.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    define: { SECRETS_VERSION: JSON.stringify(version) },
    // Optional, and of the user's own choice: never part of ours.
    external: ['@secretlint/*'],
    metafile: true,
    write: false,
    plugins: [parserOfYargsAlone],
    logLevel: 'warning',
  }
}

function depth(path) {
  return path.split(/[\\/]/).length
}

/**
 * esbuild splits ES modules only, and Node starts CommonJS faster: its loader of ES modules and the facades that it
 * makes for Node's own modules cost a tenth of a small command. So every chunk is rewritten afterwards.
 */
async function asCommonJs({ text }) {
  const { transform } = await import('esbuild')
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    // `import()` becomes `require` behind a promise: the chunks that it names are CommonJS too.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    logLevel: 'warning',
  })
  // Our own chunks need no copy of what they export, which each `import()` would make again: some stand in loops over files.
  const light = code.replaceAll('__toESM(require("./', '(require("./')
  if (!light.includes('importMetaUrl')) return light
  return `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;\n${light}`
}

function replaceFile(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}

function compileLibrary() {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
  const compiler = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc)
  const result = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' })
  if (result.status !== 0) process.exit(1)
}
