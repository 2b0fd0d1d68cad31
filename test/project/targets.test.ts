import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { claims, environmentOf, requires } from '../../src/project/claims.ts'
import { findFiles } from '../../src/project/find-files.ts'
import type { Project } from '../../src/project/model.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { environmentFiles, resolveTargets } from '../../src/project/targets.ts'
import { writeBelow } from '../support/git-sandbox.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ALICE } from './secretsrc-cases.ts'

const ENCRYPTED =
  'a: ENC[AES256_GCM,data:x,type:str]\nsops:\n    mac: ENC[AES256_GCM,data:y,type:str]\n    version: 3.13.2\n'

interface Fixture {
  readonly root: string
  readonly project: Project
}

async function fixture(
  context: Pick<TestContext, 'onCleanup'>,
  environments: string,
  files: readonly string[],
): Promise<Fixture> {
  const root = temporaryFolder(context)
  for (const file of files) writeBelow(root, file, file.endsWith('.enc') ? ENCRYPTED : 'a: 1\n')
  const text = `version: 1\nrecipients: { alice: ${ALICE} }\nenvironments:\n${environments}`
  return { root, project: await readSecretsrc(Buffer.from(text), join(root, '.secretsrc')) }
}

const TWO = `  dev: { files: 'dev/**', recipients: alice }\n  prod: { files: [prod.yaml, 'prod/*'], recipients: alice }\n`
const FILES = [
  'dev/a.yaml',
  'dev/.hidden',
  'dev/b/c.env',
  'prod.yaml',
  'prod/x y.json',
  'other.txt',
  'prod/deep/no.json',
]

async function errorOf(action: Promise<unknown>): Promise<SecretsError> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

