/**
 * Git over 1,000 files of 20 values: ours, git-crypt, a filter that does nothing and no filter at all, in repositories of
 * their own.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manyDocuments } from './inputs.js'
import { run } from './measure.js'
import { ours } from './workbench.js'

const NOOP = 'no-op'
const GIT_CRYPT = 'git-crypt'
const PLAIN = 'plain git'
const COUNT = 1_000
const CHANGED = 200
const noopFilter = fileURLToPath(new URL('noop-filter.cjs', import.meta.url))

/** Each case prepares the repository, untimed, and runs one command in it. */
export const gitCases = [
  gitCase('git add of 1,000 new files', ['add', '.'], (repository) => {
    // Objects too: git writes none that it has, and a filter that always gives the same would never have it write any.
    for (const name of ['index', 'refs/heads', 'objects', 'secretsrc']) {
      rmSync(join(repository.folder, '.git', name), { recursive: true, force: true })
    }
    repository.git('init', '--quiet')
  }),
  gitCase('git status after touching 1,000 files', ['status', '--short'], (repository) => {
    repository.commit()
    const now = new Date()
    for (const file of repository.files) utimesSync(file, now, now)
  }),
  gitCase('git checkout of 1,000 files', ['checkout', '--', '.'], (repository) => {
    repository.commit()
    rmSync(join(repository.folder, 'secrets'), { recursive: true, force: true })
  }),
  unlockCase(),
  diffCase(`diff of ${CHANGED} changed files`, ours('diff')),
  diffCase(`git diff of ${CHANGED} changed files`, ['git', '--no-pager', 'diff']),
]

function gitCase(name, args, before) {
  return {
    name,
    rounds: 3,
    large: true,
    goals: [
      { of: GIT_CRYPT, most: 1 / 4, aim: 1 / 5 },
      { of: NOOP, most: 1.5, aim: 1.5 },
    ],
    contestants: (bench) =>
      repositories(bench).map((repository) => ({
        name: repository.name,
        before: () => before(repository),
        steps: [['git', '-C', repository.folder, ...args]],
      })),
  }
}

function unlockCase() {
  return {
    name: 'unlock 1,000 files',
    rounds: 3,
    large: true,
    goals: [{ of: GIT_CRYPT, most: 1 / 10, aim: 1 / 10 }],
    contestants: (bench) =>
      repositories(bench).flatMap((repository) => {
        const { lock, unlock } = repository
        if (unlock === undefined) return []
        const inside = ([program, ...args]) => run([program, ...args], { ...bench.options, cwd: repository.folder })
        const before = () => {
          repository.commit()
          inside(lock)
        }
        return [{ name: repository.name, before, steps: [['env', '-C', repository.folder, ...unlock]] }]
      }),
  }
}

/** One value changes in each file; `command` is what we do where the others run `git diff`. */
function diffCase(name, command) {
  return {
    name,
    rounds: 3,
    large: true,
    goals: [{ of: GIT_CRYPT, most: 1 / 4, aim: 1 / 5 }],
    contestants: (bench) =>
      repositories(bench).map((repository) => ({
        name: repository.name,
        before: () => {
          repository.commit()
          for (const file of repository.files.slice(0, CHANGED)) {
            const value = `v${Math.random().toString(36).slice(2)}`
            writeFileSync(file, readFileSync(file, 'utf8').replace(/key_3: .*/, `key_3: ${value}`))
          }
        },
        steps: [
          [
            'env',
            '-C',
            repository.folder,
            ...(repository.name === 'secrets' ? command : ['git', '--no-pager', 'diff']),
          ],
        ],
      })),
  }
}

/** Made once for each bench. */
const made = new WeakMap()

function repositories(bench) {
  const known = made.get(bench)
  if (known !== undefined) return known
  const found = [
    newRepository(bench, PLAIN, ''),
    noop(bench),
    secrets(bench),
    ...(isInstalled(GIT_CRYPT) ? [gitCrypt(bench)] : []),
  ]
  made.set(bench, found)
  return found
}

function noop(bench) {
  const repository = newRepository(bench, NOOP, 'secrets/** filter=noop\n')
  repository.git('config', 'filter.noop.process', `'${process.execPath}' '${noopFilter}'`)
  repository.git('config', 'filter.noop.required', 'true')
  return repository
}

function secrets(bench) {
  const repository = newRepository(bench, 'secrets', '')
  const config = `version: 1\nrecipients: { me: ${bench.recipient} }\nenvironments:\n  all: { files: 'secrets/**', recipients: [me], checkout: decrypted }\n`
  writeFileSync(join(repository.folder, '.secretsrc'), config)
  run(ours('install', '--quiet'), { ...bench.options, cwd: repository.folder })
  return { ...repository, lock: ours('lock', '--quiet'), unlock: ours('unlock', '--quiet') }
}

function gitCrypt(bench) {
  const repository = newRepository(bench, GIT_CRYPT, 'secrets/** filter=git-crypt diff=git-crypt\n')
  const key = join(bench.folder, 'git-crypt.key')
  run([GIT_CRYPT, 'init'], { ...bench.options, cwd: repository.folder })
  run([GIT_CRYPT, 'export-key', key], { ...bench.options, cwd: repository.folder })
  return { ...repository, lock: [GIT_CRYPT, 'lock'], unlock: [GIT_CRYPT, 'unlock', key] }
}

function newRepository(bench, name, attributes) {
  const folder = join(bench.folder, `git-${name.replace(' ', '-')}`)
  const files = manyDocuments(join(folder, 'secrets'), COUNT, 20)
  const git = (...args) => run(['git', '-C', folder, ...args], bench.options)
  git('init', '--quiet')
  const settings = { 'gc.auto': '0', 'core.fsync': 'none', 'user.name': 'bench', 'user.email': 'bench@example.com' }
  for (const [key, value] of Object.entries(settings)) git('config', key, value)
  if (attributes !== '') writeFileSync(join(folder, '.gitattributes'), attributes)
  const commit = () => {
    git('add', '.')
    git('commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'all')
  }
  return { name, folder, files, git, commit }
}

function isInstalled(program) {
  return spawnSync(program, ['--version']).status === 0
}
