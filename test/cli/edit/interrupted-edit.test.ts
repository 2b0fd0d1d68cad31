import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { type ProjectSandbox, projectSandbox } from '../../support/project-sandbox.ts'
import { runSecrets, secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** Changes the file, says where it is, and waits for ever. */
const EDITOR = `
import { renameSync, writeFileSync } from 'node:fs'
const file = process.argv.at(-1)
writeFileSync(file, 'password: marker-typed\\n')
writeFileSync('seen.tmp', file)
renameSync('seen.tmp', 'seen')
setInterval(() => {}, 1000)
`

interface Running {
  readonly project: ProjectSandbox
  readonly pid: number
  readonly file: string
  readonly ended: Promise<{ readonly status: number | null; readonly stderr: string }>
}

async function startEdit(context: TestContext): Promise<Running> {
  const project = await projectSandbox(context, { 'staging/app.yaml': 'password: marker-old\n' })
  project.write('editor.mjs', EDITOR)
  const child = spawn(process.execPath, [secretsProgram(), 'edit', 'staging/app.yaml'], {
    cwd: project.folder,
    env: isolatedEnvironment(project.folder, { ...project.env, SECRETS_EDITOR: 'node editor.mjs' }),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own, as a shell gives a command: the terminal's Ctrl-C goes to all of it.
    detached: true,
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<{ status: number | null; stderr: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, stderr }))
  })
  const pid = child.pid ?? 0
  context.onCleanup(() => endGroup(pid))
  while (!existsSync(join(project.folder, 'seen'))) await delay(20)
  return { project, pid, ended, file: readFileSync(join(project.folder, 'seen'), 'utf8') }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

const signals = [
  { signal: 'SIGINT', group: true, status: 130 },
  { signal: 'SIGTERM', group: false, status: 143 },
  { signal: 'SIGHUP', group: false, status: 129 },
] as const

suite('an interrupted edit', (test) => {
  for (const { signal, group, status } of signals) {
    test(`${signal} ends the editor, leaves nothing in clear and loses nothing`, async (context) => {
      if (process.platform === 'win32') context.skip('Windows has no such signals')
      const before = await startEdit(context)
      const sealed = before.project.read('staging/app.yaml')
      process.kill(group ? -before.pid : before.pid, signal)
      const end = await before.ended
      assert.is(end.status, status, end.stderr)
      assert.match(end.stderr, /the editor was interrupted; nothing was written/)
      assert.not.match(end.stderr, /marker/)
      assert.not.ok(existsSync(dirname(before.file)))
      assert.is(before.project.read('staging/app.yaml'), sealed)
      const state = join(before.project.folder, '.local', 'state', 'secretsrc', 'edits')
      const kept = readdirSync(state)
      assert.equal(kept.map((name) => name.slice(-5)).toSorted(), ['.base', '.json'])
      for (const name of kept) assert.not.match(readFileSync(join(state, name), 'utf8'), /marker/)
      assert.is(await resumed(before.project), 'marker-typed')
    })
  }

  test('what a killed edit leaves is removed by the next', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no process groups')
    const { pid, file, ended, project } = await startEdit(context)
    process.kill(-pid, 'SIGKILL')
    await ended
    assert.ok(existsSync(file), 'nobody could remove it')
    const next = await runSecrets(['edit', 'staging/app.yaml'], {
      cwd: project.folder,
      env: { ...project.env, HOME: project.folder, SECRETS_EDITOR: 'node -e 0' },
    })
    assert.is(next.status, 200, next.stderr)
    assert.not.ok(existsSync(dirname(file)))
  })
})

/** The password after the kept edit was gone on with, by an editor that changes nothing more. */
async function resumed(project: ProjectSandbox): Promise<string> {
  writeFileSync(join(project.folder, 'calm.mjs'), '')
  const env = { ...project.env, HOME: project.folder, SECRETS_EDITOR: 'node calm.mjs' }
  const result = await runSecrets(['edit', '--resume', 'staging/app.yaml'], { cwd: project.folder, env })
  assert.is(result.status, 0, result.stderr)
  return project.open().getText('staging', 'password')
}
