import * as assert from 'uvu/assert'
import { projectSandbox } from '../../support/project-sandbox.ts'
import { suite } from '../../support/suite.ts'
import { type Outcome, run } from '../in-process.ts'

const TERMINALS = ['stdout', 'stderr'] as const

suite('run in a pipeline', (test) => {
  test('masks what the command prints on a terminal too: some systems give their jobs one', async (context) => {
    const project = await projectSandbox(context, { 'staging/app.yaml': 'token: tok-marker-4711\n' })
    const printed = async (env: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<Outcome> => {
      const script = 'console.log(process.env.token)'
      const args = ['run', ...options, 'staging', '--', process.execPath, '-e', script]
      return run(args, { cwd: project.folder, env: { ...project.env, ...env }, terminals: TERMINALS })
    }
    for (const env of [{ CI: 'true' }, { BUILDKITE: 'true' }, { CIRCLECI: 'true', CI: 'true' }]) {
      const { status, stdout, stderr } = await printed(env)
      assert.is(status, 0, stderr)
      assert.is(stdout.trim(), '[redacted]')
      assert.match(stderr, /masked in the output: token/)
    }
  })
})
