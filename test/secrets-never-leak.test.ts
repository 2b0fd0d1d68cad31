// parts: 6
/**
 * A marked secret goes through every command: it may appear where it was asked for and nowhere else. A command that is
 * not listed here fails the test, so that nobody adds one without a thought to it.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { commands } from '../src/cli/commands/registry.ts'
import { holdsMarker, LEAK_MARKER, type LeakRun, LeakSandbox, removeFolder } from './support/leak-sandbox.ts'
import { suite } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** One way to use a command. */
interface Use extends LeakRun {
  /** The secret is what was asked for: it may be on standard output. */
  readonly shows?: boolean
  /** Files that may hold it afterwards. */
  readonly writes?: readonly string[]
  /** Files that `before` put it into in clear, which may stay so where the command fails. */
  readonly starts?: readonly string[]
  readonly before?: (sandbox: LeakSandbox) => void
}

const YAML = 'secrets/staging.yaml'
const NEW = `${LEAK_MARKER}-new`
const ALL_STAGING = ['yaml', 'json', 'env', 'ini', 'bin'].map((suffix) => `secrets/staging.${suffix}`)

/** Something in clear in a file that is encrypted. */
function addPlain(sandbox: LeakSandbox): void {
  sandbox.write(YAML, `fresh: ${NEW}\n${sandbox.read(YAML)}`)
}

/** What a runner makes for every step. */
function stepFile(sandbox: LeakSandbox): void {
  sandbox.write('steps.env', '')
}

