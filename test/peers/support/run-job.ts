import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isolatedEnvironment, pathWith } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import type { PipelineJob } from '../../support/pipeline-job.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { secretsProgram } from '../../support/run-secrets.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Runs the script of a job in a copy of the project, as runners do: bash that ends at the first failure. `npx secrets` is this project. */
export async function runJob(
  { script, env }: PipelineJob,
  cwd: string,
  given: Readonly<Record<string, string>>,
  context: TestContext,
): Promise<ProgramResult> {
  const folder = temporaryFolder(context)
  const program = `shift; exec '${process.execPath}' '${secretsProgram()}' "$@"`
  for (const [name, line] of [
    ['npx', program],
    ['npm', 'exit 0'],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const all = isolatedEnvironment(folder, { ...env, ...given, PATH: pathWith(folder) })
  return runProgram(needPeer('bash', context), ['-eo', 'pipefail', '-c', script], { cwd, env: all })
}
