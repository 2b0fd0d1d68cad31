/** Encrypted files that somebody or something damaged, and keys that do not fit, at every command that reads. */
import * as assert from 'uvu/assert'
import { canonicalText } from '../../src/core/scalar.ts'
import { generateIdentity } from '../../src/keys/age/generate.ts'
import { suite } from '../support/suite.ts'
import { encryptedRepository, FILES, MARKER, type Refusal, type Repository } from './repository.ts'

const FILE = 'secrets/app.yaml'

/** Every command that has to decrypt the file. */
const READING: readonly { readonly args: readonly string[]; readonly more?: Partial<Refusal> }[] = [
  { args: ['decrypt', FILE] },
  { args: ['decrypt', '--in-place', 'all'] },
  { args: ['decrypt', '--output', 'out', 'all'] },
  { args: ['get', FILE, 'user'] },
  { args: ['set', FILE, 'user'], more: { stdin: `${MARKER}-new` } },
  { args: ['unset', FILE, 'user'] },
  { args: ['edit', FILE], more: { env: { SECRETS_EDITOR: 'node -e 1' } } },
  { args: ['run', FILE, '--', 'node', '-e', 'process.exit(9)'] },
]

async function everyReader(made: Repository, refusal: Refusal): Promise<void> {
  for (const { args, more } of READING) {
    await made.refuses(args, { ...refusal, ...more, env: { ...refusal.env, ...more?.env } })
  }
}

