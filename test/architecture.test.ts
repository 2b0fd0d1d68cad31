import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import * as assert from 'uvu/assert'
import {
  edgesOf,
  filesBelow,
  findCycle,
  type ImportEdge,
  importEdges,
  projectRoot,
  readProjectFile,
  withoutComments,
} from './support/imports.ts'
import { suite } from './support/suite.ts'

/** What the files of each layer may import: files by their beginning, packages and Node modules by their name. */
const LAYERS: Readonly<Record<string, { readonly files: readonly string[]; readonly packages: RegExp }>> = {
  core: { files: ['src/core/'], packages: /^(node:crypto|node:buffer|re2js)$/ },
  formats: { files: ['src/core/', 'src/formats/'], packages: /^(node:buffer|yaml)$/ },
  keys: {
    files: ['src/core/', 'src/keys/'],
    packages:
      /^(node:(crypto|buffer|fs|fs\/promises|path|os|child_process|stream|util|http|https|net|tls)|age-encryption|@noble\/.*|@scure\/.*|@aws-sdk\/.*)$/,
  },
  project: {
    files: ['src/core/', 'src/formats/', 'src/keys/', 'src/project/'],
    packages: /^(node:(crypto|buffer|fs|fs\/promises|path|util|timers\/promises)|yaml)$/,
  },
  git: {
    files: [
      'src/core/',
      'src/formats/',
      'src/keys/keyring.ts',
      'src/keys/key-provider.ts',
      'src/keys/opening-log.ts',
      'src/project/',
      'src/git/',
      // What scanning looks for.
      'src/pipeline/redaction/',
      'src/pipeline/worth-finding.ts',
    ],
    packages: /^(node:(crypto|buffer|fs|fs\/promises|path|child_process|stream|util)|simple-git)$/,
  },
  pipeline: {
    files: ['src/core/', 'src/pipeline/'],
    packages: /^node:(crypto|buffer|fs|fs\/promises|path|stream|child_process)$/,
  },
  audit: {
    files: [
      'src/core/',
      'src/keys/',
      'src/project/',
      // What is checked out.
      'src/git/run-git.ts',
      'src/git/ahead/shared-work.ts',
      // Which job of a pipeline opens.
      'src/pipeline/ci/',
      'src/audit/',
    ],
    packages: /^(node:(crypto|buffer|fs|fs\/promises|path|os|child_process|dgram|events|net|tls|timers\/promises)|pg)$/,
  },
  stores: { files: ['src/core/', 'src/stores/'], packages: /^node:(crypto|buffer|url)$/ },
  cli: { files: ['src/'], packages: /./ },
}

/**
 * Besides the registries, the command line, whose start-up people feel, and the key providers, which load their client
 * when it is needed: the files that load a module of ours late, because it brings in a package or a table that most
 * commands do without.
 */
const LATE_LOADERS: readonly string[] = [
  'src/audit/open-audit.ts',
  'src/core/selection.ts',
  'src/git/clean.ts',
  'src/keys/age/generate.ts',
  'src/keys/age/hybrid.ts',
  'src/keys/age/identity-source.ts',
  'src/keys/age/identity-sources.ts',
  'src/keys/age/open-age-entries.ts',
  'src/keys/open-keyring.ts',
  'src/keys/plugin/plugin-identity.ts',
  'src/project/decrypt-files.ts',
  'src/project/expected-recipients.ts',
  'src/project/find-project.ts',
  'src/project/read-config-named.ts',
  'src/project/secretsrc-files.ts',
  'src/project/targets.ts',
]

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

const edges = importEdges('src')
const sources = filesBelow('src', '.ts')

function layerOf(file: string): string {
  return /^src\/([^/]+)\//.exec(file)?.[1] ?? ''
}

function isAllowed({ from, to }: ImportEdge): boolean {
  // The library: everything but the terminal.
  if (from === 'src/index.ts') return !to.startsWith('src/cli/')
  const layer = LAYERS[layerOf(from)]
  if (layer === undefined) return false
  return to.startsWith('src/') ? layer.files.some((beginning) => to.startsWith(beginning)) : layer.packages.test(to)
}

function show({ from, to }: ImportEdge): string {
  return `${from} → ${to}`
}

function filesWith(pattern: RegExp, files: readonly string[]): readonly string[] {
  return files.filter((file) => pattern.test(withoutComments(readProjectFile(file))))
}

