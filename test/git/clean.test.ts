/** What git stores of the files in the work tree, with real git and the built filter. */
import * as assert from 'uvu/assert'
import { runProgram } from '../support/run-program.ts'
import { suite } from '../support/suite.ts'
import { CONFIG, secretRepository } from './secret-repository.ts'

const DEVELOPMENT = '# top\ndb:\n  user: marker-user\n  password: "marker-password"  # why\nlist: [marker-a, 2]\n'
const PRODUCTION = 'A=marker-production\nB=2\n'

suite('clean', (test) => {
  test('what is added is encrypted, in both ways to check out, and git sees no change afterwards', async (context) => {
    const repository = await secretRepository(context)
    repository.write('dev/app.yaml', DEVELOPMENT)
    repository.write('prod/app.env', PRODUCTION)
    repository.write('dev/blob.bin', Buffer.from([0, 1, 2, 255]))
    repository.write('dev/empty.yaml', '')
    await repository.git('add', '--all')
    await repository.commit('first')
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
    assert.not.match(await repository.allObjects(), 'marker')
    assert.is(repository.read('dev/app.yaml'), DEVELOPMENT)
    assert.match((await repository.git('show', 'HEAD:dev/app.yaml')).stdout, /^ {2}user: ENC\[/m)
    assert.is((await repository.git('show', 'HEAD:dev/empty.yaml')).stdout, '')
    await repository.git('rm', '--quiet', '-r', '--cached', 'dev')
    await repository.git('add', 'dev')
    assert.is((await repository.git('diff', '--cached', '--name-only')).stdout, '', 'the same bytes as in HEAD')
  })

  test('only what changed gets a new ciphertext, and adding again changes nothing', async (context) => {
    const repository = await secretRepository(context)
    repository.write('dev/app.yaml', DEVELOPMENT)
    await repository.git('add', '--all')
    await repository.commit('first')
    repository.write('dev/app.yaml', DEVELOPMENT.replace('marker-user', 'marker-other'))
    await repository.git('add', '--all')
    const staged = (await repository.git('ls-files', '--stage', 'dev/app.yaml')).stdout
    const { stdout } = await repository.git('diff', '--no-textconv', '--no-color', '-U0', '--cached')
    const changed = stdout.split('\n').filter((line) => /^\+ .*ENC\[/.test(line))
    assert.is(changed.length, 2, stdout)
    assert.match(changed[0] ?? '', /^\+ {2}user: ENC\[/)
    await repository.git('add', '--renormalize', '.')
    assert.is((await repository.git('ls-files', '--stage', 'dev/app.yaml')).stdout, staged)
    repository.write('dev/app.yaml', DEVELOPMENT)
    assert.match((await repository.git('status', '--porcelain')).stdout, /^MM dev\/app.yaml/)
  })

  test('after a part of a file was staged, git goes on to work with it, and all of it can be staged', async (context) => {
    const repository = await secretRepository(context)
    const lines = Array.from({ length: 30 }, (_, index) => `key${index}: marker-${index}\n`)
    repository.write('dev/app.yaml', lines.join(''))
    await repository.git('add', '--all')
    await repository.commit('first')
    const changed = lines.join('').replace('marker-1\n', 'marker-one\n').replace('marker-28\n', 'marker-other\n')
    repository.write('dev/app.yaml', changed)
    const options = { cwd: repository.folder, env: repository.env, stdin: 'y\nn\ny\n' }
    assert.is((await runProgram('git', ['add', '--patch', 'dev/app.yaml'], options)).status, 0)
    const part = await repository.git('show', ':dev/app.yaml')
    const refused = await repository.tryGit('commit', '--message', 'a part')
    assert.is.not(refused.status, 0)
    assert.match(refused.stderr, 'git restore --staged dev/app.yaml')
    assert.is((await repository.git('show', ':dev/app.yaml')).stdout, part.stdout)
    assert.is((await repository.git('status', '--porcelain')).stdout, 'MM dev/app.yaml\n')
    assert.match((await repository.git('diff')).stdout, 'marker-other')
    await repository.git('add', 'dev/app.yaml')
    await repository.commit('all of it')
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
    assert.is(repository.read('dev/app.yaml'), changed)
    assert.is((await repository.secrets('check', '--all')).status, 0)
    const { stdout } = await repository.git('diff', '--no-textconv', '-U0', 'HEAD~1', '--', 'dev/app.yaml')
    assert.is(stdout.match(/^\+key\d+: ENC/gm)?.length, 2, stdout)
  })

  test('a staged change that is taken back is what is committed, and a stash of it comes back with --index', async (context) => {
    const repository = await secretRepository(context)
    repository.write('dev/app.yaml', DEVELOPMENT)
    await repository.git('add', '--all')
    await repository.commit('first')
    repository.write('dev/app.yaml', DEVELOPMENT.replace('marker-user', 'marker-other'))
    await repository.git('add', '--all')
    repository.write('dev/app.yaml', DEVELOPMENT)
    assert.is((await repository.git('diff', '--name-only', 'HEAD')).stdout, '')
    await repository.git('add', '--all')
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
    repository.write('dev/app.yaml', DEVELOPMENT.replace('marker-user', 'marker-other'))
    await repository.git('add', '--all')
    await repository.git('stash', '--quiet')
    await repository.git('stash', 'pop', '--index', '--quiet')
    assert.is((await repository.git('status', '--porcelain')).stdout, 'M  dev/app.yaml\n')
    assert.match(repository.read('dev/app.yaml'), 'marker-other')
  })

  test('a value in clear in an encrypted file is encrypted; git asks twice and gets the same', async (context) => {
    const repository = await secretRepository(context)
    repository.write('prod/app.env', PRODUCTION)
    await repository.secrets('encrypt', 'prod/app.env')
    const encrypted = repository.read('prod/app.env')
    await repository.git('add', '--all')
    assert.is((await repository.git('show', ':prod/app.env')).stdout, encrypted)
    repository.write('prod/app.env', `NEW=marker-new\n${encrypted}`)
    await repository.git('add', '--all')
    const staged = (await repository.git('show', ':prod/app.env')).stdout
    assert.match(staged, /^NEW=ENC\[/)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await repository.git('add', '--renormalize', 'prod')
    assert.is((await repository.git('show', ':prod/app.env')).stdout, staged)
    assert.not.match(await repository.allObjects(), 'marker')
  })

  test('a new file needs no key; a changed one does, an unchanged encrypted one does not', async (context) => {
    const repository = await secretRepository(context)
    repository.loseKey()
    repository.write('dev/app.yaml', DEVELOPMENT)
    repository.write('prod/app.env', PRODUCTION)
    await repository.git('add', '--all')
    await repository.commit('first')
    repository.write('dev/app.yaml', `${DEVELOPMENT}new: marker-new\n`)
    const refused = await repository.tryGit('add', 'dev')
    assert.is(refused.status, 128)
    assert.match(
      refused.stderr,
      /secrets: error: dev\/app.yaml: the file that git has cannot be opened to compare with: no/,
    )
    assert.not.match(refused.stderr, 'marker')
    repository.write('prod/app.env', (await repository.git('show', 'HEAD:prod/app.env')).stdout)
    await repository.git('add', 'prod')
    assert.is((await repository.git('diff', '--cached', '--name-only')).stdout, '')
    repository.findKey()
    await repository.git('add', '--all')
    assert.not.match(await repository.allObjects(), 'marker')
  })

  const refusals: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'conflict markers',
      'dev/a.yaml',
      'a: 1\n<<<<<<< x\nb: canary\n=======\nb: 2\n>>>>>>> y\n',
      /dev\/a.yaml:2: conflict markers/,
    ],
    ['text that its format does not allow', 'dev/a.yaml', 'a: [canary\n', /dev\/a.yaml:\d+:\d+: /],
    ['bytes that are no text', 'dev/a.yaml', 'a: \xff\n', /dev\/a.yaml:1: is not valid UTF-8/],
    ['a key file', 'dev/keys.txt', `AGE-SECRET-KEY-1${'Q'.repeat(58)}\n`, /this is a key file/],
    ['the name of the metadata', 'dev/a.yaml', 'sops: canary\n', /dev\/a.yaml.*sops/],
    [
      'a file that the attributes name and no environment claims',
      'other/a.yaml',
      'a: canary\n',
      /belongs to no environment/,
    ],
  ]
  for (const [name, path, content, message] of refusals) {
    test(`${name}: one clear error, and nothing is staged`, async (context) => {
      const repository = await secretRepository(context)
      repository.write('.gitattributes', `${repository.read('.gitattributes')}other/* filter=secrets\n`)
      repository.write(path, Buffer.from(content, 'latin1'))
      const { status, stderr } = await repository.tryGit('add', path)
      assert.is(status, 128)
      assert.match(stderr, message)
      assert.is(stderr.match(/secrets: error/g)?.length, 1)
      assert.not.match(stderr, 'canary')
      assert.is((await repository.git('ls-files')).stdout, '')
      assert.not.match(await repository.allObjects(), 'canary')
    })
  }

  test('a recipient that the configuration does not name is not encrypted to', async (context) => {
    const config = CONFIG.replace('alice: {ALICE}', 'alice: {ALICE}\n  eve: {EVE}')
    const eve = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
    const wide = config.replace('{EVE}', eve).replaceAll('[alice]', '[alice, eve]')
    const repository = await secretRepository(context, wide)
    repository.write('dev/app.yaml', DEVELOPMENT)
    await repository.git('add', '--all')
    await repository.commit('first')
    repository.write('.secretsrc', CONFIG.replaceAll('{ALICE}', repository.key.recipient))
    repository.write('dev/app.yaml', `${DEVELOPMENT}new: marker-new\n`)
    const { status, stderr } = await repository.tryGit('add', 'dev')
    assert.is(status, 128)
    assert.match(stderr, `can be read by a recipient that environment development does not name`)
    assert.match(stderr, eve)
  })

  test('a selection that encrypts nothing is said', async (context) => {
    const repository = await secretRepository(context, `${CONFIG}    encrypt: { only: ^secret$ }\n`)
    repository.write('prod/app.env', 'PUBLIC=1\n')
    const { stderr } = await repository.git('add', 'prod')
    assert.match(stderr, 'secrets: warning: prod/app.env: the selection encrypts nothing in this file')
  })

  test("git's own files and the configuration are never encrypted, however wide a pattern is", async (context) => {
    const repository = await secretRepository(
      context,
      CONFIG.replace("'dev/**'", "'**'")
        .replace("    files: ['prod/**']", '    files: [x]')
        .replace('version: 1', 'version: 1\nmatch: first'),
    )
    repository.write('.gitignore', '*.tmp\n')
    repository.write('sub/.gitattributes', '*.x text\n')
    repository.write('name with blanks "and quotes".yaml', 'a: marker\n')
    await repository.git('add', '--all')
    for (const path of ['.secretsrc', '.gitattributes', '.gitignore', 'sub/.gitattributes']) {
      assert.is((await repository.git('show', `:${path}`)).stdout, repository.read(path))
    }
    assert.not.match(await repository.allObjects(), 'marker')
  })
})
