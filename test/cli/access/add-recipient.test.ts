/** `recipients add`, by every kind of key and from every place that one comes from. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { generateIdentity } from '../../../src/keys/age/generate.ts'
import { person } from '../../keys/support/keyring-parts.ts'
import { type GitSandbox, gitSandbox } from '../../support/git-sandbox.ts'
import { projectRoot } from '../../support/imports.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Outcome, run } from '../in-process.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333'

/** Keys, with the kind that is told and the text that is written. */
const KEYS: Readonly<Record<string, readonly [kind: string, key: string]>> = {
  age: ['age', (await person()).recipient],
  'post-quantum age': ['age', (await generateIdentity({ postQuantum: true })).recipient],
  'ed25519 of SSH': ['ssh', sshKey('ed25519')],
  'RSA of SSH': ['ssh', sshKey('rsa')],
  'an ARN': ['aws-kms', `${ARN}:key/01234567-89ab-cdef-0123-456789abcdef`],
  'an alias, with a role': ['aws-kms', `${ARN}:alias/app+arn:aws:iam::111122223333:role/deploy`],
  'a key of Google Cloud': ['gcp-kms', 'projects/p/locations/global/keyRings/r/cryptoKeys/k'],
  'a key of Azure': ['azure-key-vault', 'https://acme.vault.azure.net/keys/sops'],
  'a key of Vault': ['vault-transit', 'https://vault.example.org:8200/v1/transit/keys/app'],
  'a PGP fingerprint': ['pgp', 'ABCD EF01 2345 6789 ABCD  EF01 2345 6789 ABCD EF01'],
}

const BEFORE = `# who reads what
version: 1

recipients:   # people first
    alice: age1nynjztd0h9nguqfqz4399v022wnv03ppp28v4h2njtlzpg5kzyuqe90x8k   # the boss
    # machines below

environments: { e: { files: [ 'a/**' ], recipients: [ alice ] } } # one
`

function sshKey(name: string): string {
  return readFileSync(join(projectRoot, `test/fixtures/ssh/${name}.pub`), 'utf8').trim()
}

interface Project extends GitSandbox {
  add(argv: readonly string[], stdin?: string): Promise<Outcome>
}

async function project(context: Pick<TestContext, 'onCleanup'>, config: string = BEFORE): Promise<Project> {
  const git = await gitSandbox(context)
  git.write('.secretsrc', config)
  const add: Project['add'] = (argv, stdin) =>
    run(['recipients', 'add', 'new', ...argv], {
      cwd: git.folder,
      env: git.env,
      ...(stdin === undefined ? {} : { stdin }),
    })
  return { ...git, add }
}

/** The new line, which must be the only difference. */
function addedLine(after: string, before: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const at = now.findIndex((line, index) => line !== old[index])
  assert.equal([...now.slice(0, at), ...now.slice(at + 1)], old)
  return now[at] ?? ''
}

suite('recipients add', (test) => {
  for (const [name, [kind, key]] of Object.entries(KEYS)) {
    for (const [source, argv, stdin] of [
      ['as an argument', [key], undefined],
      ['from standard input', ['-'], `# a comment\r\n\r\n${key}\r\n`],
      ['from a file', ['--from-file', 'new.pub'], undefined],
    ] as const) {
      test(`takes ${name} ${source}, and changes nothing else`, async (context) => {
        const made = await project(context)
        made.write('new.pub', `${key}\n`)
        const { status, stderr } = await made.add(argv, stdin)
        assert.is(status, 0, stderr)
        assert.match(stderr, /added new; compare with its owner: SHA256:[A-Za-z0-9+/]{43}\n/)
        assert.match(addedLine(made.read('.secretsrc'), BEFORE), /^ {4}new: /)
        const listed = await run(['recipients', '--json'], { cwd: made.folder, env: made.env })
        const found: readonly { name: string; kind: string; fingerprint: string; usable: boolean }[] = JSON.parse(
          listed.stdout,
        )
        const [recipient] = found.filter((one) => one.name === 'new')
        assert.equal([recipient?.kind, recipient?.usable], [kind, true])
        assert.match(stderr, recipient?.fingerprint ?? 'no fingerprint')
        assert.match((await made.add(argv, stdin)).stderr, 'new is there already, with this key')
      })
    }
  }

  test('keeps Windows line endings, and finds its place in a mapping on one line or in none', async (context) => {
    const [, key] = KEYS['age'] ?? ['', '']
    const windows = await project(context, BEFORE.replaceAll('\n', '\r\n'))
    assert.is((await windows.add([key])).status, 0)
    assert.match(addedLine(windows.read('.secretsrc'), BEFORE.replaceAll('\n', '\r\n')), /^ {4}new: age1.*\r$/)
    const flow = await project(
      context,
      BEFORE.replace(
        /recipients: {3}[\s\S]*below\n/,
        'recipients: { alice: age1nynjztd0h9nguqfqz4399v022wnv03ppp28v4h2njtlzpg5kzyuqe90x8k }\n',
      ),
    )
    assert.is((await flow.add([key])).status, 0)
    assert.match(flow.read('.secretsrc'), `x8k, new: ${key} }`)
  })

  test('the keys of a user of GitHub: one is chosen, and the fingerprints are those of ssh-keygen', async (context) => {
    const made = await project(context)
    const keys = `${sshKey('ecdsa')}\n${sshKey('ed25519')}\n${sshKey('rsa')}\n`
    const several = await made.add(['-'], keys)
    assert.is(several.status, 64)
    assert.match(several.stderr, /3 keys were given/)
    assert.match(several.stderr, 'choose one with --number 1 to --number 3')
    made.write('one.pub', sshKey('ed25519'))
    const keygen = await runProgram('ssh-keygen', ['-l', '-f', join(made.folder, 'one.pub')], {
      cwd: made.folder,
      env: made.env,
    }).catch(() => undefined)
    if (keygen?.status === 0) assert.match(several.stderr, `  2: ssh-ed25519 ${keygen.stdout.split(' ')[1]}`)
    const unsuitable = await made.add(['-', '--number', '1'], keys)
    assert.is(unsuitable.status, 78)
    assert.match(unsuitable.stderr, 'an SSH key of a kind that age cannot encrypt to')
    assert.is(made.read('.secretsrc'), BEFORE)
    assert.is((await made.add(['-', '--number', '4'], keys)).status, 64)
    const { status, stderr } = await made.add(['-', '--number', '2'], keys)
    assert.is(status, 0, stderr)
    if (keygen?.status === 0) assert.match(stderr, `compare with its owner: ${keygen.stdout.split(' ')[1]}`)
    assert.match(made.read('.secretsrc'), `    new: ${sshKey('ed25519')}\n`)
  })

  test('nothing is fetched, and nothing that is no public key is taken', async (context) => {
    const made = await project(context)
    for (const [argv, stdin, said] of [
      [['github:octocat'], undefined, 'curl -fsS https://github.com/octocat.keys | secrets recipients add new -'],
      [['-'], '\n# none\n', 'there is no key in what was given'],
      [['-'], '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n', 'this is a secret key'],
      [['arn:aws:kms:eu-west-1:1:key/x'], undefined, 'malformed'],
      [['--from-file', 'nowhere.pub'], undefined, 'nowhere.pub'],
    ] as const) {
      const { status, stderr } = await made.add(argv, stdin)
      assert.is.not(status, 0)
      assert.match(stderr, said)
      assert.not.match(stderr, made.folder)
      assert.is(made.read('.secretsrc'), BEFORE)
    }
  })
})
