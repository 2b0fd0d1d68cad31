import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { projectSandbox } from '../support/project-sandbox.ts'
import { suite } from '../support/suite.ts'
import { run } from './in-process.ts'

suite('ci on a terminal', (test) => {
  test('works: some systems give their jobs one', async (context) => {
    const project = await projectSandbox(context, { 'staging/app.yaml': 'token: tok-marker-4711\n' })
    const file = join(project.folder, 'github-env')
    writeFileSync(file, '')
    const env = { ...project.env, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ENV: file }
    const done = await run(['ci', 'staging'], { cwd: project.folder, env, terminals: ['stdout', 'stderr'] })
    assert.is(done.status, 0, done.stderr)
    assert.match(done.stdout, /^::add-mask::tok-marker-4711$/m)
    assert.match(project.read('github-env'), /^token<<\S+\ntok-marker-4711\n/)
  })
})