const USES: Readonly<Record<string, readonly Use[]>> = {
  access: [{ args: ['access'] }, { args: ['access', '--json'] }],
  audit: [
    { args: ['audit'] },
    { args: ['audit', '--verify'] },
    { args: ['audit', '--json'] },
    { args: ['audit', '--changes', 'staging', '--format', 'csv'] },
  ],
  blame: [{ args: ['blame', YAML] }, { args: ['blame', YAML, '--json'] }],
  check: [
    { args: ['check'] },
    { args: ['check', '--all'] },
    { args: ['check', '--json'], before: addPlain, writes: [YAML] },
  ],
  ci: [
    {
      args: ['ci', YAML],
      env: { GITHUB_ACTIONS: 'true', GITHUB_ENV: 'steps.env' },
      before: stepFile,
      shows: true,
      writes: ['steps.env'],
    },
    { args: ['ci', YAML], env: { GITHUB_ACTIONS: 'true', GITHUB_ENV: 'missing.env' } },
    { args: ['ci', YAML], env: { GITLAB_CI: 'true' } },
    { args: ['ci', YAML, '--', process.execPath, '-e', 'console.log(process.env.password)'] },
  ],
  compare: [{ args: ['compare', 'staging', 'production'] }, { args: ['compare', 'staging', 'production', '--json'] }],
  complete: [{ args: ['complete', '--', 'secrets', 'get', YAML, 'pass'] }],
  completion: [{ args: ['completion', 'bash'] }],
  decrypt: [
    { args: ['decrypt', YAML], shows: true },
    { args: ['decrypt', '--path', 'password', YAML], shows: true },
    { args: ['decrypt', '--format', 'json', YAML], shows: true },
    { args: ['decrypt', '--path', 'nothing', YAML] },
    { args: ['decrypt', '--in-place', 'staging'], writes: ALL_STAGING },
    { args: ['decrypt', '--output', 'out.yaml', YAML], writes: ['out.yaml'] },
  ],
  diff: [
    { args: ['diff', 'HEAD~1'] },
    { args: ['diff', 'HEAD~1', '--json'] },
    { args: ['diff', 'HEAD~1', '--reveal'], shows: true },
  ],
  doctor: [{ args: ['doctor'] }, { args: ['doctor', '--json'] }],
  edit: [
    { args: ['edit', YAML] },
    { args: ['edit', YAML], env: { SECRETS_EDITOR: 'false' } },
    { args: ['edit', YAML], env: { SECRETS_EDITOR: 'not-a-program' } },
    { args: ['edit', YAML, 'password'] },
  ],
  encrypt: [
    { args: ['encrypt'], before: addPlain, starts: [YAML] },
    { args: ['encrypt', '--filename', 'secrets/staging.new.yaml', '-'], stdin: `a: ${NEW}\n` },
    { args: ['encrypt', '--filename', YAML, '-'], stdin: `a: ${NEW}\na: ${NEW}\n` },
    { args: ['encrypt', '--filename', YAML, '-'], stdin: `${NEW}: "${NEW}\n` },
  ],
  export: [
    { args: ['export', YAML, '--format', 'json'], shows: true },
    { args: ['export', YAML, '--format', 'sh', '--upper-case'], shows: true },
    { args: ['export', 'staging', '--format', 'json'] },
    { args: ['export', YAML, '--format', 'dotenv', '--output', 'out.env'] },
    { args: ['export', YAML, '--format', 'docker-secrets'] },
    { args: ['export', YAML, '--format', 'powershell', '--output', 'out.ps1', '--allow-tracked'], writes: ['out.ps1'] },
  ],
  exposure: [{ args: ['exposure'] }, { args: ['exposure', '--json'] }],
  get: [
    { args: ['get', YAML, 'password'], shows: true },
    { args: ['get', YAML, 'list', '--json'], shows: true },
    { args: ['get', YAML, 'passwort'] },
  ],
  grant: [{ args: ['grant', 'bob', 'staging'] }],
  hook: [{ args: ['hook', 'pre-commit'] }, { args: ['hook', 'pre-commit'], before: addPlain, writes: [YAML] }],
  import: [{ args: ['import'] }],
  init: [{ args: ['init', '--yes'] }],
  install: [{ args: ['install'] }],
  keygen: [{ args: ['keygen', '--output', 'key.txt'] }],
  lock: [{ args: ['lock'] }],
  log: [{ args: ['log'] }, { args: ['log', '--json'] }, { args: ['log', '--reveal'], shows: true }],
  merge: [{ args: ['merge'] }, { args: ['merge', YAML], before: conflict }],
  'merge-driver': [
    { args: ['merge-driver', 'base.yaml', 'ours.yaml', 'theirs.yaml', '7', YAML], before: threeVersions },
  ],
  pull: [{ args: ['pull'] }],
  push: [{ args: ['push'] }],
  recipients: [{ args: ['recipients'] }],
  recover: [{ args: ['recover', YAML], shows: true }],
  redact: [{ args: ['redact', 'staging'], stdin: `a log with ${LEAK_MARKER}-two in it\n` }],
  revoke: [{ args: ['revoke', 'alice', 'staging'] }, { args: ['revoke', 'bob'] }],
  rotate: [{ args: ['rotate', 'staging'] }],
  run: [
    { args: ['run', YAML, '--', process.execPath, '-e', 'process.exit(process.env.password.length > 3 ? 0 : 9)'] },
    { args: ['run', YAML, '--', 'not-a-program'] },
    { args: ['run', '--redact', YAML, '--', process.execPath, '-e', 'console.log(process.env.password)'] },
  ],
  scan: [{ args: ['scan'] }],
  seal: [{ args: ['seal', '--dry-run'] }, { args: ['seal', '--yes', '--json'] }],
  set: [
    { args: ['set', YAML, 'password'], stdin: NEW },
    { args: ['set', YAML, 'map.new'], stdin: NEW },
    { args: ['set', YAML, 'list[7]'], stdin: NEW },
    { args: ['set', YAML, 'password', '--type', 'int'], stdin: NEW },
  ],
  sops: [{ args: ['sops', 'decrypt', YAML], shows: true }],
  status: [{ args: ['status'] }, { args: ['status', '--json'], before: addPlain, writes: [YAML] }],
  sync: [{ args: ['sync'] }],
  textconv: [{ args: ['textconv', YAML], shows: true }],
  uninstall: [{ args: ['uninstall'] }],
  unfinished: [{ args: ['unfinished'] }, { args: ['unfinished', '--json'] }, { args: ['unfinished', '--undo'] }],
  unlock: [{ args: ['unlock'] }],
  unset: [{ args: ['unset', YAML, 'password'] }],
}

/** Both branches changed the value, and git, which knows nothing of the format, is left with the conflict. */
function conflict(sandbox: LeakSandbox): void {
  sandbox.git('checkout', '--quiet', '-b', 'other', 'HEAD~1')
  sandbox.write(YAML, sandbox.read(YAML).replace(/^user: .*$/m, 'user: other'))
  sandbox.git('commit', '--quiet', '--all', '--message', 'other')
  try {
    sandbox.git('merge', '--quiet', 'main')
  } catch {
    // A conflict is what is wanted.
  }
}