suite('architecture', (test) => {
  test('the scanner sees every kind of import, and not what stands in comments', () => {
    const source = [
      "import type { A } from './a.ts'",
      'import {',
      '  b,',
      "} from '../keys/b.ts'",
      "import 'node:fs'",
      "export { c } from 'c'",
      "// import { d } from './d.ts'",
      "/* import { e } from './e.ts' */",
      "const f = () => import('./f.ts')",
      "type G = import('./g.ts').G",
      'const h = (name: string) => import(name)',
    ].join('\n')
    assert.equal(
      edgesOf('src/core/x.ts', source).map(({ to, dynamic }) => `${to}${dynamic ? ' late' : ''}`),
      ['src/core/a.ts', 'src/keys/b.ts', 'node:fs', 'c', 'src/core/f.ts late', 'src/core/g.ts late', '(computed) late'],
    )
  })

  test('the scanner finds the imports of this project', () => {
    const found = edges.some(({ from, to }) => from === 'src/core/format.ts' && to === 'src/core/tree.ts')
    assert.ok(found, 'src/core/format.ts → src/core/tree.ts')
    const blind = sources.filter(
      (file) => /^import /m.test(readProjectFile(file)) && !edges.some(({ from }) => from === file),
    )
    assert.equal(blind, [])
  })

  test('a forbidden import would be noticed', () => {
    assert.not.ok(isAllowed({ from: 'src/core/x.ts', to: 'src/formats/y.ts', dynamic: false }))
    assert.not.ok(isAllowed({ from: 'src/core/x.ts', to: 'node:fs', dynamic: false }))
    assert.not.ok(isAllowed({ from: 'src/index.ts', to: 'src/cli/main.ts', dynamic: false }))
    assert.not.ok(isAllowed({ from: 'src/elsewhere/x.ts', to: 'src/core/y.ts', dynamic: false }))
    assert.equal(findCycle([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')]), ['b', 'c', 'b'])
  })

  test('a layer imports only downward', () => {
    assert.equal(edges.filter((each) => !isAllowed(each)).map(show), [])
  })

  test('no cycle, type imports included', () => {
    const withoutRegistries = edges.filter(({ from }) => !from.endsWith('/registry.ts'))
    assert.is(findCycle(withoutRegistries), undefined)
  })

  test('only registries and a few named files import late, and only modules of ours', () => {
    const late = edges.filter(({ dynamic }) => dynamic)
    const loaders = [...new Set(late.map(({ from }) => from))].filter(
      (file) => !/\/registry\.ts$|^src\/(cli|keys\/providers)\//.test(file),
    )
    assert.equal(
      loaders.filter((file) => !LATE_LOADERS.includes(file)),
      [],
    )
    assert.equal(
      LATE_LOADERS.filter((file) => !loaders.includes(file)),
      [],
      'listed, and import nothing late',
    )
    assert.equal(late.filter(({ to }) => !to.startsWith('src/')).map(show), [])
  })

  test('only src/cli knows the process and prints', () => {
    const outside = sources.filter((file) => !file.startsWith('src/cli/'))
    assert.ok(filesWith(/\bprocess\./, sources).length > 0)
    assert.equal(filesWith(/\bprocess\.|\bnode:process\b|\bconsole\./, outside), [])
    assert.equal(filesWith(/\bconsole\./, sources), [])
  })

  test('no key pair is made by the job of Node that can wait for itself for ever', () => {
    // Node 20: the collector may free the job while the key's lock is held. See src/keys/age/x25519.ts.
    const making = filesWith(/\bgenerateKeyPair(Sync)?\b.*\bfrom\b|\bgenerateKeyPair(Sync)?\(/, sources)
    assert.equal(making, [])
    assert.ok(filesWith(/\brandomBytes\(/, sources).includes('src/keys/age/x25519.ts'))
  })

  test('errors are recognised by their code, never by their text', () => {
    assert.equal(
      filesWith(/\.message\.(includes|match|startsWith|endsWith|indexOf)\(|\.test\([^)]*\.message\)/, sources),
      [],
    )
  })

  test('no file is long, no name is a drawer', () => {
    const all = [...sources, ...filesBelow('scripts', ''), ...filesBelow('test', '.ts')]
    const long = all.filter(
      (file) => !/^test\/fixtures\/|\/go\.sum$/.test(file) && readProjectFile(file).split('\n').length > 301,
    )
    assert.equal(long, [])
    const drawer = /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.|$)/
    assert.ok(drawer.test('src/core/utils.ts') && drawer.test('src/helpers/x.ts'))
    assert.equal(
      all.filter((file) => drawer.test(file)),
      [],
    )
  })

  test('no barrel but the library', () => {
    assert.equal(
      sources.filter((file) => basename(file) === 'index.ts'),
      ['src/index.ts'],
    )
  })

  test('the lock file is whole, so that npm ci works on every platform', () => {
    const lock: Lock = JSON.parse(readProjectFile('package-lock.json'))
    const names = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)))
    assert.ok(names.has('esbuild'))
    const optional = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    assert.ok(optional.includes('@esbuild/win32-x64'))
    assert.equal(
      optional.filter((name) => !names.has(name)),
      [],
    )
  })

  test('nothing names the machine it was written on', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: projectRoot, encoding: 'utf8' }).split('\0')
    const text = tracked.filter(
      (file) => /\.(ts|js|json|md|ya?ml|sh|txt)$|^\.|run$/.test(file) && !file.startsWith('test/fixtures/'),
    )
    assert.ok(text.length > 20)
    const machine = new RegExp(['work', 'root', 'farm'].map((folder) => `["'\` (=]/${folder}/[\\w.]`).join('|'), 'm')
    assert.ok(machine.test(['see "', 'work', 'x"'].join('/')))
    assert.equal(
      text.filter((file) => machine.test(readProjectFile(file))),
      [],
    )
    assert.not.match(readProjectFile('package-lock.json'), /"resolved": "https?:/)
    assert.not.match(readProjectFile('.npmrc'), /registry\s*=\s*http/)
  })
})

function edge(from: string, to: string): ImportEdge {
  return { from, to, dynamic: false }
}
