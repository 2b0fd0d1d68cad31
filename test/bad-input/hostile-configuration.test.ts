/** A configuration comes with the repository, from anybody: it cannot reach out of it. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { configuration, encryptedRepository, MARKER, repository } from './repository.ts'

suite('a hostile configuration', (test) => {
  for (const pattern of ['../outside/**', '/etc/*', 'secrets/../../x', 'C:\\x', '..\\outside\\*']) {
    test(`files ${pattern}`, async (context) => {
      const made = await repository(context, { 'secrets/app.yaml': `a: ${MARKER}\n` })
      made.write('.secretsrc', configuration(made.recipient).replace('secrets/**', `'${pattern}'`))
      for (const args of [['encrypt'], ['decrypt', 'all'], ['status'], ['edit', 'all']]) {
        await made.refuses(args, { status: 5, message: /\.secretsrc:6:\d+: / })
      }
    })
  }

  test('a file that is a link out of the repository', async (context) => {
    const made = await encryptedRepository(context)
    const outside = temporaryFolder(context)
    symlinkSync(join(outside, 'target.yaml'), join(made.folder, 'secrets', 'link.yaml'))
    await made.refuses(['decrypt', 'secrets/link.yaml'], { status: 100, message: /link\.yaml/ })
    const inside = await repository(context, { 'app.yaml': `a: ${MARKER}\n` })
    symlinkSync(join(inside.folder, 'app.yaml'), join(made.folder, 'secrets', 'other.yaml'))
    await made.refuses(['encrypt', 'secrets/other.yaml'], { status: 77, message: /other\.yaml: .*link/ })
    await inside.refuses(['get', 'app.yaml', 'a'], { status: 65, message: /app\.yaml: the file is not encrypted/ })
  })

  test('a folder that is a link out of the repository', async (context) => {
    const made = await repository(context, { 'secrets/app.yaml': `a: ${MARKER}\n` })
    const inside = await repository(context, { 'app.yaml': `a: ${MARKER}\n` })
    symlinkSync(inside.folder, join(made.folder, 'secrets', 'far'))
    await made.refuses(['encrypt', 'secrets/far/app.yaml'], { status: 77, message: /far\/app\.yaml: .*link/ })
    await inside.refuses(['get', 'app.yaml', 'a'], { status: 65, message: /the file is not encrypted/ })
  })

  const broken: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a recipient that nobody is': ['recipients: [alice]|recipients: [alcie]', /\.secretsrc:7:\d+: .*alcie/],
    'a key that does not exist': [
      '    recipients: [alice]|    recipients: [alice]\n    run: echo',
      /\.secretsrc:8:5: .*run/,
    ],
    'a cycle of YAML aliases': ['alice: |alice: &a [*a]\n  bob: ', /\.secretsrc:3:\d+: /],
    'a text that is no YAML': ['environments:|environments: [', /\.secretsrc:\d+:\d+: /],
    'a version of the future': ['version: 1|version: 99', /\.secretsrc:1:\d+: /],
    'a recipient that is a command': ['alice: age1|alice: $(touch x) age1', /\.secretsrc:3:\d+: |recipient/],
  }
  for (const [name, [change, message]] of Object.entries(broken)) {
    test(name, async (context) => {
      const made = await repository(context, { 'secrets/app.yaml': `a: ${MARKER}\n` })
      const [from = '', to = ''] = change.split('|')
      made.write('.secretsrc', configuration(made.recipient).replace(from, to))
      const { status } = await made.run(['encrypt'])
      await made.refuses(['encrypt'], { status: [5, 78].includes(status) ? status : 5, message })
    })
  }

  test('two environments that claim one file', async (context) => {
    const made = await repository(context, { 'secrets/app.yaml': `a: ${MARKER}\n` })
    made.write(
      '.secretsrc',
      `${configuration(made.recipient)}  more:\n    files: secrets/app.*\n    recipients: [alice]\n`,
    )
    await made.refuses(['encrypt'], {
      status: 5,
      message: /\.secretsrc:\d+:\d+: .*secrets\/app\.yaml|secrets\/app\.yaml/,
    })
  })

  test('a configuration larger than any that somebody writes, and an alias bomb in it', async (context) => {
    const made = await repository(context, {})
    const levels = Array.from({ length: 30 }, (_, index) =>
      index === 0 ? 'x0: &x0 [a, b]' : `x${index}: &x${index} [*x${index - 1}, *x${index - 1}]`,
    )
    made.write('.secretsrc', `${levels.join('\n')}\n${configuration(made.recipient)}`)
    await made.refuses(['encrypt'], { status: 5, message: /\.secretsrc:\d+:\d+: / })
    made.write('.secretsrc', `${configuration(made.recipient)}${'# filler\n'.repeat(1_000_000)}`)
    await made.refuses(['encrypt'], { status: 2, message: /\.secretsrc: a configuration of more than 1024 KiB/ })
  })
})