suite('targets', (test) => {
  test('an environment is all of its files, sorted, shown as one would type them', async (context) => {
    const { root, project } = await fixture(context, TWO, FILES)
    const files = await resolveTargets(['dev'], { project, cwd: join(root, 'dev') })
    assert.equal(
      files.map((file) => [file.shown, file.relative, file.environment?.name]),
      [
        ['.hidden', 'dev/.hidden', 'dev'],
        ['a.yaml', 'dev/a.yaml', 'dev'],
        [join('b', 'c.env'), 'dev/b/c.env', 'dev'],
      ],
    )
    const all = await environmentFiles(project, root)
    assert.equal(
      all.map((file) => file.relative),
      ['dev/.hidden', 'dev/a.yaml', 'dev/b/c.env', 'prod.yaml', 'prod/x y.json'],
    )
  })

  test('files, globs and environments together: each file once, in the order of the targets', async (context) => {
    const { root, project } = await fixture(context, TWO, FILES)
    const targets = ['prod.yaml', join(root, 'dev', 'a.yaml'), 'prod', 'dev/*', './other.txt', '**/*.json']
    const files = await resolveTargets(targets, { project, cwd: root })
    assert.equal(
      files.map((file) => file.relative),
      ['prod.yaml', 'dev/a.yaml', 'prod/x y.json', 'dev/.hidden', 'other.txt', 'prod/deep/no.json'],
    )
    assert.is(files.find((file) => file.relative === 'other.txt')?.environment, undefined)
    assert.is(files[1]?.shown, join(root, 'dev', 'a.yaml'))
  })

  test('a name that is both is the environment; with ./ it is the file', async (context) => {
    const { root, project } = await fixture(context, `  dev: { files: 'x/*', recipients: alice }\n`, ['dev', 'x/a'])
    const shown = async (target: string): Promise<string | undefined> =>
      (await resolveTargets([target], { project, cwd: root }))[0]?.relative
    assert.is(await shown('dev'), 'x/a')
    assert.is(await shown('./dev'), 'dev')
  })

  test('a glob may go up, be absolute, and is no glob when a file has that name', async (context) => {
    const { root, project } = await fixture(context, TWO, [...FILES, '[x].env'])
    const relative = async (target: string): Promise<readonly string[]> =>
      (await resolveTargets([target], { project, cwd: join(root, 'dev') })).map((file) => file.relative)
    assert.equal(await relative('../prod/*'), ['prod/x y.json'])
    assert.equal(await relative(join(root, 'prod', '*')), ['prod/x y.json'])
    assert.equal(await relative('../[x].env'), ['[x].env'])
  })

  test('suggests the environment or file that was meant', async (context) => {
    const { root, project } = await fixture(context, TWO, FILES)
    const hint = async (target: string): Promise<string> => {
      const error = await errorOf(resolveTargets([target], { project, cwd: root }))
      assert.is(error.code, 'UNKNOWN_TARGET')
      return error.hint ?? ''
    }
    assert.match(await hint('prdo'), /did you mean "prod"/)
    assert.match(await hint('dev/a.yml'), /did you mean "dev.a\.yaml"/)
    assert.match(await hint('othr.txt'), /did you mean "other\.txt"/)
    assert.match(await hint('something-else'), /environments are dev, prod/)
    assert.match(await hint('none/*.x'), /environments are/)
    assert.match(await hint('dev/b'), /dev\/b\/\*\*/)
    assert.ok(await hint(''))
  })

  test('works without a configuration', async (context) => {
    const { root } = await fixture(context, TWO, FILES)
    const [file] = await resolveTargets(['dev/a.yaml'], { project: undefined, cwd: root })
    assert.is(file?.path, join(root, 'dev', 'a.yaml'))
    assert.is(file?.environment, undefined)
    const error = await errorOf(resolveTargets(['dev'], { project: undefined, cwd: join(root, 'dev') }))
    assert.match(error.hint ?? '', /secrets init/)
  })

  test('a new file needs an environment that claims it', async (context) => {
    const { root, project } = await fixture(context, TWO, FILES)
    const options = { project, cwd: root, mayBeNew: true }
    assert.is((await resolveTargets(['dev/new.yaml'], options))[0]?.environment?.name, 'dev')
    assert.is((await errorOf(resolveTargets(['pord/new'], options))).code, 'UNKNOWN_TARGET')
    assert.is((await errorOf(resolveTargets(['dev/new.yaml'], { project, cwd: root }))).code, 'UNKNOWN_TARGET')
  })

  test('an environment without files, standard input among others, a broken glob', async (context) => {
    const { root, project } = await fixture(context, TWO, ['prod.yaml'])
    const options = { project, cwd: root }
    const empty = await errorOf(resolveTargets(['dev'], options))
    assert.is(empty.code, 'FILE_NOT_FOUND')
    assert.match(empty.hint ?? '', /dev\/\*\*/)
    assert.is((await errorOf(resolveTargets(['prod', '-'], options))).code, 'USAGE')
    assert.is((await errorOf(resolveTargets(['{a'], options))).code, 'USAGE')
  })

  test("a file that two environments claim is an error, or the first one's", async (context) => {
    const both = `  a: { files: 'x/*', recipients: alice }\n  b: { files: '**/*.env', recipients: alice }\n`
    const { root, project } = await fixture(context, both, ['x/1.env', 'y/2.env'])
    const error = await errorOf(resolveTargets(['b'], { project, cwd: root }))
    assert.is(error.code, 'CONFIG_INVALID')
    assert.match(error.message, /x\/1\.env belongs to two environments: a and b/)
    assert.is(error.place.line, 5)
    assert.is(error.details.length, 2)
    const first: Project = { ...project, overlap: 'first' }
    assert.is(environmentOf(first, 'x/1.env')?.name, 'a')
    assert.equal(
      (await resolveTargets(['b'], { project: first, cwd: root })).map((file) => file.relative),
      ['y/2.env'],
    )
  })

  test('a regular expression claims what it matches and lists what is encrypted already', async (context) => {
    const { root, project } = await fixture(context, `  a: { files: { regex: '^x/' }, recipients: alice }\n`, [
      'x/plain',
      'x/1.enc',
    ])
    const [environment] = project.environments
    if (environment === undefined) throw new Error('no environment')
    assert.equal([claims(environment, 'x/plain'), requires(environment, 'x/plain')], [true, false])
    assert.equal(
      (await findFiles(project)).map((file) => file.relative),
      ['x/1.enc'],
    )
    assert.is((await resolveTargets(['x/plain'], { project, cwd: root }))[0]?.environment?.name, 'a')
  })

  test("never takes the configuration, git's files, packages and other repositories", async (context) => {
    const files = [
      '.secretsrc',
      '.sops.yaml',
      '.gitattributes',
      '.git/config',
      'node_modules/a/b',
      'sub/.git',
      'sub/a',
      'a/.gitignore',
      'a/b',
      'a/.b.secrets-0123456789ab.tmp',
      'a/.secrets-lock',
    ]
    const { project } = await fixture(context, `  all: { files: '**', recipients: alice }\n`, files)
    assert.equal(
      (await findFiles(project)).map((file) => file.relative),
      ['a/b'],
    )
  })

  test('refuses a link out of the project and one to nowhere, and does not enter linked folders', async (context) => {
    if (process.platform === 'win32') context.skip('making links needs a right on Windows')
    const { root, project } = await fixture(context, `  all: { files: 'a/**', recipients: alice }\n`, ['a/real', 'b/c'])
    const outside = temporaryFolder(context)
    writeBelow(outside, 'x', '')
    symlinkSync('real', join(root, 'a', 'same'))
    symlinkSync(join('..', 'b', 'c'), join(root, 'a', 'inner'))
    symlinkSync(outside, join(root, 'a', 'folder'))
    symlinkSync('.', join(root, 'a', 'cycle'))
    assert.equal(
      (await findFiles(project)).map((file) => file.relative),
      ['a/inner', 'a/real'],
    )
    symlinkSync(join(outside, 'x'), join(root, 'a', 'out'))
    const error = await errorOf(findFiles(project))
    assert.is(error.code, 'UNSAFE_PATH')
    assert.is(error.place.file, join(root, 'a', 'out'))
    const other = await fixture(context, `  all: { files: 'a/**', recipients: alice }\n`, ['a/real'])
    symlinkSync('nowhere', join(other.root, 'a', 'dangling'))
    assert.match((await errorOf(findFiles(other.project))).message, /leads nowhere/)
  })

  test('a path through a link to a folder above belongs to its environment all the same', async (context) => {
    if (process.platform === 'win32') context.skip('making links needs a right on Windows')
    const { root, project } = await fixture(context, TWO, FILES)
    const parent = temporaryFolder(context)
    mkdirSync(join(parent, 'x'))
    symlinkSync(root, join(parent, 'x', 'alias'))
    const [file] = await resolveTargets([join(parent, 'x', 'alias', 'dev', 'a.yaml')], { project, cwd: parent })
    assert.is(file?.environment?.name, 'dev')
    assert.is(file?.relative, 'dev/a.yaml')
  })
})
