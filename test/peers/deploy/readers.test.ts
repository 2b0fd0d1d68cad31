/** What we write for Terraform and Helm, read by the libraries and programs that they are made of. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ExportFormat } from '../../../src/pipeline/exports/export-format.ts'
import { format as helm } from '../../../src/pipeline/exports/formats/helm.ts'
import { format as tfvars } from '../../../src/pipeline/exports/formats/tfvars.ts'
import { format as tfvarsJson } from '../../../src/pipeline/exports/formats/tfvars-json.ts'
import { awkwardKey, awkwardText } from '../../pipeline/exports/awkward-text.ts'
import { entriesOf, entry, type Json, jsonOf, textOf, treeWith } from '../../pipeline/exports/entries.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer, peer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const TREES = 15 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)
/** Of a chart, to see what its templates see. */
const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: values\nversion: 0.0.1\n',
  'templates/values.yaml': 'values: {{ .Values | toJson | b64enc }}\n',
}
/** Of a configuration that gives its one variable back. */
const CONFIGURATION = 'variable "all" {\n  type = any\n}\n\noutput "all" {\n  value = var.all\n}\n'

/** What a reader makes of a text in a file of this name. */
async function read(
  reader: { readonly program: string; readonly args: (file: string) => readonly string[] },
  { name, text }: { readonly name: string; readonly text: string },
  context: TestContext,
): Promise<Json> {
  const folder = temporaryFolder(context)
  const file = join(folder, name)
  writeFileSync(file, text)
  const { status, stdout, stderr } = await runProgram(reader.program, reader.args(file), {
    cwd: folder,
    env: isolatedEnvironment(folder),
  })
  assert.is(status, 0, `${stderr}\n${text}`)
  // The readers print JSON.
  return JSON.parse(stdout) as Json
}

/** Trees of random values below names that the reader takes, with all of the parts of awkward values in one text. */
function trees(format: ExportFormat, names: fc.Arbitrary<string>): readonly Parameters<typeof jsonOf>[0][] {
  const usable = names.filter((name) => format.problem?.(entry(name, 'x'), {}) === undefined)
  const all = treeWith(usable).filter((tree) =>
    entriesOf(tree).every((each) => format.problem?.(each, {}) === undefined),
  )
  return fc.sample(all, TREES)
}

/** Says where two values differ: diffs of whole trees of such texts show nothing. */
function same(actual: Json, expected: Json): void {
  assert.equal(differences(actual, expected, 'values'), [])
}

function differences(actual: Json | undefined, expected: Json | undefined, at: string): readonly string[] {
  if (!isCollection(actual) || !isCollection(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    // Minus zero is zero to those who read JSON.
    return actual === expected ? [] : [`${at}: ${JSON.stringify(actual)} where ${JSON.stringify(expected)} is expected`]
  }
  const [found, wanted] = [new Map(Object.entries(actual)), new Map(Object.entries(expected))]
  const keys = [...new Set([...found.keys(), ...wanted.keys()])]
  return keys.flatMap((key) => differences(found.get(key), wanted.get(key), `${at} ${JSON.stringify(key)}`))
}

function isCollection(value: Json | undefined): value is readonly Json[] | { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null
}

const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,12}$/)

