// parts: 2
/** One repository that people with `secrets` and people with sops use in turn: on branches, with merges of what both did. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type SecretRepository, secretRepository } from '../../git/secret-repository.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** Dozens of processes each: minutes on a machine that does other things too. */
const SECONDS = 240

const CONFIG = `version: 1
recipients:
  alice: {ALICE}
environments:
  production:
    files: 'prod/**'
    recipients: [alice]
`

const FILES = {
  'prod/app.yaml': '# ours\na: one\nb: two\nc: 3\n',
  'prod/app.json': '{\n  "a": "one",\n  "b": "two",\n  "c": 3\n}\n',
  'prod/app.env': 'a=one\nb=two\nc=3\n',
}

type File = keyof typeof FILES

const NAMES: readonly File[] = ['prod/app.yaml', 'prod/app.json', 'prod/app.env']

/** What a user of either program does to a file. */
type Step = (team: Team) => Promise<unknown>

const ours =
  (key: string, value: string): Step =>
  (team) =>
    team.secrets('set', team.file, key, '--plain-value', value)

const sopsSets =
  (key: string, value: string): Step =>
  (team) =>
    team.sops('set', team.file, `["${key}"]`, JSON.stringify(value))

const sopsEdits =
  (from: string, to: string): Step =>
  async (team) => {
    team.repository.write('../sops-editor.cjs', EDITOR)
    const script = join(team.repository.folder, '..', 'sops-editor.cjs')
    await team.sopsWith({ SOPS_EDITOR: `${process.execPath} ${script} ${from} ${to}` }, 'edit', team.file)
  }

const sopsRotates: Step = (team) => team.sops('rotate', '--in-place', team.file)

const oursRotate: Step = (team) => team.secrets('rotate', team.file)

/** What happens on `topic` and on `main`, and what both programs read after the merge of the two. */
const MERGES: Readonly<Record<string, { topic: readonly Step[]; main: readonly Step[]; merged: string }>> = {
  'sops sets, secrets sets': {
    topic: [sopsSets('a', 'sops')],
    main: [ours('b', 'secrets')],
    merged: 'sops secrets 3',
  },
  'sops edits, secrets sets twice': {
    topic: [sopsEdits('one', 'edited')],
    main: [ours('b', 'first'), ours('c', 'second')],
    merged: 'edited first second',
  },
  'both by sops, merged by secrets': {
    topic: [sopsSets('a', 'left')],
    main: [sopsSets('b', 'right')],
    merged: 'left right 3',
  },
  'sops rotates, secrets sets': {
    topic: [sopsSets('a', 'before'), sopsRotates],
    main: [ours('b', 'secrets')],
    merged: 'before secrets 3',
  },
  'secrets rotates, sops sets': {
    topic: [sopsSets('a', 'sops')],
    main: [oursRotate, ours('c', 'secrets')],
    merged: 'sops two secrets',
  },
  'both rotate': {
    topic: [sopsRotates, sopsSets('b', 'sops')],
    main: [oursRotate],
    merged: 'one sops 3',
  },
  'the same change by both': {
    topic: [sopsSets('a', 'same')],
    main: [ours('a', 'same')],
    merged: 'same two 3',
  },
}