/** The first encrypted value with its first character changed. */
function damaged(text: string): string {
  return text.replace(
    /(user.{0,5}ENC\[AES256_GCM,data:)(.)/is,
    (_, before: string, first: string) => before + (first === 'A' ? 'B' : 'A'),
  )
}

suite('damaged files', (test) => {
  test('no key: says who could open the file and where keys were looked for', async (context) => {
    const made = await encryptedRepository(context)
    await everyReader(made, {
      status: 128,
      message: /secrets\/app\.\w+: cannot be opened|no identity/,
      env: { SECRETS_AGE_KEY: undefined },
    })
    const { stderr } = await made.run(['decrypt', FILE], { env: { SECRETS_AGE_KEY: undefined } })
    assert.match(stderr, /alice/)
    assert.match(stderr, /SECRETS_AGE_KEY/)
  })

  test('another key: the same, and names it by its public half', async (context) => {
    const made = await encryptedRepository(context)
    const other = await generateIdentity({ postQuantum: false })
    const env = { SECRETS_AGE_KEY: canonicalText(other.identity) }
    await everyReader(made, { status: 128, message: /secrets\/app\.\w+: /, env })
    const { stderr } = await made.run(['decrypt', FILE], { env })
    assert.match(stderr, new RegExp(other.recipient.slice(0, 12)))
  })

  test('a key that is none', async (context) => {
    const made = await encryptedRepository(context)
    await made.refuses(['decrypt', FILE], {
      status: 128,
      message: /no identity here opens this file/,
      hint: /SECRETS_AGE_KEY: line 1 is no age identity/,
      env: { SECRETS_AGE_KEY: `AGE-SECRET-KEY-1${MARKER}` },
    })
  })

  test('a damaged value: with its path and place', async (context) => {
    const made = await encryptedRepository(context)
    made.write(FILE, damaged(made.read(FILE)))
    await everyReader(made, { status: 25, message: /secrets\/app\.yaml:2:7: user: an encrypted value is damaged/ })
  })

  test('a damaged value in every format', async (context) => {
    for (const path of Object.keys(FILES).filter((one) => !one.endsWith('.bin'))) {
      const made = await encryptedRepository(context)
      made.write(path, damaged(made.read(path)))
      await made.refuses(['decrypt', path], {
        status: 25,
        message: /an encrypted value is damaged/,
        hint: /git|recover/,
      })
    }
  })

  test('values that changed places, a removed and a doubled line', async (context) => {
    const changes: readonly ((lines: string[]) => string[])[] = [
      (lines) => lines.with(1, (lines[1] ?? '').replace('user', 'USER')),
      (lines) => lines.toSpliced(1, 1),
      (lines) => lines.toSpliced(4, 0, lines[4] ?? ''),
    ]
    const expected = [25, 51, 51]
    for (const [index, change] of changes.entries()) {
      const made = await encryptedRepository(context)
      made.write(FILE, change(made.read(FILE).split('\n')).join('\n'))
      await made.refuses(['decrypt', FILE], { status: expected[index] ?? 0, message: /damaged|MAC does not match/ })
    }
  })

  test('a damaged, a missing and a moved MAC', async (context) => {
    const changes: readonly (readonly [RegExp, string])[] = [
      [/mac: ENC\[AES256_GCM,data:./, 'mac: ENC[AES256_GCM,data:='],
      [/ +mac: .*\n/, ''],
      [/lastmodified: "20../, 'lastmodified: "1999'],
      [/mac: ENC.*/, 'mac: none'],
    ]
    for (const [pattern, by] of changes) {
      const made = await encryptedRepository(context)
      made.write(FILE, made.read(FILE).replace(pattern, by))
      await everyReader(made, { status: 51, message: /secrets\/app\.yaml: .*MAC is (?:damaged|missing)/ })
    }
  })

  test('damaged metadata', async (context) => {
    const changes: readonly (readonly [RegExp, string, number])[] = [
      [/version: .*\n/, '', 65],
      [/version: .*/, 'version: three', 65],
      [/sops:[^]*/, 'sops: text\n', 65],
      [/ {4}age:[^]*(?= {4}lastmodified)/, '', 65],
      [/lastmodified: "(.*)"/, 'lastmodified: $1', 65],
      [/unencrypted_suffix: .*/, 'unencrypted_suffix: a\n    encrypted_suffix: b', 5],
      [/unencrypted_suffix: .*/, 'encrypted_regex: "["', 5],
    ]
    for (const [pattern, by, status] of changes) {
      const made = await encryptedRepository(context)
      made.write(FILE, made.read(FILE).replace(pattern, by))
      await made.refuses(['decrypt', FILE], { status, message: /secrets\/app\.yaml/ })
      await made.refuses(['set', FILE, 'user'], { status, message: /secrets\/app\.yaml/, stdin: MARKER })
    }
  })

  test('a damaged data key', async (context) => {
    const made = await encryptedRepository(context)
    const body = /-----BEGIN AGE ENCRYPTED FILE-----\n\s+(\S+)\n\s+(\S+)/
    made.write(
      FILE,
      made.read(FILE).replace(body, (all, first: string) => all.replace(first, first.toLowerCase())),
    )
    await everyReader(made, { status: 128, message: /secrets\/app\.yaml/ })
  })

  test('a file that was cut off, at every tenth', async (context) => {
    const made = await encryptedRepository(context)
    for (const path of Object.keys(FILES)) {
      const whole = made.read(path)
      for (let part = 1; part < 10; part += 1) {
        made.write(path, whole.slice(0, Math.floor((whole.length * part) / 10)))
        const { status, stdout, stderr } = await made.run(['decrypt', path])
        assert.ok([2, 25, 51, 65, 92, 128].includes(status), `${path} ${part}: ${status} ${stderr}`)
        assert.is(stdout, '')
        assert.not.match(stderr, new RegExp(MARKER))
      }
      made.write(path, whole)
    }
  }, 120)

  test('one damaged file among many: nothing is printed or written of any', async (context) => {
    const made = await encryptedRepository(context)
    made.write('secrets/app.json', damaged(made.read('secrets/app.json')))
    await made.refuses(['decrypt', '--in-place', 'all'], { status: 25, message: /secrets\/app\.json:2:\d+: / })
    await made.refuses(['decrypt', '--output', 'out', 'all'], { status: 25, message: /secrets\/app\.json:2:\d+: / })
    await made.refuses(['run', 'all', '--', 'node', '-e', '0'], { status: 25, message: /secrets\/app\.json/ })
  })
})
