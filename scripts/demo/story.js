/** The steps of the demonstration, in order. Each prints what is typed and what comes of it, and throws `Unexpected` where that is not as told. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { guardCommits, installInGit, mergeBranches, showDifference } from './git-story.js'
import { expect, show, tell } from './sandbox.js'

/** Every step gets the sandbox and what the steps before it left in `state`. */
export const story = [
  makeKeys,
  describeProject,
  encryptAll,
  installInGit,
  changeValues,
  readDifference,
  showDifference,
  mergeBranches,
  guardCommits,
  runPipeline,
]

async function makeKeys(sandbox, state) {
  tell('Two developers and two runners get a key each; only the public halves leave their machines')
  for (const name of ['alice', 'bob']) {
    const { stdout } = await sandbox.run(['secrets', 'keygen'], { as: name, env: sandbox.env(name) })
    state.recipients.set(name, stdout.trim())
  }
  for (const name of ['runner-staging', 'runner-production']) {
    const file = join(sandbox.keys, `${name}.txt`)
    const words = ['secrets', 'keygen', '--quiet', '--output', file]
    const typed = `secrets keygen --quiet --output ../keys/${name}.txt`
    const { stdout } = await sandbox.run(words, { as: 'alice', env: state.alice, typed })
    state.recipients.set(name, stdout.trim())
  }
}

async function describeProject(sandbox, state) {
  tell('.secretsrc says who can read what: three environments, one list of names')
  await sandbox.run(['git', 'init', '--quiet', '--initial-branch=main'], { as: 'alice', env: state.alice })
  const file = join(sandbox.shop, '.secretsrc')
  const named = [...state.recipients].reduce(
    (text, [name, key]) => text.replace(new RegExp(`^(  ${name}: ).*$`, 'm'), `$1${key}`),
    readFileSync(file, 'utf8').replace(/ The keys are examples.*/, ''),
  )
  writeFileSync(file, named)
  const shown = show(sandbox, '.secretsrc')
  expect(
    [...state.recipients.values()].every((key) => shown.includes(key)),
    '.secretsrc does not hold all keys',
  )
}

async function encryptAll(sandbox, state) {
  tell('A file in clear; then all files are encrypted, in place and at once; the same file again')
  const file = 'config/staging.settings.json'
  const before = show(sandbox, file)
  const { output } = await sandbox.run(['secrets', 'encrypt'], { as: 'alice', env: state.alice })
  expect(output.includes('deploy/production/tls.pem') || output.includes('10 files'), 'not all files were encrypted')
  const after = show(sandbox, file)
  expect(before.includes('example-staging-mail') && !after.includes('example-staging'), 'a value is still in clear')
  expect(after.includes('"password": "ENC['), 'the keys cannot be read any more')
  tell('What Kubernetes and reviewers have to see stays readable')
  const manifest = show(sandbox, 'deploy/production/database.secret.yaml')
  expect(manifest.includes('kind: Secret') && !manifest.includes('example-production'), 'the manifest is not right')
}

async function changeValues(sandbox, state) {
  tell('Bob changes a value without ever seeing it, and others in his editor')
  const generate = ['secrets', 'set', 'staging', 'SESSION_SECRET', '--generate', 'hex']
  await sandbox.run(generate, { as: 'bob', env: state.bob })
  const editor = join(sandbox.folder, 'editor.js')
  writeFileSync(
    editor,
    scriptedEditor([
      ['"port": 587', '"port": 465'],
      ['"retries": 3', '"retries": 3,\n    "timeout": 30'],
    ]),
  )
  const env = { ...state.bob, EDITOR: `"${process.execPath}" "${editor}"` }
  await sandbox.run(['secrets', 'edit', 'config/staging.settings.json'], { as: 'bob', env })
}

/** A program that changes the file it is given as a person would. */
function scriptedEditor(replacements) {
  return [
    "const { readFileSync, writeFileSync } = require('node:fs')",
    'const file = process.argv.at(-1)',
    `const replace = (text, [from, to]) => text.replace(from, to)`,
    `writeFileSync(file, ${JSON.stringify(replacements)}.reduce(replace, readFileSync(file, 'utf8')))`,
    '',
  ].join('\n')
}

async function readDifference(sandbox, state) {
  tell('What changed, by name; values only for those who ask')
  const { stdout } = await sandbox.run(['secrets', 'diff'], { as: 'bob', env: state.bob })
  for (const path of ['SESSION_SECRET', 'mail.port', 'payment.timeout']) {
    expect(stdout.includes(path), `the difference does not show ${path}`)
  }
  expect(!stdout.includes('465') && !stdout.includes('mail.password'), 'the difference shows too much')
  const words = ['secrets', 'diff', '--reveal', 'config/staging.settings.json']
  const revealed = await sandbox.run(words, { as: 'bob', env: state.bob })
  expect(/587.*465/.test(revealed.stdout), 'the values are not shown')
}

async function runPipeline(sandbox) {
  tell('The pipeline has nothing but the key of the staging runner: the shop starts with its settings')
  const secret = readFileSync(join(sandbox.keys, 'runner-staging.txt'), 'utf8')
  const key = /^AGE-SECRET-KEY-.*$/m.exec(secret)?.[0] ?? ''
  const env = { ...sandbox.env('runner'), SECRETS_AGE_KEY: key }
  const started = await sandbox.run(startShop('staging'), { as: 'runner', env })
  expect(started.stdout.includes('the shop can start'), 'the shop did not start')
  tell('It is refused production, and told who could read it')
  const refused = await sandbox.run(startShop('production'), { as: 'runner', env, status: 128 })
  expect(refused.stdout === '' && refused.output.includes('runner-production'), 'the refusal is not clear')
  expect(!`${started.output}${refused.output}`.includes('AGE-SECRET-KEY'), 'a key was printed')
}

function startShop(environment) {
  return ['secrets', 'run', '--upper-case', environment, '--', 'node', 'app/check-config.js']
}
