/** What `status` and `doctor` say of files in clear, and of what is not the fault of a file; with real git. */
import * as assert from 'uvu/assert'
import { suite, type TestContext } from '../support/suite.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'

const FILE = 'dev/app.yaml'

suite('status of files in clear', (test) => {
  test('they are in order: new, and once git has them encrypted', async (context) => {
    const repository = await withFile(context)
    const fresh = await repository.secrets('status', 'development')
    assert.is(fresh.status, 0, fresh.stdout)
    assert.match(fresh.stdout, `new       ${FILE}  development, not in git yet: "git add" encrypts it\n`)
    await repository.git('add', '--intent-to-add', FILE)
    assert.match((await repository.secrets('status', 'development')).stdout, `new       ${FILE}`)
    await repository.git('add', '--all')
    const { status, stdout } = await repository.secrets('status', 'development')
    assert.is(status, 0, stdout)
    assert.match(stdout, `ok        ${FILE}  development, in clear here, encrypted in git\n1 file, 1 in order\n`)
    const json: unknown = JSON.parse((await repository.secrets('status', '--json')).stdout)
    assert.match(JSON.stringify(json), '"state":"encrypted","workTree":"in clear","inOrder":true,"encrypted":1')
    const doctor = await repository.secrets('doctor')
    assert.match(doctor.stdout, `ok       development: opens (${FILE})`)
    assert.not.match(doctor.stdout, 'in clear:')
  }, 180)

  test('what git would store in clear, or has in clear, is told with what mends it', async (context) => {
    const repository = await withFile(context)
    await repository.git('config', '--unset', 'filter.secrets.required')
    const open = await repository.secrets('status', 'development')
    assert.is(open.status, 1)
    assert.match(open.stdout, `plain     ${FILE}  development\n`)
    assert.match(open.stdout, 'git would store it in clear: it is not set up to encrypt this file here\n')
    assert.match(open.stdout, /^ {2}secrets install$/m)
    assert.match((await repository.secrets('doctor')).stdout, `development: in clear: ${FILE}`)
    await repository.git('-c', 'filter.secrets.process=', 'add', FILE)
    await repository.secrets('install')
    const stored = await repository.secrets('status', 'development')
    assert.is(stored.status, 1)
    assert.match(stored.stdout, / {10}git has it in clear\n/)
    assert.match(stored.stdout, `  git add --renormalize ${FILE}\n`)
    await repository.git('add', '--renormalize', FILE)
    assert.is((await repository.secrets('status', 'development')).status, 0)
  }, 180)

  test('what differs in git from the configuration is told, and sync mends it there', async (context) => {
    const repository = await withFile(context)
    await repository.git('add', '--all')
    const config = repository.read('.secretsrc')
    repository.write(
      '.secretsrc',
      config.replace('environments:', `  bob: ${BOB}\nenvironments:`).replace('[alice]', '[alice, bob]'),
    )
    const { status, stdout } = await repository.secrets('status', 'development')
    assert.is(status, 1)
    assert.match(stdout, '+ bob: in the configuration, cannot read the file')
    assert.match(stdout, `  secrets sync ${FILE}\n`)
    assert.is((await repository.secrets('sync', '--yes', FILE)).status, 0)
    assert.is((await repository.secrets('status', 'development')).status, 0)
  })

  test('a recipient that is of no known kind is the fault of the configuration, and of no file', async (context) => {
    const repository = await withFile(context)
    await repository.git('add', '--all')
    const config = repository.read('.secretsrc')
    repository.write(
      '.secretsrc',
      config.replace('environments:', '  odd: odd:key\nenvironments:').replace('[alice]', '[alice, odd]'),
    )
    const { status, stdout } = await repository.secrets('status', 'development')
    assert.is(status, 1)
    assert.match(stdout, `unclear   ${FILE}`)
    assert.match(stdout, '.secretsrc: line 4:3: recipient odd: a recipient of no known kind')
    assert.not.match(stdout, 'damaged')
    assert.not.match(stdout, 'git checkout')
  })
})

const BOB = 'age1djdns2enrct4duahddlu8w5l2yulq7n2wddsa7xej5er70lk0a7qm60wnp'

async function withFile(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await secretRepository(context)
  repository.write(FILE, 'db: "marker-password"\n')
  return repository
}
