/** The configuration for pre-commit of the examples, in a repository that pre-commit guards. */
import * as assert from 'uvu/assert'
import { readProjectFile } from '../../support/imports.ts'
import { needPeer } from '../../support/peer.ts'
import { jobEnvironment, pipelineProject } from '../../support/pipeline-project.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

suite('pre-commit', (test) => {
  test('a commit with a value in clear is refused, an encrypted one is not', async (context) => {
    const program = needPeer('pre-commit', context)
    const project = await pipelineProject(context, {
      '.pre-commit-config.yaml': readProjectFile('examples/ci/pre-commit/.pre-commit-config.yaml'),
    })
    const env = jobEnvironment(project, { PRE_COMMIT_HOME: temporaryFolder(context) })
    const run = async (command: string, ...args: readonly string[]): Promise<ProgramResult> =>
      runProgram(command, args, { cwd: project.folder, env })
    assert.is((await run(program, 'install')).status, 0)
    project.write('notes.txt', 'nothing of interest\n')
    await run('git', 'add', 'notes.txt')
    const fine = await run('git', 'commit', '-m', 'notes')
    assert.is(fine.status, 0, fine.stderr)
    project.write('secrets/staging.yaml', 'database:\n  password: in-clear\n')
    await run('git', 'add', '--all')
    const refused = await run('git', 'commit', '-m', 'in clear')
    assert.is.not(refused.status, 0)
    assert.match(refused.stderr + refused.stdout, /secrets\/staging\.yaml/)
    assert.is((await run('git', 'log', '--format=%s', '-1')).stdout, 'notes\n')
  }, 240)
})
