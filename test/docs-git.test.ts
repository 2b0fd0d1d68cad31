// parts: 4
/** Every command line of docs/git.md does what the document says, in a repository like the one it describes. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { driverSettings } from '../src/git/local-config.ts'
import { type SecretRepository, secretRepository } from './git/secret-repository.ts'
import { readProjectFile } from './support/imports.ts'
import { type ProgramResult, runProgram } from './support/run-program.ts'
import { secretsProgram } from './support/run-secrets.ts'
import { suite, type TestContext } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const CONFIG = `version: 1
recipients:
  alice: {ALICE}
environments:
  production:
    files: secrets/production.*
    recipients: [alice]
  development:
    files: secrets/development.*
    recipients: [alice]
    checkout: decrypted
`

const PRODUCTION = 'database:\n  user: shop\n  password: marker-of-production\n  host: db.example\n'

const text = readProjectFile('docs/git.md')

/** What has to be there before the commands of a section. */
const BEFORE: Readonly<Record<string, string>> = {
  'What install writes': 'secrets uninstall && git commit -qam without',
  'Change a value': 'secrets unlock',
  'See what changed':
    'git commit -q --allow-empty -m second && secrets set production database.user --plain-value other',
  'Merge, rebase, cherry-pick': branch('database.password', 'database.user'),
  'A conflict': branch('database.password', 'database.password'),
  'Files that are in clear in git already':
    'secrets uninstall && secrets decrypt --in-place secrets/production.yaml && git add . && git commit --no-verify -qm plain && secrets install',
  'Node or secretsrc moved': `git config filter.secrets.process "'/nowhere/node' '/nowhere/secrets' filter-process"`,
  'Other programs': `${branch('database.password', 'database.user')} && git push -q origin HEAD && git switch -q their-branch`,
}

/** A branch `their-branch` that changes one value, while this one changes another. */
function branch(theirs: string, ours: string): string {
  return [
    'git switch -qc their-branch',
    `secrets set production ${theirs} --plain-value theirs-of-it && git commit -qam theirs`,
    'git switch -q main',
    `secrets set production ${ours} --plain-value ours-of-it && git commit -qam ours`,
  ].join(' && ')
}

/** Sections with their blocks of shell lines. */
function sections(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  let heading = ''
  for (const [, title, block] of text.matchAll(/^#{2,3} (.+)$|^```sh\n([^]*?)^```$/gm)) {
    if (title !== undefined) heading = title
    else found.set(heading, [...(found.get(heading) ?? []), block ?? ''])
  }
  return found
}

/** Lines that say so in their comment have to fail, all others must not. */
function script(block: string): string {
  const lines = block.split('\n').filter((line) => line !== '')
  return lines
    .map((line) => (/# stops/.test(line) ? `if ${line.replace(/#.*/, '')}; then exit 99; fi` : line))
    .join('\n')
}

async function shell(made: SecretRepository, source: string): Promise<ProgramResult> {
  const env = { ...made.env, PATH: `${dirname(made.folder)}/bin:${made.env['PATH'] ?? ''}`, EDITOR: 'node ../edit.mjs' }
  return runProgram('sh', ['-exc', source], { cwd: made.folder, env })
}

/** The project of the document: a copy of one that is made once, since making it takes a second or more. */
async function project(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  original ??= makeProject({ onCleanup: (remove) => process.on('exit', () => void remove()) })
  const made = await original
  const copy = temporaryFolder(context)
  cpSync(dirname(made.folder), copy, { recursive: true, preserveTimestamps: true })
  const folder = join(copy, basename(made.folder))
  return { ...made, folder, allObjects: async () => (await shell({ ...made, folder }, OBJECTS)).stdout }
}

let original: Promise<SecretRepository> | undefined

const OBJECTS = 'git cat-file --batch-all-objects --batch'

/** Committed, and pushed to `../origin.git`. */
async function makeProject(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const made = await secretRepository(context, CONFIG)
  const parent = dirname(made.folder)
  mkdirSync(join(parent, 'bin'))
  const program = `#!/bin/sh\nexec "${process.execPath}" "${secretsProgram()}" "$@"\n`
  writeFileSync(join(parent, 'bin', 'secrets'), program, { mode: 0o755 })
  // Somebody who takes our side of every conflict.
  writeFileSync(
    join(parent, 'edit.mjs'),
    "import { readFileSync, writeFileSync } from 'node:fs'\nconst file = process.argv.at(-1)\n" +
      "writeFileSync(file, readFileSync(file, 'utf8').replace(/^<{7}.*\\n([^]*?)(?:^\\|{7}[^]*?)?^={7}\\n[^]*?^>{7}.*\\n/gm, '$1'))\n",
  )
  made.write('secrets/production.yaml', PRODUCTION)
  made.write('secrets/development.env', 'TOKEN=marker-of-development\n')
  await made.secrets('encrypt', 'production')
  await made.git('add', '--all')
  await made.commit('first')
  await made.git('init', '--quiet', '--bare', '../origin.git')
  await made.git('-C', '../origin.git', 'config', 'uploadpack.allowFilter', 'true')
  await made.git('remote', 'add', 'origin', '../origin.git')
  await made.git('push', '--quiet', '--set-upstream', 'origin', 'main')
  return made
}

suite('docs/git.md', (test) => {
  const all = sections()

  test('names every setting that install makes, and no other', async () => {
    const settings = driverSettings({ node: '/node', script: '/secrets' }, { textconv: true, merge: true })
    const table = text.slice(text.indexOf('## What install writes'), text.indexOf('## Two ways'))
    const named = [...table.matchAll(/`((?:filter|diff|merge|mergetool)\.secrets\.\w+)`/g)].map(([, name]) => name)
    assert.equal(
      named,
      settings.map(({ key }) => key).filter((key) => named.includes(key)),
    )
    assert.equal(new Set(named), new Set(settings.map(({ key }) => key)))
  })

  test('prepares only sections that are there', () => {
    assert.equal(
      Object.keys(BEFORE).filter((heading) => !all.has(heading)),
      [],
    )
    assert.ok(all.size > 15)
  })

  for (const [heading, blocks] of all) {
    test(`${heading}: every line can be typed`, async (context) => {
      if (process.platform === 'win32') context.skip('no sh')
      const made = await project(context)
      const prepared = await shell(made, BEFORE[heading] ?? ':')
      assert.is(prepared.status, 0, prepared.stderr)
      const kept = join(dirname(made.folder), 'kept')
      cpSync(made.folder, kept, { recursive: true })
      for (const block of blocks) {
        const { status, stdout, stderr } = await shell(made, script(block))
        assert.is(status, 0, `${block}\n${stdout}${stderr}`)
        if (heading === 'A conflict') cpSync(kept, made.folder, { recursive: true, force: true })
      }
      const objects = await made.allObjects()
      if (heading !== 'Files that are in clear in git already') assert.not.match(objects, /marker-of-/)
    }, 120)
  }
})