suite('values of Terraform', (test) => {
  test("are read back by HashiCorp's library", async (context) => {
    const program = needPeer('go-readers', context)
    const reader = { program, args: (file: string) => ['hcl', file] }
    for (const tree of trees(tfvars, variable)) {
      const text = textOf(tfvars, entriesOf(tree))
      same(await read(reader, { name: 'a.tfvars', text }, context), jsonOf(tree))
    }
    const signs = fc.array(fc.constantFrom('$', '%', '{', '}', '\\', '"', 'a')).map((parts) => parts.join(''))
    const texts = fc.sample(fc.oneof(signs, awkwardText), TREES * 20)
    const entries = texts.map((text, index) => entry(`v${index}`, text))
    const expected = Object.fromEntries(texts.map((text, index) => [`v${index}`, text]))
    same(await read(reader, { name: 'a.tfvars', text: textOf(tfvars, entries) }, context), expected)
  }, 180)

  test('are refused where the library would change them', async (context) => {
    const program = needPeer('go-readers', context)
    const text = 'a = "e\u0301"\n'
    const changed = await read({ program, args: (file) => ['hcl', file] }, { name: 'a.tfvars', text }, context)
    assert.equal(changed, { a: '\u00e9' })
    assert.match(tfvars.problem?.(entry('a', 'e\u0301'), {}) ?? '', /NFC/)
  })

  test('reach a configuration in both notations, and by standard input', async (context) => {
    const found = peer('terraform')
    // It is in no registry that the peers are installed from.
    const program = 'path' in found ? found.path : context.skip(found.reason)
    const texts = fc.sample(awkwardText, 60)
    const entries = texts.flatMap((text, index) => [
      entry(['all', `k${index}`], text),
      entry(['all', `k-${index}`, 'deep'], text),
    ])
    const expected = Object.fromEntries(
      texts.flatMap((text, index) => [
        [`k${index}`, text],
        [`k-${index}`, { deep: text }],
      ]),
    )
    const folder = temporaryFolder(context)
    const env = isolatedEnvironment(folder)
    const run = async (args: readonly string[], stdin = ''): Promise<string> => {
      // Through a pipe, as in a script: Node gives its children a socket, which nobody can open again.
      const piped = ['-c', 'cat | "$0" "$@"', program, ...args]
      const result = await runProgram(needPeer('sh', context), piped, { cwd: folder, env, stdin, timeout: 240_000 })
      assert.is(result.status, 0, result.stderr)
      return result.stdout
    }
    writeFileSync(join(folder, 'main.tf'), CONFIGURATION)
    await run(['init', '-input=false', '-no-color'])
    for (const [format, file] of [
      [tfvars, '/dev/stdin'],
      [tfvarsJson, join(folder, 'a.tfvars.json')],
    ] as const) {
      const text = textOf(format, entries)
      if (format === tfvarsJson) writeFileSync(file, text)
      await run(['apply', '-input=false', '-auto-approve', '-no-color', `-var-file=${file}`], text)
      const { all } = JSON.parse(await run(['output', '-json', '-no-color']))
      same(all.value, expected)
    }
    for (const name of ['source', 'version', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals', 'providers']) {
      writeFileSync(join(folder, 'main.tf'), `variable "${name}" {}\n`)
      const { status } = await runProgram(program, ['validate', '-no-color'], { cwd: folder, env, timeout: 240_000 })
      assert.is.not(status, 0, `${name} is a name that Terraform keeps`)
    }
  }, 300)
})

suite('values of Helm', (test) => {
  test('are read back by libraries of three languages', async (context) => {
    const readers = [
      { program: needPeer('go-readers', context), args: (file: string) => ['yaml', file] },
      { program: needPeer('python-readers', context), args: (file: string) => ['pyyaml', file] },
      { program: needPeer('python-readers', context), args: (file: string) => ['ruamel', file] },
      { program: needPeer('node-readers', context), args: (file: string) => ['js-yaml', file] },
    ]
    const written = trees(helm, awkwardKey)
    // One file for all: starting a reader takes longer than reading.
    const entries = written.flatMap((tree, index) => entriesOf(tree, [`t${index}`]))
    const expected = Object.fromEntries(written.map((tree, index) => [`t${index}`, jsonOf(tree)]))
    for (const reader of readers) {
      same(await read(reader, { name: 'values.yaml', text: textOf(helm, entries) }, context), expected)
    }
  }, 180)

  test('reach the templates of a chart', async (context) => {
    const program = needPeer('helm', context)
    const written = trees(helm, awkwardKey)
    const withNull = written.map((tree, index) => [`t${index}`, tree] as const)
    const folder = temporaryFolder(context)
    mkdirSync(join(folder, 'templates'))
    for (const [name, text] of Object.entries(CHART)) writeFileSync(join(folder, name), text)
    const text = textOf(
      helm,
      withNull.flatMap(([name, tree]) => entriesOf(tree, [name])),
    )
    const env = isolatedEnvironment(folder)
    const result = await runProgram(program, ['template', 'a', folder, '--values', '-'], {
      cwd: folder,
      env,
      stdin: text,
    })
    assert.is(result.status, 0, result.stderr)
    const [, base64 = ''] = /^values: (\S+)$/m.exec(result.stdout) ?? []
    const seen = JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as Json
    same(withoutNull(seen), withoutNull(Object.fromEntries(withNull.map(([name, tree]) => [name, jsonOf(tree)]))))
  }, 180)
})

/** null takes a key away in Helm, as its documents say; some versions let it stand where the chart has no such key. */
function withoutNull(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNull)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => (child === null ? [] : [[key, withoutNull(child)]])),
  )
}
