/** The steps of the demonstration in which git takes part: it shows, merges and guards secret files. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, show, tell } from './sandbox.js'

const SETTINGS = 'config/staging.settings.json'

export async function installInGit(sandbox, { alice }) {
  tell('From here on git encrypts what is added, shows and merges secret files, and checks every commit')
  const { output } = await sandbox.run(['secrets', 'install'], { as: 'alice', env: alice })
  expect(output.includes('.gitattributes') && output.includes('pre-commit'), 'git was not set up')
  await sandbox.run(['git', 'add', '.'], { as: 'alice', env: alice })
  await sandbox.run(['git', 'commit', '--quiet', '-m', 'Encrypted secrets'], { as: 'alice', env: alice })
}

export async function showDifference(sandbox, { bob }) {
  tell('Git shows it too, to whoever has a key; what is committed is ciphertext')
  const { stdout } = await sandbox.run(['git', 'diff', '-U1', SETTINGS], { as: 'bob', env: bob })
  expect(/^-\s+"port": 587,$/m.test(stdout) && /^\+\s+"port": 465,$/m.test(stdout), 'git does not show the values')
  expect(!stdout.includes('ENC['), 'git shows ciphertext')
  await sandbox.run(['git', 'commit', '--quiet', '-am', 'New session secret'], { as: 'bob', env: bob })
  const shown = await sandbox.run(['git', 'show', '--stat', '--format=%an: %s'], { as: 'bob', env: bob })
  expect(/2 files changed/.test(shown.stdout), 'more changed than two files')
}

export async function mergeBranches(sandbox, { alice, bob }) {
  tell('Two branches change neighbouring lines of one file: that is no conflict')
  const branch = ['git', 'switch', '--quiet', '--create', 'new-mail-password']
  await sandbox.run(branch, { as: 'bob', env: bob })
  await setAndCommit(sandbox, ['mail.password', '--generate', 'alnum'], { as: 'bob', env: bob })
  await sandbox.run(['git', 'switch', '--quiet', 'main'], { as: 'alice', env: alice })
  await setAndCommit(sandbox, ['mail.port', '--plain-value', '2525'], { as: 'alice', env: alice })
  const merge = ['git', 'merge', '--no-edit', '--no-stat', 'new-mail-password']
  await sandbox.run(merge, { as: 'alice', env: alice })
  const blame = ['secrets', 'blame', SETTINGS]
  const { stdout } = await sandbox.run(blame, { as: 'alice', env: alice })
  expect(/bob.*mail\.password/.test(stdout) && /alice.*mail\.port/.test(stdout), 'a change was lost')
  const status = await sandbox.run(['secrets', 'status', 'staging'], { as: 'alice', env: alice })
  expect(!status.output.includes('damaged'), 'the merged file is not well')
}

async function setAndCommit(sandbox, [path, ...value], person) {
  await sandbox.run(['secrets', 'set', 'staging', path, ...value], person)
  await sandbox.run(['git', 'commit', '--quiet', '-am', `Set ${path}`], person)
}

export async function guardCommits(sandbox, { alice }) {
  tell('A file in clear is encrypted on its way into git')
  const file = 'config/development.env'
  const person = { as: 'alice', env: alice }
  writeFileSync(join(sandbox.shop, file), 'API_TOKEN=in-clear-in-the-work-tree\n')
  show(sandbox, file)
  await sandbox.run(['git', 'add', file], person)
  const { stdout } = await sandbox.run(['git', 'cat-file', 'blob', `:${file}`], person)
  expect(/^API_TOKEN=ENC\[/m.test(stdout) && !stdout.includes('in-clear'), 'a value in clear was added')
  await sandbox.run(['git', 'commit', '--quiet', '-m', 'New token'], person)
  tell('A secret in any other file stops the commit')
  const { stdout: password } = await sandbox.run(['secrets', 'get', 'staging', 'mail.password'], {
    ...person,
    quiet: true,
    typed: 'echo "The password of the mail server is $(secrets get staging mail.password)" >> NOTES.md',
  })
  const notes = join(sandbox.shop, 'NOTES.md')
  writeFileSync(notes, `The password of the mail server is ${password.trim()}\n`)
  await sandbox.run(['git', 'add', 'NOTES.md'], person)
  const refused = await sandbox.run(['git', 'commit', '-m', 'Write down how to send mail'], { ...person, status: 1 })
  expect(refused.output.includes('NOTES.md:1'), 'the commit was stopped by something else')
  expect(!refused.output.includes(password.trim()), 'the secret was printed')
  await sandbox.run(['git', 'rm', '--quiet', '--force', 'NOTES.md'], person)
  rmSync(notes, { force: true })
  const log = await sandbox.run(['git', 'log', '--format=%an: %s'], person)
  expect(!log.stdout.includes('Write down'), 'the commit was made')
  expect(!readFileSync(join(sandbox.shop, SETTINGS), 'utf8').includes(password.trim()), 'the file is in clear')
}
