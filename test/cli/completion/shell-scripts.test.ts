import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { SHELL_SCRIPTS, type Shell } from '../../../src/cli/completion/shell-scripts.ts'
import { isolatedEnvironment, pathWith } from '../../support/isolated-environment.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

suite('shell scripts', (test) => {
  test('bash completes commands, options and files as a person would press the key', async (context) => {
    const cwd = folderWithShell('bash', context)
    assert.equal(await bash(cwd, 'secrets keyg'), ['keygen'])
    assert.equal(await bash(cwd, 'secrets keygen --o'), ['--output'])
    assert.equal(await bash(cwd, 'secrets completion '), ['bash', 'fish', 'zsh'])
    assert.equal(await bash(cwd, 'secrets keygen --output a'), ['a b.json', 'a.json'])
    assert.equal(await bash(cwd, 'secrets keygen --output=a.'), ['a.json'])
    assert.equal(await bash(cwd, 'secrets nonsense x'), [])
  })

  test('bash completes in the middle of a line', async (context) => {
    const cwd = folderWithShell('bash', context)
    assert.equal(await bash(cwd, 'secrets keyg', ' --quiet'), ['keygen'])
  })

  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    test(`${shell} reads its script`, async (context) => {
      const cwd = folderWithShell(shell, context)
      writeFileSync(join(cwd, 'script'), SHELL_SCRIPTS[shell])
      const { status, stderr } = await inShell(shell, cwd, ['-n', 'script'])
      assert.equal([status, stderr], [0, ''])
    })
  }

  test('fish completes commands', async (context) => {
    const cwd = folderWithShell('fish', context)
    writeFileSync(join(cwd, 'script'), SHELL_SCRIPTS.fish)
    const { stdout } = await inShell('fish', cwd, ['-c', 'source script; complete -C "secrets keyg"'])
    assert.match(stdout, /^keygen\t/)
  })

  test('zsh defines its completion', async (context) => {
    const cwd = folderWithShell('zsh', context)
    writeFileSync(join(cwd, 'script'), SHELL_SCRIPTS.zsh)
    const { stdout } = await inShell('zsh', cwd, [
      '-fc',
      'autoload -U compinit; compinit -D; . ./script; print $_comps[secrets]',
    ])
    assert.is(stdout, '_secrets\n')
  })
})

/** Presses the tab key behind `before`: the words are torn apart as readline does it, at blanks and at `=` and `:`. */
async function bash(cwd: string, before: string, after = ''): Promise<readonly string[]> {
  const words = before.match(/[=:]+|[^\s=:]+/g) ?? []
  const torn = /\s$/.test(before) ? [...words, ''] : words
  const program = [
    SHELL_SCRIPTS.bash,
    `COMP_WORDS=(${torn.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${torn.length - 1}`,
    `COMP_LINE='${before}${after}' COMP_POINT=${before.length}`,
    '_secrets',
    '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}" | sort',
  ]
  const { status, stdout, stderr } = await inShell('bash', cwd, ['-c', program.join('\n')])
  assert.equal([status, stderr], [0, ''])
  return stdout.split('\n').slice(0, -1)
}

function folderWithShell(shell: Shell, context: TestContext): string {
  const cwd = temporaryFolder(context)
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const installed = process.platform !== 'win32' && folders.some((folder) => existsSync(join(folder, shell)))
  if (!installed) context.skip(`${shell} is not installed`)
  mkdirSync(join(cwd, '.bin'))
  const quoted = [process.execPath, secretsProgram()].map((part) => `'${part}'`).join(' ')
  writeFileSync(join(cwd, '.bin', 'secrets'), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 })
  for (const name of ['a.json', 'a b.json', 'c.json']) writeFileSync(join(cwd, name), '{}')
  return cwd
}

function inShell(shell: Shell, cwd: string, args: readonly string[]): Promise<ProgramResult> {
  const env = isolatedEnvironment(cwd, { PATH: pathWith(join(cwd, '.bin')), LC_ALL: 'C' })
  return runProgram(shell, args, { cwd, env })
}
