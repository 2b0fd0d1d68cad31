import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { projectSandbox } from '../support/project-sandbox.ts'
import { suite } from '../support/suite.ts'
import { type Outcome, run } from './in-process.ts'

suite('ci on a terminal', (test) => {
  test('is refused on the one of a person, and works where a system gives its jobs one', async (context) => {
    const project = await projectSandbox(context, { 'staging/app.yaml': 'token: tok-marker-4711\n' })
    const file = join(project.folder, 'github-env')
    const handed = async (more: Readonly<Record<string, string>>): Promise<Outcome> => {
      writeFileSync(file, '')
      const env = { ...project.env, GITHUB_ACTIONS: 'true', GITHUB_ENV: file, ...more }
      return run(['ci', 'staging'], { cwd: project.folder, env, terminals: ['stdout', 'stderr'] })
    }
    const refused = await handed({})
    assert.is(refused.status, 64, refused.stderr)
    assert.match(refused.stderr, 'the values would be shown on the terminal')
    assert.is(refused.stdout, '')
    const done = await handed({ CI: 'true' })
    assert.is(done.status, 0, done.stderr)
    assert.match(done.stdout, /^::add-mask::tok-marker-4711$/m)
    assert.match(project.read('github-env'), /^token<<\S+\ntok-marker-4711\n/)
  })
})