suite('secrets and sops in turn', (test) => {
  for (const [index, [name, { topic, main, merged }]] of Object.entries(MERGES).entries()) {
    const file = NAMES[index % NAMES.length] ?? 'prod/app.yaml'
    test(
      `${file}: ${name}: git merges it, and both read the result`,
      async (context) => {
        const team = await Team.of(context, file)
        await team.onBranch('topic', topic)
        await team.onBranch('main', main)
        await team.repository.git('merge', '--quiet', '--no-edit', 'topic')
        await team.bothRead(merged)
        // And on it goes, with either.
        await team.onBranch('main', [ours('a', 'ours-again')])
        await team.onBranch('main', [sopsSets('b', 'sops-again')])
        const [, , c = ''] = merged.split(' ')
        await team.bothRead(`ours-again sops-again ${c}`)
      },
      SECONDS,
    )
  }

  test(
    'sops adds a recipient with updatekeys while secrets sets; a conflict of both is solved',
    async (context) => {
      const team = await Team.of(context, 'prod/app.yaml')
      const { repository } = team
      const bob = (await team.secrets('keygen', '--output', '../bob.txt')).stdout.trim()
      await repository.git('checkout', '--quiet', '-b', 'topic')
      repository.write('.sops.yaml', `creation_rules:\n  - age: ${repository.key.recipient},${bob}\n`)
      const named = repository.read('.secretsrc').replace('recipients:\n', `recipients:\n  bob: ${bob}\n`)
      repository.write('.secretsrc', named.replace('[alice]', '[alice, bob]'))
      await team.sops('updatekeys', '--yes', team.file)
      await repository.git('commit', '--quiet', '--all', '--message', 'let bob in')
      await team.onBranch('topic', [sopsSets('a', 'theirs')])
      await team.onBranch('main', [ours('b', 'secrets'), ours('a', 'ours')])
      assert.is((await repository.tryGit('merge', 'topic')).status, 1)
      await team.secrets('merge', '--theirs')
      await repository.git('commit', '--quiet', '--all', '--no-edit')
      await team.bothRead('theirs secrets 3')
      const { status } = await team.trySops(
        { SOPS_AGE_KEY_FILE: join(repository.folder, '../bob.txt') },
        'decrypt',
        team.file,
      )
      assert.is(status, 0, 'bob reads it')
    },
    SECONDS,
  )
})

class Team {
  readonly repository: SecretRepository
  readonly file: File
  readonly #program: string

  constructor(repository: SecretRepository, file: File, program: string) {
    this.repository = repository
    this.file = file
    this.#program = program
  }

  static async of(context: TestContext, file: File): Promise<Team> {
    const program = needPeer('sops', context)
    const team = new Team(await secretRepository(context, CONFIG), file, program)
    const { repository } = team
    repository.write('.sops.yaml', `creation_rules:\n  - age: ${repository.key.recipient}\n`)
    repository.write(file, FILES[file])
    await team.secrets('encrypt', 'production')
    await repository.git('add', '--all')
    await repository.commit('first')
    await repository.git('branch', '--move', 'main')
    return team
  }

  /** Each step is a commit. */
  async onBranch(branch: string, steps: readonly Step[]): Promise<void> {
    const { stdout } = await this.repository.git('branch', '--list', branch)
    await this.repository.git('checkout', '--quiet', ...(stdout === '' ? ['-b'] : []), branch)
    for (const step of steps) {
      await step(this)
      await this.repository.git('commit', '--quiet', '--all', '--message', 'a step')
    }
  }

  async bothRead(all: string): Promise<void> {
    const expected = all.split(' ')
    for (const program of ['secrets', 'sops'] as const) {
      const { stdout } = await this[program]('decrypt', this.file)
      const values = [...stdout.matchAll(/^\s*"?[abc]"?\s*[:=]\s*"?([^"\n,]*)"?,?$/gm)].map(([, value]) => value)
      assert.equal(values, expected, program)
    }
    assert.is((await this.repository.git('status', '--porcelain')).stdout, '')
  }

  async secrets(...args: readonly string[]): Promise<ProgramResult> {
    return succeeded('secrets', args, await this.repository.secrets(...args))
  }

  sops(...args: readonly string[]): Promise<ProgramResult> {
    return this.sopsWith({}, ...args)
  }

  async sopsWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<ProgramResult> {
    return succeeded('sops', args, await this.trySops(env, ...args))
  }

  trySops(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<ProgramResult> {
    const { folder, env: base, key } = this.repository
    const all = { ...base, SOPS_AGE_KEY_FILE: key.file, SOPS_DISABLE_VERSION_CHECK: '1', ...env }
    return runProgram(this.#program, args, { cwd: folder, env: all })
  }
}

function succeeded(program: string, args: readonly string[], result: ProgramResult): ProgramResult {
  if (result.status === 0) return result
  throw new Error(`${program} ${args.join(' ')}: status ${result.status}\n${result.stdout}${result.stderr}`)
}

const EDITOR = `const fs = require('node:fs')
const [from, to, file] = process.argv.slice(2)
const text = fs.readFileSync(file, 'utf8')
if (!text.includes(from)) process.exit(9)
fs.writeFileSync(file, text.replace(from, to))
`
