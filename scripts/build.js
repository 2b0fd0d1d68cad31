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
import { createRequire } from 'node:module'
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

if (!onlyStale) rmSync(dist, { recursive: true, force: true })
if (isStale(metafile)) await bundleCommandLine()
if (!process.argv.includes('--cli') && isStale(libraryEntry)) compileLibrary()

function isStale(product) {
  if (!existsSync(product)) return true
  const built = statSync(product).mtimeMs
  const sources = ['package.json', 'tsconfig.json', 'scripts/build.js', ...filesBelow('src')]
  return sources.some((source) => statSync(join(root, source)).mtimeMs > built)
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts'))
}

async function bundleCommandLine() {
  const { build } = await import('esbuild')
  const result = await build(bundleOptions()).catch(() => process.exit(1))
  // The entry goes last: until then whoever starts runs the old chunks, which have other names.
  const files = [...result.outputFiles].sort((left, right) => depth(right.path) - depth(left.path))
  for (const file of files) replaceFile(file.path, withRequire(file.text))
  replaceFile(metafile, JSON.stringify(result.metafile))
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
    // The oldest supported Node, so that no newer syntax is written.
    target: 'node20.19',
    chunkNames: 'chunks/[name]-[hash]',
    define: { SECRETS_VERSION: JSON.stringify(version) },
    metafile: true,
    write: false,
    plugins: [parserOfYargsAlone],
    logLevel: 'warning',
  }
}

function depth(path) {
  return path.split(/[\\/]/).length
}

// CommonJS packages in the bundle call `require` for Node's own modules, which an ES module does not have.
function withRequire(text) {
  if (!text.includes('typeof require')) return text
  return `import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);\n${text}`
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
