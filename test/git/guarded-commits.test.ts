// parts: 2
/** What `secrets check` and the hook that calls it make of the odder ways in which content gets into a commit. */
import { renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { installHooks } from '../../src/git/hooks.ts'
import { type ProgramResult, runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

const PLAIN = 'password: marker-plain\nother: marker-other\n'

/** A repository with a commit, whose filter is off and whose hook is on. */
async function guarded(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const made = await secretRepository(context)
  await made.secrets('uninstall')
  made.write('prod/a.yaml', PLAIN)
  await made.secrets('encrypt', '--quiet', 'prod/a.yaml')
  await made.git('add', '--all')
  await made.commit('first')
  const git = { cwd: made.folder, env: made.env }
  await installHooks({ top: made.folder, git }, { node: process.execPath, script: secretsProgram() })
  return made
}

async function refusal(made: SecretRepository, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await made.tryGit('commit', '-m', 'refused', ...args)
  assert.is.not(status, 0, 'the commit was made')
  assert.not.match(stdout + stderr, /marker-/)
  return stdout + stderr
}

function withInput(made: SecretRepository, stdin: string, ...args: readonly string[]): Promise<ProgramResult> {
  return runProgram('git', args, { cwd: made.folder, env: made.env, stdin })
}

suite('guarded commits', (test) => {
  test('a file in clear that is moved into an environment is refused, though its content did not change', async (context) => {
    const made = await guarded(context)
    made.write('notes.yaml', 'password: another-plain-one\n')
    await made.git('add', 'notes.yaml')
    await made.commit('harmless there')
    await made.git('mv', 'notes.yaml', 'prod/notes.yaml')
    assert.match(await refusal(made), /prod\/notes\.yaml: the file is not encrypted/)
  })

  test('an encrypted file that is moved out of its environment is nobody’s concern', async (context) => {
    const made = await guarded(context)
    await made.git('mv', 'prod/a.yaml', 'elsewhere.yaml')
    await made.commit('moved out')
    await made.git('mv', 'elsewhere.yaml', 'prod/b.yaml')
    await made.commit('and back')
  })

  test('what is staged of a file counts, line by line', async (context) => {
    const made = await guarded(context)
    const sealed = made.read('prod/a.yaml')
    made.write('prod/a.yaml', sealed.replace(/^other: .*$/m, 'other: marker-new'))
    const staged = await withInput(made, 'y\n', 'add', '--patch', 'prod/a.yaml')
    assert.is(staged.status, 0, staged.stderr)
    made.write('prod/a.yaml', sealed)
    assert.match(await refusal(made), /prod\/a\.yaml:2:8: other: is in clear/)
    await made.git('add', 'prod/a.yaml')
    made.write('prod/a.yaml', PLAIN)
    made.write('notes.txt', 'nothing\n')
    await made.git('add', 'notes.txt')
    await made.commit('the work tree does not count')
    const kept = await withInput(made, 'n\n', 'add', '--patch', 'prod/a.yaml')
    assert.is(kept.status, 0, kept.stderr)
    await made.git('commit', '--quiet', '--allow-empty', '-m', 'nor does what was declined')
  })

  test('--amend with more files, or by path, is refused as a commit is', async (context) => {
    const made = await guarded(context)
    made.write('prod/a.yaml', PLAIN)
    assert.match(await refusal(made, '--amend', '--all'), /prod\/a\.yaml: the file is not encrypted/)
    assert.match(await refusal(made, '--amend', '--', 'prod/a.yaml'), /prod\/a\.yaml: the file is not encrypted/)
    await made.git('commit', '--quiet', '--amend', '-m', 'only the message')
  })

  test('a link that becomes a file is judged, and a file that becomes a link is not', async (context) => {
    const made = await guarded(context)
    const link = join(made.folder, 'prod', 'link.yaml')
    renameSync(join(made.folder, 'prod', 'a.yaml'), join(made.folder, 'prod', 'b.yaml'))
    symlinkSync('b.yaml', link)
    await made.git('add', '--all')
    await made.commit('a link')
    unlinkSync(link)
    made.write('prod/link.yaml', PLAIN)
    await made.git('add', 'prod/link.yaml')
    assert.match(await refusal(made), /prod\/link\.yaml: the file is not encrypted/)
    unlinkSync(link)
    symlinkSync('../outside-of-git.yaml', link)
    made.write('outside-of-git.yaml', PLAIN)
    await made.git('add', 'prod/link.yaml')
    await made.git('commit', '--quiet', '--allow-empty', '-m', 'a link again')
    assert.is((await made.secrets('check')).status, 0)
  })

  test('a submodule is judged by its own configuration, from within', async (context) => {
    const made = await guarded(context)
    const inner = await guarded(context)
    inner.write('prod/plain.yaml', PLAIN)
    await inner.git('add', 'prod')
    await inner.git('commit', '--quiet', '--no-verify', '-m', 'in clear')
    const allowed = ['-c', 'protocol.file.allow=always']
    await made.git(...allowed, 'submodule', '--quiet', 'add', inner.folder, 'prod/module')
    await made.commit('with a submodule')
    assert.is((await made.secrets('check')).status, 0)
    const within = await runIn(made, join(made.folder, 'prod', 'module'), ['check', '--no-keys'])
    assert.is(within.status, 1)
    assert.match(within.stdout, /^prod\/plain\.yaml: the file is not encrypted/m)
  })

  test('colours that git is told to print always hide nothing from checks and scans', async (context) => {
    const made = await guarded(context)
    made.write('elsewhere/key.txt', 'AGE-SECRET-KEY-1YR69VMP0E8X3DX7K66CD0DTS7CPMADV4FRWKT6QF6PQM52GFA3XSHJT3H4\n')
    made.write('notes.txt', 'see marker-plain\n')
    await made.git('add', '--all')
    for (const name of ['ui', 'grep', 'diff', 'status']) await made.git('config', `color.${name}`, 'always')
    assert.match((await made.secrets('check')).stdout, /^elsewhere\/key\.txt:1:1: .*\(key-file\)$/m)
    assert.match((await made.secrets('scan')).stdout, /^notes\.txt:1:5: holds the value of password/m)
    assert.match(await refusal(made), /\(key-file\)[^]*\(known-secret\)/)
    assert.match((await made.secrets('doctor')).stdout, /elsewhere\/key\.txt/)
  })

  test('a range says which commit, for the wanted files alone, and needs no key', async (context) => {
    const made = await guarded(context)
    made.loseKey()
    made.write('prod/b.yaml', PLAIN)
    made.write('dev/b.yaml', PLAIN)
    await made.git('add', '--all')
    await made.git('commit', '--quiet', '--no-verify', '-m', 'in clear')
    await made.git('rm', '--quiet', '-r', 'prod/b.yaml', 'dev')
    await made.commit('taken back')
    const id = (await made.git('rev-parse', '--short=10', 'HEAD~1')).stdout.trim()
    const rules = async (...words: readonly string[]): Promise<readonly string[]> => {
      const { stdout, stderr } = await made.secrets('check', '--json', ...words)
      assert.is(stderr, '')
      const { problems }: { problems: { file: string; rule: string; commit: string }[] } = JSON.parse(stdout)
      assert.ok(problems.every(({ commit }) => commit.startsWith(id)))
      return problems.filter(({ rule }) => rule === 'plain-file').map(({ file }) => file)
    }
    assert.equal([...(await rules('HEAD~2..HEAD'))].sort(), ['dev/b.yaml', 'prod/b.yaml'])
    assert.equal(await rules('HEAD~2..HEAD', 'production'), ['prod/b.yaml'])
    assert.equal(await rules('HEAD~2..HEAD', 'dev/b.yaml'), ['dev/b.yaml'])
    assert.equal(await rules('HEAD~1..HEAD'), [])
  })
})