function threeVersions(sandbox: LeakSandbox): void {
  sandbox.write('base.yaml', sandbox.git('show', `HEAD~1:${YAML}`))
  sandbox.write('ours.yaml', sandbox.read(YAML))
  sandbox.write('theirs.yaml', sandbox.git('show', `HEAD~1:${YAML}`))
}

/** Where nothing can be written down of what is opened, as it has to be, nothing opens: whatever the command. */
const UNLOGGED = 'whose log of openings cannot be kept'

/** The repository as it is, and with what makes commands fail. */
const STATES: Readonly<Record<string, (sandbox: LeakSandbox) => void>> = {
  'as it should be': () => undefined,
  'without a key': (sandbox) => sandbox.removeKey(),
  'with a damaged value': (sandbox) => {
    sandbox.write(YAML, sandbox.read(YAML).replace(/(password: ENC\[AES256_GCM,data:)..../, '$1AAAA'))
  },
  'with a wrong MAC': (sandbox) => {
    sandbox.write(YAML, sandbox.read(YAML).replace('user: ENC', 'user: plain\nother: ENC'))
  },
  [UNLOGGED]: (sandbox) => sandbox.breakLog(),
}

suite('secrets never leak', (test) => {
  test('every command is known here', () => {
    const unknown = commands.map(({ name }) => name).filter((name) => USES[name] === undefined)
    assert.equal(unknown, [], 'add each new command to USES, with what it may show')
  })

  test('the marker is found where it is', async (context) => {
    const made = new LeakSandbox(temporaryFolder(context))
    await made.prepare()
    assert.equal(made.leaks([]), [])
    for (const form of [LEAK_MARKER, `"${LEAK_MARKER}"`, Buffer.from(`ab${LEAK_MARKER}c`).toString('base64')]) {
      assert.ok(holdsMarker(form))
      made.write('leak.txt', form)
      assert.equal(made.leaks([]), [join('repo', 'leak.txt')])
    }
    assert.equal(made.leaks(['leak.txt']), [])
    made.git('add', 'leak.txt')
    made.write('leak.txt', LEAK_MARKER)
    made.git('add', 'leak.txt')
    assert.ok(made.leaks(['leak.txt']).includes('objects of git'))
  })

  for (const [state, change] of Object.entries(STATES)) {
    test(`every command in a repository ${state}`, async (context) => {
      const folder = temporaryFolder(context)
      const template = new LeakSandbox(join(folder, 'template'))
      mkdirSync(join(folder, 'template'))
      await template.prepare()
      const queue = commands.flatMap(({ name }) => (USES[name] ?? []).map((use, index) => ({ use, name, index })))
      const work = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const place = join(folder, `${next.name}-${next.index}`)
          const sandbox = template.copyTo(place)
          sandbox.clearLog()
          next.use.before?.(sandbox)
          change(sandbox)
          await checkUse(sandbox, next.use, state)
          removeFolder(place)
        }
      }
      await Promise.all([work(), work()])
    }, 240)
  }
})

async function checkUse(sandbox: LeakSandbox, use: Use, state: string): Promise<void> {
  const { status, stdout, stderr, seen } = await sandbox.run(use)
  const shown = `secrets ${use.args.join(' ')} (${state}): status ${status}\n${stderr}`
  assert.is.not(status, 70, `crashed: ${shown}`)
  assert.not.ok(holdsMarker(stderr), `on standard error: ${shown}`)
  assert.ok(use.shows === true || !holdsMarker(stdout), `on standard output: ${shown}${stdout}`)
  assert.equal(seen, [], `in the arguments of a process: ${shown}`)
  const allowed = [...(use.writes ?? []), ...(status === 0 ? [] : (use.starts ?? []))]
  assert.equal(sandbox.leaks(allowed), [], `in files: ${shown}`)
  // What is asked for does come, so that the search above does not pass because nothing happened.
  if (use.shows === true && state === 'as it should be') {
    assert.ok(holdsMarker(stdout), `not shown: ${shown}`)
    assert.ok(
      sandbox.openings().some(({ event }) => event === 'opened'),
      `opened, and not written down: ${shown}`,
    )
  }
  if (state === UNLOGGED) assert.not.ok(holdsMarker(stdout), `shown, and not written down: ${shown}`)
}
